/** Many simulations of one plan with other seeds: when it ends, and how. */
import type { Plan } from '../plan/model.ts'
import { type SimulateOptions, simulateRun } from './simulate-run.ts'
import type { SimulatedOutcome, SimulatedRun, SimulatedState } from './simulated-run.ts'

/** Instants: half of the runs, and 19 of 20, ended by then. */
export interface Percentiles {
  readonly p50: number
  readonly p95: number
}

export interface LaneForecast {
  readonly id: string
  readonly timeZone: string | undefined
  /** Over the runs in which it ended; undefined: in none. */
  readonly end: Percentiles | undefined
  /** Runs in which it ended, and in which it stopped early. */
  readonly ended: number
  readonly stopped: number
  /** Targets by end, over all runs. */
  readonly targetEnds: ReadonlyMap<SimulatedState, number>
}

export interface Forecast {
  readonly runs: number
  readonly firstSeed: number
  /** Runs by outcome. */
  readonly outcomes: ReadonlyMap<SimulatedOutcome, number>
  /** Over the runs that ended by themselves; undefined: none did. */
  readonly end: Percentiles | undefined
  readonly lanes: readonly LaneForecast[]
  readonly targetEnds: ReadonlyMap<SimulatedState, number>
}

/**
 * @param options - its seed is that of the first run; each further run has the next one
 * @param runs - at least 1
 * @param progress - told after each run
 */
export function forecastRuns(
  plan: Plan,
  options: SimulateOptions,
  runs: number,
  progress?: (done: number) => void,
): Forecast {
  const firstSeed = options.seed ?? options.scenario?.seed ?? 1
  const outcomes = new Map<SimulatedOutcome, number>()
  const targetEnds = new Map<SimulatedState, number>()
  const ends: number[] = []
  const lanes = new Map<
    string,
    { timeZone: string | undefined; ends: number[]; stopped: number; targetEnds: Map<SimulatedState, number> }
  >()
  for (let run = 0; run < runs; run += 1) {
    const made = simulateRun(plan, { ...options, seed: firstSeed + run, keepEvents: false })
    add(outcomes, made.outcome)
    if (!open.has(made.outcome)) ends.push(made.end)
    collect(made)
    progress?.(run + 1)
  }
  return {
    runs,
    firstSeed,
    outcomes: sorted(outcomes),
    end: percentiles(ends),
    targetEnds: sorted(targetEnds),
    lanes: [...lanes].map(([id, lane]) => ({
      id,
      timeZone: lane.timeZone,
      end: percentiles(lane.ends),
      ended: lane.ends.length,
      stopped: lane.stopped,
      targetEnds: sorted(lane.targetEnds),
    })),
  }

  function collect(made: SimulatedRun): void {
    const counts = new Map<string, number>()
    for (const { id } of made.lanes) add(counts, id)
    for (const lane of made.lanes) {
      // Lanes of several rollouts may have the same id.
      const id = counts.get(lane.id) === 1 ? lane.id : `${lane.step}:${lane.id}`
      let known = lanes.get(id)
      if (!known) lanes.set(id, (known = { timeZone: lane.timeZone, ends: [], stopped: 0, targetEnds: new Map() }))
      if (lane.endedAt !== undefined) known.ends.push(lane.endedAt)
      if (lane.stoppedBy !== undefined) known.stopped += 1
      for (const [state, many] of lane.ends) known.targetEnds.set(state, (known.targetEnds.get(state) ?? 0) + many)
    }
    for (const target of made.targets.values()) add(targetEnds, target.state)
  }
}

/** Outcomes after which nothing can be said about an end. */
const open: ReadonlySet<SimulatedOutcome> = new Set<SimulatedOutcome>(['waiting', 'paused', 'cut'])

function add<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

/** The most frequent first. */
function sorted<Key extends string>(counts: ReadonlyMap<Key, number>): ReadonlyMap<Key, number> {
  return new Map([...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)))
}

/** By the nearest rank: a value that really occurred. */
export function percentiles(values: readonly number[]): Percentiles | undefined {
  if (values.length === 0) return undefined
  const ordered = [...values].sort((a, b) => a - b)
  const rank = (share: number): number => ordered[Math.max(0, Math.ceil(share * ordered.length) - 1)]!
  return { p50: rank(0.5), p95: rank(0.95) }
}
