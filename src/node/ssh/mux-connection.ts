/**
 * Speaks to an OpenSSH control master in proxy mode: after two short messages the unix socket carries the plain packets
 * of the SSH connection protocol, and every command is a channel of its own. No process and no cryptography on our side.
 */
import { connect, type Socket } from 'node:net'
import { type ChannelLine, MuxChannel } from './mux-channel.ts'
import {
  dataHead,
  FrameReader,
  messageType,
  muxHello,
  muxMessage,
  muxProxyGranted,
  muxProxyRequest,
  muxTerminate,
  muxVersion,
} from './mux-wire.ts'
import type { OutputSink } from './transport.ts'

/** The master speaks, but does not know the proxy mode (OpenSSH before 7.4) or speaks another version. */
export class ProxyModeRefused extends Error {
  override readonly name = 'ProxyModeRefused'
}

export class MuxConnection implements ChannelLine {
  /** Resolves when the socket is gone, whoever ended it. */
  readonly closed: Promise<void>
  readonly #socket: Socket
  readonly #channels = new Map<number, MuxChannel>()
  #nextId = 0
  #isCorked = false
  #isOpen = true

  /** @throws ProxyModeRefused, or the error of the socket */
  static async open(socketPath: string): Promise<MuxConnection> {
    const socket = connect(socketPath)
    const reader = new FrameReader()
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.once('close', () => reject(new ProxyModeRefused('the control master hung up')))
      socket.once('connect', () => socket.write(muxMessage(muxHello, muxVersion)))
      let isGreeted = false
      const listen = (chunk: Buffer): void => {
        reader.push(chunk)
        for (let frame = reader.next(); frame !== undefined; frame = reader.next()) {
          const kind = frame.readUInt32BE(0)
          if (!isGreeted) {
            if (kind !== muxHello || frame.readUInt32BE(4) !== muxVersion) {
              return reject(new ProxyModeRefused('the control master speaks another version'))
            }
            isGreeted = true
            socket.write(muxMessage(muxProxyRequest, 0))
          } else {
            socket.removeListener('data', listen)
            if (kind !== muxProxyGranted) return reject(new ProxyModeRefused('the control master has no proxy mode'))
            return resolve()
          }
        }
      }
      socket.on('data', listen)
    }).catch((error: unknown) => {
      socket.destroy()
      throw error
    })
    return new MuxConnection(socket, reader)
  }

  private constructor(socket: Socket, reader: FrameReader) {
    this.#socket = socket
    socket.removeAllListeners('error')
    socket.removeAllListeners('close')
    socket.on('error', () => undefined)
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#isOpen = false
        resolve()
      })
    })
    socket.on('drain', () => {
      for (const channel of this.#channels.values()) channel.wake()
    })
    socket.on('data', (chunk: Buffer) => {
      reader.push(chunk)
      try {
        for (let frame = reader.next(); frame !== undefined; frame = reader.next()) this.#receive(frame)
      } catch {
        // The master hands on what the target sends. A packet shorter than it says costs that target its connection, as
        // if it were lost, and not the process that carries the run.
        this.#isOpen = false
        socket.destroy()
      }
    })
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  get full(): boolean {
    return this.#socket.writableNeedDrain
  }

  openChannel(command: string, sink: OutputSink): MuxChannel {
    const id = this.#nextId++
    const channel = new MuxChannel(this, id, command, sink)
    this.#channels.set(id, channel)
    return channel
  }

  send(bytes: Buffer): void {
    if (!this.#isOpen) return
    this.#cork()
    this.#socket.write(bytes)
  }

  sendData(channel: number, bytes: Uint8Array): void {
    if (!this.#isOpen) return
    this.#cork()
    this.#socket.write(dataHead(channel, bytes.length))
    this.#socket.write(bytes)
  }

  forget(id: number): void {
    this.#channels.delete(id)
  }

  /** Ends all channels with this error; the socket is closed. */
  fail(error: Error): void {
    this.#isOpen = false
    this.#socket.destroy()
    for (const channel of [...this.#channels.values()]) channel.fail(error)
  }

  /**
   * All packets of one turn of the event loop leave in one write. Otherwise a close and the next open are two small TCP
   * segments, and through a jump host the second one waits for a delayed acknowledgement.
   */
  #cork(): void {
    if (this.#isCorked) return
    this.#isCorked = true
    this.#socket.cork()
    setImmediate(() => {
      this.#isCorked = false
      this.#socket.uncork()
    })
  }

  #receive(frame: Buffer): void {
    const type = frame[1]!
    if (type < messageType.channelOpenConfirmation || type > messageType.channelFailure) return
    this.#channels.get(frame.readUInt32BE(2))?.receive(type, frame.subarray(6))
  }
}

/**
 * Asks a master to end, as `ssh -O exit` does. A signal is not enough: the client of OpenSSH 9.2 looks at its flag and
 * then sleeps in `poll`, so that a signal in between is lost until the next packet.
 */
export function askToTerminate(socketPath: string): void {
  const socket = connect(socketPath)
  socket.on('error', () => undefined)
  socket.on('connect', () => {
    socket.write(Buffer.concat([muxMessage(muxHello, muxVersion), muxMessage(muxTerminate, 0)]))
  })
  socket.resume()
}
