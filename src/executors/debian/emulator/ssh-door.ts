import type { ChildProcess } from 'node:child_process'
import { createServer, type Server, type Socket } from 'node:net'
import type { HostSpace } from './host-space.ts'

export interface SshDoorSettings {
  readonly space: HostSpace
  readonly root: string
  readonly address: string
  readonly port: number
  /** Done before the first connection is served: the host boots. */
  readonly boot: () => Promise<void>
}

/**
 * The SSH port of one emulated host. Behind every connection stands OpenSSH's own server, started inside the host; this
 * only carries the bytes, so that a connection can be cut as a network cuts it. What ran over it goes on where it can.
 */
export class SshDoor {
  readonly #settings: SshDoorSettings
  readonly #sockets = new Set<Socket>()
  readonly #servers = new Set<ChildProcess>()
  #net: Server | undefined

  constructor(settings: SshDoorSettings) {
    this.#settings = settings
  }

  /** Opens the port, the same one again after {@link shut}. */
  open(): Promise<void> {
    if (this.#net) return Promise.resolve()
    const net = createServer((socket) => void this.#serve(socket))
    this.#net = net
    return new Promise((resolve, reject) => {
      net.once('error', reject)
      net.listen(this.#settings.port, this.#settings.address, resolve)
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
  }

  async #serve(socket: Socket): Promise<void> {
    const { space, root, boot } = this.#settings
    this.#sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => undefined)
    socket.on('close', () => this.#sockets.delete(socket))
    try {
      await boot()
    } catch {
      socket.destroy()
      return
    }
    if (socket.destroyed) return
    const sshd = space.start(root, ['/usr/sbin/sshd', '-i', '-e'])
    this.#servers.add(sshd)
    sshd.on('error', () => socket.destroy())
    sshd.on('close', () => {
      this.#servers.delete(sshd)
      socket.end()
    })
    for (const stream of [sshd.stdin!, sshd.stdout!, sshd.stderr!]) stream.on('error', () => undefined)
    sshd.stderr!.resume()
    socket.pipe(sshd.stdin!)
    sshd.stdout!.pipe(socket)
    socket.on('close', () => {
      sshd.stdin!.destroy()
      sshd.stdout!.destroy()
      sshd.stderr!.destroy()
    })
  }
}
