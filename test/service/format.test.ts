import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { formatText } from '../../src/service/format.ts'
import { parseSource } from '../../src/source/index.ts'

const files = [
  ...readdirSync('runbooks').map((name) => `runbooks/${name}`),
  ...readdirSync('test/golden/diagnostics').map((name) => `test/golden/diagnostics/${name}`),
].filter((name) => name.endsWith('.yaml'))

describe('formatting keeps meaning and comments, and twice is the same as once', () => {
  test.each(files)('%s', (path) => {
    const text = readFileSync(path, 'utf8')
    const once = formatText(text)
    const [before, after] = [parseSource(text, ''), parseSource(once, '')]
    expect(after.root?.value).toEqual(before.root?.value)
    expect(after.comments.map((comment) => comment.text.trim())).toEqual(
      before.comments.map((comment) => comment.text.trim()),
    )
    expect(formatText(once)).toBe(once)
  })
})

test('formatting: indentation, blanks', () => {
  expect(
    formatText('a:   1   # why\nb:\n    - {x:  1,y: 2}\n    -   "z"\n\n\n\nc: |\n    text\n      deeper\n'),
  ).toMatchInlineSnapshot(`
    "a: 1 # why
    b:
      - {x: 1, y: 2}
      - "z"

    c: |
      text
        deeper
    "
  `)
})
