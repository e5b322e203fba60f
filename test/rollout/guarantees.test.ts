import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkGuarantees } from './guarantees.ts'
import { type RandomCase, randomCase } from './random-rollout.ts'
import { RandomRun } from './random-run.ts'

const isLong = process.env['ROLLBOOK_LONG'] === '1'
const seed = process.env['ROLLBOOK_SEED'] === undefined ? {} : { seed: Number(process.env['ROLLBOOK_SEED']) }

describe('the guarantees of a rollout', () => {
  it(
    'hold for random fleets, policies, worlds, commands and deaths of the engine, the last batch of events cut anywhere',
    () => {
      fc.assert(
        fc.property(randomCase, (given) => checkGuarantees(new RandomRun(given).play())),
        { numRuns: isLong ? 60_000 : 2_000, ...seed },
      )
    },
    isLong ? 3_600_000 : 120_000,
  )

  it(
    'a rollout that is rebuilt from its records between two turns goes on exactly as if nothing had happened',
    () => {
      fc.assert(
        fc.property(randomCase, (given) => {
          const whole = new RandomRun({ ...given, crashes: [] }).play()
          const crashes = given.crashes.map((crash) => ({ ...crash, lost: 0 }))
          expect(storyOf({ ...given, crashes })).toEqual(ofTargets(whole))
        }),
        { numRuns: isLong ? 15_000 : 500, ...seed },
      )
    },
    isLong ? 3_600_000 : 120_000,
  )
})

function storyOf(given: RandomCase): readonly string[] {
  return ofTargets(new RandomRun(given).play())
}

/** What happened to targets; orders may be sent once more after a crash. */
function ofTargets(run: RandomRun): readonly string[] {
  return run.log.flatMap(({ event }) => ('target' in event ? [JSON.stringify(event)] : []))
}
