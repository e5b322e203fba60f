/**
 * Runs one command over a transport: input, output, sudo, deadline and cancel. At the deadline the process group on the
 * far side is ended over a second channel before the call fails.
 */
import { setMaxListeners } from 'node:events'
import { failureOfAbort, refuseWhenAborted } from '../../ports/abort.ts'
import { ActionFailure } from '../../ports/executor.ts'
import type { RemoteCommand, RemoteResult } from '../../ports/ssh.ts'
import { type BoundedOutput, makeBoundedOutput } from '../bounded-output.ts'
import { timerMs } from '../timer.ts'
import { withNotApplied } from './certainty.ts'
import { type CommandLine, makeCommandLine } from './command-line.ts'
import { endGroup } from './group-end.ts'
import { Preamble } from './preamble.ts'
import { failureOfSudo, SudoDialogue } from './sudo-dialogue.ts'
import type { RemoteExit, RemoteProcess, Transport } from './transport.ts'

const outputBytesMaxDefault = 1 << 20
/** The login shell tells its process id at once; a server that runs something else never does. */
const pidWaitMs = 2000

export type RemoteInput = string | Uint8Array | AsyncIterable<Uint8Array>

/** A command whose input may also be a stream. */
export interface RunSpec extends Omit<RemoteCommand, 'stdin'> {
  readonly input?: RemoteInput | undefined
  /** Takes a place even when all are taken. */
  readonly urgent?: boolean
}

/**
 * @param connect - gives the connection, opening it when needed
 * @param place - the target, for messages
 * @throws ActionFailure as {@link import('../../ports/ssh.ts').SshSession} says
 */
export async function runRemote(
  connect: () => Promise<Transport> | Transport,
  spec: RunSpec,
  place: string,
): Promise<RemoteResult> {
  const what = `running ${spec.argv[0]} on ${place}`
  refuseWhenAborted(spec.signal, what)
  const commandLine = makeCommandLine(spec)
  const cut = new Cut(spec, place, what)
  let transport: Transport | undefined
  let run: Run | undefined
  try {
    transport = await cut.or(connect())
    run = new Run(transport, spec, commandLine, place)
    return await cut.or(run.result())
  } catch (error) {
    if (run !== undefined && transport !== undefined && !run.hasEnded) await endRun(transport, run, spec, place)
    const isUntouched = run === undefined || !run.process.wasSent
    throw error instanceof ActionFailure && isUntouched ? withNotApplied(error, true) : error
  } finally {
    cut.clear()
  }
}

/** The deadline and the signal, as one promise that only ever rejects. */
class Cut {
  readonly #happens: Promise<never>
  readonly #timer: NodeJS.Timeout
  readonly #signal: AbortSignal | undefined
  #reject!: (reason: ActionFailure) => void
  #onAbort: (() => void) | undefined
  reason: ActionFailure | undefined

