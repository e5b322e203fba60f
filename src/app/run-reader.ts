/** A run as its journal tells it, read without the lock: also while another process carries it out. */
import { type JournalCursor, JournalStore } from '../node/journal-store.ts'
import { ownerText } from '../node/process-owner.ts'
import { writerOf } from '../node/run-lock.ts'
import { openRun, type RunDirectory, readPlan } from '../node/run-store.ts'
import type { Plan } from '../plan/model.ts'
import type { Clock } from '../ports/clock.ts'
import type { RunEvent } from '../run/events.ts'
import { evolveRun } from '../run/evolve.ts'
import { indexPlan, type PlanIndex } from '../run/plan-index.ts'
import { initialState, type RunState } from '../run/state.ts'
import { clockOf } from './rehearsal-clock.ts'

export interface RunWriter {
  /** `elsewhere`: on another host, of which nothing can be known from here. */
  readonly presence: 'alive' | 'gone' | 'elsewhere'
  /** `alice on host mc-1, process 4711, since …` */
  readonly text: string
  readonly pid: number
}

export class RunReader {
  readonly run: RunDirectory
  readonly plan: Plan
  readonly index: PlanIndex
  readonly #journals = new JournalStore()
  #state: RunState
  #cursor: JournalCursor | undefined
  readonly #clock: Clock

  private constructor(run: RunDirectory) {
    this.run = run
    this.plan = readPlan(run) as unknown as Plan
    this.index = indexPlan(this.plan)
    this.#state = initialState(run.id)
    this.#clock = clockOf(run)
  }

  /** @throws UsageError `RUN_UNKNOWN`, `RUN_AMBIGUOUS`; RollbookError `RUN_DAMAGED`, `JOURNAL_CHAIN_BROKEN` */
  static async open(root: string, idOrPrefix: string): Promise<RunReader> {
    return RunReader.of(openRun(root, idOrPrefix))
  }

  static async of(run: RunDirectory): Promise<RunReader> {
    const reader = new RunReader(run)
    await reader.refresh()
    return reader
  }

  get state(): RunState {
    return this.#state
  }

  /** Milliseconds since the epoch on the clock of the run. */
  now(): number {
    return this.#clock.now()
  }

  get lastHash(): string {
    return this.#cursor?.position.hash ?? ''
  }

  /** Reads what was recorded since. */
  async refresh(): Promise<readonly RunEvent[]> {
    const events: RunEvent[] = []
    const { cursor } = await this.#journals.readFrom(this.run.directory, this.#cursor, (record) => {
      const event = record as unknown as RunEvent
      this.#state = evolveRun(this.index, this.#state, event, record.seq)
      events.push(event)
    })
    this.#cursor = cursor
    return events
  }

  /** Who carries the run out now, or did last without saying that it is over. */
  writer(): RunWriter | undefined {
    const writer = writerOf(this.run)
    return writer && { presence: writer.presence, text: ownerText(writer.owner), pid: writer.owner.pid }
  }
}
