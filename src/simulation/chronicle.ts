/** Follows a simulated run through its recorded events and keeps what people want to know of it. */
import type { Plan, PlanRollout, PlanStep } from '../plan/model.ts'
import type { RunEvent } from '../run/events.ts'
import type { PlanIndex } from '../run/plan-index.ts'
import type { LaneMove, RolloutMove, TargetMove, WholeMove } from '../run/rollout-moves.ts'
import type { SimulatedEvent, SimulatedLane, SimulatedState, SimulatedTarget, SimulatedWave } from './simulated-run.ts'

export interface ChronicleOptions {
  readonly plan: Plan
  readonly index: PlanIndex
  /** False: only targets and lanes are kept. */
  readonly keepEvents: boolean
}

/** What a screen needs no word about. */
type Quiet = Record<string, never>

export class Chronicle {
  readonly events: SimulatedEvent[] = []
  readonly targets: Map<string, SimulatedTarget> = new Map()
  readonly lanes: SimulatedLane[] = []
  readonly #options: ChronicleOptions
  readonly #lanesById = new Map<string, SimulatedLane>()
  readonly #rollouts = new Map<string, PlanRollout>()
  /** The last bad end by lane, for telling what stopped it. */
  readonly #lastBad = new Map<string, string>()
  /** Version of the targets that a rollout has changed. */
  readonly #installed = new Set<string>()

