/**
 * What the core concludes next, from the state alone. The host asks again after each answer until there is nothing
 * more; because the answer depends on the state only, a crash between two answers loses nothing.
 */

import { backOutEvent, backOutRefusal, nextBackOut, nextEnding } from './back-out.ts'
import { isCured } from './cure.ts'
import { conclude, isEvent, type Next, type Standing } from './decided.ts'
import type { RunEvent, RunOutcome } from './events.ts'
import { nextRollout } from './next-rollout.ts'
import { nextForStep, nextInOrder } from './next-step.ts'
import type { RunState } from './state.ts'

export function nextEvent(standing: Standing): RunEvent | undefined {
  const next = decideNext(standing)
  return isEvent(next) ? next : undefined
}

function decideNext(standing: Standing): Next {
  const { state } = standing
  switch (state.status) {
    case 'new':
    case 'ended':
    case 'paused':
      return 'blocked'
    case 'pausing': {
      const winding = windDown(standing, 'pause')
      if (winding !== 'final') return winding
      return inFlight(state) ? 'blocked' : conclude(standing, 'RunPaused', {})
    }
    case 'backing_out':
      return state.abort && state.abort.seq > (state.backOut?.seq ?? 0) ? giveUp(standing) : nextBackOut(standing)
    case 'ending':
      return nextEnding(standing)
    case 'running':
      return state.abort ? giveUp(standing) : nextPhase(standing)
  }
}

function inFlight(state: RunState): boolean {
  return Object.values(state.calls).some((call) => call.status !== 'interrupted')
}

/** Rollouts that are under way come to rest first: what is in progress finishes or goes back, as the runbook says. */
function windDown(standing: Standing, manner: 'pause' | 'stop'): Next {
  const { index, state } = standing
  let blocked = false
  for (const step of index.ordered) {
    const current = state.steps[step.path]
    if (step.form !== 'rollout' || current?.status !== 'running' || state.mode === 'dry_run') continue
    const next = nextRollout(standing, step, current, manner, (gate) => nextForStep(standing, gate, { forced: false }))
    if (isEvent(next)) return next
    blocked ||= next === 'blocked'
  }
  return blocked ? 'blocked' : 'final'
}

/** An abort waits for what is in flight, then goes back or ends. */
function giveUp(standing: Standing): Next {
  const { state } = standing
  const winding = state.abort?.now ? 'final' : windDown(standing, 'stop')
  if (winding !== 'final') return winding
  if (inFlight(state)) return 'blocked'
  const interrupted = Object.values(state.calls)[0]
  if (interrupted) {
    const { call, step, target } = interrupted
    return conclude(standing, 'CallUnsettled', {
      call,
      step,
      target,
      resolution: 'ask',
      reason: 'the engine ended while this was running',
    })
  }
  const abort = state.abort!
  if (abort.backOut && backOutRefusal(standing) === undefined) return backOutEvent(standing, abort.reason, abort.by)
  return conclude(standing, 'RunEnding', { outcome: 'aborted', reason: abort.reason })
}

function nextPhase(standing: Standing): Next {
  const { index, state } = standing
  for (const phase of index.plan.phases) {
    const current = state.phases[phase.id]
    if (!current) return conclude(standing, 'PhaseStarted', { phase: phase.id })
    if (current.status === 'ended') continue
    const next = nextInOrder(standing, phase.steps, { forced: false })
    if (next !== 'final') return next
    return conclude(standing, 'PhaseEnded', { phase: phase.id })
  }
  const reason = notReached(standing)
  return conclude(standing, 'RunEnding', { outcome: finalOutcome(standing), ...(reason === '' ? {} : { reason }) })
}

/** A run that succeeded without some of its targets says so in the same breath. */
function notReached({ index, state }: Standing): string {
  return index.ordered
    .flatMap((step) => {
      const current = state.steps[step.path]
      const isPart = step.form === 'rollout' && current?.status === 'succeeded' && current.reason !== undefined
      return isPart ? [`step ${step.number}: ${current.reason}`] : []
    })
    .join('; ')
}

function finalOutcome(standing: Standing): RunOutcome {
  const { index, state } = standing
  const failed = index.ordered.filter((step) => state.steps[step.path]?.status === 'failed')
  if (failed.every((step) => isCured(standing, step))) return 'succeeded'
  return state.mode === 'dry_run' ? 'failed' : 'succeeded_with_failures'
}
