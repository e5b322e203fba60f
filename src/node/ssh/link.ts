import type { SshAddress } from '../../ports/ssh.ts'
import { type ControlMaster, type MasterSettings, startMaster } from './control-master.ts'
import { failureOfLostConnection } from './login-failure.ts'
import { MuxConnection, ProxyModeRefused } from './mux-connection.ts'
import { makeProcessTransport } from './process-transport.ts'
import { makeProxyTransport } from './proxy-transport.ts'
import type { Transport } from './transport.ts'

/** How long the words of a dying master are waited for, so that the failure can repeat them. */
const lastWordsMs = 500

/** One living connection: the master and the way commands go over it. */
export interface Link {
  readonly transport: Transport
  readonly isAlive: boolean
  stop(): Promise<void>
}

export interface LinkSettings extends MasterSettings {
  /** `proxy` falls back to `process` by itself when the master has no proxy mode. */
  readonly mode: 'proxy' | 'process'
}

/** @throws ActionFailure as {@link startMaster} does */
export async function openLink(address: SshAddress, settings: LinkSettings, signal: AbortSignal): Promise<Link> {
  const master = await startMaster(address, settings, signal)
  if (settings.mode === 'process') return processLink(address, settings, master)
  try {
    return proxyLink(address, master, await MuxConnection.open(master.socketPath))
  } catch (error) {
    if (error instanceof ProxyModeRefused) return processLink(address, settings, master)
    await master.stop()
    throw failureOfLostConnection(address, await master.ended)
  }
}

function proxyLink(address: SshAddress, master: ControlMaster, connection: MuxConnection): Link {
  let isStopping = false
  void connection.closed.then(async () => {
    const timer = setTimeout(() => void master.stop(), lastWordsMs)
    const said = await master.ended
    clearTimeout(timer)
    connection.fail(failureOfLostConnection(address, isStopping ? 'the session was closed' : said))
  })
  return {
    transport: makeProxyTransport(connection),
    get isAlive() {
      return connection.isOpen
    },
    stop() {
      isStopping = true
      return master.stop()
    },
  }
}

function processLink(address: SshAddress, settings: LinkSettings, master: ControlMaster): Link {
  let isAlive = true
  void master.ended.then(() => {
    isAlive = false
  })
  return {
    transport: makeProcessTransport({
      sshPath: settings.sshPath,
      address,
      socketPath: master.socketPath,
      masterEnd: () => endOf(master),
    }),
    get isAlive() {
      return isAlive
    },
    stop: () => master.stop(),
  }
}

/** The words of a master that ends within a moment; `undefined` when it lives on. */
async function endOf(master: ControlMaster): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined
  const livesOn = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), lastWordsMs)
  })
  const said = await Promise.race([master.ended, livesOn])
  clearTimeout(timer)
  return said
}
