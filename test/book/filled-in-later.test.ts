import { describe, expect, test } from 'vitest'
import { filledInLater } from '../../src/book/filled-in-later.ts'
import type { Plan, PlanStep } from '../../src/plan/model.ts'

function step(number: string, path: string, title: string, steps?: readonly PlanStep[]): PlanStep {
  return { form: steps ? 'group' : 'action', number, path, title, ...(steps ? { steps } : {}) } as unknown as PlanStep
}

const reader = step('2.1.2', 'upgrade/hop-6.7/tell', 'Tell the users')
const plan = {
  phases: [
    { steps: [step('1.1', 'preparation/notes', 'Read the notes')] },
    {
      steps: [
        step('2.1', 'upgrade/hop-6.7', 'To 6.7', [
          step('2.1.1', 'upgrade/hop-6.7/gateways', 'Gateways to 6.7'),
          reader,
        ]),
        step('2.2', 'upgrade/hop-6.8', 'To 6.8', [step('2.2.1', 'upgrade/hop-6.8/gateways', 'Gateways to 6.8')]),
      ],
    },
  ],
} as unknown as Plan

describe('what only the run can tell', () => {
  test.each([
    ['a text without any', 'a text without any'],
    ['In the console: ${{ steps.notes.outputs.patches }}', 'In the console: ‹filled in by 1.1 Read the notes›'],
    [
      'Back: ${{ steps.gateways.outputs.back.size() == 0 ? "none" : steps.gateways.outputs.back.join(", ") }}.',
      'Back: ‹filled in by 2.1.1 Gateways to 6.7›.',
    ],
    [
      '${{ steps["notes"].outputs.a + steps.gateways.outputs.b }}',
      '‹filled in by 1.1 Read the notes and 2.1.1 Gateways to 6.7›',
    ],
    ['Again: `--of ${{ run.id }}`', 'Again: `--of ‹run.id›`'],
    [
      '${{ "}}" + run.id }} and ${{ steps.nowhere.outputs.x + 1 }}',
      '‹filled in during the run› and ‹filled in during the run›',
    ],
  ])('%s', (written, shown) => {
    expect(filledInLater(plan, reader, written)).toBe(shown)
  })
})
