/**
 * Where a run stands: the fold of its journal. Doors and documents read it; only `evolve` writes it.
 * Plain JSON throughout, so that a host may store or send it.
 */
import type { FailureClass } from '../base/failure.ts'
import type { Json, JsonObject } from '../base/json.ts'
import type { EvidenceRef } from '../ports/executor.ts'
import type { StopCause } from '../rollout/events.ts'
import type { CallOp, Choice, Coverage, PromptKind, RunMode, RunOutcome, StepOutcome, Verdict } from './events.ts'
import type { RolloutMachine } from './rollout-machine.ts'
import type { OperatorCommand, RolloutTargetPhase } from './rollout-moves.ts'

export interface RunState {
  run: string
  /** `new` before the first event; `ending`: only cleanups are left. */
  status: 'new' | 'running' | 'pausing' | 'paused' | 'backing_out' | 'ending' | 'ended'
  mode: RunMode
  planDigest: string
  initiator: string
  operator: string
  startedAt: number
  endedAt?: number
  outcome?: RunOutcome
  reason?: string
  /** Sequence number and instant of the last event. */
  seq: number
  lastAt: number
  /** By phase id, only those begun. */
  phases: Record<string, PhaseState>
  /** By step path, only those begun or passed over; also back-out and undo steps. */
  steps: Record<string, StepState>
  /** Decided and not settled, by call id. */
  calls: Record<string, CallState>
  /** Set and not fired, by timer id. */
  timers: Record<string, TimerState>
  /** Open, by prompt id. */
  prompts: Record<string, PromptState>
  /** How many prompts were opened; part of their ids. */
  promptCount: number
  /** Answered or closed, in order. */
  answered: PromptState[]
  acceptance: AcceptanceResult[]
  /** Place of the last result in `acceptance`, by {@link resultKey}. */
  acceptanceLast: Record<string, number>
  deviations: Deviation[]
  handovers: { at: number; seq: number; by: string; to: string; note?: string }[]
  engines: { at: number; seq: number; by: string; pid: number; host: string }[]
  /** Ids of what people said, so that a message that is delivered twice counts once. */
  said: Record<string, true>
  notices: { at: number; seq: number; kind: string; message: string }[]
  rulesBroken: {
    at: number
    seq: number
    rule: string
    title: string
    step: string
    target: string
    /** Why, in words. */
    reason?: string
    overrideBy?: readonly string[]
  }[]
  /** Rules that a person let pass for one effect. */
  rulesWaived: { rule: string; step: string; target: string; by: string; reason: string; at: number; seq: number }[]
  /** The record by which a lane of a rollout came to rest outside its window: rules of the close are judged then. */
  resting?: { step: string; lane: string; seq: number }
  /** By target name, only those that the run has touched or seen. */
  versions: Record<string, TargetVersion>
  /** `now`: what is in flight is called off instead of being waited for. */
  abort?: { by: string; backOut: boolean; now: boolean; reason: string; at: number; seq: number }
  /** Paths of the steps to undo, in the order of undoing. */
  backOut?: { steps: readonly string[]; reason: string; at: number; seq: number; by?: string }
  ending?: { outcome: RunOutcome; reason?: string }
  /** Phase in which the operator chose to be asked no more before each step. */
  freePhase?: string
}

/** Which version a target has at this moment; see versions-now.ts. */
export interface TargetVersion {
  version: string
  /** The one before it; empty when there is none or it is not known. */
  previous: string
  /** Paths of steps whose change on it is in flight, or of which nobody can say how it ended. */
  work: string[]
  /** Path of the rollout that has begun to change it and has not ended for it. */
  rollout?: string
  /** Version when that rollout began. */
  before?: string
  /** An action of that rollout has told the version itself. */
  told?: boolean
}

export interface PhaseState {
  status: 'running' | 'ended'
  startedAt: number
  endedAt?: number
  /** Journal records behind this, by sequence number. */
  records: number[]
}

export interface StepState {
  path: string
  /** `waiting`: a person is asked before it starts. */
  status: 'waiting' | 'running' | StepOutcome
  /** Grows when the step is tried again by a person. */
  round: number
  /** Sequence number of the record that began the present round, from the second on. */
  reopenedSeq?: number
  startedAt?: number
  endedAt?: number
  reason?: string
  by?: string
  outputs: JsonObject
  /** By target name; empty text: control. */
  targets: Record<string, StepTargetState>
  prompts: string[]
  /** A person's choice that the core has not acted on yet. */
  answer?: { choice: Choice; reason?: string; by: string; seq: number; target?: string }
  votes: Vote[]
  form?: JsonObject
  evidence: EvidenceRef[]
  rollout?: RolloutState
  records: number[]
}

export interface Vote {
  by: string
  role?: string
  decision: 'approve' | 'reject'
  reason?: string
  at: number
  seq: number
}

export interface StepTargetState {
  /** `unsettled`: nobody can say how the last call ended. */
  status: 'requested' | 'running' | 'retry_wait' | 'retry_due' | 'unsettled' | 'succeeded' | 'failed' | 'skipped'
  attempts: AttemptState[]
  reason?: string
  coverage?: Coverage
  /** What to do about an unsettled call. */
  resolution?: 'repeat' | 'probe' | 'ask'
  class?: FailureClass
  /** A try by the retry policy is due or waited for; absent after the last one. */
  retrying?: boolean
  /** How many times the work was delivered, over all attempts; part of call ids. */
  deliveries: number
  /** Attempts spent before the last retry by a person. */
  attemptsBefore: number
  /** In a rollout: sequence number of the record since which the core wants this work done. */
  wantedSeq?: number
}

