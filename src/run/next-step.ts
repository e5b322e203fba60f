/** What comes next for a step of any form. Steps of one list go in order; those of a parallel group side by side. */
import { assertNever } from '../base/assert.ts'
import type { JsonObject } from '../base/json.ts'
import { ExpressionError, evaluateCondition, evaluateExpression, resolveTemplate } from '../expression/index.ts'
import type { PlanAction, PlanGate, PlanGroup, PlanManual, PlanStep } from '../plan/model.ts'
import { contextOf, lastOutputs } from './context.ts'
import { isCured } from './cure.ts'
import { conclude, isEvent, type Next, type Standing } from './decided.ts'
import type { Choice, StepOutcome } from './events.ts'
import { nextAcceptance } from './next-acceptance.ts'
import { handleFailure } from './next-failure.ts'
import { nextRollout } from './next-rollout.ts'
import { namesTarget, nextForTarget, type TargetWork } from './next-target.ts'
import { openPrompt } from './open-prompt.ts'
import { isFinal, type StepState } from './state.ts'
import { workListOf } from './work-list.ts'

export interface Manner {
  /** Cleanups and back-outs run without asking before each step and whatever the owner's condition says. */
  readonly forced: boolean
}

export function nextInOrder(standing: Standing, steps: readonly PlanStep[], manner: Manner): Next {
  for (const step of steps) {
    const next = nextForStep(standing, step, manner)
    if (next !== 'final') return next
  }
  return 'final'
}

function nextSideBySide(standing: Standing, steps: readonly PlanStep[], manner: Manner): Next {
  let blocked = false
  for (const step of steps) {
    const next = waitsForSibling(standing, step) ? 'blocked' : nextForStep(standing, step, manner)
    if (isEvent(next)) return next
    blocked ||= next === 'blocked'
  }
  return blocked ? 'blocked' : 'final'
}

/** Inside a parallel group a step may stand behind others of the group; a failure that was passed over counts as done. */
function waitsForSibling(standing: Standing, step: PlanStep): boolean {
  return (step.after ?? []).some((path) => !isFinal(standing.state.steps[path]))
}

export function nextForStep(standing: Standing, step: PlanStep, manner: Manner): Next {
  const current = standing.state.steps[step.path]
  if (isFinal(current)) return 'final'
  if (current === undefined || (current.status === 'waiting' && current.startedAt === undefined))
    return begin(standing, step, current, manner)
  return proceed(standing, step, current, manner)
}

function end(
  standing: Standing,
  step: PlanStep,
  outcome: StepOutcome,
  more: { reason?: string; by?: string; outputs?: JsonObject } = {},
): Next {
  return conclude(standing, 'StepEnded', { step: step.path, outcome, ...more })
}

function begin(standing: Standing, step: PlanStep, current: StepState | undefined, manner: Manner): Next {
  const { state, index } = standing
  if (step.skip !== undefined) return end(standing, step, 'skipped', { reason: step.skip })
  if (!manner.forced && step.cleanup_of !== undefined && !leavesSomething(standing, step.cleanup_of)) {
    return end(standing, step, 'skipped', { reason: 'there is nothing to put back' })
  }
  if (step.when !== undefined && !(namesTarget(step.when) && step.targets.length > 0)) {
    try {
      if (!evaluateCondition(step.when, contextOf(index, state, step)))
        return end(standing, step, 'skipped', { reason: `its condition does not hold: ${step.when}` })
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error
      if (state.mode === 'dry_run')
        return end(standing, step, 'skipped', { reason: `not covered by a dry run: ${error.message}` })
      if (!current)
        return conclude(standing, 'TargetFailed', {
          step: step.path,
          target: '',
          class: 'process',
          message: `condition: ${error.message}`,
        })
    }
  }
  if (state.mode === 'guided' && !manner.forced && asksBefore(standing, step)) {
    const asked = askBefore(standing, step, current)
    if (asked !== 'final') return asked
  }
  return conclude(standing, 'StepStarted', { step: step.path, round: current?.round ?? 1 })
}

/** Whether the owner of a cleanup was begun, so that its effect may be there. */
export function leavesSomething(standing: Standing, owner: string): boolean {
  const done = standing.state.steps[owner]
  if (!done || done.status === 'waiting') return false
  return done.status !== 'skipped' && done.status !== 'backed_out'
}

function asksBefore(standing: Standing, step: PlanStep): boolean {
  if (step.form === 'group' || step.form === 'gate' || step.form === 'manual') return false
  const free = standing.state.freePhase
  return free === undefined || standing.index.byPath.get(step.path)?.phase !== free
}

