import { execa } from 'execa'
import { failureOfAbort, refuseWhenAborted } from '../../ports/abort.ts'
import { ActionFailure } from '../../ports/executor.ts'
import type { SshAddress } from '../../ports/ssh.ts'
import { failureOfLogin, placeOf } from './login-failure.ts'
import type { MasterGuard } from './master-guard.ts'
import { askToTerminate } from './mux-connection.ts'
import type { SocketFolder } from './socket-folder.ts'
import { masterArguments } from './ssh-arguments.ts'

/** What `ssh` says is read for its reasons only; a banner of any length is not kept. */
const stderrCharactersMax = 16_384
/** For key exchange and login, after the time to connect. */
const loginMs = 30_000
const connectTimeoutMsDefault = 15_000
/** Between the request to end and the kill. */
const terminateMs = 1000

export interface MasterSettings {
  readonly folder: SocketFolder
  readonly guard: MasterGuard
  /** The program, `ssh` in PATH unless said otherwise. */
  readonly sshPath: string
}

/**
 * One OpenSSH process that holds the connection to one target. It is our child, in a process group of its own, so that
 * Ctrl-C on our terminal does not reach it; the guard ends it when we are gone.
 */
export interface ControlMaster {
  readonly socketPath: string
  readonly pid: number
  /** Resolves with what `ssh` said when the process has ended, for whatever reason. */
  readonly ended: Promise<string>
  stop(): Promise<void>
}

/**
 * Logs in.
 *
 * @throws ActionFailure `unreachable`, `refused`, `process` (no `ssh`, bad configuration), `cancelled`
 */
export async function startMaster(
  address: SshAddress,
  settings: MasterSettings,
  signal?: AbortSignal,
): Promise<ControlMaster> {
  refuseWhenAborted(signal, `connecting to ${placeOf(address)}`)
  const socketPath = settings.folder.newSocketPath()
  const child = execa(settings.sshPath, masterArguments(address, socketPath), {
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
    env: { SSH_ASKPASS_REQUIRE: 'never' },
  })
  const { pid } = child
  if (pid !== undefined) settings.guard.add(pid)
  let stderr = ''
  child.stderr.setEncoding('utf8')
  child.stderr.on('data', (text: string) => {
    stderr = (stderr + text).slice(-stderrCharactersMax)
  })
  let hasEnded = false
  const ended = child.then((result) => {
    hasEnded = true
    if (pid !== undefined) settings.guard.drop(pid)
    return pid === undefined ? `${settings.sshPath}: ${result.code ?? 'cannot be started'}` : stderr
  })
  const waiting = settings.folder.appears(socketPath)
  const deadlineMs = (address.connectTimeoutMs ?? connectTimeoutMsDefault) + loginMs
  let timer: NodeJS.Timeout | undefined
  let onAbort: (() => void) | undefined
  try {
    await Promise.race([
      waiting.there,
      ended.then((said) => {
        throw pid === undefined ? notInstalled(settings.sshPath) : failureOfLogin(address, said)
      }),
      new Promise((_, reject) => {
        timer = setTimeout(() => reject(loginTooLong(address, deadlineMs)), deadlineMs)
      }),
      new Promise((_, reject) => {
        onAbort = () => reject(failureOfAbort(signal!, `connecting to ${placeOf(address)}`))
        signal?.addEventListener('abort', onAbort, { once: true })
      }),
    ])
  } catch (error) {
    if (pid !== undefined && !hasEnded) killGroup(pid)
    throw error
  } finally {
    waiting.stop()
    clearTimeout(timer)
    if (onAbort) signal?.removeEventListener('abort', onAbort)
  }
  return {
    socketPath,
    pid: pid!,
    ended,
    async stop() {
      if (hasEnded) return
      askToTerminate(socketPath)
      const kill = setTimeout(() => killGroup(pid!), terminateMs)
      await ended
      clearTimeout(kill)
    },
  }
}

/** Ends `ssh` and the ones that it started for its jump hosts. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Gone already.
  }
}

function notInstalled(sshPath: string): ActionFailure {
  return new ActionFailure('process', `the program "${sshPath}" cannot be started`, {
    advice: 'Install the OpenSSH client (Debian: openssh-client).',
  })
}

function loginTooLong(address: SshAddress, deadlineMs: number): ActionFailure {
  return new ActionFailure(
    'unreachable',
    `${placeOf(address)} did not finish the login within ${deadlineMs / 1000} s`,
    {
      advice: 'Check the load of the host and what its login waits for (name service, PAM).',
    },
  )
}
