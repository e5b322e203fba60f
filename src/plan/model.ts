/**
 * The plan: a runbook resolved for one inventory and one set of inputs. It is plain JSON, pinned in the run directory,
 * and the only thing that the run core, the simulator and the documents read.
 *
 * Invariants:
 * 1. `path` is unique in the plan and stable while ids are; `number` is what people read and is the same in every face.
 * 2. Every `for_each` is expanded: a plan that cannot list its steps cannot be approved.
 * 3. `with` and `when` hold the author's expressions; the run core resolves them with the same function that made `previews`.
 * 4. Secrets stand as references (see base/secret.ts), never as text.
 */
import type { FailureClass } from '../base/failure.ts'
import type { Json, JsonObject } from '../base/json.ts'
import type { VersionScheme } from '../base/version-scheme.ts'
import type { Catalog } from '../catalog/index.ts'
import type { Capabilities } from '../ports/executor.ts'
import type { PlanTimeline } from './timeline.ts'

export interface Plan {
  readonly rollbook: 'plan/v1'
  readonly runbook: {
    readonly name: string
    readonly title: string
    readonly version: string
    readonly description?: string
    readonly owner?: string
    /** File name as the user gave it. */
    readonly file: string
    /** `sha256:` and 64 hex digits over the bytes of the runbook file. */
    readonly hash: string
  }
  readonly change?: JsonObject
  readonly requirements: readonly PlanRequirement[]
  readonly inputs: Readonly<Record<string, PlanInput>>
  readonly roles: Readonly<Record<string, { readonly title: string; readonly description?: string }>>
  readonly targets: Readonly<Record<string, PlanTarget>>
  readonly systems: Readonly<Record<string, PlanSystem>>
  /** Where each secret is read from when it is needed, by the name in its references; never a value. */
  readonly secrets?: Readonly<Record<string, PlanSecret>>
  readonly components: readonly PlanComponent[]
  readonly rules: readonly PlanRule[]
  readonly acceptance_criteria: readonly PlanCriterion[]
  /** Published releases that expressions ask. */
  readonly catalog?: Catalog
  /** Windows and freezes; absent when the runbook and the inventory have neither. */
  readonly calendar?: PlanCalendar
  readonly phases: readonly PlanPhase[]
  readonly totals: PlanTotals
  /** Absent: nobody has played the plan yet. It is no part of the digest. */
  readonly timeline?: PlanTimeline
  /** `sha256:` and 64 hex digits over what happens to which target; a cosmetic edit keeps it. */
  readonly digest: string
}

/** What `parseCalendar` reads, with expressions resolved; whole, so that a run needs nothing else. */
export interface PlanCalendar {
  readonly windows?: readonly JsonObject[]
  readonly freezes?: readonly JsonObject[]
  /** Text of each iCalendar file that an entry names under `calendar`. */
  readonly files: Readonly<Record<string, string>>
  /** Who may override it, and for how long at most; absent: nobody. */
  readonly break_glass?: { readonly roles: readonly string[]; readonly max_ms: number }
}

/** Exactly one member is set. */
export interface PlanSecret {
  /** Name of an environment variable of the engine. */
  readonly env?: string
  /** Path of a file that holds nothing but the secret. */
  readonly file?: string
  /** A command and its arguments; its standard output is the secret. */
  readonly command?: readonly string[]
}

export interface PlanRequirement {
  readonly id: string
  readonly text: string
  readonly source?: string
  /** Markdown for the documents; alone it covers a demand that only informs. */
  readonly note?: string
  /** Numbers of the steps (or ids of the criteria and rules) that cover it. */
  readonly covered_by: readonly string[]
}

export interface PlanInput {
  readonly title: string
  readonly type: string
  /** The value, or a secret reference. */
  readonly value: Json
  readonly source: 'default' | 'set' | 'values' | 'asked' | 'environment'
  /** Where a secret comes from, as the runbook says; the engine resolves it when the run begins. */
  readonly secret_from?: { readonly env?: string; readonly file?: string; readonly command?: readonly string[] }
  /** A secret that a run may do without: where it is not to be had, the arguments that would carry it are left out. */
  readonly optional?: true
  readonly description?: string
}

/** Smallest thing with a version. Fields are those of the inventory after defaults. */
export interface PlanTarget {
  readonly name: string
  readonly kind: string
  readonly address?: string
  readonly roles: readonly string[]
  readonly version?: string
  readonly site?: string
  readonly time_zone?: string
  readonly unit?: string
  readonly member?: string
  readonly system?: string
  readonly connection?: JsonObject
  readonly attributes: JsonObject
}

