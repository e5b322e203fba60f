import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type AddressInfo, createServer as createNetServer, type Server as NetServer, type Socket } from 'node:net'
import ssh2, { type Connection, type ParsedKey, type ServerChannel, type Session } from 'ssh2'
import { mapPaths } from './path-map.ts'
import type { Sandbox } from './sandbox.ts'

export interface NodeSshSettings {
  readonly sandbox: Sandbox
  readonly hostKey: string
  readonly clientKey: ParsedKey
  readonly port: number
  /** Told about every command line before it runs. */
  readonly onCommand: (command: string) => void
}

/**
 * The SSH server of one emulated host. Each command is a real `/bin/sh -c` in the host's folder and in a process group
 * of its own: signals end the group, and so does the end of the channel, as a hang-up.
 */
export class NodeSsh {
  readonly #settings: NodeSshSettings
  readonly #ssh: ssh2.Server
  readonly #connections = new Set<Connection>()
  readonly #sockets = new Set<Socket>()
  readonly #processes = new Set<ChildProcess>()
  #net: NetServer | undefined
  port = 0

  constructor(settings: NodeSshSettings) {
    this.#settings = settings
    this.port = settings.port
    this.#ssh = new ssh2.Server({ hostKeys: [settings.hostKey], ident: 'Emulated_Stackato' }, (client) =>
      this.#welcome(client),
    )
  }

  /** Opens the port, the same one again after {@link shut}. */
  open(): Promise<void> {
    if (this.#net) return Promise.resolve()
    const net = createNetServer((socket) => {
      this.#sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => undefined)
      socket.on('close', () => this.#sockets.delete(socket))
      this.#ssh.injectSocket(socket)
    })
    this.#net = net
    return new Promise((resolve, reject) => {
      net.once('error', reject)
      net.listen(this.port, '127.0.0.1', () => {
        this.port = (net.address() as AddressInfo).port
        resolve()
      })
    })
  }

  /** Closes the port and cuts every connection, as when the host or its network is gone. */
  shut(): Promise<void> {
    const net = this.#net
    this.#net = undefined
    this.dropConnections()
    return new Promise((resolve) => (net ? net.close(() => resolve()) : resolve()))
  }

  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy()
    this.#connections.clear()
  }

  async close(): Promise<void> {
    await this.shut()
    for (const child of this.#processes) killGroup(child, 'SIGKILL')
  }

  #welcome(client: Connection): void {
    const { clientKey } = this.#settings
    this.#connections.add(client)
    client.on('error', () => undefined)
    client.on('close', () => this.#connections.delete(client))
    client.on('authentication', (context) => {
      if (context.method !== 'publickey' || context.username !== 'stackato') return context.reject(['publickey'])
      const same = context.key.data.equals(clientKey.getPublicSSH())
      const algorithmFits = context.key.algo === clientKey.type
      if (!same || !algorithmFits) return context.reject(['publickey'])
      if (!context.signature) return context.accept()
      return clientKey.verify(context.blob ?? Buffer.alloc(0), context.signature, context.hashAlgo) === true
        ? context.accept()
        : context.reject(['publickey'])
    })
    client.on('ready', () => {
      client.on('session', (accept) => this.#session(accept()))
    })
  }

  #session(session: Session): void {
    let child: ChildProcess | undefined
    let terminal = false
    session.on('pty', (accept) => {
      terminal = true
      accept?.()
    })
    session.on('env', (accept) => accept?.())
    session.on('window-change', (accept) => accept?.())
    session.on('signal', (accept, _reject, info) => {
      if (child) killGroup(child, `SIG${info.name}` as NodeJS.Signals)
      accept?.()
    })
    session.on('exec', (accept, _reject, info) => {
      this.#settings.onCommand(info.command)
      child = this.#start(accept(), mapPaths(info.command, this.#settings.sandbox.root), terminal)
    })
    session.on('shell', (accept) => {
      this.#settings.onCommand('(login shell)')
      child = this.#start(accept(), undefined, terminal)
    })
  }

  /** Runs a command line, or a login shell when there is none. */
  #start(channel: ServerChannel, command: string | undefined, terminal: boolean): ChildProcess {
    const { sandbox } = this.#settings
    const line = command ?? 'exec bash -l'
    const argv =
      terminal && existsSync('/usr/bin/script') ? ['script', '-qfec', line, '/dev/null'] : ['/bin/sh', '-c', line]
    const child = spawn(argv[0]!, argv.slice(1), {
      cwd: sandbox.home,
      env: terminal ? { ...sandbox.environment, TERM: 'xterm' } : sandbox.environment,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    this.#processes.add(child)
    channel.on('error', () => undefined)
    child.stdin.on('error', () => undefined)
    child.stdout.on('error', () => undefined)
    child.stderr.on('error', () => undefined)
    channel.pipe(child.stdin)
    child.stdout.pipe(channel, { end: false })
    child.stderr.pipe(channel.stderr, { end: false })
    let ended = false
    child.on('error', (error) => {
      ended = true
      channel.stderr.write(`${error.message}\n`)
      channel.exit(255)
      channel.end()
    })
    child.on('close', (code, signal) => {
      ended = true
      this.#processes.delete(child)
      if (signal) channel.exit(signal.slice(3))
      else channel.exit(code ?? 255)
      channel.end()
    })
    channel.on('close', () => {
      if (ended) return
      killGroup(child, 'SIGHUP')
      child.stdin.destroy()
      child.stdout.destroy()
      child.stderr.destroy()
    })
    return child
  }
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // The group is gone already, or the signal has no name here: nothing is left to end.
  }
}
