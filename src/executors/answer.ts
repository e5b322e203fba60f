/** Reads answers of a vendor’s API. What is not as documented becomes one failure that names the field. */
import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import { ActionFailure } from '../ports/executor.ts'

/** A place inside an answer. */
export class Answer {
  readonly #value: Json | undefined
  readonly path: string
  /** Name of the API, for messages. */
  readonly api: string

  constructor(value: Json | undefined, path: string, api: string) {
    this.#value = value
    this.path = path
    this.api = api
  }

  get isNull(): boolean {
    return this.#value === null || this.#value === undefined
  }

  /** The member of an object; whether it is there shows when it is read. */
  at(name: string): Answer {
    if (!isJsonObject(this.#value)) throw this.#drift(this.#value, 'an object')
    return new Answer(this.#value[name], this.path === '' ? name : `${this.path}.${name}`, this.api)
  }

  items(): readonly Answer[] {
    if (!Array.isArray(this.#value)) throw this.#drift(this.#value, 'a list')
    return this.#value.map((item: Json, index) => new Answer(item, `${this.path}[${index}]`, this.api))
  }

  /** Ids come as texts or numbers. */
  text(): string {
    if (typeof this.#value === 'string') return this.#value
    if (typeof this.#value === 'number') return String(this.#value)
    throw this.#drift(this.#value, 'a text')
  }

  /** Like {@link text}, and takes true and false too, for APIs that mix them. */
  word(): string {
    return typeof this.#value === 'boolean' ? String(this.#value) : this.text()
  }

  textOr(fallback: string): string {
    return this.isNull ? fallback : this.text()
  }

  flag(): boolean {
    if (typeof this.#value !== 'boolean') throw this.#drift(this.#value, 'true or false')
    return this.#value
  }

  number(): number {
    if (typeof this.#value !== 'number') throw this.#drift(this.#value, 'a number')
    return this.#value
  }

  numberOr<Fallback>(fallback: Fallback): number | Fallback {
    return this.isNull ? fallback : this.number()
  }

  oneOf<Choice extends string>(choices: readonly Choice[]): Choice {
    const found = choices.find((choice) => choice === this.#value)
    if (found === undefined) throw this.#drift(this.#value, `one of ${choices.join(', ')}`)
    return found
  }

  record(): JsonObject {
    if (!isJsonObject(this.#value)) throw this.#drift(this.#value, 'an object')
    return this.#value
  }

  #drift(found: Json | undefined, wanted: string): ActionFailure {
    const what =
      found === undefined ? 'is missing' : `holds ${JSON.stringify(found)?.slice(0, 60)}, and ${wanted} was expected`
    return driftFailure(`${this.api}: the field "${this.path}" ${what}`, this.path)
  }
}

/** The failure for an API that is not as it was documented. */
export function driftFailure(message: string, field: string | undefined): ActionFailure {
  return new ActionFailure('process', message, {
    advice: 'The API has changed: update Rollbook, and go on by hand until then.',
    outputs: field === undefined ? {} : { field },
  })
}
