import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PlanLane, PlanRollout } from '../../src/plan/model.ts'
import { compileText, phase, stepsOf } from './compile-text.ts'

interface Member {
  readonly site: string
  readonly member: string
  readonly zone: string
  readonly version: string
  readonly tier: number
}

/** The same condition in the language and in TypeScript. */
interface Condition {
  readonly text: string
  readonly holds: (member: Member, unitSize: number) => boolean
}

const conditions: readonly Condition[] = [
  { text: 'true', holds: () => true },
  { text: 'false', holds: () => false },
  { text: 'target.member == "primary"', holds: ({ member }) => member === 'primary' },
  { text: 'target.member != "primary"', holds: ({ member }) => member !== 'primary' },
  { text: 'target.attributes.tier > 1', holds: ({ tier }) => tier > 1 },
  { text: 'target.attributes.tier <= 1', holds: ({ tier }) => tier <= 1 },
  { text: 'unit.size > 1', holds: (_, size) => size > 1 },
  { text: 'unit.size == 1', holds: (_, size) => size === 1 },
]

const member: fc.Arbitrary<Member> = fc.record({
  site: fc.constantFrom('', 'a', 'b', 'c'),
  member: fc.constantFrom('', 'primary', 'secondary'),
  zone: fc.constantFrom('', 'Europe/Berlin', 'Asia/Tokyo'),
  version: fc.constantFrom('1.0', '2.0'),
  tier: fc.integer({ min: 1, max: 3 }),
})

/** Members of a site have the site's own zone most of the time, as real ones do. */
const fleet = fc
  .tuple(fc.array(member, { minLength: 1, maxLength: 14 }), fc.boolean())
  .map(([members, tidy]) =>
    tidy ? members.map((each) => ({ ...each, zone: each.site === 'a' ? 'Asia/Tokyo' : 'Europe/Berlin' })) : members,
  )

const condition = fc.constantFrom(...conditions)
const rollout = fc.record({
  lanes: fc.constantFrom(undefined, 'time_zone', 'target.site', 'target.site == "" ? "none" : target.site'),
  unit: fc.constantFrom(undefined, 'site', 'target.site'),
  waves: fc.option(fc.array(condition, { minLength: 1, maxLength: 3 }), { nil: undefined }),
  remainder: fc.constantFrom(undefined, 'last', 'error'),
  canary: fc.option(
    fc.record({
      count: fc.constantFrom(1, 2, 5, '1%', '50%', '100%'),
      select: fc.option(condition, { nil: undefined }),
      prefer: fc.option(condition, { nil: undefined }),
      spread: fc.constantFrom(undefined, 'site', 'target.attributes.tier == 1 ? "low" : ""'),
    }),
    { nil: undefined },
  ),
})
type Rollout = typeof rollout extends fc.Arbitrary<infer Value> ? Value : never

function inventoryOf(members: readonly Member[]): string {
  const targets = members.map(({ site, member: part, zone, version, tier }, index) => [
    `t${index}`,
    {
      kind: 'node',
      version,
      attributes: { tier },
      ...(site === '' ? {} : { site }),
      ...(part === '' ? {} : { member: part }),
      ...(zone === '' ? {} : { time_zone: zone }),
    },
  ])
  return JSON.stringify({ rollbook: 'inventory/v1', targets: Object.fromEntries(targets) as object })
}

function textOf({ lanes, unit, waves, remainder, canary }: Rollout): string {
  const spec = {
    component: 'nodes',
    to: '2.0',
    each: [{ id: 'install', action: 't.change' }],
    lanes,
    remainder,
    waves: waves?.map(({ text }, index) => ({ id: `w${index}`, select: text })),
    canary: canary && {
      count: canary.count,
      select: canary.select?.text,
      prefer: canary.prefer?.text,
      spread_over: canary.spread,
    },
  }
  const component = { select: 'target.kind == "node"', unit }
  return `components: {nodes: ${JSON.stringify(component)}}\n${phase(`- {id: nodes, title: Nodes, rollout: ${JSON.stringify(spec)}}`)}`
}

/** What the plan must be like, worked out without the planner; targets by number. */
class Expected {
  readonly taking: readonly number[]
  private readonly members: readonly Member[]
  private readonly spec: Rollout

  constructor(members: readonly Member[], spec: Rollout) {
    this.members = members
    this.spec = spec
    this.taking = members.flatMap(({ version }, index) => (version === '2.0' ? [] : [index]))
  }

  unitOf(index: number): string {
    return this.spec.unit === undefined ? '' : this.members[index]!.site
  }

  sizeOfUnit(index: number): number {
    const unit = this.unitOf(index)
    return unit === '' ? 1 : this.taking.filter((other) => this.unitOf(other) === unit).length
  }

  laneOf(index: number): string {
    const { site, zone } = this.members[index]!
    if (this.spec.lanes === undefined) return 'all'
    if (this.spec.lanes === 'time_zone') return zone
    return this.spec.lanes === 'target.site' ? site : site === '' ? 'none' : site
  }

  holds({ holds }: Condition, index: number): boolean {
    return holds(this.members[index]!, this.sizeOfUnit(index))
  }

  spreadOf(index: number): string {
    const { site, tier } = this.members[index]!
    if (this.spec.canary?.spread === undefined) return ''
    return this.spec.canary.spread === 'site' ? site : tier === 1 ? 'low' : ''
  }

  /** Waves that select a target. */
  wavesOf(index: number): readonly number[] {
    return (this.spec.waves ?? []).flatMap((wave, place) => (this.holds(wave, index) ? [place] : []))
  }

