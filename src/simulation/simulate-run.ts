/** A whole run over virtual time: the real program, and a world made from a scenario. Pure. */
import type { Plan, PlanRollout } from '../plan/model.ts'
import type { RunEvent } from '../run/events.ts'
import { indexPlan } from '../run/plan-index.ts'
import { makeRunProgram } from '../run/program.ts'
import type { RunState } from '../run/state.ts'
import { Chronicle, callPlace } from './chronicle.ts'
import { conditionAssumptions } from './condition-assumptions.ts'
import { EngineKiller } from './engine-killer.ts'
import { FarSide, type KnownAction, type Pace } from './far-side.ts'
import { People } from './people.ts'
import { calmScenario, type Fault, type ScenarioModel } from './scenario-model.ts'
import type { Subject } from './selection.ts'
import type { SimulatedOutcome, SimulatedRun, SimulatedStep } from './simulated-run.ts'
import { FleetFacts } from './target-facts.ts'
import { VirtualHost, type VirtualWorld } from './virtual-host.ts'

export interface SimulateOptions {
  /** Absent: nothing goes wrong. */
  readonly scenario?: ScenarioModel
  /** Milliseconds since the epoch. */
  readonly start: number
  /** Absent: that of the scenario. */
  readonly seed?: number
  /** Default: `expected`. */
  readonly pace?: Pace
  findAction(name: string): KnownAction | undefined
  /** Calls at once over the whole run. Absent: any number. */
  readonly concurrency?: number
  /** False: no events are kept, only targets and lanes. Default: true. */
  readonly keepEvents?: boolean
  /** The engine is killed right after these records and taken over at once: what a crash there does. */
  readonly killAfter?: readonly number[]
  /** Path of a manual step: when people are asked to do it, they have the run back out instead. */
  readonly turnBackAt?: string
  /** Sees every recorded event. */
  readonly watch?: (event: RunEvent, state: RunState) => void
}

/** A run goes on for so long at most: a window a year away is still reached. */
const horizonMs = 800 * 86_400_000
/** Records of one run at most: far above a million targets, below what a machine can hold. */
const recordsMax = 50_000_000

const runId = 'simulation'

export function simulateRun(plan: Plan, options: SimulateOptions): SimulatedRun {
  const steps = simulateInSteps(plan, options, recordsMax)
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value
}

/**
 * {@link simulateRun} in pieces: between two of them the caller may do something else, or give up.
 *
 * @param pieceMax - records handled between two pauses
 */
export function* simulateInSteps(
  plan: Plan,
  options: SimulateOptions,
  pieceMax: number,
): Generator<void, SimulatedRun> {
  const scenario = options.scenario ?? calmScenario
  const seed = options.seed ?? scenario.seed
  const { start } = options
  const index = indexPlan(plan)
  const chronicle = new Chronicle({ plan, index, keepEvents: options.keepEvents ?? true })
  const assumptions = new Set<string>()
  const strikes = new Map(scenario.faults.map((fault): [string, number] => [fault.id, 0]))
  const onStrike = (fault: Fault, subject: Subject, at: number): void => {
    strikes.set(fault.id, (strikes.get(fault.id) ?? 0) + 1)
    told.push({ at, fault, subject })
  }
  const told: { at: number; fault: Fault; subject: Subject }[] = []
  const onAssumption = (words: string): void => void assumptions.add(words)
  const facts = new FleetFacts()
  const far = new FarSide({
    plan,
    index,
    scenario,
    seed,
    pace: options.pace ?? 'expected',
    start,
    findAction: options.findAction,
    facts,
    onStrike,
    onAssumption,
  })
  const people = new People({
    index,
    scenario,
    far,
    start,
    onAssumption,
    onSaid: (rule, at, refusal) => {
      if (refusal !== undefined)
        chronicle.tell({ at, type: 'refused', outcome: rule.do, reason: refusal, by: rule.by ?? 'simulated operator' })
    },
  })
  const killer = new EngineKiller({
    plan,
    scenario,
    seed,
    start,
    far,
    onStrike,
    onResumed: () => {
      if (host.state.status === 'new') startRun(host, plan)
    },
    killAfter: options.killAfter ?? [],
  })
  const lastEach = lastActions(index.ordered.filter((step) => step.form === 'rollout'))
  const world: VirtualWorld = {
    answer: (call, now) => {
      killer.callBegins(host, call, now)
      return far.answer(call, now)
    },
    drop: (call, now, why) => far.drop(call, now, why),
    notice: (event, state) => {
      // A strike is told before what follows from it.
      while (told.length > 0 && told[0]!.at <= event.at) tellStrike(chronicle, told.shift()!)
      facts.notice(event)
      if (event.type === 'CallSucceeded') {
        const { step, target } = callPlace(event.of ?? '')
        if (lastEach.has(step)) chronicle.installed(target)
      }
      chronicle.notice(event)
      people.notice(event, state, host)
      if (event.type === 'PromptOpened' && event.data.step === options.turnBackAt) turnBack(host)
      options.watch?.(event, state)
      killer.recorded(host)
    },
  }
  const host = new VirtualHost(() => makeRunProgram(plan), start, {
    run: runId,
    world,
    keep: killer.mayKill,
    ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
  })
  begin(host, plan, start)
  people.begin(host)
  killer.begin(host)
  let how = host.run(start + horizonMs, Math.min(recordsMax, pieceMax))
  while (how === 'cut' && host.now < start + horizonMs && host.seq < recordsMax) {
    yield
    const before = host.seq
    how = host.run(start + horizonMs, Math.min(recordsMax, before + pieceMax))
    if (how === 'cut' && host.seq === before) break
  }
  while (told.length > 0) tellStrike(chronicle, told.shift()!)
  settleTargets(chronicle, host.state, plan)
  for (const words of conditionAssumptions(index, host.state, scenario)) assumptions.add(words)
  const outcome = outcomeOf(how, host.state)
  return {
    scenario: scenario.name,
    seed,
    start,
    end: host.state.endedAt ?? host.state.lastAt,
    outcome,
    reason: reasonOf(outcome, host.state),
    events: chronicle.events,
    targets: chronicle.targets,
    lanes: chronicle.lanes,
    steps: stepsOf(host.state, plan),
    strikes,
    assumptions: [...assumptions],
    records: host.seq,
  }
}

