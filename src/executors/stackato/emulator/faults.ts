import { UsageError } from '../../../base/error.ts'

export type FaultName =
  | 'network-during-download'
  | 'network-during-upgrade'
  | 'download-incomplete'
  | 'proxy-required'
  | 'destination-blocked'
  | 'component-fails'
  | 'kato-missing'
  | 'disk-low'
  | 'memory-low'
  | 'no-sudo'
  | 'no-cluster-keys'
  | 'dea-full'
  | 'node-unreachable'
  | 'drop-connection-during'
  | 'slow'
  | 'hang'
  | 'export-fails'
  | 'process-fatal'
  | 'ready-ignores-block'
  | 'asks-anyway'
  | 'malformed-output'
  | 'wrong-host-key'

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
    name: 'network-during-download',
    parameters: '[:files[:times]]',
    when: 'after so many files (2) of the download phase, so many times (1)',
    what: 'the download stops with a network error; files that are there stay',
  },
  {
    name: 'network-during-upgrade',
    parameters: '[:node[:times]]',
    when: 'when a component is fetched for the node (the first one that is upgraded), so many times (1)',
    what: 'the upgrade stops with a network error; components that are done stay done',
  },
  {
    name: 'download-incomplete',
    parameters: '[:times]',
    when: 'at the check after the download',
    what: 'one file is damaged: the run ends before anything is changed',
  },
  {
    name: 'proxy-required',
    parameters: '',
    when: 'whenever something is fetched from the public network',
    what: 'only a shell that exported http_proxy gets through',
  },
  {
    name: 'destination-blocked',
    parameters: ':host',
    when: 'whenever the host is contacted',
    what: 'the connection times out',
  },
  {
    name: 'component-fails',
    parameters: ':component[:times]',
    when: 'while the component is installed, on the first node that gets it',
    what: 'its installation fails; the components before it stay done',
  },
  {
    name: 'kato-missing',
    parameters: '[:node]',
    when: 'while the kato package is installed on the node (the core), once',
    what: 'the upgrade ends and kato is gone from the node',
  },
  {
    name: 'disk-low',
    parameters: '[:node[:gigabytes]]',
    when: 'from the start',
    what: 'little disk space is free (5)',
  },
  {
    name: 'memory-low',
    parameters: '[:node[:megabytes]]',
    when: 'from the start',
    what: 'little memory is free (300)',
  },
  {
    name: 'no-sudo',
    parameters: '[:node]',
    when: 'from the start',
    what: 'no file in /etc/sudoers.d: sudo asks for a password on the node (on all)',
  },
  {
    name: 'no-cluster-keys',
    parameters: '',
    when: 'from the start',
    what: 'the core has no key for the other nodes: each remote connection asks for a password',
  },
  { name: 'dea-full', parameters: '', when: 'from the start', what: 'the DEAs have no room for the apps of another' },
  {
    name: 'node-unreachable',
    parameters: ':node[:from..to]',
    when: 'always, or between two instants in emulated seconds after the start',
    what: 'the SSH port of the node is closed and its connections are cut',
  },
  {
    name: 'drop-connection-during',
    parameters: ':command[:times]',
    when: 'in the middle of the kato command (first words, such as `node upgrade`; `upgrade` for short)',
    what: 'all connections to the node are cut; its processes go on where they can',
  },
  { name: 'slow', parameters: '[:factor]', when: 'always', what: 'everything takes longer (5 times)' },
  { name: 'hang', parameters: ':command[:times]', when: 'at the start of the kato command', what: 'it never ends' },
  { name: 'export-fails', parameters: '[:times]', when: 'during `kato data export`', what: 'it ends with an error' },
  {
    name: 'process-fatal',
    parameters: ':node:process',
    when: 'after the next restart of the node',
    what: 'the process stays in FATAL until `kato start`',
  },
  {
    name: 'ready-ignores-block',
    parameters: '',
    when: 'at `kato process ready --block`',
    what: 'the limit is not honoured: it waits until all is up (a known defect of some builds)',
  },
  {
    name: 'asks-anyway',
    parameters: '',
    when: 'at `kato node upgrade --skip-confirmation`',
    what: 'it asks all the same (a known defect of some builds)',
  },
  {
    name: 'malformed-output',
    parameters: ':command[:times]',
    when: 'at the kato command',
    what: 'it ends well but prints something unreadable',
  },
  { name: 'wrong-host-key', parameters: ':node', when: 'from the start', what: 'known_hosts holds another key' },
]

export interface ActiveFault {
  readonly text: string
  readonly name: FaultName
  readonly parameters: readonly string[]
  /** How often it may still strike. */
  remaining: number
}

/** Where the number of times stands among the parameters; faults without one strike for ever. */
const timesAt: Partial<Record<FaultName, number>> = {
  'network-during-download': 1,
  'network-during-upgrade': 1,
  'download-incomplete': 0,
  'component-fails': 1,
  'drop-connection-during': 1,
  hang: 1,
  'export-fails': 0,
  'malformed-output': 1,
}
const once: ReadonlySet<FaultName> = new Set<FaultName>(['kato-missing', 'process-fatal'])

/**
 * Reads a fault such as `network-during-download:2` or `node-unreachable:dea-1:30..60`.
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
  const required = (definition.parameters.replace(/\[.*\]/, '').match(/:/g) ?? []).length
  if (parameters.length < required || parameters.slice(0, required).some((parameter) => parameter === '')) {
    throw new UsageError('FAULT_INCOMPLETE', `the fault "${text}" lacks a parameter`, {
      hint: `Write ${definition.name}${definition.parameters}.`,
    })
  }
  const position = timesAt[definition.name]
  const times = position === undefined ? Number.POSITIVE_INFINITY : Number(parameters[position] || 1)
  if (Number.isNaN(times)) {
    throw new UsageError('FAULT_INCOMPLETE', `the fault "${text}" needs a number of times`, {
      hint: `Write ${definition.name}${definition.parameters}.`,
    })
  }
  return { text, name: definition.name, parameters, remaining: once.has(definition.name) ? 1 : times }
}

/** The faults of one emulator, injected and cleared while it runs. */
export class Faults {
  readonly #active: ActiveFault[] = []

  get active(): readonly ActiveFault[] {
    return this.#active
  }

  add(text: string): ActiveFault {
    const fault = parseFault(text)
    this.#active.push(fault)
    return fault
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
