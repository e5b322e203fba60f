import type { JsonObject } from '../base/json.ts'
import type { RolloutState } from './state.ts'

/** Ends of which steps after a rollout want the names, for a mail or a list of what people do next. */
const namedEnds = ['failed', 'rolled_back', 'skipped', 'held'] as const

/**
 * What expressions of later steps read of a rollout: how many targets ended in which way, and who did not succeed, in the
 * order in which they were planned.
 */
export function rolloutOutputs(rollout: RolloutState): JsonObject {
  const names: Record<string, string[]> = {}
  for (const end of namedEnds) names[`${end}_targets`] = []
  for (const [name, target] of Object.entries(rollout.targets)) names[`${target.state}_targets`]?.push(name)
  return {
    succeeded: rollout.counts.succeeded ?? 0,
    ...Object.fromEntries(namedEnds.map((end) => [end, rollout.counts[end] ?? 0])),
    ...names,
  }
}
