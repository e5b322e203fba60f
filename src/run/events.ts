/**
 * What can happen in a run. Each event is one journal record; state is only ever a fold over them.
 *
 * Two kinds: what the world tells us (posted by the host or by people), and what the core concludes from it (decided,
 * posted to the run itself in the same turn and the same write). Shapes may gain members, never lose or change one.
 */
import type { FailureClass } from '../base/failure.ts'
import type { JsonObject } from '../base/json.ts'
import type { EvidenceRef } from '../ports/executor.ts'
import type { OperatorCommand, RolloutMove } from './rollout-moves.ts'

export type RunMode = 'guided' | 'unattended' | 'dry_run'

/** What a call asks of an action. `perform` may change the world; `criterion` is a read-only `perform` for acceptance. */
export type CallOp = 'perform' | 'probe' | 'undo' | 'dry_run' | 'criterion'

export type StepOutcome = 'succeeded' | 'failed' | 'skipped' | 'marked_done' | 'backed_out'

export type RunOutcome = 'succeeded' | 'succeeded_with_failures' | 'backed_out' | 'aborted' | 'failed'

export type Verdict = 'pass' | 'fail' | 'not_tested' | 'waived' | 'unknown'

export type PromptKind = 'step' | 'failure' | 'manual' | 'gate' | 'unknown' | 'criterion' | 'rollout'

export type Choice =
  | 'run'
  | 'run_phase'
  | 'skip'
  | 'mark_done'
  | 'back_out'
  | 'abort'
  | 'retry'
  | 'retry_all'
  | 'done'
  | 'fail'
  | 'approve'
  | 'reject'
  | 'waive'
  | 'pass'
  | 'not_tested'
  /** A rollout that asked goes on, puts the target back that it asks about, or stops. */
  | 'go_on'
  | 'rollback'
  | 'stop'

/** Who said something, in which role. */
export interface Person {
  readonly by: string
  readonly role?: string
}

export interface RunEventData {
  // From the world.
  RunStarted: Person & {
    readonly run: string
    readonly mode: RunMode
    readonly plan_digest: string
    readonly runbook: { readonly name: string; readonly version: string; readonly hash: string }
    readonly rollbook_version: string
  }
  /** A process took the run over: calls that were started and not settled are interrupted. */
  EngineStarted: Person & { readonly pid: number; readonly host: string }
  CallStarted: { readonly call: string; readonly fence: number }
  CallSucceeded: {
    readonly outputs: JsonObject
    readonly summary?: string
    readonly changed?: boolean
    readonly evidence: readonly EvidenceRef[]
    /** Answer of a probe. */
    readonly state?: 'applied' | 'not_applied' | 'running' | 'unknown'
    /** Answer of a dry run. */
    readonly coverage?: Coverage
  }
  CallFailed: {
    readonly class: FailureClass
    readonly message: string
    readonly advice?: string
    readonly outputs?: JsonObject
    readonly evidence: readonly EvidenceRef[]
    /** Certain that nothing was done. */
    readonly not_applied?: boolean
  }
  TimerFired: Record<string, never>
  PromptAnswered: Person & {
    readonly choice: Choice
    readonly reason?: string
    readonly form?: JsonObject
    readonly evidence?: readonly EvidenceRef[]
  }
  VoteCast: Person & { readonly prompt: string; readonly decision: 'approve' | 'reject'; readonly reason?: string }
  PauseRequested: Person & { readonly reason?: string }
  ResumeRequested: Person
  AbortRequested: Person & { readonly back_out: boolean; readonly now: boolean; readonly reason: string }
  HandedOver: Person & { readonly to: string; readonly note?: string }
  /** Something that an auditor must see: an insecure switch, a lock taken over, a torn tail that was cut. */
  NoticeRecorded: {
    readonly kind:
      | 'insecure'
      | 'taken_over'
      | 'torn_tail'
      | 'executor_changed'
      | 'rehearsal'
      | 'left_running'
      | 'not_given'
    readonly message: string
  }

