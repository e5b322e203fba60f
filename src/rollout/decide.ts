/**
 * The rollout core: which target of a component does what next. Pure; the driver supplies the state and does the work.
 *
 * Invariants:
 * 1. Never more than `maxConcurrency` targets between `pending` and a final state.
 * 2. A final state is never left within the same round.
 * 3. After a stop nothing pending begins; what is in flight finishes.
 * 4. Failures beyond `maxFailures` stop the rollout; `skipped` is no failure, `rolled_back` is one.
 */
import type { FailureClass } from '../base/failure.ts'
import { isOver, type RolloutDecision, type RolloutPolicy, type RolloutTarget, type RolloutView } from './model.ts'

/** One decision, or `blocked` while something outside must happen, or `done`. */
export function decideRollout(policy: RolloutPolicy, view: RolloutView): RolloutDecision | 'blocked' | 'done' {
  const stop = view.stopped ? undefined : budgetStop(policy, view)
  if (stop) return stop
  let active = 0
  let blocked = false
  for (const name of policy.targets) {
    const target = view.targets[name]
    if (!target || target.state === 'pending' || isOver(target.state)) continue
    active += 1
    if (view.waits(name)) {
      blocked = true
      continue
    }
    const decision = decideTarget(policy, view, name, target)
    if (decision !== 'blocked') return decision
    blocked = true
  }
  if (!view.stopped && active < policy.maxConcurrency) {
    const fresh = policy.targets.find((name) => view.targets[name]?.state === 'pending')
    if (fresh !== undefined) return { kind: 'move', target: fresh, to: 'in_progress', attempt: 1 }
  }
  return blocked ? 'blocked' : 'done'
}

function budgetStop(policy: RolloutPolicy, view: RolloutView): RolloutDecision | undefined {
  const bad = policy.targets.filter((name) => {
    const state = view.targets[name]?.state
    return state === 'failed' || state === 'rolled_back' || state === 'held'
  })
  if (bad.length > 0) {
    const scope = strictestStop(policy, view, bad)
    if (scope) return scope
  }
  if (bad.length <= policy.maxFailures) return undefined
  return {
    kind: 'stop',
    scope: 'rollout',
    reason: `${bad.length} failed, ${policy.maxFailures} tolerated: ${bad.slice(0, 5).join(', ')}`,
  }
}

/** A rule of the failure table that stops more than the target itself. */
function strictestStop(policy: RolloutPolicy, view: RolloutView, bad: readonly string[]): RolloutDecision | undefined {
  for (const name of bad) {
    const rule = ruleFor(policy, view.targets[name]?.class)
    if (rule?.then === 'stop_run')
      return {
        kind: 'stop',
        scope: 'run',
        reason: `${name} ended as ${view.targets[name]?.state}, and the runbook stops the run then`,
      }
    if (rule?.then === 'stop_rollout' || rule?.then === 'ask') {
      return {
        kind: 'stop',
        scope: 'rollout',
        reason: `${name} ended as ${view.targets[name]?.state}, and the runbook stops the rollout then`,
      }
    }
  }
  return undefined
}

function ruleFor(
  policy: RolloutPolicy,
  failure: FailureClass | undefined,
): RolloutPolicy['failureRules'][number] | undefined {
  return policy.failureRules.find((rule) => rule.class === undefined || rule.class === failure)
}

function decideTarget(
  policy: RolloutPolicy,
  view: RolloutView,
  name: string,
  target: RolloutTarget,
): RolloutDecision | 'blocked' {
  switch (target.state) {
    case 'retrying':
      return { kind: 'move', target: name, to: 'in_progress', attempt: target.attempt + 1 }
    case 'in_progress':
      return inProgress(policy, view, name, target)
    case 'verifying':
      return verifying(policy, view, name, target)
    case 'rolling_back':
      return rollingBack(policy, view, name, target)
    default:
      return 'blocked'
  }
}

