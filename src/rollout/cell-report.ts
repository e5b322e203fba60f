import { type CellState, counters } from './cell-state.ts'
import type { Report, ReportRow, WaveMark } from './events.ts'

/** What changed since the last report, as the parent sees it. */
export function reportOf(state: CellState): Report {
  const { delta, plan } = state
  const width = plan.domains.length + 1
  const rows: ReportRow[] = []
  for (const row of delta.rows) {
    const by: number[] = []
    let changed = false
    for (let at = row * counters.length; at < (row + 1) * counters.length; at += 1) {
      const value = delta.counts[at]!
      by.push(value)
      changed ||= value !== 0
    }
    const domain = row % width
    if (changed) rows.push({ wave: (row - domain) / width, domain: domain === 0 ? -1 : plan.domains[domain - 1]!, by })
  }
  return { rows, marks: marksOf(state), units: delta.units, stops: delta.stops, order: state.orderNumber }
}

function marksOf(state: CellState): readonly WaveMark[] {
  const { marks, marked } = state.delta
  const found: WaveMark[] = []
  for (let wave = 0; wave < marked.length; wave += 1) {
    if (marked[wave] === 0) continue
    found.push({
      wave,
      first_start: marks[wave * 4]!,
      last_end: marks[wave * 4 + 1]!,
      attempts: marks[wave * 4 + 2]!,
      slot_end: marks[wave * 4 + 3]!,
    })
  }
  return found
}
