/**
 * The fold: one event changes the state. No decision is taken here, so an old journal reads the same for ever.
 * The state given is used up: callers keep the one that is returned.
 */
import { assertNever } from '../base/assert.ts'
import type { FailureClass } from '../base/failure.ts'
import type { PlanAction } from '../plan/model.ts'
import type { RunEvent, RunEventData } from './events.ts'
import { initialRollout, reopenRollout, rolloutAdvanced } from './evolve-rollout.ts'
import { ruleBroken, waiveRules } from './evolve-rules.ts'
import type { PlanIndex } from './plan-index.ts'
import { actionsOf, type RolloutMachine } from './rollout-machine.ts'
import type { AttemptState, CallState, Deviation, PromptState, RunState, StepState, StepTargetState } from './state.ts'
import { evolveVersions } from './versions-now.ts'

type EventOf<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>

/** @param seq - sequence number of the event's journal record */
export function evolveRun(index: PlanIndex, state: RunState, event: RunEvent, seq: number): RunState {
  state.seq = seq
  state.lastAt = Math.max(state.lastAt, event.at)
  if (saidByPeople.has(event.type)) state.said[event.id] = true
  evolveVersions(index, state, event)
  apply(index, state, event)
  return state
}

/** Events that come in through the letter box. */
const saidByPeople: ReadonlySet<RunEvent['type']> = new Set<RunEvent['type']>([
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
    case 'TargetPassed': {
      const target = targetOf(state, event.data.step, event.data.target)
      Object.assign(target, {
        status: event.data.coverage === undefined ? 'skipped' : 'succeeded',
        reason: event.data.reason,
      })
      if (event.data.coverage) target.coverage = event.data.coverage
      machineOf(index, state, event.data.step)?.touch(event.data.target)
      return record(state, event.data.step)
    }
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
    case 'VoteCast': {
      const prompt = state.prompts[event.data.prompt]
      if (!prompt) return
      const { by, role, decision, reason } = event.data
      const vote = {
        by,
        decision,
        at: event.at,
        seq: state.seq,
        ...(role ? { role } : {}),
        ...(reason ? { reason } : {}),
      }
      stepOf(state, prompt.step).votes.push(vote)
      return record(state, prompt.step)
    }
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

/** The state of a step, made when first touched. */
export function stepOf(state: RunState, path: string): StepState {
  return (state.steps[path] ??= {
    path,
    status: 'waiting',
    round: 1,
    outputs: {},
    targets: {},
    prompts: [],
    votes: [],
    evidence: [],
    records: [],
  })
}

function targetOf(state: RunState, step: string, target: string): StepTargetState {
  return (stepOf(state, step).targets[target] ??= {
    status: 'retry_due',
    attempts: [],
    deliveries: 0,
    attemptsBefore: 0,
  })
}

function record(state: RunState, step: string): void {
  stepOf(state, step).records.push(state.seq)
}

function resumedStatus(state: RunState): RunState['status'] {
  if (state.ending) return 'ending'
  return state.backOut ? 'backing_out' : 'running'
}

function stepStarted(index: PlanIndex, state: RunState, event: EventOf<'StepStarted'>): void {
  const step = stepOf(state, event.data.step)
  step.status = 'running'
  step.startedAt ??= event.at
  delete step.answer
  const planned = index.byPath.get(step.path)?.step
  if (planned?.form === 'rollout' && !step.rollout) step.rollout = initialRollout(index, planned, event.at)
  record(state, step.path)
}

function stepEnded(state: RunState, event: EventOf<'StepEnded'>): void {
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

function deviate(state: RunState, deviation: Deviation): void {
  state.deviations.push(deviation)
}

function stepReopened(index: PlanIndex, state: RunState, event: EventOf<'StepReopened'>): void {
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
      const check = state.steps[`${planned.path}/${id}`]
      if (check)
        for (const target of Object.values(check.targets))
          if (again(target) || !passes(state, planned.path, id)) reopenTarget(target)
    }
  }
  record(state, step.path)
}

function passes(state: RunState, _step: string, criterion: string): boolean {
  const last = state.acceptance.filter((result) => result.criterion === criterion).at(-1)
  return last?.verdict === 'pass' || last?.verdict === 'waived'
}

function reopenTarget(target: StepTargetState): void {
  target.status = 'retry_due'
  target.attemptsBefore = target.attempts.filter((attempt) => attempt.op !== 'probe').length
  delete target.resolution
  delete target.reason
  delete target.class
}

function resetRolloutTarget(index: PlanIndex, state: RunState, path: string, target: string): void {
  const planned = index.byPath.get(path)?.step
  if (planned?.form !== 'rollout') return
  for (const action of Object.values(actionsOf(planned)).flat()) {
    const done = state.steps[action.path]?.targets[target]
    if (done) reopenTarget(done)
  }
}

/** The rollout that an action belongs to, when its calls are under way. */
function machineOf(index: PlanIndex, state: RunState, path: string): RolloutMachine | undefined {
  const owner = index.rolloutOf.get(path)
  return owner === undefined ? undefined : state.steps[owner]?.rollout?.machine
}

/** Work that the core wants done once more begins afresh, unless nobody can say yet what became of it. */
function advanced(state: RunState, event: EventOf<'RolloutAdvanced'>): void {
  const { rollout } = stepOf(state, event.data.step)
  if (!rollout) return
  for (const { path, target } of rolloutAdvanced(state, rollout, event.data, event.at)) {
    const work = state.steps[path]?.targets[target]
    if (!work) continue
    work.wantedSeq = state.seq
    if (work.status === 'succeeded' || work.status === 'failed' || work.status === 'skipped') reopenTarget(work)
  }
  if (event.data.moves.some((move) => move.kind === 'rollout' && (move.to === 'resumed' || move.to === 'stopped')))
    delete stepOf(state, event.data.step).answer
  record(state, event.data.step)
}

function targetFailed(
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

function callRequested(index: PlanIndex, state: RunState, event: EventOf<'CallRequested'>): void {
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

function attemptOf(state: RunState, call: CallState): AttemptState | undefined {
  return state.steps[call.step]?.targets[call.target]?.attempts.find((attempt) => attempt.call === call.call)
}

function callStarted(state: RunState, event: EventOf<'CallStarted'>): void {
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

function callSettled(index: PlanIndex, state: RunState, event: EventOf<'CallSucceeded'> | EventOf<'CallFailed'>): void {
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

function callUnsettled(index: PlanIndex, state: RunState, event: EventOf<'CallUnsettled'>): void {
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

function timerSet(state: RunState, timer: RunEventData['TimerSet']): void {
  if (timer.step === undefined) return
  if (timer.why === 'rollout') state.steps[timer.step]?.rollout?.wakes.push(timer.at)
  if (timer.target === undefined) return
  const target = state.steps[timer.step]?.targets[timer.target]
  if (timer.why === 'retry' && target) target.status = 'retry_wait'
  if (timer.why === 'probe' && target) delete target.retrying
}

function timerFired(index: PlanIndex, state: RunState, id: string): void {
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

function promptOpened(state: RunState, event: EventOf<'PromptOpened'>): void {
  const { prompt, kind, step, choices, message, target, criterion, roles, expires_at } = event.data
  state.promptCount += 1
  const opened: PromptState = {
    prompt,
    kind,
    step,
    choices,
    message,
    roles,
    openedAt: event.at,
    seq: state.seq,
    ...(target === undefined ? {} : { target }),
    ...(criterion === undefined ? {} : { criterion }),
    ...(expires_at === undefined ? {} : { expiresAt: expires_at }),
  }
  state.prompts[prompt] = opened
  if (expires_at !== undefined) {
    const timer = expiryTimer(prompt)
    state.timers[timer] = { timer, at: expires_at, why: 'expiry', step }
  }
  stepOf(state, step).prompts.push(prompt)
  record(state, step)
}

function promptAnswered(index: PlanIndex, state: RunState, event: EventOf<'PromptAnswered'>): void {
  const prompt = state.prompts[event.of ?? '']
  if (!prompt) return
  delete state.prompts[prompt.prompt]
  delete state.timers[expiryTimer(prompt.prompt)]
  const { choice, by, role, reason, form, evidence } = event.data
  prompt.answer = {
    by,
    choice,
    at: event.at,
    seq: state.seq,
    ...(role ? { role } : {}),
    ...(reason ? { reason } : {}),
    ...(form ? { form } : {}),
  }
  state.answered.push(prompt)
  const step = stepOf(state, prompt.step)
  if (form) step.form = form
  if (evidence) step.evidence.push(...evidence)
  record(state, prompt.step)
  if (choice === 'back_out' || choice === 'abort') {
    state.abort = { by, backOut: choice === 'back_out', now: false, reason: reason ?? '', at: event.at, seq: state.seq }
    return
  }
  if (choice === 'run_phase') state.freePhase = index.byPath.get(prompt.step)?.phase ?? ''
  if (prompt.kind === 'unknown' && prompt.target !== undefined && settledByPerson(state, prompt, event)) {
    machineOf(index, state, prompt.step)?.touch(prompt.target)
    return
  }
  if (choice === 'waive') waiveRules(state, prompt.step, { by, reason: reason ?? '', at: event.at })
  step.answer = { choice, by, seq: state.seq, ...(reason ? { reason } : {}) }
}

/** A person says how an unsettled call ended. */
function settledByPerson(state: RunState, prompt: PromptState, event: EventOf<'PromptAnswered'>): boolean {
  const target = targetOf(state, prompt.step, prompt.target ?? '')
  const { choice, by } = event.data
  const reason = event.data.reason ?? ''
  const deviation = {
    step: prompt.step,
    by,
    reason,
    at: event.at,
    seq: state.seq,
    ...(prompt.target ? { target: prompt.target } : {}),
  }
  if (choice === 'mark_done') {
    Object.assign(target, { status: 'succeeded', reason: `marked done by ${by}: ${reason}` })
    deviate(state, { kind: 'marked_done', ...deviation })
  } else if (choice === 'retry') {
    Object.assign(target, { status: 'unsettled', resolution: 'repeat' })
    deviate(state, { kind: 'repeated', ...deviation })
  } else if (choice === 'skip') {
    Object.assign(target, { status: 'skipped', reason: `skipped by ${by}: ${reason}` })
    deviate(state, { kind: 'skipped', ...deviation })
  } else if (choice === 'fail') {
    Object.assign(target, { status: 'failed', class: 'unknown', reason: `failed, says ${by}` })
  } else {
    return false
  }
  return true
}

function closePrompt(state: RunState, id: string, reason: string): void {
  const prompt = state.prompts[id]
  if (!prompt) return
  delete state.prompts[id]
  delete state.timers[expiryTimer(id)]
  prompt.closed = reason
  state.answered.push(prompt)
}

function dropOpen(state: RunState, reason: string): void {
  for (const id of Object.keys(state.prompts)) closePrompt(state, id, reason)
  state.timers = {}
  for (const step of Object.values(state.steps)) {
    delete step.answer
    if (step.rollout) step.rollout.wakes = []
  }
}

function acceptanceRecorded(state: RunState, event: EventOf<'AcceptanceRecorded'>): void {
  const { step, criterion, target, moment, verdict, outputs, reason, by } = event.data
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
