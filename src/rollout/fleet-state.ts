/**
 * The parent of the cells: what spans them, and nothing about single targets. It knows the cells by their reports.
 * Only `evolveFleet` writes here.
 */
import { type Agenda, makeAgenda } from './agenda.ts'
import { type Counter, counterIndex, counters, extraWaves } from './cell-state.ts'
import type { Order, StopCause, StopWish } from './events.ts'
import type { FleetLayout, LanePlan } from './fleet-plan.ts'

/** That something stopped, why, and whether what is proven goes back. */
export interface StopNote {
  readonly cause: StopCause
  readonly undo: boolean
}

export interface LaneState {
  readonly plan: LanePlan
  readonly lane: number
  /** Waves of the plan and the extra ones. */
  readonly waves: number
  /** By wave and counter, summed over the cells of the lane. */
  readonly sums: Int32Array
  /** Targets by wave of the plan. */
  readonly total: Int32Array
  readonly granted: Int32Array
  /** By wave: first start, last end, most attempts, latest end of an attempt's time; -1: none. */
  readonly marks: Float64Array
  readonly lastGrantAt: Float64Array
  /** Cells with something ready, by wave, in turn. */
  readonly hungry: number[][]
  /** The wave that is open; -1: none yet. */
  wave: number
  waveEnded: boolean
  nextWaveAt: number
  promoted: boolean
  readonly gateOpen: boolean[]
  gateAwaited: boolean
  /** Grants and failures at the beginning of the batch. */
  batchStart: number
  batchFailures: number
  /** Closed until then; -1: open or not looked at yet. */
  shutUntil: number
  closesAt: number
  readonly waveStopped: (StopNote | undefined)[]
  stopped: StopNote | undefined
  ended: boolean
  openedAt: number
}

export interface FleetState {
  readonly layout: FleetLayout
  readonly lanes: readonly LaneState[]
  /** By cell: waves × (ready, granted, used). */
  readonly cellReady: readonly Int32Array[]
  readonly cellDomains: Map<number, Map<number, number>>
  readonly domainRunning: Map<number, number>
  readonly isHungry: readonly Uint8Array[]
  readonly orderNumber: Int32Array
  /** Cells that were told to stop as a whole. */
  readonly cellStopped: Uint8Array
  /** Stops of single waves by cell × 256 + wave: 1, or 2 with what is proven. */
  readonly waveTold: Map<number, number>
  readonly cellGlass: Float64Array
  readonly reportNumber: Int32Array
  /** Orders that the cells have not confirmed yet. */
  readonly unconfirmed: Map<number, { readonly number: number; readonly order: Order }[]>
  wishes: StopWish[]
  running: number
  outstanding: number
  /** In staging or granted for it. */
  staging: number
  /** The lane that was granted something last: the next one in turn comes first. */
  lastLane: number
  atRisk: number
  unitsAtRisk: number
  failures: number
  /** Targets that have not ended. */
  open: number
  openLanes: number
  maxConcurrency: number
  glassUntil: number
  paused: boolean
  asked: boolean
  started: boolean
  stopped: (StopNote & { readonly scope: 'rollout' | 'run' }) | undefined
  sealed: boolean
  ended: boolean
  progressAt: number
  /** When lanes must be looked at again, the last item for the rollout. Not recorded: `recover` works it out. */
  readonly agenda: Agenda
  lastAt: number
}

export const perCell = { ready: 0, granted: 1, used: 2, count: 3 } as const

export function initialFleet(layout: FleetLayout): FleetState {
  const { policy, lanes } = layout.plan
  return {
    layout,
    lanes: lanes.map((plan, lane) => initialLane(layout, plan, lane)),
    cellReady: layout.cells.map((cell) => new Int32Array((cell.waves + extraWaves.count) * perCell.count)),
    cellDomains: new Map(),
    domainRunning: new Map(),
    isHungry: layout.cells.map((cell) => new Uint8Array(cell.waves + extraWaves.count)),
    cellStopped: new Uint8Array(layout.cells.length),
    waveTold: new Map(),
    cellGlass: new Float64Array(layout.cells.length).fill(Number.NEGATIVE_INFINITY),
    orderNumber: new Int32Array(layout.cells.length),
    reportNumber: new Int32Array(layout.cells.length),
    unconfirmed: new Map(),
    wishes: [],
    running: 0,
    outstanding: 0,
    staging: 0,
    lastLane: 0,
    atRisk: 0,
    unitsAtRisk: 0,
    failures: 0,
    open: layout.count,
    openLanes: lanes.length,
    maxConcurrency: policy.maxConcurrency ?? Number.POSITIVE_INFINITY,
    glassUntil: Number.NEGATIVE_INFINITY,
    paused: false,
    asked: false,
    started: false,
    stopped: undefined,
    sealed: false,
    ended: false,
    progressAt: -1,
    agenda: makeAgenda(lanes.length + 1),
    lastAt: Number.NEGATIVE_INFINITY,
  }
}

