import { drawOf } from '../base/chance.ts'
import type { Plan } from '../plan/model.ts'
import type { FarSide } from './far-side.ts'
import type { Fault, ScenarioModel } from './scenario-model.ts'
import { type Matcher, makeMatcher, type Subject } from './selection.ts'
import type { VirtualCall, VirtualHost } from './virtual-host.ts'

export interface EngineKillerOptions {
  readonly plan: Plan
  readonly scenario: ScenarioModel
  readonly seed: number
  readonly start: number
  readonly far: FarSide
  onStrike(fault: Fault, subject: Subject, at: number): void
  /** The engine is back: a run that had not begun begins now. */
  onResumed(): void
  /** Numbers of records after which the engine dies and is back at once. */
  readonly killAfter: readonly number[]
}

const engine = { by: 'simulation', pid: 0, host: 'virtual' }
const nowhere: Subject = { path: '', action: '', target: '', lane: '', attempt: 0 }

/** Kills the engine when the scenario says so, and starts it again. */
export class EngineKiller {
  readonly #options: EngineKillerOptions
  readonly #atCalls: readonly { readonly fault: Fault; readonly matches: Matcher }[]
  readonly #atTimes: readonly Fault[]
  readonly #records: Set<number>
  readonly #strikes = new Map<string, number>()

  constructor(options: EngineKillerOptions) {
    this.#options = options
    const faults = options.scenario.faults.filter((fault) => fault.kind === 'engine_killed')
    this.#atTimes = faults.filter((fault) => !isAboutCalls(fault))
    this.#atCalls = faults.filter(isAboutCalls).map((fault) => ({ fault, matches: makeMatcher(fault, options.plan) }))
    this.#records = new Set(options.killAfter)
  }

  get mayKill(): boolean {
    return this.#atTimes.length > 0 || this.#atCalls.length > 0 || this.#records.size > 0
  }

  begin(host: VirtualHost): void {
    for (const fault of this.#atTimes) {
      if (!this.#isDrawn(fault, nowhere)) continue
      const at = this.#options.start + fault.fromMs
      host.later(at, () => this.#kill(host, fault, nowhere, at))
    }
  }

  /** A call begins that a fault may be waiting for. */
  callBegins(host: VirtualHost, call: VirtualCall, now: number): void {
    if (this.#atCalls.length === 0) return
    const subject = this.#options.far.subjectOf(call)
    for (const { fault, matches } of this.#atCalls) {
      const done = this.#strikes.get(fault.id) ?? 0
      if (!matches(subject) || done >= fault.times || !this.#isDrawn(fault, subject)) continue
      this.#strikes.set(fault.id, done + 1)
      host.later(now + fault.afterMs, () => this.#kill(host, fault, subject, now + fault.afterMs))
    }
  }

  recorded(host: VirtualHost): void {
    if (!this.#records.delete(host.seq)) return
    host.kill()
    host.later(host.now, () => this.#resume(host))
  }

  #kill(host: VirtualHost, fault: Fault, subject: Subject, at: number): void {
    if (host.isDown || host.ended) return
    this.#options.onStrike(fault, subject, at)
    host.kill()
    host.later(at + fault.downForMs, () => this.#resume(host))
  }

  #resume(host: VirtualHost): void {
    host.resume(engine)
    this.#options.onResumed()
  }

  #isDrawn(fault: Fault, subject: Subject): boolean {
    if (fault.chance >= 1) return true
    const { seed } = this.#options
    return drawOf(seed, 'kill', fault.id, subject.path, subject.target, subject.attempt) < fault.chance
  }
}

function isAboutCalls(fault: Fault): boolean {
  const { step, action, targets, select, lanes, attempts } = fault
  return [step, action, targets, select, lanes, attempts].some((part) => part !== undefined)
}
