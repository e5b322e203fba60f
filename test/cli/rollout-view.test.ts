import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { rolloutPicture } from '../../src/cli/rollout-view.ts'
import { makeStyle } from '../../src/cli/style.ts'
import type { PlanRollout } from '../../src/plan/model.ts'
import type { RolloutState } from '../../src/run/state.ts'
import { action, changes, laneOf, plan, rollout, wave } from '../support/plan-builder.ts'
import { Harness } from '../support/run-harness.ts'

const minute = 60_000
const lanes = ['Europe/Paris', 'America/New_York', 'Asia/Tokyo'].map((zone, index) =>
  laneOf(
    zone,
    [
      wave('canary', [`a${index}`], { canary: { next: 'when_done', on_unproven: 'stop_lane' } }),
      wave('rest', [`b${index}`, `c${index}`]),
    ],
    { title: zone, time_zone: zone },
  ),
)
const step: PlanRollout = rollout('r', ['a0', 'b0', 'c0', 'a1', 'b1', 'c1', 'a2', 'b2', 'c2'], {
  lanes,
  max_concurrency: 9,
  max_failures: 9,
  each: [action('install', { capabilities: { ...changes, idempotent: true } })],
  target_deadline_ms: 30 * minute,
  rollback: { mode: 'auto', scope: 'target', steps: [action('back')], deadline_ms: 20 * minute },
  window: { ids: ['night'], overrun: 'finish_unit', fit: 'first_attempt', reserve_ms: 0 },
})
const made = {
  ...plan([[step]], { targets: step.targets }),
  calendar: {
    windows: [{ id: 'night', days: ['mon'], start: '02:00', duration: '2h', time_zone: 'target' }],
    freezes: [],
    files: {},
  },
}

/** Pictures of the run at every turn of the core. */
async function pictures(): Promise<readonly string[]> {
  const shown: string[] = []
  const run = new Harness(made, {
    far: async (call) => {
      await run.clock.sleep(10 * minute)
      const state: RolloutState = run.state.steps['phase1/r']!.rollout!
      const picture = rolloutPicture(made.phases[0]!.steps[0] as PlanRollout, state, run.clock.now(), makeStyle(false))
      shown.push([...picture.lanes, ...picture.targets, picture.summary].join('\n'))
      return call.target === 'b0' ? { fail: 'refused' } : {}
    },
  })
  await run.go()
  return shown
}

describe('the live picture of a rollout', () => {
  beforeAll(() => void vi.stubEnv('TZ', 'UTC'))
  afterAll(() => void vi.unstubAllEnvs())

  it('tells when a lane and the rollout end by the forecast, and never an instant that is over', async () => {
    const shown: string[] = []
    const run = new Harness(made, {
      far: async () => {
        await run.clock.sleep(10 * minute)
        const now = run.clock.now()
        const forecast = {
          madeAt: now,
          endAt: now + 90 * minute,
          outcome: 'succeeded',
          lanes: { 'phase1/r': { 'Europe/Paris': now + 30 * minute, 'Asia/Tokyo': now - minute } },
          rollouts: { 'phase1/r': now + 90 * minute },
        }
        const state: RolloutState = run.state.steps['phase1/r']!.rollout!
        const planned = made.phases[0]!.steps[0] as PlanRollout
        const picture = rolloutPicture(planned, state, now, makeStyle(false), forecast)
        shown.push([...picture.lanes, picture.summary].join('\n'))
        return {}
      },
    })
    await run.go()
    const clock = (line: string | undefined): string => /ends about (\d\d:\d\d)/.exec(line ?? '')?.[1] ?? ''
    const lines = shown[0]!.split('\n')
    // The first answer comes at 01:10 UTC.
    expect(clock(lines.find((line) => line.includes('Europe/Paris')))).toBe('01:40')
    expect(clock(lines.find((line) => line.includes('Asia/Tokyo')))).toBe('01:10')
    expect(clock(lines.find((line) => line.includes('America/New_York')))).toBe('')
    expect(clock(lines.at(-1))).toBe('02:40')
  })

  it('shows each lane with its waves, window and last moment to turn back, then the targets at work', async () => {
    const [first, , third] = await pictures()
    // Monday 01:00 UTC is 02:00 in Paris: its window is open, the others wait.
    expect(first).toMatchInlineSnapshot(`
      "  ▸ Europe/Paris      canary 0/1 → rest 0/2  closes 03:00, last moment to turn back 02:40
        ◷ America/New_York  canary 0/1 → rest 0/2  opens 07:00, in 5:50:00
        ◷ Asia/Tokyo        canary 0/1 → rest 0/2  opens 2027-01-10 17:00, in 159:50:00
          ▸ a0                 10:00 of 30:00 in progress
      1 in progress, 0 of 9 succeeded, 8 to come"
    `)
    expect(third).toMatchInlineSnapshot(`
      "  ▸ Europe/Paris      canary 1/1 → rest 0/2  closes 03:00, last moment to turn back 02:40
        ◷ America/New_York  canary 0/1 → rest 0/2  opens 07:00, in 5:40:00
        ◷ Asia/Tokyo        canary 0/1 → rest 0/2  opens 2027-01-10 17:00, in 159:40:00
          ↩ b0                 10:00 of 30:00 rolling back
          ▸ c0                 10:00 of 30:00 in progress
      2 in progress, 1 of 9 succeeded, 6 to come"
    `)
  })
})
