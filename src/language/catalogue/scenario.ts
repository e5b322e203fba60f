import { type CatalogueEntry, didYouMean, quoted } from './entry.ts'

/** In the order of the reference page. */
export const scenarioCodes = [
  'SCENARIO_RANGE_REVERSED',
  'SCENARIO_FAULT_MEMBER',
  'SCENARIO_COMMAND_MEMBER',
  'SCENARIO_START_INVALID',
  'SCENARIO_PLACE_UNKNOWN',
] as const

const scenario = (rest: string): { readonly at: 'file'; readonly yaml: string } => ({
  at: 'file',
  yaml: `rollbook: scenario/v1\nname: example\n${rest}`,
})

/** Findings about scenarios. */
export const scenarioEntries: Readonly<Record<(typeof scenarioCodes)[number], CatalogueEntry>> = {
  SCENARIO_RANGE_REVERSED: {
    title: 'Bounds the wrong way round',
    severity: 'error',
    message: (w) => `${quoted(w['low'])} must not be longer than ${quoted(w['high'])}`,
    hint: () => 'swap the two',
    explanation: 'The shorter time stands first: `min` before `max`, `p50` before `p95`, `from` before `until`.',
    bad: scenario('durations:\n  - {range: {min: 20m, max: 10m}}'),
    good: scenario('durations:\n  - {range: {min: 10m, max: 20m}}'),
  },
  SCENARIO_FAULT_MEMBER: {
    title: 'Member that this kind of fault does not have',
    severity: 'error',
    message: (w) => `a fault of the kind ${quoted(w['kind'])} has no ${quoted(w['key'])}`,
    hint: (w) => `it belongs to ${w['kinds'] ?? ''}`,
    explanation:
      'A member without effect misleads: `class` and `message` word a failure, `down_for` is about the engine, and a kill of the engine has no `until`.',
    bad: scenario('faults:\n  - {id: silence, kind: hang, class: process}'),
    good: scenario('faults:\n  - {id: hash, kind: fail, class: process}'),
  },
  SCENARIO_COMMAND_MEMBER: {
    title: 'Operator command is incomplete',
    severity: 'error',
    message: (w) => `${quoted(w['do'])} needs ${quoted(w['key'])}`,
    hint: () => 'say what it is about',
    explanation:
      'What speaks to a target, a lane or a wave has to name it, and what speaks to the run or to a rollout has to say when.',
    bad: scenario('operator:\n  - {at: 10m, do: change_concurrency}'),
    good: scenario('operator:\n  - {at: 10m, do: change_concurrency, to: 5}'),
  },
  SCENARIO_START_INVALID: {
    title: 'Start is no instant',
    severity: 'error',
    message: (w) => `${quoted(w['text'])} is no instant`,
    hint: () => 'write a date, a time and an offset, such as 2026-12-06T01:00:00+01:00',
    explanation: 'A simulation starts at one instant everywhere, so the offset from UTC has to stand with it.',
    bad: scenario('start: "2026-12-06 01:00"'),
    good: scenario('start: "2026-12-06T01:00:00+01:00"'),
  },
  SCENARIO_PLACE_UNKNOWN: {
    title: 'Rule that means nothing in this plan',
    severity: 'warning',
    message: (w) => `there is no ${w['kind'] ?? 'place'} ${quoted(w['id'])} in the plan`,
    hint: didYouMean,
    explanation:
      'The step, action, lane or wave of a rule is not in the plan that is simulated, so the rule never counts. Told by `rollbook simulate`, which knows the plan.',
    bad: { at: 'file', yaml: '' },
    good: scenario('faults:\n  - {id: hash, kind: fail, step: install}'),
  },
}
