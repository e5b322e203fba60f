/**
 * The world that answers calls: durations and outputs by the scenario's rules, else by the plan; faults where they
 * strike. It lives on when the engine is killed, and what was begun there goes on.
 */
import { drawOf, logNormal } from '../base/chance.ts'
import type { JsonObject } from '../base/json.ts'
import type { CallTime } from '../plan/call-time.ts'
import type { Plan, PlanAction } from '../plan/model.ts'
import type { Action } from '../ports/executor.ts'
import type { PlanIndex } from '../run/plan-index.ts'
import { fittingOutputs, madeUpOutputs, passes } from './made-up-outputs.ts'
import type { DurationLaw, Fault, ScenarioModel } from './scenario-model.ts'
import { type Matcher, makeMatcher, type Subject } from './selection.ts'
import type { FleetFacts } from './target-facts.ts'
import type { CallAnswer, VirtualCall } from './virtual-host.ts'
import { WorstCase } from './worst-case.ts'

/** What is known of an action besides the plan. Every `Action` is one. */
export type KnownAction = Pick<Action, 'outputs' | 'duration' | 'durationOf'>

/**
 * How calls go that no rule of the scenario names: as expected; with times drawn between expected and worst; or at worst,
 * see {@link WorstCase}.
 */
export type Pace = 'expected' | 'worst' | 'spread'

export interface FarSideOptions {
  readonly plan: Plan
  readonly index: PlanIndex
  readonly scenario: ScenarioModel
  readonly seed: number
  readonly pace: Pace
  /** Milliseconds since the epoch. */
  readonly start: number
  findAction(name: string): KnownAction | undefined
  readonly facts: FleetFacts
  /** What a criterion showed in earnest before the change: what goes well then shows it again. */
  baselineOf?(criterion: string, target: string): JsonObject | undefined
  /** Told once per strike of a fault, with the instant. */
  onStrike(fault: Fault, subject: Subject, at: number): void
  /** Told of everything that had to be made up; the same words may come again. */
  onAssumption(words: string): void
}

/** An effect that was begun at the far side. */
interface Effect {
  readonly startedAt: number
  /** `Infinity`: it goes on for ever. */
  endsAt: number
  readonly ok: boolean
  readonly data: JsonObject
  /** The attempt in which a fault struck it; absent: none did. */
  readonly struck?: string
}

/** How an effect stands for somebody who looks there. */
export type Standing = 'none' | 'running' | 'applied' | 'not_applied'

/** How long it takes to ask whether an effect happened. */
const probeMs = 1000
/** After so long the times of calls are drawn no longer: nobody plans for once in a million. */
const tailMax = 0.999

interface Strike {
  readonly fault: Fault
  readonly at: number
}

export class FarSide {
  readonly #options: FarSideOptions
  readonly #effects = new Map<string, Effect>()
  readonly #durations: readonly { readonly matches: Matcher; readonly law: DurationLaw }[]
  readonly #outputs: readonly { readonly matches: Matcher; readonly give: JsonObject }[]
  readonly #faults: readonly { readonly matches: Matcher; readonly fault: Fault }[]
  readonly #strikes = new Map<string, number>()
  /** When a fault last struck an attempt. */
  readonly #felt = new Map<string, number>()
  readonly #madeUp = new Map<string, JsonObject>()
  readonly #times = new Map<string, CallTime>()
  /** By path of a step. */
  readonly #inRollout = new Map<string, boolean>()
  readonly #worst: WorstCase | undefined

  constructor(options: FarSideOptions) {
    this.#options = options
    const { plan, scenario } = options
    this.#worst = options.pace === 'worst' ? new WorstCase(options.index) : undefined
    this.#durations = scenario.durations.map((rule) => ({ matches: makeMatcher(rule, plan), law: rule.law }))
    this.#outputs = scenario.outputs.map((rule) => ({ matches: makeMatcher(rule, plan), give: rule.give }))
    this.#faults = scenario.faults
      .filter((fault) => fault.kind !== 'engine_killed')
      .map((fault) => ({ matches: makeMatcher(fault, plan), fault }))
  }

  /** What rules of the scenario see of a call. */
  subjectOf(call: VirtualCall): Subject {
    const input = call.input as unknown as { step: string; action: string; target: string; attempt: number }
    const { step: path, action, target } = input
    if (!this.#isInRollout(path)) return { path, action, target, lane: '', attempt: input.attempt }
    const { lane, attempt } = this.#options.facts.of(target)
    return { path, action, target, lane, attempt: Math.max(1, attempt) }
  }

  #isInRollout(path: string): boolean {
    let known = this.#inRollout.get(path)
    if (known === undefined) {
      known = this.#options.index.ordered.some((step) => step.form === 'rollout' && path.startsWith(`${step.path}/`))
      this.#inRollout.set(path, known)
    }
    return known
  }

