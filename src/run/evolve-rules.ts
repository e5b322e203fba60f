/** The fold of broken rules and of the people who let them pass. */
import type { FailureClass } from '../base/failure.ts'
import type { EventOf } from './events.ts'
import type { RunState } from './state.ts'

type BrokenRule = RunState['rulesBroken'][number]

/** Keeps a broken rule on record. @returns step, target, class and reason of the failure that it means */
export function ruleBroken(
  state: RunState,
  event: EventOf<'RuleBroken'>,
): readonly [step: string, target: string, failure: FailureClass, message: string] {
  const { rule, title, step, target, reason, override_by } = event.data
  state.rulesBroken.push({
    at: event.at,
    seq: state.seq,
    rule,
    title,
    step,
    target,
    ...(reason ? { reason } : {}),
    ...(override_by ? { overrideBy: override_by } : {}),
  })
  return [step, target, 'refused', `rule "${rule}" would be broken: ${title}${reason ? ` (${reason})` : ''}`]
}

/** Broken rules because of which a step, or a part of it, has failed in its present round and that nobody has let pass. */
export function openRules(state: RunState, path: string): readonly BrokenRule[] {
  const since = state.steps[path]?.reopenedSeq ?? 0
  return state.rulesBroken.filter(
    (broken) =>
      broken.seq > since && (broken.step === path || broken.step.startsWith(`${path}/`)) && !isWaived(state, broken),
  )
}

export function isWaived(state: RunState, effect: Pick<BrokenRule, 'rule' | 'step' | 'target'>): boolean {
  return state.rulesWaived.some(
    ({ rule, step, target }) => rule === effect.rule && step === effect.step && target === effect.target,
  )
}

/** A person lets the broken rules of a step pass, each for the effect that it stopped. */
export function waiveRules(
  state: RunState,
  path: string,
  said: { readonly by: string; readonly reason: string; readonly at: number },
): void {
  for (const { rule, title, step, target } of openRules(state, path)) {
    state.rulesWaived.push({ rule, step, target, ...said, seq: state.seq })
    state.deviations.push({
      kind: 'rule_broken',
      step,
      ...(target === '' ? {} : { target }),
      by: said.by,
      reason: `${title}: ${said.reason}`,
      at: said.at,
      seq: state.seq,
    })
  }
}
