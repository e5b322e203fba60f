/** The fold of what happens in a rollout, for screens and documents; the core's own state is fed from the same records. */
import { assertNever } from '../base/assert.ts'
import type { PlanRollout } from '../plan/model.ts'
import type { RolloutEvent as CoreEvent } from '../rollout/events.ts'
import type { RunEventData } from './events.ts'
import type { PlanIndex } from './plan-index.ts'
import { RolloutMachine } from './rollout-machine.ts'
import type { LaneMove, RolloutTargetPhase, TargetMove, WholeMove } from './rollout-moves.ts'
import type { RolloutLaneState, RolloutState, RolloutTargetState, RunState, StepState } from './state.ts'

export function initialRollout(index: PlanIndex, step: PlanRollout, at: number): RolloutState {
  const targets: Record<string, RolloutTargetState> = {}
  for (const lane of step.lanes)
    for (const wave of lane.waves)
      for (const { name } of wave.targets)
        targets[name] = { state: 'pending', lane: lane.id, wave: wave.id, attempt: 0, records: [] }
  return {
    targets,
    counts: { pending: step.targets.length },
    lanes: initialLanes(step),
    turn: 0,
    ended: false,
    commands: [],
    wakes: [],
    machine: new RolloutMachine(index.plan, step, at),
  }
}

function initialLanes(step: PlanRollout): Record<string, RolloutLaneState> {
  return Object.fromEntries(
    step.lanes.map((lane): [string, RolloutLaneState] => [
      lane.id,
      {
        status: 'pending',
        window: 'open',
        waves: Object.fromEntries(lane.waves.map((wave) => [wave.id, {}])),
      },
    ]),
  )
}

/** A person has it tried again: a new rollout over the targets that are left, with what is done kept on record. */
export function reopenRollout(
  index: PlanIndex,
  step: PlanRollout,
  current: StepState,
  scope: 'failed' | 'all',
  at: number,
): readonly string[] {
  const before = current.rollout
  const isLeft = (name: string): boolean => scope === 'all' || before?.targets[name]?.state !== 'succeeded'
  const made = initialRollout(index, step, at)
  const left = step.targets.filter(isLeft)
  for (const [name, target] of Object.entries(before?.targets ?? {})) {
    if (!isLeft(name)) made.targets[name] = target
    else made.targets[name]!.records = target.records
  }
  current.rollout = {
    ...made,
    counts: countStates(made.targets),
    machine: new RolloutMachine(index.plan, step, at, isLeft),
  }
  return left
}

function countStates(targets: Readonly<Record<string, RolloutTargetState>>): RolloutState['counts'] {
  const counts: RolloutState['counts'] = {}
  for (const { state } of Object.values(targets)) counts[state] = (counts[state] ?? 0) + 1
  return counts
}

/** What the core asked for anew: the run's own work on these must begin afresh. */
export interface WorkWanted {
  readonly path: string
  readonly target: string
}

export function rolloutAdvanced(
  state: RunState,
  rollout: RolloutState,
  data: RunEventData['RolloutAdvanced'],
  at: number,
): readonly WorkWanted[] {
  const { machine } = rollout
  const events = machine.apply(data)
  rollout.turn = data.turn
  if (data.commands) rollout.commands.splice(0, data.commands)
  for (const move of data.moves) {
    switch (move.kind) {
      case 'target':
        targetMoved(rollout, move, at, state.seq)
        break
      case 'health':
        healthJudged(rollout, move.target, move.healthy, at, state.seq)
        break
      case 'lane':
        laneMoved(rollout, move, at)
        break
      case 'rollout':
        wholeMoved(rollout, move, at, data.by_run === true)
        break
      default:
        assertNever(move)
    }
  }
  return events.flatMap((event) => wantedWork(machine, event))
}

function wantedWork(machine: RolloutMachine, event: CoreEvent): readonly WorkWanted[] {
  if (event.type !== 'CallRequested') return []
  const target = machine.core.cells[event.cell]!.plan.targets[event.target]!
  return [{ path: machine.actionAt(event.stage, event.index).path, target: machine.names[target]! }]
}

const ends: ReadonlySet<RolloutTargetPhase> = new Set<RolloutTargetPhase>([
  'succeeded',
  'rolled_back',
  'failed',
  'skipped',
  'held',
])

