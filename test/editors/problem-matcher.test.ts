/** The problem matcher of the extension on what the real command prints. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { taskWords } from '../../editors/vscode/src/task-words.ts'
import { visibleText } from '../../src/language/visible-text.ts'
import { builtProgram } from '../support/program.ts'

const [matcher] = (
  JSON.parse(readFileSync('editors/vscode/package.json', 'utf8')) as {
    readonly contributes: {
      readonly problemMatchers: readonly {
        readonly name: string
        readonly pattern: Readonly<Record<string, number>> & { readonly regexp: string }
      }[]
    }
  }
).contributes.problemMatchers
const golden = readdirSync('test/golden/diagnostics')
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => `test/golden/diagnostics/${name}`)

interface Found {
  readonly file: string
  readonly code: string
  readonly severity: string
  readonly message: string
  readonly range: { readonly start: { readonly line: number; readonly column: number } }
}

function rollbook(words: readonly string[]): string {
  return spawnSync(process.execPath, [builtProgram(), ...words], { encoding: 'utf8' }).stdout
}

test('every line of the task "validate" is a finding, with the place, the severity, the sentence and the code of it', () => {
  const words = taskWords({ command: 'validate', arguments: golden })!
  const lines = rollbook(words).split('\n').slice(0, -1)
  const pattern = new RegExp(matcher!.pattern.regexp)
  const { diagnostics } = JSON.parse(rollbook(['validate', '--json', ...golden])) as {
    readonly diagnostics: readonly Found[]
  }
  expect(diagnostics.length).toBeGreaterThan(20)
  const matched = lines.map((line) => {
    const match = pattern.exec(line)
    const part = (name: string): string | undefined => match?.[matcher!.pattern[name] ?? -1]
    return [part('file'), part('line'), part('column'), part('severity'), part('message'), part('code')]
  })
  expect(matched).toEqual(
    diagnostics.map(({ file, range: { start }, severity, message, code }) => [
      file,
      String(start.line),
      String(start.column),
      severity,
      visibleText(message.replaceAll(/\s*\n\s*/g, ' ')),
      code,
    ]),
  )
})

test('findings that "plan" tells are matched as well', () => {
  const [first] = golden
  const { stderr } = spawnSync(process.execPath, [builtProgram(), 'plan', first!], { encoding: 'utf8' })
  const lines = stderr.split('\n').filter((line) => line.startsWith(first!))
  expect(lines.length).toBeGreaterThan(0)
  for (const line of lines) expect(line).toMatch(new RegExp(matcher!.pattern.regexp))
})

describe('a task as it is written in tasks.json', () => {
  test.each([
    [{ command: 'validate' }, ['validate', '--format', 'concise']],
    [{ command: 'validate', arguments: ['--json'] }, ['validate', '--json']],
    [
      { command: 'plan', runbook: 'a.yaml', inventory: 'i.yaml', values: 'v.yaml' },
      ['plan', 'a.yaml', '--inventory', 'i.yaml', '--values', 'v.yaml'],
    ],
    [
      { command: 'simulate', runbook: 'a.yaml', scenario: 's.yaml', arguments: ['--runs', '9'] },
      ['simulate', 'a.yaml', '--scenario', 's.yaml', '--runs', '9'],
    ],
  ])('%j', (task, words) => {
    expect(taskWords(task)).toEqual(words)
  })

  test.each([{ command: 'abort' }, {}, { command: 5 }])('%j is none of ours', (task) => {
    expect(taskWords(task)).toBeUndefined()
  })
})
