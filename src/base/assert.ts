/** Makes the compiler refuse a `switch` that forgets a member of a union. */
export function assertNever(value: never): never {
  throw new Error(`not handled: ${JSON.stringify(value)}`)
}

/** Stops at a broken invariant. Not for a user's mistake: those are diagnostics or a {@link RollbookError}. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${message}`)
}
