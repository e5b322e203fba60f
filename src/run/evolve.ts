/**
 * The fold: one event changes the state. No decision is taken here, so an old journal reads the same for ever.
 * The state given is used up: callers keep the one that is returned.
 */
import { assertNever } from '../base/assert.ts'
import type { RunEvent } from './events.ts'
import { callRequested, callSettled, callStarted, callUnsettled } from './evolve-calls.ts'
import { closePrompt, promptAnswered, promptOpened, voteCast } from './evolve-prompts.ts'
import { ruleBroken } from './evolve-rules.ts'
import {
  acceptanceRecorded,
  advanced,
  stepEnded,
  stepReopened,
  stepStarted,
  targetFailed,
  targetPassed,
} from './evolve-steps.ts'
import { timerFired, timerSet } from './evolve-timers.ts'
import type { PlanIndex } from './plan-index.ts'
import type { RunState } from './state.ts'
import { record, stepOf } from './step-state.ts'
import { evolveVersions } from './versions-now.ts'
import { tellWorkLists } from './work-list.ts'

/** @param seq - sequence number of the event's journal record */
export function evolveRun(index: PlanIndex, state: RunState, event: RunEvent, seq: number): RunState {
  state.seq = seq
  state.lastAt = Math.max(state.lastAt, event.at)
  if (saidByPeople.has(event.type)) state.said[event.id] = true
  evolveVersions(index, state, event)
  tellWorkLists(state, event)
  apply(index, state, event)
  return state
}

/** Events that come in through the letter box. */
export const saidByPeople: ReadonlySet<RunEvent['type']> = new Set<RunEvent['type']>([
  'PromptAnswered',
  'VoteCast',
  'PauseRequested',
  'ResumeRequested',
  'AbortRequested',
  'HandedOver',
  'RolloutCommanded',
])

function apply(index: PlanIndex, state: RunState, event: RunEvent): void {
  switch (event.type) {
    case 'RunStarted':
      state.status = 'running'
      state.run = event.data.run
      state.mode = event.data.mode
      state.planDigest = event.data.plan_digest
      state.initiator = event.data.by
      state.operator = event.data.by
      state.startedAt = event.at
      return
    case 'EngineStarted':
      state.engines.push({
        at: event.at,
        seq: state.seq,
        by: event.data.by,
        pid: event.data.pid,
        host: event.data.host,
      })
      for (const call of Object.values(state.calls)) if (call.status === 'started') call.status = 'interrupted'
      for (const step of Object.values(state.steps)) step.rollout?.machine.touchAll()
      return
    case 'PhaseStarted':
      state.phases[event.data.phase] = { status: 'running', startedAt: event.at, records: [state.seq] }
      return
    case 'PhaseEnded': {
      const phase = state.phases[event.data.phase]
      if (phase) Object.assign(phase, { status: 'ended', endedAt: event.at, records: [...phase.records, state.seq] })
      return
    }
    case 'StepStarted':
      return stepStarted(index, state, event)
    case 'StepEnded':
      return stepEnded(state, event)
    case 'StepReopened':
      return stepReopened(index, state, event)
    case 'TargetPassed':
      return targetPassed(index, state, event)
    case 'TargetFailed':
      return targetFailed(index, state, event.data.step, event.data.target, event.data.class, event.data.message)
    case 'RuleBroken': {
      const failure = ruleBroken(state, event)
      // A rule that does not hold as a rollout ends is about no single target.
      if (index.byPath.get(event.data.step)?.step.form === 'rollout') return record(state, event.data.step)
      return targetFailed(index, state, ...failure)
    }
    case 'CallRequested':
      return callRequested(index, state, event)
    case 'CallStarted':
      return callStarted(state, event)
    case 'CallSucceeded':
    case 'CallFailed':
      return callSettled(index, state, event)
    case 'CallUnsettled':
      return callUnsettled(index, state, event)
    case 'TimerSet':
      state.timers[event.data.timer] = { ...event.data }
      return timerSet(state, event.data)
    case 'TimerFired':
      return timerFired(index, state, event.of ?? '')
    case 'PromptOpened':
      return promptOpened(state, event)
    case 'PromptAnswered':
      return promptAnswered(index, state, event)
    case 'PromptClosed':
      return closePrompt(state, event.data.prompt, event.data.reason)
    case 'VoteCast':
      return voteCast(state, event)
    case 'PauseRequested':
      if (state.status !== 'ended') state.status = 'pausing'
      return
    case 'RunPaused':
      state.status = 'paused'
      return
    case 'ResumeRequested':
      if (state.status === 'paused' || state.status === 'pausing') state.status = resumedStatus(state)
      return
    case 'AbortRequested':
      state.abort = {
        by: event.data.by,
        backOut: event.data.back_out,
        now: event.data.now,
        reason: event.data.reason,
        at: event.at,
        seq: state.seq,
      }
      if (state.status === 'paused' || state.status === 'pausing') state.status = resumedStatus(state)
      return
    case 'HandedOver':
      state.operator = event.data.to
      state.handovers.push({
        at: event.at,
        seq: state.seq,
        by: event.data.by,
        to: event.data.to,
        ...(event.data.note ? { note: event.data.note } : {}),
      })
      return
    case 'NoticeRecorded':
      state.notices.push({ at: event.at, seq: state.seq, kind: event.data.kind, message: event.data.message })
      return
    case 'AcceptanceRecorded':
      return acceptanceRecorded(state, event)
    case 'RolloutCommanded': {
      const { step, command, by, reason } = event.data
      stepOf(state, step).rollout?.commands.push({ command, by, ...(reason ? { reason } : {}) })
      return record(state, step)
    }
    case 'RolloutAdvanced':
      return advanced(state, event)
    case 'BackOutStarted':
      state.status = 'backing_out'
      state.backOut = {
        steps: event.data.steps,
        reason: event.data.reason,
        at: event.at,
        seq: state.seq,
        ...(event.data.by ? { by: event.data.by } : {}),
      }
      return dropOpen(state, 'the back-out has begun')
    case 'RunEnding':
      state.status = 'ending'
      state.ending = { outcome: event.data.outcome, ...(event.data.reason ? { reason: event.data.reason } : {}) }
      return dropOpen(state, 'the run is ending')
    case 'RunEnded':
      state.status = 'ended'
      state.outcome = event.data.outcome
      if (event.data.reason) state.reason = event.data.reason
      state.endedAt = event.at
      return dropOpen(state, 'the run has ended')
    default:
      return assertNever(event)
  }
}

function resumedStatus(state: RunState): RunState['status'] {
  if (state.ending) return 'ending'
  return state.backOut ? 'backing_out' : 'running'
}

function dropOpen(state: RunState, reason: string): void {
  for (const id of Object.keys(state.prompts)) closePrompt(state, id, reason)
  state.timers = {}
  for (const step of Object.values(state.steps)) {
    delete step.answer
    if (step.rollout) step.rollout.wakes = []
  }
}
