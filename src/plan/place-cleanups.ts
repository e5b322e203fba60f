import type { PlanPhase, PlanStep } from './model.ts'
import type { PendingCleanup } from './plan-steps.ts'
import type { PlanReporter } from './reporter.ts'

/**
 * Puts each cleanup right behind the step that it names: the one nearest to its owner when a `for_each` repeats it. Of
 * two behind the same step the later effect is put back first.
 */
export function placeCleanups(
  phases: readonly PlanPhase[],
  cleanups: readonly PendingCleanup[],
  reporter: PlanReporter,
): readonly PlanPhase[] {
  const behind = new Map<string, PlanStep[]>()
  const all = phases.flatMap((phase) => phase.steps.flatMap(withChildren))
  for (const { step, after, source } of cleanups) {
    const owner = step.cleanup_of ?? ''
    const position = all.findIndex(({ path }) => path === owner)
    const candidates = all.filter(({ id }, index) => id === after && index > position)
    const [nearest] = candidates.toSorted((a, b) => sharedLength(b.path, owner) - sharedLength(a.path, owner))
    if (!nearest || position < 0) {
      reporter.error(
        'PLAN_CLEANUP',
        source,
        `the cleanup names no later step: "${after}"`,
        'Name a step that comes after its own.',
      )
      continue
    }
    behind.set(nearest.path, [step, ...(behind.get(nearest.path) ?? [])])
  }
  const insert = (steps: readonly PlanStep[]): readonly PlanStep[] =>
    steps.flatMap((step) => {
      const own = step.form === 'group' ? { ...step, steps: insert(step.steps) } : step
      return [own, ...(behind.get(step.path) ?? [])]
    })
  return phases.map((phase) => ({ ...phase, steps: insert(phase.steps) }))
}

/** A step and everything inside of it, in order; cleanups and back-outs are not inside. */
export function withChildren(step: PlanStep): readonly PlanStep[] {
  return step.form === 'group' ? [step, ...step.steps.flatMap(withChildren)] : [step]
}

function sharedLength(a: string, b: string): number {
  const left = a.split('/')
  const right = b.split('/')
  let count = 0
  while (count < left.length && left[count] === right[count]) count += 1
  return count
}
