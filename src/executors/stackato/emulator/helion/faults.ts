import type { FaultRow } from '../../../emulator/fault-list.ts'

export type HelionFault = 'component-fails'

/** Faults that only the Helion edition knows. */
export const helionFaults: readonly FaultRow<HelionFault>[] = [
  {
    name: 'component-fails',
    parameters: ':component[:times]',
    when: 'while the component is installed, on the first node that gets it',
    what: 'its installation fails; the components before it stay done',
    times: { at: 1, byDefault: 1 },
  },
]