export interface AttemptState {
  attempt: number
  call: string
  op: CallOp
  action: string
  with: JsonObject
  effect: string
  requestedAt: number
  startedAt?: number
  endedAt?: number
  outcome?: 'succeeded' | 'failed' | 'unsettled'
  class?: FailureClass
  message?: string
  advice?: string
  summary?: string
  changed?: boolean
  outputs: JsonObject
  evidence: EvidenceRef[]
  probe?: string
  criterion?: string
  records: number[]
}

export interface CallState {
  call: string
  step: string
  target: string
  op: CallOp
  action: string
  attempt: number
  effect: string
  with: JsonObject
  timeoutMs: number
  status: 'requested' | 'started' | 'interrupted'
  requestedAt: number
  startedAt?: number
  criterion?: string
  undoOutputs?: JsonObject
}

export interface TimerState {
  timer: string
  at: number
  why: string
  step?: string
  target?: string
}

export interface PromptState {
  prompt: string
  kind: PromptKind
  step: string
  choices: readonly Choice[]
  message: string
  target?: string
  criterion?: string
  roles: readonly string[]
  openedAt: number
  expiresAt?: number
  seq: number
  answer?: { by: string; role?: string; choice: Choice; reason?: string; at: number; seq: number; form?: JsonObject }
  closed?: string
}

export interface AcceptanceResult {
  criterion: string
  target: string
  moment: 'baseline' | 'final'
  verdict: Verdict
  outputs: JsonObject
  reason?: string
  by?: string
  at: number
  seq: number
}

/** What tells a result from others; a later one of the same key takes its place. */
export function resultKey(moment: 'baseline' | 'final', criterion: string, target: string): string {
  return `${moment}/${criterion}/${target}`
}

/** Something was done otherwise than the runbook says. */
export interface Deviation {
  kind: 'skipped' | 'marked_done' | 'waived' | 'repeated' | 'rule_broken' | 'failed_step_passed'
  step: string
  target?: string
  by: string
  reason: string
  at: number
  seq: number
}

export interface RolloutTargetState {
  state: RolloutTargetPhase
  lane: string
  wave: string
  /** From 1; 0 before the first. */
  attempt: number
  class?: FailureClass
  /** Why it rolls back, waits or how it ended. */
  reason?: string
  startedAt?: number
  attemptStartedAt?: number
  endedAt?: number
  /** When what it waits for is due. */
  until?: number
  /** Rounds of health that were judged in this attempt, and how many of them were bad. */
  health?: { rounds: number; bad: number; at: number }
  records: number[]
}

export interface RolloutWaveState {
  openedAt?: number
  endedAt?: number
  stopped?: string
}

export interface RolloutLaneState {
  status: 'pending' | 'running' | 'stopped' | 'ended'
  /** The wave that is open, or was the last one. */
  wave?: string
  waves: Record<string, RolloutWaveState>
  /** When the next wave may open. */
  nextWaveAt?: number
  /** Wave whose gate is waited for. */
  gate?: string
  window: 'open' | 'closed'
  /** When the window opens, while it is closed, or closes, while it is open. */
  windowUntil?: number
  /** When its window was open for the first time. */
  openedAt?: number
  endedAt?: number
  /** In words; `stopCause` is the core's word for it. */
  stoppedBy?: string
  stopCause?: StopCause
}

export interface RolloutState {
  targets: Record<string, RolloutTargetState>
  /** How many targets are in which state. */
  counts: Partial<Record<RolloutTargetPhase, number>>
  lanes: Record<string, RolloutLaneState>
  /** Number of the last turn. */
  turn: number
  paused?: 'run' | 'operator'
  /** The targets whose failure people are asked about, one after the other. Empty: all of them were dealt with. */
  asked?: string[]
  stopped?: { scope: 'rollout' | 'run'; reason: string; at: number }
  /** As an operator changed it. */
  concurrency?: number
  /** Until then windows and freezes do not count. */
  glassUntil?: number
  ended: boolean
  /** Words of operators that the core has not acted on. */
  commands: { command: OperatorCommand; by: string; reason?: string }[]
  /** Instants at which the core wants to be asked again, and timers are set. */
  wakes: number[]
  /** The core's own state, rebuilt from its events; not part of the JSON. */
  readonly machine: RolloutMachine
}

export function initialState(run: string): RunState {
  return {
    run,
    status: 'new',
    mode: 'guided',
    planDigest: '',
    initiator: '',
    operator: '',
    startedAt: 0,
    seq: 0,
    lastAt: 0,
    phases: {},
    steps: {},
    calls: {},
    timers: {},
    prompts: {},
    promptCount: 0,
    answered: [],
    acceptance: [],
    acceptanceLast: {},
    deviations: [],
    handovers: [],
    engines: [],
    said: {},
    notices: [],
    rulesBroken: [],
    rulesWaived: [],
    versions: {},
  }
}

/** Whether a step needs nothing more. */
export function isFinal(step: StepState | undefined): boolean {
  return step !== undefined && step.status !== 'waiting' && step.status !== 'running'
}

/** The same as JSON, for hosts and doors. */
export function stateJson(state: RunState): Json {
  return JSON.parse(JSON.stringify(state)) as Json
}
