/**
 * When a run that is under way ends: from time to time its records are replayed and the simulator goes on from there. Done
 * in pieces of a few milliseconds, so that whoever carries the run out is never kept waiting, and rarely.
 */
import { setImmediate as otherWork } from 'node:timers/promises'
import { type JournalCursor, JournalStore } from '../node/journal-store.ts'
import type { Plan } from '../plan/model.ts'
import type { RunEvent } from '../run/events.ts'
import type { RunForecast } from '../run/progress.ts'
import type { KnownAction } from '../simulation/far-side.ts'
import { foresee } from '../simulation/foresee.ts'
import { rolloutTargets, timelineTargetsMax } from './plan-timeline.ts'

/** Records handled in one go: some milliseconds. */
const pieceMax = 250
/** Between two forecasts of a live screen, milliseconds. */
const pauseMsMin = 3000
/** The part of the time that forecasts may take: one in so many. */
const share = 20

export interface ForecasterOptions {
  /** Of the run. */
  readonly directory: string
  readonly plan: Plan
  /** Milliseconds since the epoch on the clock of the run. */
  now(): number
}

export class RunForecaster {
  readonly #options: ForecasterOptions
  readonly #journals = new JournalStore()
  readonly #records: RunEvent[] = []
  readonly #isSmall: boolean
  #cursor: JournalCursor | undefined
  #latest: RunForecast | undefined
  #busy = false
  #stopped = false
  #notBefore = 0
  #findAction: ((name: string) => KnownAction | undefined) | undefined

  constructor(options: ForecasterOptions) {
    this.#options = options
    this.#isSmall = rolloutTargets(options.plan) <= timelineTargetsMax
  }

  /** The last forecast; asks for a new one when it is time. Costs nothing itself. */
  get latest(): RunForecast | undefined {
    if (this.#isSmall && !this.#busy && !this.#stopped && performance.now() >= this.#notBefore) void this.#renew()
    return this.#latest
  }

  async #renew(): Promise<void> {
    this.#busy = true
    const began = performance.now()
    try {
      this.#latest = await this.make()
    } catch {
      // A forecast is a comfort; a journal that cannot be read is told by whoever needs it.
      this.#stopped = true
    } finally {
      const took = performance.now() - began
      this.#notBefore = performance.now() + Math.max(pauseMsMin, share * took)
      this.#busy = false
    }
  }

  /** A forecast from the records that are on disk now; undefined when there is none to be made. */
  async make(): Promise<RunForecast | undefined> {
    if (!this.#isSmall) return undefined
    const { directory, plan } = this.#options
    this.#findAction ??= await shippedActions()
    const { cursor } = await this.#journals.readFrom(directory, this.#cursor, (record) => {
      this.#records.push(record as unknown as RunEvent)
    })
    this.#cursor = cursor
    const work = foresee(plan, this.#records, { now: this.#options.now(), findAction: this.#findAction }, pieceMax)
    for (;;) {
      const step = work.next()
      if (step.done) return step.value
      await otherWork()
      if (this.#stopped) return undefined
    }
  }

  stop(): void {
    this.#stopped = true
  }
}

async function shippedActions(): Promise<(name: string) => KnownAction | undefined> {
  const { allActions } = await import('../executors/index.ts')
  const byName = new Map(allActions.map((action) => [action.name, action]))
  return (name) => byName.get(name)
}
