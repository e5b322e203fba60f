/**
 * The people around a run: they do manual steps, decide gates, look after what nobody can tell, and otherwise only what
 * the scenario says. They outlive the engine: who wants to answer while it is away, answers when it is back.
 */
import type { JsonObject } from '../base/json.ts'
import { planDefaults } from '../plan/defaults.ts'
import type { PlanFormField, PlanStep } from '../plan/model.ts'
import type { Choice, RunEvent } from '../run/events.ts'
import type { PlanIndex } from '../run/plan-index.ts'
import type { OperatorCommand } from '../run/rollout-moves.ts'
import type { PromptState, RunState } from '../run/state.ts'
import type { FarSide } from './far-side.ts'
import type { OperatorDo, OperatorRule, ScenarioModel } from './scenario-model.ts'
import { isWithin } from './selection.ts'
import type { VirtualHost } from './virtual-host.ts'

export interface PeopleOptions {
  readonly index: PlanIndex
  readonly scenario: ScenarioModel
  readonly far: FarSide
  /** Milliseconds since the epoch. */
  readonly start: number
  /** Told what a person did, and why it was refused when it was. */
  onSaid(rule: OperatorRule, at: number, refusal: string | undefined): void
  onAssumption(words: string): void
}

/** Who acts where the scenario names nobody. */
const nobody = 'simulated operator'

/** What is told to the run as a whole. */
const runWords: ReadonlySet<OperatorDo> = new Set<OperatorDo>(['pause', 'resume', 'abort'])

/** What is told to a rollout. */
const rolloutWords: ReadonlySet<OperatorDo> = new Set<OperatorDo>([
  'pause_rollout',
  'resume_rollout',
  'stop_rollout',
  'skip_target',
  'retry_target',
  'rollback_target',
  'promote',
  'stop_lane',
  'stop_wave',
  'change_concurrency',
  'break_glass',
])

export class People {
  readonly #options: PeopleOptions
  readonly #used = new Set<OperatorRule>()
  #count = 0

  constructor(options: PeopleOptions) {
    this.#options = options
  }

