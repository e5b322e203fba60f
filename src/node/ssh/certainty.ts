import { ActionFailure } from '../../ports/executor.ts'

interface Effect {
  hasSent: boolean
  inFlight: number
}

/**
 * Keeps `notApplied` honest. One effect may be several commands, each with a session of its own, perhaps on several
 * targets; that the last command never left does not mean that nothing was done. The signal that they share stands for
 * the effect; without one nothing is claimed.
 */
export class Certainty {
  readonly #effects = new WeakMap<AbortSignal, Effect>()

  /** @param work - the way to a target, or a command; its failure says whether anything was sent */
  async over<Value>(signal: AbortSignal | undefined, isCommand: boolean, work: () => Promise<Value>): Promise<Value> {
    const effect = this.#effectOf(signal)
    if (isCommand) effect.inFlight += 1
    try {
      const value = await work()
      effect.hasSent ||= isCommand
      return value
    } catch (error) {
      if (!(error instanceof ActionFailure)) {
        effect.hasSent ||= isCommand
        throw error
      }
      const others = effect.inFlight - (isCommand ? 1 : 0)
      const isCertain = error.notApplied && signal !== undefined && !effect.hasSent && others === 0
      effect.hasSent ||= isCommand && !error.notApplied
      throw withNotApplied(error, isCertain)
    } finally {
      if (isCommand) effect.inFlight -= 1
    }
  }

  #effectOf(signal: AbortSignal | undefined): Effect {
    const known = signal === undefined ? undefined : this.#effects.get(signal)
    if (known !== undefined) return known
    const effect: Effect = { hasSent: false, inFlight: 0 }
    if (signal !== undefined) this.#effects.set(signal, effect)
    return effect
  }
}

/** The same failure, saying or no longer saying that the far side did nothing. */
export function withNotApplied(failure: ActionFailure, notApplied: boolean): ActionFailure {
  if (failure.notApplied === notApplied) return failure
  const { class: failureClass, message, advice, outputs, cause } = failure
  const same = new ActionFailure(failureClass, message, { advice, outputs, notApplied, cause })
  if (failure.stack !== undefined) same.stack = failure.stack
  return same
}