  constructor(options: ChronicleOptions) {
    this.#options = options
    for (const name of Object.keys(options.plan.targets)) this.targets.set(name, this.#freshTarget(name))
    for (const step of options.index.ordered) if (step.form === 'rollout') this.#addRollout(step)
  }

  notice(event: RunEvent): void {
    if (event.type === 'RolloutAdvanced') {
      const step = event.data.step
      for (const move of event.data.moves) this.#move(step, move, event.at)
      return
    }
    this.#followStep(event)
    if (!this.#options.keepEvents) return
    const told = describe(event, this.#options.index)
    if (told) this.events.push({ at: event.at, ...told })
  }

  tell(event: SimulatedEvent): void {
    if (this.#options.keepEvents) this.events.push(event)
  }

  #freshTarget(name: string): SimulatedTarget {
    return {
      name,
      state: 'pending',
      reason: '',
      version: this.#options.plan.targets[name]?.version,
      attempts: 0,
      startedAt: undefined,
      attemptAt: undefined,
      verifyingAt: undefined,
      retriedAt: [],
      rollingBackAt: undefined,
      endedAt: undefined,
      step: undefined,
      lane: undefined,
      wave: undefined,
    }
  }

  #addRollout(step: PlanRollout): void {
    this.#rollouts.set(step.path, step)
    for (const planned of step.lanes) {
      const waves = planned.waves.map((wave): SimulatedWave => {
        const targets = wave.targets.map(({ name }) => name)
        for (const name of targets) {
          const target = this.targets.get(name)
          if (target) Object.assign(target, { step: step.path, lane: planned.id, wave: wave.id })
        }
        return {
          id: wave.id,
          isCanary: wave.canary !== undefined,
          targets,
          openedAt: undefined,
          endedAt: undefined,
          gateAwaitedAt: undefined,
          gateOpenedAt: undefined,
          nextAt: undefined,
          stopped: undefined,
        }
      })
      const lane: SimulatedLane = {
        id: planned.id,
        title: planned.title,
        step: step.path,
        timeZone: planned.time_zone,
        canary: waves.filter((wave) => wave.isCanary).flatMap((wave) => wave.targets),
        waves,
        openedAt: undefined,
        gateOpenedAt: undefined,
        endedAt: undefined,
        stoppedBy: undefined,
        stopReason: undefined,
        ends: new Map(),
        windows: [],
      }
      this.lanes.push(lane)
      this.#lanesById.set(`${step.path}@${planned.id}`, lane)
    }
    for (const name of step.up_to_date ?? []) {
      const target = this.targets.get(name)
      if (target) Object.assign(target, { state: 'skipped', reason: `has version ${step.to} already` })
    }
  }

  #move(step: string, move: RolloutMove, at: number): void {
    switch (move.kind) {
      case 'target':
        return this.#targetMove(step, move, at)
      case 'lane':
        return this.#laneMove(step, move, at)
      case 'health':
        return this.tell({ at, type: 'health_judged', step, ...this.#place(move.target), healthy: move.healthy })
      case 'rollout':
        return this.#wholeMove(step, move, at)
    }
  }

  #place(name: string): { readonly target: string; readonly lane?: string; readonly wave?: string; attempt?: number } {
    const target = this.targets.get(name)
    return {
      target: name,
      ...(target?.lane === undefined ? {} : { lane: target.lane }),
      ...(target?.wave === undefined ? {} : { wave: target.wave }),
      ...(target === undefined ? {} : { attempt: target.attempts }),
    }
  }

  #targetMove(step: string, move: TargetMove, at: number): void {
    const { to, lane, wave, attempt } = move
    const target = this.targets.get(move.target)
    if (target) {
      const own = this.#lanesById.get(`${step}@${lane}`)
      if (target.state === 'held' && target.step === step) own?.ends.set('held', (own.ends.get('held') ?? 1) - 1)
      Object.assign(target, { step, lane, wave, attempts: Math.max(target.attempts, attempt) })
      const state = stateOf[to]
      if (state && ends.has(to)) own?.ends.set(state, (own.ends.get(state) ?? 0) + 1)
      if (state) target.state = state
      if (move.class) target.class = move.class
      if (to === 'in_progress') {
        if (target.startedAt === undefined) target.startedAt = at
        else if (target.attemptAt !== at) target.retriedAt.push(at)
        Object.assign(target, { attemptAt: at, verifyingAt: undefined, endedAt: undefined })
      }
      if (to === 'verifying') target.verifyingAt ??= at
      if (to === 'rolling_back') {
        target.rollingBackAt = at
        this.#lastBad.set(`${step}@${lane}`, move.target)
      }
      if (ends.has(to)) this.#end(step, target, move, at)
    }
    this.tell({
      at,
      type: `target_${to}`,
      target: move.target,
      lane,
      wave,
      attempt,
      step,
      ...(move.class ? { class: move.class } : {}),
      ...(move.reason ? { reason: move.reason } : {}),
      ...(move.until === undefined ? {} : { until: move.until }),
    })
  }

  #end(step: string, target: SimulatedTarget, move: TargetMove, at: number): void {
    target.endedAt = at
    target.reason = move.reason ?? ''
    const rollout = this.#rollouts.get(step)
    if (move.to === 'succeeded') target.version = rollout?.to ?? target.version
    else if (move.to === 'rolled_back') this.#installed.delete(target.name)
    else if (this.#installed.has(target.name)) target.version = rollout?.to ?? target.version
    if (move.to === 'failed' || move.to === 'rolled_back' || move.to === 'held')
      this.#lastBad.set(`${step}@${move.lane}`, target.name)
  }

  /** The last action of `each` has succeeded on a target: the new version is on it, whatever comes of it. */
  installed(target: string): void {
    this.#installed.add(target)
  }

  #laneMove(step: string, move: LaneMove, at: number): void {
    const lane = this.#lanesById.get(`${step}@${move.lane}`)
    const at_ = lane?.waves.findIndex((wave) => wave.id === move.wave) ?? -1
    const wave = lane?.waves[at_]
    if (lane) followLane(lane, wave, move, at, this.#lastBad.get(`${step}@${lane.id}`))
    this.tell({
      at,
      type: laneTypes[move.to],
      lane: move.lane,
      step,
      ...(move.wave === undefined ? {} : { wave: move.wave }),
      ...(move.reason === undefined ? {} : { reason: move.reason }),
      ...(move.until === undefined ? {} : { until: move.until }),
    })
  }

  #wholeMove(step: string, move: WholeMove, at: number): void {
    if (move.to === 'stopped') {
      for (const lane of this.lanes) {
        if (lane.step !== step || lane.endedAt !== undefined || lane.stoppedBy !== undefined) continue
        lane.stoppedBy = this.#lastBadOf(step) ?? move.reason ?? move.scope ?? 'rollout'
        lane.stopReason = move.reason
      }
    }
    this.tell({
      at,
      type: `rollout_${move.to}`,
      step,
      ...(move.target === undefined ? {} : this.#place(move.target)),
      ...(move.count === undefined ? {} : { count: move.count }),
      ...(move.reason === undefined ? {} : { reason: move.reason }),
      ...(move.until === undefined ? {} : { until: move.until }),
    })
  }

  #lastBadOf(step: string): string | undefined {
    return [...this.#lastBad].findLast(([lane]) => lane.startsWith(`${step}@`))?.[1]
  }

  /** Targets of steps outside of rollouts: begun, and then as well as their worst step. */
  #followStep(event: RunEvent): void {
    if (event.type !== 'CallRequested' || event.data.target === '' || event.data.op !== 'perform') return
    const target = this.targets.get(event.data.target)
    if (!target || target.lane !== undefined) return
    target.startedAt ??= event.at
    target.attempts = Math.max(target.attempts, event.data.attempt)
  }
}

