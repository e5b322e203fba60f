import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseCall } from '../../src/cli/arguments.ts'
import { commands } from '../../src/cli/commands.ts'
import { blockTimeoutMs, makeReader, type Reader } from './reader.ts'
import { rollbookCalls, shellBlocks } from './readme-blocks.ts'

const readme = readFileSync('README.md', 'utf8')
const blocks = shellBlocks(readme)
const runnable = blocks.filter((block) => block.marks.includes('run'))
const calls = blocks.flatMap((block) => rollbookCalls(block).map((words) => [words.join(' '), words] as const))

let reader: Reader
beforeAll(() => {
  reader = makeReader()
})
afterAll(() => reader.leave())

describe('every rollbook command of the README is one that exists', () => {
  test.each(calls)('%s', (_text, [name, ...rest]) => {
    const command = commands.find((candidate) => candidate.name === name)
    if (name === 'help') return
    expect(command, `there is no command ${name}`).toBeDefined()
    if (command !== undefined) parseCall(command, rest)
  })

  test('so are those in its sentences', () => {
    const named = [...readme.matchAll(/`rollbook ([a-z]+)[^`]*`/g)].map(([, name = '']) => name)
    const known = [...commands.map((command) => command.name), 'help']
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter((name) => !known.includes(name))).toEqual([])
  })

  test('and so are the npm scripts', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
    const named = [...readme.matchAll(/\bnpm (?:run )?(?!run\b)([a-z]+)\b/g)].map(([, name = '']) => name)
    expect(named).toEqual(expect.arrayContaining(['demo', 'test']))
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([])
  })
})

describe('every block marked as runnable runs', () => {
  test('there are some', () => {
    expect(runnable.length).toBeGreaterThan(0)
  })

  test.each(runnable.map((block) => [block.line, block] as const))(
    'line %d',
    async (_line, block) => {
      if (block.marks.includes('emulator')) await reader.startEmulator()
      const { status, output } = reader.type(block.text)
      expect(output).not.toContain('internal failure')
      expect(status, output).toBe(0)
    },
    blockTimeoutMs,
  )
})
