import type { ActionContext } from '../../ports/executor.ts'
import { ActionFailure } from '../../ports/executor.ts'
import type { SshAddress, SshSession } from '../../ports/ssh.ts'
import { type DetachedCommand, type DetachedState, pollDetached, startDetached, stopDetached } from './detached.ts'

export interface DetachedOutcome {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  /** More was printed than is kept here. */
  readonly truncated: boolean
  /** The work had been started before this call. */
  readonly attached: boolean
  /** How often the connection was lost on the way. */
  readonly reconnects: number
}

export interface FollowOptions {
  /** What goes on when the deadline passes or the call is cancelled. */
  readonly onAbort: 'leave_running' | 'stop'
  /** Longest single wait at the target. */
  readonly waitMs?: number
  /** Output kept per stream, characters; the end is kept. */
  readonly charsMax?: number
}

const callMs = 30_000
const pauseMs = { first: 500, most: 15_000 } as const

/**
 * Starts detached work (or finds it under way), shows its lines, and comes back with its end. A connection that breaks
 * is opened again for as long as the deadline allows; the work does not notice.
 *
 * @throws ActionFailure `unreachable` when no first connection comes about, `unknown` when the work was lost,
 *   `timeout` or `cancelled`
 */
export async function followDetached(
  context: ActionContext,
  address: SshAddress,
  command: DetachedCommand,
  options: FollowOptions,
): Promise<DetachedOutcome> {
  const follower = new Follower(context, address, command, options)
  try {
    return await follower.run()
  } catch (error) {
    if (context.signal.aborted && options.onAbort === 'stop') await follower.stop()
    throw error
  }
}

class Follower {
  readonly #context: ActionContext
  readonly #address: SshAddress
  readonly #command: DetachedCommand
  readonly #options: FollowOptions
  readonly #stdout: KeptText
  readonly #stderr: KeptText
  #reconnects = 0

  constructor(context: ActionContext, address: SshAddress, command: DetachedCommand, options: FollowOptions) {
    this.#context = context
    this.#address = address
    this.#command = command
    this.#options = options
    this.#stdout = new KeptText(options.charsMax ?? 1_000_000, context)
    this.#stderr = new KeptText(options.charsMax ?? 1_000_000, context)
  }

  async run(): Promise<DetachedOutcome> {
    const { signal, ports } = this.#context
    let session: SshSession | undefined = await ports.ssh.session(this.#address, signal)
    let started: 'started' | 'attached' | undefined
    let pause = pauseMs.first
    for (;;) {
      try {
        session ??= await ports.ssh.session(this.#address, signal)
        started ??= await this.#start(session)
        const state = await this.#poll(session)
        pause = pauseMs.first
        if (state.state === 'exited' && this.#upToDate(state)) return this.#outcome(state, started === 'attached')
        if (state.state === 'never_began' || state.state === 'absent') started = undefined
        if (state.state === 'lost') throw lost(this.#address.target)
      } catch (error) {
        if (!(error instanceof ActionFailure) || error.class !== 'unreachable' || signal.aborted) throw error
        this.#reconnects += 1
        this.#context.log(`Connection to ${this.#address.target} lost; the work there goes on. Trying again.`)
        session = undefined
        await ports.clock.sleep(pause, signal)
        pause = Math.min(pause * 2, pauseMs.most)
      }
    }
  }

  /** Ends the work; nothing is told when that fails, because the caller has a better reason to tell. */
  async stop(): Promise<void> {
    try {
      const session = await this.#context.ports.ssh.session(this.#address)
      await stopDetached(session, this.#command.key, {
        timeoutMs: 5000,
        ...(this.#command.sudo ? { sudo: this.#command.sudo } : {}),
      })
    } catch (error) {
      if (!(error instanceof ActionFailure)) throw error
    }
  }

  #start(session: SshSession): Promise<'started' | 'attached'> {
    return startDetached(session, this.#command, {
      timeoutMs: Math.min(callMs, this.#context.deadlineMs),
      signal: this.#context.signal,
    })
  }

  async #poll(session: SshSession): Promise<DetachedState> {
    const state = await pollDetached(session, this.#command.key, {
      timeoutMs: callMs,
      waitMs: this.#options.waitMs ?? 5000,
      signal: this.#context.signal,
      stdoutFrom: this.#stdout.bytes,
      stderrFrom: this.#stderr.bytes,
      ...(this.#command.sudo ? { sudo: this.#command.sudo } : {}),
    })
    this.#stdout.take(state.stdout)
    this.#stderr.take(state.stderr)
    return state
  }

  #upToDate(state: DetachedState): boolean {
    return this.#stdout.bytes >= state.stdoutBytes && this.#stderr.bytes >= state.stderrBytes
  }

  #outcome(state: DetachedState, attached: boolean): DetachedOutcome {
    return {
      exitCode: state.exitCode ?? 255,
      stdout: this.#stdout.end(),
      stderr: this.#stderr.end(),
      truncated: this.#stdout.truncated || this.#stderr.truncated,
      attached,
      reconnects: this.#reconnects,
    }
  }
}

function lost(target: string): ActionFailure {
  return new ActionFailure('unknown', `the work on ${target} ended without leaving its exit code`, {
    advice: 'Somebody killed it or the target went down. Look at the target before it is started again.',
  })
}

/** Text of one stream: shown line by line, kept up to a limit. */
class KeptText {
  readonly #charsMax: number
  readonly #context: ActionContext
  readonly #decoder = new TextDecoder()
  #text = ''
  #line = ''
  bytes = 0
  truncated = false

  constructor(charsMax: number, context: ActionContext) {
    this.#charsMax = charsMax
    this.#context = context
  }

  take(chunk: Uint8Array): void {
    this.bytes += chunk.length
    this.#add(this.#decoder.decode(chunk, { stream: true }))
  }

  end(): string {
    this.#add(this.#decoder.decode())
    if (this.#line !== '') this.#context.log(this.#line)
    this.#line = ''
    return this.#text
  }

  #add(text: string): void {
    this.#text += text
    if (this.#text.length > this.#charsMax) {
      this.#text = this.#text.slice(-this.#charsMax)
      this.truncated = true
    }
    const lines = (this.#line + text).split('\n')
    this.#line = lines.pop() ?? ''
    for (const line of lines) this.#context.log(line)
  }
}
