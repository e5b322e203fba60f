import { appendFileSync, writeFileSync } from 'node:fs'

/** What every line of an `effects.jsonl` begins with. */
export interface EffectStamp {
  readonly seq: number
  /** ISO 8601 in UTC, on the emulated clock. */
  readonly at: string
}

/** Appends to `effects.jsonl` before it returns, so that what the log tells has happened and nothing more. */
export class EffectLog<Entry extends object> {
  readonly #file: string
  readonly #records: (EffectStamp & Entry)[] = []

  constructor(file: string) {
    this.#file = file
    writeFileSync(file, '')
  }

  get records(): readonly (EffectStamp & Entry)[] {
    return this.#records
  }

  add(at: number, entry: Entry): void {
    const record = { seq: this.#records.length + 1, at: new Date(at).toISOString(), ...entry }
    appendFileSync(this.#file, `${JSON.stringify(record)}\n`)
    this.#records.push(record)
  }
}
