import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { commandLinePage } from '../../.ci/generate/command-line.ts'
import { commands } from '../../src/cli/commands.ts'

test('the reference page of the command line is made from the table of commands ("npm run generate")', () => {
  expect(readFileSync('docs/reference/command-line.md', 'utf8')).toBe(commandLinePage(commands))
})
