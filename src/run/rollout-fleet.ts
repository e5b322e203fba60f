/** A planned rollout as the rollout core takes it: targets as columns, lanes with the openings of their windows. */
import {
  type CalendarDefinition,
  type Opening as CalendarOpening,
  horizonMs,
  nextOpening,
  parseCalendar,
  withWindows,
} from '../calendar/index.ts'
import type { Plan, PlanCalendar, PlanLane, PlanRollout, PlanWave, PlanWaveTarget } from '../plan/model.ts'
import type { FleetPlan, LanePlan, LaneTargets } from '../rollout/fleet-plan.ts'
import { alwaysOpen, type Opening, type Openings } from '../rollout/openings.ts'
import { fitAttempts, needMs, type RolloutPolicy, type WavePolicy } from '../rollout/policy.ts'

export interface RolloutFleet {
  readonly plan: FleetPlan
  /** Name by the target's number in the rollout. */
  readonly names: readonly string[]
  readonly numberOf: ReadonlyMap<string, number>
  /** Name of its unit by the target's number; the target's own name when it has none. */
  readonly unitNames: readonly string[]
}

/**
 * @param startedAt - when the rollout began, milliseconds since the epoch: openings are counted from there
 * @param only - the targets that take part; absent: all. A canary that has none of them left is passed over.
 */
export function fleetOf(
  plan: Plan,
  step: PlanRollout,
  startedAt: number,
  only?: (target: string) => boolean,
): RolloutFleet {
  const names: string[] = []
  const unitNames: string[] = []
  const domains = new Map<string, number>()
  const lanes = step.lanes.map((lane): LanePlan => {
    const waves = lane.waves.map((wave) => (only ? wave.targets.filter((target) => only(target.name)) : wave.targets))
    for (const { name, unit } of waves.flat()) {
      names.push(name)
      unitNames.push(unit ?? name)
    }
    return {
      id: lane.id,
      openings: openingsOf(plan, step, lane, startedAt),
      waves: lane.waves.map((wave, index) => wavePolicy(wave, only !== undefined && waves[index]!.length === 0)),
      ...(lane.max_concurrency === undefined ? {} : { maxConcurrency: lane.max_concurrency }),
      ...(lane.max_failures === undefined ? {} : { maxFailures: lane.max_failures }),
      targets: columns(waves, domains),
    }
  })
  const numberOf = new Map(names.map((name, number) => [name, number]))
  return { plan: { policy: policyOf(step), lanes }, names, numberOf, unitNames }
}

function columns(waves: readonly (readonly PlanWaveTarget[])[], domains: Map<string, number>): LaneTargets {
  const count = waves.reduce((sum, wave) => sum + wave.length, 0)
  const wave = new Uint8Array(count)
  const unit = new Int32Array(count).fill(-1)
  const rank = new Int32Array(count)
  const domain = new Int32Array(count).fill(-1)
  const staged = new Uint8Array(count).fill(1)
  const units = new Map<string, number>()
  let place = 0
  waves.forEach((targets, index) => {
    for (const target of targets) {
      wave[place] = index
      if (target.unit !== undefined) unit[place] = numbered(units, target.unit)
      rank[place] = target.rank ?? 0
      if (target.domain !== undefined) domain[place] = numbered(domains, target.domain)
      if (target.stage === false) staged[place] = 0
      place += 1
    }
  })
  return { count, wave, unit, rank, domain, staged }
}

function numbered(numbers: Map<string, number>, name: string): number {
  const known = numbers.get(name)
  if (known !== undefined) return known
  numbers.set(name, numbers.size)
  return numbers.size - 1
}

function wavePolicy(wave: PlanWave, isLeftOut: boolean): WavePolicy {
  return {
    id: wave.id,
    ...(wave.canary === undefined || isLeftOut
      ? {}
      : { canary: { next: wave.canary.next, onUnproven: wave.canary.on_unproven } }),
    ...(wave.max_concurrency === undefined ? {} : { maxConcurrency: wave.max_concurrency }),
    ...(wave.max_unavailable === undefined ? {} : { maxUnavailable: wave.max_unavailable }),
    ...(wave.batch_size === undefined ? {} : { batchSize: wave.batch_size }),
    ...(wave.batch_max_failures === undefined ? {} : { batchMaxFailures: wave.batch_max_failures }),
    ...(wave.max_failures === undefined ? {} : { maxFailures: wave.max_failures }),
    staggerMs: wave.stagger_ms,
    cooldownMs: wave.cooldown_ms,
    soakMs: wave.soak_ms,
    gate: wave.gate !== undefined,
  }
}

