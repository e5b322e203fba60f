/**
 * The guarantees, checked over the recorded events by a plain model of its own: it walks the log once, keeps what it
 * needs in maps and knows nothing of cells, queues or reports.
 */
import type { RolloutEvent } from '../../src/rollout/events.ts'
import type { Opening } from '../../src/rollout/openings.ts'
import type { EndState, RolloutPolicy } from '../../src/rollout/policy.ts'
import { viewTarget } from '../../src/rollout/rollout.ts'
import type { RandomRun } from './random-run.ts'

interface Target {
  readonly number: number
  readonly lane: number
  readonly wave: number
  readonly unit: string | undefined
  readonly domain: number
  active: boolean
  /** Counted in a wave of the plan; a held target that was taken up again is not. */
  again: boolean
  proven: boolean
  /** Was verified once, even if it is taken back later. */
  wasProven: boolean
  /** Its work in the wave is over: what happens to it now is a decision about it alone. */
  leftWave: boolean
  end: EndState | undefined
  attempts: number
}

/** @throws Error that names the guarantee which was broken */
export function checkGuarantees(run: RandomRun): void {
  new Checker(run).check()
}

class Checker {
  readonly #run: RandomRun
  readonly #policy: RolloutPolicy
  readonly #targets: Target[]
  #concurrency: number
  #glass = Number.NEGATIVE_INFINITY
  #stopped = false
  readonly #laneStopped = new Map<number, string>()
  readonly #waveStopped = new Set<string>()
  readonly #promoted = new Set<string>()
  readonly #gates = new Set<string>()
  readonly #lastStart = new Map<string, number>()
  readonly #firstStart = new Map<string, number>()
  readonly #lastEnd = new Map<string, number>()
  readonly #waveAttempts = new Map<string, number>()
  readonly #begun = new Map<string, number>()
  #paused = false

