import type { BlastRadius, Rollout } from '../runbook/runbook.generated.ts'
import type { PlanRollout } from './model.ts'
import type { RunbookPath } from './places.ts'
import type { Planning } from './planning.ts'
import { planCount } from './rollout-counts.ts'
import type { RolloutMember } from './rollout-members.ts'
import type { StepSite } from './step-site.ts'

/** The stricter of what the runbook and the rollout allow to be at risk at once, resolved for this rollout. */
export function planBlastRadius(
  rollout: Rollout,
  members: readonly RolloutMember[],
  site: StepSite,
  source: RunbookPath,
  planning: Planning,
): Pick<PlanRollout, 'blast_radius'> {
  const units = new Set(members.map(({ entry }) => (entry.unit === undefined ? `\0${entry.name}` : entry.unit))).size
  const stricter = (key: keyof BlastRadius, total: number): number | undefined => {
    const whole = planCount(planning.blastRadius?.[key], total, 'concurrency', site, ['blast_radius', key], planning)
    const own = planCount(
      rollout.blast_radius?.[key],
      total,
      'concurrency',
      site,
      [...source, 'blast_radius', key],
      planning,
    )
    return whole === undefined || own === undefined ? (own ?? whole) : Math.min(own, whole)
  }
  const targets = stricter('max_targets', members.length)
  const maxUnits = stricter('max_units', units)
  if (targets === undefined && maxUnits === undefined) return {}
  return {
    blast_radius: {
      ...(targets === undefined ? {} : { max_targets: targets }),
      ...(maxUnits === undefined ? {} : { max_units: maxUnits }),
    },
  }
}
