/** Who takes part in a rollout, in columns: a million targets are a few typed arrays, not a million objects. */
import { assert } from '../base/assert.ts'
import type { Openings } from './openings.ts'
import type { RolloutPolicy, WavePolicy } from './policy.ts'

/** Targets of one lane, in the order in which they begin within a wave. All columns have `count` entries. */
export interface LaneTargets {
  readonly count: number
  /** Index of the target's wave; together every target is in exactly one. */
  readonly wave: ArrayLike<number>
  /** Number of the unit, counted within the lane; -1: none. Absent: no units. */
  readonly unit?: ArrayLike<number>
  /** Place in the order of the unit, lowest first. Absent: as listed. */
  readonly rank?: ArrayLike<number>
  /** Number of the failure domain, counted over the whole rollout; -1: none. Absent: no domains. */
  readonly domain?: ArrayLike<number>
  /** 1: the stage actions are tried ahead, outside the window too. Absent: for all, when there are such actions. */
  readonly staged?: ArrayLike<number>
}

export interface LanePlan {
  readonly id: string
  readonly openings: Openings
  /** In order. Every lane has as many; a wave without targets is passed over, a canary without targets stops. */
  readonly waves: readonly WavePolicy[]
  readonly maxConcurrency?: number
  readonly maxFailures?: number
  readonly targets: LaneTargets
}

export interface FleetPlan {
  readonly policy: RolloutPolicy
  readonly lanes: readonly LanePlan[]
}

/** A lane or a part of one. Targets are counted from 0 within the cell; units never reach across cells. */
export interface CellPlan {
  readonly cell: number
  readonly lane: number
  readonly policy: RolloutPolicy
  readonly openings: Openings
  readonly waves: number
  readonly size: number
  /** Number in the whole rollout, by target. */
  readonly targets: Int32Array
  readonly wave: Uint8Array
  /** By target, counted within the cell; -1: none. */
  readonly unit: Int32Array
  /** Where the members of a unit begin in `members`; one more entry than units. */
  readonly unitStart: Int32Array
  /** Members by unit, in the order of wave, rank and place in the lane. */
  readonly members: Int32Array
  /** By target: members after it in the same unit and wave. */
  readonly behind: Uint8Array
  /** By target: 0 free, otherwise 1 + the place in `domains`. */
  readonly domain: Uint16Array
  readonly domains: readonly number[]
  readonly staged: Uint8Array
}

export interface FleetLayout {
  readonly plan: FleetPlan
  readonly cells: readonly CellPlan[]
  readonly count: number
  /** By target of the rollout. */
  readonly cellOf: Uint16Array
  readonly placeOf: Uint16Array
  /** First target of each lane; one more entry than lanes. */
  readonly laneStart: Int32Array
  /** Cells by lane. */
  readonly laneCells: readonly (readonly number[])[]
  readonly hasDomains: boolean
}

const cellSizeMax = 1000

/**
 * Cuts lanes into cells, in order, keeping units whole.
 *
 * @param cellSize - targets per cell; the last unit of a cell may reach beyond it
 */
export function layOut(plan: FleetPlan, cellSize: number = cellSizeMax): FleetLayout {
  const laneStart = new Int32Array(plan.lanes.length + 1)
  plan.lanes.forEach((lane, index) => {
    laneStart[index + 1] = laneStart[index]! + lane.targets.count
  })
  const count = laneStart[plan.lanes.length]!
  const cellOf = new Uint16Array(count)
  const placeOf = new Uint16Array(count)
  const cells: CellPlan[] = []
  const laneCells = plan.lanes.map((lane, index) => {
    assert(lane.waves.length < 250, 'a lane has fewer than 250 waves')
    return cutLane(lane, cellSize).map((members) => {
      const cell = makeCell(plan.policy, lane, index, cells.length, laneStart[index]!, members)
      assert(cell.cell < 65_535 && cell.size < 65_535, 'cells can be counted in 16 bits')
      cells.push(cell)
      for (let place = 0; place < cell.size; place += 1) {
        cellOf[cell.targets[place]!] = cell.cell
        placeOf[cell.targets[place]!] = place
      }
      return cell.cell
    })
  })
  const hasDomains = cells.some((cell) => cell.domains.length > 0)
  return { plan, cells, count, cellOf, placeOf, laneStart, laneCells, hasDomains }
}

function cutLane(lane: LanePlan, cellSize: number): readonly number[][] {
  const cells: number[][] = []
  const cellOfUnit = new Map<number, number[]>()
  let current: number[] = []
  for (let place = 0; place < lane.targets.count; place += 1) {
    const unit = lane.targets.unit?.[place] ?? -1
    const known = unit === -1 ? undefined : cellOfUnit.get(unit)
    if (known) {
      known.push(place)
      continue
    }
    if (current.length === 0 || current.length >= cellSize) {
      current = []
      cells.push(current)
    }
    current.push(place)
    if (unit !== -1) cellOfUnit.set(unit, current)
  }
  return cells.map((members) => members.sort((a, b) => a - b))
}

function makeCell(
  policy: RolloutPolicy,
  lane: LanePlan,
  laneIndex: number,
  cell: number,
  first: number,
  places: readonly number[],
): CellPlan {
  const size = places.length
  const { wave, unit, domain, staged } = lane.targets
  const domains: number[] = []
  const plan = {
    cell,
    lane: laneIndex,
    policy,
    openings: lane.openings,
    waves: lane.waves.length,
    size,
    targets: Int32Array.from(places, (place) => first + place),
    wave: Uint8Array.from(places, (place) => wave[place]!),
    unit: new Int32Array(size).fill(-1),
    behind: new Uint8Array(size),
    domain: Uint16Array.from(places, (place) => domainPlace(domains, domain?.[place] ?? -1)),
    domains,
    staged: Uint8Array.from(places, (place) => (policy.stage > 0 ? (staged?.[place] ?? 1) : 0)),
  }
  for (const each of plan.wave) assert(each < plan.waves, 'every target is in a wave of its lane')
  return { ...plan, ...makeUnits(policy, lane, places, unit, plan) }
}

function domainPlace(domains: number[], domain: number): number {
  if (domain < 0) return 0
  const known = domains.indexOf(domain)
  return known === -1 ? domains.push(domain) : known + 1
}

function makeUnits(
  policy: RolloutPolicy,
  lane: LanePlan,
  places: readonly number[],
  unit: ArrayLike<number> | undefined,
  cell: Pick<CellPlan, 'wave' | 'unit' | 'behind'>,
): Pick<CellPlan, 'unitStart' | 'members'> {
  const byUnit = new Map<number, number[]>()
  places.forEach((place, target) => {
    const number = unit?.[place] ?? -1
    if (number === -1) return
    const members = byUnit.get(number)
    if (members) members.push(target)
    else byUnit.set(number, [target])
  })
  const unitStart = new Int32Array(byUnit.size + 1)
  const all: number[] = []
  let next = 0
  for (const members of byUnit.values()) {
    const rank = (target: number): number => lane.targets.rank?.[places[target]!] ?? 0
    members.sort((a, b) => cell.wave[a]! - cell.wave[b]! || rank(a) - rank(b) || a - b)
    members.forEach((target, index) => {
      cell.unit[target] = next
      if (!policy.unit.fitWhole || !policy.unit.oneAtATime) return
      const after = members.slice(index + 1).filter((other) => cell.wave[other] === cell.wave[target]).length
      cell.behind[target] = Math.min(after, 255)
    })
    all.push(...members)
    next += 1
    unitStart[next] = all.length
  }
  return { unitStart, members: Int32Array.from(all) }
}
