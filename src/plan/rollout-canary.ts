import type { Canary } from '../runbook/runbook.generated.ts'
import type { RunbookPath } from './places.ts'
import type { Planning } from './planning.ts'
import { planCount } from './rollout-counts.ts'
import type { MemberChoice, RolloutMember } from './rollout-members.ts'
import type { StepSite } from './step-site.ts'

/** Who may be in a canary, and in which order they are asked; worked out once for all lanes. */
export interface CanaryChoice {
  readonly allowed: ReadonlySet<RolloutMember>
  readonly preferred: ReadonlySet<RolloutMember>
  /** What no two of a lane may share, by name of the target; empty: shared with nobody. */
  readonly spread: ReadonlyMap<string, string>
}

/** @param path - leads to `canary` */
export function planCanaryChoice(
  canary: Canary,
  members: readonly RolloutMember[],
  choice: MemberChoice,
  path: RunbookPath,
): CanaryChoice | undefined {
  const allowed = canary.select === undefined ? members : choice.filter(members, canary.select, [...path, 'select'])
  if (!allowed) return undefined
  const preferred = canary.prefer === undefined ? [] : choice.filter(allowed, canary.prefer, [...path, 'prefer'])
  const spread =
    canary.spread_over === undefined
      ? new Map<string, string>()
      : choice.groups(allowed, canary.spread_over, [...path, 'spread_over'])
  return preferred && spread && { allowed: new Set(allowed), preferred: new Set(preferred), spread }
}

/**
 * Chooses the canary of one lane: preferred targets first, then the others, each in the order of the rollout, never two
 * that share what the canary is spread over, until there are enough.
 *
 * @param lane - targets of the lane in the order of the rollout
 */
export function chooseCanary(
  canary: Canary,
  lane: readonly RolloutMember[],
  choice: CanaryChoice,
  site: StepSite,
  path: RunbookPath,
  planning: Planning,
): readonly RolloutMember[] {
  const wanted = planCount(canary.count, lane.length, 'concurrency', site, [...path, 'count'], planning) ?? lane.length
  const allowed = lane.filter((member) => choice.allowed.has(member))
  const asked = [
    ...allowed.filter((member) => choice.preferred.has(member)),
    ...allowed.filter((member) => !choice.preferred.has(member)),
  ]
  const taken = new Set<string>()
  const chosen: RolloutMember[] = []
  for (const member of asked) {
    if (chosen.length >= wanted) break
    const shared = choice.spread.get(member.target.name) ?? ''
    if (shared !== '' && taken.has(shared)) continue
    taken.add(shared)
    chosen.push(member)
  }
  return chosen
}