const stateOf: Readonly<Partial<Record<TargetMove['to'], SimulatedState>>> = {
  pending: 'pending',
  staged: 'staged',
  waiting_for_window: 'waiting_for_window',
  in_progress: 'in_progress',
  retrying: 'in_progress',
  verifying: 'verifying',
  proven: 'verifying',
  rolling_back: 'in_progress',
  succeeded: 'succeeded',
  rolled_back: 'rolled_back',
  failed: 'failed',
  skipped: 'skipped',
  held: 'held',
}

const ends: ReadonlySet<TargetMove['to']> = new Set<TargetMove['to']>([
  'succeeded',
  'rolled_back',
  'failed',
  'skipped',
  'held',
])

const laneTypes: Readonly<Record<LaneMove['to'], string>> = {
  wave_opened: 'wave_opened',
  wave_ended: 'wave_ended',
  wave_promoted: 'wave_promoted',
  wave_stopped: 'wave_stopped',
  batch_ended: 'batch_ended',
  window_opened: 'window_opened',
  window_closed: 'window_closed',
  gate_awaited: 'gate_awaited',
  gate_opened: 'gate_opened',
  stopped: 'lane_stopped',
  ended: 'lane_ended',
}

function followLane(
  lane: SimulatedLane,
  wave: SimulatedWave | undefined,
  move: LaneMove,
  at: number,
  lastBad: string | undefined,
): void {
  switch (move.to) {
    case 'window_opened':
      lane.openedAt ??= at
      lane.windows.push({ from: at, to: move.until })
      return
    case 'window_closed': {
      const open = lane.windows.at(-1)
      if (open) open.to = at
      return
    }
    case 'wave_opened':
      if (wave) wave.openedAt = at
      if (wave && !wave.isCanary && lane.canary.length > 0) lane.gateOpenedAt ??= at
      return
    case 'wave_ended':
      if (wave) Object.assign(wave, { endedAt: at, nextAt: move.until })
      return
    case 'gate_awaited':
      if (wave) wave.gateAwaitedAt = at
      return
    case 'gate_opened':
      if (wave) wave.gateOpenedAt = at
      return
    case 'wave_stopped':
      if (wave) wave.stopped = move.reason ?? 'stopped'
      return
    case 'stopped':
      lane.stoppedBy = lastBad ?? move.reason ?? 'operator'
      lane.stopReason = move.reason
      return
    case 'ended':
      lane.endedAt = at
      return
    case 'wave_promoted':
    case 'batch_ended':
      return
  }
}

