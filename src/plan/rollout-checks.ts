import { formatDuration } from '../base/duration.ts'
import type { CalendarDefinition } from '../calendar/index.ts'
import type { Rollout } from '../runbook/runbook.generated.ts'
import type { PlanComponent, PlanLane, PlanRollout, PlanRolloutWindow, PlanWave } from './model.ts'
import { nameSome } from './name-some.ts'
import type { RunbookPath } from './places.ts'
import type { Planning } from './planning.ts'
import { fitAttempts, targetNeedMs } from './rollout-need.ts'

/** Looks for rollouts that are well written and would still not do what they are meant to do. */
export function checkRollout(
  planned: PlanRollout,
  rollout: Rollout,
  component: PlanComponent,
  source: RunbookPath,
  planning: Planning,
): void {
  const check = new RolloutCheck(planned, rollout, source, planning)
  check.canary()
  check.units(component)
  check.unitOrder()
  check.windows()
}

/** How far ahead openings are measured; they repeat within a year. */
const yearMs = 366 * 24 * 60 * 60_000

class RolloutCheck {
  private readonly planned: PlanRollout
  private readonly rollout: Rollout
  private readonly source: RunbookPath
  private readonly planning: Planning

  constructor(planned: PlanRollout, rollout: Rollout, source: RunbookPath, planning: Planning) {
    this.planned = planned
    this.rollout = rollout
    this.source = source
    this.planning = planning
  }

  canary(): void {
    const { canary } = this.rollout
    if (!canary) return
    const { lanes } = this.planned
    const path = [...this.source, 'canary']
    const canaryOf = (lane: PlanLane): PlanWave => lane.waves[0]!
    const empty = lanes.filter((lane) => canaryOf(lane).targets.length === 0)
    if (empty.length > 0) {
      const stops = canary.on_unproven === 'stop_lane' ? 'such a lane stops at once' : 'the run stops at once'
      const message = `the canary of ${nameSome(ids(empty), 'lane')} has no targets, and ${stops}`
      const hint = 'Let `select` allow a target of every lane; `on_unproven` says what stops.'
      if (empty.length === lanes.length) this.planning.reporter.error('PLAN_CANARY_EMPTY', path, message, hint)
      else this.planning.reporter.warning('PLAN_CANARY_EMPTY', path, message, hint)
    }
    const wanted = typeof canary.count === 'number' ? canary.count : 0
    const small = lanes.filter((lane) => {
      const { length } = canaryOf(lane).targets
      // A lane that is all canary has nothing that could wait for more.
      return length > 0 && length < wanted && length < sizeOf(lane)
    })
    if (small.length > 0) {
      const message = `the canary of ${nameSome(ids(small), 'lane')} has fewer than ${wanted} targets`
      const hint = '`select` and `spread_over` leave no more to choose from.'
      this.planning.reporter.warning('PLAN_CANARY_SMALL', [...path, 'count'], message, hint)
    }
    this.alikeCanaries(lanes, path)
  }

  /** A canary that sits in one place proves little about the others. */
  private alikeCanaries(lanes: readonly PlanLane[], path: RunbookPath): void {
    if (this.rollout.canary?.spread_over !== undefined) return
    const siteOf = (name: string): string => this.planning.targets[name]!.site ?? ''
    const alike = lanes.filter((lane) => {
      const first = new Set(lane.waves[0]!.targets.map(({ name }) => siteOf(name)))
      if (lane.waves[0]!.targets.length < 2 || first.size > 1 || first.has('')) return false
      return lane.waves.some((wave) => wave.targets.some(({ name }) => !first.has(siteOf(name))))
    })
    if (alike.length === 0) return
    const message = `the whole canary of ${nameSome(ids(alike), 'lane')} is in one site, and the lane has others`
    const hint = 'Write `spread_over: site`.'
    this.planning.reporter.warning('PLAN_CANARY_ALIKE', path, message, hint)
  }

  /** The inventory knows units, and the runbook lets their members go together without having said so. */
  units(component: PlanComponent): void {
    const { targets, lanes, max_concurrency } = this.planned
    if (component.unit !== undefined || (max_concurrency === 1 && lanes.length === 1)) return
    const seen = new Set<string>()
    const shared = new Set<string>()
    for (const name of targets) {
      const { unit = '' } = this.planning.targets[name]!
      if (unit !== '' && seen.has(unit)) shared.add(unit)
      seen.add(unit)
    }
    if (shared.size === 0) return
    const message = `members of ${nameSome([...shared], 'unit')} could be away at the same time: the component "${component.id}" says nothing about units`
    const hint = 'Write `unit: unit` in the component.'
    this.planning.reporter.warning('PLAN_UNIT_TOGETHER', ['components', component.id, 'select'], message, hint)
  }

  unitOrder(): void {
    const members = new Set(this.planned.targets.map((name) => this.planning.targets[name]!.member ?? ''))
    for (const [index, value] of (this.rollout.unit?.order ?? []).entries()) {
      if (members.has(value)) continue
      const message = `no target of the rollout is the member "${value}" of its unit`
      const path = [...this.source, 'unit', 'order', index]
      this.planning.reporter.warning('PLAN_UNIT_ORDER', path, message, `Members are: ${listed(members)}.`)
    }
  }

