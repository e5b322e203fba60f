import type { RunEvent, RunEventData, RunEventType } from './events.ts'
import type { PlanIndex } from './plan-index.ts'
import type { RunState } from './state.ts'

/** What the deciding functions share: the plan and the state, read only. */
export interface Standing {
  readonly index: PlanIndex
  readonly state: RunState
}

/**
 * The outcome of looking at a step or target: an event to record next, `blocked` while something outside must happen
 * first, `final` when nothing is left to do there.
 */
export type Next = RunEvent | 'blocked' | 'final'

export function isEvent(next: Next): next is RunEvent {
  return typeof next !== 'string'
}

/**
 * Makes a concluded event. Its id follows from what it says and where the run stands, so that the same conclusion
 * is never recorded twice; its instant is that of the event that led to it.
 */
export function conclude<Type extends RunEventType>(
  standing: Standing,
  type: Type,
  data: RunEventData[Type],
): RunEvent {
  const { state } = standing
  return { id: `${type}/${state.seq + 1}`, type, at: state.lastAt, data } as RunEvent
}
