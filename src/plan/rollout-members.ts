import type { Json, JsonObject } from '../base/json.ts'
import { evaluateCondition, targetValue } from '../expression/index.ts'
import type { Rollout } from '../runbook/runbook.generated.ts'
import { groupText } from './group-key.ts'
import type { PlanTarget, PlanWaveTarget } from './model.ts'
import type { RunbookPath } from './places.ts'
import type { Planning } from './planning.ts'
import type { StepSite } from './step-site.ts'

/** A target that takes part in a rollout, with everything that its place in the plan depends on. */
export interface RolloutMember {
  readonly target: PlanTarget
  /** As waves name it. */
  readonly entry: PlanWaveTarget
  /** What expressions read as `unit`. */
  readonly unit: JsonObject
}

/** Asks expressions of a rollout about its members. */
export class MemberChoice {
  private readonly site: StepSite
  private readonly planning: Planning

  constructor(site: StepSite, planning: Planning) {
    this.site = site
    this.planning = planning
  }

  /** Members for which a condition holds; undefined after a finding. */
  filter(
    members: readonly RolloutMember[],
    condition: string,
    path: RunbookPath,
  ): readonly RolloutMember[] | undefined {
    return this.planning.reporter.attempt(path, () =>
      members.filter((member) => evaluateCondition(condition, this.context(member))),
    )
  }

  /** What members are grouped by, by name; undefined after a finding. */
  groups(members: readonly RolloutMember[], key: string, path: RunbookPath): ReadonlyMap<string, string> | undefined {
    return this.planning.reporter.attempt(
      path,
      () => new Map(members.map((member) => [member.target.name, groupText(key, member.target, this.context(member))])),
    )
  }

  private context({ target, unit }: RolloutMember): ReturnType<Planning['context']> {
    return { ...this.planning.context(this.site.bindings, target), unit }
  }
}

export interface MemberRequest {
  readonly rollout: Rollout
  /** In the order of the rollout. */
  readonly targets: readonly PlanTarget[]
  /** What makes the component's units, at `unitPath`. */
  readonly unitKey: string | undefined
  readonly unitPath: RunbookPath
  readonly site: StepSite
  /** Leads to the rollout. */
  readonly source: RunbookPath
}

/** Works out unit, rank and failure domain of every target of a rollout. Undefined after a finding. */
export function planMembers(request: MemberRequest, planning: Planning): readonly RolloutMember[] | undefined {
  const { rollout, targets, site, source } = request
  const units = unitNames(request, planning)
  if (!units) return undefined
  const domainKey = typeof rollout.failure_domain === 'object' ? rollout.failure_domain.by : rollout.failure_domain
  const unitValues = unitValuesOf(targets, units, rollout.unit?.order)
  const bare = targets.map(
    (target): RolloutMember => ({
      target,
      entry: entryOf(target, units.get(target.name) ?? '', rollout.unit?.order),
      unit: unitValues.get(target.name)!,
    }),
  )
  if (domainKey === undefined) return bare
  const path = [...source, 'failure_domain', ...(typeof rollout.failure_domain === 'object' ? ['by'] : [])]
  const domains = new MemberChoice(site, planning).groups(bare, domainKey, path)
  return domains && bare.map((member) => withDomain(member, domains.get(member.target.name)!))
}

function unitNames(
  { targets, unitKey, unitPath, site }: MemberRequest,
  planning: Planning,
): ReadonlyMap<string, string> | undefined {
  if (unitKey === undefined) return new Map()
  return planning.reporter.attempt(
    unitPath,
    () =>
      new Map(
        targets.map((target) => [target.name, groupText(unitKey, target, planning.context(site.bindings, target))]),
      ),
  )
}

function entryOf(target: PlanTarget, unit: string, order: readonly string[] | undefined): PlanWaveTarget {
  if (unit === '') return { name: target.name }
  return { name: target.name, unit, ...(order === undefined ? {} : { rank: rankOf(target, order) }) }
}

/** Members that the order does not name come last. */
function rankOf(target: PlanTarget, order: readonly string[]): number {
  const place = order.indexOf(target.member ?? '')
  return place < 0 ? order.length : place
}

function withDomain(member: RolloutMember, domain: string): RolloutMember {
  return domain === '' ? member : { ...member, entry: { ...member.entry, domain } }
}

/** One value per unit, shared by its members, so that the expression engine need not convert it again. */
function unitValuesOf(
  targets: readonly PlanTarget[],
  units: ReadonlyMap<string, string>,
  order: readonly string[] | undefined,
): ReadonlyMap<string, JsonObject> {
  const members = new Map<string, PlanTarget[]>()
  for (const target of targets) {
    const unit = units.get(target.name) ?? ''
    const mates = unit === '' ? undefined : members.get(unit)
    if (mates) mates.push(target)
    else members.set(unit === '' ? `\0${target.name}` : unit, [target])
  }
  const values = new Map<string, JsonObject>()
  for (const [key, mates] of members) {
    const ordered = order ? mates.toSorted((a, b) => rankOf(a, order) - rankOf(b, order)) : mates
    const name = key.startsWith('\0') ? key.slice(1) : key
    const value: JsonObject = { name, size: mates.length, members: ordered.map(targetValue) as readonly Json[] }
    for (const { name: target } of mates) values.set(target, value)
  }
  return values
}
