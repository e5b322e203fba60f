/**
 * One action on one target: request, retry, and what to do when nobody can say how a call ended.
 * Never repeats an effect blindly: see `resolve`.
 */
import type { JsonObject } from '../base/json.ts'
import { ExpressionError, evaluateCondition, resolveTemplate, variablesOf } from '../expression/index.ts'
import type { PlanAction } from '../plan/model.ts'
import { contextOf } from './context.ts'
import { conclude, type Next, type Standing } from './decided.ts'
import type { CallOp, Choice } from './events.ts'
import { brokenRule } from './rule-check.ts'
import type { CallState, StepTargetState } from './state.ts'

export interface TargetWork {
  readonly step: PlanAction
  /** Empty text: control. */
  readonly target: string
  readonly op: 'perform' | 'undo' | 'criterion'
  readonly criterion?: string
  readonly undoOutputs?: JsonObject
}

/** A deadline for calls whose step names none: a day, so that silence is an outcome even then. */
const defaultTimeoutMs = 86_400_000
/** Pause before a probe that found the work still running is asked again. */
const probePauseMs = 5000

/** What comes next for one target of an action step. */
export function nextForTarget(standing: Standing, work: TargetWork): Next {
  const { state } = standing
  const target = state.steps[work.step.path]?.targets[work.target]
  if (!target) return firstRequest(standing, work)
  switch (target.status) {
    case 'requested':
    case 'running':
      return interrupted(standing, work) ?? 'blocked'
    case 'retry_wait':
      return 'blocked'
    case 'retry_due':
      return target.attempts.length === 0 ? firstRequest(standing, work) : request(standing, work, target)
    case 'unsettled':
      return unsettled(standing, work, target)
    case 'failed':
      return retryLater(standing, work, target) ?? 'final'
    case 'succeeded':
    case 'skipped':
      return 'final'
  }
}

function firstRequest(standing: Standing, work: TargetWork): Next {
  const { state } = standing
  const { step, target } = work
  const place = { step: step.path, target }
  if (state.mode === 'dry_run' && work.op !== 'undo') {
    const { effect, dry_run } = step.capabilities
    if (effect !== 'none' && !dry_run) {
      return conclude(standing, 'TargetPassed', {
        ...place,
        reason: 'a change without a rehearsal of its own',
        coverage: 'assumed',
      })
    }
  }
  if (step.when !== undefined && namesTarget(step.when) && target !== '') {
    const skip = guarded(standing, work, () =>
      evaluateCondition(step.when!, contextOf(standing.index, state, step, target)),
    )
    if (typeof skip !== 'boolean') return skip
    if (!skip) return conclude(standing, 'TargetPassed', { ...place, reason: `left out: ${step.when}` })
  }
  return request(standing, work, undefined)
}

/** Whether a condition is about each target, and not about the step as a whole. */
export function namesTarget(condition: string): boolean {
  return variablesOf(condition).includes('target')
}

/** Runs an evaluation; an error in it becomes the target's failure, which in a dry run is only "not covered". */
function guarded<Value>(standing: Standing, work: TargetWork, evaluate: () => Value): Value | Exclude<Next, string> {
  try {
    return evaluate()
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    const place = { step: work.step.path, target: work.target }
    if (standing.state.mode === 'dry_run') {
      return conclude(standing, 'TargetPassed', {
        ...place,
        reason: error.message,
        coverage: 'not_covered',
      }) as Exclude<Next, string>
    }
    return conclude(standing, 'TargetFailed', { ...place, class: 'process', message: error.message }) as Exclude<
      Next,
      string
    >
  }
}

function request(standing: Standing, work: TargetWork, before: StepTargetState | undefined): Next {
  const { index, state } = standing
  const { step, target } = work
  const context = contextOf(index, state, step, target || undefined)
  const args = guarded(standing, work, () => resolveTemplate(step.with, context) as JsonObject)
  if (isConcluded(args)) return args
  if (work.op !== 'criterion' && step.capabilities.effect !== 'none') {
    const broken = guarded(standing, work, () => brokenRule(standing, work, args))
    if (broken) return broken
  }
  const last = before?.attempts.filter((attempt) => attempt.op !== 'probe').at(-1)
  const again = before?.status === 'unsettled' && before.resolution === 'repeat'
  const attach = last !== undefined && (again || (step.capabilities.resumable && unclear(last.class)))
  const attempt = again ? (last?.attempt ?? 1) : (last?.attempt ?? 0) + 1
  const call = `${step.path}@${target}#${(before?.deliveries ?? 0) + 1}`
  return conclude(standing, 'CallRequested', {
    call,
    step: step.path,
    target,
    op: rehearses(standing, work) ? 'dry_run' : work.op,
    action: step.action,
    with: args,
    effect: attach && last ? last.effect : `${state.run}/${call}`,
    attempt,
    // A wait of a week is longer than what silence may last without a deadline.
    timeout_ms: step.deadline_ms ?? Math.max(defaultTimeoutMs, 2 * step.duration.worst_ms),
    ...(work.criterion ? { criterion: work.criterion } : {}),
    ...(work.undoOutputs ? { undo_outputs: work.undoOutputs } : {}),
  })
}

/** What only reads is performed in a dry run as well; nothing tells more. */
function rehearses(standing: Standing, { step, op }: TargetWork): boolean {
  const { dry_run, effect } = step.capabilities
  return standing.state.mode === 'dry_run' && op === 'perform' && dry_run && effect !== 'none'
}

