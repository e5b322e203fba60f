import type { JsonObject } from '../base/json.ts'
import { ExpressionError, evaluateCondition } from '../expression/index.ts'
import type { PlanAcceptance, PlanAction, PlanCriterion } from '../plan/model.ts'
import { contextOf, lastOutputs } from './context.ts'
import { conclude, isEvent, type Next, type Standing } from './decided.ts'
import type { Verdict } from './events.ts'
import { handleFailure } from './next-failure.ts'
import { nextForTarget } from './next-target.ts'
import { criterionPath } from './plan-index.ts'
import { type AcceptanceResult, resultKey, type StepState } from './state.ts'
import { workListOf } from './work-list.ts'

/** Captures or verifies every criterion on every target of it; a failed `must` fails the step. */
export function nextAcceptance(standing: Standing, step: PlanAcceptance, current: StepState): Next {
  const { index, state } = standing
  if (current.answer?.choice === 'waive') return waiveNext(standing, step, current)
  let blocked = false
  for (const criterion of index.plan.acceptance_criteria) {
    if (!step.criteria.includes(criterion.id)) continue
    const next =
      criterion.check.kind === 'manual' ? askAll(standing, step, criterion) : measureAll(standing, step, criterion)
    if (isEvent(next)) return next
    blocked ||= next === 'blocked'
  }
  if (blocked) return 'blocked'
  const failing = failingMusts(standing, step)
  if (failing.length > 0)
    return handleFailure(
      standing,
      step,
      current,
      `does not hold: ${failing.map(wordResult).slice(0, 5).join(', ')}${failing.length > 5 ? ` and ${failing.length - 5} more` : ''}`,
    )
  return conclude(standing, 'StepEnded', {
    step: step.path,
    outcome: state.mode === 'dry_run' && current.startedAt === undefined ? 'skipped' : 'succeeded',
  })
}

function askAll(standing: Standing, step: PlanAcceptance, criterion: PlanCriterion): Next {
  let blocked = false
  for (const target of targetsOf(criterion)) {
    const next = askPerson(standing, step, criterion, target)
    if (isEvent(next)) return next
    blocked ||= next === 'blocked'
  }
  return blocked ? 'blocked' : 'final'
}

function measureAll(standing: Standing, step: PlanAcceptance, criterion: PlanCriterion): Next {
  const path = criterionPath(step.path, criterion.id)
  const check = standing.index.byPath.get(path)?.step as PlanAction | undefined
  if (!check) return 'final'
  const begun = standing.state.steps[path]
  if (!begun) return measure(standing, step, criterion, check, targetsOf(criterion)[0]!)
  const work = workListOf(begun, () => targetsOf(criterion))
  for (let place = work.next(); place !== -1; place = work.next()) {
    const next = measure(standing, step, criterion, check, work.targets[place]!)
    if (isEvent(next)) return next
    work.looked(place, next)
  }
  return work.isBlocked ? 'blocked' : 'final'
}

/** Empty text: it is about no target. */
function targetsOf(criterion: PlanCriterion): readonly string[] {
  return criterion.targets.length > 0 ? criterion.targets : ['']
}

function wordResult(result: AcceptanceResult): string {
  return result.target === '' ? result.criterion : `${result.criterion} on ${result.target}`
}

/** The result that counts: the last one of this round. */
export function latestResult(
  standing: Standing,
  step: PlanAcceptance,
  criterion: string,
  target: string,
): AcceptanceResult | undefined {
  return lastResult(standing, step.moment, criterion, target)
}

function lastResult(
  { state }: Standing,
  moment: PlanAcceptance['moment'],
  criterion: string,
  target: string,
): AcceptanceResult | undefined {
  const place = state.acceptanceLast[resultKey(moment, criterion, target)]
  return place === undefined ? undefined : state.acceptance[place]
}

function failingMusts(standing: Standing, step: PlanAcceptance): readonly AcceptanceResult[] {
  return standing.index.plan.acceptance_criteria
    .filter((criterion) => step.criteria.includes(criterion.id) && criterion.severity === 'must')
    .flatMap((criterion) => targetsOf(criterion).map((target) => latestResult(standing, step, criterion.id, target)))
    .filter(
      (result) =>
        result !== undefined &&
        result.verdict !== 'pass' &&
        result.verdict !== 'waived' &&
        result.verdict !== 'not_tested',
    )
    .map((result) => result as AcceptanceResult)
}

function waiveNext(standing: Standing, step: PlanAcceptance, current: StepState): Next {
  const result = failingMusts(standing, step)[0]
  const answer = current.answer!
  if (!result)
    return conclude(standing, 'StepEnded', {
      step: step.path,
      outcome: 'succeeded',
      reason: answer.reason ?? '',
      by: answer.by,
    })
  return recordVerdict(
    standing,
    step,
    result.criterion,
    result.target,
    'waived',
    result.outputs,
    answer.reason,
    answer.by,
  )
}

