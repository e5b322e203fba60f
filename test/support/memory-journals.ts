import { createHash } from 'node:crypto'
import type { JournalEvent, JournalOpened, JournalRecord, Journals } from '../../src/ports/journal.ts'

/** Journals in memory, for tests of what stands on them; the real store has tests of its own. */
export class MemoryJournals implements Journals {
  readonly records: JournalRecord[] = []
  /** Thrown by the append that would write this sequence number, as if the process died in it. */
  dieAt: number = Number.POSITIVE_INFINITY

  async open(_directory: string, onRecord: (record: JournalRecord) => void): Promise<JournalOpened> {
    for (const record of this.records) onRecord(record)
    const self = this
    return {
      tornBytes: 0,
      writer: {
        get seq() {
          return self.records.length
        },
        get lastHash() {
          return self.records.at(-1)?.hash ?? '0'.repeat(64)
        },
        append: async (events) => self.#append(events),
        close: async () => undefined,
      },
    }
  }

  async #append(events: readonly JournalEvent[]): Promise<void> {
    for (const event of events) {
      const seq = this.records.length + 1
      if (seq >= this.dieAt) throw new Error(`died before record ${seq}`)
      const prev = this.records.at(-1)?.hash ?? '0'.repeat(64)
      // What is written is a copy: the core may go on with its own objects.
      const copy = JSON.parse(JSON.stringify(event)) as JournalEvent
      const hash = createHash('sha256')
        .update(prev + JSON.stringify(copy))
        .digest('hex')
      this.records.push({ ...copy, seq, prev, hash })
    }
  }

  async read(_directory: string, onRecord: (record: JournalRecord) => void): Promise<{ readonly tornBytes: number }> {
    for (const record of this.records) onRecord(record)
    return { tornBytes: 0 }
  }
}
