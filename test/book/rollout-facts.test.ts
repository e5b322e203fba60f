import { describe, expect, it } from 'vitest'
import { rolloutFacts } from '../../src/book/rollout-facts.ts'
import { rolloutPicture } from '../../src/book/rollout-waves.ts'
import { stepViews } from '../../src/book/step-view.ts'
import type { PlanRollout } from '../../src/plan/model.ts'
import { action, check, gate, laneOf, plan, rollout, wave } from '../support/plan-builder.ts'

const minute = 60_000

const inZones = rollout('sockets', ['a-1', 'a-2', 'b', 'c'], {
  max_concurrency: 4,
  lanes: [
    laneOf('berlin', [
      wave('canary', [{ name: 'a-1', unit: 'a', rank: 0, domain: 'r1' }], {
        canary: { next: 'at_slot', on_unproven: 'stop_run' },
        stagger_ms: 5 * minute,
      }),
      wave('rest', [{ name: 'b', domain: 'r2', stage: false }]),
      wave('secondaries', [{ name: 'a-2', unit: 'a', rank: 1, domain: 'r1' }], {
        soak_ms: 120 * minute,
        skip_when: 'unit.size > 2',
      }),
    ]),
    laneOf('tokyo', [
      wave('canary', ['c'], { canary: { next: 'at_slot', on_unproven: 'stop_run' }, stagger_ms: 5 * minute }),
      wave('rest', []),
      wave('secondaries', [], { soak_ms: 120 * minute, skip_when: 'unit.size > 2' }),
    ]),
  ],
  stage: [action('fetch')],
  stage_concurrency: 3,
  post_checks: [check('see')],
  gates: [gate('secondaries')],
  target_deadline_ms: 17 * minute,
  progress_deadline_ms: 60 * minute,
  target_retry: { max_attempts: 2, delay_ms: 0, backoff: 1, max_delay_ms: 0, classes: [], at: 'deadline' },
  rollback: { mode: 'auto', scope: 'unit', steps: [action('back')], deadline_ms: 10 * minute },
  blast_radius: { max_targets: 3, max_units: 2 },
  in_flight: 'rollback',
  window: { ids: ['night'], overrun: 'finish_unit', fit: 'worst_case', reserve_ms: 5 * minute, openings: 1 },
})

function planned(step: PlanRollout) {
  const made = plan([[step]], { targets: step.targets })
  const windows = [{ id: 'night', title: 'Sunday night', days: ['sun'], start: '01:00', duration: '2h' }]
  return { plan: { ...made, calendar: { windows, files: {} } }, step: made.phases[0]!.steps[0] as PlanRollout }
}

describe('what the book says about a rollout', () => {
  it('in full', () => {
    const { plan: made, step } = planned(inZones)
    const facts = Object.fromEntries(rolloutFacts(made, step).filter(([, value]) => value !== ''))
    expect(facts).toEqual({
      Window:
        'Sunday night: sun at 01:00 for 2h, on the clock of each target; at most 1 opening; at closing time work in flight is finished',
      Fits: 'a target begins only when 49\u00a0min are left: 2 attempts, rollback and a reserve of 5\u00a0min',
      Lanes: '2, each with its own canary and waves: Lane berlin, Lane tokyo',
      Canary:
        '1 target of each lane, 5\u00a0min from start to start; the rest opens when the time of the last slot is used up (17\u00a0min an attempt); when none of it succeeds, the run stops',
      Waves: 'Wave rest; then Wave secondaries, then 2\u00a0h of soak',
      Gates: expect.anything() as unknown,
      'Left out when': expect.anything() as unknown,
      Units:
        '1 unit of 2 targets, members one after another; when one is failed, rolled back, held, the others are skipped',
      'Failure domains': '2, at most 1 away at once',
      'At risk at most': '3 targets, 2 units: in progress, failed or held',
      'Ahead of the window': 'up to 3 at once, not for 1 target',
      Rollback: 'by itself, the whole unit with it, within 10\u00a0min',
      'Stops without progress': 'for 1\u00a0h',
      'When something above it stops': 'work in flight is rolled back',
    })
  })

  it('nothing more when there is nothing more', () => {
    const { plan: made, step } = planned(rollout('nodes', ['a', 'b']))
    expect(rolloutFacts(made, step).filter(([, value]) => value !== '')).toEqual([])
  })

  it('its actions and gates stand under it in the order of their numbers', () => {
    const { plan: made, step } = planned(inZones)
    expect(stepViews(made, step).map(({ title, form_title }) => `${form_title}|${title}`)).toEqual([
      '|Do sockets',
      'Ahead of the window|Do fetch',
      'On each target|Do install',
      'After each target|Do see',
      'Rollback of a target|Do back',
      '|Do secondaries',
    ])
  })
})

describe('the picture of a rollout', () => {
  it('shows how many targets of each lane are in a wave', () => {
    const { plan: made, step } = planned(inZones)
    const { sentence, picture } = rolloutPicture(made, step)
    expect(sentence).toBe(
      'nodes to version 2.0.0: 4 targets in 2 lanes that go side by side, at most 4 targets at once.',
    )
    expect(picture.boxes).toEqual([
      { title: 'Wave canary', lines: ['Lane berlin: 1 target', 'Lane tokyo: 1 target'] },
      { title: 'Wave rest', lines: ['Lane berlin: 1 target'] },
      { title: 'Wave secondaries', lines: ['Lane berlin: 1 target'] },
    ])
  })

  it('names the targets of the waves of one lane', () => {
    const lanes = [laneOf('all', [wave('canary', ['a']), wave('all', ['b', 'c'])])]
    const { plan: made, step } = planned(rollout('nodes', ['a', 'b', 'c'], { lanes }))
    expect(rolloutPicture(made, step).picture.boxes).toEqual([
      { title: 'Wave canary', lines: ['a'] },
      { title: 'Wave all', lines: ['b', 'c'] },
    ])
  })

  it('is cut where a page ends', () => {
    const many = Array.from({ length: 14 }, (_, index) => wave(`w${index}`, [`t${index}`]))
    const lanes = [laneOf('all', many)]
    const { plan: made, step } = planned(
      rollout(
        'nodes',
        many.map(({ targets }) => targets[0]!.name),
        { lanes },
      ),
    )
    const { boxes } = rolloutPicture(made, step).picture
    expect(boxes.length).toBe(10)
    expect(boxes.at(-1)).toEqual({ title: 'Then', lines: ['5 more waves'] })
  })
})
