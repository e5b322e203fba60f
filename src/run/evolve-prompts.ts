/** What the events about prompts and votes change. */
import type { EventOf } from './events.ts'
import { waiveRules } from './evolve-rules.ts'
import { expiryTimer } from './evolve-timers.ts'
import type { PlanIndex } from './plan-index.ts'
import type { PromptState, RunState } from './state.ts'
import { deviate, machineOf, record, stepOf, targetOf } from './step-state.ts'

export function promptOpened(state: RunState, event: EventOf<'PromptOpened'>): void {
  const { prompt, kind, step, choices, message, target, criterion, roles, expires_at } = event.data
  state.promptCount += 1
  const opened: PromptState = {
    prompt,
    kind,
    step,
    choices,
    message,
    roles,
    openedAt: event.at,
    seq: state.seq,
    ...(target === undefined ? {} : { target }),
    ...(criterion === undefined ? {} : { criterion }),
    ...(expires_at === undefined ? {} : { expiresAt: expires_at }),
  }
  state.prompts[prompt] = opened
  if (expires_at !== undefined) {
    const timer = expiryTimer(prompt)
    state.timers[timer] = { timer, at: expires_at, why: 'expiry', step }
  }
  stepOf(state, step).prompts.push(prompt)
  record(state, step)
}

export function promptAnswered(index: PlanIndex, state: RunState, event: EventOf<'PromptAnswered'>): void {
  const prompt = state.prompts[event.of ?? '']
  if (!prompt) return
  delete state.prompts[prompt.prompt]
  delete state.timers[expiryTimer(prompt.prompt)]
  const { choice, by, role, reason, form, evidence } = event.data
  prompt.answer = {
    by,
    choice,
    at: event.at,
    seq: state.seq,
    ...(role ? { role } : {}),
    ...(reason ? { reason } : {}),
    ...(form ? { form } : {}),
  }
  state.answered.push(prompt)
  const step = stepOf(state, prompt.step)
  if (form) step.form = form
  if (evidence) step.evidence.push(...evidence)
  record(state, prompt.step)
  if (choice === 'back_out' || choice === 'abort') {
    state.abort = { by, backOut: choice === 'back_out', now: false, reason: reason ?? '', at: event.at, seq: state.seq }
    return
  }
  if (choice === 'run_phase') state.freePhase = index.byPath.get(prompt.step)?.phase ?? ''
  if (prompt.kind === 'unknown' && prompt.target !== undefined && settledByPerson(state, prompt, event)) {
    machineOf(index, state, prompt.step)?.touch(prompt.target)
    return
  }
  if (choice === 'waive') waiveRules(state, prompt.step, { by, reason: reason ?? '', at: event.at })
  const target = prompt.kind === 'rollout' && prompt.target !== undefined ? { target: prompt.target } : {}
  step.answer = { choice, by, seq: state.seq, ...(reason ? { reason } : {}), ...target }
}

/** A person says how an unsettled call ended. */
function settledByPerson(state: RunState, prompt: PromptState, event: EventOf<'PromptAnswered'>): boolean {
  const target = targetOf(state, prompt.step, prompt.target ?? '')
  const { choice, by } = event.data
  const reason = event.data.reason ?? ''
  const deviation = {
    step: prompt.step,
    by,
    reason,
    at: event.at,
    seq: state.seq,
    ...(prompt.target ? { target: prompt.target } : {}),
  }
  if (choice === 'mark_done') {
    Object.assign(target, { status: 'succeeded', reason: `marked done by ${by}: ${reason}` })
    deviate(state, { kind: 'marked_done', ...deviation })
  } else if (choice === 'retry') {
    Object.assign(target, { status: 'unsettled', resolution: 'repeat' })
    deviate(state, { kind: 'repeated', ...deviation })
  } else if (choice === 'skip') {
    Object.assign(target, { status: 'skipped', reason: `skipped by ${by}: ${reason}` })
    deviate(state, { kind: 'skipped', ...deviation })
  } else if (choice === 'fail') {
    Object.assign(target, { status: 'failed', class: 'unknown', reason: `failed, says ${by}` })
  } else {
    return false
  }
  return true
}

export function voteCast(state: RunState, event: EventOf<'VoteCast'>): void {
  const prompt = state.prompts[event.data.prompt]
  if (!prompt) return
  const { by, role, decision, reason } = event.data
  const vote = { by, decision, at: event.at, seq: state.seq, ...(role ? { role } : {}), ...(reason ? { reason } : {}) }
  stepOf(state, prompt.step).votes.push(vote)
  record(state, prompt.step)
}

export function closePrompt(state: RunState, id: string, reason: string): void {
  const prompt = state.prompts[id]
  if (!prompt) return
  delete state.prompts[id]
  delete state.timers[expiryTimer(id)]
  prompt.closed = reason
  state.answered.push(prompt)
}