/** Whether a target of a rollout needs nothing more. */
export function isOver(phase: RolloutTargetPhase): boolean {
  return ends.has(phase)
}

function targetMoved(rollout: RolloutState, move: TargetMove, at: number, seq: number): void {
  const target = rollout.targets[move.target]
  if (!target) return
  if (target.state === 'held') rollout.asked = rollout.asked?.filter((name) => name !== move.target)
  rollout.counts[target.state] = (rollout.counts[target.state] ?? 1) - 1
  rollout.counts[move.to] = (rollout.counts[move.to] ?? 0) + 1
  target.state = move.to
  target.attempt = move.attempt
  target.records.push(seq)
  delete target.until
  if (move.until !== undefined) target.until = move.until
  if (move.class !== undefined) target.class = move.class
  if (move.reason !== undefined) target.reason = move.reason
  if (move.to === 'in_progress') {
    target.startedAt ??= at
    target.attemptStartedAt = at
    delete target.health
  }
  if (move.to === 'succeeded') {
    delete target.class
    delete target.reason
  }
  if (isOver(move.to)) target.endedAt = at
  else delete target.endedAt
}

function healthJudged(rollout: RolloutState, name: string, healthy: boolean, at: number, seq: number): void {
  const target = rollout.targets[name]
  if (!target) return
  const before = target.health ?? { rounds: 0, bad: 0, at }
  target.health = { rounds: before.rounds + 1, bad: before.bad + (healthy ? 0 : 1), at }
  target.records.push(seq)
}

function laneMoved(rollout: RolloutState, move: LaneMove, at: number): void {
  const lane = rollout.lanes[move.lane]
  if (!lane) return
  const wave = move.wave === undefined ? undefined : lane.waves[move.wave]
  switch (move.to) {
    case 'wave_opened':
      if (lane.status === 'pending') lane.status = 'running'
      if (lane.window === 'open') lane.openedAt ??= at
      if (move.wave !== undefined) lane.wave = move.wave
      if (wave) wave.openedAt = at
      delete lane.nextWaveAt
      delete lane.gate
      return
    case 'wave_ended':
      if (wave) wave.endedAt = at
      if (move.until !== undefined) lane.nextWaveAt = move.until
      return
    case 'wave_promoted':
      delete lane.nextWaveAt
      return
    case 'wave_stopped':
      if (wave) wave.stopped = move.reason ?? ''
      return
    case 'window_opened':
    case 'window_closed':
      lane.window = move.to === 'window_opened' ? 'open' : 'closed'
      delete lane.windowUntil
      if (move.until !== undefined) lane.windowUntil = move.until
      // A lane looks at its window right after it opened its first wave.
      if (move.to === 'window_opened') lane.openedAt ??= at
      else if (lane.openedAt === at) delete lane.openedAt
      return
    case 'gate_awaited':
      if (move.wave !== undefined) lane.gate = move.wave
      return
    case 'gate_opened':
      delete lane.gate
      return
    case 'stopped':
      lane.status = 'stopped'
      lane.stoppedBy = move.reason ?? ''
      if (move.cause !== undefined) lane.stopCause = move.cause
      return
    case 'ended':
      if (lane.status !== 'stopped') lane.status = 'ended'
      lane.endedAt = at
      delete lane.gate
      return
    case 'batch_ended':
      return
    default:
      assertNever(move.to)
  }
}

function wholeMoved(rollout: RolloutState, move: WholeMove, at: number, byRun: boolean): void {
  switch (move.to) {
    case 'paused':
      rollout.paused = byRun ? 'run' : 'operator'
      return
    case 'resumed':
      delete rollout.paused
      delete rollout.asked
      return
    case 'asked':
      if (move.target !== undefined && !rollout.asked?.includes(move.target))
        rollout.asked = [...(rollout.asked ?? []), move.target]
      return
    case 'concurrency_changed':
      if (move.count !== undefined) rollout.concurrency = move.count
      return
    case 'glass_broken':
      delete rollout.glassUntil
      if (move.until !== undefined && move.until > at) rollout.glassUntil = move.until
      return
    case 'stopped':
      rollout.stopped = { scope: move.scope ?? 'rollout', reason: move.reason ?? '', at }
      if (move.cause === 'operator') delete rollout.asked
      return
    case 'ended':
      rollout.ended = true
      return
    case 'started':
      return
    default:
      assertNever(move.to)
  }
}