function policyOf(step: PlanRollout): RolloutPolicy {
  const { health, rollback, target_retry: retry, window, blast_radius: radius } = step
  return {
    stage: step.stage.length,
    preflight: step.preflight.length,
    each: step.each.length,
    postChecks: step.post_checks.length,
    ...(health === undefined || health.checks.length === 0
      ? {}
      : {
          health: {
            checks: health.checks.length,
            intervalMs: health.interval_ms,
            minHealthyMs: health.min_healthy_time_ms,
            failuresAllowed: health.failures_allowed,
            onUnknown: health.on_unknown,
          },
        }),
    ...(step.target_deadline_ms === undefined ? {} : { deadlineMs: step.target_deadline_ms }),
    ...(step.stage_deadline_ms === undefined ? {} : { stageDeadlineMs: step.stage_deadline_ms }),
    ...(step.progress_deadline_ms === undefined ? {} : { progressDeadlineMs: step.progress_deadline_ms }),
    retry: {
      maxAttempts: retry.max_attempts,
      delayMs: retry.delay_ms,
      backoff: Math.max(1, retry.backoff),
      ...(retry.max_delay_ms > 0 ? { maxDelayMs: retry.max_delay_ms } : {}),
      at: retry.at,
      classes: retry.classes,
    },
    rollback: {
      mode: rollback.mode,
      scope: rollback.scope,
      steps: rollback.steps.length,
      ...(rollback.deadline_ms === undefined ? {} : { deadlineMs: rollback.deadline_ms }),
      ...(rollback.keep_free_ms === undefined ? {} : { fitMs: rollback.keep_free_ms }),
    },
    unit: {
      oneAtATime: step.unit.one_at_a_time,
      skipRestWhen: step.unit.skip_rest_when,
      fitWhole: step.unit.fit_whole,
    },
    domainsAtOnce: step.domains_at_once,
    maxConcurrency: step.max_concurrency,
    ...(step.stage_concurrency === undefined ? {} : { stageConcurrency: step.stage_concurrency }),
    maxFailures: step.max_failures,
    ...(radius === undefined
      ? {}
      : {
          blastRadius: {
            ...(radius.max_targets === undefined ? {} : { maxTargets: radius.max_targets }),
            ...(radius.max_units === undefined ? {} : { maxUnits: radius.max_units }),
          },
        }),
    failureTable: step.failure_rules,
    inFlight: step.in_flight,
    overrun: window?.overrun ?? 'finish_unit',
    fit: window?.fit ?? 'worst_case',
    reserveMs: window?.reserve_ms ?? 0,
  }
}

const calendars = new WeakMap<PlanCalendar, Map<string, CalendarDefinition>>()

/** One definition per plan and choice of windows, because a calendar remembers what it has worked out. */
function definitionOf(calendar: PlanCalendar, ids: 'always' | readonly string[]): CalendarDefinition {
  const known = calendars.get(calendar) ?? new Map<string, CalendarDefinition>()
  calendars.set(calendar, known)
  const key = JSON.stringify(ids)
  const found = known.get(key)
  if (found) return found
  const { definition } = parseCalendar(calendar, (file) => calendar.files[file])
  const made = withWindows(definition, ids)
  known.set(key, made)
  return made
}

/** When a lane may work, from an instant on. */
export function openingsOf(plan: Plan, step: PlanRollout, lane: PlanLane, startedAt: number): Openings {
  const { calendar } = plan
  const { window } = step
  if (calendar === undefined) return alwaysOpen
  const definition = definitionOf(calendar, window?.ids ?? 'always')
  if (definition.windows === 'always' && definition.freezes.length === 0) return alwaysOpen
  const zone = lane.time_zone ?? 'UTC'
  if (window?.openings === undefined) return rememberedOpenings(definition, zone, startedAt)
  const policy = policyOf(step)
  return rememberedOpenings(definition, zone, startedAt, {
    most: window.openings,
    leastMs: needMs(policy, fitAttempts(policy)),
  })
}

/**
 * The openings of a zone in their order, each worked out once.
 *
 * @param limit - so many of them, counted from the one at `from` or the first after it; of those that leave less than
 *   the least time nothing would come, so they count for none. Absent: all.
 */
function rememberedOpenings(
  definition: CalendarDefinition,
  zone: string,
  from: number,
  limit: { readonly most: number; readonly leastMs: number } = { most: Number.POSITIVE_INFINITY, leastMs: 0 },
): Openings {
  const found: Opening[] = []
  let isComplete = false
  let counted = 0

  function more(): boolean {
    if (isComplete) return false
    const last = found.at(-1)
    const next: CalendarOpening | undefined =
      counted >= limit.most || last?.end === Number.POSITIVE_INFINITY
        ? undefined
        : nextOpening(definition, zone, last?.end ?? from, (last?.end ?? from) + horizonMs)
    if (next === undefined) {
      isComplete = true
      return false
    }
    found.push({ start: next.start, end: next.end })
    if (next.end - Math.max(next.start, from) >= limit.leastMs) counted += 1
    return true
  }

  return {
    from(at) {
      while ((found.at(-1)?.end ?? Number.NEGATIVE_INFINITY) <= at && more());
      let low = 0
      let high = found.length
      while (low < high) {
        const middle = (low + high) >> 1
        if (found[middle]!.end <= at) low = middle + 1
        else high = middle
      }
      return found[low]
    },
  }
}
