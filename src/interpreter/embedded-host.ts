/**
 * One run in one process, on a journal. A turn takes one event from outside, lets the program conclude what follows,
 * writes all of it in one batch, and only then starts the commands.
 *
 * Invariants:
 * 1. Turns are taken one after the other; the state seen by the next turn is never older than what was decided.
 * 2. A command starts after the flush of the batch that decided it.
 * 3. `CallStarted`, with its fence, is on disk before a call is executed.
 * 4. After a failed append, or a failure of the program itself, nothing is started any more and every post rejects: the
 *    state in memory is then ahead of the journal, and nothing may follow from it.
 */
import type { Json } from '../base/json.ts'
import type { Clock } from '../ports/clock.ts'
import type { JournalEvent, JournalOpened, JournalRecord, Journals, JournalWriter } from '../ports/journal.ts'
import { CallPool } from './call-pool.ts'
import type { CallCommand, DurableHost, Execute, HostCommand, HostEvent, PostResult, Program } from './durable-host.ts'

export interface EmbeddedHostOptions<State, Event extends HostEvent> {
  readonly run: string
  readonly directory: string
  readonly program: Program<State, Event>
  readonly journals: Journals
  readonly clock: Clock
  /** Grows by one at each call per key; see the target locks of the run store. */
  readonly fenceOf: (key: string) => number
  /** Told after each turn, when it is on disk. Must not throw. */
  readonly onTurn?: (state: State, events: readonly Event[]) => void
  /** Told once when an append or the program has failed; nothing more will happen. */
  readonly onFatal?: (error: unknown) => void
}

export class EmbeddedHost<State, Event extends HostEvent> implements DurableHost {
  readonly #options: EmbeddedHostOptions<State, Event>
  readonly #pools = new Map<string, CallPool>()
  readonly #timers = new Map<string, AbortController>()
  #state: State
  #opened: JournalOpened | undefined
  #seq = 0
  #ended: Json | undefined
  #fatal: unknown
  #stopping = false
  #stopped = false
  #tail: Promise<unknown> = Promise.resolve()

  constructor(options: EmbeddedHostOptions<State, Event>) {
    this.#options = options
    this.#state = options.program.init(options.run)
  }

  get state(): State {
    return this.#state
  }

  get seq(): number {
    return this.#seq
  }

  get ended(): Json | undefined {
    return this.#ended
  }

  /** Bytes of a torn tail that were cut when the journal was opened. */
  get tornBytes(): number {
    return this.#opened?.tornBytes ?? 0
  }

  get lastHash(): string {
    return this.#writer.lastHash
  }

  get #writer(): JournalWriter {
    if (!this.#opened) throw new Error('the host is not started')
    return this.#opened.writer
  }

  /**
   * @param options - `concurrency`: calls at once. Absent: as many as the core asks for, which holds the limits of the
   *   runbook; a call that waited here would use up its deadline.
   */
  zone(name: string, execute: Execute, options: { readonly concurrency?: number } = {}): void {
    this.#pools.set(name, new CallPool(execute, options.concurrency ?? Number.POSITIVE_INFINITY))
  }

  /** Replays the journal; commands start with {@link begin}. */
  async start(): Promise<void> {
    const { journals, directory } = this.#options
    this.#opened = await journals.open(directory, (record) => this.#replay(record))
    this.#seq = this.#writer.seq
  }