/** How a controller, an API or a fleet of hosts is reached. */
export interface PlanSystem {
  readonly name: string
  readonly kind: string
  readonly address?: string
  /** Free settings; secrets as references. */
  readonly settings: JsonObject
}

export interface PlanComponent {
  readonly id: string
  readonly title: string
  readonly targets: readonly string[]
  readonly after: readonly string[]
  readonly unit?: string
  /** How its versions are ordered. Absent: dotted. */
  readonly scheme?: VersionScheme
  readonly impact?: PlanImpact
}

export interface PlanRule {
  readonly id: string
  readonly title: string
  /** CEL over the world as it is and the effect at hand; checked before each effect. See rule-world.ts. */
  readonly check?: string
  /** CEL over the world as it is, when a rollout ends or its window closes. */
  readonly at_close?: string
  /** What to do when it does not hold, with the author's expressions. */
  readonly hint?: string
  /** Roles of which one may let it pass for one effect. Absent: nobody. */
  readonly override_by?: readonly string[]
  readonly covers: readonly string[]
}

/** What a call tells about the version of its target, by the names of its arguments and outputs. */
export interface PlanVersionKeys {
  /** Argument: the version to which the target is brought. */
  readonly to?: string
  /** Output: the version that the target has. */
  readonly now?: string
  /** Output: the version that it had before. */
  readonly previous?: string
}

export interface PlanCriterion {
  readonly id: string
  readonly title: string
  readonly severity: 'must' | 'should'
  /** Captured before the change, and compared after it. */
  readonly baseline: boolean
  readonly covers: readonly string[]
  readonly targets: readonly string[]
  readonly check:
    | {
        readonly kind: 'action'
        readonly action: string
        readonly capabilities: Capabilities
        readonly with: JsonObject
        /** CEL over `outputs`, `baseline` (outputs of the capture), `target`; default: the action succeeded. */
        readonly pass_when?: string
        readonly previews: readonly PlanPreview[]
      }
    | { readonly kind: 'manual'; readonly instructions: string; readonly role?: string }
}

export const phaseKinds = [
  'preparation',
  'backup',
  'connectivity',
  'qualification',
  'upgrade',
  'acceptance',
  'closing',
] as const
export type PhaseKind = (typeof phaseKinds)[number]

export interface PlanPhase {
  readonly id: string
  readonly number: string
  readonly kind: PhaseKind
  readonly title: string
  readonly description?: string
  readonly raci?: JsonObject
  readonly steps: readonly PlanStep[]
}

export interface PlanImpact {
  readonly kind: string
  readonly downtime_ms?: number
  readonly affects?: string
}

export interface PlanRetry {
  /** Includes the first attempt; at least 1. */
  readonly max_attempts: number
  readonly delay_ms: number
  readonly backoff: number
  /** Longest pause between attempts. */
  readonly max_delay_ms: number
  /** Failure classes that are tried again; empty: the classes that can heal (`unreachable`, `not_ready`, `timeout`, `process`). */
  readonly classes: readonly FailureClass[]
  readonly when?: string
}

export interface PlanStepBase {
  /** `phase/step`, nested with `/`; an expanded item as `group[0]`; a cleanup as `step/cleanup`; a back-out as `step/back_out/id`. */
  readonly path: string
  readonly id: string
  /** `2.3`, nested `2.3.1`; a cleanup `2.3c`; a back-out step `2.3b1`. */
  readonly number: string
  readonly title: string
  readonly description?: string
  /** CEL, evaluated when the step is reached (per target when it names `target`). */
  readonly when?: string
  /** Known at planning time to be left out, and why. */
  readonly skip?: string
  readonly role?: string
  readonly raci?: JsonObject
  /** Names of targets in order; empty: the step runs on control. */
  readonly targets: readonly string[]
  readonly deadline_ms?: number
  readonly retry: PlanRetry
  readonly on_failure: OnFailure
  readonly on_unknown: 'ask' | 'hold' | 'fail'
  /**
   * What it takes once: an action on one target, a person's act or decision. Zero for the forms that hold others. How long
   * the step takes in the run stands in the plan's timeline.
   */
  readonly duration: { readonly expected_ms: number; readonly worst_ms: number }
  readonly impact?: PlanImpact
  readonly point_of_no_return: boolean
  /** Inverse steps in the order in which they run; `undo`: the executor's own inverse; absent: nothing to undo. */
  readonly back_out?: readonly PlanStep[] | 'undo'
  /** Paths of siblings in a parallel group that must be done before this step starts. */
  readonly after?: readonly string[]
  /** Path of the step whose lasting effect this step puts back, however the run ends. */
  readonly cleanup_of?: string
  readonly evidence: readonly { readonly id: string; readonly title: string; readonly required: boolean }[]
  readonly covers: readonly string[]
  /** Values of the `for_each` variables around this step. */
  readonly bindings: JsonObject
  /** What people should see when it went well. */
  readonly expected_result?: string
}

