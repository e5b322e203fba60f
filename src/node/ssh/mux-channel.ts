/**
 * One session channel of the SSH connection protocol: one command, its streams and how it ended.
 *
 * 1. Packets leave in the order open, exec, data, end of file, close; each waits for the reply that it needs. The end of
 *    file waits for the reply to exec even without input: a server that gets it earlier answers in two pieces, and the
 *    second waits for a delayed acknowledgement.
 * 2. Bytes that the sink has taken are credited to the far side, others not: what waits here never exceeds the window.
 * 3. Every channel settles `started` and `ended` exactly once, when the far side has closed it, the connection is gone,
 *    or it was given up.
 */
import { ActionFailure } from '../../ports/executor.ts'
import { messageType, packet } from './mux-wire.ts'
import type { OutputSink, RemoteExit, RemoteProcess } from './transport.ts'

/** Bytes that the far side may send ahead, as in OpenSSH's own client. */
export const windowBytes: number = 2 << 20
/** Largest packet that we want to get. */
const packetBytesMax = 32_768

/** What a channel may ask of its connection. */
export interface ChannelLine {
  send(packetBytes: Buffer): void
  sendData(channel: number, bytes: Uint8Array): void
  /** Whether the socket holds more than it likes to. */
  readonly full: boolean
  /** The channel is over on both sides; its number is free. */
  forget(id: number): void
}

/** The server gave no channel, most often because of its `MaxSessions`; nothing has happened there. */
export class ChannelRefused extends Error {
  override readonly name = 'ChannelRefused'
}

interface Waiting {
  readonly stream: 'stdout' | 'stderr'
  readonly bytes: Uint8Array
}

export class MuxChannel implements RemoteProcess {
  readonly started: Promise<void>
  readonly ended: Promise<RemoteExit>
  readonly #line: ChannelLine
  readonly #id: number
  readonly #command: string
  #sink: OutputSink
  #remoteId: number | undefined
  #remotePacketBytesMax = 0
  #sendWindow = 0
  #credit = 0
  #queue: Waiting[] = []
  #isPumping = false
  #exit: RemoteExit | undefined
  #state: 'opening' | 'starting' | 'running' | 'closed' = 'opening'
  #wasSent = false
  #isCloseSent = false
  #isEndWanted = false
  #isEndSent = false
  #failure: Error | undefined
  #wakeWriters: (() => void)[] = []
  #settleStarted!: { resolve: () => void; reject: (error: Error) => void }
  #settleEnded!: { resolve: (exit: RemoteExit) => void; reject: (error: Error) => void }

  constructor(line: ChannelLine, id: number, command: string, sink: OutputSink) {
    this.#line = line
    this.#id = id
    this.#command = command
    this.#sink = sink
    this.started = new Promise((resolve, reject) => {
      this.#settleStarted = { resolve, reject }
    })
    this.ended = new Promise((resolve, reject) => {
      this.#settleEnded = { resolve, reject }
    })
    // Whoever only waits for one of the two must not be bothered by the other.
    this.started.catch(() => undefined)
    this.ended.catch(() => undefined)
    line.send(packet(messageType.channelOpen, 'session', id, windowBytes, packetBytesMax))
  }

  /** @param body - the packet's fields after the channel number */
  receive(type: number, body: Buffer): void {
    switch (type) {
      case messageType.channelOpenConfirmation:
        return this.#opened(body)
      case messageType.channelOpenFailure: {
        const reason = body.toString('utf8', 8, 8 + body.readUInt32BE(4))
        this.#remoteId = undefined
        return this.fail(new ChannelRefused(reason))
      }
      case messageType.channelSuccess:
        return this.#execTaken()
      case messageType.channelFailure:
        if (this.#state !== 'starting') return
        this.#fail(
          new ActionFailure('refused', 'the server does not run commands for this user', {
            notApplied: true,
            advice: 'Check ForceCommand, the login shell and the options of the key on the target.',
          }),
        )
        return this.abandon()
      case messageType.channelWindowAdjust:
        this.#sendWindow += body.readUInt32BE(0)
        return this.wake()
      case messageType.channelData:
        return this.#take('stdout', body.subarray(4, 4 + body.readUInt32BE(0)))
      case messageType.channelExtendedData:
        return this.#take('stderr', body.subarray(8, 8 + body.readUInt32BE(4)))
      case messageType.channelRequest:
        return this.#request(body)
      case messageType.channelClose:
        return this.#closed()
      default:
        return
    }
  }

  get wasSent(): boolean {
    return this.#wasSent
  }

