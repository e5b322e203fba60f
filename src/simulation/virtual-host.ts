/**
 * One run in virtual time: the same program that a live host carries, with the same turns. An event from outside is
 * taken, the program concludes what follows, and only then its commands start. Nothing here decides anything.
 *
 * Invariants, those of the embedded host:
 * 1. Turns are taken one after the other, in the order of their instants.
 * 2. Calls of one key run one at a time; `CallStarted` is recorded before a call is carried out.
 * 3. After a kill nothing is left but the recorded events; what was on its way is lost, people are not.
 */
import type { JsonObject } from '../base/json.ts'
import type { RunEvent } from '../run/events.ts'
import type { RunCommand, RunProgram } from '../run/program.ts'
import type { PromptState, RunState } from '../run/state.ts'
import { type DueQueue, makeDueQueue } from './due-queue.ts'

export type VirtualCall = Extract<RunCommand, { do: 'call' }>

/** How a call ends: the data of `CallSucceeded` or `CallFailed`. */
export interface CallAnswer {
  /** Milliseconds from its start; `Infinity`: it never answers. */
  readonly afterMs: number
  readonly ok: boolean
  readonly data: JsonObject
}

/** What the world around the run does. */
export interface VirtualWorld {
  /** Asked once per delivery, when the call begins. */
  answer(call: VirtualCall, now: number): CallAnswer
  /** A call was called off, or nobody waits for it any more. */
  drop(call: VirtualCall, now: number, why: 'cancelled' | 'timeout' | 'engine_killed'): void
  /** Sees every recorded event; what people and the clock do because of it goes to {@link VirtualHost.later}. */
  notice(event: RunEvent, state: RunState, host: VirtualHost): void
  /** Sees every event that was recorded before this host took up. */
  replayed?(event: RunEvent): void
  /** A question that was open then. */
  waiting?(prompt: PromptState, host: VirtualHost): void
}

export interface VirtualHostOptions {
  readonly run: string
  readonly world: VirtualWorld
  /** Calls at once. Absent: any number. */
  readonly concurrency?: number
  /** Keeps the events, so that the engine can be killed. */
  readonly keep: boolean
}

/** Something that happens at an instant and is not the run's own doing. */
export type Happening = (host: VirtualHost) => void

type Due =
  | { readonly kind: 'timer'; readonly id: string; readonly at: number }
  | { readonly kind: 'answer'; readonly call: VirtualCall; readonly life: number; readonly answer: CallAnswer }

export class VirtualHost {
  readonly #make: () => RunProgram
  readonly #options: VirtualHostOptions
  readonly #events: RunEvent[] = []
  /** Of the engine; lost when it dies. */
  readonly #due: DueQueue<Due> = makeDueQueue()
  /** Of the world; stays. */
  readonly #happenings: DueQueue<Happening> = makeDueQueue()
  readonly #timers = new Map<string, number>()
  readonly #running = new Map<string, VirtualCall>()
  /** By key: the call that runs and those that wait behind it. */
  readonly #chains = new Map<string, VirtualCall[]>()
  readonly #waiting: VirtualCall[] = []
  readonly #cancelled = new Set<string>()
  #program: RunProgram
  #state: RunState
  #now: number
  #seq = 0
  #active = 0
  #fence = 0
  #life = 0
  #isDown = false
  #kills = 0
  #ended = false

  /** @param make - a fresh program; asked again after each kill */
  constructor(make: () => RunProgram, start: number, options: VirtualHostOptions) {
    this.#make = make
    this.#options = options
    this.#program = make()
    this.#state = this.#program.init(options.run)
    this.#now = start
  }

  get now(): number {
    return this.#now
  }

  get state(): RunState {
    return this.#state
  }

  get program(): RunProgram {
    return this.#program
  }

  /** Number of recorded events. */
  get seq(): number {
    return this.#seq
  }

  get ended(): boolean {
    return this.#ended
  }

  get isDown(): boolean {
    return this.#isDown
  }

  /** Recorded events, when they are kept. */
  get events(): readonly RunEvent[] {
    return this.#events
  }

  /** Lets something happen at an instant; at once when that is over. */
  later(at: number, happening: Happening): void {
    this.#happenings.put(Math.max(at, this.#now), happening)
  }

