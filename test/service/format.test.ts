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

test('formatting: text that its author has wrapped stays wrapped', () => {
  const wrapped = `title: a long title
    that is   wrapped
description: "quoted text

  with a paragraph: and a colon" # why
phases:
    -   check: >-
              first || second
              || third

              a paragraph
                with depth
        hint: >
            One line.
            And another.
    -   'single
        quoted'
    - {a: flow,
       b: wrapped}
    - >
      # no comment
      of a list
`
  expect(formatText(wrapped)).toMatchInlineSnapshot(`
    "title: a long title
      that is   wrapped
    description: "quoted text

      with a paragraph: and a colon" # why
    phases:
      - check: >-
          first || second
          || third

          a paragraph
            with depth
        hint: >
          One line.
          And another.
      - 'single
        quoted'
      - {a: flow, b: wrapped}
      - >
        # no comment
        of a list
    "
  `)
  expect(formatText(formatText(wrapped))).toBe(formatText(wrapped))
})

test.each(files.filter((path) => path.startsWith('runbooks/')))('what ships is in the usual form: %s', (path) => {
  const text = readFileSync(path, 'utf8')
  expect(formatText(text)).toBe(text)
})

test('formatting: line ends stay as they are, and of mixed ones the usual one is left', () => {
  const text = 'a:   1\nb: |\n    text\n\n      deeper\nc: >-\n    one\n    two\n'
  const formatted = formatText(text)
  expect(formatText(text.replaceAll('\n', '\r\n'))).toBe(formatted.replaceAll('\n', '\r\n'))
  expect(formatText(formatted.replaceAll('\n', '\r\n'))).toBe(formatted.replaceAll('\n', '\r\n'))
  expect(formatText(text.replace('\n', '\r\n'))).toBe(formatted)
})
