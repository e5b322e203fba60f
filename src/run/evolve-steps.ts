/** What the events about steps, their targets and criteria change. */
import type { FailureClass } from '../base/failure.ts'
import type { EventOf } from './events.ts'
import { initialRollout, reopenRollout, rolloutAdvanced } from './evolve-rollout.ts'
import type { PlanIndex } from './plan-index.ts'
import { actionsOf } from './rollout-machine.ts'
import { type RolloutState, type RunState, resultKey, type StepState, type StepTargetState } from './state.ts'
import { deviate, machineOf, record, reopenTarget, stepOf, targetOf } from './step-state.ts'

export function stepStarted(index: PlanIndex, state: RunState, event: EventOf<'StepStarted'>): void {
  const step = stepOf(state, event.data.step)
  step.status = 'running'
  step.startedAt ??= event.at
  delete step.answer
  const planned = index.byPath.get(step.path)?.step
  if (planned?.form === 'rollout' && !step.rollout) step.rollout = initialRollout(index, planned, event.at)
  record(state, step.path)
}

export function stepEnded(state: RunState, event: EventOf<'StepEnded'>): void {
  const step = stepOf(state, event.data.step)
  const { outcome, reason, by, outputs } = event.data
  if (outcome !== 'backed_out' && (outcome === 'skipped' || outcome === 'marked_done') && by !== undefined) {
    deviate(state, { kind: outcome, step: step.path, by, reason: reason ?? '', at: event.at, seq: state.seq })
  }
  step.status = outcome
  step.startedAt ??= event.at
  step.endedAt = event.at
  if (reason !== undefined) step.reason = reason
  if (by !== undefined) step.by = by
  if (outputs !== undefined) step.outputs = outputs
  delete step.answer
  record(state, step.path)
}

export function stepReopened(index: PlanIndex, state: RunState, event: EventOf<'StepReopened'>): void {
  const step = stepOf(state, event.data.step)
  step.status = 'running'
  step.round += 1
  step.reopenedSeq = state.seq
  step.votes = []
  delete step.answer
  delete step.endedAt
  const planned = index.byPath.get(step.path)?.step
  const all = event.data.scope === 'all'
  const again = (target: StepTargetState): boolean => all || target.status === 'failed' || target.status === 'unsettled'
  for (const target of Object.values(step.targets)) if (again(target)) reopenTarget(target)
  if (planned?.form === 'rollout' && step.rollout) {
    for (const name of reopenRollout(index, planned, step, event.data.scope, event.at))
      resetRolloutTarget(index, state, planned.path, name)
  }
  if (planned?.form === 'acceptance') {
    for (const id of planned.criteria) {
      for (const [name, target] of Object.entries(state.steps[`${planned.path}/${id}`]?.targets ?? {}))
        if (again(target) || !passed(state, planned.moment, id, name)) reopenTarget(target)
    }
  }
  record(state, step.path)
}

/** Judged on this target: what was found on another one says nothing about it. */
function passed(state: RunState, moment: 'baseline' | 'final', criterion: string, target: string): boolean {
  const place = state.acceptanceLast[resultKey(moment, criterion, target)]
  const verdict = place === undefined ? undefined : state.acceptance[place]?.verdict
  return verdict === 'pass' || verdict === 'waived'
}

function resetRolloutTarget(index: PlanIndex, state: RunState, path: string, target: string): void {
  const planned = index.byPath.get(path)?.step
  if (planned?.form !== 'rollout') return
  for (const action of Object.values(actionsOf(planned)).flat()) {
    const done = state.steps[action.path]?.targets[target]
    if (done) reopenTarget(done)
  }
}

/** Work that the core wants done once more begins afresh, unless nobody can say yet what became of it. */
export function advanced(state: RunState, event: EventOf<'RolloutAdvanced'>): void {
  const { rollout } = stepOf(state, event.data.step)
  if (!rollout) return
  for (const { path, target } of rolloutAdvanced(state, rollout, event.data, event.at)) {
    const work = state.steps[path]?.targets[target]
    if (!work) continue
    work.wantedSeq = state.seq
    if (work.status === 'succeeded' || work.status === 'failed' || work.status === 'skipped') reopenTarget(work)
  }
  const step = stepOf(state, event.data.step)
  const isOver = event.data.moves.some(
    (move) => move.kind === 'rollout' && (move.to === 'resumed' || move.to === 'stopped'),
  )
  if (isOver || isPutBack(rollout, step.answer)) delete step.answer
  record(state, event.data.step)
}

/** A person had a target put back, and it is on its way. */
function isPutBack({ machine }: RolloutState, answer: StepState['answer']): boolean {
  return answer?.choice === 'rollback' && answer.target !== undefined && !machine.isHeld(answer.target)
}

export function targetPassed(index: PlanIndex, state: RunState, event: EventOf<'TargetPassed'>): void {
  const { step, target: name, coverage, reason } = event.data
  const target = targetOf(state, step, name)
  Object.assign(target, { status: coverage === undefined ? 'skipped' : 'succeeded', reason })
  if (coverage) target.coverage = coverage
  machineOf(index, state, step)?.touch(name)
  record(state, step)
}

export function targetFailed(
  index: PlanIndex,
  state: RunState,
  step: string,
  name: string,
  failure: FailureClass,
  message: string,
): void {
  const target = targetOf(state, step, name)
  Object.assign(target, { status: 'failed', reason: message, class: failure })
  delete target.resolution
  machineOf(index, state, step)?.touch(name)
  record(state, step)
}

export function acceptanceRecorded(state: RunState, event: EventOf<'AcceptanceRecorded'>): void {
  const { step, criterion, target, moment, verdict, outputs, reason, by } = event.data
  state.acceptanceLast[resultKey(moment, criterion, target)] = state.acceptance.length
  state.acceptance.push({
    criterion,
    target,
    moment,
    verdict,
    outputs,
    at: event.at,
    seq: state.seq,
    ...(reason ? { reason } : {}),
    ...(by ? { by } : {}),
  })
  if (verdict === 'waived')
    deviate(state, { kind: 'waived', step, by: by ?? '', reason: reason ?? '', at: event.at, seq: state.seq, target })
  const check = stepOf(state, `${step}/${criterion}`)
  check.records.push(state.seq)
  delete check.answer
  record(state, step)
}