  /** Records an event from outside, with all that follows. Gives why it was refused. */
  post(event: RunEvent): string | undefined {
    if (this.#isDown) return 'the engine is down'
    const acceptance = this.#program.accepts(this.#state, event)
    if (acceptance.kind !== 'new') return acceptance.kind === 'refused' ? acceptance.reason : 'said already'
    this.#dispatch(this.#conclude(this.#record(event)))
    return undefined
  }

  /** The engine ends without a word. Everything but the recorded events is lost. */
  kill(): void {
    if (this.#isDown || this.#ended) return
    this.#isDown = true
    this.#life += 1
    for (const call of this.#running.values()) this.#options.world.drop(call, this.#now, 'engine_killed')
    this.#due.clear()
    this.#timers.clear()
    this.#running.clear()
    this.#chains.clear()
    this.#waiting.length = 0
    this.#cancelled.clear()
    this.#active = 0
  }

  /** Takes the run over from its recorded events, as a new process does. */
  resume(engine: Extract<RunEvent, { type: 'EngineStarted' }>['data']): void {
    if (!this.#isDown) return
    this.#isDown = false
    this.#program = this.#make()
    this.#state = this.#program.init(this.#options.run)
    for (const [at, event] of this.#events.entries()) this.#state = this.#program.evolve(this.#state, event, at + 1)
    this.#kills += 1
    const id = `EngineStarted/${this.#kills + 1}`
    this.post({ id, type: 'EngineStarted', at: this.#now, data: engine })
    this.#dispatch(this.#conclude(this.#program.outstanding(this.#state)))
  }

  /** Takes over what was recorded elsewhere, up to now: nothing follows from it yet. */
  replay(events: readonly RunEvent[]): void {
    for (const event of events) {
      this.#seq += 1
      this.#state = this.#program.evolve(this.#state, event, this.#seq)
      this.#options.world.replayed?.(event)
    }
  }

  /**
   * Goes on from what was replayed: what is in flight there is in flight here, as long as the world takes for it, and
   * what waits for its turn begins.
   *
   * @param now - milliseconds since the epoch
   */
  takeUp(now: number): void {
    this.#now = now
    for (const call of this.#program.underWay(this.#state)) {
      const startedAt = this.#state.calls[call.id]?.startedAt ?? now
      this.#running.set(call.id, call)
      this.#active += 1
      if (call.key !== '') this.#chains.set(call.key, [...(this.#chains.get(call.key) ?? []), call])
      const answer = this.#options.world.answer(call, startedAt)
      const afterMs = Math.min(answer.afterMs, call.timeoutMs)
      const shown = answer.afterMs > call.timeoutMs ? timedOut(call) : answer
      // What takes longer than expected is taken to end now: nothing better is known.
      this.#due.put(Math.max(now, startedAt + afterMs), { kind: 'answer', call, life: this.#life, answer: shown })
    }
    for (const prompt of Object.values(this.#state.prompts)) this.#options.world.waiting?.(prompt, this)
    this.#dispatch(this.#conclude(this.#program.outstanding(this.#state)))
  }

  /**
   * Goes on until the run has ended or nothing is due.
   *
   * @param until - given up at this instant
   * @param eventsMax - given up after so many recorded events
   */
  run(until: number, eventsMax: number): 'ended' | 'standing' | 'cut' {
    while (!this.#ended) {
      const at = Math.min(this.#due.earliest, this.#happenings.earliest)
      if (at === Number.POSITIVE_INFINITY) return 'standing'
      if (at > until || this.#seq >= eventsMax) return 'cut'
      this.#now = Math.max(this.#now, at)
      // What the world does at an instant comes before what the engine hears at it: a kill loses the answer.
      if (this.#happenings.earliest <= this.#due.earliest) this.#happenings.take()!(this)
      else this.#come(this.#due.take()!)
    }
    return 'ended'
  }

  #come(due: Due): void {
    if (due.kind === 'timer') {
      // A timer that was set anew since has its own entry.
      if (this.#timers.get(due.id) !== due.at) return
      this.#timers.delete(due.id)
      this.post({ id: `TimerFired/${due.id}`, type: 'TimerFired', at: this.#now, of: due.id, data: {} })
    } else if (due.life === this.#life && this.#running.get(due.call.id) === due.call) {
      this.#settle(due.call, due.answer)
    }
  }

  /** Records what the program concludes until it has nothing more to say; gives the commands for the world outside. */
  #conclude(first: readonly RunCommand[]): readonly RunCommand[] {
    const outside: RunCommand[] = []
    let queue = first
    for (;;) {
      let own: RunCommand | undefined
      for (const command of queue) {
        if (own === undefined && command.do === 'post') own = command
        else outside.push(command)
      }
      // A kill may come between two appends; then what was concluded and not recorded never happened.
      if (this.#isDown) return []
      if (own?.do !== 'post') return outside
      queue = this.#record(own.event)
    }
  }

  #record(event: RunEvent): readonly RunCommand[] {
    if (this.#options.keep) this.#events.push(event)
    this.#seq += 1
    this.#state = this.#program.evolve(this.#state, event, this.#seq)
    const commands = this.#program.decide(this.#state, event)
    this.#options.world.notice(event, this.#state, this)
    return commands
  }

  #dispatch(commands: readonly RunCommand[]): void {
    for (const command of commands) {
      if (this.#isDown) return
      switch (command.do) {
        case 'call':
          this.#enqueue(command)
          break
        case 'timer':
          this.#timers.set(command.id, command.at)
          this.#due.put(command.at, { kind: 'timer', id: command.id, at: command.at }, timerRank)
          break
        case 'cancel':
          this.#cancel(command.id)
          break
        case 'end':
          this.#ended = true
          break
        case 'post':
          break
      }
    }
  }

  #enqueue(call: VirtualCall): void {
    if (call.key === '') return this.#admit(call)
    const chain = this.#chains.get(call.key)
    if (chain) chain.push(call)
    else {
      this.#chains.set(call.key, [call])
      this.#admit(call)
    }
  }

  #admit(call: VirtualCall): void {
    if (this.#active >= (this.#options.concurrency ?? Number.POSITIVE_INFINITY)) {
      this.#waiting.push(call)
      return
    }
    this.#active += 1
    this.#begin(call)
  }

  #begin(call: VirtualCall): void {
    this.#fence += 1
    const fence = this.#fence
    const life = this.#life
    const data = { call: call.id, fence }
    const refusal = this.post({ id: `CallStarted/${call.id}/${fence}`, type: 'CallStarted', at: this.#now, data })
    if (life !== this.#life) return
    if (refusal !== undefined) return this.#free(call)
    this.#running.set(call.id, call)
    const answer = this.#options.world.answer(call, this.#now)
    if (this.#cancelled.delete(call.id)) return this.#cancel(call.id)
    const isLate = answer.afterMs > call.timeoutMs
    if (isLate) this.#options.world.drop(call, this.#now + call.timeoutMs, 'timeout')
    const shown = isLate ? timedOut(call) : answer
    this.#due.put(this.#now + shown.afterMs, { kind: 'answer', call, life, answer: shown })
  }

  #settle(call: VirtualCall, answer: CallAnswer): void {
    this.#running.delete(call.id)
    const type = answer.ok ? 'CallSucceeded' : 'CallFailed'
    const life = this.#life
    this.post({ id: `${type}/${call.id}`, type, at: this.#now, of: call.id, data: answer.data } as unknown as RunEvent)
    if (life === this.#life) this.#free(call)
  }

  #cancel(id: string): void {
    const call = this.#running.get(id)
    if (!call) {
      this.#cancelled.add(id)
      return
    }
    this.#options.world.drop(call, this.#now, 'cancelled')
    this.#running.delete(id)
    this.#running.set(id, { ...call })
    const cancelled = this.#running.get(id)!
    const answer = { afterMs: 0, ok: false, data: { class: 'cancelled', message: 'called off', evidence: [] } }
    this.#due.put(this.#now, { kind: 'answer', call: cancelled, life: this.#life, answer })
  }

  /** Lets the next call of the key, and the next one of all, begin. */
  #free(call: VirtualCall): void {
    this.#active -= 1
    if (call.key !== '') {
      const chain = this.#chains.get(call.key)
      chain?.shift()
      if (chain && chain.length > 0) this.#admit(chain[0]!)
      else this.#chains.delete(call.key)
    }
    const next = this.#waiting.shift()
    if (next) this.#admit(next)
  }
}

/** What has been done by a deadline has been done in time: answers come before the clock. */
const timerRank = 1

function timedOut(call: VirtualCall): CallAnswer {
  const message = 'no answer within the deadline'
  return { afterMs: call.timeoutMs, ok: false, data: { class: 'timeout', message, evidence: [] } }
}