  constructor(spec: RunSpec, place: string, what: string) {
    this.#signal = spec.signal
    this.#happens = new Promise((_, reject) => {
      this.#reject = reject
    })
    this.#happens.catch(() => undefined)
    this.#timer = setTimeout(() => this.#cut(timedOut(spec, place)), timerMs(spec.timeoutMs))
    if (spec.signal === undefined) return
    const { signal } = spec
    // Many commands may share the signal of their run; that is no leak.
    setMaxListeners(0, signal)
    this.#onAbort = () => this.#cut(failureOfAbort(signal, what))
    signal.addEventListener('abort', this.#onAbort, { once: true })
  }

  or<Value>(work: Promise<Value> | Value): Promise<Value> {
    return Promise.race([work, this.#happens])
  }

  clear(): void {
    clearTimeout(this.#timer)
    if (this.#onAbort) this.#signal?.removeEventListener('abort', this.#onAbort)
  }

  #cut(reason: ActionFailure): void {
    this.reason ??= reason
    this.#reject(reason)
  }
}

function timedOut({ argv, timeoutMs }: RunSpec, place: string): ActionFailure {
  return new ActionFailure('timeout', `${argv[0]} on ${place} did not end within ${timeoutMs} ms and was ended`, {
    advice: 'Look at the target whether the work was done in part; give the step a longer deadline if it is only slow.',
  })
}

/** Ends what runs on the far side, if it ever got that far, and gives the channel up. */
async function endRun(transport: Transport, run: Run, spec: RunSpec, place: string): Promise<void> {
  const { process } = run
  if (process.wasSent && spec.urgent !== true) {
    await run.pidKnown(pidWaitMs)
    process.discard()
    const ender = (command: RunSpec): Promise<RemoteResult> => runRemote(() => transport, command, place)
    if (run.pids.length > 0) await endGroup(ender, run.pids, spec.sudo).catch(() => process.signal('KILL'))
    else process.signal('KILL')
  }
  process.abandon()
}

/** One command on its way. */
class Run {
  readonly process: RemoteProcess
  readonly #spec: RunSpec
  readonly #commandLine: CommandLine
  readonly #place: string
  readonly #preamble: Preamble
  readonly #dialogue: SudoDialogue | undefined
  readonly #stdout: BoundedOutput
  readonly #stderr: BoundedOutput
  #ready: (() => void) | undefined
  #breakOff: (error: unknown) => void = () => undefined
  readonly #broken: Promise<never>
  #pidSeen: () => void = () => undefined
  hasEnded = false

  constructor(transport: Transport, spec: RunSpec, commandLine: CommandLine, place: string) {
    this.#spec = spec
    this.#commandLine = commandLine
    this.#place = place
    this.#preamble = new Preamble(commandLine.marks)
    const bytesMax = spec.outputBytesMax ?? outputBytesMaxDefault
    this.#stdout = makeBoundedOutput(bytesMax)
    this.#stderr = makeBoundedOutput(bytesMax)
    const password = spec.sudo?.password
    if (password !== undefined) {
      const answer = (line: string): void => void this.process.write(Buffer.from(line))
      this.#dialogue = new SudoDialogue(password, answer, () => this.process.end())
    }
    this.#broken = new Promise((_, reject) => {
      this.#breakOff = reject
    })
    this.#broken.catch(() => undefined)
    this.process = transport.start(commandLine.line, (stream, chunk) => this.#take(stream, chunk), {
      urgent: spec.urgent ?? false,
    })
    const note = (): void => {
      this.hasEnded = true
    }
    this.process.ended.then(note, note)
  }

  get pids(): readonly number[] {
    return this.#preamble.pids
  }

  /** Resolves when the process id is known, the command has ended or the time is over. */
  async pidKnown(waitMs: number): Promise<void> {
    if (this.pids.length > 0 || this.hasEnded) return
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#pidSeen = resolve
      timer = setTimeout(resolve, waitMs)
      this.process.ended.then(
        () => resolve(),
        () => resolve(),
      )
    })
    clearTimeout(timer)
  }

  async result(): Promise<RemoteResult> {
    this.#feed().catch(this.#breakOff)
    const exit = await Promise.race([this.process.ended, this.#broken])
    if (this.#spec.sudo !== undefined && this.#preamble.passed < 2) throw this.#sudoFailure(exit)
    await this.#emit('stderr', this.#dialogue?.release())
    await this.#emit('stdout', this.#preamble.release())
    return {
      ...exit,
      stdout: this.#stdout.bytes(),
      stderr: this.#stderr.bytes(),
      truncated: this.#stdout.truncated || this.#stderr.truncated,
    }
  }

  async #feed(): Promise<void> {
    const { input } = this.#spec
    await this.process.started
    if (this.#dialogue !== undefined) {
      await new Promise<void>((resolve) => {
        this.#ready = resolve
        if (this.#preamble.passed >= 2) resolve()
      })
    }
    const { prelude } = this.#commandLine
    if (prelude !== '' && !(await this.process.write(Buffer.from(prelude)))) return
    if (typeof input === 'string') await this.process.write(Buffer.from(input))
    else if (input instanceof Uint8Array) await this.process.write(input)
    else if (input !== undefined) {
      for await (const chunk of input) if (!(await this.process.write(chunk))) return
    }
    this.process.end()
  }

  /** A consumer that throws ends the command; the transport only ever sees a promise that is kept. */
  #take(stream: 'stdout' | 'stderr', chunk: Uint8Array): void | Promise<void> {
    try {
      const held = stream === 'stdout' ? this.#takeStdout(chunk) : this.#takeStderr(chunk)
      return held?.catch(this.#breakOff)
    } catch (error) {
      this.#breakOff(error)
    }
  }

  #takeStdout(chunk: Uint8Array): void | Promise<void> {
    const own = this.#preamble.push(chunk)
    if (this.#preamble.passed > 0) this.#pidSeen()
    if (this.#dialogue !== undefined && this.#preamble.passed >= 2 && this.#ready !== undefined) {
      this.#ready()
      this.#ready = undefined
      // What sudo said before the program ran (a lecture, the question) is not output of the program.
      this.#dialogue.release()
    }
    return this.#emit('stdout', own)
  }

  #takeStderr(chunk: Uint8Array): void | Promise<void> {
    return this.#emit('stderr', this.#dialogue === undefined ? chunk : this.#dialogue.push(chunk))
  }

  #emit(stream: 'stdout' | 'stderr', chunk: Uint8Array | undefined): void | Promise<void> {
    if (chunk === undefined || chunk.length === 0) return
    const kept = stream === 'stdout' ? this.#stdout : this.#stderr
    kept.push(chunk)
    return this.#spec.onOutput?.(stream, chunk)
  }

  #sudoFailure(exit: RemoteExit): ActionFailure {
    const held = Buffer.from(this.#dialogue?.release() ?? [])
    const stderr = Buffer.concat([this.#stderr.bytes(), held]).toString()
    return failureOfSudo(this.#place, stderr, exit.exitCode, this.#dialogue?.wasRefused ?? false)
  }
}
