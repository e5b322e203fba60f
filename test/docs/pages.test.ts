/** What tutorial and guides say is done here as it stands, page by page and from top to bottom. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseCall } from '../../src/cli/arguments.ts'
import { commands } from '../../src/cli/commands.ts'
import { readFiles } from '../support/source-files.ts'
import { blockTimeoutMs, makeReader, type Reader } from './reader.ts'
import { rollbookCalls, shellBlocks } from './readme-blocks.ts'

const pages = readFiles((path) => /^docs\/(tutorial|guides|concepts)\/.*\.md$/.test(path))

/** What the page asks to save: blocks such as `yaml file=NAME`. */
function filesOf(page: string): readonly { readonly line: number; readonly file: string; readonly text: string }[] {
  return [...page.matchAll(/^```\w+ file=(\S+)\n([\s\S]*?)^```/gm)].map((match) => ({
    line: page.slice(0, match.index).split('\n').length,
    file: match[1] ?? '',
    text: match[2] ?? '',
  }))
}

test('there are pages of each kind', () => {
  for (const kind of ['tutorial', 'guides', 'concepts'])
    expect(pages.filter(({ path }) => path.startsWith(`docs/${kind}/`)).length).toBeGreaterThan(0)
})

const calls = pages.flatMap(({ path, text }) =>
  shellBlocks(text).flatMap((block) => rollbookCalls(block).map((words) => [path, words.join(' '), words] as const)),
)

test.each(calls)('%s: rollbook %s is a command that exists', (_path, _text, [name, ...rest]) => {
  const command = commands.find((candidate) => candidate.name === name)
  expect(command, `there is no command ${name}`).toBeDefined()
  if (command !== undefined) parseCall(command, rest)
})

const followed = pages.filter(({ text }) => shellBlocks(text).some(({ marks }) => marks.includes('run')))

describe.each(followed.map(({ path, text }) => [path, text] as const))('%s', (_path, text) => {
  let reader: Reader
  beforeAll(() => {
    reader = makeReader()
  })
  afterAll(() => reader.leave())

  const files = filesOf(text)
  const saved = new Set<number>()
  const blocks = shellBlocks(text).filter(({ marks }) => marks.includes('run'))

  test.each(blocks.map((block) => [block.line, block] as const))(
    'line %d',
    async (line, { marks, text: typed }) => {
      // What a command has changed since stays changed.
      for (const file of files.filter((candidate) => candidate.line < line && !saved.has(candidate.line))) {
        reader.save(file.file, file.text)
        saved.add(file.line)
      }
      if (marks.includes('emulator')) await reader.startEmulator()
      if (marks.includes('account')) await reader.startEmulator('cato')
      const { status, output } = reader.type(typed)
      expect(output).not.toContain('internal failure')
      expect(status, output).toBe(marks.includes('waits') ? 1 : 0)
    },
    blockTimeoutMs,
  )
})
