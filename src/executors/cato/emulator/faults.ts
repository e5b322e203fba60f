import * as list from '../../emulator/fault-list.ts'
import { type FaultName, faultDefinitions } from './fault-table.ts'

export { type Span, spanOf } from '../../emulator/fault-list.ts'
export type ActiveFault = list.ActiveFault<FaultName>

/**
 * Reads a fault such as `bad-hash:site-001:always` or `disconnected:site-002:10m..40m`.
 *
 * @throws UsageError `FAULT_UNKNOWN` or `FAULT_INCOMPLETE`
 */
export function parseFault(text: string): ActiveFault {
  const fault = list.readFault(text, faultDefinitions)
  const definition = faultDefinitions.find((each) => each.name === fault.name)!
  const hasSpan = fault.name === 'disconnected' || fault.name === 'degraded'
  if (hasSpan && list.spanOf(fault.parameters[1]) === undefined) {
    throw list.incompleteFault(text, definition, 'needs two durations such as 10m..40m')
  }
  if (fault.name === 'process-critical' && list.spanOf(fault.parameters[0]) === undefined) {
    throw list.incompleteFault(text, definition, 'needs a duration')
  }
  return fault
}

/** The faults of one account. */
export class Faults extends list.FaultList<FaultName> {}
