/** Turns of the rollout core in the words of screens and documents. */
import { assertNever } from '../base/assert.ts'
import { formatDuration } from '../base/duration.ts'
import type { PlanLane, PlanRollout, PlanWave } from '../plan/model.ts'
import type { EndReason, RolloutEvent, StopCause } from '../rollout/events.ts'
import type { RolloutMachine } from './rollout-machine.ts'
import type { LaneMove, RolloutMove, TargetMove } from './rollout-moves.ts'
import type { RolloutState, RunState } from './state.ts'

/** What the words are made from. */
export interface MoveSite {
  readonly step: PlanRollout
  readonly state: RunState
  readonly rollout: RolloutState
  readonly machine: RolloutMachine
  /** Who gave the command that is carried out in this turn, and why. */
  readonly said?: { readonly by: string; readonly reason?: string }
  /** Why the rollout is paused or stopped from outside. */
  readonly cause?: string
}

export function describeMoves(site: MoveSite, events: readonly RolloutEvent[]): readonly RolloutMove[] {
  return events.flatMap((event) => describe({ ...site, events }, event) ?? [])
}

interface Site extends MoveSite {
  /** Of the whole turn. */
  readonly events: readonly RolloutEvent[]
}

function describe(site: Site, event: RolloutEvent): RolloutMove | undefined {
  switch (event.type) {
    case 'StagingStarted':
      return targetMove(site, event, 'staging', until(event.deadline))
    case 'StagingEnded':
      return event.ok
        ? targetMove(site, event, 'staged')
        : targetMove(site, event, 'pending', { reason: 'could not be prepared ahead' })
    case 'TargetStarted':
      return targetMove(site, event, 'in_progress', { ...until(event.deadline), attempt: event.attempt })
    case 'VerifyingStarted':
      return targetMove(site, event, 'verifying')
    case 'HealthJudged': {
      const target = nameOf(site, event)
      const rounds = site.rollout.targets[target]?.health?.rounds ?? 0
      return { kind: 'health', target, healthy: event.healthy, round: rounds + 1 }
    }
    case 'RetryPlanned':
      return targetMove(site, event, 'retrying', {
        ...until(event.next),
        class: event.class,
        reason: lastFailure(site, event) ?? 'its time was used up',
      })
    case 'RollbackStarted':
      return targetMove(site, event, 'rolling_back', {
        ...until(event.deadline),
        class: event.class,
        reason: reasonText(site, event, event.reason),
      })
    case 'TargetProven':
      return targetMove(site, event, 'proven')
    case 'TargetDeferred':
      return targetMove(site, event, 'waiting_for_window', until(event.until))
    case 'TargetResumed':
    case 'TargetReopened':
      return targetMove(site, event, 'pending')
    case 'TargetEnded':
      return targetMove(site, event, event.state, {
        ...(event.class === undefined ? {} : { class: event.class }),
        ...(event.state === 'succeeded' ? {} : { reason: reasonText(site, event, event.reason) }),
      })
    case 'WaveOpened':
      return laneMove(site, event.lane, 'wave_opened', event.wave)
    case 'WaveEnded':
      // Of a lane that has stopped no wave comes after this one.
      return laneMove(site, event.lane, 'wave_ended', event.wave, hasStopped(site, event.lane) ? {} : until(event.next))
    case 'BatchEnded':
      return laneMove(site, event.lane, 'batch_ended', event.wave)
    case 'WavePromoted':
      return laneMove(site, event.lane, 'wave_promoted', event.wave, said(site))
    case 'WaveStopped':
      return laneMove(site, event.lane, 'wave_stopped', event.wave, stopped(site, event.cause))
    case 'GateAwaited':
      return laneMove(site, event.lane, 'gate_awaited', event.wave)
    case 'GateOpened':
      return laneMove(site, event.lane, 'gate_opened', event.wave)
    case 'LaneShut':
      return laneMove(site, event.lane, 'window_closed', undefined, {
        ...until(event.until),
        ...(event.short ? { reason: 'what is left of its window is too short' } : {}),
      })
    case 'LaneUnshut':
      return laneMove(site, event.lane, 'window_opened', undefined, until(event.closes))
    case 'LaneClosed':
      return undefined
    case 'LaneStopped':
      return laneMove(site, event.lane, 'stopped', undefined, stopped(site, event.cause))
    case 'LaneEnded':
      return laneMove(site, event.lane, 'ended')
    case 'RolloutStarted':
      return { kind: 'rollout', to: 'started' }
    case 'RolloutPaused':
      return { kind: 'rollout', to: 'paused', ...said(site) }
    case 'RolloutResumed':
      return { kind: 'rollout', to: 'resumed', ...said(site) }
    case 'RolloutAsked':
      return { kind: 'rollout', to: 'asked', target: site.machine.names[event.target]! }
    case 'ConcurrencyChanged':
      return { kind: 'rollout', to: 'concurrency_changed', count: event.to, ...said(site) }
    case 'GlassBroken':
      return { kind: 'rollout', to: 'glass_broken', until: event.until, ...said(site) }
    case 'RolloutStopped':
      return { kind: 'rollout', to: 'stopped', scope: event.scope, ...stopped(site, event.cause) }
    case 'RolloutEnded':
      return { kind: 'rollout', to: 'ended' }
    case 'CallRequested':
    case 'CallSettled':
    case 'CellOrdered':
    case 'GrantsReturned':
    case 'OrderTaken':
    case 'ReportTaken':
    case 'Reported':
    case 'StopWanted':
    case 'TargetFlagged':
    case 'UndoPlanned':
      return undefined
    default:
      return assertNever(event)
  }
}

