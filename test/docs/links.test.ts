import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readFiles } from '../support/source-files.ts'
import { linkProblems } from './link-rules.ts'

test('every link between our pages leads to a file and a heading', () => {
  const pages = readFiles((path) => path.endsWith('.md') && !path.startsWith('test/golden/'))
  expect(pages.map((page) => page.path)).toEqual(expect.arrayContaining(['README.md', 'docs/README.md']))
  expect(linkProblems(pages, existsSync)).toEqual([])
})

describe('the rule', () => {
  const other = { path: 'docs/other.md', text: '# A Title: one\n\n## Twice\n## Twice\n```\n# not this\n```\n' }
  const judge = (text: string): readonly string[] =>
    linkProblems([{ path: 'docs/a.md', text }, other], (path) => ['docs/a.md', 'docs/other.md', 'docs'].includes(path))

  test.each([
    ['[x](gone.md)', 'docs/a.md:1: "gone.md" leads to no file'],
    ['![x](gone.svg "title")', 'docs/a.md:1: "gone.svg" leads to no file'],
    ['<img src="gone.svg">', 'docs/a.md:1: "gone.svg" leads to no file'],
    ['[x]: gone.md', 'docs/a.md:1: "gone.md" leads to no file'],
    ['\n[x](other.md#nothing)', 'docs/a.md:2: "other.md#nothing" leads to no heading of docs/other.md'],
    ['[x](other.md#not-this)', 'docs/a.md:1: "other.md#not-this" leads to no heading of docs/other.md'],
  ])('finds %j', (text, problem) => {
    expect(judge(text)).toEqual([problem])
  })

  test.each([
    '[x](other.md#a-title-one) [y](other.md#twice-1) [z](../docs)',
    '[x](https://example.com/gone.md)',
    '`[x](gone.md)`',
    '```md\n[x](gone.md)\n```',
    '# Here\n[x](#here)',
  ])('allows %j', (text) => {
    expect(judge(text)).toEqual([])
  })
})
