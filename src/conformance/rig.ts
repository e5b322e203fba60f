/**
 * One case of an action in one world: makes contexts as the engine does, calls the action, and writes down what every
 * call must keep whatever it is called for: arguments untouched, no secret shown, `notApplied` true, nothing afterwards.
 */
import { createHash } from 'node:crypto'
import { canonicalJson, type Json, type JsonObject } from '../base/json.ts'
import { type Masker, makeMasker } from '../base/mask.ts'
import { isTainted, type Tainted } from '../base/secret.ts'
import {
  type Action,
  type ActionContext,
  ActionFailure,
  type Capabilities,
  type SystemView,
  type TargetView,
} from '../ports/executor.ts'
import type { Ports } from '../ports/ports.ts'
import type { ConformanceCase, TestWorld } from './description.ts'
import type { CheckId } from './report.ts'
import { type Harm, type PortCall, WatchedCall, type WatchedProcess, watchPorts } from './watched-ports.ts'

/** How a call came to its end. `stopped`: the engine was killed; `hung`: it did not end after it was called off. */
export type Ended<Value> =
  | { readonly kind: 'value'; readonly value: Value; readonly calls: readonly PortCall[] }
  | { readonly kind: 'failure'; readonly failure: unknown; readonly calls: readonly PortCall[] }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'hung' }

export interface CallOptions {
  readonly effect: string
  readonly harm?: Harm
  readonly deadlineMs?: number
  readonly signal?: AbortSignal
  /** Resolves when the engine is killed; the call is given up then. */
  readonly stopped?: Promise<void>
  /** In place of the case's arguments. */
  readonly with?: JsonObject
  /** The same action of another copy of the executor. */
  readonly action?: Action
}

export interface RigOptions {
  /** Time that a call gets after it was called off, milliseconds. */
  readonly graceMs: number
  /** Longest time of a call that is not meant to end early, milliseconds. */
  readonly patienceMs: number
}

/** A secret that no case knows of, for places where none may stand. */
export const canary = 'canary-7f3b-not-to-be-seen'

let effects = 0

/** Unique in this process, and as long and as odd as those of the engine. */
export function newEffect(action: string): string {
  effects += 1
  return `conformance-${process.pid}/upgrade/${action}@world#${effects}`
}

export class Rig {
  readonly action: Action
  readonly test: ConformanceCase
  readonly world: TestWorld
  /** Those of a real run, or what the world brings in their place. */
  readonly ports: Ports
  /** What broke whatever call it was, by check. */
  readonly breaches: Map<CheckId, string> = new Map()
  readonly #options: RigOptions
  readonly #watched: WatchedCall[] = []
  /** The process in which the engine lives; another one follows when it was killed. */
  #engine: WatchedProcess
  readonly #begun = new Map<string, number>()
  #masker: Masker

  constructor(action: Action, test: ConformanceCase, world: TestWorld, ports: Ports, options: RigOptions) {
    this.action = action
    this.test = test
    this.world = world
    this.ports = ports
    this.#options = options
    this.#engine = watchPorts(ports)
    this.#masker = maskerOf(world)
  }

  args(): JsonObject {
    const { with: args } = this.test
    return structuredClone(typeof args === 'function' ? args(this.world) : args) as JsonObject
  }

  get capabilities(): Capabilities {
    return this.action.capabilitiesOf?.(this.args()) ?? this.action.capabilities
  }

  /** Where the case runs; undefined is control. */
  get target(): TargetView | undefined {
    const { runs_on: where } = this.action
    return where === 'control' || (where === 'both' && this.test.on === 'control') ? undefined : this.world.target
  }

  async prepare(): Promise<string> {
    await this.test.settle?.(this.world)
    await this.test.prepare(this.world)
    this.#masker = maskerOf(this.world)
    // The world has made a jump that no engine sees; what it may have kept of it is gone.
    this.#engine = watchPorts(this.ports)
    return await this.look()
  }

  async look(): Promise<string> {
    return canonicalJson(await this.test.look(this.world))
  }

  /** Waits until the far side has ended what it does by itself, then looks. */
  async settled(): Promise<string> {
    await this.test.settle?.(this.world)
    return await this.look()
  }

  perform(options: CallOptions): Promise<Ended<Awaited<ReturnType<Action['perform']>>>> {
    return this.call(options, (action, context, args) => action.perform(context, args))
  }

