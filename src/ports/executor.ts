/**
 * The executor contract, version 1. An executor is one value in `executors/index.ts` or in a package that
 * `rollbook.config.yaml` names; an action is one record that feeds validation, completion, hover, documents, planning,
 * dry run and execution, so that these cannot disagree. `src/conformance` holds an executor to it, and
 * docs/reference/executor-contract.md words it for other people.
 *
 * What an action may rely on, and must keep:
 * 1. `perform` is called at least once per effect. The engine never calls it again for the same effect unless the
 *    action is declared `idempotent`, or `probe` said `not_applied`, or a person decided so.
 * 2. `context.fence` only grows per target. Whoever can should hand it to the far side.
 * 3. `context.signal` is aborted at the deadline or on cancel; after that the action must end within a second,
 *    leaving nothing running that it started (unless it is `resumable` and says so).
 * 4. A failure is an {@link ActionFailure} with an honest class. Any other error counts as `process`.
 * 5. No global state: everything between two calls lives on the far side or in the ports' own pools.
 * 6. Secrets arrive as references; `context.reveal` gives the text, which must go out by environment, standard input
 *    or a request body or header, never as a process argument, never into outputs, log or messages.
 * 7. Arguments, target and outputs that are handed in stay as they are.
 */
import { type FailureClass, failureClasses } from '../base/failure.ts'
import type { Json, JsonObject } from '../base/json.ts'
import type { Tainted } from '../base/secret.ts'
import type { Ports } from './ports.ts'

/** The version of the contract that this Rollbook keeps. A change that breaks an executor makes a new one. */
export const executorContract = 1

export interface Capabilities {
  /** `none`: reads only. `change`: alters the target. `disruptive`: users notice while it runs. */
  readonly effect: 'none' | 'change' | 'disruptive'
  /** Twice equals once. */
  readonly idempotent: boolean
  /** Can tell afterwards whether the effect happened. */
  readonly probe: boolean
  /** Has a rehearsal of its own that changes nothing. */
  readonly dry_run: boolean
  /** `undo` exists. */
  readonly reversible: boolean
  /** Work goes on at the far side without us, and a second call re-attaches. */
  readonly resumable: boolean
  /** It changes something, and nothing of it could be taken back, so that no back-out is missed: a message was sent. */
  readonly leaves_nothing_to_undo?: true
}

/**
 * JSON Schema (draft 2020-12), with `title` and `description` on every property. `"x-secret": true` marks where a secret may
 * stand. `"x-target-version"` marks what safety rules must know of the target's version: `"to"` the argument to which it is
 * brought, `"now"` and `"previous"` the outputs that say which it has and had.
 */
export type JsonSchema = JsonObject

export interface TargetView {
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

export interface SystemView {
  readonly name: string
  readonly kind: string
  readonly address?: string
  readonly settings: JsonObject
}

export interface EvidenceRef {
  readonly name: string
  /** 64 hex digits. */
  readonly sha256: string
  readonly bytes: number
  /** Media type. */
  readonly media: string
}

export interface ActionContext {
  /** Absent: the action runs on control, where the engine runs. */
  readonly target?: TargetView
  /** The other targets of the plan, for actions that speak for a cluster. */
  readonly targets: readonly TargetView[]
  /** Looks a system up by name; the target's own one when no name is given. */
  system(name?: string): SystemView | undefined
  /** Unique per effect and stable over retries of delivery: use it as a marker or an idempotency key on the far side. */
  readonly effect: string
  /** From 1; includes the first. */
  readonly attempt: number
  /** When this effect was first delivered, epoch milliseconds: earlier than now when it is delivered again after a crash. */
  readonly begunAt: number
  readonly fence: number
  readonly deadlineMs: number
  readonly signal: AbortSignal
  readonly ports: Ports
  /** Shows a line of progress and keeps it as evidence; masked by the engine. */
  log(line: string): void
  /** Keeps bytes as evidence; large output belongs here and not into outputs. */
  keepEvidence(name: string, media: string, content: string | Uint8Array): Promise<EvidenceRef>
  /**
   * Masks the secrets of the run. The engine does so with all that an action gives back; what an action itself cuts has
   * to pass here first, because nobody recognises half a secret.
   *
   * @param isCut - the text was cut off before: what may be the beginning of a secret is dropped from its end
   */
  hide(text: string, isCut?: boolean): string
  /** Turns a reference into text at the last moment; what it gives is masked everywhere else. */
  reveal(value: Tainted | string): Promise<string>
}

export interface ActionResult {
  readonly outputs: JsonObject
  /** One short sentence for people: `7.8 GB free`. */
  readonly summary?: string
  /** False when the far side already was as wanted. Absent: unknown or not applicable. */
  readonly changed?: boolean
}

export interface ProbeResult {
  readonly state: 'applied' | 'not_applied' | 'running' | 'unknown'
  /** What `perform` would have returned, when the probe can tell. */
  readonly outputs?: JsonObject
  readonly summary?: string
}

export interface DryRunResult {
  /** `checked`: the far side was asked and would agree. `simulated`: computed here. `assumed`: nothing could be asked. */
  readonly coverage: 'checked' | 'simulated' | 'assumed'
  readonly summary: string
  readonly outputs?: JsonObject
}

/**
 * Thrown by an action. `advice` says what a person can do, in one sentence.
 *
 * It is recognised by its shape, not by its origin: an executor from elsewhere brings its own copy of this class, or a
 * class of its own with these members, and its failures must mean the same.
 */
export class ActionFailure extends Error {
  override readonly name = 'ActionFailure'
  readonly class: FailureClass
  readonly advice: string | undefined
  readonly outputs: JsonObject
  /** True when it is certain that the far side did nothing, for example when no connection came about. */
  readonly notApplied: boolean