function isConcluded(value: JsonObject | Exclude<Next, string>): value is Exclude<Next, string> {
  return 'type' in value && 'data' in value && 'at' in value
}

function unclear(failure: string | undefined): boolean {
  return (
    failure === 'unreachable' ||
    failure === 'timeout' ||
    failure === 'cancelled' ||
    failure === 'unknown' ||
    failure === undefined
  )
}

/** The retry policy: another attempt later, or nothing. */
function retryLater(standing: Standing, work: TargetWork, target: StepTargetState): Next | undefined {
  const { index, state } = standing
  const { retry } = work.step
  const made = target.attempts.filter((attempt) => attempt.op !== 'probe').length - target.attemptsBefore
  if (made === 0 || made >= retry.max_attempts || state.abort || state.mode === 'dry_run') return undefined
  const classes = retry.classes.length > 0 ? retry.classes : healing
  if (target.class === undefined || !classes.includes(target.class)) return undefined
  if (retry.when !== undefined) {
    const go = guarded(standing, work, () =>
      evaluateCondition(retry.when!, contextOf(index, state, work.step, work.target || undefined)),
    )
    if (go !== true) return undefined
  }
  const pause = Math.min(retry.delay_ms * retry.backoff ** (made - 1), retry.max_delay_ms || Number.MAX_SAFE_INTEGER)
  return conclude(standing, 'TimerSet', {
    timer: `${work.step.path}@${work.target}/retry/${target.deliveries}`,
    at: state.lastAt + Math.round(pause),
    why: 'retry',
    step: work.step.path,
    target: work.target,
  })
}

const healing: readonly string[] = ['unreachable', 'not_ready', 'timeout', 'process']

/** A call that was started when the engine died. */
function interrupted(standing: Standing, work: TargetWork): Next | undefined {
  const last = standing.state.steps[work.step.path]?.targets[work.target]?.attempts.at(-1)
  const call = last && standing.state.calls[last.call]
  if (call?.status !== 'interrupted') return undefined
  return conclude(standing, 'CallUnsettled', {
    call: call.call,
    step: call.step,
    target: call.target,
    resolution: resolve(work.step, call),
    reason: 'the engine ended while this was running',
  })
}

/** In the order of safety: reads are repeated, long work is re-attached, then probe, then declared safe, then a person. */
function resolve(step: PlanAction, call: Pick<CallState, 'op'>): 'repeat' | 'probe' | 'ask' | 'fail' {
  const { capabilities } = step
  if (call.op === 'probe') return 'probe'
  if (capabilities.effect === 'none' || call.op === 'criterion' || call.op === 'dry_run') return 'repeat'
  if (capabilities.resumable) return 'repeat'
  if (capabilities.probe && call.op === 'perform') return 'probe'
  if (capabilities.idempotent) return 'repeat'
  return step.on_unknown === 'fail' ? 'fail' : 'ask'
}

function unsettled(standing: Standing, work: TargetWork, target: StepTargetState): Next {
  const { step } = work
  const last = target.attempts.at(-1)
  const resolution = target.resolution ?? resolve(step, { op: (last?.op ?? 'perform') as CallOp })
  switch (resolution) {
    case 'repeat':
      return request(standing, work, { ...target, status: 'unsettled', resolution: 'repeat' })
    case 'probe':
      return target.retrying ? probeLater(standing, work, target) : probe(standing, work, target)
    case 'ask':
    case 'fail':
      return askHowItEnded(standing, work, target)
  }
}

function probe(standing: Standing, work: TargetWork, target: StepTargetState): Next {
  const { step } = work
  if (standing.state.timers[probeTimer(work, target)]) return 'blocked'
  const last = target.attempts.filter((attempt) => attempt.op !== 'probe').at(-1)
  return conclude(standing, 'CallRequested', {
    call: `${step.path}@${work.target}#${target.deliveries + 1}`,
    step: step.path,
    target: work.target,
    op: 'probe',
    action: step.action,
    with: last?.with ?? {},
    effect: last?.effect ?? '',
    attempt: last?.attempt ?? 1,
    timeout_ms: Math.min(step.deadline_ms ?? defaultTimeoutMs, 300_000),
  })
}

/** One per delivery: while it runs nothing more is delivered. */
function probeTimer({ step, target }: TargetWork, { deliveries }: StepTargetState): string {
  return `${step.path}@${target}/probe/${deliveries}`
}

function probeLater(standing: Standing, work: TargetWork, target: StepTargetState): Next {
  return conclude(standing, 'TimerSet', {
    timer: probeTimer(work, target),
    at: standing.state.lastAt + probePauseMs,
    why: 'probe',
    step: work.step.path,
    target: work.target,
  })
}

const unknownChoices: readonly Choice[] = ['mark_done', 'retry', 'skip', 'fail', 'back_out', 'abort']

function askHowItEnded(standing: Standing, work: TargetWork, target: StepTargetState): Next {
  const { state } = standing
  const { step } = work
  const open = Object.values(state.prompts).some(
    (prompt) => prompt.kind === 'unknown' && prompt.step === step.path && prompt.target === work.target,
  )
  if (open) return 'blocked'
  const where = work.target === '' ? 'control' : work.target
  return conclude(standing, 'PromptOpened', {
    prompt: `p${state.promptCount + 1}`,
    kind: 'unknown',
    step: step.path,
    target: work.target,
    choices: unknownChoices,
    message: `Nobody can say whether "${step.title}" took effect on ${where}: ${target.reason ?? 'its answer is missing'}. Look there, then say how it ended.`,
    roles: step.role ? [step.role] : [],
  })
}