export type OnFailure = 'stop' | 'continue' | 'ask' | 'back_out'

/** What an action will be called with, as far as it is known when planning. */
export interface PlanPreview {
  /** Absent: control. */
  readonly target?: string
  /** Arguments; a part that only the run knows keeps its `${{ … }}` text. */
  readonly with: JsonObject
  /** One line or more for people: the command or request as the executor words it. */
  readonly text: string
}

export interface PlanAction extends PlanStepBase {
  readonly form: 'action'
  readonly action: string
  readonly capabilities: Capabilities
  readonly with: JsonObject
  /** CEL by name: values taken from `outputs` and kept as the step's outputs; absent: the action's outputs as they are. */
  readonly outputs?: Readonly<Record<string, string>>
  readonly version_keys?: PlanVersionKeys
  readonly previews: readonly PlanPreview[]
  /** Targets at once; 1 for a change unless the runbook says more. */
  readonly max_concurrency: number
}

export interface PlanFormField {
  readonly id: string
  readonly title: string
  readonly type: string
  readonly required: boolean
  readonly options?: readonly string[]
}

export interface PlanManual extends PlanStepBase {
  readonly form: 'manual'
  /** Markdown, resolved as far as planning can. */
  readonly instructions: string
  readonly fields: readonly PlanFormField[]
}

export interface PlanGate extends PlanStepBase {
  readonly form: 'gate'
  readonly gate: {
    readonly type: 'go_no_go' | 'approval'
    readonly roles: readonly string[]
    readonly min_approvals: number
    readonly exclude_initiator: boolean
    readonly expires_after_ms?: number
    readonly on_expiry: 'no_go' | 'go' | 'ask'
    readonly prompt?: string
  }
}

export interface PlanAcceptance extends PlanStepBase {
  readonly form: 'acceptance'
  readonly moment: 'baseline' | 'final'
  /** Ids of criteria. */
  readonly criteria: readonly string[]
}

export interface PlanGroup extends PlanStepBase {
  readonly form: 'group'
  readonly parallel: boolean
  /** An expanded `for_each`: one child group per item, in order. */
  readonly for_each?: { readonly variable: string; readonly items: readonly Json[] }
  readonly steps: readonly PlanStep[]
}

/** One row of the failure table; the first that matches counts, a `retry` row only while a try is left. */
export interface PlanRolloutFailureRule {
  /** Absent: any class. */
  readonly class?: FailureClass
  readonly do: 'retry' | 'rollback' | 'skip' | 'fail' | 'hold'
  readonly then: 'continue' | 'stop_wave' | 'stop_lane' | 'stop_rollout' | 'stop_run' | 'ask'
}

/** Where a target of a rollout can end. */
export type PlanRolloutEnd = 'succeeded' | 'rolled_back' | 'failed' | 'skipped' | 'held'

export interface PlanWaveTarget {
  readonly name: string
  /** Name of the unit whose members must not be away together. Absent: none. */
  readonly unit?: string
  /** Place in the order of the unit, lowest first. Absent: as listed. */
  readonly rank?: number
  /** Name of the failure domain. Absent: none. */
  readonly domain?: string
  /** False: nothing is fetched ahead for it. Absent: it is, when the rollout has stage actions. */
  readonly stage?: boolean
}

/** A wave of one lane, with everything resolved for it. */
export interface PlanWave {
  readonly id: string
  readonly title: string
  readonly canary?: {
    /** When the next wave opens: when all of this one ended, when the slots' time is used up, or each slot's own. */
    readonly next: 'when_done' | 'at_slot' | 'at_slot_per_target'
    /** What stops when the canary is empty or none of it succeeded. */
    readonly on_unproven: 'stop_run' | 'stop_lane'
  }
  /** In the order in which they begin. */
  readonly targets: readonly PlanWaveTarget[]
  readonly max_concurrency?: number
  /** In progress, failed or held. */
  readonly max_unavailable?: number
  readonly batch_size?: number
  readonly batch_max_failures?: number
  readonly max_failures?: number
  readonly stagger_ms: number
  readonly cooldown_ms: number
  readonly soak_ms: number
  /** Path of the gate in `gates` that is asked before the wave opens. */
  readonly gate?: string
  /** CEL over `target`, `unit`, `steps`: leaves a target out when it would begin. */
  readonly skip_when?: string
}

