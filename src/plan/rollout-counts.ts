import { resolveCount } from './count.ts'
import type { RunbookPath } from './places.ts'
import type { Planning } from './planning.ts'
import type { StepSite } from './step-site.ts'

/**
 * Reads a count or a percentage of a rollout.
 *
 * @param total - what a percentage is one of
 * @returns undefined when nothing is written, or after a finding
 */
export function planCount(
  value: number | string | undefined,
  total: number,
  purpose: 'concurrency' | 'failures',
  site: StepSite,
  path: RunbookPath,
  planning: Planning,
): number | undefined {
  if (value === undefined) return undefined
  const resolved = typeof value === 'string' ? planning.resolve(value, site.bindings, path) : value
  if (resolved === undefined) return undefined
  const count = resolveCount(resolved, total, purpose)
  if (count === undefined) {
    planning.reporter.error(
      'PLAN_VALUE',
      path,
      `${JSON.stringify(resolved)} is no count`,
      'Write for example 5 or "25%".',
    )
  }
  return count
}
