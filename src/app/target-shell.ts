import { connectionOptions, hostOf } from '../node/ssh/ssh-arguments.ts'
import type { Plan, PlanTarget } from '../plan/model.ts'
import { ActionFailure } from '../ports/executor.ts'
import { sshAddressOf, sshConnectionKeys } from '../ports/ssh-address.ts'

/**
 * A target that a system stands for (a device behind an API) is reached through that system, whatever its address says,
 * unless the inventory says how SSH gets there.
 */
function isReachedBySsh({ address, connection, system }: PlanTarget): boolean {
  if (connection && sshConnectionKeys.some((key) => connection[key] !== undefined)) return true
  return address !== undefined && system === undefined
}

/**
 * Command line of an interactive login on a target, by the same way that the run takes.
 *
 * @returns undefined when the target is not reached by SSH, or its connection cannot be used
 */
export function shellOn(plan: Plan, name: string): readonly [string, ...string[]] | undefined {
  const target = plan.targets[name]
  if (!target || !isReachedBySsh(target)) return undefined
  try {
    const address = sshAddressOf(target)
    // OpenSSH takes the first value that it sees: a person may be asked, and wants a terminal.
    const forPeople = ['-o', 'BatchMode=no', '-o', 'RequestTTY=force']
    return ['ssh', ...forPeople, ...connectionOptions(address), '--', hostOf(address)]
  } catch (error) {
    if (error instanceof ActionFailure) return undefined
    throw error
  }
}
