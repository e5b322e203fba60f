/** What the events about calls of actions change. */
import type { FailureClass } from '../base/failure.ts'
import type { PlanAction } from '../plan/model.ts'
import type { EventOf, RunEventData } from './events.ts'
import type { PlanIndex } from './plan-index.ts'
import type { AttemptState, CallState, RunState, StepTargetState } from './state.ts'
import { attemptOf, machineOf, record, reopenTarget, stepOf, targetOf } from './step-state.ts'

export function callRequested(index: PlanIndex, state: RunState, event: EventOf<'CallRequested'>): void {
  const { call, step, target, op, action, attempt, effect, criterion } = event.data
  const pending: CallState = {
    call,
    step,
    target,
    op,
    action,
    attempt,
    effect,
    with: event.data.with,
    timeoutMs: event.data.timeout_ms,
    status: 'requested',
    requestedAt: event.at,
    ...(criterion ? { criterion } : {}),
    ...(event.data.undo_outputs ? { undoOutputs: event.data.undo_outputs } : {}),
  }
  state.calls[call] = pending
  const current = stepOf(state, step)
  if (current.status === 'waiting') current.status = 'running'
  current.startedAt ??= event.at
  const ts = targetOf(state, step, target)
  ts.status = 'requested'
  ts.deliveries += 1
  delete ts.resolution
  delete ts.reason
  delete ts.class
  delete ts.retrying
  ts.attempts.push({
    attempt,
    call,
    op,
    action,
    with: event.data.with,
    effect,
    requestedAt: event.at,
    outputs: {},
    evidence: [],
    records: [state.seq],
    ...(criterion ? { criterion } : {}),
  })
  machineOf(index, state, step)?.called(target, call)
  record(state, step)
}

export function callStarted(state: RunState, event: EventOf<'CallStarted'>): void {
  const call = state.calls[event.data.call]
  if (!call) return
  call.status = 'started'
  call.startedAt = event.at
  const attempt = attemptOf(state, call)
  if (attempt) {
    attempt.startedAt = event.at
    attempt.records.push(state.seq)
  }
  targetOf(state, call.step, call.target).status = 'running'
}

export function callSettled(
  index: PlanIndex,
  state: RunState,
  event: EventOf<'CallSucceeded'> | EventOf<'CallFailed'>,
): void {
  const call = state.calls[event.of ?? '']
  if (!call) return
  delete state.calls[call.call]
  const target = targetOf(state, call.step, call.target)
  const attempt = attemptOf(state, call)
  if (attempt) settleAttempt(attempt, event, state.seq)
  stepOf(state, call.step).evidence.push(...event.data.evidence)
  record(state, call.step)
  const planned = index.byPath.get(call.step)?.step
  if (event.type === 'CallSucceeded') succeeded(target, call, event.data)
  else failed(target, call, event.data, planned?.form === 'action' ? planned : undefined)
  // It was called off, and the same work is wanted once more: its failure says nothing about that.
  const asked = attempt?.records[0] ?? state.seq
  if (target.status === 'failed' && asked < (target.wantedSeq ?? 0)) reopenTarget(target)
  machineOf(index, state, call.step)?.settled(call.target, call.call)
}

function settleAttempt(
  attempt: AttemptState,
  event: EventOf<'CallSucceeded'> | EventOf<'CallFailed'>,
  seq: number,
): void {
  attempt.endedAt = event.at
  attempt.evidence.push(...event.data.evidence)
  attempt.records.push(seq)
  attempt.outputs = event.data.outputs ?? {}
  if (event.type === 'CallSucceeded') {
    attempt.outcome = 'succeeded'
    if (event.data.summary !== undefined) attempt.summary = event.data.summary
    if (event.data.changed !== undefined) attempt.changed = event.data.changed
    if (event.data.state !== undefined) attempt.probe = event.data.state
  } else {
    attempt.outcome = 'failed'
    attempt.class = event.data.class
    attempt.message = event.data.message
    if (event.data.advice !== undefined) attempt.advice = event.data.advice
  }
}

function succeeded(target: StepTargetState, call: CallState, data: RunEventData['CallSucceeded']): void {
  if (data.coverage) target.coverage = data.coverage
  if (call.op !== 'probe') {
    target.status = 'succeeded'
    return
  }
  switch (data.state) {
    case 'applied':
      target.status = 'succeeded'
      target.reason = 'the probe found it done'
      return
    case 'not_applied':
      Object.assign(target, { status: 'unsettled', resolution: 'repeat' })
      return
    case 'running':
      Object.assign(target, { status: 'unsettled', resolution: 'probe', retrying: true })
      return
    default:
      Object.assign(target, { status: 'unsettled', resolution: 'ask' })
  }
}

/** Failures after which nobody can say whether the effect happened. */
const uncertain: ReadonlySet<FailureClass> = new Set<FailureClass>(['unreachable', 'timeout', 'cancelled', 'unknown'])

function failed(
  target: StepTargetState,
  call: CallState,
  data: RunEventData['CallFailed'],
  planned: PlanAction | undefined,
): void {
  target.reason = data.message
  target.class = data.class
  if (call.op === 'probe') {
    Object.assign(target, { status: 'unsettled', resolution: 'ask' })
    return
  }
  const changes =
    planned !== undefined && planned.capabilities.effect !== 'none' && (call.op === 'perform' || call.op === 'undo')
  const safe = planned?.capabilities.idempotent || planned?.capabilities.resumable
  if (changes && !safe && uncertain.has(data.class) && data.not_applied !== true) {
    target.status = 'unsettled'
    delete target.resolution
    return
  }
  target.status = 'failed'
}

export function callUnsettled(index: PlanIndex, state: RunState, event: EventOf<'CallUnsettled'>): void {
  const { call: id, step, target: name, resolution, reason } = event.data
  const call = state.calls[id]
  delete state.calls[id]
  const target = targetOf(state, step, name)
  const attempt = call ? attemptOf(state, call) : undefined
  if (attempt) {
    attempt.outcome = 'unsettled'
    attempt.message = reason
    attempt.endedAt = event.at
    attempt.records.push(state.seq)
  }
  record(state, step)
  if (resolution === 'fail') Object.assign(target, { status: 'failed', class: 'unknown', reason })
  else Object.assign(target, { status: 'unsettled', resolution, reason })
  machineOf(index, state, step)?.settled(name, id)
}
