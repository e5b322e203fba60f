/** A simulation as JSON for machines: names in snake case, instants in ISO 8601 with offset, minutes since the start. */
import type { Json, JsonObject } from '../base/json.ts'
import { zoneClock } from '../calendar/zone-clock.ts'
import type { Forecast, Percentiles } from './forecast.ts'
import type { SimulatedEvent, SimulatedLane, SimulatedRun, SimulatedTarget } from './simulated-run.ts'

export interface JsonOptions {
  /** Offset from UTC in which instants of no lane are written, milliseconds. */
  readonly offsetMs: number
}

/** @returns members in a fixed order, so that the same simulation gives the same bytes */
export function simulationJson(run: SimulatedRun, forecast: Forecast | undefined, options: JsonOptions): JsonObject {
  const { start } = run
  const zones = new Map(run.lanes.map((lane) => [lane.id, lane.timeZone]))
  const minute = (at: number | undefined): Json => (at === undefined ? null : minutesBetween(start, at))
  const instant = (at: number | undefined, lane?: string): Json => {
    const zone = lane === undefined ? undefined : zones.get(lane)
    return at === undefined ? null : instantText(at, zone, options.offsetMs)
  }
  const both = (name: string, at: number | undefined, lane: string | undefined): JsonObject => ({
    [`${name}_at`]: instant(at, lane),
    [`${name}_minute`]: minute(at),
  })

  const event = (told: SimulatedEvent): JsonObject => {
    const { at, type, target, lane, wave, attempt, until, ...rest } = told
    return {
      at: instant(at, lane)!,
      minute: minute(at)!,
      type,
      ...(target === undefined ? {} : { target }),
      ...(lane === undefined ? {} : { lane }),
      ...(wave === undefined ? {} : { wave }),
      ...(attempt === undefined ? {} : { attempt }),
      ...(rest as unknown as JsonObject),
      ...(until === undefined ? {} : { until: instant(until, lane) }),
    }
  }

  const target = (of: SimulatedTarget): JsonObject => ({
    state: of.state,
    reason: of.reason === '' ? null : of.reason,
    version: of.version ?? null,
    attempts: of.attempts,
    ...both('started', of.startedAt, of.lane),
    ...both('ended', of.endedAt, of.lane),
    lane: of.lane ?? null,
    wave: of.wave ?? null,
    ...(of.class === undefined || of.state === 'succeeded' ? {} : { class: of.class }),
  })

  const lane = (of: SimulatedLane): JsonObject => ({
    canary: of.canary,
    ...both('opened', of.openedAt, of.id),
    ...both('gate_opened', of.gateOpenedAt, of.id),
    ...both('ended', of.endedAt, of.id),
    stopped_by: of.stoppedBy ?? null,
    stop_reason: of.stopReason ?? null,
    time_zone: of.timeZone ?? null,
    waves: of.waves.map((wave) => ({
      id: wave.id,
      targets: wave.targets.length,
      ...both('opened', wave.openedAt, of.id),
      ...both('ended', wave.endedAt, of.id),
      stopped: wave.stopped ?? null,
    })),
  })

  return {
    start: instant(start)!,
    end: instant(run.end)!,
    minutes: minute(run.end)!,
    outcome: run.outcome,
    reason: run.reason ?? null,
    scenario: run.scenario,
    seed: run.seed,
    events: run.events.map(event),
    targets: Object.fromEntries([...run.targets.values()].map((of) => [of.name, target(of)])),
    lanes: lanesByName(run.lanes, lane),
    steps: run.steps.map((step) => ({
      step: step.path,
      outcome: step.outcome,
      reason: step.reason ?? null,
      ...both('started', step.startedAt, undefined),
      ...both('ended', step.endedAt, undefined),
    })),
    strikes: Object.fromEntries(run.strikes),
    assumptions: run.assumptions,
    ...(forecast ? { forecast: forecastJson(forecast, start, instant) } : {}),
  }
}

/** Lanes of several rollouts may have the same id; then the rollout stands before it. */
function lanesByName(lanes: readonly SimulatedLane[], json: (lane: SimulatedLane) => JsonObject): JsonObject {
  const counts = new Map<string, number>()
  for (const { id } of lanes) counts.set(id, (counts.get(id) ?? 0) + 1)
  return Object.fromEntries(
    lanes.map((lane) => [counts.get(lane.id) === 1 ? lane.id : `${lane.step}:${lane.id}`, json(lane)]),
  )
}

function forecastJson(
  forecast: Forecast,
  start: number,
  instant: (at: number | undefined, lane?: string) => Json,
): JsonObject {
  const percentiles = (of: Percentiles | undefined, lane?: string): JsonObject =>
    of === undefined
      ? { p50: null, p95: null, p50_minute: null, p95_minute: null }
      : {
          p50: instant(of.p50, lane),
          p95: instant(of.p95, lane),
          p50_minute: minutesBetween(start, of.p50),
          p95_minute: minutesBetween(start, of.p95),
        }
  return {
    runs: forecast.runs,
    first_seed: forecast.firstSeed,
    outcomes: Object.fromEntries(forecast.outcomes),
    end: percentiles(forecast.end),
    target_ends: Object.fromEntries(forecast.targetEnds),
    lanes: Object.fromEntries(
      forecast.lanes.map((lane) => [
        lane.id,
        {
          ...percentiles(lane.end, lane.id),
          ended: lane.ended,
          stopped: lane.stopped,
          target_ends: Object.fromEntries(lane.targetEnds),
        },
      ]),
    ),
  }
}

/** Minutes with at most three decimals. */
export function minutesBetween(from: number, to: number): number {
  return Math.round((to - from) / 60) / 1000
}

/**
 * @param zone - IANA name; absent: `offsetMs` counts
 * @returns `2026-12-06T01:00:00+01:00`, with milliseconds when there are any
 */
export function instantText(at: number, zone: string | undefined, offsetMs: number): string {
  const offset = zone === undefined ? offsetMs : zoneClock(zone).offsetAt(at)
  const wall = new Date(at + offset).toISOString()
  const time = at % 1000 === 0 ? wall.slice(0, 19) : wall.slice(0, 23)
  const minutes = Math.round(Math.abs(offset) / 60_000)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${time}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
