/**
 * Where the targets of one cell stand: typed arrays by target, queues of those that may begin, one agenda of due times.
 * Only `evolveCell` writes here; everything follows from the plan and the events alone.
 */
import { type Agenda, makeAgenda } from './agenda.ts'
import type { Order, Report, StopWish } from './events.ts'
import type { CellPlan } from './fleet-plan.ts'
import type { EndState, InFlight, Stage, TargetState } from './policy.ts'
import type { Queue } from './queue.ts'

/** Where a target is between its states; several of them read as one {@link TargetState}. */
export const phases = {
  idle: 0,
  staging: 1,
  deferred: 2,
  working: 3,
  verifying: 4,
  retryWait: 5,
  rollingBack: 6,
  /** Verified, but a wider rollback may still take it back. */
  proven: 7,
  /** To be taken back as soon as the parent grants it. */
  undo: 8,
  ended: 9,
} as const

/** What is counted by wave and failure domain, and reported as differences. */
export const counters = [
  'ready',
  'running',
  'used',
  'proven',
  'succeeded',
  'rolled_back',
  'failed',
  'skipped',
  'held',
  'moved',
  'returned',
] as const

export type Counter = (typeof counters)[number]

export const counterIndex: Readonly<Record<Counter, number>> = Object.fromEntries(
  counters.map((name, index) => [name, index]),
) as Record<Counter, number>

export const endStates: readonly EndState[] = ['succeeded', 'rolled_back', 'failed', 'skipped', 'held']

export const stages: readonly Stage[] = ['stage', 'preflight', 'each', 'post_checks', 'health', 'rollback']

/** Waves behind those of the plan: staging ahead, held targets that were taken up again, proven ones to be taken back. */
export const extraWaves = { stage: 0, again: 1, undo: 2, count: 3 } as const

export const flags = {
  queued: 1,
  stageQueued: 2,
  stageTried: 4,
  staged: 8,
  /** An action that changes the target was begun. */
  changed: 16,
  skipWhen: 32,
  noRetry: 64,
  /** On its way back as part of a wider rollback. */
  undoing: 128,
} as const

export type StopOrder = Extract<Order, { kind: 'stop' }>

export interface CellState {
  readonly plan: CellPlan
  readonly phase: Uint8Array
  readonly end: Uint8Array
  /** 1 + index into `failureClasses`; 0: none. */
  readonly failure: Uint8Array
  readonly reason: Uint8Array
  readonly attempt: Uint16Array
  /** The wave in which it is counted; changes only when a held target is taken up again. */
  readonly home: Uint8Array
  readonly flags: Uint8Array
  /** Present call or the last one: its stage and place, number, and whether it is under way. */
  readonly stage: Uint8Array
  readonly index: Uint16Array
  readonly call: Uint16Array
  readonly flight: Uint8Array
  /** How the last call ended: 0 not yet looked for, 1 well, otherwise 2 + index of the class. */
  readonly outcome: Uint8Array
  /** Health: 0 no round judged, 1 healthy, 2 unhealthy; and the unhealthy ones so far. */
  readonly judged: Uint8Array
  readonly unhealthy: Uint16Array
  readonly deadline: Float64Array
  /** When the next round, attempt or opening is due. */
  readonly next: Float64Array
  readonly since: Float64Array
  readonly requestedAt: Float64Array
  readonly agenda: Agenda
  /** By wave and domain. */
  readonly queues: Queue[]
  readonly readyNow: Int32Array
  readonly unitTurn: Int32Array
  readonly unitActive: Uint16Array
  readonly unitRisk: Uint16Array
  /** By wave: granted, and of these used or given back. */
  readonly granted: Int32Array
  readonly used: Int32Array
  /** Domains of the last grant; undefined: all. */
  allowed: Uint8Array | undefined
  /** By wave of the plan: how what is in flight ends; undefined: not stopped. */
  readonly stopped: (InFlight | undefined)[]
  /** Applied again after a crash, because only parts of what they end may have been recorded. */
  readonly stops: StopOrder[]
  openWave: number
  shutUntil: number
  glassUntil: number
  orderNumber: number
  reportNumber: number
  lastReport: Report | undefined
  /** Since the last report. */
  delta: CellDelta
  lastAt: number
}