  #replay(record: JournalRecord): void {
    this.#state = this.#options.program.evolve(this.#state, record as unknown as Event, record.seq)
    this.#seq = record.seq
  }

  /** Starts what is outstanding. Called once, after the event that tells of this process's taking over. */
  async begin(): Promise<void> {
    await this.#inOrder(async () => {
      const events: Event[] = []
      const commands = this.#firmly(() => this.#conclude(this.#options.program.outstanding(this.#state), events))
      await this.#flush(events)
      this.#dispatch(commands)
    })
  }

  post(run: string, event: HostEvent): Promise<PostResult> {
    if (run !== this.#options.run) return Promise.reject(new Error(`run ${run} is not carried by this host`))
    return this.#inOrder(() => this.#turn(event as Event))
  }

  #inOrder<Value>(turn: () => Promise<Value>): Promise<Value> {
    const result = this.#tail.then(turn)
    this.#tail = result.catch(() => undefined)
    return result
  }

  async #turn(event: Event): Promise<PostResult> {
    if (this.#fatal !== undefined) throw this.#fatal
    if (this.#stopped) throw new Error('the host has stopped')
    const acceptance = this.#options.program.accepts(this.#state, event)
    if (acceptance.kind === 'duplicate') return { kind: 'duplicate' }
    if (acceptance.kind === 'refused') return acceptance
    const events: Event[] = []
    const commands = this.#firmly(() => this.#conclude(this.#record(event, events), events))
    await this.#flush(events)
    this.#dispatch(commands)
    return { kind: 'stored' }
  }

  /** Records what the program concludes until it has nothing more to say; gives the commands for the world outside. */
  #conclude(first: readonly HostCommand[], events: Event[]): HostCommand[] {
    const outside: HostCommand[] = []
    let queue = first
    for (;;) {
      const own = queue.find((command) => command.do === 'post' && command.run === this.#options.run)
      outside.push(...queue.filter((command) => command !== own))
      if (own?.do !== 'post') return outside
      queue = this.#record(own.event as Event, events)
    }
  }

  #record(event: Event, events: Event[]): readonly HostCommand[] {
    events.push(event)
    this.#seq += 1
    this.#state = this.#options.program.evolve(this.#state, event, this.#seq)
    return this.#options.program.decide(this.#state, event)
  }

  async #flush(events: readonly Event[]): Promise<void> {
    if (events.length === 0) return
    try {
      await this.#writer.append(events as readonly JournalEvent[])
    } catch (error) {
      this.#fail(error)
      throw error
    }
    this.#options.onTurn?.(this.#state, events)
  }

  /** What the program changes in its state cannot be taken back, so when it fails in the middle the host fails with it. */
  #firmly<Value>(work: () => Value): Value {
    try {
      return work()
    } catch (error) {
      this.#fail(error)
      throw error
    }
  }

  #fail(error: unknown): void {
    if (this.#fatal !== undefined) return
    this.#fatal = error
    this.#abandon()
    this.#options.onFatal?.(error)
  }

  #dispatch(commands: readonly HostCommand[]): void {
    if (this.#fatal !== undefined) return
    for (const command of commands) {
      switch (command.do) {
        case 'call':
          this.#call(command)
          break
        case 'timer':
          this.#timer(command.id, command.at)
          break
        case 'cancel':
          for (const pool of this.#pools.values()) pool.cancel(command.id)
          break
        case 'end':
          this.#ended = command.result
          break
        case 'post':
          break
      }
    }
  }

  #call(call: CallCommand): void {
    const pool = this.#pools.get(call.zone)
    if (!pool || this.#stopping) return
    const { clock, fenceOf, run } = this.#options
    pool.run(call, {
      begin: async () => {
        const fence = fenceOf(call.key)
        const started = {
          id: `CallStarted/${call.id}/${fence}`,
          type: 'CallStarted',
          at: clock.now(),
          data: { call: call.id, fence },
        }
        const result = await this.post(run, started)
        return result.kind === 'stored' ? fence : undefined
      },
      settle: async (outcome) => {
        const type = outcome.ok ? 'CallSucceeded' : 'CallFailed'
        await this.post(run, { id: `${type}/${call.id}`, type, at: clock.now(), of: call.id, data: outcome.data })
      },
      broken: (error) => this.#broken(error),
    })
  }

  #timer(id: string, at: number): void {
    this.#timers.get(id)?.abort()
    const controller = new AbortController()
    this.#timers.set(id, controller)
    const { clock, run } = this.#options
    const fire = async (): Promise<void> => {
      // Timers of the platform reach about 24 days; a longer wait is slept in pieces.
      for (let left = at - clock.now(); left > 0; left = at - clock.now())
        await clock.sleep(Math.min(left, 86_400_000), controller.signal)
      this.#timers.delete(id)
      await this.post(run, { id: `TimerFired/${id}`, type: 'TimerFired', at: clock.now(), of: id, data: {} })
    }
    fire().catch((error: unknown) => {
      if (!controller.signal.aborted) this.#broken(error)
    })
  }

  /** A word of the host's own could not be recorded; the run would wait for it for ever. */
  #broken(error: unknown): void {
    if (!this.#stopped) this.#fail(error)
  }

  #abandon(): void {
    this.#stopping = true
    for (const timer of this.#timers.values()) timer.abort(new Error('the host stops'))
    this.#timers.clear()
    for (const pool of this.#pools.values()) pool.stop()
  }

  async read(run: string): Promise<{ readonly seq: number; readonly state: Json; readonly ended?: Json } | undefined> {
    if (run !== this.#options.run) return undefined
    const state = JSON.parse(JSON.stringify(this.#state)) as Json
    return { seq: this.#seq, state, ...(this.#ended === undefined ? {} : { ended: this.#ended }) }
  }

  async *history(run: string, after = 0): AsyncIterable<HostEvent & { readonly seq: number }> {
    if (run !== this.#options.run) return
    const records: JournalRecord[] = []
    await this.#options.journals.read(this.#options.directory, (record) => {
      if (record.seq > after) records.push(record)
    })
    yield* records
  }

  /** Begins nothing from now on; what is said is still recorded, and what follows is left to whoever resumes the run. */
  rest(): void {
    this.#stopping = true
  }

  /** Starts nothing more, waits for what runs (up to `drainMs`), closes the journal. */
  async stop(options: { readonly drainMs?: number } = {}): Promise<void> {
    this.#stopping = true
    for (const timer of this.#timers.values()) timer.abort(new Error('the host stops'))
    this.#timers.clear()
    await Promise.all([...this.#pools.values()].map((pool) => pool.drain(options.drainMs ?? 0, this.#options.clock)))
    await this.#tail
    this.#stopped = true
    await this.#opened?.writer.close()
  }
}
