/** Drives the rollout core with the run's own calls, timers and prompts; decides nothing about targets itself. */
import type { PlanAction, PlanGate, PlanRollout } from '../plan/model.ts'
import type { RolloutEvent } from '../rollout/events.ts'
import {
  beginTurn,
  endTurn,
  giveCommand,
  type RolloutCommand,
  type RolloutTurn,
  recoverRollout,
  rolloutWakeAt,
  settleCall,
  startRollout,
  takeDue,
  viewTarget,
} from '../rollout/rollout.ts'
import { lastOutputs } from './context.ts'
import { conclude, isEvent, type Next, type Standing } from './decided.ts'
import { describeMoves, type MoveSite } from './describe-moves.ts'
import { isOver } from './evolve-rollout.ts'
import { openRules } from './evolve-rules.ts'
import { handleFailure } from './next-failure.ts'
import { nextForTarget, type TargetWork } from './next-target.ts'
import { openPrompt } from './open-prompt.ts'
import { commandOf } from './rollout-command.ts'
import { flagRetry, flagSkips } from './rollout-conditions.ts'
import type { RolloutMachine } from './rollout-machine.ts'
import { rolloutOutputs } from './rollout-outputs.ts'
import { brokenAtClose, brokenAtRest } from './rule-check.ts'
import type { RolloutState, StepState } from './state.ts'

/** Decides a gate of a wave like any other gate; handed in because gates stand beside rollouts, not below them. */
export type DecideGate = (gate: PlanGate) => Next

/** What the run wants of its rollouts as a whole. */
export type RolloutManner = 'go_on' | 'pause' | 'stop'

export function nextRollout(
  standing: Standing,
  step: PlanRollout,
  current: StepState,
  manner: RolloutManner,
  decideGate: DecideGate,
): Next {
  const { rollout } = current
  if (!rollout) return 'blocked'
  if (standing.state.mode === 'dry_run') return rehearse(standing, step)
  const broken = brokenAtRest(standing, step, rollout)
  if (broken) return broken
  const { machine } = rollout
  // Ends when nothing is left to tell the core: then it waits for answers, an instant or a person.
  for (;;) {
    if (machine.ahead) return conclude(standing, 'RolloutAdvanced', machine.ahead)
    const work = nextWork(standing, step, machine)
    if (isEvent(work.next)) return work.next
    const gate = nextGates(standing, step, rollout, decideGate)
    if (isEvent(gate.next)) return gate.next
    const wishes = [...mannerWishes(rollout, manner), ...answerWishes(current, rollout), ...gate.opened]
    if (!takeTurn(standing, step, rollout, work.settled, wishes)) break
  }
  const closed = closeNeedlessPrompt(standing, step, rollout)
  if (closed) return closed
  const question = askPeople(standing, step, current, rollout)
  if (question) return question
  if (rollout.ended && machine.calls.size === 0)
    return manner === 'go_on' ? finish(standing, step, current, rollout) : 'final'
  if (manner === 'pause' && machine.core.fleet.running === 0 && machine.calls.size === 0) return 'final'
  return wake(standing, step, rollout)
}

interface Settled {
  readonly target: number
  readonly action: PlanAction
  readonly outcome: Parameters<typeof settleCall>[3]
  readonly call: number
}

/** Goes on with the work of every target of which something was heard. */
function nextWork(
  standing: Standing,
  step: PlanRollout,
  machine: RolloutMachine,
): { readonly next: Next; readonly settled: readonly Settled[] } {
  const settled: Settled[] = []
  for (const target of machine.touched) {
    const call = machine.wanted.get(target)
    const action = machine.actionFor(target)
    if (!call || !action || isOccupied(standing, step, machine, target, action)) {
      machine.touched.delete(target)
      continue
    }
    const work: TargetWork = { step: action, target: machine.names[target]!, op: 'perform' }
    const next = nextForTarget(standing, work)
    if (isEvent(next)) return { next, settled: [] }
    if (next === 'final') settled.push({ target, action, call: call.call, outcome: outcomeOf(standing, work) })
    // Whatever it waits for touches it again.
    else machine.touched.delete(target)
  }
  return { next: 'blocked', settled }
}

/** Another action is still being called off on this target: two at once would not know of each other. */
function isOccupied(
  standing: Standing,
  step: PlanRollout,
  machine: RolloutMachine,
  target: number,
  action: PlanAction,
): boolean {
  for (const id of machine.calls.get(target) ?? []) {
    const call = standing.state.calls[id]
    if (call && call.step !== action.path && call.step.startsWith(`${step.path}/`)) return true
  }
  return false
}

