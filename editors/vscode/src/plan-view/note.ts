/** What stands above the plan, in words. */
import type { PlanProgress, PlanState } from '../active-runbook.ts'
import type { ToPage } from './messages.ts'

/** @param plan - what is shown below, or undefined when nothing is */
export function noteOf(
  progress: PlanProgress,
  plan: PlanState | undefined,
): Pick<Extract<ToPage, { kind: 'show' }>, 'note' | 'tone'> {
  const stale = plan?.good ? 'stale' : 'plain'
  switch (progress.kind) {
    case 'nothing_open':
      return { note: 'Open a runbook, and its plan is shown here.', tone: 'plain' }
    case 'making':
      return { note: 'Making the plan …', tone: stale }
    case 'failed':
      return {
        note: `The plan cannot be made: ${progress.reason}. It is made again with the next change.`,
        tone: stale,
      }
    case 'answered':
      return answerNote(plan)
  }
}

function answerNote(plan: PlanState | undefined): ReturnType<typeof noteOf> {
  if (!plan || plan.last.state === 'plan') return { note: '', tone: 'plain' }
  const { reason } = plan.last
  if (plan.good) return { note: `No plan of the text as it is: ${reason}. This is the last one.`, tone: 'stale' }
  return { note: `There is no plan yet: ${reason}.`, tone: 'plain' }
}
