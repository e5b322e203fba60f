import { canonicalJson, type JsonObject } from '../base/json.ts'
import type { Plan, PlanRollout, PlanStep } from '../plan/model.ts'
import { phaseMs } from '../plan/timeline.ts'
import type { Found } from './compare-files.ts'
import { otherOrder } from './compare-values.ts'

/** What two plans for the same inventory do differently: to which targets, in which order, and how long it takes. */
export function comparePlans(from: Plan, to: Plan): readonly Found[] {
  return [...compareTargets(from, to), ...compareNoReturn(from, to), ...compareTime(from, to)]
}

function stepsOf(plan: Plan): ReadonlyMap<string, PlanStep> {
  const found = new Map<string, PlanStep>()
  const take = (steps: readonly PlanStep[]): void => {
    for (const step of steps) {
      found.set(step.path, step)
      if (step.form === 'group') take(step.steps)
    }
  }
  for (const phase of plan.phases) take(phase.steps)
  return found
}

function compareTargets(from: Plan, to: Plan): readonly Found[] {
  const [before, after] = [stepsOf(from), stepsOf(to)]
  return [...before].flatMap(([path, was]): readonly Found[] => {
    const is = after.get(path)
    if (is === undefined) return []
    if (was.form === 'rollout' && is.form === 'rollout') return compareRollouts(path, was, is)
    return compareNames(path, was.targets, is.targets)
  })
}

function compareNames(subject: string, was: readonly string[], is: readonly string[]): readonly Found[] {
  const [before, after] = [new Set(was), new Set(is)]
  const added = is.filter((name) => !before.has(name))
  const removed = was.filter((name) => !after.has(name))
  const order = otherOrder(was, is)
  return [
    ...(added.length === 0 ? [] : [{ area: 'targets', kind: 'added', subject, to: added } as const]),
    ...(removed.length === 0 ? [] : [{ area: 'targets', kind: 'removed', subject, from: removed } as const]),
    ...(order === undefined ? [] : [{ area: 'targets', kind: 'ordered', subject, ...order } as const]),
  ]
}

interface Place {
  readonly lane: string
  readonly wave: string
}

function compareRollouts(path: string, was: PlanRollout, is: PlanRollout): readonly Found[] {
  const [before, after] = [placesOf(was), placesOf(is)]
  const changed = (['to', 'max_concurrency', 'max_failures'] as const).flatMap((key): readonly Found[] =>
    was[key] === is[key]
      ? []
      : [{ area: 'targets', kind: 'changed', subject: path, key: resolved[key], from: was[key], to: is[key] }],
  )
  const moves = new Map<string, { from: string; to: string; names: string[] }>()
  for (const [name, old] of before) {
    const now = after.get(name)
    if (now === undefined || canonicalJson(old) === canonicalJson(now)) continue
    const withLane = was.lanes.length > 1 || is.lanes.length > 1
    const words = { from: placeWords(old, withLane), to: placeWords(now, withLane) }
    const move = moves.get(`${words.from}\n${words.to}`) ?? { ...words, names: [] }
    move.names.push(name)
    moves.set(`${words.from}\n${words.to}`, move)
  }
  const moved = [...moves.values()].map(
    (move): Found => ({
      area: 'targets',
      kind: 'moved',
      subject: path,
      key: move.names.join(', '),
      from: move.from,
      to: move.to,
    }),
  )
  const [gone, come] = [[...before.keys()], [...after.keys()]]
  const sets = compareNames(path, gone, come).filter(({ kind }) => kind !== 'ordered')
  return [...changed, ...sets, ...moved, ...compareWaves(path, was, is, before, after)]
}

/** What the definition may give as a share, and the plan as a number. */
const resolved = { to: 'version', max_concurrency: 'at once', max_failures: 'failures tolerated' } as const

function placesOf(rollout: PlanRollout): ReadonlyMap<string, Place> {
  return new Map(
    rollout.lanes.flatMap((lane) =>
      lane.waves.flatMap((wave) => wave.targets.map(({ name }) => [name, { lane: lane.id, wave: wave.id }] as const)),
    ),
  )
}

