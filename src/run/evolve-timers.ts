/** What the events about timers change. */
import type { RunEventData } from './events.ts'
import type { PlanIndex } from './plan-index.ts'
import type { RunState } from './state.ts'
import { machineOf } from './step-state.ts'

export function timerSet(state: RunState, timer: RunEventData['TimerSet']): void {
  if (timer.step === undefined) return
  if (timer.why === 'rollout') state.steps[timer.step]?.rollout?.wakes.push(timer.at)
  if (timer.target === undefined) return
  const target = state.steps[timer.step]?.targets[timer.target]
  if (timer.why === 'retry' && target) target.status = 'retry_wait'
  if (timer.why === 'probe' && target) delete target.retrying
}

export function timerFired(index: PlanIndex, state: RunState, id: string): void {
  const timer = state.timers[id]
  if (!timer) return
  delete state.timers[id]
  if (timer.step === undefined) return
  const step = state.steps[timer.step]
  const target = timer.target === undefined ? undefined : step?.targets[timer.target]
  if (timer.why === 'retry' && target?.status === 'retry_wait') target.status = 'retry_due'
  if (timer.target !== undefined) machineOf(index, state, timer.step)?.touch(timer.target)
  if (timer.why === 'rollout' && step?.rollout) {
    const place = step.rollout.wakes.indexOf(timer.at)
    if (place !== -1) step.rollout.wakes.splice(place, 1)
  }
  if (timer.why === 'expiry' && step) step.answer ??= { choice: 'fail', reason: 'expired', by: 'clock', seq: state.seq }
}

/** Id of the timer that ends a prompt. */
export function expiryTimer(prompt: string): string {
  return `${prompt}/expiry`
}