  answer(call: VirtualCall, now: number): CallAnswer {
    const subject = this.subjectOf(call)
    if (call.op === 'probe') return this.#probe(call, subject, now)
    const planned = this.#planned(call)
    const effect = effectOf(call)
    const earlier = this.#effects.get(effect)
    // Work that a fault ended is taken up again as it stands only by the same attempt: for the next one the faults are asked anew.
    const attempt = attemptOf(call, subject)
    if (earlier && planned?.capabilities.resumable && (earlier.struck ?? attempt) === attempt) {
      return { afterMs: Math.max(0, earlier.endsAt - now), ok: earlier.ok, data: earlier.data }
    }
    const naturalMs = this.#duration(call, subject, planned, now)
    const strike = this.#strike(subject, now, now + naturalMs, call.op)
    const answer = strike
      ? failureOf(strike, now, naturalMs)
      : (this.#atWorst(call, subject, planned, naturalMs) ?? this.#success(call, subject, planned, naturalMs))
    if (strike) this.#options.onStrike(strike.fault, subject, now + Math.min(strike.at - now, answer.afterMs))
    // What never took effect is not there to be found or taken up again.
    if (planned && planned.capabilities.effect !== 'none' && answer.data['not_applied'] !== true)
      this.#effects.set(effect, {
        startedAt: now,
        endsAt: now + answer.afterMs,
        ok: answer.ok,
        data: answer.data,
        ...(strike ? { struck: attempt } : {}),
      })
    this.#noteChange(subject, planned, answer)
    return answer
  }

  /** Nobody waits for a call any more. What is no longer wanted ends there too, unless it goes on by itself. */
  drop(call: VirtualCall, now: number, why: 'cancelled' | 'timeout' | 'engine_killed'): void {
    const effect = this.#effects.get(effectOf(call))
    if (!effect || why === 'engine_killed' || this.#planned(call)?.capabilities.resumable) return
    if (effect.endsAt > now) this.#effects.set(effectOf(call), { ...effect, ok: false, endsAt: now })
  }

  /** What a person finds who looks after an effect. */
  standingOf(effect: string, now: number): Standing {
    const found = this.#effects.get(effect)
    if (!found) return 'none'
    if (found.endsAt > now) return 'running'
    return found.ok ? 'applied' : 'not_applied'
  }

  endOf(effect: string): number | undefined {
    return this.#effects.get(effect)?.endsAt
  }

  /** How long something takes that is no call: a rule of the scenario, else as given. */
  timeOf(subject: Subject, known: CallTime): number {
    const rule = this.#durations.find(({ matches }) => matches(subject))
    return this.#drawn(rule?.law ?? lawOf(known, this.#options.pace), subject)
  }

  #planned(call: VirtualCall): PlanAction | undefined {
    const { step } = call.input as unknown as { step: string }
    const found = this.#options.index.byPath.get(step)?.step
    return found?.form === 'action' ? found : undefined
  }

  #probe(call: VirtualCall, subject: Subject, now: number): CallAnswer {
    const strike = this.#strike(subject, now, now + probeMs, 'probe')
    if (strike) return failureOf(strike, now, probeMs)
    const effect = this.#effects.get(effectOf(call))
    const standing = this.standingOf(effectOf(call), now + probeMs)
    const state = standing === 'none' ? 'not_applied' : standing
    const outputs = standing === 'applied' ? ((effect?.data['outputs'] ?? {}) as JsonObject) : {}
    return { afterMs: probeMs, ok: true, data: { outputs, state, evidence: [] } }
  }

  /** The failure of an attempt that is not the last one, in the worst case. */
  #atWorst(
    call: VirtualCall,
    subject: Subject,
    planned: PlanAction | undefined,
    afterMs: number,
  ): CallAnswer | undefined {
    const failure = this.#worst?.failureOf(subject, planned, call.op)
    if (failure === undefined) return undefined
    const data = {
      class: failure,
      message: 'an attempt fails, and no other fits any more',
      evidence: [],
      not_applied: true,
    }
    return { afterMs, ok: false, data }
  }

  #duration(call: VirtualCall, subject: Subject, planned: PlanAction | undefined, now: number): number {
    const rule = this.#durations.find(({ matches }) => matches(subject))
    if (!rule && this.#worst) {
      const facts = this.#options.facts.of(subject.target)
      return this.#worst.durationMs(subject, this.#known(call, subject, planned), facts, now)
    }
    return this.#drawn(rule?.law ?? lawOf(this.#known(call, subject, planned), this.#options.pace), subject)
  }

  #known(call: VirtualCall, subject: Subject, planned: PlanAction | undefined): CallTime {
    const known = this.#times.get(subject.path)
    if (known) return known
    const own = planned && planned.duration.expected_ms > 0 ? planned.duration : undefined
    const args = (call.input as unknown as { with: JsonObject }).with
    const action = this.#options.findAction(subject.action)
    const found = own ?? action?.durationOf?.(args) ?? action?.duration ?? { expected_ms: 0, worst_ms: 0 }
    this.#times.set(subject.path, found)
    return found
  }

  #drawn(law: DurationLaw, subject: Subject): number {
    if (law.kind === 'fixed') return law.ms
    const u = drawOf(this.#options.seed, 'duration', subject.path, subject.target, subject.attempt)
    if (law.kind === 'range') return Math.round(law.minMs + u * (law.maxMs - law.minMs))
    return logNormal(Math.min(u, tailMax), law.p50Ms, law.p95Ms)
  }

  #strike(subject: Subject, begin: number, end: number, op: string): Strike | undefined {
    let first: Strike | undefined
    for (const { matches, fault } of this.#faults) {
      if (!matches(subject)) continue
      const at = this.#strikesAt(fault, subject, begin, end, op)
      if (at === undefined || (first && first.at <= at)) continue
      const per = fault.kind === 'unhealthy' || fault.kind === 'disappear' ? [] : [subject.path, subject.attempt]
      if (fault.chance < 1 && drawOf(this.#options.seed, 'fault', fault.id, subject.target, ...per) >= fault.chance)
        continue
      if (!this.#isLeft(fault, subject) || this.#wasFelt(fault, subject, begin)) continue
      first = { fault, at }
    }
    if (first) this.#count(first.fault, subject)
    if (first) this.#felt.set(feltBy(first.fault, subject), first.at)
    return first
  }

  /**
   * What strikes certain attempts strikes each of them once: the same attempt is delivered again when a probe or a person
   * says that it had no effect, and would else fail for ever.
   */
  #wasFelt(fault: Fault, subject: Subject, begin: number): boolean {
    if (fault.attempts === undefined || lasts(fault)) return false
    const at = this.#felt.get(feltBy(fault, subject))
    return at !== undefined && at <= begin
  }

  /** The instant at which a fault strikes a call that would go on from `begin` to `end`. */
  #strikesAt(fault: Fault, subject: Subject, begin: number, end: number, op: string): number | undefined {
    const anchor = this.#anchor(fault, subject)
    if (anchor === undefined) return undefined
    const from = anchor + fault.fromMs
    const until = anchor + fault.untilMs
    switch (fault.kind) {
      case 'fail':
      case 'hang':
        return op !== 'probe' && begin >= from && begin < until ? begin + fault.afterMs : undefined
      case 'disappear':
        return subject.target !== '' && begin < until && end >= from ? Math.max(begin, from) + fault.afterMs : undefined
      case 'unhealthy': {
        const looks = op === 'criterion' || isHealthCheck(subject.path)
        const { changed } = this.#options.facts.of(subject.target)
        return looks && changed && end >= from && end < until ? end : undefined
      }
      case 'engine_killed':
        return undefined
    }
  }

  #anchor(fault: Fault, subject: Subject): number | undefined {
    const { facts, start } = this.#options
    switch (fault.since) {
      case 'start':
        return start
      case 'lane':
        return facts.laneOpenedAt(subject.lane)
      case 'attempt':
        return facts.of(subject.target).attemptAt
      case 'verifying':
        return facts.of(subject.target).verifyingAt
    }
  }

  /** What lasts strikes a target once, however many calls feel it. */
  #isLeft(fault: Fault, subject: Subject): boolean {
    if (fault.times === Number.POSITIVE_INFINITY) return true
    if (lasts(fault) && this.#strikes.has(`${fault.id}@${subject.target}`)) return true
    return (this.#strikes.get(fault.id) ?? 0) < fault.times
  }

  #count(fault: Fault, subject: Subject): void {
    const key = `${fault.id}@${subject.target}`
    if (lasts(fault) && this.#strikes.has(key)) return
    if (lasts(fault)) this.#strikes.set(key, 1)
    this.#strikes.set(fault.id, (this.#strikes.get(fault.id) ?? 0) + 1)
  }

  #success(call: VirtualCall, subject: Subject, planned: PlanAction | undefined, afterMs: number): CallAnswer {
    const outputs = call.op === 'undo' ? {} : this.#outputsOf(call, subject, planned)
    return { afterMs, ok: true, data: { outputs, evidence: [] } }
  }

  #outputsOf(call: VirtualCall, subject: Subject, planned: PlanAction | undefined): JsonObject {
    const rule = this.#outputs.find(({ matches }) => matches(subject))
    const baseline =
      call.op === 'criterion' && planned ? this.#options.baselineOf?.(planned.id, subject.target) : undefined
    const key = baseline ? `${subject.path}@${subject.target}` : subject.path
    const known = this.#madeUp.get(key)
    const madeUp = known ?? this.#makeUp(call, subject, planned, rule?.give, baseline)
    if (!known) this.#madeUp.set(key, madeUp)
    return rule ? { ...madeUp, ...rule.give } : madeUp
  }

  /**
   * Once per step: the outputs of its action, such that a criterion which can be met is met.
   *
   * @param given - what the scenario gives for them
   * @param baseline - what the criterion showed before the change
   */
  #makeUp(
    call: VirtualCall,
    subject: Subject,
    planned: PlanAction | undefined,
    given: JsonObject | undefined,
    baseline: JsonObject | undefined,
  ): JsonObject {
    const { plan, index } = this.#options
    const outputs = { ...madeUpOutputs(this.#options.findAction(subject.action)?.outputs), ...baseline, ...given }
    if (call.op !== 'criterion') return outputs
    const criterion = plan.acceptance_criteria.find(({ id }) => id === planned?.id)
    const condition = criterion?.check.kind === 'action' ? criterion.check.pass_when : undefined
    if (condition === undefined || !planned) return outputs
    const target = plan.targets[subject.target]
    const context = {
      inputs: Object.fromEntries(Object.entries(index.plan.inputs).map(([name, input]) => [name, input.value])),
      targets: Object.values(plan.targets),
      ...(target ? { target } : {}),
    }
    const inputs = [...condition.matchAll(/\binputs\.(\w+)/g)].map(([, name]) => context.inputs[name ?? ''])
    const spokenOf = inputs.filter((value) => value !== undefined)
    const found = fittingOutputs(condition, outputs, spokenOf, (candidate) =>
      passes(condition, { ...candidate, ...given }, context, baseline),
    )
    if (!found)
      this.#options.onAssumption(
        `criterion "${criterion?.id}": no outputs were found for which "${condition}" holds; name some under \`outputs\` in the scenario`,
      )
    return found ?? outputs
  }

  #noteChange(subject: Subject, planned: PlanAction | undefined, answer: CallAnswer): void {
    if (!answer.ok || subject.target === '' || !planned || planned.capabilities.effect === 'none') return
    this.#options.facts.of(subject.target).changed = !/\/(?:rollback|back_out)(?:\/|$)/.test(subject.path)
  }
}

