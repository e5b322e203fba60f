/** What the work inside a rollout has shown. It has no end of its own: its calls and the rollout around it have. */
import type { PlanRollout, PlanStep } from '../plan/model.ts'
import type { RolloutTargetPhase } from '../run/rollout-moves.ts'
import type { RolloutState, StepTargetState } from '../run/state.ts'
import { type ReportSource, recordsOf } from './report-source.ts'
import { isCutOff, stepBadge } from './report-words.ts'
import { count } from './text.ts'
import type { Badge } from './view.ts'

/** `deviation`: it went wrong on targets whose failure the rollout tolerates. */
export type PartShown = 'good' | 'deviation' | 'not_needed' | 'open' | 'bad'

export interface RolloutPart {
  readonly shown: PartShown
  readonly badge: Badge
  readonly records: readonly number[]
}

const notNeeded: Badge = { text: 'Not needed', sign: '–', tone: 'quiet' }

/** @returns undefined for a step that is no part of a rollout, or of one that was never reached */
export function rolloutPart(source: ReportSource, step: PlanStep): RolloutPart | undefined {
  const rollout = rolloutAround(source, step)
  if (!rollout) return undefined
  const whole = source.state.steps[rollout.path]
  if (whole?.status === 'skipped' && whole.by === undefined && !isCutOff(whole))
    return { shown: 'not_needed', badge: notNeeded, records: recordsOf(source, rollout) }
  if (!whole?.rollout) return undefined
  const own = recordsOf(source, step)
  const records = own.length > 0 ? own : recordsOf(source, rollout)
  const work = Object.entries(source.state.steps[step.path]?.targets ?? {}).filter(([, { attempts }]) =>
    attempts.some(({ op }) => op !== 'probe'),
  )
  if (work.length === 0) {
    const wanted = whole.status === 'failed' && !rollout.rollback.steps.includes(step as never)
    return wanted || !whole.rollout.ended
      ? { shown: 'open', badge: stepBadge(undefined), records }
      : { shown: 'not_needed', badge: notNeeded, records }
  }
  const ends = work.map(([name, target]) => endOf(target, whole.rollout?.targets[name]?.state))
  const of = (end: ReturnType<typeof endOf>): number => ends.filter((each) => each === end).length
  const good = of('good') === ends.length ? '' : `${of('good')} of `
  const badge: Badge = { text: `Succeeded on ${good}${count(ends.length, 'target')}`, sign: '', tone: 'plain' }
  if (of('open') > 0) return { shown: 'open', badge, records }
  if (of('bad') === 0) return { shown: 'good', badge, records }
  return { shown: whole.status === 'succeeded' || wentItsWay(whole.rollout) ? 'deviation' : 'bad', badge, records }
}

/** Nothing stopped it as a whole, and some of its targets arrived: those that did not were dealt with as the runbook says. */
export function wentItsWay({ ended, stopped, targets }: RolloutState): boolean {
  return ended && stopped === undefined && Object.values(targets).some(({ state }) => state === 'succeeded')
}

function rolloutAround(source: ReportSource, { path }: PlanStep): PlanRollout | undefined {
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
    const found = source.index.byPath.get(path.slice(0, at))?.step
    if (found?.form === 'rollout') return found
  }
  return undefined
}

/** A try that failed counts as nothing where the target arrived all the same. */
function endOf(target: StepTargetState, arrived: RolloutTargetPhase | undefined): 'good' | 'bad' | 'open' {
  if (target.status === 'succeeded' || arrived === 'succeeded') return 'good'
  return target.attempts.at(-1)?.outcome === undefined ? 'open' : 'bad'
}
