import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

/** One sshd takes at most 16 listen addresses, so a larger fleet is several daemons on one port. */
const addressesPerDaemonMax = 16
const sshdPath = process.env['SSHD'] ?? '/usr/sbin/sshd'

export interface SshdOptions {
  /** Loopback addresses to listen on, each one a host of its own to SSH; default `127.0.0.1`. */
  readonly addresses?: readonly string[]
  /** Lines for sshd_config that go before ours, so that they win. */
  readonly config?: readonly string[]
  /** Share keys, known hosts and the client's configuration with another one, for example for a jump host. */
  readonly besides?: Sshd
  /** Default: one that the system hands out. */
  readonly port?: number
}

/** A real OpenSSH server of a test: own keys, own home for the remote side, loopback only, port given by the system. */
export interface Sshd {
  readonly directory: string
  readonly addresses: readonly string[]
  readonly port: number
  readonly user: string
  /** HOME of remote commands. */
  readonly home: string
  /** Private key that may log in. */
  readonly identityFile: string
  /** Private key that may not. */
  readonly strangerFile: string
  /** Holds the right key of every address and port. */
  readonly knownHostsFile: string
  /** Client configuration that makes `ssh -F <file> <address>` work, jump hosts between two of these included. */
  readonly configFile: string
  /** Process ids of the daemons, without their sessions. */
  readonly pids: readonly number[]
  /** Ends every connection abruptly; what runs there stays alive. The daemons go on. */
  dropConnections(): void
  /** Everything below the daemons: sessions and what they started. */
  descendants(): readonly number[]
  log(): string
  stop(): Promise<void>
}

/** Starts OpenSSH's server as the current user; for root that means logins as root by key. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  for (;;) {
    const port = options.port ?? (await freePort(options.addresses?.[0]))
    const sshd = await startOn(port, options)
    if (sshd !== undefined) return sshd
    if (options.port !== undefined) throw new Error(`sshd cannot listen on port ${port}`)
  }
}

/** @returns undefined when somebody else was faster with the port */
async function startOn(port: number, options: SshdOptions): Promise<Sshd | undefined> {
  const addresses = options.addresses ?? ['127.0.0.1']
  const user = userInfo().username
  const directory = mkdtempSync(join(tmpdir(), 'sshd-'))
  const shared = options.besides
  const identityFile = shared?.identityFile ?? makeKey(directory, 'client_key')
  const strangerFile = shared?.strangerFile ?? makeKey(directory, 'stranger_key')
  const knownHostsFile = shared?.knownHostsFile ?? join(directory, 'known_hosts')
  const configFile = shared?.configFile ?? join(directory, 'ssh_config')
  const hostKeyFile = makeKey(directory, 'host_key')
  const home = join(directory, 'home')
  mkdirSync(home)
  // Only root has /run/sshd, and only then sshd wants it.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true })
  const logFile = join(directory, 'sshd.log')
  writeFileSync(logFile, '')

  const daemons = batches(addresses).map((batch, index) => {
    const config = join(directory, `sshd_config_${index}`)
    writeFileSync(
      config,
      [
        ...(options.config ?? []),
        `Port ${port}`,
        ...batch.map((address) => `ListenAddress ${address}`),
        `HostKey ${hostKeyFile}`,
        'PidFile none',
        `AuthorizedKeysFile ${identityFile}.pub`,
        'PermitRootLogin prohibit-password',
        'PasswordAuthentication no',
        'KbdInteractiveAuthentication no',
        'UsePAM no',
        'UseDNS no',
        'StrictModes no',
        'PrintMotd no',
        'PrintLastLog no',
        'LogLevel ERROR',
        // The one option of which sshd takes the last value and not the first.
        ...((options.config ?? []).some((line) => line.startsWith('MaxStartups')) ? [] : ['MaxStartups 2000']),
        `SetEnv HOME=${home}`,
        'Subsystem sftp internal-sftp',
        '',
      ].join('\n'),
    )
    return spawn(sshdPath, ['-D', '-f', config, '-E', logFile], { stdio: 'ignore' })
  })
  const pids = daemons.map((daemon) => daemon.pid ?? 0)
  const killAll = (): void => {
    for (const pid of [...descendantsOf(pids), ...pids]) kill(pid, 'SIGKILL')
  }
  process.once('exit', killAll)

  const hostKey = readFileSync(`${hostKeyFile}.pub`, 'utf8').split(' ').slice(0, 2).join(' ')
  const knownHosts = addresses.map((address) => `[${address}]:${port} ${hostKey}\n`).join('')
  // What others share is written when the port is ours: of two entries for an address, OpenSSH takes the first.
  const ownConfigFile = join(directory, 'own_config')
  const ownKnownHostsFile = join(directory, 'own_known_hosts')
  writeFileSync(ownKnownHostsFile, knownHosts)
  writeFileSync(ownConfigFile, clientConfig({ addresses, port, user, identityFile, knownHostsFile: ownKnownHostsFile }))

  const sshd: Sshd = {
    directory,
    addresses,
    port,
    user,
    home,
    identityFile,
    strangerFile,
    knownHostsFile,
    configFile,
    pids,
    dropConnections() {
      for (const daemon of pids) for (const session of childrenOf(daemon)) killSession(session)
    },
    descendants: () => descendantsOf(pids),
    log: () => readFileSync(logFile, 'utf8'),
    async stop() {
      process.removeListener('exit', killAll)
      killAll()
      await Promise.all(
        daemons.map((daemon) =>
          daemon.exitCode !== null || daemon.signalCode !== null
            ? undefined
            : new Promise((resolve) => daemon.once('exit', resolve)),
        ),
      )
      rmSync(directory, { recursive: true, force: true })
    },
  }
  for (const [index, batch] of batches(addresses).entries()) {
    if (await isListening(batch[0]!, port, ownConfigFile, daemons[index]!)) continue
    const log = sshd.log()
    await sshd.stop()
    if (/already in use/i.test(log)) return undefined
    throw new Error(`sshd does not answer on ${batch[0]}:${port}\n${log}`)
  }
  appendFileSync(knownHostsFile, knownHosts)
  appendFileSync(configFile, clientConfig({ addresses, port, user, identityFile, knownHostsFile }))
  return sshd
}

