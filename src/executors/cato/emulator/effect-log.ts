import { appendFileSync, writeFileSync } from 'node:fs'

/** One line of `effects.jsonl`: something that changed in the emulated account. */
export interface EffectRecord {
  readonly seq: number
  /** ISO 8601 in UTC, on the emulated clock. */
  readonly at: string
  /**
   * `call`: a mutation was accepted or refused. `phase`: an upgrade moved on. `version`: a Socket runs another version.
   * `rollback`: it went back by itself. `failover`: another member carries the site. `event`: an event was raised.
   * `mail`, `console`: people were told. `download`: a file was fetched in advance.
   */
  readonly kind: 'call' | 'phase' | 'version' | 'rollback' | 'failover' | 'event' | 'mail' | 'console' | 'download'
  readonly site?: string
  readonly socket?: string
  readonly what: string
  readonly detail?: Readonly<Record<string, unknown>>
}

/** Appends to `effects.jsonl` before it returns, so that what the log tells has happened and nothing more. */
export class EffectLog {
  readonly #file: string
  readonly #records: EffectRecord[] = []

  constructor(file: string) {
    this.#file = file
    writeFileSync(file, '')
  }

  get records(): readonly EffectRecord[] {
    return this.#records
  }

  add(at: number, entry: Omit<EffectRecord, 'seq' | 'at'>): void {
    const record = { seq: this.#records.length + 1, at: new Date(at).toISOString(), ...entry }
    appendFileSync(this.#file, `${JSON.stringify(record)}\n`)
    this.#records.push(record)
  }
}