function askBefore(standing: Standing, step: PlanStep, current: StepState | undefined): Next {
  const { state } = standing
  const answer = current?.answer
  if (answer) {
    switch (answer.choice) {
      case 'run':
      case 'run_phase':
        return 'final'
      case 'skip':
        return end(standing, step, 'skipped', { reason: answer.reason ?? '', by: answer.by })
      case 'mark_done':
        return end(standing, step, 'marked_done', { reason: answer.reason ?? '', by: answer.by })
      default:
        return 'blocked'
    }
  }
  if (openPrompt(standing, step.path)) return 'blocked'
  const choices: readonly Choice[] = ['run', 'run_phase', 'skip', 'mark_done', 'back_out', 'abort']
  return conclude(standing, 'PromptOpened', {
    prompt: `p${state.promptCount + 1}`,
    kind: 'step',
    step: step.path,
    choices,
    message: `${step.number} ${step.title}`,
    roles: step.role ? [step.role] : [],
  })
}

function proceed(standing: Standing, step: PlanStep, current: StepState, manner: Manner): Next {
  switch (step.form) {
    case 'action':
      return nextAction(standing, step, current)
    case 'manual':
      return nextManual(standing, step, current)
    case 'gate':
      return nextGate(standing, step, current)
    case 'group':
      return nextGroup(standing, step, manner)
    case 'acceptance':
      return nextAcceptance(standing, step, current)
    case 'rollout':
      return nextRollout(standing, step, current, 'go_on', (gate) => nextForStep(standing, gate, manner))
    default:
      return assertNever(step)
  }
}

function nextGroup(standing: Standing, step: PlanGroup, manner: Manner): Next {
  const next = step.parallel ? nextSideBySide(standing, step.steps, manner) : nextInOrder(standing, step.steps, manner)
  if (next !== 'final') return next
  const failed = step.steps.filter(
    (child) => standing.state.steps[child.path]?.status === 'failed' && !isCured(standing, child),
  )
  return failed.length === 0
    ? end(standing, step, 'succeeded')
    : end(standing, step, 'failed', { reason: `${failed.map((child) => child.number).join(', ')} failed` })
}

/** The targets of an action step in their order; empty text: control. Undone is what was done, last one first. */
function targetsOf(standing: Standing, step: PlanAction): readonly string[] {
  const names = step.targets.length > 0 ? step.targets : ['']
  if (!undoes(step)) return names
  const owner = ownerOf(standing, step)
  return names.filter((target) => (owner?.targets[target]?.status ?? 'skipped') !== 'skipped').reverse()
}

function undoes(step: PlanAction): boolean {
  return step.path.endsWith('/back_out')
}

/** The step whose effect a step takes back by the executor's own inverse. */
function ownerOf(standing: Standing, step: PlanAction): StepState | undefined {
  return standing.state.steps[step.path.slice(0, -'/back_out'.length)]
}

function workOn(standing: Standing, step: PlanAction, target: string): TargetWork {
  if (!undoes(step)) return { step, target, op: 'perform' }
  return { step, target, op: 'undo', undoOutputs: lastOutputs(ownerOf(standing, step)!.targets[target]!) }
}

function nextAction(standing: Standing, step: PlanAction, current: StepState): Next {
  const work = workListOf(current, () => targetsOf(standing, step))
  const hold = work.failed > 0 && step.on_failure !== 'continue' && standing.state.mode !== 'dry_run'
  let isHeldBack = false
  for (let place = work.next(); place !== -1; place = work.next()) {
    if (work.isFresh(place) && (work.active >= step.max_concurrency || hold)) {
      isHeldBack = true
      break
    }
    const next = nextForTarget(standing, workOn(standing, step, work.targets[place]!))
    if (isEvent(next)) return next
    work.looked(place, next, step.retry.when !== undefined && next === 'final')
  }
  if ((isHeldBack || work.isBlocked) && !(hold && work.active === 0)) return 'blocked'
  if (work.failed > 0) return handleFailure(standing, step, current, failureText(work.targets, current))
  return endAction(standing, step, current, work.targets)
}

function failureText(targets: readonly string[], current: StepState): string {
  const failed = targets.filter((target) => current.targets[target]?.status === 'failed')
  const first = current.targets[failed[0] ?? '']
  const where = failed
    .map((target) => target || 'control')
    .slice(0, 5)
    .join(', ')
  const more = failed.length > 5 ? ` and ${failed.length - 5} more` : ''
  return `failed on ${where}${more}: ${first?.reason ?? 'no reason given'}`
}

function endAction(standing: Standing, step: PlanAction, current: StepState, targets: readonly string[]): Next {
  const { index, state } = standing
  const done = targets.filter((target) => current.targets[target]?.status === 'succeeded')
  if (done.length === 0 && targets.length > 0)
    return end(standing, step, 'skipped', { reason: 'no target was left to do' })
  if (targets.length === 0) return end(standing, step, 'skipped', { reason: 'it has no targets' })
  if (step.outputs === undefined || state.mode === 'dry_run') {
    return end(
      standing,
      step,
      'succeeded',
      done.length === 1 ? { outputs: lastOutputs(current.targets[done[0]!]!) } : {},
    )
  }
  try {
    const byTarget = Object.fromEntries(
      done.map((target) => {
        const outputs = lastOutputs(current.targets[target]!)
        const context = contextOf(index, state, step, target || undefined, { outputs })
        return [
          target,
          Object.fromEntries(
            Object.entries(step.outputs!).map(([name, text]) => [name, evaluateExpression(text, context)]),
          ),
        ]
      }),
    )
    const only = done.length === 1 ? byTarget[done[0]!] : undefined
    return conclude(standing, 'StepEnded', {
      step: step.path,
      outcome: 'succeeded',
      ...(only ? { outputs: only } : {}),
      target_outputs: byTarget,
    })
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    return conclude(standing, 'TargetFailed', {
      step: step.path,
      target: done[0]!,
      class: 'process',
      message: `outputs: ${error.message}`,
    })
  }
}