function lasts(fault: Fault): boolean {
  return fault.kind === 'unhealthy' || fault.kind === 'disappear'
}

function isHealthCheck(path: string): boolean {
  return /\/(?:health|post_checks)\//.test(path)
}

function effectOf(call: VirtualCall): string {
  return (call.input as unknown as { effect: string }).effect
}

function feltBy(fault: Fault, { path, target, attempt }: Subject): string {
  return `${fault.id}@${path}@${target}@${attempt}`
}

/** Of the target in a rollout, and of the call itself. */
function attemptOf(call: VirtualCall, subject: Subject): string {
  const { attempt } = call.input as unknown as { attempt: number }
  return `${subject.attempt}.${attempt}`
}

function lawOf(known: CallTime, pace: Pace): DurationLaw {
  if (pace === 'spread') return { kind: 'distribution', p50Ms: known.expected_ms, p95Ms: known.worst_ms }
  return { kind: 'fixed', ms: pace === 'worst' ? known.worst_ms : known.expected_ms }
}

function failureOf(strike: Strike, now: number, naturalMs: number): CallAnswer {
  const { fault, at } = strike
  if (fault.kind === 'hang') return { afterMs: Number.POSITIVE_INFINITY, ok: false, data: {} }
  const afterMs = fault.kind === 'fail' ? at - now : Math.min(Math.max(at - now, 0), Math.max(naturalMs, at - now))
  const message = fault.message ?? fault.title ?? `fault "${fault.id}"`
  // What broke off at once was never begun.
  const notApplied = fault.kind === 'disappear' && afterMs === 0
  return {
    afterMs,
    ok: false,
    data: { class: fault.class, message, evidence: [], ...(notApplied ? { not_applied: true } : {}) },
  }
}
