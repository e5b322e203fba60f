import { describe, expect, test } from 'vitest'
import { placeholder } from '../../src/language/placeholder.ts'
import { changesAt } from '../../src/service/code-actions.ts'
import { diagnose } from '../../src/service/diagnose.ts'
import { applyEdits } from './apply-edits.ts'
import { cursorText } from './cursor-text.ts'
import { fifteenMistakes } from './fifteen-mistakes.ts'

test('there are fifteen of them', () => {
  expect(new Set(fifteenMistakes.map(({ name }) => name)).size).toBe(15)
})

describe('fifteen common mistakes: one finding with the right sentence at the right place, and the fix leaves the file clean', () => {
  test.each(fifteenMistakes.map((mistake) => [mistake.name, mistake] as const))('%s', (_, mistake) => {
    const { workspace, path } = cursorText(`${mistake.text}‸`)
    const found = diagnose(workspace, path)
    expect(found).toHaveLength(1)
    const [finding] = found
    const { lines } = workspace.read(path)!.source
    const start = lines.offset(finding!.range.start)
    expect(finding).toMatchObject({ code: mistake.code, severity: 'error', message: mistake.message })
    expect(finding?.hint).toBe(mistake.hint)
    expect(mistake.text.slice(start, lines.offset(finding!.range.end))).toBe(mistake.marks)
    const [fix] = changesAt(workspace, path, { start, end: start }, found).filter(({ cures }) => cures === finding)
    expect(fix).toMatchObject({ title: mistake.fix, safe: mistake.safe, kind: 'fix' })
    const mended = applyEdits(mistake.text, fix!.edits)
    workspace.update(path, mended)
    // What only the author knows is left to say.
    const left = mended.includes(placeholder) ? ['PLACEHOLDER_LEFT'] : []
    expect(diagnose(workspace, path).map(({ code }) => code)).toEqual(left)
    const before = new Set(mistake.text.split('\n'))
    expect(mended.split('\n').filter((line) => !before.has(line))).toEqual(mistake.becomes)
  })
})
