import { ExpressionError, evaluateCondition } from '../expression/index.ts'
import type { Plan, PlanTarget } from '../plan/model.ts'
import type { Selection } from './scenario-model.ts'

/** What is known of a call or of a question when a scenario's rules are looked at. */
export interface Subject {
  /** Path of the step. */
  readonly path: string
  /** Empty text: not an action. */
  readonly action: string
  /** Empty text: control. */
  readonly target: string
  /** Empty text: none. */
  readonly lane: string
  readonly attempt: number
}

/** Whether a rule means a call; expressions are evaluated once per target, paths compared once per path. */
export type Matcher = (subject: Subject) => boolean

export function makeMatcher(selection: Selection, plan: Plan): Matcher {
  const { step, action, targets, select, lanes, attempts } = selection
  const paths = new Map<string, boolean>()
  const chosen = new Map<string, boolean>()
  const onPath = (path: string): boolean => {
    let known = paths.get(path)
    if (known === undefined) paths.set(path, (known = step === undefined || isWithin(path, step)))
    return known
  }
  const onTarget = (name: string): boolean => {
    if (select === undefined) return true
    let known = chosen.get(name)
    if (known === undefined) chosen.set(name, (known = holds(select, plan.targets[name])))
    return known
  }
  return (subject) =>
    (action === undefined || action === subject.action) &&
    (targets === undefined || targets.has(subject.target)) &&
    (lanes === undefined || lanes.has(subject.lane)) &&
    (attempts === undefined || attempts.has(subject.attempt)) &&
    onPath(subject.path) &&
    onTarget(subject.target)
}

/** Whether a path is that of a step, inside of it, or has its id as one of its parts. */
export function isWithin(path: string, step: string): boolean {
  if (path === step || path.startsWith(`${step}/`)) return true
  return !step.includes('/') && path.split('/').some((part) => part === step || part.replace(/\[\d+\]$/, '') === step)
}

function holds(expression: string, target: PlanTarget | undefined): boolean {
  if (target === undefined) return false
  try {
    return evaluateCondition(expression, { target })
  } catch (error) {
    // A member that this target lacks: then it is not meant.
    if (error instanceof ExpressionError) return false
    throw error
  }
}
