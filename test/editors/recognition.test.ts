/** Which files become ours, and which stay somebody else's YAML. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { saysRollbook } from '../../editors/vscode/src/says-rollbook.ts'

const [language] = (
  JSON.parse(readFileSync('editors/vscode/package.json', 'utf8')) as {
    readonly contributes: {
      readonly languages: readonly { readonly firstLine: string; readonly filenamePatterns: readonly string[] }[]
    }
  }
).contributes.languages

describe('by what a file says', () => {
  test.each([
    ['rollbook: runbook/v1\n', true],
    ['# about\n\n---\nrollbook: inventory/v1', true],
    ['"rollbook": "catalog/v1"\n', true],
    ["rollbook : 'scenario/v2'\r\n", true],
    ['rollbook: answers/v1\n', true],
    ['apiVersion: v1\nkind: Pod\n', false],
    ['spec:\n  rollbook: runbook/v1\n', false],
    ['# rollbook: runbook/v1\n', false],
    ['rollbook: something-else\n', false],
    ['', false],
  ])('%j: %s', (text, ours) => {
    expect(saysRollbook(text)).toBe(ours)
  })

  test.each(readdirSync('runbooks').filter((name) => name.endsWith('.yaml')))('%s, which ships', (name) => {
    const text = readFileSync(`runbooks/${name}`, 'utf8')
    expect(saysRollbook(text)).toBe(!name.endsWith('.values.yaml'))
  })
})

test('the first line alone is enough where the editor asks for it', () => {
  const first = new RegExp(language!.firstLine)
  expect('rollbook: runbook/v1').toMatch(first)
  expect('# yaml-language-server: $schema=../schemas/runbook.v1.schema.json').toMatch(first)
  expect('# yaml-language-server: $schema=https://example.test/kubernetes.json').not.toMatch(first)
  expect('apiVersion: v1').not.toMatch(first)
})

test('names alone take only files that nobody else has', () => {
  for (const pattern of language!.filenamePatterns) expect(pattern).toMatch(/^\*\.(?:runbook|rollbook)\.ya?ml$/)
})