  /** Plans what is done at a time. Once, before the run begins. */
  begin(host: VirtualHost): void {
    const { scenario, start } = this.#options
    for (const rule of scenario.operator) {
      if (rule.atMs === undefined) continue
      this.#used.add(rule)
      host.later(start + rule.atMs, () => this.#act(host, rule))
    }
  }

  notice(event: RunEvent, state: RunState, host: VirtualHost): void {
    if (event.type !== 'PromptOpened') return
    const prompt = state.prompts[event.data.prompt]
    if (prompt) this.#asked(prompt, event.at, host)
  }

  /** A question that was open before this world began: people take as long as they would have taken, at least until now. */
  waiting(prompt: PromptState, host: VirtualHost): void {
    this.#asked(prompt, prompt.openedAt, host)
  }

  #asked(prompt: PromptState, at: number, host: VirtualHost): void {
    const rule = this.#ruleFor(prompt)
    if (rule) {
      this.#used.add(rule)
      const afterMs = rule.afterMs ?? (prompt.kind === 'failure' ? 0 : this.#usualMs(prompt))
      host.later(at + afterMs, () => this.#answer(host, prompt, rule))
      return
    }
    switch (prompt.kind) {
      case 'manual':
        return host.later(at + this.#usualMs(prompt), () => this.#answer(host, prompt, { do: 'done' }))
      case 'gate':
        return host.later(at + this.#usualMs(prompt), () => this.#answer(host, prompt, { do: 'go' }))
      case 'criterion':
        return host.later(at + this.#usualMs(prompt), () => this.#answer(host, prompt, { do: 'pass' }))
      case 'unknown':
        return this.#lookLater(prompt, at, host)
      case 'step':
        return host.later(at, () => this.#say(host, prompt, 'run_phase', {}))
      case 'failure':
        // Nobody decides about a failure unless the scenario says what.
        return
    }
  }

  #ruleFor(prompt: PromptState): OperatorRule | undefined {
    return this.#options.scenario.operator.find(
      (rule) =>
        !this.#used.has(rule) &&
        rule.step !== undefined &&
        isWithin(prompt.step, rule.step) &&
        choiceOf(rule.do, prompt) !== undefined,
    )
  }

  /** How long people take for it: by a rule of the scenario, else as the plan expects. */
  #usualMs(prompt: PromptState): number {
    const step = this.#options.index.byPath.get(prompt.step)?.step
    const known = prompt.kind === 'criterion' || !step ? planDefaults.manualCriterion : step.duration
    const subject = { path: prompt.step, action: '', target: prompt.target ?? '', lane: '', attempt: 1 }
    return this.#options.far.timeOf(subject, known)
  }

  /** A person goes and looks, and waits there until it can be told. */
  #lookLater(prompt: PromptState, at: number, host: VirtualHost): void {
    const attempts = host.state.steps[prompt.step]?.targets[prompt.target ?? '']?.attempts ?? []
    const effect = attempts.findLast((attempt) => attempt.op !== 'probe')?.effect ?? ''
    const lookAt = at + planDefaults.manualCriterion.expected_ms
    const endsAt = this.#options.far.endOf(effect) ?? lookAt
    if (endsAt === Number.POSITIVE_INFINITY)
      return host.later(lookAt, () => this.#say(host, prompt, 'fail', { reason: 'it never ends' }))
    host.later(Math.max(lookAt, endsAt), () => {
      const found = this.#options.far.standingOf(effect, host.now)
      const choice: Choice = found === 'applied' ? 'mark_done' : 'retry'
      const reason = found === 'applied' ? 'looked: it took effect' : 'looked: it did not take effect'
      this.#say(host, prompt, choice, { reason })
    })
  }

  #answer(host: VirtualHost, prompt: PromptState, rule: OperatorRule): void {
    if (host.isDown) return host.later(host.now + 1000, () => this.#answer(host, prompt, rule))
    const open = host.state.prompts[prompt.prompt]
    if (!open) return
    const choice = choiceOf(rule.do, open)
    if (choice === 'approve' || choice === 'reject') return this.#vote(host, open, choice, rule)
    if (choice === undefined) return
    const step = this.#options.index.byPath.get(open.step)?.step
    this.#say(host, open, choice, {
      ...rule,
      ...(open.kind === 'manual' && choice === 'done' && step
        ? { form: { ...this.#form(step, rule.form), ...rule.form } }
        : {}),
      reason: rule.reason ?? 'as the scenario says',
    })
  }

  #say(host: VirtualHost, prompt: PromptState, choice: Choice, rule: Partial<OperatorRule>): void {
    if (host.isDown) return host.later(host.now + 1000, () => this.#say(host, prompt, choice, rule))
    const role = rule.role ?? prompt.roles[0]
    const step = this.#options.index.byPath.get(prompt.step)?.step
    const refusal = host.post({
      id: this.#id('PromptAnswered'),
      type: 'PromptAnswered',
      at: host.now,
      of: prompt.prompt,
      data: {
        by: rule.by ?? nobody,
        choice,
        ...(role === undefined ? {} : { role }),
        ...(rule.reason === undefined ? {} : { reason: rule.reason }),
        ...(rule.form === undefined ? {} : { form: rule.form }),
        ...(choice === 'done' && step ? { evidence: evidenceOf(step) } : {}),
      },
    })
    if (rule.do !== undefined) this.#options.onSaid(rule as OperatorRule, host.now, refusal)
  }

  /** As many people as the gate needs, each with a name of their own. */
  #vote(host: VirtualHost, prompt: PromptState, decision: 'approve' | 'reject', rule: OperatorRule): void {
    const step = this.#options.index.byPath.get(prompt.step)?.step
    const wanted = step?.form === 'gate' && decision === 'approve' ? step.gate.min_approvals : 1
    const role = rule.role ?? prompt.roles[0]
    for (let vote = 1; vote <= wanted && host.state.prompts[prompt.prompt]; vote += 1) {
      const name = rule.by ?? `simulated ${role ?? 'approver'}`
      const refusal = host.post({
        id: this.#id('VoteCast'),
        type: 'VoteCast',
        at: host.now,
        data: {
          prompt: prompt.prompt,
          decision,
          by: vote === 1 ? name : `${name} ${vote}`,
          ...(role === undefined ? {} : { role }),
          ...(decision === 'reject' || rule.reason ? { reason: rule.reason ?? 'as the scenario says' } : {}),
        },
      })
      this.#options.onSaid(rule, host.now, refusal)
    }
  }

  /** What has to be entered and nobody has said. */
  #form(step: PlanStep, said: JsonObject = {}): JsonObject {
    if (step.form !== 'manual') return {}
    const required = step.fields.filter((field) => field.required && said[field.id] === undefined)
    for (const field of required)
      this.#options.onAssumption(
        `step ${step.number}: "${field.title}" is filled in with ${JSON.stringify(madeUp(field))}`,
      )
    return Object.fromEntries(required.map((field) => [field.id, madeUp(field)]))
  }