function outcomeOf({ state }: Standing, work: TargetWork): Settled['outcome'] {
  const target = state.steps[work.step.path]?.targets[work.target]
  return target?.status === 'failed' ? (target.class ?? 'process') : 'ok'
}

/** Wishes of the run itself, not of an operator. */
function mannerWishes(rollout: RolloutState, manner: RolloutManner): readonly Wish[] {
  const { fleet } = rollout.machine.core
  if (fleet.ended || !fleet.started) return []
  if (manner === 'stop' && !fleet.stopped) return [{ command: { do: 'stop_rollout' }, cause: 'the run was aborted' }]
  if (manner === 'stop' && fleet.asked) return [{ command: { do: 'resume' }, cause: 'the run was aborted' }]
  if (manner === 'pause' && !fleet.paused) return [{ command: { do: 'pause' }, cause: 'the run is paused' }]
  if (manner === 'go_on' && fleet.paused && rollout.paused === 'run')
    return [{ command: { do: 'resume' }, cause: 'the run goes on' }]
  return []
}

/**
 * Targets that people still have to say something about. When the rollout has stopped nothing can go on, and only what
 * can be put back is worth a question.
 */
function openQuestions({ asked = [], stopped, machine }: RolloutState): readonly string[] {
  return asked.filter((name) => {
    if (stopped) return machine.mayGoBack(name)
    return isOver(viewTarget(machine.core, machine.numberOf.get(name)!).state)
  })
}

/** What people answered when the table of failures or `rollback.mode` had them asked. */
function answerWishes(current: StepState, rollout: RolloutState): readonly Wish[] {
  const { answer } = current
  if (rollout.asked === undefined || rollout.ended) return []
  const open = openQuestions(rollout)
  if (open.length === 0)
    return rollout.paused ? [] : [{ command: { do: 'resume' }, cause: 'all that was asked about is dealt with' }]
  if (!answer) return []
  const said = { by: answer.by, ...(answer.reason ? { reason: answer.reason } : {}) }
  switch (answer.choice) {
    case 'go_on':
      return [{ command: { do: 'resume' }, said }]
    case 'rollback': {
      const { machine } = rollout
      if (answer.target === undefined || !open.includes(answer.target) || !machine.mayGoBack(answer.target)) return []
      return [{ command: { do: 'rollback_target', target: machine.numberOf.get(answer.target)! }, said }]
    }
    case 'stop':
      return rollout.machine.core.fleet.stopped ? [] : [{ command: { do: 'stop_rollout' }, said }]
    default:
      return []
  }
}

/** Nothing more begins until people have said how to go on; what is in progress does. */
function askPeople(standing: Standing, step: PlanRollout, current: StepState, rollout: RolloutState): Next | undefined {
  const [name] = openQuestions(rollout)
  if (name === undefined || current.answer) return undefined
  if (openPrompt(standing, step.path)) return rollout.ended ? 'blocked' : undefined
  const target = rollout.targets[name]
  const mayGoBack = rollout.machine.mayGoBack(name)
  const failure = `${name} ended as ${(target?.state ?? 'failed').replaceAll('_', ' ')}${target?.reason ? ` (${target.reason})` : ''}`
  const question = mayGoBack ? 'Shall it be put back, or left as it is?' : 'Shall the rollout go on?'
  return conclude(standing, 'PromptOpened', {
    prompt: `p${standing.state.promptCount + 1}`,
    kind: 'rollout',
    step: step.path,
    target: name,
    choices: [
      ...(mayGoBack ? (['rollback'] as const) : []),
      'go_on',
      ...(rollout.stopped ? [] : (['stop'] as const)),
      'back_out',
      'abort',
    ],
    message: `Step ${step.number} "${step.title}": ${failure}. ${question}`,
    roles: step.role ? [step.role] : [],
  })
}

interface Wish {
  readonly command: RolloutCommand
  readonly said?: { readonly by: string; readonly reason?: string }
  readonly cause?: string
}