  withoutLane(): boolean {
    return this.taking.some((index) => this.laneOf(index) === '')
  }

  tornUnit(): boolean {
    return this.taking.some((index) =>
      this.taking.some(
        (other) =>
          this.unitOf(index) !== '' &&
          this.unitOf(index) === this.unitOf(other) &&
          this.laneOf(index) !== this.laneOf(other),
      ),
    )
  }
}

const numberOf = (name: string): number => Number(name.slice(1))
const namesOf = (lane: PlanLane, wave: number): readonly number[] =>
  lane.waves[wave]!.targets.map(({ name }) => numberOf(name))

describe('the plan of any rollout for any inventory', () => {
  const runs = process.env['ROLLBOOK_LONG'] === '1' ? 20_000 : 600

  it('puts every target into exactly one wave of one lane and keeps units whole, or says why it cannot', () => {
    fc.assert(
      fc.property(fleet, rollout, (members, spec) => {
        const expected = new Expected(members, spec)
        const { plan, diagnostics } = compileText(textOf(spec), {}, inventoryOf(members))
        const errors = new Set(diagnostics.flatMap(({ severity, code }) => (severity === 'error' ? [code] : [])))
        if (errors.size > 0) {
          expectJustified(errors, expected, spec)
          return
        }
        const step = stepsOf(plan!).find((each) => each.path === 'p/nodes') as PlanRollout
        expectWhole(step, expected)
        expectLanes(step, expected)
        if (spec.canary) expectCanaries(step, expected, spec)
        expectWaves(step, expected, spec)
      }),
      { numRuns: runs },
    )
  }, 300_000)
})

/** Whatever is told can be seen without the planner, too. */
function expectJustified(errors: ReadonlySet<string>, expected: Expected, spec: Rollout): void {
  const { taking } = expected
  const reasons: Readonly<Record<string, boolean>> = {
    PLAN_LANE_NONE: expected.withoutLane(),
    PLAN_UNIT_TORN: expected.tornUnit(),
    PLAN_WAVE_NONE: spec.remainder !== 'last' && taking.some((index) => expected.wavesOf(index).length === 0),
    PLAN_WAVE_TWICE: taking.some((index) => expected.wavesOf(index).length > 1),
    PLAN_CANARY_EMPTY: taking.every((index) => spec.canary?.select && !expected.holds(spec.canary.select, index)),
  }
  expect([...errors].map((code) => [code, reasons[code]])).toEqual([...errors].map((code) => [code, true]))
  expect(errors.size).toBe(1)
}

function expectWhole({ targets, lanes }: PlanRollout, expected: Expected): void {
  const placed = lanes.flatMap((lane) => lane.waves.flatMap((_, wave) => namesOf(lane, wave)))
  expect(placed.toSorted((a, b) => a - b)).toEqual(expected.taking)
  expect(targets.map(numberOf)).toEqual(expected.taking)
}

function expectLanes({ lanes }: PlanRollout, expected: Expected): void {
  const laneOfUnit = new Map<string, string>()
  for (const lane of lanes) {
    expect(lane.waves.map(({ id }) => id)).toEqual(lanes[0]!.waves.map(({ id }) => id))
    for (const { name, unit } of lane.waves.flatMap((wave) => wave.targets)) {
      expect(lane.id).toBe(expected.laneOf(numberOf(name)))
      expect(unit ?? '').toBe(expected.unitOf(numberOf(name)))
      if (unit === undefined) continue
      expect(laneOfUnit.get(unit) ?? lane.id).toBe(lane.id)
      laneOfUnit.set(unit, lane.id)
    }
  }
}

function expectCanaries({ lanes }: PlanRollout, expected: Expected, { canary }: Rollout): void {
  const { count, select, prefer } = canary!
  for (const lane of lanes) {
    const chosen = namesOf(lane, 0)
    const all = lane.waves.flatMap((_, wave) => namesOf(lane, wave))
    const wanted =
      typeof count === 'number' ? count : Math.max(1, Math.floor((Number(count.slice(0, -1)) * all.length) / 100))
    const spread = chosen.map((index) => expected.spreadOf(index)).filter((text) => text !== '')
    expect(lane.waves[0]!.id).toBe('canary')
    expect(new Set(spread).size).toBe(spread.length)
    expect(chosen.length).toBeLessThanOrEqual(wanted)
    expect(chosen.every((index) => !select || expected.holds(select, index))).toBe(true)
    const left = all.filter((index) => !chosen.includes(index) && (!select || expected.holds(select, index)))
    // Whoever is left over could not be taken, or there were enough; and nobody was passed over for a lesser one.
    const free = left.filter((index) => !spread.includes(expected.spreadOf(index)))
    if (chosen.length < wanted) expect(free).toEqual([])
    if (prefer && free.some((index) => expected.holds(prefer, index)))
      expect(chosen.every((index) => expected.holds(prefer, index))).toBe(true)
  }
}

function expectWaves({ lanes }: PlanRollout, expected: Expected, { waves, canary }: Rollout): void {
  const offset = canary ? 1 : 0
  for (const lane of lanes) {
    for (const [place, wave] of lane.waves.entries()) {
      const inOrder = namesOf(lane, place)
      if (place >= offset) expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b))
      for (const index of place >= offset ? inOrder : []) {
        if (wave.id === 'all') expect(waves).toBeUndefined()
        else if (wave.id === 'remainder') expect(expected.wavesOf(index)).toEqual([])
        else expect(expected.wavesOf(index)).toEqual([place - offset])
      }
    }
  }
}
