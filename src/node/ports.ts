import type { Clock } from '../ports/clock.ts'
import type { Ports } from '../ports/ports.ts'
import type { Ssh } from '../ports/ssh.ts'
import { makeClock } from './clock.ts'
import { makeFiles } from './files.ts'
import { makeHttp } from './http.ts'
import { makeMail } from './mail.ts'
import { makeNet } from './net.ts'
import { makeProcesses } from './processes.ts'
import type { StartedPrograms } from './started-programs.ts'
import { unpackedHttp } from './unpacked-http.ts'

export interface NodePortsOptions {
  /** Made with `makeSsh` of node/ssh; closed by `close`. */
  readonly ssh: Ssh
  /** Folder of the runbook: relative paths of files start here, and so do programs on control. */
  readonly directory: string
  /** Keeps record of the programs on control, for the case that this process is killed. */
  readonly started?: StartedPrograms
  /** Absent: the machine's clock. */
  readonly clock?: Clock
  /** Wrapped around every port but the clock and SSH. */
  readonly around?: <Port extends object>(port: Port) => Port
  /** Told, once per server, that certificates or host keys go unchecked. Doors show it, the engine records it. */
  readonly onInsecure: (message: string) => void
}

export interface NodePorts extends Ports {
  /** Ends kept connections and SSH sessions. */
  close(): Promise<void>
}

/** The ports of a real run. */
export function makeNodePorts(options: NodePortsOptions): NodePorts {
  const http = makeHttp({ onInsecure: options.onInsecure })
  const around = options.around ?? ((port) => port)
  return {
    clock: options.clock ?? makeClock(),
    files: around(makeFiles(options.directory)),
    http: options.around ? around<Ports['http']>(unpackedHttp(http)) : http,
    mail: around(makeMail({ onInsecure: options.onInsecure })),
    net: around(makeNet()),
    processes: around(makeProcesses(options.directory, options.started)),
    ssh: options.ssh,
    async close() {
      http.close()
      await options.ssh.close()
    },
  }
}
