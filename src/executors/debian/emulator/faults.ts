import { UsageError } from '../../../base/error.ts'

export type FaultName =
  | 'repository-refused'
  | 'repository-silent'
  | 'repository-name-unknown'
  | 'repository-503'
  | 'download-breaks'
  | 'download-damaged'
  | 'download-missing'
  | 'download-slow'
  | 'signature-altered'
  | 'signature-unknown-key'
  | 'release-expired'
  | 'held'
  | 'install-fails'
  | 'conffile-changed'
  | 'disk-full'
  | 'lock-held'
  | 'service-dies'
  | 'service-sick'
  | 'host-unreachable'
  | 'drop-during-install'
  | 'wrong-host-key'
  | 'no-sudo'

/** A fault as people name it, what it waits for and what it does. This table is the documentation. */
export interface FaultDefinition {
  readonly name: FaultName
  /** Parameters after the name, each `:value`; optional ones in brackets. */
  readonly parameters: string
  readonly when: string
  readonly what: string
}

export const faultDefinitions: readonly FaultDefinition[] = [
  {
    name: 'repository-refused',
    parameters: ':host',
    when: 'whenever the host contacts a repository',
    what: 'the connection is refused, as by a firewall that rejects',
  },
  {
    name: 'repository-silent',
    parameters: ':host',
    when: 'whenever the host contacts a repository',
    what: 'the connection is taken and nothing ever comes, as by a firewall that drops',
  },
  {
    name: 'repository-name-unknown',
    parameters: ':host',
    when: 'whenever the host contacts a repository',
    what: 'no name server knows the repositories',
  },
  {
    name: 'repository-503',
    parameters: '[:times]',
    when: 'at the next requests to any repository, so many times (1)',
    what: 'the answer is 503',
  },
  {
    name: 'download-breaks',
    parameters: '[:package[:times]]',
    when: 'when the package is fetched (any), so many times (1)',
    what: 'the connection is cut in the middle of the file',
  },
  {
    name: 'download-damaged',
    parameters: '[:package[:times]]',
    when: 'when the package is fetched (any), so many times (1)',
    what: 'the file is not the one that the index names: its hash differs',
  },
  {
    name: 'download-missing',
    parameters: '[:package[:times]]',
    when: 'when the package is fetched (any), so many times (1)',
    what: 'the file is gone from the mirror: 404',
  },
  {
    name: 'download-slow',
    parameters: '[:kib]',
    when: 'whenever a package is fetched',
    what: 'so many KiB come in a second (32)',
  },
  {
    name: 'signature-altered',
    parameters: '[:repository]',
    when: 'from then on',
    what: 'the list of the repository (cleanroom) was changed after it had been signed',
  },
  {
    name: 'signature-unknown-key',
    parameters: '[:repository]',
    when: 'from then on',
    what: 'the list of the repository (cleanroom) is signed by a key that the hosts do not know',
  },
  {
    name: 'release-expired',
    parameters: '[:repository]',
    when: 'from then on',
    what: 'the list of the repository (cleanroom) was valid until yesterday',
  },
  { name: 'held', parameters: ':host', when: 'from then on', what: 'the product package of the host is held back' },
  {
    name: 'install-fails',
    parameters: ':host[:times]',
    when: 'while the product package is configured on the host, so many times (1)',
    what: 'its maintainer script fails: the package stays half configured',
  },
  {
    name: 'conffile-changed',
    parameters: ':host',
    when: 'from then on',
    what: 'somebody has changed the product’s configuration file, which the next release changes too',
  },
  {
    name: 'disk-full',
    parameters: ':host[:place[:kib]]',
    when: 'from then on',
    what: 'only so many KiB (16) are left where packages are kept (cache) or unpacked (opt)',
  },
  {
    name: 'lock-held',
    parameters: ':host[:seconds]',
    when: 'from then on, for so long (60)',
    what: 'another process on the host holds the locks of apt and dpkg',
  },
  {
    name: 'service-dies',
    parameters: ':host',
    when: 'whenever the service of the host is started',
    what: 'it ends at once',
  },
  {
    name: 'service-sick',
    parameters: ':host',
    when: 'always',
    what: 'the service runs and answers every question with 503',
  },
  {
    name: 'host-unreachable',
    parameters: ':host[:from..to]',
    when: 'always, or between two instants in seconds after the start',
    what: 'the SSH port of the host is closed and its connections are cut',
  },
  {
    name: 'drop-during-install',
    parameters: ':host[:times]',
    when: 'while the product package is configured on the host, so many times (1)',
    what: 'all connections to the host are cut; what runs there goes on where it can',
  },
  { name: 'wrong-host-key', parameters: ':host', when: 'from the start', what: 'known_hosts holds another key' },
  { name: 'no-sudo', parameters: ':host', when: 'from then on', what: 'sudo asks the user operator for a password' },
]

/** Faults about one host, named by their first parameter. */
export const hostFaults: ReadonlySet<FaultName> = new Set<FaultName>([
  'repository-refused',
  'repository-silent',
  'repository-name-unknown',
  'held',
  'install-fails',
  'conffile-changed',
  'disk-full',
  'lock-held',
  'service-dies',
  'service-sick',
  'host-unreachable',
  'drop-during-install',
  'wrong-host-key',
  'no-sudo',
])

export interface ActiveFault {
  readonly text: string
  readonly name: FaultName
  readonly parameters: readonly string[]
  /** How often it may still strike. */
  remaining: number
}

/** Where the number of times stands among the parameters; faults without one strike for ever. */
const timesAt: Partial<Record<FaultName, number>> = {
  'repository-503': 0,
  'download-breaks': 1,
  'download-damaged': 1,
  'download-missing': 1,
  'install-fails': 1,
  'drop-during-install': 1,
}

/**
 * Reads a fault such as `install-fails:controller-a:2`.
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
  if (parameters.length < required || parameters.slice(0, required).some((parameter) => parameter === '')) {
    throw incomplete('lacks a parameter')
  }
  const position = timesAt[definition.name]
  const times = position === undefined ? Number.POSITIVE_INFINITY : Number(parameters[position] || 1)
  if (Number.isNaN(times)) throw incomplete('needs a number of times')
  return { text, name: definition.name, parameters, remaining: times }
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

  /** The first fault of that name that can still strike and fits. */
  find(name: FaultName, fits: (parameters: readonly string[]) => boolean = () => true): ActiveFault | undefined {
    return this.#active.find((fault) => fault.name === name && fault.remaining > 0 && fits(fault.parameters))
  }

  /** Like {@link find}, and counts the strike. */
  take(name: FaultName, fits?: (parameters: readonly string[]) => boolean): ActiveFault | undefined {
    const fault = this.find(name, fits)
    if (fault) fault.remaining -= 1
    return fault
  }
}