  async write(chunk: Uint8Array): Promise<boolean> {
    let rest = chunk
    while (rest.length > 0) {
      if (this.#state === 'closed' || this.#isCloseSent) return false
      if (this.#state !== 'running' || this.#sendWindow === 0 || this.#line.full) {
        await new Promise<void>((resolve) => this.#wakeWriters.push(resolve))
        continue
      }
      const count = Math.min(rest.length, this.#sendWindow, this.#remotePacketBytesMax)
      this.#sendWindow -= count
      this.#line.sendData(this.#remoteId!, rest.subarray(0, count))
      rest = rest.subarray(count)
    }
    return this.#state !== 'closed'
  }

  end(): void {
    this.#isEndWanted = true
    if (this.#state !== 'running' || this.#isEndSent || this.#isCloseSent) return
    this.#isEndSent = true
    this.#line.send(packet(messageType.channelEof, this.#remoteId!))
  }

  signal(name: string): void {
    if (this.#state !== 'running' || this.#isCloseSent) return
    this.#line.send(packet(messageType.channelRequest, this.#remoteId!, 'signal', false, name))
  }

  discard(): void {
    this.#sink = () => undefined
    const dropped = this.#queue.reduce((sum, waiting) => sum + waiting.bytes.length, 0)
    this.#queue = []
    this.#giveCredit(dropped)
    if (this.#state === 'closed') this.#settle()
  }

  abandon(): void {
    this.#fail(new ActionFailure('cancelled', 'the command was given up'))
    this.#sink = () => undefined
    this.#queue = []
    this.#sendClose()
    this.wake()
  }

  /** The connection is gone or the channel was refused: nothing comes any more. */
  fail(error: Error): void {
    this.#state = 'closed'
    this.#fail(error)
    this.#line.forget(this.#id)
    this.wake()
  }

  /** Lets writers look again: the window or the socket may have room. */
  wake(): void {
    const waiting = this.#wakeWriters
    this.#wakeWriters = []
    for (const resume of waiting) resume()
  }

  #opened(body: Buffer): void {
    this.#remoteId = body.readUInt32BE(0)
    this.#sendWindow = body.readUInt32BE(4)
    this.#remotePacketBytesMax = Math.max(1, Math.min(body.readUInt32BE(8), packetBytesMax))
    if (this.#failure !== undefined) return this.#sendClose()
    this.#state = 'starting'
    this.#wasSent = true
    this.#line.send(packet(messageType.channelRequest, this.#remoteId, 'exec', true, this.#command))
  }

  #execTaken(): void {
    if (this.#state !== 'starting') return
    this.#state = 'running'
    this.#settleStarted.resolve()
    this.wake()
    if (this.#isEndWanted) this.end()
  }

  #take(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    this.#queue.push({ stream, bytes })
    if (!this.#isPumping) this.#pump()
  }

  /** Hands on what waits, in order; stops at the first promise and goes on when it is kept. */
  #pump(): void {
    this.#isPumping = true
    let waiting = this.#queue.shift()
    while (waiting !== undefined) {
      const { length } = waiting.bytes
      let held: void | Promise<void>
      try {
        held = this.#sink(waiting.stream, waiting.bytes)
      } catch (error) {
        held = Promise.reject(error)
      }
      if (held !== undefined) {
        held.then(
          () => {
            this.#giveCredit(length)
            this.#pump()
          },
          (error: unknown) => {
            this.#fail(error instanceof Error ? error : new Error(String(error)))
            this.abandon()
            this.#isPumping = false
          },
        )
        return
      }
      this.#giveCredit(length)
      waiting = this.#queue.shift()
    }
    this.#isPumping = false
    if (this.#state === 'closed') this.#settle()
  }

  #giveCredit(bytes: number): void {
    this.#credit += bytes
    if (this.#credit < windowBytes / 2 || this.#remoteId === undefined || this.#isCloseSent) return
    this.#line.send(packet(messageType.channelWindowAdjust, this.#remoteId, this.#credit))
    this.#credit = 0
  }

  #request(body: Buffer): void {
    const nameLength = body.readUInt32BE(0)
    const name = body.toString('latin1', 4, 4 + nameLength)
    const wantsReply = body[4 + nameLength] === 1
    const at = 4 + nameLength + 1
    if (name === 'exit-status') this.#exit = { exitCode: body.readUInt32BE(at), killedBy: null }
    else if (name === 'exit-signal') {
      this.#exit = { exitCode: null, killedBy: `SIG${body.toString('latin1', at + 4, at + 4 + body.readUInt32BE(at))}` }
    }
    // A server with ClientAliveInterval asks this way whether we live, and hangs up when nobody answers.
    if (wantsReply && !this.#isCloseSent) this.#line.send(packet(messageType.channelFailure, this.#remoteId!))
  }

  #closed(): void {
    this.#sendClose()
    this.#state = 'closed'
    this.#line.forget(this.#id)
    this.wake()
    if (!this.#isPumping) this.#settle()
  }

  #sendClose(): void {
    if (this.#isCloseSent || this.#remoteId === undefined || this.#state === 'closed') return
    this.#isCloseSent = true
    this.#line.send(packet(messageType.channelClose, this.#remoteId))
  }

  #settle(): void {
    if (this.#failure !== undefined) return
    this.#settleStarted.resolve()
    if (this.#exit !== undefined) this.#settleEnded.resolve(this.#exit)
    else {
      this.#fail(
        new ActionFailure('unreachable', 'the server closed the command without telling how it ended', {
          advice: 'Look at the target whether the work was done, and at its SSH server’s log.',
        }),
      )
    }
  }

  #fail(error: Error): void {
    if (this.#failure !== undefined) return
    this.#failure = error
    this.#settleStarted.reject(error)
    this.#settleEnded.reject(error)
  }
}
