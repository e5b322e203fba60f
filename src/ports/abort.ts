import { ActionFailure } from './executor.ts'

/**
 * Turns an aborted signal into the failure that the action ends with. A reason that is a failure already is kept; a
 * reason named `TimeoutError` (as `AbortSignal.timeout` gives) is the deadline; everything else is a cancel.
 *
 * @param what - what was going on, as in `waiting for an answer from host:443`
 */
export function failureOfAbort(signal: AbortSignal, what: string): ActionFailure {
  const reason: unknown = signal.reason
  if (reason instanceof ActionFailure) return reason
  if (reason instanceof Error && reason.name === 'TimeoutError') {
    return new ActionFailure('timeout', `the deadline passed while ${what}`, { cause: reason })
  }
  return new ActionFailure('cancelled', `cancelled while ${what}`, { cause: reason })
}

/** Throws what {@link failureOfAbort} gives when the signal is aborted already. */
export function refuseWhenAborted(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) throw failureOfAbort(signal, what)
}
