/** The last plan that was made of each runbook; whoever shows it later need not make it again. */
import type { MadePlan } from './make-plan.ts'
import type { Workspace } from './workspace.ts'

const plans = new WeakMap<Workspace, Map<string, MadePlan>>()

export function rememberPlan(workspace: Workspace, path: string, made: MadePlan): void {
  const known = plans.get(workspace) ?? new Map<string, MadePlan>()
  known.set(path, made)
  plans.set(workspace, known)
}

/** It may be of an earlier text: while somebody types, what was true a moment ago is shown. */
export function lastPlan(workspace: Workspace, path: string): MadePlan | undefined {
  return plans.get(workspace)?.get(path)
}

export function forgetPlan(workspace: Workspace, path: string): void {
  plans.get(workspace)?.delete(path)
}
