/** Faults on request, the same way in every emulator that has a clock of its own. */
import { parseDuration } from '../../base/duration.ts'
import { UsageError } from '../../base/error.ts'

/** A fault as people name it, what it waits for and what it does; a table of these is the documentation. */
export interface FaultRow<Name extends string> {
  readonly name: Name
  /** Parameters after the name, each `:value`; optional ones in brackets. */
  readonly parameters: string
  readonly when: string
  readonly what: string
  /** Where the number of times stands among the parameters, and what it is when not given. */
  readonly times?: { readonly at: number; readonly byDefault: number }
}

export interface ActiveFault<Name extends string> {
  readonly text: string
  readonly name: Name
  readonly parameters: readonly string[]
  /** How often it may still strike. */
  remaining: number
}

/** Milliseconds; `perTry` counts them from the start of each try. */
export interface Span {
  readonly from: number
  readonly to: number
  readonly perTry: boolean
}

/**
 * Reads a fault such as `bad-hash:site-001:always`.
 *
 * @throws UsageError `FAULT_UNKNOWN` or `FAULT_INCOMPLETE`
 */
export function readFault<Name extends string>(
  text: string,
  definitions: readonly FaultRow<Name>[],
): ActiveFault<Name> {
  const [name, ...parameters] = text.split(':')
  const definition = definitions.find((entry) => entry.name === name)
  if (!definition) {
    const known = definitions.map((entry) => entry.name).join(', ')
    throw new UsageError('FAULT_UNKNOWN', `there is no fault "${name}"`, { hint: `Known faults: ${known}.` })
  }
  const required = (definition.parameters.replace(/\[.*\]/, '').match(/:/g) ?? []).length
  if (parameters.slice(0, required).length < required || parameters.slice(0, required).some((each) => each === '')) {
    throw incompleteFault(text, definition, 'lacks a parameter')
  }
  const times = definition.times
  const given = times === undefined ? undefined : parameters[times.at]
  const remaining =
    times === undefined || given === 'always' ? Number.POSITIVE_INFINITY : Number(given || times.byDefault)
  if (Number.isNaN(remaining)) throw incompleteFault(text, definition, 'needs a number of times')
  return { text, name: definition.name, parameters, remaining }
}

export function incompleteFault(text: string, definition: FaultRow<string>, what: string): UsageError {
  return new UsageError('FAULT_INCOMPLETE', `the fault "${text}" ${what}`, {
    hint: `Write ${definition.name}${definition.parameters}.`,
  })
}

/** Reads `10m..40m` or `+2m..+5m`; either end may be missing. @returns nothing when it cannot be read */
export function spanOf(text: string | undefined): Span | undefined {
  const [from = '', to = ''] = (text ?? '').split('..')
  const read = (part: string, missing: number): number | undefined => {
    const bare = part.replace(/^\+/, '')
    return bare === '' ? missing : bare === '0' ? 0 : parseDuration(bare)
  }
  const start = read(from, 0)
  const end = read(to, Number.POSITIVE_INFINITY)
  if (start === undefined || end === undefined) return undefined
  return { from: start, to: end, perTry: from.startsWith('+') || to.startsWith('+') }
}

/** The faults of one emulator, injected and cleared while it runs. */
export class FaultList<Name extends string> {
  readonly #active: ActiveFault<Name>[] = []

  get active(): readonly ActiveFault<Name>[] {
    return this.#active
  }

  add(fault: ActiveFault<Name>): void {
    this.#active.push(fault)
  }

  /** Removes every fault with this text or name. */
  remove(textOrName: string): readonly ActiveFault<Name>[] {
    const gone = this.#active.filter((fault) => fault.text === textOrName || fault.name === textOrName)
    for (const fault of gone) this.#active.splice(this.#active.indexOf(fault), 1)
    return gone
  }

  /** Every fault of that name that can still strike and fits. */
  all(name: Name, fits: (parameters: readonly string[]) => boolean = () => true): readonly ActiveFault<Name>[] {
    return this.#active.filter((fault) => fault.name === name && fault.remaining > 0 && fits(fault.parameters))
  }

  find(name: Name, fits?: (parameters: readonly string[]) => boolean): ActiveFault<Name> | undefined {
    return this.all(name, fits)[0]
  }

  /** Like {@link find}, and counts the strike. */
  take(name: Name, fits?: (parameters: readonly string[]) => boolean): ActiveFault<Name> | undefined {
    const fault = this.find(name, fits)
    if (fault) fault.remaining -= 1
    return fault
  }
}
