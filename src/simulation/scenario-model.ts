/** A scenario with its texts read: milliseconds instead of durations, sets instead of lists. */

import { parseDuration } from '../base/duration.ts'
import type { FailureClass } from '../base/failure.ts'
import type { JsonObject } from '../base/json.ts'
import type { Scenario } from '../runbook/scenario.generated.ts'

/** Which calls are meant: those that fit all that is there. */
export interface Selection {
  /** Path of a step, or an id that stands in the path. */
  readonly step?: string
  readonly action?: string
  readonly targets?: ReadonlySet<string>
  /** CEL over `target`. */
  readonly select?: string
  readonly lanes?: ReadonlySet<string>
  readonly attempts?: ReadonlySet<number>
}

export type DurationLaw =
  | { readonly kind: 'fixed'; readonly ms: number }
  | { readonly kind: 'range'; readonly minMs: number; readonly maxMs: number }
  | { readonly kind: 'distribution'; readonly p50Ms: number; readonly p95Ms: number }

export interface DurationRule extends Selection {
  readonly law: DurationLaw
}

export interface OutputRule extends Selection {
  readonly give: JsonObject
}

export type FaultKind = 'fail' | 'hang' | 'unhealthy' | 'disappear' | 'engine_killed'
export type FaultSince = 'start' | 'lane' | 'attempt' | 'verifying'

export interface Fault extends Selection {
  readonly id: string
  readonly title?: string
  readonly kind: FaultKind
  readonly class: FailureClass
  readonly message?: string
  readonly times: number
  readonly chance: number
  readonly since: FaultSince
  readonly fromMs: number
  /** `Infinity`: it does not end. */
  readonly untilMs: number
  readonly afterMs: number
  readonly downForMs: number
}

export type OperatorDo = NonNullable<Scenario['operator']>[number]['do']

export interface OperatorRule {
  readonly atMs?: number
  readonly step?: string
  readonly do: OperatorDo
  readonly target?: string
  readonly lane?: string
  readonly wave?: string
  readonly to?: number
  readonly forMs?: number
  readonly by?: string
  readonly role?: string
  readonly reason?: string
  readonly form?: JsonObject
  readonly afterMs?: number
}

export interface ScenarioModel {
  readonly name: string
  readonly seed: number
  /** RFC 3339 with offset. */
  readonly start?: string
  readonly durations: readonly DurationRule[]
  readonly outputs: readonly OutputRule[]
  readonly faults: readonly Fault[]
  readonly operator: readonly OperatorRule[]
}

/** Everything goes as the plan expects, and nothing goes wrong. */
export const calmScenario: ScenarioModel = {
  name: 'calm',
  seed: 1,
  durations: [],
  outputs: [],
  faults: [],
  operator: [],
}

/** @param scenario - checked against its schema; what is no duration counts as none */
export function readScenario(scenario: Scenario): ScenarioModel {
  return {
    name: scenario.name,
    seed: scenario.seed ?? calmScenario.seed,
    ...(scenario.start === undefined ? {} : { start: scenario.start }),
    durations: (scenario.durations ?? []).map((rule) => ({ ...readSelection(rule), law: readLaw(rule) })),
    outputs: (scenario.outputs ?? []).map((rule) => ({ ...readSelection(rule), give: rule.give as JsonObject })),
    faults: (scenario.faults ?? []).map(readFault),
    operator: (scenario.operator ?? []).map(readOperator),
  }
}

type RawRule = Pick<
  NonNullable<Scenario['faults']>[number],
  'step' | 'action' | 'targets' | 'select' | 'lanes' | 'attempts'
>

function readSelection(rule: RawRule): Selection {
  return {
    ...(rule.step === undefined ? {} : { step: rule.step }),
    ...(rule.action === undefined ? {} : { action: rule.action }),
    ...(rule.targets === undefined ? {} : { targets: new Set(rule.targets) }),
    ...(rule.select === undefined ? {} : { select: rule.select }),
    ...(rule.lanes === undefined ? {} : { lanes: new Set(rule.lanes) }),
    ...(rule.attempts === undefined ? {} : { attempts: new Set(rule.attempts) }),
  }
}

function readLaw(rule: NonNullable<Scenario['durations']>[number]): DurationLaw {
  if (rule.fixed !== undefined) return { kind: 'fixed', ms: ms(rule.fixed) }
  if (rule.range) return { kind: 'range', minMs: ms(rule.range.min), maxMs: ms(rule.range.max) }
  return { kind: 'distribution', p50Ms: ms(rule.distribution?.p50), p95Ms: ms(rule.distribution?.p95) }
}

function readFault(fault: NonNullable<Scenario['faults']>[number]): Fault {
  return {
    ...readSelection(fault),
    id: fault.id,
    ...(fault.title === undefined ? {} : { title: fault.title }),
    kind: fault.kind,
    class: fault.class ?? defaultClass[fault.kind],
    ...(fault.message === undefined ? {} : { message: fault.message }),
    // An engine that dies at every delivery of a call would never get past it.
    times: fault.times ?? (fault.kind === 'engine_killed' ? 1 : Number.POSITIVE_INFINITY),
    chance: fault.chance ?? 1,
    since: fault.since ?? 'start',
    fromMs: ms(fault.from),
    untilMs: fault.until === undefined ? Number.POSITIVE_INFINITY : ms(fault.until),
    afterMs: ms(fault.after),
    downForMs: fault.down_for === undefined ? 60_000 : ms(fault.down_for),
  }
}

const defaultClass: Readonly<Record<FaultKind, FailureClass>> = {
  fail: 'process',
  hang: 'timeout',
  unhealthy: 'unhealthy',
  disappear: 'unreachable',
  engine_killed: 'unknown',
}

function readOperator(rule: NonNullable<Scenario['operator']>[number]): OperatorRule {
  const { at, for: forText, after, form, ...rest } = rule
  return {
    ...rest,
    ...(at === undefined ? {} : { atMs: ms(at) }),
    ...(forText === undefined ? {} : { forMs: ms(forText) }),
    ...(after === undefined ? {} : { afterMs: ms(after) }),
    ...(form === undefined ? {} : { form: form as JsonObject }),
  }
}

function ms(text: string | undefined): number {
  return text === undefined ? 0 : (parseDuration(text) ?? 0)
}
