/** What a simulation gives: everything by name, instants in milliseconds since the epoch. */
import type { FailureClass } from '../base/failure.ts'
import type { RunOutcome } from '../run/events.ts'

/**
 * How a simulated run stands when nothing is due any more. `waiting`: a person has to decide and the scenario says
 * nothing; `paused`: nobody resumed it; `cut`: given up at a limit.
 */
export type SimulatedOutcome = RunOutcome | 'waiting' | 'paused' | 'cut'

export type SimulatedState =
  | 'pending'
  | 'staged'
  | 'waiting_for_window'
  | 'in_progress'
  | 'verifying'
  | 'succeeded'
  | 'rolled_back'
  | 'failed'
  | 'skipped'
  | 'held'

/** Something that happened, in order. Members that do not apply are absent. */
export interface SimulatedEvent {
  readonly at: number
  readonly type: string
  readonly target?: string
  readonly lane?: string
  readonly wave?: string
  readonly attempt?: number
  readonly step?: string
  readonly action?: string
  readonly class?: FailureClass
  readonly outcome?: string
  readonly reason?: string
  readonly fault?: string
  readonly by?: string
  readonly count?: number
  readonly until?: number
  readonly healthy?: boolean
}

export interface SimulatedTarget {
  readonly name: string
  state: SimulatedState
  reason: string
  /** Of the last failure. */
  class?: FailureClass
  version: string | undefined
  attempts: number
  startedAt: number | undefined
  /** Of its last attempt. */
  attemptAt: number | undefined
  verifyingAt: number | undefined
  /** Instants at which further attempts began. */
  readonly retriedAt: number[]
  rollingBackAt: number | undefined
  endedAt: number | undefined
  /** Path of its rollout, the last one when it takes part in several; lane and wave are of that one. */
  step: string | undefined
  lane: string | undefined
  wave: string | undefined
}

export interface SimulatedWave {
  readonly id: string
  readonly isCanary: boolean
  /** Names as planned. */
  readonly targets: readonly string[]
  openedAt: number | undefined
  endedAt: number | undefined
  gateAwaitedAt: number | undefined
  gateOpenedAt: number | undefined
  /** The earliest instant at which the next wave may open: end of soak or of the canary's slots. */
  nextAt: number | undefined
  stopped: string | undefined
}

export interface SimulatedLane {
  readonly id: string
  readonly title: string
  /** Path of the rollout. */
  readonly step: string
  readonly timeZone: string | undefined
  /** Names of the targets of its canary. */
  readonly canary: readonly string[]
  readonly waves: readonly SimulatedWave[]
  openedAt: number | undefined
  /** When the wave behind the canary opened. */
  gateOpenedAt: number | undefined
  endedAt: number | undefined
  /** The target whose end stopped it, or who did. */
  stoppedBy: string | undefined
  stopReason: string | undefined
  /** How its targets ended in this rollout; one that was taken up again counts where it ended last. */
  readonly ends: Map<SimulatedState, number>
  /** Spans in which its window was open, as far as the rollout saw them; the last may have no end. */
  readonly windows: { readonly from: number; to: number | undefined }[]
}

export interface SimulatedStep {
  readonly path: string
  readonly startedAt: number
  readonly endedAt: number | undefined
  readonly outcome: string
  readonly reason?: string
}

export interface SimulatedRun {
  readonly scenario: string
  readonly seed: number
  readonly start: number
  readonly end: number
  readonly outcome: SimulatedOutcome
  /** What it waits for, or why it ended as it did. */
  readonly reason: string | undefined
  readonly events: readonly SimulatedEvent[]
  readonly targets: ReadonlyMap<string, SimulatedTarget>
  readonly lanes: readonly SimulatedLane[]
  readonly steps: readonly SimulatedStep[]
  /** How often each fault struck, by its id; those that never did stand with 0. */
  readonly strikes: ReadonlyMap<string, number>
  /** What the simulation could not know and had to make up, in words. */
  readonly assumptions: readonly string[]
  /** Number of recorded events of the run. */
  readonly records: number
}

export const finalStates: ReadonlySet<SimulatedState> = new Set<SimulatedState>([
  'succeeded',
  'rolled_back',
  'failed',
  'skipped',
  'held',
])