  #act(host: VirtualHost, rule: OperatorRule): void {
    if (host.isDown) return host.later(host.now + 1000, () => this.#act(host, rule))
    if (runWords.has(rule.do)) return this.#tellRun(host, rule)
    if (rolloutWords.has(rule.do)) return this.#tellRollout(host, rule)
    const prompt = Object.values(host.state.prompts).find(
      (open) => isWithin(open.step, rule.step ?? '') && choiceOf(rule.do, open) !== undefined,
    )
    if (prompt) return this.#answer(host, prompt, rule)
    // "retry" and the like at a time when nothing asks: said, and not taken.
    this.#options.onSaid(rule, host.now, 'nothing asks for it at this time')
  }

  #tellRun(host: VirtualHost, rule: OperatorRule): void {
    const person = personOf(rule)
    const reason = rule.reason ?? 'as the scenario says'
    const at = host.now
    const event: RunEvent =
      rule.do === 'pause'
        ? { id: this.#id('PauseRequested'), type: 'PauseRequested', at, data: { ...person, reason } }
        : rule.do === 'resume'
          ? { id: this.#id('ResumeRequested'), type: 'ResumeRequested', at, data: person }
          : {
              id: this.#id('AbortRequested'),
              type: 'AbortRequested',
              at,
              data: { ...person, back_out: false, now: false, reason },
            }
    this.#options.onSaid(rule, at, host.post(event))
  }

  #tellRollout(host: VirtualHost, rule: OperatorRule): void {
    const step = this.#options.index.ordered.find(
      (candidate) => candidate.form === 'rollout' && (rule.step === undefined || isWithin(candidate.path, rule.step)),
    )
    if (!step) return this.#options.onSaid(rule, host.now, 'there is no such rollout')
    const command = commandOf(rule, host.now)
    if (typeof command === 'string') return this.#options.onSaid(rule, host.now, command)
    const refusal = host.post({
      id: this.#id('RolloutCommanded'),
      type: 'RolloutCommanded',
      at: host.now,
      data: { ...personOf(rule), step: step.path, command, reason: rule.reason ?? 'as the scenario says' },
    })
    this.#options.onSaid(rule, host.now, refusal)
  }

  #id(type: string): string {
    this.#count += 1
    return `${type}/simulated/${this.#count}`
  }
}

function personOf(rule: OperatorRule): { readonly by: string; readonly role?: string } {
  return { by: rule.by ?? nobody, ...(rule.role === undefined ? {} : { role: rule.role }) }
}

/** The choice that a word means for a prompt; undefined when it is no answer to it. */
function choiceOf(word: OperatorDo, prompt: PromptState): Choice | undefined {
  const choice = word === 'go' ? 'approve' : word === 'no_go' ? 'reject' : (word as Choice)
  return prompt.choices.includes(choice) ? choice : undefined
}

/** The command of a rule, or what it lacks. */
function commandOf(rule: OperatorRule, now: number): OperatorCommand | string {
  const { target, lane, wave, to } = rule
  switch (rule.do) {
    case 'pause_rollout':
      return { do: 'pause' }
    case 'resume_rollout':
      return { do: 'resume' }
    case 'stop_rollout':
      return { do: 'stop_rollout' }
    case 'skip_target':
    case 'retry_target':
    case 'rollback_target':
      return target === undefined ? '"target" is missing' : { do: rule.do, target }
    case 'promote':
    case 'stop_lane':
      return lane === undefined ? '"lane" is missing' : { do: rule.do, lane }
    case 'stop_wave':
      return lane === undefined || wave === undefined ? '"lane" or "wave" is missing' : { do: 'stop_wave', lane, wave }
    case 'change_concurrency':
      return to === undefined ? '"to" is missing' : { do: 'change_concurrency', to }
    case 'break_glass':
      return { do: 'break_glass', until: now + (rule.forMs ?? 0) }
    default:
      return `"${rule.do}" is nothing that a rollout understands`
  }
}

function evidenceOf(step: PlanStep): readonly { name: string; sha256: string; bytes: number; media: string }[] {
  return step.evidence
    .filter((wanted) => wanted.required)
    .map((wanted) => ({ name: `${wanted.id}-simulated`, sha256: '0'.repeat(64), bytes: 0, media: 'text/plain' }))
}

function madeUp(field: PlanFormField): string | number | boolean {
  if (field.options && field.options.length > 0) return field.options[0]!
  switch (field.type) {
    case 'boolean':
      return true
    // Numbers that people enter count trouble more often than not, and a calm run has none.
    case 'integer':
    case 'number':
      return 0
    default:
      return 'simulated'
  }
}