/** Gates that a lane waits for: asked once per wave, and opened for each lane that comes to it. */
function nextGates(
  standing: Standing,
  step: PlanRollout,
  rollout: RolloutState,
  decideGate: DecideGate,
): { readonly next: Next; readonly opened: readonly Wish[] } {
  const opened: Wish[] = []
  if (step.gates.length === 0) return { next: 'blocked', opened }
  for (const [index, lane] of step.lanes.entries()) {
    const awaited = rollout.lanes[lane.id]?.gate
    const wave = awaited === undefined ? -1 : lane.waves.findIndex((each) => each.id === awaited)
    const gate = step.gates.find((each) => each.path === lane.waves[wave]?.gate)
    if (!gate) continue
    const decided = standing.state.steps[gate.path]?.status
    if (decided === 'succeeded' || decided === 'marked_done') {
      opened.push({ command: { do: 'open_gate', lane: index, wave } })
    } else if (decided === 'failed' || decided === 'skipped') {
      opened.push({ command: { do: 'stop_lane', lane: index }, cause: `gate ${gate.number} was decided against` })
    } else {
      const next = decideGate(gate)
      if (isEvent(next)) return { next, opened }
    }
  }
  return { next: 'blocked', opened }
}

/**
 * Tells the core what has happened, all of it at one instant.
 *
 * @returns whether anything came of it; the turn, if it decided something, is then `machine.ahead`
 */
function takeTurn(
  standing: Standing,
  step: PlanRollout,
  rollout: RolloutState,
  settled: readonly Settled[],
  wishes: readonly Wish[],
): boolean {
  const { machine } = rollout
  const { core } = machine
  const now = standing.state.lastAt
  if (machine.isRebuilt) {
    machine.isRebuilt = false
    record(standing, step, rollout, recoverRollout(core, now).events, {})
    return true
  }
  const command = rollout.commands[0]
  const isDue = core.fleet.started && rolloutWakeAt(core) <= now
  const isNew = !core.fleet.started
  if (!isNew && !isDue && settled.length === 0 && wishes.length === 0 && !command) return false
  const turn = beginTurn(core, now)
  if (isNew) {
    flagSkips(standing, step, machine, turn, machine.names.keys())
    startRollout(turn)
  }
  for (const each of settled) tellOutcome(standing, step, machine, turn, each)
  flagSkips(standing, step, machine, turn, endedSince(turn, 0))
  const told = turn.events.length
  const wish = wishes[0]
  if (wish) giveCommand(turn, wish.command)
  else if (command) giveCommand(turn, commandOf(step, machine, command.command))
  if (isDue) takeDue(turn)
  flagSkips(standing, step, machine, turn, endedSince(turn, told))
  const { events } = endTurn(turn)
  for (const each of settled) machine.touched.delete(each.target)
  const said = wish ? wish.said : command
  record(standing, step, rollout, events, {
    ...(said ? { said } : {}),
    ...(wish?.cause === undefined ? {} : { cause: wish.cause }),
    ...(!wish && command ? { commands: 1 } : {}),
  })
  return machine.ahead !== undefined || settled.length > 0 || isDue
}

function tellOutcome(
  standing: Standing,
  step: PlanRollout,
  machine: RolloutMachine,
  turn: RolloutTurn,
  { target, action, call, outcome }: Settled,
): void {
  const done = standing.state.steps[action.path]?.targets[machine.names[target]!]
  flagRetry(standing, step, machine, turn, target, done ? lastOutputs(done) : {})
  flagSkips(standing, step, machine, turn, [target])
  settleCall(turn, target, call, outcome)
}

/** Targets that ended in the turn, from an event on. */
function* endedSince(turn: RolloutTurn, from: number): Iterable<number> {
  for (let index = from; index < turn.events.length; index += 1) {
    const event = turn.events[index]!
    if (event.type === 'TargetEnded') yield turn.rollout.cells[event.cell]!.plan.targets[event.target]!
  }
}

function record(
  standing: Standing,
  step: PlanRollout,
  rollout: RolloutState,
  events: readonly RolloutEvent[],
  more: Pick<MoveSite, 'said' | 'cause'> & { readonly commands?: number },
): void {
  const { machine } = rollout
  const { commands, ...site } = more
  if (events.length === 0 && commands === undefined) return
  const moves = describeMoves({ step, state: standing.state, rollout, machine, ...site }, events)
  machine.ahead = {
    step: step.path,
    ...machine.advance(events),
    moves,
    ...(commands === undefined ? {} : { commands }),
    ...(site.cause === undefined ? {} : { by_run: true }),
  }
}

