import type { Rollout, Wave } from '../runbook/runbook.generated.ts'
import type { PlanGate, PlanLane } from './model.ts'
import { nameSome } from './name-some.ts'
import type { RunbookPath } from './places.ts'
import type { Planning } from './planning.ts'
import { chooseCanary, planCanaryChoice } from './rollout-canary.ts'
import { planCount } from './rollout-counts.ts'
import { MemberChoice, type RolloutMember } from './rollout-members.ts'
import { canaryKeys, planWave, type WaveOutline, waveKeys } from './rollout-waves.ts'
import type { StepSite } from './step-site.ts'

export interface LaneRequest {
  readonly rollout: Rollout
  /** In the order of the rollout. */
  readonly members: readonly RolloutMember[]
  readonly gates: readonly PlanGate[]
  readonly site: StepSite
  /** Leads to the rollout. */
  readonly source: RunbookPath
}

/**
 * Cuts the targets of a rollout into lanes and these into waves, the canary first. Every target ends in exactly one wave
 * of one lane; whatever prevents that is a finding, and then there are no lanes.
 */
export function planLanes(request: LaneRequest, planning: Planning): readonly PlanLane[] | undefined {
  const choice = new MemberChoice(request.site, planning)
  const cut = cutLanes(request, choice, planning)
  const waves = cut && new WaveCutter(request, choice, planning).cut(cut)
  return cut && waves && makeLanes(request, cut, waves, planning)
}

/** Members by id of the lane, in the order in which lanes appear. */
type LaneCut = ReadonlyMap<string, readonly RolloutMember[]>

/** The lane of a rollout that says nothing about lanes. */
const onlyLane = 'all'

function cutLanes(
  { rollout, members, source }: LaneRequest,
  choice: MemberChoice,
  planning: Planning,
): LaneCut | undefined {
  const by = typeof rollout.lanes === 'object' ? rollout.lanes.by : rollout.lanes
  if (by === undefined) return new Map([[onlyLane, members]])
  const path = [...source, 'lanes', ...(typeof rollout.lanes === 'object' ? ['by'] : [])]
  const laneOf = choice.groups(members, by, path)
  if (!laneOf) return undefined
  const lanes = new Map<string, RolloutMember[]>()
  const without: string[] = []
  for (const member of members) {
    const id = laneOf.get(member.target.name)!
    if (id === '') without.push(member.target.name)
    else if (lanes.has(id)) lanes.get(id)!.push(member)
    else lanes.set(id, [member])
  }
  if (without.length > 0) {
    planning.reporter.error(
      'PLAN_LANE_NONE',
      path,
      `${nameSome(without, 'target')} ${without.length === 1 ? 'is' : 'are'} in no lane: "${by}" gives nothing`,
      'Give these targets a value in the inventory, or choose something else that every target has.',
    )
    return undefined
  }
  return unitsWhole(members, laneOf, path, planning) ? lanes : undefined
}

function unitsWhole(
  members: readonly RolloutMember[],
  laneOf: ReadonlyMap<string, string>,
  path: RunbookPath,
  planning: Planning,
): boolean {
  const laneOfUnit = new Map<string, string>()
  const torn = new Set<string>()
  for (const { entry } of members) {
    if (entry.unit === undefined) continue
    const lane = laneOf.get(entry.name)!
    const known = laneOfUnit.get(entry.unit) ?? lane
    laneOfUnit.set(entry.unit, known)
    if (known !== lane) torn.add(entry.unit)
  }
  if (torn.size === 0) return true
  planning.reporter.error(
    'PLAN_UNIT_TORN',
    path,
    `members of ${nameSome([...torn], 'unit')} are in different lanes, so that they could be away together`,
    'Give the members the same value in the inventory, or make lanes by something that all of them share.',
  )
  return false
}

/** By lane the members of each wave, in the order of the outlines. */
interface WaveCut {
  readonly outlines: readonly WaveOutline[]
  readonly members: ReadonlyMap<string, readonly (readonly RolloutMember[])[]>
}

class WaveCutter {
  private readonly request: LaneRequest
  private readonly choice: MemberChoice
  private readonly planning: Planning

  constructor(request: LaneRequest, choice: MemberChoice, planning: Planning) {
    this.request = request
    this.choice = choice
    this.planning = planning
  }

  cut(lanes: LaneCut): WaveCut | undefined {
    const { rollout, members } = this.request
    const canaries = this.canaries(lanes)
    if (!canaries) return undefined
    const first = new Set([...canaries.values()].flat())
    const rest = members.filter((member) => !first.has(member))
    const places = this.places(rest)
    if (!places) return undefined
    const remains = places.some((place) => place === (rollout.waves?.length ?? 0))
    const outlines = this.outlines(remains || rollout.waves === undefined)
    const offset = rollout.canary ? 1 : 0
    const placeOf = new Map(rest.map((member, index) => [member, places[index]! + offset]))
    const cut = [...lanes].map(([id, lane]): [string, readonly (readonly RolloutMember[])[]] => {
      const waves: RolloutMember[][] = outlines.map(() => [])
      if (rollout.canary) waves[0]!.push(...canaries.get(id)!)
      for (const member of lane) if (!first.has(member)) waves[placeOf.get(member)!]!.push(member)
      return [id, waves]
    })
    return { outlines, members: new Map(cut) }
  }