/** Text for people with what the run knows by now; what cannot be worked out keeps its `${{ … }}`. */
function textNow(standing: Standing, step: PlanStep, text: string): string {
  try {
    const resolved = resolveTemplate(text, contextOf(standing.index, standing.state, step))
    return typeof resolved === 'string' ? resolved : JSON.stringify(resolved)
  } catch (error) {
    if (error instanceof ExpressionError) return text
    throw error
  }
}

function nextManual(standing: Standing, step: PlanManual, current: StepState): Next {
  const { state } = standing
  if (state.mode === 'dry_run')
    return end(standing, step, 'skipped', { reason: 'not covered by a dry run: a person does it' })
  const answer = current.answer
  if (answer?.by === 'clock') {
    const open = Object.values(state.prompts).find((prompt) => prompt.step === step.path && prompt.kind === 'manual')
    if (open) return conclude(standing, 'PromptClosed', { prompt: open.prompt, reason: 'expired' })
    return handleFailure(standing, step, current, 'its deadline passed before anyone said that it is done')
  }
  if (answer) {
    switch (answer.choice) {
      case 'done':
        return end(standing, step, 'succeeded', { by: answer.by, outputs: current.form ?? {} })
      case 'skip':
        return end(standing, step, 'skipped', { reason: answer.reason ?? '', by: answer.by })
      case 'mark_done':
        return end(standing, step, 'marked_done', { reason: answer.reason ?? '', by: answer.by })
      case 'fail':
        return handleFailure(standing, step, current, answer.reason ?? 'the person could not do it')
      default:
        return handleFailure(standing, step, current, answer.reason ?? 'it was not done')
    }
  }
  if (openPrompt(standing, step.path)) return 'blocked'
  return conclude(standing, 'PromptOpened', {
    prompt: `p${state.promptCount + 1}`,
    kind: 'manual',
    step: step.path,
    choices: ['done', 'skip', 'mark_done', 'fail', 'back_out', 'abort'],
    message: textNow(standing, step, step.instructions),
    roles: step.role ? [step.role] : [],
    ...(step.deadline_ms === undefined ? {} : { expires_at: state.lastAt + step.deadline_ms }),
  })
}

function nextGate(standing: Standing, step: PlanGate, current: StepState): Next {
  const { state } = standing
  const { gate } = step
  if (state.mode === 'dry_run')
    return end(standing, step, 'skipped', { reason: 'not covered by a dry run: people decide it' })
  const rejected = current.votes.find((vote) => vote.decision === 'reject')
  const approvals = current.votes.filter((vote) => vote.decision === 'approve')
  const prompt = Object.values(state.prompts).find((open) => open.step === step.path)
  if (prompt?.kind === 'gate' && (rejected || approvals.length >= gate.min_approvals)) {
    return conclude(standing, 'PromptClosed', { prompt: prompt.prompt, reason: 'decided' })
  }
  if (approvals.length >= gate.min_approvals && !rejected) {
    return end(standing, step, 'succeeded', { by: approvals.map((vote) => vote.by).join(', ') })
  }
  if (rejected)
    return handleFailure(
      standing,
      step,
      current,
      `${rejected.by} decided against it${rejected.reason ? `: ${rejected.reason}` : ''}`,
    )
  if (current.answer?.by === 'clock') {
    if (prompt?.kind === 'gate') return conclude(standing, 'PromptClosed', { prompt: prompt.prompt, reason: 'expired' })
    if (gate.on_expiry === 'go')
      return end(standing, step, 'succeeded', { reason: 'expired, which means go here', by: 'clock' })
    return handleFailure(standing, step, current, 'the gate expired without a decision')
  }
  if (current.answer) return handleFailure(standing, step, current, current.answer.reason ?? 'decided otherwise')
  if (prompt) return 'blocked'
  return conclude(standing, 'PromptOpened', {
    prompt: `p${state.promptCount + 1}`,
    kind: 'gate',
    step: step.path,
    choices: ['approve', 'reject'],
    message: textNow(standing, step, gate.prompt ?? step.title),
    roles: gate.roles,
    ...(gate.expires_after_ms === undefined ? {} : { expires_at: state.lastAt + gate.expires_after_ms }),
  })
}
