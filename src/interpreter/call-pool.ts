import type { Clock } from '../ports/clock.ts'
import type { CallCommand, CallOutcome, Execute } from './durable-host.ts'

export interface CallSteps {
  /** Records the start; gives the fence, or `undefined` when the call is not wanted any more. */
  begin(): Promise<number | undefined>
  settle(outcome: CallOutcome): Promise<void>
  /** One of the two has failed: the call stays open, and whoever carries the run must not go on as if nothing were. */
  broken(error: unknown): void
}

/** Executes calls: at most so many at once, and one at a time per key. */
export class CallPool {
  readonly #execute: Execute
  readonly #concurrency: number
  readonly #waiting: (() => void)[] = []
  readonly #chains = new Map<string, Promise<unknown>>()
  readonly #running = new Map<string, AbortController>()
  readonly #cancelled = new Set<string>()
  readonly #open = new Set<Promise<unknown>>()
  #active = 0
  /** Nothing more begins. */
  #stopped = false
  /** What has begun is called off as well. */
  #isOff = false

  constructor(execute: Execute, concurrency: number) {
    this.#execute = execute
    this.#concurrency = concurrency
  }

  run(call: CallCommand, steps: CallSteps): void {
    const before = call.key === '' ? Promise.resolve() : (this.#chains.get(call.key) ?? Promise.resolve())
    const work = before.then(() => this.#one(call, steps)).catch((error: unknown) => steps.broken(error))
    if (call.key !== '') {
      this.#chains.set(call.key, work)
      void work.then(() => {
        if (this.#chains.get(call.key) === work) this.#chains.delete(call.key)
      })
    }
    this.#open.add(work)
    void work.then(() => this.#open.delete(work))
  }

  async #one(call: CallCommand, steps: CallSteps): Promise<void> {
    await this.#slot()
    try {
      if (this.#stopped) return
      const fence = await steps.begin()
      // Its start is on record by now: while the pool only drains it is in flight like the others.
      if (fence === undefined || this.#isOff) return
      const outcome = await this.#perform(call, fence)
      // A host that stops hard leaves the call open: the next one finds it interrupted and settles it by rule.
      if (outcome) await steps.settle(outcome)
    } finally {
      this.#active -= 1
      this.#waiting.shift()?.()
    }
  }

  async #slot(): Promise<void> {
    while (this.#active >= this.#concurrency) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#active += 1
  }

  async #perform(call: CallCommand, fence: number): Promise<CallOutcome | undefined> {
    const controller = new AbortController()
    this.#running.set(call.id, controller)
    if (this.#cancelled.delete(call.id)) controller.abort(cancelReason)
    try {
      const outcome = await this.#execute(call, { fence, signal: controller.signal }).catch(untold)
      return this.#stopped && controller.signal.reason === stopReason ? undefined : outcome
    } finally {
      this.#running.delete(call.id)
    }
  }

  /** Calls off a call that runs, or as soon as it begins. */
  cancel(id: string): void {
    const running = this.#running.get(id)
    if (running) running.abort(cancelReason)
    else this.#cancelled.add(id)
  }

  /** Calls everything off; nothing is settled any more. */
  stop(): void {
    this.#stopped = true
    for (const wake of this.#waiting.splice(0)) wake()
    this.#callOff()
  }

  #callOff(): void {
    this.#isOff = true
    for (const controller of this.#running.values()) controller.abort(stopReason)
  }

  /** Begins nothing more and waits for what runs; after `ms` calls it off. */
  async drain(ms: number, clock: Clock): Promise<void> {
    this.#stopped = true
    for (const wake of this.#waiting.splice(0)) wake()
    const done = Promise.all([...this.#open])
    if (ms > 0) {
      const enough = new AbortController()
      await Promise.race([done, clock.sleep(ms, enough.signal).catch(() => undefined)])
      enough.abort()
    }
    this.#callOff()
    await done
  }
}

/** Whoever executes broke its promise to tell how a call ended; so nobody knows whether it took effect. */
function untold(error: unknown): CallOutcome {
  const message = `how it ended could not be told: ${error instanceof Error ? error.message : String(error)}`
  return { ok: false, class: 'unknown', data: { class: 'unknown', message, evidence: [] } }
}

const cancelReason = new Error('called off')
const stopReason = new Error('the host stops')