function placeWords({ lane, wave }: Place, withLane: boolean): string {
  return withLane ? `wave ${wave} of lane ${lane}` : `wave ${wave}`
}

/** The order within a wave of those that stay in it, and that of the waves. */
function compareWaves(
  subject: string,
  was: PlanRollout,
  is: PlanRollout,
  before: ReadonlyMap<string, Place>,
  after: ReadonlyMap<string, Place>,
): readonly Found[] {
  const stays = (name: string): boolean => canonicalJson(before.get(name)) === canonicalJson(after.get(name))
  const orderIn = (rollout: PlanRollout): readonly string[] =>
    rollout.lanes.flatMap((lane) => lane.waves.flatMap((wave) => wave.targets.map(({ name }) => name).filter(stays)))
  const waves = otherOrder(waveIds(was), waveIds(is))
  const targets = waves === undefined ? otherOrder(orderIn(was), orderIn(is)) : undefined
  return [
    ...(waves === undefined ? [] : [{ area: 'targets', kind: 'ordered', subject, key: 'waves', ...waves } as const]),
    ...(targets === undefined ? [] : [{ area: 'targets', kind: 'ordered', subject, ...targets } as const]),
  ]
}

function waveIds(rollout: PlanRollout): readonly string[] {
  return rollout.lanes[0]?.waves.map(({ id }) => id) ?? []
}

/** Paths, since the numbers of steps change with every step that is put in. */
function compareNoReturn(from: Plan, to: Plan): readonly Found[] {
  const first = (plan: Plan): string | undefined =>
    [...stepsOf(plan).values()].find(({ point_of_no_return }) => point_of_no_return)?.path
  const [was, is] = [first(from), first(to)]
  if (was === is) return []
  return [{ area: 'steps', kind: 'changed', subject: '', key: 'first point of no return', ...pair(was, is) }]
}

function compareTime(from: Plan, to: Plan): readonly Found[] {
  const [before, after] = [timesOf(from), timesOf(to)]
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((subject) => {
    const [was, is] = [before.get(subject) ?? {}, after.get(subject) ?? {}]
    return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((key): readonly Found[] =>
      was[key] === is[key] ? [] : [{ area: 'time', kind: 'changed', subject, key, ...pair(was[key], is[key]) }],
    )
  })
}

/** Durations in milliseconds and how both ways end: of the run, of its phases, and of lanes from the start of the run. */
function timesOf(plan: Plan): ReadonlyMap<string, JsonObject> {
  const { timeline } = plan
  if (!timeline) return new Map()
  const { expected, worst, back_out, lanes, unfit } = timeline
  const whole = {
    expected_ms: expected.ms,
    worst_ms: worst.ms,
    'expected end': expected.outcome,
    'end at worst': worst.outcome,
    ...(back_out === undefined ? {} : { back_out_ms: back_out.ms }),
    'targets that do not fit': unfit.reduce((sum, { targets }) => sum + targets.length, 0),
  }
  const phases = plan.phases.map(
    (phase) => [`phase ${phase.id}`, both(phaseMs(plan, phase, 'expected'), phaseMs(plan, phase, 'worst'))] as const,
  )
  const ends = lanes.map((lane) => {
    const times = { ends_expected_ms: lane.expected.ends_ms, ends_worst_ms: lane.worst.ends_ms }
    return [`${lane.step}, lane ${lane.id}`, defined(times)] as const
  })
  return new Map<string, JsonObject>([['', whole], ...phases, ...(lanes.length > 1 ? ends : [])])
}

function both(expected_ms: number | undefined, worst_ms: number | undefined): JsonObject {
  return defined({ expected_ms, worst_ms })
}

function defined(times: Readonly<Record<string, number | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(times).flatMap(([key, ms]) => (ms === undefined ? [] : [[key, ms]])))
}

function pair<T>(from: T | undefined, to: T | undefined): { readonly from?: T; readonly to?: T } {
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
}
