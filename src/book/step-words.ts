/** The words of documents for what a plan says in keys. */
import type {
  OnFailure,
  PhaseKind,
  PlanGate,
  PlanImpact,
  PlanRetry,
  PlanRolloutFailureRule,
  PlanStep,
} from '../plan/model.ts'
import { count, durationText, listText, wordsOf } from './text.ts'
import type { Badge } from './view.ts'

export const formTitles: Readonly<Record<PlanStep['form'], string>> = {
  action: 'Action',
  manual: 'Manual step',
  gate: 'Gate',
  acceptance: 'Acceptance',
  group: 'Group',
  rollout: 'Rollout',
}

export const phaseTitles: Readonly<Record<PhaseKind, string>> = {
  preparation: 'Preparation',
  backup: 'Backup',
  connectivity: 'Connectivity',
  qualification: 'Qualification',
  upgrade: 'Upgrade',
  acceptance: 'Acceptance',
  closing: 'Closing',
}

export const failureTexts: Readonly<Record<OnFailure, string>> = {
  stop: 'the run stops, cleanups are done',
  continue: 'the run goes on, the failure is recorded',
  ask: 'the operator decides: retry, skip, mark done or back out',
  back_out: 'everything done so far is backed out',
}

export const unknownTexts: Readonly<Record<PlanStep['on_unknown'], string>> = {
  ask: 'the operator decides',
  hold: 'the run is held',
  fail: 'counts as failed',
}

const doTexts: Readonly<Record<PlanRolloutFailureRule['do'], string>> = {
  retry: 'try again',
  rollback: 'roll the target back',
  skip: 'leave the target out',
  fail: 'count the target as failed',
  hold: 'hold the target',
}

const thenTexts = {
  continue: '',
  stop_wave: ', then stop this wave',
  stop_lane: ', then stop this lane',
  stop_rollout: ', then stop this rollout',
  stop_run: ', then stop the run',
  ask: ', then ask the operator',
} as const satisfies Record<PlanRolloutFailureRule['then'], string>

export function failureRuleText(rule: PlanRolloutFailureRule): { readonly when: string; readonly then: string } {
  return {
    when: rule.class === undefined ? 'Any other failure' : wordsOf(rule.class),
    then: `${doTexts[rule.do]}${thenTexts[rule.then]}`,
  }
}

/** `up to 3 attempts, 10 s apart, on unreachable or timeout`; empty when there is one attempt only. */
export function retryText(retry: PlanRetry): string {
  if (retry.max_attempts <= 1) return ''
  const pause =
    retry.delay_ms === 0
      ? 'at once'
      : retry.backoff > 1
        ? `first after ${durationText(retry.delay_ms)}, each pause ${retry.backoff} times the last, at most ${durationText(retry.max_delay_ms)}`
        : `${durationText(retry.delay_ms)} apart`
  const classes = retry.classes.length === 0 ? 'failures that can heal' : listText(retry.classes.map(classText), 'or')
  const when = retry.when === undefined ? '' : `, while ${retry.when}`
  return `up to ${count(retry.max_attempts, 'attempt')}, ${pause}, on ${classes}${when}`
}

export function classText(name: string): string {
  return name.replaceAll('_', ' ')
}

export function impactText(impact: PlanImpact): string {
  const downtime =
    impact.downtime_ms === undefined
      ? ''
      : impact.downtime_ms === 0
        ? ', no downtime'
        : `, ${durationText(impact.downtime_ms)} of downtime`
  const affects = impact.affects === undefined ? '' : `: ${impact.affects}`
  return `${wordsOf(impact.kind)}${downtime}${affects}`
}

/** Who decides a gate and when it is passed, in one sentence. */
export function gateText(gate: PlanGate['gate'], roleTitle: (role: string) => string): string {
  const who = gate.roles.length === 0 ? 'Anyone' : listText(gate.roles.map(roleTitle), 'or')
  const votes = `${who} decides; ${count(gate.min_approvals, 'approval')} ${gate.min_approvals === 1 ? 'is' : 'are'} needed.`
  return gate.exclude_initiator ? `${votes} Whoever started the run may not decide.` : votes
}

const expiryTexts = {
  no_go: 'the answer is no',
  go: 'the answer is yes',
  ask: 'it is asked again',
} as const satisfies Record<PlanGate['gate']['on_expiry'], string>

export function expiryText(gate: PlanGate['gate']): string {
  return gate.expires_after_ms === undefined
    ? ''
    : `${durationText(gate.expires_after_ms)} after it is asked; then ${expiryTexts[gate.on_expiry]}`
}

export const gateTitles: Readonly<Record<PlanGate['gate']['type'], string>> = {
  go_no_go: 'Go or no-go',
  approval: 'Approval',
}

export type BadgeName =
  | 'point_of_no_return'
  | 'disruptive'
  | 'change'
  | 'read'
  | 'manual'
  | 'gate'
  | 'cleanup'
  | 'skip'
  | 'parallel'
  | 'acceptance'
  | 'rollout'

export const badges: Readonly<Record<BadgeName, Badge>> = {
  point_of_no_return: { text: 'Point of no return', sign: '■', tone: 'stop' },
  disruptive: { text: 'Disruptive', sign: '▲', tone: 'bad' },
  change: { text: 'Change', sign: '●', tone: 'warning' },
  read: { text: 'Read only', sign: '○', tone: 'quiet' },
  manual: { text: 'Manual step', sign: '▣', tone: 'person' },
  gate: { text: 'Gate', sign: '◆', tone: 'person' },
  cleanup: { text: 'Clean-up', sign: '↩', tone: 'plain' },
  skip: { text: 'Left out', sign: '–', tone: 'quiet' },
  parallel: { text: 'In parallel', sign: '∥', tone: 'plain' },
  acceptance: { text: 'Acceptance', sign: '✓', tone: 'plain' },
  rollout: { text: 'Rollout', sign: '▶', tone: 'plain' },
}
