import type { Link } from './link.ts'

/** An unused connection costs 2 MiB here and a process there: more of them are not worth the logins that they save. */
export const heldMaxDefault = 200
/** A run may wait for days between two steps; the next use logs in again. */
const idleMsDefault = 10 * 60_000

export interface HeldLinksOptions {
  /** Connections that stay open while nobody uses them; default 200. Those in use are not limited. */
  readonly heldMax?: number
  /** After so long without use a connection is closed, milliseconds; default 10 minutes. */
  readonly idleMs?: number
}

/** What has a connection; undefined is none. */
export interface LinkHolder {
  link: Link | undefined
}

interface Use {
  users: number
  /** Of the monotonic clock, when it was used last. */
  at: number
}

/**
 * Closes connections that nobody uses: the least recently used when there are too many, and each after a time. One that
 * is in use is never closed.
 */
export class HeldLinks {
  readonly max: number
  readonly #idleMs: number
  /** Least recently used first. */
  readonly #uses = new Map<LinkHolder, Use>()
  readonly #stopping = new Set<Promise<void>>()
  #timer: NodeJS.Timeout | undefined

  constructor({ heldMax = heldMaxDefault, idleMs = idleMsDefault }: HeldLinksOptions) {
    this.max = heldMax
    this.#idleMs = idleMs
  }

  /** How many are open or were a moment ago. */
  get size(): number {
    return this.#uses.size
  }

  opened(holder: LinkHolder): void {
    this.#touch(holder)
    this.#timer ??= setInterval(() => this.#closeIdle(), this.#idleMs / 4).unref()
    this.#closeSurplus()
  }

  /** The connection of the holder stays while the work goes on. */
  async using<Value>(holder: LinkHolder, work: () => Promise<Value>): Promise<Value> {
    const use = this.#touch(holder)
    use.users += 1
    try {
      return await work()
    } finally {
      use.users -= 1
      this.#touch(holder)
      this.#closeSurplus()
    }
  }

  /** Resolves when all that were being closed are closed; those that are held stay. */
  async end(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.#stopping)
  }

  #touch(holder: LinkHolder): Use {
    const use = this.#uses.get(holder) ?? { users: 0, at: 0 }
    use.at = performance.now()
    this.#uses.delete(holder)
    this.#uses.set(holder, use)
    return use
  }

  #closeSurplus(): void {
    if (this.#uses.size <= this.max) return
    for (const [holder, use] of this.#uses) {
      if (this.#uses.size <= this.max) return
      if (use.users === 0) this.#close(holder)
    }
  }

  #closeIdle(): void {
    const before = performance.now() - this.#idleMs
    for (const [holder, use] of this.#uses) if (use.users === 0 && use.at <= before) this.#close(holder)
  }

  /** From here on the holder has none, so that whoever comes now opens another one. */
  #close(holder: LinkHolder): void {
    const { link } = holder
    holder.link = undefined
    this.#uses.delete(holder)
    if (link === undefined) return
    const stopping = link.stop().finally(() => this.#stopping.delete(stopping))
    this.#stopping.add(stopping)
  }
}
