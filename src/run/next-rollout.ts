/** Drives the rollout core with the run's own calls and timers. */
import type { PlanAction, PlanRollout } from '../plan/model.ts'
import { decideRollout } from '../rollout/decide.ts'
import {
  isOver,
  type RolloutDecision,
  type RolloutPolicy,
  type RolloutStage,
  type RolloutView,
  type WorkState,
} from '../rollout/model.ts'
import { conclude, isEvent, type Next, type Standing } from './decided.ts'
import { handleFailure } from './next-failure.ts'
import { nextForTarget } from './next-target.ts'
import type { RolloutState, StepState } from './state.ts'

export function nextRollout(standing: Standing, step: PlanRollout, current: StepState): Next {
  const rollout = current.rollout
  if (!rollout) return 'blocked'
  if (standing.state.mode === 'dry_run') return rehearse(standing, step)
  const policy = policyOf(step)
  const stuck = new Set<string>()
  // A piece of work that cannot go on now must not keep other targets waiting: leave its target out and ask again.
  for (;;) {
    const decision = decideRollout(policy, viewOf(standing, step, rollout, stuck))
    if (decision === 'done') return finish(standing, step, current, rollout)
    if (decision === 'blocked') return 'blocked'
    const next = act(standing, step, decision)
    if (isEvent(next)) return next
    if (decision.kind !== 'work') return 'blocked'
    stuck.add(decision.target)
  }
}

function policyOf(step: PlanRollout): RolloutPolicy {
  return {
    targets: step.targets,
    maxConcurrency: step.max_concurrency,
    maxFailures: step.max_failures,
    preflight: step.preflight.length,
    each: step.each.length,
    healthChecks: step.health?.checks.length ?? 0,
    ...(step.health
      ? {
          health: {
            intervalMs: step.health.interval_ms,
            minHealthyTimeMs: step.health.min_healthy_time_ms,
            failuresAllowed: step.health.failures_allowed,
          },
        }
      : {}),
    ...(step.target_deadline_ms === undefined ? {} : { deadlineMs: step.target_deadline_ms }),
    maxAttempts: step.target_retry.max_attempts,
    retryClasses: step.target_retry.classes,
    rollback: { mode: step.rollback.mode, steps: step.rollback.steps.length },
    failureRules: step.failure_rules,
  }
}

function actionAt(step: PlanRollout, stage: RolloutStage, index: number): PlanAction {
  const list = {
    preflight: step.preflight,
    each: step.each,
    health: step.health?.checks ?? [],
    rollback: step.rollback.steps,
  }[stage]
  return list[index]!
}

function viewOf(standing: Standing, step: PlanRollout, rollout: RolloutState, stuck: ReadonlySet<string>): RolloutView {
  const { state } = standing
  return {
    targets: rollout.targets,
    waits: (name) => stuck.has(name),
    stopped: rollout.stopped !== undefined || state.abort !== undefined,
    now: state.lastAt,
    work: (stage, index, name) => workState(standing, actionAt(step, stage, index), name),
    timerSet: (name, why) =>
      Object.values(state.timers).some(
        (timer) => timer.step === step.path && timer.target === name && timer.why === why,
      ),
  }
}

function workState(standing: Standing, action: PlanAction, name: string): WorkState {
  const target = standing.state.steps[action.path]?.targets[name]
  if (!target || (target.status === 'retry_due' && target.deliveries === 0)) return { kind: 'open' }
  switch (target.status) {
    case 'succeeded':
    case 'skipped':
      return { kind: 'done' }
    case 'failed': {
      const next = nextForTarget(standing, { step: action, target: name, op: 'perform' })
      if (next !== 'final') return { kind: 'active' }
      return { kind: 'failed', class: target.class ?? 'process', reason: target.reason ?? 'no reason given' }
    }
    case 'retry_due':
      return { kind: 'open' }
    default:
      return { kind: 'active' }
  }
}

function act(standing: Standing, step: PlanRollout, decision: RolloutDecision): Next {
  switch (decision.kind) {
    case 'work':
      return nextForTarget(standing, {
        step: actionAt(step, decision.stage, decision.index),
        target: decision.target,
        op: 'perform',
      })
    case 'move':
      return conclude(standing, 'TargetMoved', {
        step: step.path,
        target: decision.target,
        to: decision.to,
        attempt: decision.attempt,
        ...(decision.class ? { class: decision.class } : {}),
        ...(decision.reason ? { reason: decision.reason } : {}),
      })
    case 'timer':
      return conclude(standing, 'TimerSet', {
        timer: `${step.path}@${decision.target}/${decision.why}/${standing.state.seq + 1}`,
        at: decision.at,
        why: decision.why,
        step: step.path,
        target: decision.target,
      })
    case 'judge':
      return conclude(standing, 'HealthJudged', {
        step: step.path,
        target: decision.target,
        healthy: decision.healthy,
        round: decision.round,
      })
    case 'stop':
      return conclude(standing, 'RolloutStopped', { step: step.path, scope: decision.scope, reason: decision.reason })
  }
}

function finish(standing: Standing, step: PlanRollout, current: StepState, rollout: RolloutState): Next {
  const count = (state: string): number =>
    Object.values(rollout.targets).filter((target) => target.state === state).length
  if (rollout.stopped) {
    const left = Object.values(rollout.targets).filter((target) => !isOver(target.state)).length
    const handled =
      rollout.stopped.scope === 'run' && step.on_failure === 'continue'
        ? { ...step, on_failure: 'stop' as const }
        : step
    return handleFailure(
      standing,
      handled,
      current,
      `stopped: ${rollout.stopped.reason}${left > 0 ? `; ${left} not begun` : ''}`,
    )
  }
  return conclude(standing, 'StepEnded', {
    step: step.path,
    outcome: 'succeeded',
    outputs: {
      succeeded: count('succeeded'),
      failed: count('failed'),
      rolled_back: count('rolled_back'),
      skipped: count('skipped'),
      held: count('held'),
    },
  })
}

/** In a dry run each target goes through its preflight and its actions' own rehearsals; health has nothing to look at. */
function rehearse(standing: Standing, step: PlanRollout): Next {
  let blocked = false
  for (const target of step.targets) {
    for (const action of [...step.preflight, ...step.each]) {
      const next = nextForTarget(standing, { step: action, target, op: 'perform' })
      if (isEvent(next)) return next
      blocked ||= next === 'blocked'
    }
  }
  return blocked ? 'blocked' : conclude(standing, 'StepEnded', { step: step.path, outcome: 'succeeded' })
}
