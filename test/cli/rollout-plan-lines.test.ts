import { expect, it } from 'vitest'
import { rolloutLines } from '../../src/cli/rollout-plan-lines.ts'
import { gate, laneOf, rollout, wave } from '../support/plan-builder.ts'

const minute = 60_000

it('a rollout with one lane and one wave says nothing about them', () => {
  expect(rolloutLines(rollout('nodes', ['a', 'b']))).toEqual([])
})

it('lanes and waves stand one below the other, the canary by name', () => {
  const lanes = [
    laneOf(
      'berlin',
      [
        wave('canary', ['a', 'b', 'c', 'd', 'e', 'f'], { canary: { next: 'when_done', on_unproven: 'stop_run' } }),
        wave('rest', ['g'], { soak_ms: 60 * minute }),
      ],
      { title: 'Berlin', time_zone: 'Europe/Berlin' },
    ),
    laneOf('tokyo', [
      wave('canary', ['h'], { canary: { next: 'when_done', on_unproven: 'stop_run' } }),
      wave('rest', []),
    ]),
  ]
  const step = rollout('nodes', ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], {
    lanes,
    gates: [{ ...gate('rest', { roles: ['boss'] }), number: '1.1.4' }],
    window: {
      ids: ['night', 'extra'],
      overrun: 'finish_unit',
      fit: 'worst_case',
      reserve_ms: 10 * minute,
      openings: 2,
    },
  })
  expect(rolloutLines(step)).toEqual([
    'in window night or extra, 2 openings, 10 min kept free, at closing time finish unit',
    'Berlin (Europe/Berlin): canary a, b, c, d, e and 1 more → rest 1 (soak 1 h)',
    'Lane tokyo: canary h',
    '1.1.4 gate before "rest": 1 of boss',
  ])
})

it('many lanes are cut', () => {
  const lanes = Array.from({ length: 9 }, (_, index) => laneOf(`l${index}`, [wave('all', [`t${index}`])]))
  const lines = rolloutLines(rollout('nodes', ['t0'], { lanes }))
  expect(lines.length).toBe(7)
  expect(lines.at(-1)).toBe('… and 3 more lanes')
})
