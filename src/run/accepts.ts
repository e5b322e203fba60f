/** What may still be said to a run. The first decision wins; an identical repeat is fine; a different one is refused. */
import { formatDuration } from '../base/duration.ts'
import { backOutRefusal } from './back-out.ts'
import type { EventOf, RunEvent, RunEventData } from './events.ts'
import { saidByPeople } from './evolve.ts'
import { openRules } from './evolve-rules.ts'
import type { PlanIndex } from './plan-index.ts'
import { refusalOf } from './rollout-command.ts'
import type { PromptState, RunState } from './state.ts'

export type Acceptance =
  | { readonly kind: 'new' }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'refused'; readonly reason: string }

const fresh: Acceptance = { kind: 'new' }
const duplicate: Acceptance = { kind: 'duplicate' }
const refused = (reason: string): Acceptance => ({ kind: 'refused', reason })

/** Choices that depart from the runbook and therefore need a reason. */
const needsReason: readonly string[] = ['skip', 'mark_done', 'waive', 'abort', 'back_out', 'not_tested']

export function acceptsEvent(index: PlanIndex, state: RunState, event: RunEvent): Acceptance {
  if (state.status === 'new' && isSaid(event)) return refused('the run has not begun yet')
  if (saidByPeople.has(event.type) && state.said[event.id]) return duplicate
  switch (event.type) {
    case 'RunStarted':
      return state.status === 'new' ? fresh : duplicate
    case 'CallStarted':
      return state.calls[event.data.call]?.status === 'requested' ? fresh : duplicate
    case 'CallSucceeded':
    case 'CallFailed':
      return state.calls[event.of ?? ''] ? fresh : duplicate
    case 'TimerFired':
      return state.timers[event.of ?? ''] ? fresh : duplicate
    case 'PromptAnswered':
      return acceptsAnswer(index, state, event.of ?? '', event.data)
    case 'VoteCast':
      return acceptsVote(index, state, event.data)
    case 'PauseRequested':
      if (state.status === 'ended') return refused('the run has ended')
      return state.status === 'paused' || state.status === 'pausing' ? duplicate : fresh
    case 'ResumeRequested':
      if (state.status === 'ended') return refused('the run has ended')
      return state.status === 'paused' || state.status === 'pausing' ? fresh : duplicate
    case 'AbortRequested':
      return acceptsAbort(index, state, event.data.back_out)
    case 'RolloutCommanded':
      return acceptsCommand(index, state, event)
    case 'HandedOver':
      if (state.status === 'ended') return refused('the run has ended')
      return state.operator === event.data.to ? duplicate : fresh
    default:
      return fresh
  }
}

/** Said by people to a run. */
function isSaid(event: RunEvent): boolean {
  return ['PauseRequested', 'ResumeRequested', 'AbortRequested', 'HandedOver', 'RolloutCommanded'].includes(event.type)
}

function acceptsCommand(index: PlanIndex, state: RunState, event: EventOf<'RolloutCommanded'>): Acceptance {
  const { step: path, command, role, reason } = event.data
  const step = index.byPath.get(path)?.step
  const current = state.steps[path]
  if (step?.form !== 'rollout') return refused(`"${path}" is no rollout of this run`)
  if (current?.status !== 'running' || !current.rollout) return refused(`rollout ${step.number} is not under way`)
  if (command.do === 'break_glass') {
    const refusal = refusesGlass(index, command.until - event.at, role)
    if (refusal) return refused(refusal)
  }
  if ((command.do === 'break_glass' || command.do === 'skip_target') && !reason?.trim())
    return refused(`"${command.do}" needs a reason`)
  const refusal = refusalOf(step, current.rollout.machine, command, event.at)
  return refusal ? refused(refusal) : fresh
}

/** @param forMs - how long the calendar is to be overridden; none or less takes it back */
function refusesGlass(index: PlanIndex, forMs: number, role: string | undefined): string | undefined {
  const rule = index.plan.calendar?.break_glass
  if (!rule) return 'the runbook lets nobody override its windows (see "break_glass")'
  if (rule.roles.length > 0 && !(role !== undefined && rule.roles.includes(role)))
    return `only ${rule.roles.join(' or ')} may override the windows${role ? `, not ${role}` : '; say in which role you do'}`
  if (forMs > rule.max_ms) return `the windows may be overridden for ${formatDuration(rule.max_ms)} at most`
  return undefined
}

function acceptsAbort(index: PlanIndex, state: RunState, backOut: boolean): Acceptance {
  if (state.status === 'ended') return refused('the run has ended')
  if (state.status === 'ending') return refused('the run is ending already')
  if (state.abort && state.abort.backOut === backOut) return duplicate
  const refusal = backOut ? backOutRefusal({ index, state }) : undefined
  return refusal ? refused(refusal) : fresh
}

