import { parseDuration } from '../../../base/duration.ts'
import { UsageError } from '../../../base/error.ts'
import { type FaultName, faultDefinitions } from './fault-table.ts'

export interface ActiveFault {
  readonly text: string
  readonly name: FaultName
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
 * Reads a fault such as `bad-hash:site-001:always` or `disconnected:site-002:10m..40m`.
 *
 * @throws UsageError `FAULT_UNKNOWN` or `FAULT_INCOMPLETE`
 */
export function parseFault(text: string): ActiveFault {
  const [name, ...parameters] = text.split(':')
  const definition = faultDefinitions.find((entry) => entry.name === name)
  if (!definition) {
    const known = faultDefinitions.map((entry) => entry.name).join(', ')
    throw new UsageError('FAULT_UNKNOWN', `there is no fault "${name}"`, { hint: `Known faults: ${known}.` })
  }
  const incomplete = (what: string): UsageError =>
    new UsageError('FAULT_INCOMPLETE', `the fault "${text}" ${what}`, {
      hint: `Write ${definition.name}${definition.parameters}.`,
    })
  const required = (definition.parameters.replace(/\[.*\]/, '').match(/:/g) ?? []).length
  if (parameters.slice(0, required).length < required || parameters.slice(0, required).some((each) => each === '')) {
    throw incomplete('lacks a parameter')
  }
  const times = definition.times
  const given = times === undefined ? undefined : parameters[times.at]
  const remaining =
    times === undefined || given === 'always' ? Number.POSITIVE_INFINITY : Number(given || times.byDefault)
  if (Number.isNaN(remaining)) throw incomplete('needs a number of times')
  const hasSpan = definition.name === 'disconnected' || definition.name === 'degraded'
  if (hasSpan && spanOf(parameters[1]) === undefined) throw incomplete('needs two durations such as 10m..40m')
  if (definition.name === 'process-critical' && spanOf(parameters[0]) === undefined)
    throw incomplete('needs a duration')
  return { text, name: definition.name, parameters, remaining }
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
export class Faults {
  readonly #active: ActiveFault[] = []

  get active(): readonly ActiveFault[] {
    return this.#active
  }

  add(fault: ActiveFault): void {
    this.#active.push(fault)
  }

  /** Removes every fault with this text or name. */
  remove(textOrName: string): readonly ActiveFault[] {
    const gone = this.#active.filter((fault) => fault.text === textOrName || fault.name === textOrName)
    for (const fault of gone) this.#active.splice(this.#active.indexOf(fault), 1)
    return gone
  }

  /** Every fault of that name that can still strike and fits. */
  all(name: FaultName, fits: (parameters: readonly string[]) => boolean = () => true): readonly ActiveFault[] {
    return this.#active.filter((fault) => fault.name === name && fault.remaining > 0 && fits(fault.parameters))
  }

  find(name: FaultName, fits?: (parameters: readonly string[]) => boolean): ActiveFault | undefined {
    return this.all(name, fits)[0]
  }

  /** Like {@link find}, and counts the strike. */
  take(name: FaultName, fits?: (parameters: readonly string[]) => boolean): ActiveFault | undefined {
    const fault = this.find(name, fits)
    if (fault) fault.remaining -= 1
    return fault
  }
}
