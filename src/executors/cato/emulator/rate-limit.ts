/** Calls that an account may make of one operation; the vendor calls them a guaranteed minimum. */
interface Limit {
  readonly calls: number
  readonly perMs: number
}

const minute = 60_000
const byDefault: readonly Limit[] = [{ calls: 120, perMs: minute }]
const documented: Readonly<Record<string, readonly Limit[]>> = {
  accountSnapshot: [
    { calls: 10, perMs: 1000 },
    { calls: 120, perMs: minute },
  ],
  eventsFeed: [{ calls: 100, perMs: minute }],
  entityLookup: [{ calls: 30, perMs: minute }],
  accountMetrics: [{ calls: 15, perMs: minute }],
  auditFeed: [{ calls: 5, perMs: minute }],
}

/** Counts calls per operation over sliding windows of the emulated clock. */
export class RateLimits {
  readonly #calls = new Map<string, number[]>()

  /** Counts one call. @returns whether it is within the limits */
  admit(operation: string, now: number): boolean {
    const limits = documented[operation] ?? byDefault
    const longest = Math.max(...limits.map((limit) => limit.perMs))
    const recent = (this.#calls.get(operation) ?? []).filter((at) => at > now - longest)
    this.#calls.set(operation, recent)
    const isOver = limits.some(({ calls, perMs }) => recent.filter((at) => at > now - perMs).length >= calls)
    if (!isOver) recent.push(now)
    return !isOver
  }
}
