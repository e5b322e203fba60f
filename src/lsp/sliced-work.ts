/** How long work may hold up what an editor asks for. */
const sliceMs = 5

/** Editors ask for completion right behind a keystroke; that is answered first. */
const patienceMs = 10

/** A keystroke, and what an editor asks for right behind it. */
const messagesMax = 3

/** Lets the loop go round first: on a busy machine messages may have come that nobody has read yet, one of which is read each turn. */
function afterTurns(turns: number, go: () => void): void {
  setImmediate(turns === 0 ? go : () => afterTurns(turns - 1, go))
}

/**
 * Work that is done in pieces, so that a keystroke never waits for it. Starting work of a name ends what ran under that
 * name before.
 */
export class SlicedWork {
  private readonly turns = new Map<string, number>()
  private turn = 0

  /**
   * @param done - called with the result, unless the work was ended
   * @param failed - called with what was thrown
   */
  start<T>(
    name: string,
    make: () => Generator<void, T>,
    done: (result: T) => void,
    failed: (error: unknown) => void,
  ): void {
    this.turn += 1
    const { turn } = this
    this.turns.set(name, turn)
    let steps: Generator<void, T> | undefined
    const go = (): void => {
      if (this.turns.get(name) !== turn) return
      try {
        steps ??= make()
        const end = performance.now() + sliceMs
        for (let step = steps.next(); ; step = steps.next()) {
          if (step.done === true) {
            this.turns.delete(name)
            return done(step.value)
          }
          if (performance.now() > end) break
        }
        setImmediate(go)
      } catch (error) {
        this.turns.delete(name)
        failed(error)
      }
    }
    setTimeout(() => afterTurns(messagesMax, go), patienceMs)
  }

  end(name: string): void {
    this.turns.delete(name)
  }

  isRunning(name: string): boolean {
    return this.turns.has(name)
  }
}