interface Placed {
  readonly cell: number
  readonly target: number
}

function numberOf(site: Site, { cell, target }: Placed): number {
  return site.machine.core.cells[cell]!.plan.targets[target]!
}

function nameOf(site: Site, placed: Placed): string {
  return site.machine.names[numberOf(site, placed)]!
}

type More = Partial<Pick<TargetMove, 'attempt' | 'class' | 'reason' | 'until'>>

function targetMove(site: Site, placed: Placed, to: TargetMove['to'], more: More = {}): TargetMove {
  const target = nameOf(site, placed)
  const { lane, wave } = placeOf(site, placed)
  return {
    kind: 'target',
    target,
    to,
    lane: lane.id,
    wave: wave.id,
    attempt: site.machine.core.cells[placed.cell]!.attempt[placed.target]!,
    ...more,
  }
}

function placeOf(site: Site, { cell, target }: Placed): { readonly lane: PlanLane; readonly wave: PlanWave } {
  const { plan } = site.machine.core.cells[cell]!
  const lane = site.step.lanes[plan.lane]!
  return { lane, wave: lane.waves[plan.wave[target]!]! }
}

function laneMove(
  site: Site,
  lane: number,
  to: LaneMove['to'],
  wave?: number,
  more: Partial<Pick<LaneMove, 'until' | 'cause' | 'reason'>> = {},
): LaneMove {
  const planned = site.step.lanes[lane]!
  return {
    kind: 'lane',
    lane: planned.id,
    to,
    ...(wave === undefined ? {} : { wave: planned.waves[wave]!.id }),
    ...more,
  }
}

/** Whether the lane, or the whole rollout, has stopped before or in this turn. */
function hasStopped(site: Site, lane: number): boolean {
  return (
    site.rollout.stopped !== undefined ||
    site.rollout.lanes[site.step.lanes[lane]!.id]?.stoppedBy !== undefined ||
    site.events.some(
      (event) => event.type === 'RolloutStopped' || (event.type === 'LaneStopped' && event.lane === lane),
    )
  )
}

/** The core writes -1, or no finite number, where there is no instant. */
function until(at: number): { readonly until?: number } {
  return at < 0 || !Number.isFinite(at) ? {} : { until: at }
}

function said(site: Site): { readonly reason?: string } {
  if (site.said) return { reason: `by ${site.said.by}${site.said.reason ? `: ${site.said.reason}` : ''}` }
  return site.cause === undefined ? {} : { reason: site.cause }
}

/** What the last action on the target said when it failed. */
function lastFailure(site: Site, placed: Placed): string | undefined {
  const { step, state } = site
  const target = nameOf(site, placed)
  const number = numberOf(site, placed)
  const call = site.machine.wanted.get(number)
  if (!call || !hasFailed(site, placed)) return earlierFailure(site, target)
  const action = site.machine.actionAt(call.stage, call.index)
  const reason = state.steps[action.path]?.targets[target]?.reason
  return reason === undefined ? `"${action.title}" failed on ${target} in step ${step.number}` : reason
}

/** The core has moved on when a turn is told: what failed in it may be followed by the first call of the way back. */
function hasFailed(site: Site, { cell, target }: Placed): boolean {
  const settled = site.events.findLast(
    (event) => event.type === 'CallSettled' && event.cell === cell && event.target === target,
  )
  if (settled?.type === 'CallSettled') return settled.outcome !== 'ok'
  return site.machine.core.cells[cell]!.outcome[target]! >= 2
}

