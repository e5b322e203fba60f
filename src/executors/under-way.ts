import { ActionFailure } from '../ports/executor.ts'

/**
 * The failure of a look at work that has been started. That the look itself did nothing says nothing about the work, so
 * how it ended is open.
 *
 * @param what - ends the message: `the upgrade to 7.2 may go on meanwhile`
 */
export function leftOpen(cause: ActionFailure, what: string): ActionFailure {
  return new ActionFailure('unknown', `${cause.message}; ${what}`, {
    advice: cause.advice,
    outputs: cause.outputs,
    cause,
  })
}

/**
 * Does what follows a start: a failure of it leaves the work open. One that the signal caused goes on as it is.
 *
 * @throws ActionFailure `unknown`
 */
export async function afterStart<Value>(signal: AbortSignal, what: string, look: () => Promise<Value>): Promise<Value> {
  try {
    return await look()
  } catch (error) {
    throw error instanceof ActionFailure && !signal.aborted ? leftOpen(error, what) : error
  }
}

/** Looks at what was done: a failure keeps its class, and does not say of the work that nothing was done. */
export async function afterEffect<Value>(look: () => Promise<Value>): Promise<Value> {
  try {
    return await look()
  } catch (error) {
    if (!(error instanceof ActionFailure) || !error.notApplied) throw error
    const { class: failureClass, message, advice, outputs } = error
    throw new ActionFailure(failureClass, message, { advice, outputs, cause: error })
  }
}