/** A question about a call or a target that nobody waits for any more. */
function closeNeedlessPrompt(standing: Standing, step: PlanRollout, rollout: RolloutState): Next | undefined {
  const { machine } = rollout
  for (const prompt of Object.values(standing.state.prompts)) {
    if (prompt.kind === 'rollout' && prompt.step === step.path) {
      if (prompt.target === undefined || openQuestions(rollout).includes(prompt.target)) continue
      return conclude(standing, 'PromptClosed', { prompt: prompt.prompt, reason: 'it was decided elsewhere' })
    }
    if (prompt.kind !== 'unknown' || prompt.target === undefined || !prompt.step.startsWith(`${step.path}/`)) continue
    const number = machine.numberOf.get(prompt.target)
    if (number !== undefined && machine.actionFor(number)?.path === prompt.step) continue
    return conclude(standing, 'PromptClosed', {
      prompt: prompt.prompt,
      reason: 'the rollout went on without the answer',
    })
  }
  return undefined
}

/** Sees to it that the core is asked again when something is due. */
function wake(standing: Standing, step: PlanRollout, rollout: RolloutState): Next {
  const at = rolloutWakeAt(rollout.machine.core)
  if (!Number.isFinite(at) || rollout.wakes.some((set) => set <= at)) return 'blocked'
  return conclude(standing, 'TimerSet', {
    timer: `${step.path}/wake/${standing.state.seq + 1}`,
    at: Math.ceil(at),
    why: 'rollout',
    step: step.path,
  })
}

function finish(standing: Standing, step: PlanRollout, current: StepState, rollout: RolloutState): Next {
  const trouble = troubleOf(step, rollout)
  if (trouble) {
    const handled =
      rollout.stopped?.scope === 'run' && step.on_failure === 'continue'
        ? { ...step, on_failure: 'stop' as const }
        : step
    const left = Object.values(rollout.targets).filter(
      (target) => target.state === 'skipped' && target.startedAt === undefined,
    ).length
    return handleFailure(standing, handled, current, `${trouble}${left > 0 ? `; ${left} not begun` : ''}`)
  }
  const broken = endsBroken(standing, step, current)
  if (broken) return broken
  const left = rollout.machine.neverReached()
  return conclude(standing, 'StepEnded', {
    step: step.path,
    outcome: 'succeeded',
    ...(left === 0 ? {} : { reason: notReached(left, step.targets.length) }),
    outputs: rolloutOutputs(rollout),
  })
}

/** Skipped, which is no failure, and yet nothing that a success may leave unsaid. */
function notReached(left: number, all: number): string {
  const none = left === all
  const who = none
    ? all === 1
      ? 'its target was'
      : `none of its ${all} targets was`
    : `${left} of ${all} targets were`
  return `${who} ${none && all > 1 ? '' : 'not '}reached: no opening of the window was left that is long enough`
}

/** A rule that must hold when the rollout ends, and does not: on record first, then a matter for people. */
function endsBroken(standing: Standing, step: PlanRollout, current: StepState): Next | undefined {
  const broken = brokenAtClose(standing, step)
  if (broken?.type !== 'RuleBroken') return undefined
  const { rule, title, reason } = broken.data
  const isKnown = openRules(standing.state, step.path).some((open) => open.rule === rule && open.target === '')
  return isKnown
    ? handleFailure(standing, step, current, `ends with rule "${rule}" broken: ${title}${reason ? ` (${reason})` : ''}`)
    : broken
}

/** What stopped it before its end, except that its windows were over: those targets are skipped, which is no failure. */
function troubleOf(step: PlanRollout, rollout: RolloutState): string | undefined {
  if (rollout.stopped) return `stopped: ${rollout.stopped.reason}`
  const lanes = step.lanes.filter(({ id }) => {
    const cause = rollout.lanes[id]?.stopCause
    return cause !== undefined && cause !== 'window_ended'
  })
  const first = lanes[0]
  if (!first) return undefined
  const name = step.lanes.length === 1 ? 'stopped' : `lane ${first.title} stopped`
  const more = lanes.length > 1 ? ` and ${lanes.length - 1} more lanes` : ''
  return `${name}${more}: ${rollout.lanes[first.id]!.stoppedBy}`
}

/** In a dry run each target goes through its preflight and its actions' own rehearsals; health has nothing to look at. */
function rehearse(standing: Standing, step: PlanRollout): Next {
  let blocked = false
  for (const target of step.targets) {
    for (const action of [...step.stage, ...step.preflight, ...step.each]) {
      const next = nextForTarget(standing, { step: action, target, op: 'perform' })
      if (isEvent(next)) return next
      blocked ||= next === 'blocked'
    }
  }
  return blocked ? 'blocked' : conclude(standing, 'StepEnded', { step: step.path, outcome: 'succeeded' })
}
