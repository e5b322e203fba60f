import type { Estimate } from './estimate.ts'
import * as estimate from './estimate.ts'
import type { PlanLane, PlanRollout, PlanWave } from './model.ts'

type Timed = Omit<PlanRollout, 'duration'>

/**
 * How long a rollout takes, roughly: waves one after another, lanes side by side, without waiting for windows. The
 * simulator tells it exactly.
 */
export function ofRollout(rollout: Timed): Estimate {
  const target = estimate.ofRolloutTarget(rollout)
  const longest = estimate.longest(rollout.lanes.map((lane) => ofLane(lane, rollout, target)))
  // All lanes share what may be in progress at once.
  const shared = estimate.overTargets(target, Math.max(1, rollout.targets.length), rollout.max_concurrency)
  return estimate.longest([longest, shared])
}

export function ofLane(lane: PlanLane, rollout: Timed, target: Estimate = estimate.ofRolloutTarget(rollout)): Estimate {
  return estimate.sum(lane.waves.map((wave) => ofWave(wave, lane, rollout, target)))
}

function ofWave(wave: PlanWave, lane: PlanLane, rollout: Timed, target: Estimate): Estimate {
  const count = wave.targets.length
  if (count === 0) return estimate.nothing
  const limits = [rollout.max_concurrency, lane.max_concurrency, wave.max_concurrency, wave.max_unavailable]
  const atOnce = Math.min(count, ...limits.filter((limit) => limit !== undefined))
  const work = estimate.longest([
    batches(wave, (size) => estimate.overTargets(target, size, atOnce)),
    batches(wave, (size) => plus(target, (size - 1) * wave.stagger_ms)),
    estimate.times(target, rollout.unit.one_at_a_time ? largestUnit(wave) : 1),
    slots(wave, rollout),
  ])
  return plus(work, wave.soak_ms)
}

/** One batch after another. */
function batches({ targets, batch_size }: PlanWave, one: (size: number) => Estimate): Estimate {
  const size = batch_size ?? targets.length
  const whole = estimate.times(one(size), Math.floor(targets.length / size))
  const rest = targets.length % size
  return rest === 0 ? whole : estimate.sum([whole, one(rest)])
}

/** The time that the slots of a canary take, whether it is needed or not. */
function slots({ canary, targets, stagger_ms }: PlanWave, rollout: Timed): Estimate {
  const deadline = rollout.target_deadline_ms
  if (!canary || canary.next === 'when_done' || deadline === undefined) return estimate.nothing
  const last = (targets.length - 1) * stagger_ms
  return { expected_ms: last + deadline, worst_ms: last + rollout.target_retry.max_attempts * deadline }
}

function largestUnit({ targets }: PlanWave): number {
  const sizes = new Map<string, number>()
  for (const { unit } of targets) if (unit !== undefined) sizes.set(unit, (sizes.get(unit) ?? 0) + 1)
  let largest = 1
  for (const size of sizes.values()) largest = Math.max(largest, size)
  return largest
}

function plus(time: Estimate, ms: number): Estimate {
  return { expected_ms: time.expected_ms + ms, worst_ms: time.worst_ms + ms }
}
