/** Reads answers of the API. What is not as documented becomes one failure that names the field. */
import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts'
import { ActionFailure } from '../../ports/executor.ts'

/** A place inside an answer. */
export class Answer {
  readonly #value: Json | undefined
  readonly path: string

  constructor(value: Json | undefined, path: string) {
    this.#value = value
    this.path = path
  }

  get isNull(): boolean {
    return this.#value === null || this.#value === undefined
  }

  /** The member of an object; whether it is there shows when it is read. */
  at(name: string): Answer {
    if (!isJsonObject(this.#value)) throw drift(this.path, this.#value, 'an object')
    return new Answer(this.#value[name], this.path === '' ? name : `${this.path}.${name}`)
  }

  items(): readonly Answer[] {
    if (!Array.isArray(this.#value)) throw drift(this.path, this.#value, 'a list')
    return this.#value.map((item: Json, index) => new Answer(item, `${this.path}[${index}]`))
  }

  /** Ids come as texts or numbers. */
  text(): string {
    if (typeof this.#value === 'string') return this.#value
    if (typeof this.#value === 'number') return String(this.#value)
    throw drift(this.path, this.#value, 'a text')
  }

  textOr(fallback: string): string {
    return this.isNull ? fallback : this.text()
  }

  flag(): boolean {
    if (typeof this.#value !== 'boolean') throw drift(this.path, this.#value, 'true or false')
    return this.#value
  }

  number(): number {
    if (typeof this.#value !== 'number') throw drift(this.path, this.#value, 'a number')
    return this.#value
  }

  numberOr<Fallback>(fallback: Fallback): number | Fallback {
    return this.isNull ? fallback : this.number()
  }

  oneOf<Choice extends string>(choices: readonly Choice[]): Choice {
    const found = choices.find((choice) => choice === this.#value)
    if (found === undefined) throw drift(this.path, this.#value, `one of ${choices.join(', ')}`)
    return found
  }

  record(): JsonObject {
    if (!isJsonObject(this.#value)) throw drift(this.path, this.#value, 'an object')
    return this.#value
  }
}

const advice = 'The API has changed: update Rollbook, and go on by hand until then.'

/** The failure for an answer that is not as documented. */
export function drift(path: string, found: Json | undefined, wanted: string): ActionFailure {
  const what =
    found === undefined ? 'is missing' : `holds ${JSON.stringify(found)?.slice(0, 60)}, and ${wanted} was expected`
  return new ActionFailure('process', `Cato API: the field "${path}" ${what}`, { advice, outputs: { field: path } })
}

/** The failure for a call that the schema of the API no longer knows. */
export function driftOfMessage(message: string): ActionFailure {
  const field = /[Cc]annot query field "([^"]+)" on type "([^"]+)"/.exec(message)
  const path = field ? `${field[2]}.${field[1]}` : ''
  return new ActionFailure(
    'process',
    field ? `Cato API: the field "${path}" is gone from the schema` : `Cato API: the schema has changed: ${message}`,
    { advice, outputs: field ? { field: path } : {} },
  )
}
