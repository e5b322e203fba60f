import { appendFileSync } from 'node:fs'

/** One line of `effects.jsonl`: something that changed in the emulated cluster. */
export interface EffectRecord {
  readonly seq: number
  /** ISO 8601, real time. */
  readonly at: string
  readonly node: string
  /**
   * `command`: a command that changes something started or ended. `component`: one component was installed.
   * `download`: one file arrived. `loss`: the upgrade took something away. `process`, `app`: a state changed.
   */
  readonly kind: 'command' | 'component' | 'download' | 'loss' | 'process' | 'app' | 'file'
  /** The command line, or what was done. */
  readonly what: string
  readonly phase?: 'started' | 'finished' | 'aborted'
  readonly exit_code?: number
  /** Effect id and fence of the caller, from ROLLBOOK_EFFECT and ROLLBOOK_FENCE. */
  readonly effect?: string
  readonly fence?: string
  readonly detail?: Readonly<Record<string, unknown>>
}

/** Appends to `effects.jsonl` before it returns, so that what the log tells has happened and nothing more. */
export class EffectLog {
  readonly #file: string
  readonly #records: EffectRecord[] = []

  constructor(file: string) {
    this.#file = file
    appendFileSync(file, '')
  }

  get records(): readonly EffectRecord[] {
    return this.#records
  }

  add(entry: Omit<EffectRecord, 'seq' | 'at'>): void {
    const record = { seq: this.#records.length + 1, at: new Date().toISOString(), ...entry }
    appendFileSync(this.#file, `${JSON.stringify(record)}\n`)
    this.#records.push(record)
  }
}
