import { ActionFailure } from '../../src/ports/executor.ts'
import type { Ssh } from '../../src/ports/ssh.ts'

/** The same SSH, whose network is down whenever `isBroken` says so. */
export function makeBreakable(ssh: Ssh, isBroken: () => boolean): Ssh {
  return {
    ...ssh,
    warm: (addresses) => ssh.warm(addresses),
    close: () => ssh.close(),
    async session(address, signal) {
      if (isBroken()) throw new ActionFailure('unreachable', `${address.host}: the connection broke`)
      return await ssh.session(address, signal)
    },
  }
}