type Told = Omit<SimulatedEvent, 'at'>

/** What a recorded event tells a reader; undefined for those that only the engine needs. */
function describe(event: RunEvent, index: PlanIndex): Told | undefined {
  switch (event.type) {
    case 'RunStarted':
      return { type: 'run_started' }
    case 'EngineStarted':
      return { type: 'engine_started' }
    case 'PhaseStarted':
      return { type: 'phase_started', step: event.data.phase }
    case 'PhaseEnded':
      return { type: 'phase_ended', step: event.data.phase }
    case 'StepStarted':
      return { type: 'step_started', step: event.data.step }
    case 'StepEnded':
      return {
        type: 'step_ended',
        step: event.data.step,
        outcome: event.data.outcome,
        ...(event.data.reason ? { reason: event.data.reason } : {}),
        ...(event.data.by ? { by: event.data.by } : {}),
      }
    case 'StepReopened':
      return { type: 'step_reopened', step: event.data.step, by: event.data.by }
    case 'CallFailed': {
      const { step, target } = callPlace(event.of ?? '')
      return {
        type: 'call_failed',
        step,
        ...(target === '' ? {} : { target }),
        ...actionOf(index.byPath.get(step)?.step),
        class: event.data.class,
        reason: event.data.message,
      }
    }
    case 'CallUnsettled':
      return {
        type: 'call_unsettled',
        step: event.data.step,
        ...(event.data.target === '' ? {} : { target: event.data.target }),
        outcome: event.data.resolution,
        reason: event.data.reason,
      }
    case 'TargetFailed':
      return {
        type: 'call_failed',
        step: event.data.step,
        ...(event.data.target === '' ? {} : { target: event.data.target }),
        class: event.data.class,
        reason: event.data.message,
      }
    case 'RuleBroken':
      return {
        type: 'rule_broken',
        step: event.data.step,
        ...(event.data.target === '' ? {} : { target: event.data.target }),
        reason: event.data.title,
      }
    case 'PromptOpened':
      return {
        type: 'asked',
        step: event.data.step,
        outcome: event.data.kind,
        ...(event.data.target ? { target: event.data.target } : {}),
        reason: firstLine(event.data.message),
      }
    case 'PromptAnswered':
      return { type: 'answered', outcome: event.data.choice, by: event.data.by }
    case 'VoteCast':
      return { type: 'voted', outcome: event.data.decision, by: event.data.by }
    case 'AcceptanceRecorded':
      return {
        type: 'criterion_judged',
        step: event.data.step,
        action: event.data.criterion,
        ...(event.data.target === '' ? {} : { target: event.data.target }),
        outcome: event.data.verdict,
      }
    case 'RunPaused':
      return { type: 'run_paused' }
    case 'ResumeRequested':
      return { type: 'run_resumed', by: event.data.by }
    case 'BackOutStarted':
      return { type: 'back_out_started', reason: event.data.reason }
    case 'RunEnded':
      return {
        type: 'run_ended',
        outcome: event.data.outcome,
        ...(event.data.reason ? { reason: event.data.reason } : {}),
      }
    case 'RolloutCommanded':
      return { type: 'rollout_commanded', step: event.data.step, outcome: event.data.command.do, by: event.data.by }
    default:
      return undefined
  }
}

/** Ids of calls say where they belong: `path@target#delivery`. */
export function callPlace(call: string): { readonly step: string; readonly target: string } {
  const at = call.indexOf('@')
  const end = call.lastIndexOf('#')
  return at < 0 ? { step: call, target: '' } : { step: call.slice(0, at), target: call.slice(at + 1, end) }
}

function actionOf(step: PlanStep | undefined): { readonly action?: string } | Quiet {
  return step?.form === 'action' ? { action: step.action } : {}
}

function firstLine(text: string): string {
  const [line] = text.trim().split('\n')
  return line === undefined || line.length <= 200 ? (line ?? '') : `${line.slice(0, 199)}…`
}