/** Of an attempt that was to be followed by another one and is not, or behind which the way back lies. */
function earlierFailure({ step, state }: Site, target: string): string | undefined {
  const actions = [...step.stage, ...step.preflight, ...step.each, ...step.post_checks, ...(step.health?.checks ?? [])]
  const failed = actions.flatMap((action) => {
    const work = state.steps[action.path]?.targets[target]
    return work?.status === 'failed' && work.reason !== undefined
      ? [{ reason: work.reason, seq: work.attempts.at(-1)?.records.at(-1) ?? 0 }]
      : []
  })
  return failed.toSorted((a, b) => b.seq - a.seq)[0]?.reason
}

function reasonText(site: Site, placed: Placed, reason: EndReason): string {
  const { step } = site
  const { wave } = placeOf(site, placed)
  const failure = lastFailure(site, placed)
  switch (reason) {
    case 'done':
      return 'done'
    case 'failed':
      return failure ?? 'an action failed'
    case 'deadline':
      return step.target_deadline_ms === undefined
        ? 'its time was used up'
        : `its deadline of ${formatDuration(step.target_deadline_ms)} passed`
    case 'unhealthy':
      return failure === undefined ? 'unhealthy' : `unhealthy: ${failure}`
    case 'health_unknown':
      return `nobody can tell whether it is healthy${failure === undefined ? '' : `: ${failure}`}`
    case 'rollback_failed':
      return `the rollback failed${failure === undefined ? '' : `: ${failure}`}`
    case 'rollback_deadline':
      return 'the rollback took too long'
    case 'taken_back':
      return `taken back with its ${step.rollback.scope}`
    case 'asked':
      return `${failure ?? 'it failed'}; a person decides about the rollback`
    case 'stopped':
      return `its ${stoppedPart(site, placed)} had stopped before its turn`
    case 'window_ended':
      return 'no opening of its window was left that is long enough'
    case 'window_closed':
      return 'its window closed'
    case 'skip_when':
      return `left out: ${wave.skip_when ?? 'its condition holds'}`
    case 'unit':
      return 'another member of its unit was not upgraded'
    case 'operator':
      return said(site).reason ?? 'an operator decided so'
    default:
      return assertNever(reason)
  }
}

function stopped(site: Site, cause: StopCause): { readonly cause: StopCause; readonly reason: string } {
  return { cause, reason: causeText(site, cause) }
}

function causeText(site: Site, cause: StopCause): string {
  switch (cause) {
    case 'rule':
      return `${ruleBreakers(site)}, and the table of failures stops it then`
    case 'batch_failures':
      return `more failures in a batch than are tolerated: ${badTargets(site)}`
    case 'wave_failures':
      return `more failures in a wave than are tolerated: ${badTargets(site)}`
    case 'lane_failures':
      return `more failures in the lane than are tolerated: ${badTargets(site)}`
    case 'rollout_failures':
      return `${badTargets(site)}; ${site.step.max_failures} tolerated`
    case 'canary_empty':
      return 'the canary has no targets'
    case 'canary_unproven':
      return 'no target of the canary succeeded'
    case 'window_ended':
      return 'the window has ended'
    case 'no_progress':
      return 'no target ended within the progress deadline'
    case 'blast_radius':
      return `the blast radius was reached: ${badTargets(site)}`
    case 'max_unavailable':
      return `more targets were unavailable than is tolerated: ${badTargets(site)}`
    case 'operator':
      return said(site).reason ?? 'an operator decided so'
    default:
      return assertNever(cause)
  }
}

const badEnds: readonly string[] = ['failed', 'rolled_back', 'held']

/** Those that ended badly, this turn's last: how many, and the first names. */
function badTargets(site: Site): string {
  const names = new Set<string>()
  for (const [name, target] of Object.entries(site.rollout.targets)) if (badEnds.includes(target.state)) names.add(name)
  for (const event of site.events) {
    if (event.type === 'TargetEnded' && badEnds.includes(event.state)) names.add(nameOf(site, event))
  }
  const shown = [...names].slice(0, 5).join(', ')
  return `${names.size} failed: ${shown}${names.size > 5 ? ' and more' : ''}`
}

function ruleBreakers(site: Site): string {
  const found = site.events.find((event) => event.type === 'StopWanted')
  if (found?.type !== 'StopWanted') return 'a target failed'
  return `${nameOf(site, found)} failed as ${found.class.replaceAll('_', ' ')}`
}

/** What stopped around a target: the widest that did. */
function stoppedPart(site: Site, { cell }: Placed): string {
  const { fleet, cells } = site.machine.core
  if (fleet.stopped) return 'rollout'
  return fleet.lanes[cells[cell]!.plan.lane]!.stopped ? 'lane' : 'wave'
}
