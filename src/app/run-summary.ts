/** A run in figures, for programs and for the last lines of a screen. */
import { coverageOf, type RunCoverage } from '../run/coverage.ts'
import type { PlanIndex } from '../run/plan-index.ts'
import { progressOf, type RunForecast, type StepCounts } from '../run/progress.ts'
import type { RunState } from '../run/state.ts'
import { type WaitingFor, waitingOf, waitsForPeople } from './run-waiting.ts'

export interface RunSummary {
  readonly run: string
  readonly title: string
  readonly directory: string
  readonly mode: RunState['mode']
  /** `waiting`: it would run, and nothing goes on before somebody answers what stands in `waiting`. */
  readonly status: RunState['status'] | 'waiting'
  readonly outcome?: string
  readonly reason?: string
  readonly plan_digest: string
  readonly started_at?: string
  readonly ended_at?: string
  readonly elapsed_ms: number
  /** Absent: nobody has played the run. */
  readonly remaining_ms?: number
  /** How it goes on from here, by simulation. Absent: it was not played from here. */
  readonly forecast?: {
    readonly end: string
    readonly outcome: string
    readonly reason?: string
    readonly lanes: readonly { readonly step: string; readonly lane: string; readonly end: string }[]
  }
  readonly phase?: { readonly number: string; readonly title: string }
  readonly steps: StepCounts
  readonly active: readonly {
    readonly step: string
    readonly title: string
    readonly elapsed_ms: number
    readonly targets: StepCounts
  }[]
  readonly next?: { readonly step: string; readonly title: string }
  readonly waiting: readonly WaitingInJson[]
  readonly deviations: number
  readonly back_out: { readonly steps: number; readonly expected_ms: number; readonly refusal?: string }
  readonly records: number
  readonly last_hash: string
  readonly coverage?: Pick<RunCoverage, 'counts' | 'findings' | 'inconclusive'>
}

/** What a run waits for, its instants as text like all others. */
export type WaitingInJson = Omit<WaitingFor, 'openedAt' | 'expiresAt' | 'roleTitles'> & {
  readonly opened_at: string
  readonly expires_at?: string
}

/** @param now - milliseconds since the epoch */
export function summaryOf(
  index: PlanIndex,
  state: RunState,
  place: { readonly directory: string; readonly lastHash: string },
  now: number,
  forecast?: RunForecast,
): RunSummary {
  const progress = progressOf(index, state, now, forecast)
  const coverage = state.mode === 'dry_run' ? coverageOf(index, state) : undefined
  const { backOut } = progress
  return {
    run: state.run,
    title: index.plan.runbook.title,
    directory: place.directory,
    mode: state.mode,
    status: state.status === 'running' && waitsForPeople(state) ? 'waiting' : state.status,
    ...(state.outcome === undefined ? {} : { outcome: state.outcome }),
    ...(state.reason === undefined ? {} : { reason: state.reason }),
    plan_digest: index.plan.digest,
    ...(state.startedAt === 0 ? {} : { started_at: new Date(state.startedAt).toISOString() }),
    ...(state.endedAt === undefined ? {} : { ended_at: new Date(state.endedAt).toISOString() }),
    elapsed_ms: progress.elapsedMs,
    ...(progress.remainingMs === undefined ? {} : { remaining_ms: progress.remainingMs }),
    ...(progress.forecast ? { forecast: forecastInJson(progress.forecast) } : {}),
    ...(progress.phase ? { phase: { number: progress.phase.number, title: progress.phase.title } } : {}),
    steps: progress.steps,
    active: progress.active.map(({ step, elapsedMs, targets }) => ({
      step: step.number,
      title: step.title,
      elapsed_ms: elapsedMs,
      targets,
    })),
    ...(progress.next ? { next: { step: progress.next.number, title: progress.next.title } } : {}),
    waiting: waitingOf(index, state).map(waitingInJson),
    deviations: state.deviations.length,
    back_out: {
      steps: backOut.steps,
      expected_ms: backOut.expectedMs,
      ...(backOut.refusal ? { refusal: backOut.refusal } : {}),
    },
    records: state.seq,
    last_hash: place.lastHash,
    ...(coverage
      ? {
          coverage: { counts: coverage.counts, findings: coverage.findings, inconclusive: coverage.inconclusive },
        }
      : {}),
  }
}

function forecastInJson({ endAt, outcome, reason, lanes }: RunForecast): NonNullable<RunSummary['forecast']> {
  return {
    end: new Date(endAt).toISOString(),
    outcome,
    ...(reason === undefined ? {} : { reason }),
    lanes: Object.entries(lanes).flatMap(([step, ends]) =>
      Object.entries(ends).map(([lane, at]) => ({ step, lane, end: new Date(at).toISOString() })),
    ),
  }
}

function waitingInJson({ openedAt, expiresAt, roleTitles: _, ...waiting }: WaitingFor): WaitingInJson {
  return {
    ...waiting,
    opened_at: new Date(openedAt).toISOString(),
    ...(expiresAt === undefined ? {} : { expires_at: new Date(expiresAt).toISOString() }),
  }
}

/** Whether a run went as wished: it ended well, or a dry run found nothing that would stop the real one. */
export function isClean(index: PlanIndex, state: RunState): boolean {
  if (state.status !== 'ended') return false
  if (state.mode !== 'dry_run') return state.outcome === 'succeeded'
  return coverageOf(index, state).findings.length === 0 && state.outcome !== 'aborted'
}
