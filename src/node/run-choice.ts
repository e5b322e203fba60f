import { UsageError } from '../base/error.ts'
import { editDistance } from '../base/nearest.ts'

/** The error for an id that names no run, or several. */
export function unknownRun(given: string, ids: readonly string[], matching: readonly string[]): UsageError {
  if (matching.length > 1) {
    return new UsageError('RUN_AMBIGUOUS', `"${given}" could be any of ${matching.length} runs: ${some(matching)}`, {
      hint: 'Give more of the id.',
    })
  }
  if (ids.length === 0) {
    return new UsageError('RUN_UNKNOWN', `there is no run "${given}": no run has been started in this folder`, {
      hint: 'Start one with "rollbook run", or go to the folder that holds .rollbook.',
    })
  }
  const distance = (id: string): number => editDistance(given, id.slice(0, given.length))
  const near = ids.toSorted((a, b) => distance(a) - distance(b)).slice(0, 3)
  return new UsageError('RUN_UNKNOWN', `there is no run "${given}"`, {
    hint: `Did you mean ${near.join(' or ')}? "rollbook runs" lists ${ids.length === 1 ? 'it' : `all ${ids.length}`}.`,
  })
}

function some(ids: readonly string[]): string {
  return ids.length > 5 ? `${ids.slice(0, 5).join(', ')} and ${ids.length - 5} more` : ids.join(', ')
}
