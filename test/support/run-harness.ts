/** Runs a plan on the embedded host with a virtual clock, a journal in memory and a scripted far side. */

import type { FailureClass } from '../../src/base/failure.ts'
import type { JsonObject } from '../../src/base/json.ts'
import type { CallCommand } from '../../src/interpreter/durable-host.ts'
import { EmbeddedHost } from '../../src/interpreter/embedded-host.ts'
import type { Plan } from '../../src/plan/model.ts'
import type { Choice, RunEvent, RunMode } from '../../src/run/events.ts'
import { makeRunProgram } from '../../src/run/program.ts'
import type { PromptState, RunState } from '../../src/run/state.ts'
import { MemoryJournals } from './memory-journals.ts'
import { VirtualClock } from './virtual-clock.ts'

export interface FarCall {
  readonly step: string
  readonly target: string
  readonly op: string
  readonly attempt: number
  readonly effect: string
  readonly begun_at: number
  readonly with: JsonObject
  readonly signal: AbortSignal
}

/** What the far side does; gives outputs, or a failure. */
export type FarSide = (call: FarCall) => FarAnswer | Promise<FarAnswer>
export interface FarAnswer {
  readonly outputs?: JsonObject
  readonly state?: string
  readonly coverage?: string
  readonly fail?: FailureClass
  readonly message?: string
  readonly notApplied?: boolean
}

export type Operator = (
  prompt: PromptState,
  state: RunState,
) => { choice: Choice; reason?: string; form?: JsonObject } | undefined

export interface HarnessOptions {
  readonly mode?: RunMode
  readonly far?: FarSide
  readonly operator?: Operator
  readonly journals?: MemoryJournals
  readonly clock?: VirtualClock
}

export class Harness {
  readonly clock: VirtualClock
  readonly journals: MemoryJournals
  readonly calls: FarCall[] = []
  readonly host: EmbeddedHost<RunState, RunEvent>
  readonly #options: HarnessOptions
  readonly #plan: Plan
  #fence = 0
  #turn: (() => void) | undefined
  died: unknown

  constructor(plan: Plan, options: HarnessOptions = {}) {
    this.#plan = plan
    this.#options = options
    this.clock = options.clock ?? new VirtualClock()
    this.journals = options.journals ?? new MemoryJournals()
    this.#fence = this.journals.records.length * 1000
    this.host = new EmbeddedHost<RunState, RunEvent>({
      run: 'r1',
      directory: 'r1',
      program: makeRunProgram(plan) as never,
      journals: this.journals,
      clock: this.clock,
      fenceOf: () => ++this.#fence,
      onTurn: (state) => {
        this.#operate(state)
        this.#turn?.()
      },
      onFatal: (error) => {
        this.died = error
        this.#turn?.()
      },
    })
    this.host.zone('main', (call) => this.#execute(call))
  }

  get state(): RunState {
    return this.host.state
  }

  async #execute(
    call: CallCommand,
  ): Promise<{ ok: true; data: JsonObject } | { ok: false; class: FailureClass; data: JsonObject }> {
    const input = call.input as unknown as Omit<FarCall, 'op' | 'signal'>
    const far: FarCall = { ...input, op: call.op, signal: new AbortController().signal }
    this.calls.push(far)
    const answer: FarAnswer = (await this.#options.far?.(far)) ?? {}
    if (answer.fail !== undefined) {
      const data = {
        class: answer.fail,
        message: answer.message ?? answer.fail,
        evidence: [],
        ...(answer.notApplied ? { not_applied: true } : {}),
      }
      return { ok: false, class: answer.fail, data }
    }
    return { ok: true, data: { outputs: {}, evidence: [], ...(answer as JsonObject) } }
  }

  #operate(state: RunState): void {
    for (const prompt of Object.values(state.prompts)) {
      const answer = this.#options.operator?.(prompt, state)
      if (answer) void this.answer(prompt.prompt, answer.choice, answer).catch(() => undefined)
    }
  }

  post(type: RunEvent['type'], data: object, of?: string): ReturnType<EmbeddedHost<RunState, RunEvent>['post']> {
    const event = { id: `${type}/${Math.random()}`, type, at: this.clock.now(), data, ...(of ? { of } : {}) }
    return this.host.post('r1', event as never)
  }

  answer(prompt: string, choice: Choice, more: object = {}): ReturnType<Harness['post']> {
    return this.post('PromptAnswered', { by: 'olga', choice, ...more }, prompt)
  }

  /** Starts or takes over the run, and goes on until it ends, waits for people, or dies. */
  async go(): Promise<RunState> {
    await this.host.start()
    try {
      if (this.host.state.status === 'new') {
        const { runbook, digest } = this.#plan
        const started = {
          run: 'r1',
          mode: this.#options.mode ?? 'unattended',
          by: 'ines',
          plan_digest: digest,
          runbook,
          rollbook_version: '0',
        }
        await this.post('EngineStarted', { by: 'ines', pid: 1, host: 'here' })
        await this.post('RunStarted', started)
      } else {
        await this.post('EngineStarted', { by: 'ines', pid: 2, host: 'here' })
        await this.host.begin()
      }
      await this.settled()
    } catch (error) {
      this.died ??= error
    }
    return this.state
  }

  /** Resolves when nothing is in flight and no timer is set, or the run has ended or died. */
  async settled(): Promise<void> {
    for (;;) {
      if (this.died || this.state.status === 'ended') return
      const idle = Object.keys(this.state.calls).length === 0 && Object.keys(this.state.timers).length === 0
      if (idle && !this.#answering()) return
      await new Promise<void>((resolve) => {
        this.#turn = resolve
      })
    }
  }

  #answering(): boolean {
    return Object.values(this.state.prompts).some(
      (prompt) => this.#options.operator?.(prompt, this.state) !== undefined,
    )
  }

  /** Paths of the performed effects in order, `path@target`. */
  get performed(): readonly string[] {
    return this.calls
      .filter((call) => call.op === 'perform')
      .map((call) => (call.target ? `${call.step}@${call.target}` : call.step))
  }

  types(): readonly string[] {
    return this.journals.records.map((record) => record.type)
  }
}
