/** The words of the as-executed record for what a run's state says in keys. */
import type { Choice, RunOutcome, Verdict } from '../run/events.ts'
import type { AttemptState, Deviation, RolloutTargetState, RunState, StepState } from '../run/state.ts'
import type { Badge } from './view.ts'

export const outcomeBadges: Readonly<Record<RunOutcome, Badge>> = {
  succeeded: { text: 'Succeeded', sign: '✓', tone: 'good' },
  succeeded_with_failures: { text: 'Succeeded with failures', sign: '!', tone: 'warning' },
  backed_out: { text: 'Backed out', sign: '↩', tone: 'warning' },
  aborted: { text: 'Aborted', sign: '■', tone: 'bad' },
  failed: { text: 'Failed', sign: '✗', tone: 'bad' },
}

export const runStatusBadges: Readonly<Record<RunState['status'], Badge>> = {
  new: { text: 'Not started', sign: '○', tone: 'quiet' },
  running: { text: 'Still running', sign: '▷', tone: 'plain' },
  pausing: { text: 'Pausing', sign: '‖', tone: 'warning' },
  paused: { text: 'Paused', sign: '‖', tone: 'warning' },
  backing_out: { text: 'Backing out', sign: '↩', tone: 'warning' },
  ending: { text: 'Ending', sign: '▷', tone: 'plain' },
  ended: { text: 'Ended', sign: '■', tone: 'plain' },
}

const stepBadges = {
  waiting: { text: 'Waiting', sign: '○', tone: 'person' },
  running: { text: 'Running', sign: '▷', tone: 'plain' },
  succeeded: { text: 'Succeeded', sign: '✓', tone: 'good' },
  failed: { text: 'Failed', sign: '✗', tone: 'bad' },
  skipped: { text: 'Not needed', sign: '–', tone: 'quiet' },
  marked_done: { text: 'Marked done', sign: '✎', tone: 'warning' },
  backed_out: { text: 'Backed out', sign: '↩', tone: 'warning' },
} as const satisfies Record<StepState['status'], Badge>

const notReached: Badge = { text: 'Not reached', sign: '·', tone: 'quiet' }
const skippedByPerson: Badge = { text: 'Skipped', sign: '–', tone: 'warning' }
const cutOff: Badge = { text: 'Cut off', sign: '■', tone: 'warning' }

/** A step that a person left out, and one that the end of the run cut off, are told from one that was not needed. */
export function stepBadge(step: StepState | undefined): Badge {
  if (step === undefined) return notReached
  if (isCutOff(step)) return cutOff
  return step.status === 'skipped' && step.by !== undefined ? skippedByPerson : stepBadges[step.status]
}

/** People were asked, and the run ended before they had answered: nobody left it out, and nobody did it. */
export function isCutOff(step: StepState): boolean {
  return step.status === 'skipped' && step.by === undefined && step.prompts.length > 0
}

export const verdictBadges: Readonly<Record<Verdict, Badge>> = {
  pass: { text: 'Pass', sign: '✓', tone: 'good' },
  fail: { text: 'Fail', sign: '✗', tone: 'bad' },
  not_tested: { text: 'Not tested', sign: '–', tone: 'warning' },
  waived: { text: 'Waived', sign: '✎', tone: 'warning' },
  unknown: { text: 'Unknown', sign: '?', tone: 'warning' },
}

export type RequirementVerdict =
  | 'met'
  | 'met_with_deviation'
  | 'not_needed'
  | 'by_note'
  | 'open'
  | 'not_met'
  | 'not_covered'

export const requirementBadges: Readonly<Record<RequirementVerdict, Badge>> = {
  met: { text: 'Met', sign: '✓', tone: 'good' },
  met_with_deviation: { text: 'Met with deviation', sign: '✎', tone: 'warning' },
  not_needed: { text: 'Not needed', sign: '–', tone: 'quiet' },
  by_note: { text: 'By note', sign: '✎', tone: 'plain' },
  open: { text: 'Open', sign: '·', tone: 'warning' },
  not_met: { text: 'Not met', sign: '✗', tone: 'bad' },
  not_covered: { text: 'Not covered', sign: '✗', tone: 'bad' },
}

export const attemptBadges: Readonly<Record<NonNullable<AttemptState['outcome']>, Badge>> = {
  succeeded: stepBadges.succeeded,
  failed: stepBadges.failed,
  unsettled: { text: 'Unsettled', sign: '?', tone: 'warning' },
}

export const attemptOpen: Badge = stepBadges.running

export const targetBadges: Readonly<Record<RolloutTargetState['state'], Badge>> = {
  pending: { text: 'Not started', sign: '·', tone: 'quiet' },
  staging: { text: 'Being prepared', sign: '▷', tone: 'plain' },
  staged: { text: 'Prepared', sign: '·', tone: 'plain' },
  waiting_for_window: { text: 'Waits for its window', sign: '◷', tone: 'plain' },
  in_progress: stepBadges.running,
  verifying: { text: 'Verifying', sign: '▷', tone: 'plain' },
  proven: { text: 'Verified', sign: '✓', tone: 'plain' },
  rolling_back: { text: 'Rolling back', sign: '↩', tone: 'warning' },
  retrying: { text: 'Retrying', sign: '↻', tone: 'warning' },
  succeeded: stepBadges.succeeded,
  rolled_back: { text: 'Rolled back', sign: '↩', tone: 'warning' },
  failed: stepBadges.failed,
  skipped: { text: 'Skipped', sign: '–', tone: 'warning' },
  held: { text: 'Held', sign: '‖', tone: 'warning' },
}

export const voteBadges: Readonly<Record<'approve' | 'reject', Badge>> = {
  approve: { text: 'Go', sign: '✓', tone: 'good' },
  reject: { text: 'No-go', sign: '✗', tone: 'bad' },
}

export const deviationTitles: Readonly<Record<Deviation['kind'], string>> = {
  skipped: 'Left out',
  marked_done: 'Marked done by hand',
  waived: 'Criterion waived',
  repeated: 'Done again although its end was unknown',
  rule_broken: 'Safety rule broken',
  failed_step_passed: 'Went on after a failed step',
}

export const choiceTitles: Readonly<Record<Choice, string>> = {
  run: 'run',
  run_phase: 'run the whole phase',
  skip: 'skip',
  mark_done: 'mark done',
  back_out: 'back out',
  abort: 'abort',
  retry: 'retry what failed',
  retry_all: 'retry all',
  done: 'done',
  fail: 'failed',
  approve: 'go',
  reject: 'no-go',
  waive: 'waive',
  pass: 'pass',
  not_tested: 'not tested',
  go_on: 'go on',
  rollback: 'put it back',
  stop: 'stop the rollout',
}

export const callTitles: Readonly<Record<AttemptState['op'], string>> = {
  perform: '',
  probe: 'asked whether it was done',
  undo: 'undone',
  dry_run: 'rehearsed',
  criterion: 'measured',
}
