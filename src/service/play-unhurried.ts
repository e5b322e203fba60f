import type { PlanTimeline } from '../plan/timeline.ts'
import { timelineInSteps } from '../simulation/timeline.ts'
import { lastPlan } from './made-plans.ts'
import type { MadePlan } from './make-plan.ts'
import type { Workspace } from './workspace.ts'

/** Records of the simulator between two pauses. */
const pieceMax = 200

/**
 * The timeline of a plan on no day in particular, so without waits for windows: the one that hints in the text are made
 * from, taken over when it is there. Undefined for what has no plan.
 */
export function* playUnhurried(
  workspace: Workspace,
  path: string,
  { document, plan }: MadePlan,
): Generator<void, PlanTimeline | undefined> {
  if (!plan) return undefined
  const known = lastPlan(workspace, path)
  const before = known?.document === document && known.plan?.digest === plan.digest ? known.plan.timeline : undefined
  if (before && before.start === undefined) return before
  const byName = new Map(workspace.settings.actions.map((action) => [action.name, action]))
  return yield* timelineInSteps(plan, { findAction: (name) => byName.get(name) }, pieceMax)
}