  constructor(
    failureClass: FailureClass,
    message: string,
    options: { advice?: string | undefined; outputs?: JsonObject; notApplied?: boolean; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.class = failureClass
    this.advice = options.advice
    this.outputs = options.outputs ?? {}
    this.notApplied = options.notApplied ?? false
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    if (!(value instanceof Error) || value.name !== 'ActionFailure') return false
    const { class: failureClass, outputs, notApplied } = value as Partial<ActionFailure>
    const isKnown = (failureClasses as readonly unknown[]).includes(failureClass)
    return isKnown && typeof outputs === 'object' && outputs !== null && typeof notApplied === 'boolean'
  }
}

export interface Action {
  /** `<executor>.<verb or noun>`, snake_case. */
  readonly name: string
  readonly title: string
  /** Markdown, a few sentences: what it does, what it needs, what it does not do. */
  readonly description: string
  readonly with: JsonSchema
  readonly outputs: JsonSchema
  /** What holds for every call. The planner takes {@link Action.capabilitiesOf} where it is given. */
  readonly capabilities: Capabilities
  /**
   * Capabilities of one call, where the arguments decide: detached work is resumable, a GET changes nothing.
   * Arguments that only the run knows still hold their expressions; then the answer is the cautious one. Pure.
   */
  capabilitiesOf?(args: JsonObject): Capabilities
  /** Typical and longest time, milliseconds; hints for planning that a step's `duration` overrides. */
  readonly duration: { readonly expected_ms: number; readonly worst_ms: number }
  /** Times of one call, where the arguments decide; undefined when they cannot be told yet. Pure. */
  durationOf?(args: JsonObject): { readonly expected_ms: number; readonly worst_ms: number } | undefined
  /** Where it makes sense: on a target, on control, or both. */
  readonly runs_on: 'target' | 'control' | 'both'
  /** Example of `with`, shown in hover and in the reference. */
  readonly example: JsonObject
  /** Words the call for people: the command or request, secrets as `•••`. Pure. */
  describe(args: JsonObject, target?: TargetView): string
  /** Refuses arguments that the schema cannot judge; gives sentences. Pure. */
  check?(args: JsonObject): readonly string[]
  perform(context: ActionContext, args: JsonObject): Promise<ActionResult>
  /** Present exactly when `capabilities.probe`, for some call at least. */
  probe?(context: ActionContext, args: JsonObject): Promise<ProbeResult>
  /** Present exactly when `capabilities.dry_run`. */
  dryRun?(context: ActionContext, args: JsonObject): Promise<DryRunResult>
  /** Present exactly when `capabilities.reversible`. Gets the outputs of `perform`. */
  undo?(context: ActionContext, args: JsonObject, outputs: JsonObject): Promise<ActionResult>
}

export interface Executor {
  /** Folder name and prefix of its actions. */
  readonly name: string
  readonly title: string
  readonly description: string
  /** Version of this contract. */
  readonly contract: typeof executorContract
  readonly actions: readonly Action[]
}

/** Reads one argument as text or refuses clearly; saves every action the same three lines. */
export function textOf(value: Json | undefined, name: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new ActionFailure('process', `argument "${name}" is not text`)
}
