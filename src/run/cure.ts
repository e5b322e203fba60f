import type { PlanStep } from '../plan/model.ts'
import { sharedLength } from './context.ts'
import type { Standing } from './decided.ts'

/** A failure that was passed over is cured when a step that the runbook keeps for this very failure has succeeded. */
export function isCured(standing: Standing, failed: PlanStep): boolean {
  const { index, state } = standing
  const id = failed.id.replaceAll(/[^\w]/g, '\\$&')
  const asks = new RegExp(`\\bsteps\\.${id}\\.outcome\\s*==\\s*["']failed["']`)
  return index.ordered.some(
    (step) =>
      step.when !== undefined &&
      asks.test(step.when) &&
      state.steps[step.path]?.status === 'succeeded' &&
      isMeant(standing, step, failed),
  )
}

/** Of several steps with one id, which a loop makes, an expression means the one nearest to it. */
function isMeant({ index }: Standing, asking: PlanStep, failed: PlanStep): boolean {
  const near = sharedLength(asking.path, failed.path)
  for (const { step } of index.byPath.values())
    if (step.id === failed.id && sharedLength(asking.path, step.path) > near) return false
  return true
}
