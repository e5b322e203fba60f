import { type ActiveFault as Active, FaultList, type FaultRow, readFault } from '../../emulator/fault-list.ts'
import type { HelionFault } from './helion/faults.ts'
import type { ModulesFault } from './modules/faults.ts'

export type FaultName = CommonFault | HelionFault | ModulesFault
export type FaultDefinition = FaultRow<FaultName>
export type ActiveFault = Active<FaultName>

type CommonFault =
  | 'network-during-download'
  | 'network-during-upgrade'
  | 'download-incomplete'
  | 'proxy-required'
  | 'destination-blocked'
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

type Times = NonNullable<FaultRow<FaultName>['times']>

const times = (at: number): Times => ({ at, byDefault: 1 })

/** Strikes once, and no parameter says otherwise: there is none at this place. */
const once: Times = { at: 9, byDefault: 1 }

/** Faults of every edition. This table and those of the editions are the documentation. */
export const commonFaults: readonly FaultRow<CommonFault>[] = [
  {
    name: 'network-during-download',
    parameters: '[:files[:times]]',
    when: 'after so many files (2) of the download phase, so many times (1)',
    what: 'the download stops with a network error; files that are there stay',
    times: times(1),
  },
  {
    name: 'network-during-upgrade',
    parameters: '[:node[:times]]',
    when: 'when a component is fetched for the node (the first one that is upgraded), so many times (1)',
    what: 'the upgrade stops with a network error; components that are done stay done',
    times: times(1),
  },
  {
    name: 'download-incomplete',
    parameters: '[:times]',
    when: 'at the check after the download',
    what: 'one file is damaged: the run ends before anything is changed',
    times: times(0),
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
    name: 'kato-missing',
    parameters: '[:node]',
    when: 'while the kato package is installed on the node (the core), once',
    what: 'the upgrade ends and kato is gone from the node',
    times: once,
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
    times: times(1),
  },
  { name: 'slow', parameters: '[:factor]', when: 'always', what: 'everything takes longer (5 times)' },
  {
    name: 'hang',
    parameters: ':command[:times]',
    when: 'at the start of the kato command',
    what: 'it never ends',
    times: times(1),
  },
  {
    name: 'export-fails',
    parameters: '[:times]',
    when: 'during `kato data export`',
    what: 'it ends with an error',
    times: times(0),
  },
  {
    name: 'process-fatal',
    parameters: ':node:process',
    when: 'after the next restart of the node',
    what: 'the process stays in FATAL until `kato start`',
    times: once,
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
    times: times(1),
  },
  { name: 'wrong-host-key', parameters: ':node', when: 'from the start', what: 'known_hosts holds another key' },
]

/** The faults of one emulator, injected and cleared while it runs. */
export class Faults extends FaultList<FaultName> {
  readonly #definitions: readonly FaultDefinition[]

  constructor(definitions: readonly FaultDefinition[]) {
    super()
    this.#definitions = definitions
  }

  /**
   * Reads a fault such as `network-during-download:2` or `node-unreachable:dea-1:30..60`.
   *
   * @throws UsageError `FAULT_UNKNOWN` or `FAULT_INCOMPLETE`
   */
  read(text: string): ActiveFault {
    return readFault(text, this.#definitions)
  }
}
