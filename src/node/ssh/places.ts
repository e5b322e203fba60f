import { ActionFailure } from '../../ports/executor.ts'
import { ChannelRefused } from './mux-channel.ts'
import type { RemoteExit, RemoteProcess } from './transport.ts'

/** sshd allows ten sessions per connection unless told otherwise; one stays free for ending the others. */
const placesMaxDefault = 9
/** sshd gives a place back a moment after it has closed the channel: a refusal so soon says nothing about its limit. */
const settleMs = 100
/** Pauses before asking again while nothing else of ours is open, milliseconds. */
const pausesMs: readonly number[] = [20, 50, 100, 300, 1000]

/**
 * Limits how many commands share one connection and learns the server's own limit: a refused channel has had no effect,
 * so its command simply waits for a place.
 */
export class Places {
  #max = placesMaxDefault
  #taken = 0
  #freedAt = Number.NEGATIVE_INFINITY
  #queue: PlacedProcess[] = []

  /** @param open - called when there is a place, and again after a refusal */
  place(open: () => RemoteProcess, urgent: boolean): RemoteProcess {
    const placed = new PlacedProcess(open, this)
    if (urgent || this.#taken < this.#max) this.#seat(placed)
    else this.#queue.push(placed)
    return placed
  }

  /** A command that waits is not wanted any more. */
  leave(placed: PlacedProcess): void {
    this.#queue = this.#queue.filter((waiting) => waiting !== placed)
  }

  #seat(placed: PlacedProcess): void {
    this.#taken += 1
    const inner = placed.begin()
    inner.ended.then(
      () => this.#free(),
      (error: unknown) => {
        if (!(error instanceof ChannelRefused)) return this.#free()
        this.#taken -= 1
        this.#again(placed, error)
      },
    )
  }

  #again(placed: PlacedProcess, error: ChannelRefused): void {
    if (performance.now() - this.#freedAt > settleMs) this.#max = Math.max(1, this.#taken - 1)
    if (this.#taken > 0) {
      this.#queue.unshift(placed)
      return
    }
    const pauseMs = pausesMs[placed.refusals]
    placed.refusals += 1
    if (pauseMs !== undefined) {
      this.#queue.unshift(placed)
      setTimeout(() => this.#admit(), pauseMs)
      return
    }
    placed.refuse(
      new ActionFailure('refused', `the server opens no session (${error.message})`, {
        advice: 'Check MaxSessions and the log of its SSH server.',
      }),
    )
  }

  #free(): void {
    this.#taken -= 1
    this.#freedAt = performance.now()
    this.#admit()
  }

  #admit(): void {
    while (this.#taken < this.#max) {
      const next = this.#queue.shift()
      if (next === undefined) return
      this.#seat(next)
    }
  }
}

/** A command that may still wait for its place. */
class PlacedProcess implements RemoteProcess {
  readonly started: Promise<void>
  readonly ended: Promise<RemoteExit>
  readonly #open: () => RemoteProcess
  readonly #places: Places
  /** How often the server refused it while nothing else of ours was open. */
  refusals = 0
  #inner: RemoteProcess | undefined
  #isAbandoned = false
  #settleStarted!: { resolve: () => void; reject: (error: unknown) => void }
  #settleEnded!: { resolve: (exit: RemoteExit) => void; reject: (error: unknown) => void }

  constructor(open: () => RemoteProcess, places: Places) {
    this.#open = open
    this.#places = places
    this.started = new Promise((resolve, reject) => {
      this.#settleStarted = { resolve, reject }
    })
    this.ended = new Promise((resolve, reject) => {
      this.#settleEnded = { resolve, reject }
    })
    this.started.catch(() => undefined)
    this.ended.catch(() => undefined)
  }

  get wasSent(): boolean {
    return this.#inner?.wasSent ?? false
  }

  begin(): RemoteProcess {
    const inner = this.#open()
    this.#inner = inner
    inner.started.then(this.#settleStarted.resolve, (error: unknown) => {
      if (!(error instanceof ChannelRefused)) this.#settleStarted.reject(error)
    })
    inner.ended.then(this.#settleEnded.resolve, (error: unknown) => {
      if (!(error instanceof ChannelRefused)) this.#settleEnded.reject(error)
    })
    return inner
  }

  refuse(error: ActionFailure): void {
    this.#settleStarted.reject(error)
    this.#settleEnded.reject(error)
  }

  write(chunk: Uint8Array): Promise<boolean> {
    return this.#inner?.write(chunk) ?? Promise.resolve(false)
  }

  end(): void {
    this.#inner?.end()
  }

  signal(name: string): void {
    this.#inner?.signal(name)
  }

  discard(): void {
    this.#inner?.discard()
  }

  abandon(): void {
    if (this.#isAbandoned) return
    this.#isAbandoned = true
    this.#places.leave(this)
    this.#inner?.abandon()
    this.refuse(new ActionFailure('cancelled', 'the command was given up'))
  }
}
