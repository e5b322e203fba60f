/** Safety rules: checked before each effect, and when a rollout ends. */
import type { JsonObject } from '../base/json.ts'
import {
  type EvaluationContext,
  ExpressionError,
  evaluateCondition,
  templateVariables,
  variablesOf,
} from '../expression/index.ts'
import { reasonOf } from '../plan/foresee-rules.ts'
import type { PlanRollout, PlanRule, PlanStep } from '../plan/model.ts'
import { ruleContext } from '../plan/rule-world.ts'
import { contextOf } from './context.ts'
import { conclude, type Standing } from './decided.ts'
import type { RunEvent } from './events.ts'
import { isWaived } from './evolve-rules.ts'
import type { TargetWork } from './next-target.ts'
import { changeOf } from './rule-change.ts'
import type { RolloutState } from './state.ts'
import { versionNow } from './versions-now.ts'

/**
 * The first rule that an effect would break, as a record.
 *
 * @param args - of the call, resolved
 * @throws ExpressionError when a rule cannot be told
 */
export function brokenRule(standing: Standing, work: TargetWork, args: JsonObject): RunEvent | undefined {
  const { index, state } = standing
  const place = { step: work.step.path, target: work.target }
  const change = changeOf(index, state, { ...work, undo: work.op === 'undo' }, args)
  for (const rule of index.plan.rules) {
    const { check } = rule
    if (check === undefined || isWaived(state, { rule: rule.id, ...place })) continue
    if (work.target === '' && aboutTarget(check)) continue
    const world = ruleContext(namesOf(rule, check), index.plan, (name) => versionNow(index, state, name), change)
    const context = contextOf(index, state, work.step, work.target || undefined, world)
    if (!told(rule, () => evaluateCondition(check, context)))
      return conclude(standing, 'RuleBroken', { ...wordsOf(rule, check, context), ...place })
  }
  return undefined
}

/** The first rule that does not hold as a rollout ends. */
export function brokenAtClose(standing: Standing, step: PlanStep): RunEvent | undefined {
  const { index, state } = standing
  const place = { step: step.path, target: '' }
  for (const rule of index.plan.rules) {
    const { at_close } = rule
    if (at_close === undefined || isWaived(state, { rule: rule.id, ...place })) continue
    const world = ruleContext(namesOf(rule, at_close), index.plan, (name) => versionNow(index, state, name))
    const context = contextOf(index, state, step, undefined, world)
    if (holds(at_close, context) !== true)
      return conclude(standing, 'RuleBroken', { ...wordsOf(rule, at_close, context), ...place })
  }
  return undefined
}

/**
 * The same when a lane has come to rest outside its window and the rollout goes on in a later one: that is put on record, and
 * stops nothing by itself, because the next opening may mend it.
 */
export function brokenAtRest(standing: Standing, step: PlanRollout, rollout: RolloutState): RunEvent | undefined {
  const { resting, seq } = standing.state
  if (rollout.ended || resting?.step !== step.path || resting.seq !== seq) return undefined
  const lane = step.lanes.find(({ id }) => id === resting.lane)
  const isAtWork = lane?.waves.some(({ targets }) =>
    targets.some(({ name }) => atWork.has(rollout.targets[name]?.state ?? 'pending')),
  )
  return isAtWork === false ? brokenAtClose(standing, step) : undefined
}

const atWork: ReadonlySet<string> = new Set(['in_progress', 'retrying', 'verifying', 'rolling_back'])

/** Variables of a rule and of its hint. */
export function namesOf(rule: PlanRule, text: string): ReadonlySet<string> {
  return new Set([...variablesOf(text), ...(rule.hint === undefined ? [] : templateVariables(rule.hint))])
}

/** Says of which rule an expression failed. */
export function told<Value>(rule: PlanRule, evaluate: () => Value): Value {
  try {
    return evaluate()
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    const { code, message, text, range, hint } = error
    throw new ExpressionError(
      code,
      `rule "${rule.id}" cannot be told: ${message}`,
      { text, range },
      { hint, cause: error },
    )
  }
}

/** A rule that cannot be told at the end does not hold: nothing says that the end state is a safe one. */
function holds(text: string, context: EvaluationContext): boolean | undefined {
  try {
    return evaluateCondition(text, context)
  } catch (error) {
    if (error instanceof ExpressionError) return undefined
    throw error
  }
}

/** Such a rule says nothing about an effect on control. */
export function aboutTarget(check: string): boolean {
  return variablesOf(check).some((name) => name === 'target' || name === 'unit')
}

/** The rule in words: by which values it was judged, and the author's hint. */
export function wordsOf(
  rule: PlanRule,
  text: string,
  context: EvaluationContext,
): {
  readonly rule: string
  readonly title: string
  readonly reason?: string
  readonly override_by?: readonly string[]
} {
  const reason = reasonOf(rule, text, context)
  return {
    rule: rule.id,
    title: rule.title,
    ...(reason === '' ? {} : { reason }),
    ...(rule.override_by === undefined ? {} : { override_by: rule.override_by }),
  }
}