  /** Calls in a context of its own, as the engine does. */
  async call<Value>(
    options: CallOptions,
    work: (action: Action, context: ActionContext, args: JsonObject) => Promise<Value>,
  ): Promise<Ended<Value>> {
    const action = options.action ?? this.action
    const watched = new WatchedCall(this.#noteArguments(options.harm))
    this.#watched.push(watched)
    const engine = options.action === undefined ? this.#engine : watchPorts(this.ports)
    const late = new AbortController()
    const signal = options.signal ? AbortSignal.any([options.signal, late.signal]) : late.signal
    const deadlineMs = options.deadlineMs ?? this.#options.patienceMs
    // What a call is told of its deadline is on the clock of its world, which may be faster than ours.
    const told = options.deadlineMs ?? Math.max(deadlineMs, this.#worstMs())
    const context = this.#context(options.effect, engine.ports, signal, told)
    const args = options.with ?? this.args()
    const before = canonicalJson([args, context.target, context.targets])
    const running = engine.run(watched, async () => await work(action, context, args))
    const timers: NodeJS.Timeout[] = []
    const hung = new Promise<{ readonly kind: 'hung' }>((resolve) => {
      const patience = (): void => void timers.push(setTimeout(() => resolve({ kind: 'hung' }), this.#options.graceMs))
      timers.push(
        setTimeout(() => late.abort(new ActionFailure('timeout', 'the deadline of the call has passed')), deadlineMs),
      )
      if (signal.aborted) patience()
      else signal.addEventListener('abort', patience, { once: true })
    })
    const ended: Promise<Ended<Value>> = running.then(
      (value) => ({ kind: 'value', value, calls: watched.calls }),
      (failure: unknown) => ({ kind: 'failure', failure, calls: watched.calls }),
    )
    const stopped = options.stopped?.then(() => ({ kind: 'stopped' }) as const)
    const result = await Promise.race([ended, hung, ...(stopped ? [stopped] : [])])
    for (const timer of timers) clearTimeout(timer)
    if (result.kind === 'value' || result.kind === 'failure') watched.close()
    else this.#engine = watchPorts(this.ports)
    if (canonicalJson([args, context.target, context.targets]) !== before)
      this.#breach('arguments_untouched', 'the arguments or the target were changed by the call')
    if (result.kind === 'value') this.#show('what it gives back', JSON.stringify(result.value) ?? '')
    if (result.kind === 'failure') this.#show('a failure', wordsOf(result.failure))
    return result
  }

  /** Looks at a text that somebody will see. */
  show(what: string, text: string): void {
    this.#show(what, text)
  }

  /** To be called when every call has ended for a while. */
  noteLateCalls(): void {
    const late = this.#watched.reduce((sum, { late: count }) => sum + count, 0)
    if (late > 0) this.#breach('ends_cleanly', `it went on calling the world ${times(late)} after it had ended`)
  }

  /** Whether a secret goes into the case at all. */
  get carriesSecret(): boolean {
    const text = JSON.stringify([this.args(), this.world.systems ?? [], this.world.target ?? null])
    return text.includes('"$secret"')
  }

  #worstMs(): number {
    return (this.action.durationOf?.(this.args()) ?? this.action.duration).worst_ms
  }

  #context(effect: string, ports: Ports, signal: AbortSignal, deadlineMs: number): ActionContext {
    const { target } = this
    const systems: readonly SystemView[] = structuredClone(this.world.systems ?? [])
    const views = target === undefined ? {} : { target: structuredClone(target) }
    return {
      ...views,
      targets: this.world.target === undefined ? [] : [structuredClone(this.world.target)],
      system: (name) => systems.find((each) => each.name === (name ?? target?.system)),
      effect,
      attempt: 1,
      begunAt: this.#begunAt(effect, ports),
      fence: 1,
      deadlineMs,
      signal,
      ports,
      log: (line) => this.#show('the log', line),
      keepEvidence: async (name, media, content) => {
        const bytes = Buffer.from(content)
        this.#show(`the evidence ${name}`, bytes.toString('latin1'))
        const sha256 = createHash('sha256').update(bytes).digest('hex')
        return { name, media, bytes: bytes.length, sha256 }
      },
      hide: (text, isCut) => this.#masker.text(text, isCut),
      reveal: async (value) => this.#reveal(value),
    }
  }

  /** As in a run: when the effect was delivered first, however often it is delivered again. */
  #begunAt(effect: string, ports: Ports): number {
    const at = this.#begun.get(effect) ?? ports.clock.now()
    this.#begun.set(effect, at)
    return at
  }

  #reveal(value: Tainted | string): string {
    const textOf = (name: string): string => {
      const text = name === 'canary' ? canary : this.world.secrets?.[name]
      if (text !== undefined) return text
      throw new ActionFailure('refused', `there is no secret "${name}"`, { notApplied: true })
    }
    if (!isTainted(value)) return value
    if ('$secret' in value) return textOf(value.$secret)
    return value.$secret_text.map((part) => (typeof part === 'string' ? part : textOf(part.$secret))).join('')
  }

  /** Everybody on a machine can read the arguments of its processes. */
  #noteArguments(harm: Harm | undefined): Harm {
    return (call, point, real) => {
      if (call.port === 'processes') this.#show('the arguments of a process', call.spec.argv.join(' '))
      if (call.port === 'ssh_exec') this.#show('the arguments of a remote process', call.command.argv.join(' '))
      return harm ? harm(call, point, real) : real()
    }
  }

  #show(what: string, text: string): void {
    if (this.#masker.text(text) !== text) this.#breach('secrets_hidden', `a secret stands in ${what}`)
  }

  #breach(check: CheckId, message: string): void {
    if (!this.breaches.has(check)) this.breaches.set(check, message)
  }
}

function maskerOf(world: TestWorld): Masker {
  return makeMasker([...Object.values(world.secrets ?? {}), canary])
}

export function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}

/** Everything of a failure that people see. */
function wordsOf(failure: unknown): string {
  if (!(failure instanceof ActionFailure)) return failure instanceof Error ? failure.message : String(failure)
  return [failure.message, failure.advice ?? '', JSON.stringify(failure.outputs as Json)].join('\n')
}

/** A failure in one line for a finding. */
export function shownFailure(failure: unknown): string {
  if (failure instanceof ActionFailure) return `${failure.class}: ${failure.message}`
  return failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure)
}