  constructor(run: RandomRun) {
    this.#run = run
    this.#policy = run.given.plan.policy
    this.#concurrency = this.#policy.maxConcurrency ?? Number.POSITIVE_INFINITY
    this.#targets = run.given.plan.lanes.flatMap((lane, index) =>
      Array.from({ length: lane.targets.count }, (_, place) => ({
        number: run.rollout.layout.laneStart[index]! + place,
        lane: index,
        wave: lane.targets.wave[place]!,
        unit: (lane.targets.unit?.[place] ?? -1) === -1 ? undefined : `${index}/${lane.targets.unit![place]}`,
        domain: lane.targets.domain?.[place] ?? -1,
        active: false,
        again: false,
        proven: false,
        wasProven: false,
        leftWave: false,
        end: undefined,
        attempts: 0,
      })),
    )
  }

  check(): void {
    for (const { event } of this.#run.log) {
      if ('target' in event && 'cell' in event) this.#ofTarget(event, this.#targetOf(event))
      else this.#ofFleet(event)
    }
    this.#afterwards()
  }

  #targetOf(event: { readonly cell: number; readonly target: number }): Target {
    return this.#targets[this.#run.rollout.layout.cells[event.cell]!.targets[event.target]!]!
  }

  #ofFleet(event: RolloutEvent): void {
    switch (event.type) {
      case 'GlassBroken':
        this.#glass = event.until
        return
      case 'ConcurrencyChanged':
        this.#concurrency = event.to
        return
      case 'GateOpened':
        this.#gates.add(`${event.lane}/${event.wave}`)
        return
      case 'WavePromoted':
        this.#promoted.add(`${event.lane}/${event.wave}`)
        return
      case 'WaveStopped':
        this.#waveStopped.add(`${event.lane}/${event.wave}`)
        return
      case 'LaneStopped':
        this.#laneStopped.set(event.lane, event.cause)
        return
      case 'RolloutStopped':
        this.#stopped = true
        return
      case 'RolloutPaused':
      case 'RolloutAsked':
        this.#paused = true
        return
      case 'RolloutResumed':
        this.#paused = false
        return
    }
  }

  #ofTarget(event: Extract<RolloutEvent, { target: number }>, target: Target): void {
    const isOver = target.end !== undefined && target.end !== 'held'
    if (isOver && event.type !== 'TargetFlagged')
      broken(6, `${event.type} on ${target.number}, which ended as ${target.end}`)
    if (
      target.end === 'held' &&
      !['TargetReopened', 'UndoPlanned', 'TargetEnded', 'TargetFlagged'].includes(event.type)
    ) {
      broken(6, `${event.type} on ${target.number}, which is held`)
    }
    switch (event.type) {
      case 'TargetStarted':
        return this.#started(event, target)
      case 'RollbackStarted':
        if (!target.active) this.#takesRoom(target, event.at, 'taken back')
        target.active = true
        target.proven = false
        return
      case 'TargetProven':
        target.active = false
        target.proven = true
        this.#ended(target, event.at)
        target.wasProven = true
        target.leftWave = true
        return
      case 'UndoPlanned':
        target.end = undefined
        target.proven = true
        target.leftWave = true
        return
      case 'TargetReopened':
        if (target.end !== 'held') broken(6, `${target.number} was taken up again though it was not held`)
        target.end = undefined
        target.again = true
        return
      case 'TargetEnded':
        if (event.state === 'skipped' && event.reason === 'stopped') this.#skippedByStop(target)
        // A held target has ended for its wave; what people do to it afterwards prolongs no soak.
        if (target.end !== 'held') this.#ended(target, event.at)
        target.active = false
        target.proven = false
        target.end = event.state
        return
    }
  }

  #ended(target: Target, at: number): void {
    if (!target.again && !target.leftWave) this.#lastEnd.set(waveOf(target), at)
  }

  #started(event: Extract<RolloutEvent, { type: 'TargetStarted' }>, target: Target): void {
    const { retry, fit } = this.#policy
    target.attempts = event.attempt
    if (!target.again) {
      this.#waveAttempts.set(waveOf(target), Math.max(event.attempt, this.#waveAttempts.get(waveOf(target)) ?? 0))
    }
    if (event.attempt > retry.maxAttempts) broken(4, `${target.number} was tried ${event.attempt} times`)
    const attempts = event.attempt === 1 && fit === 'worst_case' ? retry.maxAttempts : 1
    if (!this.#fits(target.lane, event.at, this.#need(attempts))) {
      broken(1, `${target.number} began attempt ${event.attempt} where it cannot end in its window`)
    }
    if (event.attempt > 1) return
    if (this.#paused) broken(5, `${target.number} began while the rollout was paused`)
    if (this.#stopped || this.#laneStopped.has(target.lane)) broken(5, `${target.number} began after a stop`)
    if (!target.again && this.#waveStopped.has(waveOf(target)))
      broken(5, `${target.number} began after its wave stopped`)
    this.#withinBudgets(target)
    this.#takesRoom(target, event.at, 'begun')
    this.#withinRadius(target)
    if (!target.again) this.#inItsWave(target, event.at)
    target.active = true
  }

  /** Worked out once more by hand. */
  #need(attempts: number): number {
    const { deadlineMs, rollback, retry, reserveMs } = this.#policy
    let all = attempts * deadlineMs! + reserveMs + (rollback.steps > 0 ? rollback.deadlineMs! : 0)
    for (let each = 1; each < attempts; each += 1) all += retry.delayMs * retry.backoff ** (each - 1)
    return all
  }

  #fits(lane: number, at: number, need: number): boolean {
    const opened: Opening[] = [...this.#run.given.openings[lane]!]
    if (at < this.#glass) opened.push({ start: at, end: this.#glass })
    let end = at
    for (let grew = true; grew; ) {
      const next = Math.max(...opened.filter((each) => each.start <= end && each.end > end).map((each) => each.end))
      grew = next > end
      if (grew) end = next
    }
    return end > at && at + need <= end
  }

  #takesRoom(target: Target, at: number, how: string): void {
    const active = this.#targets.filter((each) => each.active)
    const lane = this.#run.given.plan.lanes[target.lane]!
    if (active.length + 1 > this.#concurrency)
      broken(2, `${target.number} ${how} beside ${active.length}, at most ${this.#concurrency}`)
    const inLane = active.filter((each) => each.lane === target.lane).length
    if (inLane + 1 > (lane.maxConcurrency ?? Number.POSITIVE_INFINITY)) broken(2, `${inLane + 1} in the lane at ${at}`)
    const mate = active.find((each) => each.unit !== undefined && each.unit === target.unit)
    if (mate && this.#policy.unit.oneAtATime) broken(2, `${target.number} ${how} beside ${mate.number} of its unit`)
    const domains = new Set(active.concat(target).flatMap((each) => (each.domain === -1 ? [] : [each.domain])))
    if (domains.size > this.#policy.domainsAtOnce) broken(2, `${domains.size} failure domains away`)
  }

  #withinRadius(target: Target): void {
    const limit = this.#policy.blastRadius
    if (!limit) return
    const away = this.#targets.filter(
      (each) => each.active || each.end === 'failed' || each.end === 'held' || each === target,
    )
    if (away.length > (limit.maxTargets ?? Number.POSITIVE_INFINITY)) broken(2, `${away.length} targets at risk`)
    const units = new Set(away.map((each) => each.unit ?? `target ${each.number}`))
    if (units.size > (limit.maxUnits ?? Number.POSITIVE_INFINITY)) broken(2, `${units.size} units at risk`)
  }

  #withinBudgets(target: Target): void {
    const bad = this.#targets.filter(
      (each) => each.end === 'failed' || each.end === 'rolled_back' || each.end === 'held',
    )
    const lane = this.#run.given.plan.lanes[target.lane]!
    const over = (count: number, most: number | undefined): boolean => most !== undefined && count > most
    if (over(bad.length, this.#policy.maxFailures)) broken(5, `${target.number} began after ${bad.length} failures`)
    const mine = bad.filter((each) => each.lane === target.lane)
    if (over(mine.length, lane.maxFailures))
      broken(5, `${target.number} began after ${mine.length} failures of its lane`)
    lane.waves.forEach((wave, index) => {
      const most = wave.maxFailures ?? (wave.canary ? 0 : undefined)
      const count = mine.filter((each) => each.wave === index && !each.again).length
      if (over(count, most)) broken(5, `${target.number} began after ${count} failures of wave ${index}`)
    })
  }

  #inItsWave(target: Target, at: number): void {
    const lane = this.#run.given.plan.lanes[target.lane]!
    const key = waveOf(target)
    const policy = lane.waves[target.wave]!
    const here = this.#targets.filter((each) => waveOf(each) === key && !each.again)
    const running = here.filter((each) => each.active).length + 1
    if (running > (policy.maxConcurrency ?? Number.POSITIVE_INFINITY)) broken(2, `${running} in wave ${key}`)
    const away = running + here.filter((each) => each.end === 'failed' || each.end === 'held').length
    if (away > (policy.maxUnavailable ?? Number.POSITIVE_INFINITY)) broken(2, `${away} of wave ${key} unavailable`)
    const batch = (this.#begun.get(key) ?? 0) % (policy.batchSize ?? Number.POSITIVE_INFINITY)
    if (policy.batchSize !== undefined && batch === 0 && running > 1)
      broken(2, `a batch of ${key} began before the last ended`)
    this.#begun.set(key, (this.#begun.get(key) ?? 0) + 1)
    if (at - (this.#lastStart.get(key) ?? Number.NEGATIVE_INFINITY) < policy.staggerMs) broken(3, `stagger in ${key}`)
    this.#lastStart.set(key, at)
    this.#firstStart.set(key, this.#firstStart.get(key) ?? at)
    this.#afterEarlierWaves(target, at)
  }

  #afterEarlierWaves(target: Target, at: number): void {
    const lane = this.#run.given.plan.lanes[target.lane]!
    for (let wave = 0; wave < target.wave; wave += 1) {
      const key = `${target.lane}/${wave}`
      const before = this.#targets.filter((each) => each.lane === target.lane && each.wave === wave)
      const policy = lane.waves[wave]!
      const notOver = before.find((each) => !each.again && !each.proven && (each.end === undefined || each.active))
      if (notOver && !notOver.active) broken(3, `${target.number} began before ${notOver.number} of wave ${wave} ended`)
      if (policy.canary && !before.some((each) => each.wasProven || each.end === 'succeeded')) {
        broken(3, `${target.number} began though no canary succeeded`)
      }
      const isNext = !this.#targets.some(
        (each) => each.lane === target.lane && each.wave > wave && each.wave < target.wave,
      )
      if (!isNext || this.#promoted.has(key) || before.length === 0) continue
      if (at < (this.#lastEnd.get(key) ?? 0) + policy.soakMs && before.every((each) => !each.again))
        broken(3, `soak of wave ${wave}`)
      if (policy.canary?.next === 'at_slot' && before.some((each) => each.attempts > 0)) {
        const slot = this.#firstStart.get(key)! + (before.length - 1) * policy.staggerMs
        if (at < slot + this.#waveAttempts.get(key)! * this.#policy.deadlineMs!) broken(3, `slot of wave ${wave}`)
      }
    }
    const opener =
      this.#promoted.has(`${target.lane}/${target.wave - 1}`) ||
      [...this.#promoted].some((key) => key.startsWith(`${target.lane}/`))
    if (lane.waves[target.wave]!.gate && !this.#gates.has(waveOf(target)) && !opener)
      broken(3, `gate of wave ${target.wave}`)
  }

  #skippedByStop(target: Target): void {
    if (this.#stopped || this.#laneStopped.has(target.lane) || this.#waveStopped.has(waveOf(target))) return
    broken(5, `${target.number} was skipped by a stop that does not reach it`)
  }

  #afterwards(): void {
    const { rollout, calls, inputs, log } = this.#run
    if (!rollout.fleet.ended) broken(4, 'the rollout never ends')
    const ends = new Set(['succeeded', 'rolled_back', 'failed', 'skipped', 'held'])
    for (const target of this.#targets) {
      const view = viewTarget(rollout, target.number)
      if (!ends.has(view.state) || view.reason === undefined) broken(4, `${target.number} is ${view.state}`)
      if (view.state !== target.end) broken(4, `${target.number} is ${view.state}, its events say ${target.end}`)
      if (view.state === 'succeeded' && target.attempts === 0)
        broken(4, `${target.number} succeeded without an attempt`)
    }
    for (const lane of this.#run.given.plan.lanes.keys()) this.#canary(lane)
    const cells = rollout.layout.cells.length
    if (log.length > 40 * (inputs + calls.length + this.#targets.length + 10 * cells)) broken(7, `${log.length} events`)
  }

  #canary(index: number): void {
    const lane = this.#run.given.plan.lanes[index]!
    if (!lane.waves[0]?.canary) return
    const mine = this.#targets.filter((each) => each.lane === index)
    const isProven = mine.some((each) => each.wave === 0 && (each.attempts > 0 || each.again))
    if (!isProven && mine.some((each) => each.wave > 0 && each.attempts > 0)) broken(3, 'no canary began, others did')
  }
}

function waveOf(target: Target): string {
  return `${target.lane}/${target.wave}`
}

function broken(guarantee: number, what: string): never {
  throw new Error(`guarantee ${guarantee}: ${what}`)
}