  windows(): void {
    const { window } = this.planned
    const { calendar, reporter } = this.planning
    if (!calendar || reporter.failed) return
    const { tools } = calendar
    const definition = tools.withWindows(calendar.definition, window?.ids ?? 'always')
    const longest = new Map<string, number>()
    for (const { time_zone: zone = 'UTC' } of this.planned.lanes) {
      if (longest.has(zone)) continue
      const never = tools.neverOpens(definition, zone, tools.now, tools.now + 10 * yearMs)
      longest.set(zone, never ? 0 : longestOf(definition, zone, tools))
    }
    const path = this.rollout.window === undefined ? this.source : [...this.source, 'window']
    const longestOfLane = ({ time_zone = 'UTC' }: PlanLane): number => longest.get(time_zone)!
    if (this.neverOpens(longestOfLane, path)) return
    if (window) this.shortOpenings(window, longestOfLane, path)
  }

  private neverOpens(longestOfLane: (lane: PlanLane) => number, path: RunbookPath): boolean {
    const closed = this.planned.lanes.filter((lane) => longestOfLane(lane) === 0)
    if (closed.length === 0) return false
    const where = this.planned.lanes.length === 1 ? '' : ` for ${nameSome(ids(closed), 'lane')}`
    const message = `nothing opens within ten years${where}, so nothing would ever begin`
    const hint = 'Look at the dates of the windows, and at the freezes over them.'
    this.planning.reporter.error('PLAN_WINDOW_NEVER', path, message, hint)
    return true
  }

  private shortOpenings(window: PlanRolloutWindow, longestOfLane: (lane: PlanLane) => number, path: RunbookPath): void {
    const need = targetNeedMs(this.planned, fitAttempts(this.planned))
    if (need === undefined) return
    const short = this.planned.lanes.filter((lane) => need > longestOfLane(lane))
    if (short.length > 0) {
      const opening = formatDuration(Math.max(...short.map(longestOfLane)))
      const where = this.planned.lanes.length === 1 ? '' : ` in ${nameSome(ids(short), 'lane')}`
      const message = `one target may need ${formatDuration(need)}${where}: ${this.needInWords(window)}; the longest opening is ${opening}`
      const hint = 'Make the window longer, the deadline or the reserve shorter, or write `fit: first_attempt`.'
      this.planning.reporter.error('PLAN_WINDOW_SHORT', path, message, hint)
      return
    }
    this.shortForUnits(need - window.reserve_ms, window, longestOfLane, path)
    if (window.openings !== undefined) this.planning.limited.set(this.planned.path, path)
  }

  private needInWords(window: PlanRolloutWindow): string {
    const { target_deadline_ms: deadline = 0, rollback } = this.planned
    const attempts = fitAttempts(this.planned)
    const back = rollback.steps.length === 0 ? 0 : (rollback.keep_free_ms ?? rollback.deadline_ms ?? deadline)
    const parts = [
      `${attempts === 1 ? 'one attempt' : `${attempts} attempts`} of ${formatDuration(deadline)}`,
      ...(back === 0 ? [] : [`a rollback of ${formatDuration(back)}`]),
      ...(window.reserve_ms === 0 ? [] : [`a reserve of ${formatDuration(window.reserve_ms)}`]),
    ]
    return parts.join(', ')
  }

  /** With `fit_whole` all members of a unit in one wave must end in one opening. */
  private shortForUnits(
    need: number,
    window: PlanRolloutWindow,
    longestOfLane: (lane: PlanLane) => number,
    path: RunbookPath,
  ): void {
    const { unit } = this.planned
    if (!unit.fit_whole || !unit.one_at_a_time) return
    const large = this.planned.lanes.flatMap((lane) => {
      const room = Math.floor((longestOfLane(lane) - window.reserve_ms) / need)
      return lane.waves.flatMap((wave) => unitsLargerThan(wave, room))
    })
    if (large.length === 0) return
    const message = `${nameSome(large, 'unit')} cannot fit: all members go in one wave, each may need ${formatDuration(need)}, and no opening is long enough for all`
    const hint = 'Make the window longer, put the members into different waves, or leave `fit_whole` out.'
    this.planning.reporter.warning('PLAN_UNIT_SHORT', path, message, hint)
  }
}

function longestOf(
  definition: CalendarDefinition,
  zone: string,
  tools: NonNullable<Planning['calendar']>['tools'],
): number {
  const inYear = tools.longestOpening(definition, zone, tools.now, tools.now + yearMs)
  return inYear > 0 ? inYear : tools.longestOpening(definition, zone, tools.now, tools.now + 10 * yearMs)
}

function unitsLargerThan(wave: PlanWave, room: number): readonly string[] {
  const sizes = new Map<string, number>()
  for (const { unit } of wave.targets) if (unit !== undefined) sizes.set(unit, (sizes.get(unit) ?? 0) + 1)
  return [...sizes].flatMap(([unit, size]) => (size > room ? [unit] : []))
}

function ids(lanes: readonly PlanLane[]): readonly string[] {
  return lanes.map(({ id }) => id)
}

function sizeOf(lane: PlanLane): number {
  return lane.waves.reduce((total, wave) => total + wave.targets.length, 0)
}

function listed(values: ReadonlySet<string>): string {
  const known = [...values].filter((value) => value !== '')
  return known.length === 0 ? 'none' : known.slice(0, 12).join(', ')
}
