/** A text whose first line is empty is a text like any other. */
import { expect, test } from 'vitest'
import { hover } from '../../src/service/hover.ts'
import { startOfLine } from '../../src/source/index.ts'
import { completionsAt, cursorText, labelsAt, sample } from './cursor-text.ts'

test.each(['\n', '\n\n', '\r\n', '# why\n', ''])('completion and hover end and say the same behind %j', (first) => {
  const text = `${first}${sample}`
  for (const marked of [
    text.replace('    kind: preparation', '    ‸kind: preparation'),
    text.replace('role: operator\n        when', 'role: ‸operator\n        when'),
  ]) {
    expect(labelsAt(marked)).toEqual(labelsAt(marked.slice(first.length)))
    const { workspace, path, offset } = cursorText(marked)
    expect(hover(workspace, path, offset, 0)?.markdown).toBeTypeOf('string')
  }
  expect(completionsAt(`‸${text}`)).toBeInstanceOf(Array)
})

test('a line starts behind the line end in front of it', () => {
  expect([0, 1, 2, 3].map((offset) => startOfLine('\na\n', offset))).toEqual([0, 1, 1, 3])
})
