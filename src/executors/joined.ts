import { failureOfAbort } from '../ports/abort.ts'

/** Work that several callers wait for; it is aborted when the last of them has gone. */
export class Joined<Value> {
  readonly startedAt: number
  readonly #controller = new AbortController()
  readonly #result: Promise<Value>
  #waiting = 0

  constructor(startedAt: number, work: (signal: AbortSignal) => Promise<Value>) {
    this.startedAt = startedAt
    this.#result = work(this.#controller.signal)
    // Whoever waits sees the failure; nobody may be left.
    this.#result.catch(() => undefined)
  }

  /** Resolves when the work has ended, however. */
  get ended(): Promise<void> {
    return this.#result.then(
      () => undefined,
      () => undefined,
    )
  }

  /** True when nobody may join any more. */
  get isDead(): boolean {
    return this.#controller.signal.aborted
  }

  async wait(signal: AbortSignal, what: string): Promise<Value> {
    this.#waiting += 1
    let leave: (() => void) | undefined
    try {
      const gone = new Promise<never>((_, reject) => {
        leave = () => reject(failureOfAbort(signal, what))
        if (signal.aborted) leave()
        else signal.addEventListener('abort', leave, { once: true })
      })
      return await Promise.race([this.#result, gone])
    } finally {
      if (leave) signal.removeEventListener('abort', leave)
      this.#waiting -= 1
      if (this.#waiting === 0) this.#controller.abort()
    }
  }
}

/**
 * A read that callers share: whoever is content with an answer of that age gets it without a new call. At most one call is
 * under way; all who want a newer answer wait together for the one behind it, so that a fleet of any size asks no faster
 * than the far side answers.
 */
export class SharedRead<Value> {
  #flight: Joined<Value> | undefined
  /** The flight under way was asked for too early for everybody who comes now. */
  #isStale = false
  #next: Joined<Value> | undefined
  #last: { readonly startedAt: number; readonly value: Value } | undefined

  /** Something has changed: answers that were asked for until now serve nobody any more. */
  invalidate(): void {
    this.#last = undefined
    this.#isStale = true
  }

  /**
   * @param notBefore - the answer must have been asked for at this instant or later, and not before the last `invalidate`
   * @param clock - tells when a call goes out
   * @param load - asks; must end soon after its signal is aborted
   */
  async get(
    notBefore: number,
    clock: { now(): number },
    signal: AbortSignal,
    what: string,
    load: (signal: AbortSignal) => Promise<Value>,
  ): Promise<Value> {
    if (this.#last && this.#last.startedAt >= notBefore) return this.#last.value
    const flight = this.#flight
    if (flight === undefined || flight.isDead) return await this.#start(clock, load).wait(signal, what)
    if (!this.#isStale && flight.startedAt >= notBefore) return await flight.wait(signal, what)
    if (this.#next === undefined || this.#next.isDead) {
      const next: Joined<Value> = new Joined(notBefore, async (shared) => {
        await flight.ended
        if (this.#next === next) this.#next = undefined
        // Whoever came in between shares this one call.
        const late = this.#flight
        const joined = late && !late.isDead && !this.#isStale ? late : this.#start(clock, load)
        return await joined.wait(shared, what)
      })
      this.#next = next
    }
    return await this.#next.wait(signal, what)
  }

  #start(clock: { now(): number }, load: (signal: AbortSignal) => Promise<Value>): Joined<Value> {
    const startedAt = clock.now()
    this.#isStale = false
    const flight: Joined<Value> = new Joined(startedAt, async (shared) => {
      try {
        const value = await load(shared)
        if (this.#flight === flight && !this.#isStale) this.#last = { startedAt, value }
        return value
      } finally {
        if (this.#flight === flight) this.#flight = undefined
      }
    })
    this.#flight = flight
    return flight
  }
}

/** Gathers keys that are asked for at about the same time into one call. */
export class Gathered<Value> {
  readonly #load: (keys: readonly string[], signal: AbortSignal) => Promise<ReadonlyMap<string, Value>>
  readonly #gather: (signal: AbortSignal) => Promise<void>
  readonly #most: number
  #open: { readonly keys: Set<string>; readonly joined: Joined<ReadonlyMap<string, Value>> } | undefined

  /**
   * @param most - keys in one call
   * @param gather - resolves when the call may go out; more keys join until then
   */
  constructor(
    most: number,
    gather: (signal: AbortSignal) => Promise<void>,
    load: (keys: readonly string[], signal: AbortSignal) => Promise<ReadonlyMap<string, Value>>,
  ) {
    this.#most = most
    this.#gather = gather
    this.#load = load
  }

  async get(key: string, signal: AbortSignal, what: string): Promise<Value | undefined> {
    let open = this.#open
    if (open === undefined || open.joined.isDead || (open.keys.size >= this.#most && !open.keys.has(key))) {
      const keys = new Set<string>()
      const joined = new Joined(0, async (shared) => {
        await this.#gather(shared)
        if (this.#open?.keys === keys) this.#open = undefined
        return await this.#load([...keys], shared)
      })
      open = { keys, joined }
      this.#open = open
    }
    open.keys.add(key)
    return (await open.joined.wait(signal, what)).get(key)
  }
}