function recordVerdict(
  standing: Standing,
  step: PlanAcceptance,
  criterion: string,
  target: string,
  verdict: Verdict,
  outputs: JsonObject,
  reason?: string,
  by?: string,
): Next {
  return conclude(standing, 'AcceptanceRecorded', {
    step: step.path,
    criterion,
    target,
    moment: step.moment,
    verdict,
    outputs,
    ...(reason ? { reason } : {}),
    ...(by ? { by } : {}),
  })
}

function measure(
  standing: Standing,
  step: PlanAcceptance,
  criterion: PlanCriterion,
  check: PlanAction,
  target: string,
): Next {
  const { state } = standing
  const next = nextForTarget(standing, { step: check, target, op: 'criterion', criterion: criterion.id })
  if (next !== 'final') return next
  const measured = state.steps[check.path]?.targets[target]
  const last = measured?.attempts.filter((attempt) => attempt.endedAt !== undefined).at(-1)
  const result = latestResult(standing, step, criterion.id, target)
  if (result && result.seq > (last?.records.at(-1) ?? 0)) return 'final'
  const outputs = measured && measured.status === 'succeeded' ? lastOutputs(measured) : {}
  if (state.mode === 'dry_run' && step.moment === 'final') {
    return recordVerdict(
      standing,
      step,
      criterion.id,
      target,
      'not_tested',
      outputs,
      'measured, not judged: a dry run changes nothing',
    )
  }
  if (measured?.status !== 'succeeded')
    return recordVerdict(standing, step, criterion.id, target, 'fail', outputs, measured?.reason)
  if (measured.coverage === 'assumed' || measured.coverage === 'not_covered')
    return recordVerdict(standing, step, criterion.id, target, 'not_tested', outputs, measured.reason)
  return judge(standing, step, criterion, check, target, outputs)
}

function judge(
  standing: Standing,
  step: PlanAcceptance,
  criterion: PlanCriterion,
  check: PlanAction,
  target: string,
  outputs: JsonObject,
): Next {
  const passWhen = criterion.check.kind === 'action' ? criterion.check.pass_when : undefined
  if (passWhen === undefined) return recordVerdict(standing, step, criterion.id, target, 'pass', outputs)
  const baseline = lastResult(standing, 'baseline', criterion.id, target)
  // While capturing there is nothing to compare with: what is found is the baseline itself.
  const context = contextOf(standing.index, standing.state, check, target || undefined, {
    outputs,
    baseline: step.moment === 'baseline' ? outputs : (baseline?.outputs ?? {}),
  })
  try {
    const holds = evaluateCondition(passWhen, context)
    return recordVerdict(
      standing,
      step,
      criterion.id,
      target,
      holds ? 'pass' : 'fail',
      outputs,
      holds ? undefined : `does not hold: ${passWhen}`,
    )
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    return recordVerdict(standing, step, criterion.id, target, 'unknown', outputs, error.message)
  }
}

function askPerson(standing: Standing, step: PlanAcceptance, criterion: PlanCriterion, target: string): Next {
  const { state } = standing
  if (criterion.check.kind !== 'manual') return 'final'
  const path = criterionPath(step.path, criterion.id)
  const current = state.steps[path]
  const result = latestResult(standing, step, criterion.id, target)
  if (state.mode === 'dry_run')
    return result
      ? 'final'
      : recordVerdict(standing, step, criterion.id, target, 'not_tested', {}, 'a person judges it')
  if (current?.answer) {
    const { choice, reason, by } = current.answer
    const verdict: Verdict =
      choice === 'pass' ? 'pass' : choice === 'not_tested' ? 'not_tested' : choice === 'waive' ? 'waived' : 'fail'
    return recordVerdict(standing, step, criterion.id, target, verdict, {}, reason, by)
  }
  const reopened =
    result !== undefined && result.verdict === 'fail' && reopenedSince(state.steps[step.path], result.seq)
  if (result && !reopened) return 'final'
  if (Object.values(state.prompts).some((prompt) => prompt.step === path && prompt.target === target)) return 'blocked'
  if (Object.values(state.prompts).some((prompt) => prompt.step === path)) return 'blocked'
  return conclude(standing, 'PromptOpened', {
    prompt: `p${state.promptCount + 1}`,
    kind: 'criterion',
    step: path,
    target,
    criterion: criterion.id,
    choices: ['pass', 'fail', 'not_tested', 'waive', 'back_out', 'abort'],
    message: criterion.check.instructions,
    roles: criterion.check.role ? [criterion.check.role] : [],
  })
}

/** Whether the step was begun again after a record. */
function reopenedSince(step: StepState | undefined, seq: number): boolean {
  return step !== undefined && step.round > 1 && (step.reopenedSeq ?? 0) > seq
}