/** Targets that share a window. A rollout without `lanes` has one, `all`. */
export interface PlanLane {
  readonly id: string
  readonly title: string
  /** Zone in which the lane's window is read. Absent: the window names its own. */
  readonly time_zone?: string
  /** Every lane has the same waves in the same order; some may have no targets. */
  readonly waves: readonly PlanWave[]
  readonly max_concurrency?: number
  readonly max_failures?: number
}

/** When a rollout may work. The windows and freezes themselves stand in the plan's `calendar`. */
export interface PlanRolloutWindow {
  /** Ids of windows; openings unite. */
  readonly ids: readonly string[]
  /** What happens at closing time to work in flight. */
  readonly overrun: 'finish_unit' | 'rollback' | 'stop'
  /** What must be left of an opening at a start: all attempts with rollback and reserve, or the first attempt. */
  readonly fit: 'worst_case' | 'first_attempt'
  readonly reserve_ms: number
  /** How many openings a lane may use; what has not begun when the last one closed is skipped. Absent: any number. */
  readonly openings?: number
}

export interface PlanRollout extends PlanStepBase {
  readonly form: 'rollout'
  readonly component: string
  /** Version to reach, resolved. */
  readonly to: string
  /** Targets of the component that have the version already by the inventory; they are not in `targets`. */
  readonly up_to_date?: readonly string[]
  /** Targets in progress at once over all lanes, resolved from a count or a percentage. */
  readonly max_concurrency: number
  /** Number of failed, rolled back or held targets that is tolerated; the next one stops the rollout. */
  readonly max_failures: number
  /** Steps per target ahead of the window; paths end in `/stage/<id>`. */
  readonly stage: readonly PlanAction[]
  readonly stage_concurrency?: number
  readonly stage_deadline_ms?: number
  readonly preflight: readonly PlanAction[]
  /** Steps per target; paths end in `/each/<id>`. */
  readonly each: readonly PlanAction[]
  readonly post_checks: readonly PlanAction[]
  readonly health?: {
    readonly checks: readonly PlanAction[]
    readonly interval_ms: number
    readonly min_healthy_time_ms: number
    readonly failures_allowed: number
    readonly on_unknown: 'ask' | 'hold' | 'fail'
  }
  /** Per target: one attempt with preflight, actions, checks and health. */
  readonly target_deadline_ms?: number
  /** Without an end of a target for so long while work is in progress, the rollout stops. */
  readonly progress_deadline_ms?: number
  readonly target_retry: PlanRetry & {
    /** `deadline`: the next attempt begins when the time of this one is used up, also when it failed early. */
    readonly at: 'failure' | 'deadline'
  }
  readonly rollback: {
    readonly mode: 'auto' | 'ask' | 'never'
    readonly scope: 'target' | 'unit' | 'wave' | 'component' | 'run'
    readonly steps: readonly PlanAction[]
    /** Absent: the deadline of an attempt. */
    readonly deadline_ms?: number
    /** Kept free for it at the end of a window. Absent: its deadline. */
    readonly keep_free_ms?: number
  }
  readonly unit: {
    readonly one_at_a_time: boolean
    /** Ends of a member after which the members that have not begun are skipped. */
    readonly skip_rest_when: readonly PlanRolloutEnd[]
    /** A member begins only when the members after it in the same wave would still fit as well. */
    readonly fit_whole: boolean
  }
  /** Failure domains that may be away together, at least 1. */
  readonly domains_at_once: number
  readonly blast_radius?: { readonly max_targets?: number; readonly max_units?: number }
  readonly failure_rules: readonly PlanRolloutFailureRule[]
  /** What happens to work in flight when something above it stops. */
  readonly in_flight: 'finish' | 'rollback' | 'cancel'
  /** Absent: it may work at any time; freezes still hold. */
  readonly window?: PlanRolloutWindow
  /** Together they hold every target of `targets` exactly once. */
  readonly lanes: readonly PlanLane[]
  /** Gates of waves; their paths end in `/gate/<wave>`. */
  readonly gates: readonly PlanGate[]
}

export type PlanStep = PlanAction | PlanManual | PlanGate | PlanAcceptance | PlanGroup | PlanRollout

export interface PlanTotals {
  readonly phases: number
  readonly steps: number
  readonly targets: number
  readonly manual_steps: number
  readonly gates: number
  readonly changes: number
  /** Number of the first step from which there is no way back. */
  readonly point_of_no_return?: string
}