function clientConfig(host: {
  readonly addresses: readonly string[]
  readonly port: number
  readonly user: string
  readonly identityFile: string
  readonly knownHostsFile: string
}): string {
  return [
    `Host ${host.addresses.join(' ')}`,
    `  Port ${host.port}`,
    `  User ${host.user}`,
    `  IdentityFile ${host.identityFile}`,
    '  IdentitiesOnly yes',
    `  UserKnownHostsFile ${host.knownHostsFile}`,
    '  GlobalKnownHostsFile none',
    '  StrictHostKeyChecking yes',
    '  BatchMode yes',
    '  LogLevel ERROR',
    '',
  ].join('\n')
}

function makeKey(directory: string, name: string): string {
  const file = join(directory, name)
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file])
  return file
}

function batches(addresses: readonly string[]): string[][] {
  const cut: string[][] = []
  for (let at = 0; at < addresses.length; at += addressesPerDaemonMax) {
    cut.push(addresses.slice(at, at + addressesPerDaemonMax))
  }
  return cut
}

/** A port that nothing listens on now. */
export function freePort(address = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, address, () => {
      const bound = server.address()
      server.close(() => resolve(typeof bound === 'object' && bound ? bound.port : 0))
    })
  })
}

/** Waits until a login succeeds. @returns false when the daemon has ended, or nobody answered for a long time */
async function isListening(address: string, port: number, configFile: string, daemon: ChildProcess): Promise<boolean> {
  for (let attempt = 0; attempt < 1000 && daemon.exitCode === null && daemon.signalCode === null; attempt += 1) {
    // 255 is an answer of `ssh` itself; anything else came from the far side.
    const words = ['-F', configFile, '-p', String(port), address, 'true']
    const { status } = spawnSync('ssh', words, { stdio: 'ignore' })
    if (status !== null && status !== 255) return true
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return false
}

/** Parent of every process, from /proc. */
function parents(): Map<number, number> {
  const map = new Map<number, number>()
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'latin1')
      map.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
    } catch {
      // It has ended since the folder was read.
    }
  }
  return map
}

function childrenOf(pid: number): number[] {
  return [...parents()].filter(([, parent]) => parent === pid).map(([child]) => child)
}

/** All descendants of some processes, Linux only. */
export function descendantsOf(roots: readonly number[]): number[] {
  const map = parents()
  const found: number[] = []
  const wanted = new Set(roots)
  for (let before = -1; before !== found.length; ) {
    before = found.length
    for (const [child, parent] of map) {
      if (wanted.has(parent) && !wanted.has(child)) {
        wanted.add(child)
        found.push(child)
      }
    }
  }
  return found
}

/** Ends the sshd processes of one connection: the monitor and, for users other than root, its unprivileged child. */
function killSession(pid: number): void {
  for (const child of childrenOf(pid)) {
    if (nameOf(child).startsWith('sshd')) kill(child, 'SIGKILL')
  }
  kill(pid, 'SIGKILL')
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return ''
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    if (pid > 0) process.kill(pid, signal)
  } catch {
    // Gone already.
  }
}
