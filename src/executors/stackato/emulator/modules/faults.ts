import type { FaultRow } from '../../../emulator/fault-list.ts'

export type ModulesFault = 'module-fails' | 'module-missing' | 'restart-reboots'

/** Faults that only Stackato 3.0 knows. */
export const modulesFaults: readonly FaultRow<ModulesFault>[] = [
  {
    name: 'module-fails',
    parameters: ':module[:node[:times]]',
    when: 'while the module is installed on the node (the first one that gets it), so many times (1)',
    what: 'a partial copy is left, the services of the module are missing, everything halts; modules with a latch stay done',
    times: { at: 2, byDefault: 1 },
  },
  {
    name: 'module-missing',
    parameters: ':module[:times]',
    when: 'when the file of the module is needed, so many times (1)',
    what: 'it can neither be downloaded nor found in the cluster cache: everything halts',
    times: { at: 1, byDefault: 1 },
  },
  {
    name: 'restart-reboots',
    parameters: ':node[:seconds]',
    when: 'at the restart that ends the upgrade of the node, once',
    what: 'the whole host goes down: its processes end, its SSH port is closed for so many emulated seconds (60)',
    times: { at: 9, byDefault: 1 },
  },
]