function initialLane(layout: FleetLayout, plan: LanePlan, lane: number): LaneState {
  const waves = plan.waves.length + extraWaves.count
  const total = new Int32Array(waves)
  for (const cell of layout.laneCells[lane]!) for (const wave of layout.cells[cell]!.wave) total[wave]! += 1
  return {
    plan,
    lane,
    waves,
    sums: new Int32Array(waves * counters.length),
    total,
    granted: new Int32Array(waves),
    marks: new Float64Array(waves * 4).fill(-1),
    lastGrantAt: new Float64Array(waves).fill(Number.NEGATIVE_INFINITY),
    hungry: Array.from({ length: waves }, () => []),
    wave: -1,
    waveEnded: true,
    nextWaveAt: Number.NEGATIVE_INFINITY,
    promoted: false,
    gateOpen: plan.waves.map((wave) => !wave.gate),
    gateAwaited: false,
    batchStart: 0,
    batchFailures: 0,
    shutUntil: -1,
    closesAt: Number.NEGATIVE_INFINITY,
    waveStopped: plan.waves.map(() => undefined),
    stopped: undefined,
    ended: false,
    openedAt: -1,
  }
}

export function sumOf(lane: LaneState, wave: number, counter: Counter): number {
  return lane.sums[wave * counters.length + counterIndex[counter]]!
}

/** Ends that count as failures: failed, rolled back, held. */
export function failuresOf(lane: LaneState, wave: number): number {
  return sumOf(lane, wave, 'failed') + sumOf(lane, wave, 'rolled_back') + sumOf(lane, wave, 'held')
}

export function laneFailures(lane: LaneState): number {
  let all = 0
  for (let wave = 0; wave < lane.waves; wave += 1) all += failuresOf(lane, wave)
  return all
}

/** Targets of a wave that no longer need it. */
export function overOf(lane: LaneState, wave: number): number {
  return (
    failuresOf(lane, wave) +
    sumOf(lane, wave, 'succeeded') +
    sumOf(lane, wave, 'skipped') +
    sumOf(lane, wave, 'moved') +
    sumOf(lane, wave, 'proven')
  )
}

export function outstandingOf(lane: LaneState, wave: number): number {
  return lane.granted[wave]! - sumOf(lane, wave, 'used')
}

/** Proven targets of the lane are on their way back: until they are, no wave of it is over and nothing new begins. */
export function takesBack(lane: LaneState): boolean {
  const undo = lane.plan.waves.length + extraWaves.undo
  return sumOf(lane, undo, 'ready') + sumOf(lane, undo, 'running') + outstandingOf(lane, undo) > 0
}

/** Targets of a lane that have not ended. */
export function openOf(lane: LaneState): number {
  let ended = 0
  for (let wave = 0; wave < lane.waves; wave += 1) {
    ended += failuresOf(lane, wave) + sumOf(lane, wave, 'succeeded') + sumOf(lane, wave, 'skipped')
  }
  return lane.plan.targets.count - ended
}

/** In progress in all waves but staging, with what was granted and has not begun yet. */
export function laneInProgress(lane: LaneState): number {
  let all = 0
  const stage = lane.plan.waves.length + extraWaves.stage
  for (let wave = 0; wave < lane.waves; wave += 1) {
    if (wave !== stage) all += sumOf(lane, wave, 'running') + outstandingOf(lane, wave)
  }
  return all
}

/** Counted over all lanes, by counter; for screens and for the end. */
export function fleetCount(state: FleetState, counter: Counter): number {
  let all = 0
  for (const lane of state.lanes) for (let wave = 0; wave < lane.waves; wave += 1) all += sumOf(lane, wave, counter)
  return all
}
