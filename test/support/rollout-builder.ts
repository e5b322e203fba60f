/** Rollouts for tests: every option that a test sets means something in it. */

import type { CallWanted } from '../../src/rollout/cell-turn.ts'
import type { Outcome, RolloutEvent } from '../../src/rollout/events.ts'
import type { LanePlan, LaneTargets } from '../../src/rollout/fleet-plan.ts'
import { alwaysOpen } from '../../src/rollout/openings.ts'
import type { RolloutPolicy, WavePolicy } from '../../src/rollout/policy.ts'
import { makeRollout, type Rollout, viewTarget } from '../../src/rollout/rollout.ts'
import { type Simulation, type SimulationEnd, simulateRollout } from '../../src/simulation/simulate-rollout.ts'

export const minute = 60_000
export const hour: number = 60 * minute

/** Any instant; all tests count in minutes from here. */
export const t0: number = Date.UTC(2026, 0, 4, 1, 0)

type Partly<T> = { readonly [Key in keyof T]?: T[Key] }

export function policy(given: Partly<RolloutPolicy> = {}): RolloutPolicy {
  return {
    stage: 0,
    preflight: 0,
    each: 1,
    postChecks: 0,
    retry: { maxAttempts: 1, delayMs: 0, backoff: 1, at: 'failure', classes: [] },
    rollback: { mode: 'never', scope: 'target', steps: 0 },
    unit: { oneAtATime: true, skipRestWhen: [], fitWhole: false },
    domainsAtOnce: 1,
    failureTable: [],
    inFlight: 'finish',
    overrun: 'finish_unit',
    fit: 'worst_case',
    reserveMs: 0,
    ...given,
  }
}

export function wave(id: string, given: Partly<WavePolicy> = {}): WavePolicy {
  return { id, staggerMs: 0, cooldownMs: 0, soakMs: 0, gate: false, ...given }
}

export function lane(given: Partly<LanePlan> & { readonly targets: LaneTargets }): LanePlan {
  return { id: 'lane', openings: alwaysOpen, waves: [wave('all')], ...given }
}

/** Targets of one wave. */
export function targets(count: number, given: Partly<LaneTargets> = {}): LaneTargets {
  return { count, wave: new Array<number>(count).fill(0), ...given }
}

/** What a call does: minutes it takes and how it ends; `hang`: it never answers. */
export type Act = Outcome | 'hang' | { readonly after: number; readonly outcome?: Outcome }

export type Acts = (call: CallWanted, now: number) => Act | undefined

/** Calls that `acts` does not speak of take no time and go well. */
export function simulate(
  rollout: Rollout,
  acts: Acts = () => undefined,
  more: Partly<Simulation> = {},
): SimulationEnd & { readonly events: RolloutEvent[] } {
  const events: RolloutEvent[] = []
  const planned = new Map<number, Outcome>()
  const end = simulateRollout(
    rollout,
    {
      after(call, now) {
        const act = acts(call, now) ?? 'ok'
        if (act === 'hang') return Number.POSITIVE_INFINITY
        planned.set(call.target, typeof act === 'string' ? act : (act.outcome ?? 'ok'))
        return typeof act === 'string' ? 0 : act.after * minute
      },
      outcome: (call) => planned.get(call.target) ?? 'ok',
    },
    { start: t0, watch: (batch) => events.push(...batch), ...more },
  )
  return { ...end, events }
}

export function play(
  plan: { readonly policy?: Partly<RolloutPolicy>; readonly lanes: readonly LanePlan[]; readonly cellSize?: number },
  acts?: Acts,
  more?: Partly<Simulation>,
): Played {
  const rollout = makeRollout({ policy: policy(plan.policy), lanes: plan.lanes }, plan.cellSize)
  return new Played(rollout, simulate(rollout, acts, more))
}

/** A rollout that was played, told in minutes. */
export class Played {
  readonly rollout: Rollout
  readonly end: SimulationEnd
  readonly events: readonly RolloutEvent[]

  constructor(rollout: Rollout, end: SimulationEnd & { readonly events: readonly RolloutEvent[] }) {
    this.rollout = rollout
    this.end = end
    this.events = end.events
  }

  /** `state` or `state:reason` of all targets, in order. */
  get ends(): string[] {
    return Array.from({ length: this.rollout.layout.count }, (_, target) => {
      const { state, reason } = viewTarget(this.rollout, target)
      return state === 'succeeded' || reason === undefined ? state : `${state}:${reason}`
    })
  }

  /** Minutes of the first start of every target that began, by target. */
  get starts(): Record<number, number> {
    return Object.fromEntries(this.attempts.filter((each) => each.attempt === 1).map((each) => [each.target, each.at]))
  }

  get attempts(): { readonly target: number; readonly attempt: number; readonly at: number }[] {
    return this.events.flatMap((event) =>
      event.type === 'TargetStarted'
        ? [{ target: this.#number(event.cell, event.target), attempt: event.attempt, at: minutes(event.at) }]
        : [],
    )
  }

  /** Minutes of the ends, by target. */
  get endings(): Record<number, number> {
    return Object.fromEntries(
      this.events.flatMap((event) =>
        event.type === 'TargetEnded' ? [[this.#number(event.cell, event.target), minutes(event.at)]] : [],
      ),
    )
  }

  /** `type` at minute, of the events of lanes and rollout. */
  told(...types: readonly RolloutEvent['type'][]): string[] {
    return this.events.flatMap((event) =>
      types.includes(event.type)
        ? [
            `${event.type}${'wave' in event ? ` ${event.wave}` : ''}${'cause' in event ? ` ${event.cause}` : ''} @${minutes(event.at)}`,
          ]
        : [],
    )
  }

  #number(cell: number, target: number): number {
    return this.rollout.layout.cells[cell]!.targets[target]!
  }
}

export function minutes(at: number): number {
  return (at - t0) / minute
}
