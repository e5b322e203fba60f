/** The run core as a host drives it. Pure: no I/O, clock or chance; instants come in with the events. */
import { assert } from '../base/assert.ts'
import type { Json } from '../base/json.ts'
import type { Plan } from '../plan/model.ts'
import { type Acceptance, acceptsEvent } from './accepts.ts'
import type { EventOf, RunEvent, RunOutcome } from './events.ts'
import { evolveRun } from './evolve.ts'
import { expiryTimer } from './evolve-timers.ts'
import { nextEvent } from './next.ts'
import { indexPlan, type PlanIndex } from './plan-index.ts'
import { type CallState, initialState, type RunState } from './state.ts'

/** What a host is asked to do. See docs/concepts/durable-host.md. */
export type RunCommand =
  | {
      readonly do: 'call'
      readonly id: string
      readonly zone: string
      readonly key: string
      readonly op: string
      readonly input: Json
      readonly timeoutMs: number
    }
  | { readonly do: 'timer'; readonly id: string; readonly at: number }
  | { readonly do: 'cancel'; readonly id: string }
  | { readonly do: 'post'; readonly run: string; readonly event: RunEvent }
  | { readonly do: 'end'; readonly result: Json }

export interface RunProgram {
  readonly index: PlanIndex
  init(run: string): RunState
  /** Uses its argument up; `seq` is the number of the event's record. */
  evolve(state: RunState, event: RunEvent, seq: number): RunState
  /** What follows from an event that was just recorded. */
  decide(state: RunState, event: RunEvent): readonly RunCommand[]
  accepts(state: RunState, event: RunEvent): Acceptance
  /** Commands decided and not settled, worked out from the state alone: what a host starts again after a crash. */
  outstanding(state: RunState): readonly RunCommand[]
  /** Calls that are being carried out. After a crash nobody knows of them; here they go on. */
  underWay(state: RunState): readonly Extract<RunCommand, { do: 'call' }>[]
}

export function makeRunProgram(plan: Plan): RunProgram {
  const index = indexPlan(plan)
  return {
    index,
    init: initialState,
    evolve: (state, event, seq) => evolveRun(index, state, event, seq),
    decide: (state, event) => [...effects(state, event), ...conclusion(index, state)],
    accepts: (state, event) => acceptsEvent(index, state, event),
    outstanding: (state) => [
      ...Object.keys(state.calls).flatMap((id) =>
        state.calls[id]?.status === 'requested' ? [callCommand(state, id)] : [],
      ),
      ...Object.values(state.timers).map((timer): RunCommand => ({ do: 'timer', id: timer.timer, at: timer.at })),
      // A host that died right behind the last record has not been told that it was the last one.
      ...(state.status === 'ended' && state.outcome ? [endCommand(state.outcome)] : []),
      ...conclusion(index, state),
    ],
    underWay: (state) =>
      Object.values(state.calls).flatMap(({ call, status }) =>
        status === 'started' ? [callCommand(state, call)] : [],
      ),
  }
}

function conclusion(index: PlanIndex, state: RunState): readonly RunCommand[] {
  const event = nextEvent({ index, state })
  return event ? [{ do: 'post', run: state.run, event }] : []
}

/** Commands that an event itself carries. */
function effects(state: RunState, event: RunEvent): readonly RunCommand[] {
  switch (event.type) {
    case 'CallRequested':
      return [callCommand(state, event.data.call)]
    case 'TimerSet':
      return [{ do: 'timer', id: event.data.timer, at: event.data.at }]
    case 'PromptOpened':
      return event.data.expires_at === undefined
        ? []
        : [{ do: 'timer', id: expiryTimer(event.data.prompt), at: event.data.expires_at }]
    case 'RolloutAdvanced':
      return needlessCalls(state, event)
    case 'AbortRequested':
      return event.data.now ? Object.keys(state.calls).map((id) => ({ do: 'cancel', id })) : []
    case 'RunEnded':
      return [endCommand(event.data.outcome)]
    default:
      return []
  }
}

/** Calls of a rollout that its core waits for no more: they are called off. */
function needlessCalls(state: RunState, event: EventOf<'RolloutAdvanced'>): readonly RunCommand[] {
  const machine = state.steps[event.data.step]?.rollout?.machine
  if (!machine) return []
  const commands: RunCommand[] = []
  for (const name of new Set(event.data.moves.map((move) => (move.kind === 'target' ? move.target : '')))) {
    const target = machine.numberOf.get(name)
    if (target === undefined) continue
    const wanted = machine.actionFor(target)?.path
    for (const id of machine.calls.get(target) ?? []) {
      const call = state.calls[id]
      const requestedSeq = state.steps[call?.step ?? '']?.targets[name]?.attempts.at(-1)?.records[0] ?? 0
      const isStale = requestedSeq < (state.steps[call?.step ?? '']?.targets[name]?.wantedSeq ?? 0)
      if (call && (call.step !== wanted || isStale)) commands.push({ do: 'cancel', id })
    }
  }
  return commands
}

function endCommand(outcome: RunOutcome): RunCommand {
  return { do: 'end', result: { outcome } }
}

function callCommand(state: RunState, id: string): Extract<RunCommand, { do: 'call' }> {
  const call = state.calls[id]
  assert(call, `call ${id} is outstanding`)
  return {
    do: 'call',
    id,
    zone: 'main',
    key: call.target,
    op: call.op,
    timeoutMs: call.timeoutMs,
    input: {
      action: call.action,
      with: call.with,
      target: call.target,
      effect: call.effect,
      attempt: call.attempt,
      begun_at: begunAt(state, call),
      step: call.step,
      ...(call.undoOutputs ? { undo_outputs: call.undoOutputs } : {}),
    },
  }
}

/** When the effect of a call was first delivered; a delivery after a crash is a call of its own with the same effect. */
function begunAt(state: RunState, call: CallState): number {
  const attempts = state.steps[call.step]?.targets[call.target]?.attempts ?? []
  return attempts.find((attempt) => attempt.effect === call.effect)?.requestedAt ?? call.requestedAt
}