export interface CellDelta {
  readonly counts: Int32Array
  /** Rows of `counts` that changed, in the order of their first change. */
  readonly rows: number[]
  readonly rowDirty: Uint8Array
  readonly marks: Float64Array
  readonly marked: Uint8Array
  units: number
  stops: StopWish[]
  dirty: boolean
}

export function cellWaves(plan: CellPlan): number {
  return plan.waves + extraWaves.count
}

/** Row of the counters: one per wave and domain. */
export function rowOf(plan: CellPlan, wave: number, domain: number): number {
  return wave * (plan.domains.length + 1) + domain
}

export function blankCell(plan: CellPlan): CellState {
  const { size } = plan
  const waves = cellWaves(plan)
  const rows = waves * (plan.domains.length + 1)
  const units = plan.unitStart.length - 1
  return {
    plan,
    phase: new Uint8Array(size),
    end: new Uint8Array(size),
    failure: new Uint8Array(size),
    reason: new Uint8Array(size),
    attempt: new Uint16Array(size),
    home: Uint8Array.from(plan.wave),
    flags: new Uint8Array(size),
    stage: new Uint8Array(size),
    index: new Uint16Array(size),
    call: new Uint16Array(size),
    flight: new Uint8Array(size),
    outcome: new Uint8Array(size),
    judged: new Uint8Array(size),
    unhealthy: new Uint16Array(size),
    deadline: new Float64Array(size).fill(-1),
    next: new Float64Array(size).fill(-1),
    since: new Float64Array(size),
    requestedAt: new Float64Array(size).fill(-1),
    agenda: makeAgenda(size),
    queues: Array.from({ length: rows }, () => []),
    readyNow: new Int32Array(rows),
    unitTurn: Int32Array.from(plan.unitStart.subarray(0, units)),
    unitActive: new Uint16Array(units),
    unitRisk: new Uint16Array(units),
    granted: new Int32Array(waves),
    used: new Int32Array(waves),
    allowed: undefined,
    stopped: Array.from({ length: waves }, () => undefined),
    stops: [],
    openWave: -1,
    shutUntil: -1,
    glassUntil: Number.NEGATIVE_INFINITY,
    orderNumber: 0,
    reportNumber: 0,
    lastReport: undefined,
    delta: {
      counts: new Int32Array(rows * counters.length),
      rows: [],
      rowDirty: new Uint8Array(rows),
      marks: new Float64Array(waves * 4).fill(-1),
      marked: new Uint8Array(waves),
      units: 0,
      stops: [],
      dirty: false,
    },
    lastAt: Number.NEGATIVE_INFINITY,
  }
}

/** What people see. */
export function targetState(state: CellState, target: number): TargetState {
  switch (state.phase[target]) {
    case phases.idle:
      if (state.shutUntil !== -1 && state.home[target] === state.openWave) return 'waiting_for_window'
      return (state.flags[target]! & flags.staged) !== 0 ? 'staged' : 'pending'
    case phases.staging:
      return 'pending'
    case phases.deferred:
      return 'waiting_for_window'
    case phases.working:
    case phases.retryWait:
    case phases.rollingBack:
      return 'in_progress'
    case phases.verifying:
    case phases.proven:
    case phases.undo:
      return 'verifying'
    default:
      return endStates[state.end[target]!]!
  }
}

/** Between the first start and an end, and not only waiting for others. */
export function isActive(state: CellState, target: number): boolean {
  const phase = state.phase[target]!
  return phase >= phases.working && phase <= phases.rollingBack
}

export function hasFlag(state: CellState, target: number, flag: number): boolean {
  return (state.flags[target]! & flag) !== 0
}