function tellStrike(chronicle: Chronicle, strike: { at: number; fault: Fault; subject: Subject }): void {
  const { at, fault, subject } = strike
  chronicle.tell({
    at,
    type: fault.kind === 'engine_killed' ? 'engine_killed' : 'fault_struck',
    fault: fault.id,
    ...(subject.target === '' ? {} : { target: subject.target }),
    ...(subject.lane === '' ? {} : { lane: subject.lane }),
    ...(subject.path === '' ? {} : { step: subject.path, attempt: subject.attempt }),
    ...(fault.title === undefined ? {} : { reason: fault.title }),
  })
}

/** Paths of the actions after which a target has its new version. */
function lastActions(steps: readonly PlanRollout[]): ReadonlySet<string> {
  return new Set(steps.flatMap((step) => step.each.at(-1)?.path ?? []))
}

const virtualEngine = { by: 'simulation', pid: 0, host: 'virtual' }

function begin(host: VirtualHost, plan: Plan, at: number): void {
  host.later(at, () => {
    host.post({ id: 'EngineStarted/1', type: 'EngineStarted', at, data: virtualEngine })
    if (!host.isDown) startRun(host, plan)
  })
}

function startRun(host: VirtualHost, plan: Plan): void {
  const { name, version, hash } = plan.runbook
  host.post({
    id: 'RunStarted/1',
    type: 'RunStarted',
    at: host.now,
    data: {
      by: 'simulation',
      run: runId,
      mode: 'unattended',
      plan_digest: plan.digest,
      runbook: { name, version, hash },
      rollbook_version: '',
    },
  })
}

function turnBack(host: VirtualHost): void {
  const at = host.now
  const data = { by: 'simulation', back_out: true, now: false, reason: 'turned back' }
  host.later(at, () => void host.post({ id: 'AbortRequested/turn_back', type: 'AbortRequested', at, data }))
}

function outcomeOf(how: 'ended' | 'standing' | 'cut', state: RunState): SimulatedOutcome {
  if (state.status === 'ended') return state.outcome ?? 'failed'
  if (how === 'cut') return 'cut'
  return state.status === 'paused' ? 'paused' : 'waiting'
}

function reasonOf(outcome: SimulatedOutcome, state: RunState): string | undefined {
  switch (outcome) {
    case 'waiting': {
      const [prompt] = Object.values(state.prompts)
      return prompt?.message.split('\n')[0] ?? 'nothing is due and nobody is asked'
    }
    case 'cut':
      return 'given up: it goes on and on'
    default:
      return state.reason
  }
}

function stepsOf(state: RunState, plan: Plan): readonly SimulatedStep[] {
  const found: SimulatedStep[] = []
  const visit = (steps: Plan['phases'][number]['steps']): void => {
    for (const step of steps) {
      const at = state.steps[step.path]
      if (at?.startedAt !== undefined)
        found.push({
          path: step.path,
          startedAt: at.startedAt,
          endedAt: at.endedAt,
          outcome: at.status,
          ...(at.reason === undefined ? {} : { reason: at.reason }),
        })
      if (step.form === 'group') visit(step.steps)
    }
  }
  for (const phase of plan.phases) visit(phase.steps)
  return found
}

/** What became of targets that no rollout has: as well as the worst of their steps. */
function settleTargets(chronicle: Chronicle, state: RunState, plan: Plan): void {
  const paths = actionPaths(plan)
  for (const target of chronicle.targets.values()) {
    if (target.lane !== undefined || target.state !== 'pending') continue
    let began = false
    for (const path of paths) {
      const step = state.steps[path]
      const at = step?.targets[target.name]
      if (!at || at.attempts.length === 0) continue
      began = true
      const last = at.attempts.at(-1)
      target.endedAt = Math.max(target.endedAt ?? 0, last?.endedAt ?? 0)
      if (at.status === 'failed' && step.status !== 'marked_done' && step.status !== 'skipped') {
        target.state = 'failed'
        target.reason = at.reason ?? ''
        if (at.class) target.class = at.class
      }
    }
    if (!began) Object.assign(target, { state: 'skipped', reason: 'no step touched it' })
    else if (target.state === 'pending') target.state = 'succeeded'
  }
}

function actionPaths(plan: Plan): readonly string[] {
  const paths: string[] = []
  const visit = (steps: Plan['phases'][number]['steps']): void => {
    for (const step of steps) {
      if (step.form === 'action') paths.push(step.path)
      if (step.form === 'group') visit(step.steps)
    }
  }
  for (const phase of plan.phases) visit(phase.steps)
  return paths
}
