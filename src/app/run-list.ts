import { RollbookError } from '../base/error.ts'
import { listRuns } from '../node/run-store.ts'
import { progressOf, type StepCounts } from '../run/progress.ts'
import { RunReader } from './run-reader.ts'
import { isClean } from './run-summary.ts'

export interface ListedRun {
  readonly run: string
  readonly title: string
  readonly started_at: string
  readonly by: string
  readonly mode: string
  readonly steps: StepCounts
  /** In words: `succeeded`, `waiting for 2.3 Go?`, `running, process 4711`, `interrupted`. */
  readonly state: string
  readonly tone: 'good' | 'bad' | 'open'
}

export interface ListedRuns {
  /** Newest first. */
  readonly runs: readonly ListedRun[]
  readonly damaged: readonly { readonly run: string; readonly reason: string }[]
}

/** Reads the journal of every run; a run that cannot be trusted is told, and hides none of the others. */
export async function listAllRuns(root: string): Promise<ListedRuns> {
  const list = listRuns(root)
  const damaged = list.damaged.map(({ id, error }) => ({ run: id, reason: error.message }))
  const runs: ListedRun[] = []
  for (const run of list.runs) {
    try {
      const reader = await RunReader.of(run)
      const { index, state } = reader
      const ended = state.status === 'ended'
      runs.push({
        run: run.id,
        title: index.plan.runbook.title,
        started_at: new Date(run.createdAt).toISOString(),
        by: state.initiator || String(run.meta['by'] ?? ''),
        mode: String(run.meta['mode'] ?? state.mode),
        steps: progressOf(index, state, Date.now()).steps,
        state: stateInWords(reader),
        tone: ended ? (isClean(index, state) ? 'good' : 'bad') : 'open',
      })
    } catch (error) {
      if (!(error instanceof RollbookError)) throw error
      damaged.push({ run: run.id, reason: error.message })
    }
  }
  return { runs, damaged }
}

/** How a run stands, also when nobody carries it out. */
export function stateInWords(reader: RunReader): string {
  const { state, index } = reader
  if (state.status === 'ended') {
    if (state.mode === 'dry_run') return isClean(index, state) ? 'no findings' : 'findings'
    return (state.outcome ?? 'ended').replaceAll('_', ' ')
  }
  const writer = reader.writer()
  const prompt = Object.values(state.prompts)[0]
  const waits = prompt ? `waits for ${index.byPath.get(prompt.step)?.step.number ?? prompt.step}` : ''
  if (writer?.presence === 'alive') return `${waits || state.status.replaceAll('_', ' ')}, process ${writer.pid}`
  if (writer?.presence === 'elsewhere') return `${waits || state.status.replaceAll('_', ' ')}, on another host`
  if (state.status === 'paused') return 'paused'
  if (writer?.presence === 'gone' || Object.keys(state.calls).length > 0) return 'interrupted'
  return waits || (state.status === 'new' ? 'not begun' : 'stopped')
}