  // Concluded by the core.
  PhaseStarted: { readonly phase: string }
  PhaseEnded: { readonly phase: string }
  StepStarted: { readonly step: string; readonly round: number }
  StepEnded: {
    readonly step: string
    readonly outcome: StepOutcome
    readonly reason?: string
    readonly by?: string
    readonly outputs?: JsonObject
    /** Outputs by target, when the step's runbook entry names its own outputs. */
    readonly target_outputs?: Readonly<Record<string, JsonObject>>
  }
  /** A target of a step needs no call: left out by `when`, or nothing could be asked in a dry run. */
  TargetPassed: {
    readonly step: string
    readonly target: string
    readonly reason: string
    readonly coverage?: Coverage
  }
  /** A target of a step failed without a call: its arguments could not be worked out. */
  TargetFailed: {
    readonly step: string
    readonly target: string
    readonly class: FailureClass
    readonly message: string
  }
  CallRequested: {
    readonly call: string
    readonly step: string
    /** Empty text: control. */
    readonly target: string
    readonly op: CallOp
    readonly action: string
    readonly with: JsonObject
    /** The same for every delivery of the same effect. */
    readonly effect: string
    readonly attempt: number
    readonly timeout_ms: number
    readonly criterion?: string
    /** Outputs of `perform`, for `undo`. */
    readonly undo_outputs?: JsonObject
    /** Retried by a person's decision, who. */
    readonly by?: string
  }
  /** A call of which nobody can say how it ended (crash, lost connection, silence), and what is done about it. */
  CallUnsettled: {
    readonly call: string
    readonly step: string
    readonly target: string
    readonly resolution: 'repeat' | 'probe' | 'ask' | 'fail'
    readonly reason: string
  }
  TimerSet: {
    readonly timer: string
    readonly at: number
    readonly why: string
    readonly step?: string
    readonly target?: string
  }
  PromptOpened: {
    readonly prompt: string
    readonly kind: PromptKind
    readonly step: string
    readonly choices: readonly Choice[]
    readonly message: string
    readonly target?: string
    readonly criterion?: string
    readonly roles: readonly string[]
    readonly expires_at?: number
  }
  /** A prompt that needs no answer any more. */
  PromptClosed: { readonly prompt: string; readonly reason: string }
  StepReopened: { readonly step: string; readonly scope: 'failed' | 'all'; readonly by: string }
  AcceptanceRecorded: {
    readonly step: string
    readonly criterion: string
    readonly target: string
    readonly moment: 'baseline' | 'final'
    readonly verdict: Verdict
    readonly outputs: JsonObject
    readonly reason?: string
    readonly by?: string
  }
  RuleBroken: {
    readonly rule: string
    readonly title: string
    readonly step: string
    readonly target: string
    /** The values that it was judged by, and what to do. */
    readonly reason?: string
    /** Roles of which one may let it pass. */
    readonly override_by?: readonly string[]
  }
  /** An operator's word to a rollout that is under way. */
  RolloutCommanded: Person & { readonly step: string; readonly command: OperatorCommand; readonly reason?: string }
  /** One turn of a rollout's core: everything that it decided at one instant. */
  RolloutAdvanced: {
    readonly step: string
    /** Counts from 1 within the step; begins anew when the step is reopened. */
    readonly turn: number
    /** The core's own events, from which its state is rebuilt; see src/rollout/events.ts. */
    readonly core: readonly JsonObject[]
    /** The same for people and documents, by name. */
    readonly moves: readonly RolloutMove[]
    /** How many of the operators' words were acted on. */
    readonly commands?: number
    /** The run itself paused, resumed or stopped it. */
    readonly by_run?: true
  }
  RunPaused: Record<string, never>
  BackOutStarted: { readonly steps: readonly string[]; readonly reason: string; readonly by?: string }
  RunEnding: { readonly outcome: RunOutcome; readonly reason?: string }
  RunEnded: { readonly outcome: RunOutcome; readonly reason?: string }
}

export type Coverage = 'checked' | 'simulated' | 'assumed' | 'not_covered'

export type RunEventType = keyof RunEventData

/** An event with its place in the journal. `seq` counts records from 1. */
export type RunEvent = {
  [Type in RunEventType]: {
    readonly id: string
    readonly type: Type
    readonly at: number
    readonly of?: string
    readonly data: RunEventData[Type]
  }
}[RunEventType]

/** The events of one type. */
export type EventOf<Type extends RunEventType> = Extract<RunEvent, { type: Type }>
