/** Simulations of a plan: one with all that happens in it, and many for a forecast. */

import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Diagnostic } from '../base/diagnostic.ts'
import { UsageError } from '../base/error.ts'
import { nearestName } from '../base/nearest.ts'
import { parseMoment } from '../calendar/parse-moment.ts'
import { checkFile } from '../language/check-file.ts'
import { makeDiagnostic } from '../language/reporter.ts'
import type { Plan } from '../plan/model.ts'
import type { Action } from '../ports/executor.ts'
import { readHeader } from '../runbook/kinds.ts'
import { type Forecast, forecastRuns } from '../simulation/forecast.ts'
import { readScenario, type ScenarioModel } from '../simulation/scenario-model.ts'
import { type SimulateOptions, simulateRun } from '../simulation/simulate-run.ts'
import type { SimulatedRun } from '../simulation/simulated-run.ts'
import { type UnknownPlace, unknownPlaces } from '../simulation/unknown-places.ts'
import { type MapNode, nodeAt } from '../source/index.ts'

export type { Forecast, LaneForecast } from '../simulation/forecast.ts'
export type { SimulatedEvent, SimulatedLane, SimulatedRun, SimulatedTarget } from '../simulation/simulated-run.ts'
export { instantText, minutesBetween, simulationJson } from '../simulation/simulation-json.ts'

export interface LoadedScenario {
  /** Absent after an error. */
  readonly scenario?: ScenarioModel
  readonly diagnostics: readonly Diagnostic[]
}

/** @throws UsageError `FILE_UNREADABLE`, `NOT_A_SCENARIO`; what is wrong inside is a diagnostic */
export async function loadScenario(path: string, plan: Plan, cwd: string): Promise<LoadedScenario> {
  let text: string
  try {
    text = await readFile(resolve(cwd, path), 'utf8')
  } catch (cause) {
    throw new UsageError('FILE_UNREADABLE', `the scenario "${path}" cannot be read`, {
      hint: 'Give the path of a file that begins with "rollbook: scenario/v1".',
      cause,
    })
  }
  const inventory = { targets: plan.targets, systems: plan.systems } as never
  const checked = checkFile(text, path, { actions: [], inventory })
  const { root } = checked.source
  const header = root?.kind === 'map' ? readHeader(root) : undefined
  if (header?.state === 'known' && header.kind !== 'scenario/v1') {
    const kind = header.kind.replace(/\/v\d+$/, '')
    throw new UsageError('NOT_A_SCENARIO', `"${path}" is a file of the kind ${kind}`, {
      hint: 'A scenario begins with "rollbook: scenario/v1".',
    })
  }
  if (checked.content?.kind !== 'scenario') return { diagnostics: checked.diagnostics }
  const scenario = readScenario(checked.content.scenario)
  const strangers = unknownPlaces(scenario, plan).map((place) => strangerDiagnostic(place, checked))
  return { scenario, diagnostics: [...checked.diagnostics, ...strangers] }
}

function strangerDiagnostic(place: UnknownPlace, checked: ReturnType<typeof checkFile>): Diagnostic {
  const node = nodeAt(checked.source.root as MapNode, [...place.path])
  const near = nearestName(place.id, place.known)
  return makeDiagnostic(checked.source, 'SCENARIO_PLACE_UNKNOWN', node?.range ?? { start: 0, end: 0 }, {
    kind: place.kind,
    id: place.id,
    ...(near === undefined ? {} : { nearest: near }),
  })
}

export interface StartOfRun {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Offset from UTC that it was written with. */
  readonly offsetMs: number
}

const dayMs = 86_400_000

/**
 * @param text - RFC 3339 with offset; absent: the midnight UTC after `now`
 * @throws UsageError `START_INVALID`
 */
export function readStart(text: string | undefined, now: number): StartOfRun {
  if (text === undefined) return { at: (Math.floor(now / dayMs) + 1) * dayMs, offsetMs: 0 }
  const moment = parseMoment(text)
  if (moment?.kind !== 'instant') {
    throw new UsageError('START_INVALID', `"${text}" is no instant`, {
      hint: 'Write a date, a time and an offset, such as 2026-12-06T01:00:00+01:00.',
    })
  }
  const offset = /([+-])(\d{2}):?(\d{2})$/.exec(text)
  const minutes = offset ? Number(offset[2]) * 60 + Number(offset[3]) : 0
  return { at: moment.at, offsetMs: (offset?.[1] === '-' ? -1 : 1) * minutes * 60_000 }
}

export interface SimulatePlanOptions {
  readonly scenario?: ScenarioModel
  readonly start: number
  readonly seed?: number
  /** More than one gives a forecast. */
  readonly runs: number
  readonly actions: readonly Action[]
  readonly progress?: (done: number) => void
}

export interface SimulatedPlan {
  readonly run: SimulatedRun
  readonly forecast?: Forecast
}

/** The first run with all that happens in it; with more runs than one also the forecast, which counts it. */
export function simulatePlan(plan: Plan, options: SimulatePlanOptions): SimulatedPlan {
  const byName = new Map(options.actions.map((action) => [action.name, action]))
  const common: SimulateOptions = {
    start: options.start,
    findAction: (name) => byName.get(name),
    ...(options.scenario === undefined ? {} : { scenario: options.scenario }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    // With one run there is nothing to spread; with many, what no rule names lies between expected and worst.
    pace: options.runs > 1 ? 'spread' : 'expected',
  }
  const run = simulateRun(plan, common)
  if (options.runs <= 1) return { run }
  return { run, forecast: forecastRuns(plan, common, options.runs, options.progress) }
}
