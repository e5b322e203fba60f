/**
 * A lock that is a folder of numbered files; the file with the highest number, the epoch, says who holds it. Invariants:
 *
 * 1. A file is made whole and only where none is, so of several processes that want an epoch exactly one gets it.
 * 2. The file with the highest number is never removed, only replaced by its own holder with a word that it is free. So the
 *    epoch grows by one with each acquisition, for as long as the folder exists.
 * 3. Whoever made a file looks again: if a higher one exists, it looked at an old folder and holds nothing.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '../base/json.ts'
import { createFile, replaceFile } from './whole-file.ts'

export interface LockState {
  readonly epoch: number
  /** What the holder wrote; undefined when the lock is free. */
  readonly holder: JsonObject | undefined
}

export class EpochLock {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Epoch 0 when nobody ever held it. */
  state(): LockState {
    for (;;) {
      const epoch = this.#epochs().at(-1) ?? 0
      if (epoch === 0) return { epoch, holder: undefined }
      try {
        const { holder } = JSON.parse(readFileSync(this.#path(epoch), 'utf8')) as { holder?: JsonObject }
        return { epoch, holder }
      } catch (error) {
        // Another process has just gone on to a higher epoch and swept this one away.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      }
    }
  }

  /**
   * @param mayTake - whether a lock with this holder may be taken over; not asked when it is free
   * @returns the epoch that is ours now and whom it was taken from, or the holder that stays
   */
  acquire(
    content: JsonObject,
    mayTake: (holder: JsonObject) => boolean,
  ): { readonly epoch: number; readonly before: JsonObject | undefined } | { readonly refusedBy: JsonObject } {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    for (;;) {
      const { epoch, holder } = this.state()
      if (holder && !mayTake(holder)) return { refusedBy: holder }
      const mine = epoch + 1
      if (!createFile(this.#path(mine), text({ holder: content }))) continue
      const epochs = this.#epochs()
      if (epochs.at(-1) !== mine) {
        rmSync(this.#path(mine), { force: true })
        continue
      }
      for (const old of epochs) if (old < mine) rmSync(this.#path(old), { force: true })
      return { epoch: mine, before: holder }
    }
  }

  /** Whether the epoch is still the highest and not yet free. */
  isHeld(epoch: number): boolean {
    const state = this.state()
    return state.epoch === epoch && state.holder !== undefined
  }

  /** Whether nobody has got a later epoch: cheaper than {@link isHeld}, for whoever has not let go himself. */
  isLatest(epoch: number): boolean {
    return this.#epochs().at(-1) === epoch
  }

  /** Says that the lock is free. Does nothing when another has it meanwhile. */
  release(epoch: number): void {
    if (this.isHeld(epoch)) replaceFile(this.#path(epoch), text({}))
  }

  #epochs(): number[] {
    let names: string[]
    try {
      names = readdirSync(this.#folder)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
    const epochs = names.filter((name) => /^[0-9]+\.json$/.test(name)).map((name) => Number.parseInt(name, 10))
    return epochs.sort((a, b) => a - b)
  }

  #path(epoch: number): string {
    return join(this.#folder, `${String(epoch).padStart(6, '0')}.json`)
  }
}

function text(value: JsonObject | { readonly holder: JsonObject }): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
