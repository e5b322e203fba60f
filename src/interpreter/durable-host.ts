/**
 * What carries the pure cores: the embedded host of this folder, or a durable-execution engine with the same interface.
 * Rules that every host keeps:
 * 1. An event is durable before any command that follows from it starts.
 * 2. Outstanding commands are commands decided minus events that settle them; there is no second log.
 * 3. Retries and giving up are the program's; a failed call is an event.
 * 4. Calls are at least once; `fence` only grows per (zone, key).
 */
import type { FailureClass } from '../base/failure.ts'
import type { Json } from '../base/json.ts'

/** `id` makes an event idempotent within its run; `of` names the command that it settles. */
export interface HostEvent {
  readonly id: string
  readonly type: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly of?: string
  /** JSON. */
  readonly data?: unknown
}

export interface CallCommand {
  readonly do: 'call'
  readonly id: string
  readonly zone: string
  /** Calls of one key run one at a time; empty text: no such order. */
  readonly key: string
  readonly op: string
  readonly input: Json
  readonly timeoutMs: number
}

export type HostCommand =
  | CallCommand
  | { readonly do: 'timer'; readonly id: string; readonly at: number }
  | { readonly do: 'cancel'; readonly id: string }
  | { readonly do: 'post'; readonly run: string; readonly event: HostEvent }
  | { readonly do: 'end'; readonly result: Json }

export type Acceptance =
  | { readonly kind: 'new' }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'refused'; readonly reason: string }

/** Pure: no I/O, clock or chance. */
export interface Program<State, Event extends HostEvent> {
  init(run: string): State
  evolve(state: State, event: Event, seq: number): State
  decide(state: State, event: Event): readonly HostCommand[]
  /** Whether an event from outside may be recorded now. */
  accepts(state: State, event: Event): Acceptance
  /** From the state alone, what a host must start (again) after it was down. */
  outstanding(state: State): readonly HostCommand[]
}

export interface CallContext {
  readonly fence: number
  /** Aborted at the deadline, on cancel, and when the host stops. */
  readonly signal: AbortSignal
}

/** How a call ended; `data` goes into the event as it is. */
export type CallOutcome =
  | { readonly ok: true; readonly data: Json }
  | { readonly ok: false; readonly class: FailureClass; readonly data: Json }

/** Never rejects for a failed effect: that is an outcome. */
export type Execute = (call: CallCommand, context: CallContext) => Promise<CallOutcome>

export interface DurableHost {
  zone(name: string, execute: Execute, options?: { readonly concurrency?: number }): void
  /** Durable when it resolves; refusals carry the program's reason. */
  post(run: string, event: HostEvent): Promise<PostResult>
  read(run: string): Promise<{ readonly seq: number; readonly state: Json; readonly ended?: Json } | undefined>
  /** Replaying it gives the state: the audit trail. */
  history(run: string, after?: number): AsyncIterable<HostEvent & { readonly seq: number }>
  start(): Promise<void>
  stop(options?: { readonly drainMs?: number }): Promise<void>
}

export type PostResult =
  | { readonly kind: 'stored' | 'duplicate' }
  | { readonly kind: 'refused'; readonly reason: string }