function inProgress(
  policy: RolloutPolicy,
  view: RolloutView,
  name: string,
  target: RolloutTarget,
): RolloutDecision | 'blocked' {
  if (policy.deadlineMs !== undefined && !target.overdue && !view.timerSet(name, 'deadline')) {
    return { kind: 'timer', target: name, why: 'deadline', at: view.now + policy.deadlineMs }
  }
  for (const [stage, count] of [
    ['preflight', policy.preflight],
    ['each', policy.each],
  ] as const) {
    for (let index = 0; index < count; index += 1) {
      const work = view.work(stage, index, name)
      if (work.kind === 'done') continue
      if (work.kind === 'active') return { kind: 'work', stage, index, target: name }
      if (target.overdue) return failTarget(policy, name, target, 'timeout', 'its deadline passed')
      if (work.kind === 'failed') return failTarget(policy, name, target, work.class, work.reason)
      return { kind: 'work', stage, index, target: name }
    }
  }
  if (target.overdue) return failTarget(policy, name, target, 'timeout', 'its deadline passed')
  if (policy.healthChecks > 0 && policy.health)
    return { kind: 'move', target: name, to: 'verifying', attempt: target.attempt }
  return { kind: 'move', target: name, to: 'succeeded', attempt: target.attempt }
}

function verifying(
  policy: RolloutPolicy,
  view: RolloutView,
  name: string,
  target: RolloutTarget,
): RolloutDecision | 'blocked' {
  const verify = target.verify
  const health = policy.health
  if (!verify || !health) return { kind: 'move', target: name, to: 'succeeded', attempt: target.attempt }
  const judged = verify.round > verify.pausedRound
  if (judged) {
    if (verify.failures > health.failuresAllowed)
      return failTarget(policy, name, target, 'unhealthy', `unhealthy in round ${verify.round}`)
    if (
      verify.healthySince + health.minHealthyTimeMs <= view.now &&
      lastRoundHealthy(verify, view.now, health.minHealthyTimeMs)
    ) {
      return { kind: 'move', target: name, to: 'succeeded', attempt: target.attempt }
    }
    if (target.overdue)
      return failTarget(policy, name, target, 'timeout', 'its deadline passed before it was healthy long enough')
    return { kind: 'timer', target: name, why: 'health', at: view.now + health.intervalMs }
  }
  if (verify.waiting) return 'blocked'
  let healthy = true
  for (let index = 0; index < policy.healthChecks; index += 1) {
    const work = view.work('health', index, name)
    if (work.kind === 'active' || work.kind === 'open') return { kind: 'work', stage: 'health', index, target: name }
    healthy &&= work.kind === 'done'
  }
  return { kind: 'judge', target: name, healthy, round: verify.round + 1 }
}

/** A round that failed has just moved `healthySince`; with no time to keep, that alone must not read as healthy. */
function lastRoundHealthy(
  verify: NonNullable<RolloutTarget['verify']>,
  now: number,
  minHealthyTimeMs: number,
): boolean {
  return minHealthyTimeMs > 0 || verify.healthySince < now || verify.failures === 0
}

function rollingBack(
  policy: RolloutPolicy,
  view: RolloutView,
  name: string,
  target: RolloutTarget,
): RolloutDecision | 'blocked' {
  for (let index = 0; index < policy.rollback.steps; index += 1) {
    const work = view.work('rollback', index, name)
    if (work.kind === 'done') continue
    if (work.kind !== 'failed') return { kind: 'work', stage: 'rollback', index, target: name }
    return {
      kind: 'move',
      target: name,
      to: 'failed',
      attempt: target.attempt,
      class: work.class,
      reason: `rollback failed: ${work.reason}`,
    }
  }
  return {
    kind: 'move',
    target: name,
    to: 'rolled_back',
    attempt: target.attempt,
    ...(target.class ? { class: target.class } : {}),
  }
}

function failTarget(
  policy: RolloutPolicy,
  name: string,
  target: RolloutTarget,
  failure: FailureClass,
  reason: string,
): RolloutDecision {
  const move = (to: 'retrying' | 'rolling_back' | 'skipped' | 'failed' | 'held'): RolloutDecision => ({
    kind: 'move',
    target: name,
    to,
    attempt: target.attempt,
    class: failure,
    reason,
  })
  const rule = ruleFor(policy, failure)
  const triesLeft = target.attempt < policy.maxAttempts
  if (rule?.do === 'retry' && triesLeft) return move('retrying')
  if (rule && rule.do !== 'retry') {
    switch (rule.do) {
      case 'rollback':
        return policy.rollback.steps > 0 ? move('rolling_back') : move('failed')
      case 'skip':
        return move('skipped')
      case 'hold':
        return move('held')
      case 'fail':
        return move('failed')
    }
  }
  if (!rule && triesLeft && (policy.retryClasses.length === 0 || policy.retryClasses.includes(failure)))
    return move('retrying')
  if (policy.rollback.mode === 'auto' && policy.rollback.steps > 0) return move('rolling_back')
  return move(policy.rollback.mode === 'ask' && policy.rollback.steps > 0 ? 'held' : 'failed')
}