  private canaries(lanes: LaneCut): ReadonlyMap<string, readonly RolloutMember[]> | undefined {
    const { rollout, members, site, source } = this.request
    const { canary } = rollout
    if (!canary) return new Map()
    const path = [...source, 'canary']
    const choice = planCanaryChoice(canary, members, this.choice, path)
    if (!choice) return undefined
    return new Map([...lanes].map(([id, lane]) => [id, chooseCanary(canary, lane, choice, site, path, this.planning)]))
  }

  /** For each member the number of its wave, the number of waves when it remains; undefined after a finding. */
  private places(members: readonly RolloutMember[]): readonly number[] | undefined {
    const { rollout, source } = this.request
    const { waves } = rollout
    if (!waves) return members.map(() => 0)
    const places = new Map<RolloutMember, number>()
    const twice: string[] = []
    for (const [index, wave] of waves.entries()) {
      const path = [...source, 'waves', index, 'select']
      const selected = this.choice.filter(members, wave.select, path)
      if (!selected) return undefined
      for (const member of selected) {
        if (places.has(member)) twice.push(member.target.name)
        else places.set(member, index)
      }
      if (twice.length > 0) return this.twice(twice, places, members, index)
      if (selected.length === 0) this.warnOfNothing(wave, path)
    }
    const without = members.filter((member) => !places.has(member)).map(({ target }) => target.name)
    if (without.length === 0 || rollout.remainder === 'last')
      return members.map((member) => places.get(member) ?? waves.length)
    this.planning.reporter.error(
      'PLAN_WAVE_NONE',
      [...source, 'waves'],
      `no wave selects ${nameSome(without, 'target')}`,
      'Add a wave for them, or let them form the last one with `remainder: last`.',
    )
    return undefined
  }

  /** A wave whose targets are all in the canary is as it should be. */
  private warnOfNothing(wave: Wave, path: RunbookPath): void {
    if (this.choice.filter(this.request.members, wave.select, path)?.length !== 0) return
    this.planning.reporter.warning('PLAN_WAVE_EMPTY', path, `the wave "${wave.id}" selects no target`)
  }

  private twice(
    names: readonly string[],
    places: ReadonlyMap<RolloutMember, number>,
    members: readonly RolloutMember[],
    index: number,
  ): undefined {
    const { rollout, source } = this.request
    const before = places.get(members.find(({ target }) => target.name === names[0])!)!
    const ids = [rollout.waves![before]!.id, rollout.waves![index]!.id]
    this.planning.reporter.error(
      'PLAN_WAVE_TWICE',
      [...source, 'waves', index, 'select'],
      `the waves ${ids.map((id) => `"${id}"`).join(' and ')} both select ${nameSome(names, 'target')}`,
      'Let each target belong to one wave; the canary is taken out before.',
    )
  }

  private outlines(remainder: boolean): readonly WaveOutline[] {
    const { rollout, source, site, gates } = this.request
    const { canary, waves = [] } = rollout
    const title = (text: string | undefined, path: RunbookPath, fallback: string): string =>
      text === undefined ? fallback : this.planning.text(text, site.bindings, [...path, 'title'])
    const gateOf = (id: string): Pick<WaveOutline, 'gate'> => {
      const gate = gates.find((candidate) => candidate.id === id)
      return gate ? { gate: gate.path } : {}
    }
    const canaryPath = [...source, 'canary']
    const first: readonly WaveOutline[] = canary
      ? [
          {
            id: 'canary',
            title: title(canary.title, canaryPath, 'Canary'),
            says: canaryKeys(canary, canaryPath),
            canary: { next: canary.next ?? 'when_done', on_unproven: canary.on_unproven ?? 'stop_run' },
            ...gateOf('canary'),
          },
        ]
      : []
    const named = waves.map((wave: Wave, index): WaveOutline => {
      const path = [...source, 'waves', index]
      return {
        id: wave.id,
        title: title(wave.title, path, wave.id),
        says: waveKeys(rollout, wave, source, path),
        ...gateOf(wave.id),
      }
    })
    const last = waves.length === 0 ? { id: 'all', title: 'All targets' } : { id: 'remainder', title: 'The remainder' }
    const own: readonly WaveOutline[] = remainder
      ? [{ ...last, says: waveKeys(rollout, undefined, source, source) }]
      : []
    return [...first, ...named, ...own]
  }
}

function makeLanes(
  { rollout, site, source }: LaneRequest,
  lanes: LaneCut,
  cut: WaveCut,
  planning: Planning,
): readonly PlanLane[] {
  const limits = typeof rollout.lanes === 'object' ? rollout.lanes : undefined
  return [...lanes].map(([id, members]): PlanLane => {
    const count = (key: 'max_concurrency' | 'max_failures', purpose: 'concurrency' | 'failures'): number | undefined =>
      planCount(limits?.[key], members.length, purpose, site, [...source, 'lanes', key], planning)
    const concurrency = count('max_concurrency', 'concurrency')
    const failures = count('max_failures', 'failures')
    const waves = cut.members.get(id)!
    return {
      id,
      title: limits === undefined && rollout.lanes === undefined ? 'All targets' : id,
      waves: cut.outlines.map((outline, index) => planWave(outline, waves[index]!, site, planning)),
      ...(concurrency === undefined ? {} : { max_concurrency: concurrency }),
      ...(failures === undefined ? {} : { max_failures: failures }),
    }
  })
}