function acceptsAnswer(
  index: PlanIndex,
  state: RunState,
  id: string,
  answer: RunEventData['PromptAnswered'],
): Acceptance {
  const prompt = state.prompts[id]
  if (!prompt) return acceptsLate(state, id, answer)
  if (prompt.kind === 'gate') return refused('a gate is decided by votes')
  if (!prompt.choices.includes(answer.choice))
    return refused(`"${answer.choice}" is no choice here; choices: ${prompt.choices.join(', ')}`)
  if (needsReason.includes(answer.choice) && !answer.reason?.trim()) return refused(`"${answer.choice}" needs a reason`)
  if (answer.choice === 'back_out') {
    const refusal = backOutRefusal({ index, state })
    if (refusal) return refused(refusal)
  }
  if (prompt.kind === 'failure' && answer.choice === 'waive') {
    const refusal = waiverRefusal(state, prompt.step, answer.role)
    if (refusal !== undefined) return refused(refusal)
  }
  if (prompt.kind === 'manual' && answer.choice === 'done') return acceptsForm(index, prompt, answer)
  return fresh
}

/** A broken rule is let pass only by the roles that it names. */
function waiverRefusal(state: RunState, step: string, role: string | undefined): string | undefined {
  const closed = openRules(state, step).find(({ overrideBy }) => !(role !== undefined && overrideBy?.includes(role)))
  if (!closed) return undefined
  const who = closed.overrideBy?.join(' or ') ?? 'nobody'
  return `rule "${closed.rule}" is let pass by ${who}${role ? `, not by ${role}` : '; say in which role you decide'}`
}

function acceptsLate(state: RunState, id: string, answer: RunEventData['PromptAnswered']): Acceptance {
  const earlier = state.answered.find((prompt) => prompt.prompt === id)
  if (!earlier) return refused(`there is no prompt ${id}`)
  if (!earlier.answer) return refused(`this needs no answer any more: ${earlier.closed ?? 'closed'}`)
  const same =
    earlier.answer.choice === answer.choice &&
    JSON.stringify(earlier.answer.form ?? {}) === JSON.stringify(answer.form ?? {})
  if (same) return duplicate
  return refused(`this was answered with "${earlier.answer.choice}" by ${earlier.answer.by}; the first decision stands`)
}

function acceptsForm(index: PlanIndex, prompt: PromptState, answer: RunEventData['PromptAnswered']): Acceptance {
  const step = index.byPath.get(prompt.step)?.step
  if (step?.form !== 'manual') return fresh
  const missing = step.fields.filter((field) => field.required && (answer.form?.[field.id] ?? '') === '')
  if (missing.length > 0) return refused(`the form lacks ${missing.map((field) => `"${field.title}"`).join(', ')}`)
  const evidence = step.evidence.filter(
    (wanted) => wanted.required && !answer.evidence?.some((given) => given.name.startsWith(wanted.id)),
  )
  if (evidence.length > 0)
    return refused(`evidence is missing: ${evidence.map((wanted) => `"${wanted.title}" (${wanted.id})`).join(', ')}`)
  return fresh
}

function acceptsVote(index: PlanIndex, state: RunState, vote: RunEventData['VoteCast']): Acceptance {
  const prompt = state.prompts[vote.prompt]
  if (!prompt) {
    const earlier = state.answered.find((answered) => answered.prompt === vote.prompt)
    const votes = earlier ? (state.steps[earlier.step]?.votes ?? []) : []
    const same = votes.some((cast) => cast.by === vote.by && cast.decision === vote.decision)
    if (same) return duplicate
    return refused(earlier ? 'the gate is decided already' : `there is no prompt ${vote.prompt}`)
  }
  const step = index.byPath.get(prompt.step)?.step
  if (step?.form !== 'gate') return refused('this prompt is no gate')
  const { gate } = step
  if (gate.exclude_initiator && vote.by === state.initiator)
    return refused(`${vote.by} started the run and may not decide this gate`)
  if (gate.roles.length > 0 && !(vote.role !== undefined && gate.roles.includes(vote.role))) {
    return refused(
      `this gate is decided by ${gate.roles.join(' or ')}${vote.role ? `, not by ${vote.role}` : '; say in which role you decide'}`,
    )
  }
  if (vote.decision === 'reject' && !vote.reason?.trim()) return refused('a rejection needs a reason')
  const earlier = state.steps[prompt.step]?.votes.find((cast) => cast.by === vote.by)
  if (earlier)
    return earlier.decision === vote.decision
      ? duplicate
      : refused(`${vote.by} has voted "${earlier.decision}"; votes cannot be changed`)
  return fresh
}
