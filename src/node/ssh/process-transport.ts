import { constants } from 'node:os'
import { execa } from 'execa'
import { ActionFailure } from '../../ports/executor.ts'
import type { SshAddress } from '../../ports/ssh.ts'
import { exitMark } from './command-line.ts'
import { failureOfLostConnection } from './login-failure.ts'
import { ChannelRefused } from './mux-channel.ts'
import { Places } from './places.ts'
import { commandArguments } from './ssh-arguments.ts'
import type { OutputSink, RemoteExit, RemoteProcess, Transport } from './transport.ts'

/** The mark, three digits and a line break. */
const exitLineBytesMax = exitMark.length + 4
/** The longest that `ssh` has to say about a command that it could not start. */
const ownWordsBytesMax = 4096
const exitLine = new RegExp(`${exitMark}(\\d{1,3})\\n$`)
/** A process that finds no master any more may not log in by itself, and says this; nothing of the command was sent. */
const noMaster = /(?:kex|ssh)_exchange_identification/
const exitLinePart = new RegExp(`^${exitMark}\\d{0,3}$`)

export interface ProcessTransportSettings {
  readonly sshPath: string
  readonly address: SshAddress
  readonly socketPath: string
  /**
   * Asked when a command ended without a word of how: what the master said at its end, or `undefined` for one that lives
   * on. Whoever waits for it finds the link dead afterwards.
   */
  masterEnd(): Promise<string | undefined>
}

/**
 * Runs each command as an `ssh` process over the control master. `ssh` answers 255 for its own troubles, for a program
 * killed by a signal and for a program that ended so; therefore a shell stays around the program and reports its code.
 */
export function makeProcessTransport(settings: ProcessTransportSettings): Transport {
  const places = new Places()
  return {
    start: (line, sink, options) => places.place(() => startProcess(settings, line, sink), options?.urgent ?? false),
  }
}

function startProcess(settings: ProcessTransportSettings, line: string, sink: OutputSink): RemoteProcess {
  const wrapped = `(${line});rb_c=$?;echo "${exitMark}$rb_c" >&2;exit $rb_c`
  const child = execa(settings.sshPath, commandArguments(settings.address, settings.socketPath, wrapped), {
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    encoding: 'buffer',
    stdin: 'pipe',
    env: { SSH_ASKPASS_REQUIRE: 'never' },
  })
  const { stdin, stdout, stderr } = child
  stdin.on('error', () => undefined)
  let failure: unknown
  let isDiscarding = false
  let releaseHeld: () => void = () => undefined
  const released = new Promise<void>((resolve) => {
    releaseHeld = resolve
  })
  const take = async (stream: 'stdout' | 'stderr', chunk: Uint8Array): Promise<void> => {
    if (isDiscarding) return
    await Promise.race([sink(stream, chunk), released])
  }
  // Until the far side has spoken, what stands on standard error may be words of `ssh` itself.
  let hasSpoken = false
  let wasSent = true
  let held: Buffer = Buffer.alloc(0)
  const takeStderr = async (chunk: Buffer): Promise<void> => {
    const joined = Buffer.concat([held, chunk])
    const cut = hasSpoken ? exitLineStart(joined) : Math.max(0, joined.length - ownWordsBytesMax)
    held = joined.subarray(cut)
    if (cut > 0) await take('stderr', joined.subarray(0, cut))
  }
  const readStdout = async (): Promise<void> => {
    for await (const chunk of stdout as AsyncIterable<Buffer>) {
      await take('stdout', chunk)
      if (hasSpoken) continue
      hasSpoken = true
      await takeStderr(Buffer.alloc(0))
    }
  }
  const readStderr = async (): Promise<void> => {
    for await (const chunk of stderr as AsyncIterable<Buffer>) await takeStderr(chunk)
  }
  const guarded = (reading: Promise<void>): Promise<void> =>
    reading.catch((error: unknown) => {
      failure ??= error
      child.kill('SIGKILL')
    })
  const finish = async (): Promise<RemoteExit> => {
    await Promise.all([guarded(readStdout()), guarded(readStderr()), child])
    if (failure !== undefined) throw failure
    const reported = exitLine.exec(held.toString('latin1'))
    if (reported === null) {
      const words = held.toString()
      if (/refused by peer|open failed/.test(words)) throw new ChannelRefused('refused by peer')
      const said = await settings.masterEnd()
      wasSent = said === undefined || hasSpoken || !noMaster.test(words)
      throw failureOfLostConnection(settings.address, wasSent ? words : (said ?? ''))
    }
    if (reported.index > 0) await take('stderr', held.subarray(0, reported.index))
    return exitOf(Number(reported[1]))
  }
  const ended = finish()
  ended.catch(() => undefined)
  return {
    started: Promise.resolve(),
    ended,
    get wasSent() {
      return wasSent
    },
    write: (chunk) =>
      new Promise((resolve) => {
        if (stdin.destroyed || !stdin.writable) return resolve(false)
        stdin.write(chunk, (error) => resolve(error == null))
      }),
    end: () => stdin.end(),
    signal: () => undefined,
    discard() {
      isDiscarding = true
      releaseHeld()
    },
    abandon() {
      isDiscarding = true
      releaseHeld()
      failure ??= new ActionFailure('cancelled', 'the command was given up')
      child.kill('SIGKILL')
    },
  }
}

/** Where the exit line or a beginning of it starts; the length when the end of the bytes is no part of it. */
function exitLineStart(bytes: Buffer): number {
  for (let at = Math.max(0, bytes.length - exitLineBytesMax); at < bytes.length; at += 1) {
    const end = bytes.toString('latin1', at)
    if (exitMark.startsWith(end) || exitLine.test(end) || exitLinePart.test(end)) return at
  }
  return bytes.length
}

/** A shell reports a program that a signal killed as 128 and the signal's number. */
function exitOf(code: number): RemoteExit {
  const signal = Object.entries(constants.signals).find(([, number]) => number === code - 128)
  if (code > 128 && signal !== undefined) return { exitCode: null, killedBy: signal[0] }
  return { exitCode: code, killedBy: null }
}
