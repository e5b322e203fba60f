import { SlicedWork } from '../sliced-work.ts'

/** Answers that take a while: made in slices, and given up when the same is asked anew. */
export class LatestWork {
  private readonly work = new SlicedWork()
  private readonly waiting = new Map<string, () => void>()

  /**
   * @param name - what the answer is about; asking again under the same name ends what was asked before
   * @returns undefined when it was given up
   */
  ask<T>(name: string, make: () => Generator<void, T>): Promise<T | undefined> {
    this.giveUp(name)
    return new Promise((resolve, reject) => {
      this.waiting.set(name, () => resolve(undefined))
      const end = (settle: () => void): void => {
        this.waiting.delete(name)
        settle()
      }
      this.work.start(
        name,
        make,
        (result) => end(() => resolve(result)),
        (error) => end(() => reject(error)),
      )
    })
  }

  giveUp(name: string): void {
    this.work.end(name)
    this.waiting.get(name)?.()
    this.waiting.delete(name)
  }
}
