/** The vendor's policy for Sockets, with its numbers: five first, five minutes apart, 17 minutes each, 10 of them watched. */
import type { Outcome } from '../../src/rollout/events.ts'
import type { LanePlan } from '../../src/rollout/fleet-plan.ts'
import { listOpenings, type Openings } from '../../src/rollout/openings.ts'
import type { RolloutPolicy, WavePolicy } from '../../src/rollout/policy.ts'
import { type Acts, lane, minute, t0, wave } from '../support/rollout-builder.ts'

export const catoPolicy: Partial<RolloutPolicy> = {
  preflight: 1,
  each: 1,
  health: { checks: 1, intervalMs: 5 * minute, minHealthyMs: 10 * minute, failuresAllowed: 0, onUnknown: 'fail' },
  deadlineMs: 17 * minute,
  retry: { maxAttempts: 2, delayMs: 0, backoff: 1, at: 'deadline', classes: [] },
  // The way back is part of the vendor's 17 minutes.
  rollback: { mode: 'auto', scope: 'target', steps: 1, fitMs: 0 },
  unit: { oneAtATime: true, skipRestWhen: ['failed', 'rolled_back', 'skipped', 'held'], fitWhole: false },
  failureTable: [
    { class: 'unreachable', do: 'skip', then: 'continue' },
    { class: 'unhealthy', do: 'rollback', then: 'stop_lane' },
    { class: 'refused', do: 'skip', then: 'stop_run' },
    { do: 'retry', then: 'continue' },
    { do: 'fail', then: 'continue' },
  ],
}

export function catoWaves(canary: Partial<NonNullable<WavePolicy['canary']>> = {}): readonly WavePolicy[] {
  return [
    wave('canary', {
      canary: { next: 'at_slot', onUnproven: 'stop_run', ...canary },
      staggerMs: 5 * minute,
      maxFailures: 4,
    }),
    wave('primaries'),
    wave('secondaries'),
  ]
}

/** Minutes from the start of the simulation. */
export function window(from: number, to: number): Openings {
  return listOpenings([{ start: t0 + from * minute, end: t0 + to * minute }])
}

/**
 * One time zone. By site, in the order of the fleet: `s` a single Socket, `h` a pair of primary and secondary; the first
 * `canaries` sites give their first Socket to the initial group.
 */
export function zone(sites: string, canaries: number, given: Partial<LanePlan> = {}): LanePlan {
  const waves: number[] = []
  const units: number[] = []
  const ranks: number[] = []
  ;[...sites].forEach((site, unit) => {
    waves.push(unit < canaries ? 0 : 1)
    units.push(unit)
    ranks.push(0)
    if (site !== 'h') return
    waves.push(2)
    units.push(unit)
    ranks.push(1)
  })
  return lane({
    waves: catoWaves(),
    openings: window(0, 120),
    targets: { count: waves.length, wave: waves, unit: units, rank: ranks },
    ...given,
  })
}

/** A good Socket: installed within 7 minutes, healthy from then on. `fault` says otherwise. */
export function sockets(
  fault: (target: number, attempt: number) => Partial<Record<string, Outcome | 'hang' | number>> = () => ({}),
): Acts {
  return (call) => {
    const mine = fault(call.target, call.attempt)[call.stage]
    const after = call.stage === 'each' ? 7 : 0
    if (mine === 'hang') return 'hang'
    if (typeof mine === 'number') return { after: mine }
    return { after: mine !== undefined && call.stage === 'each' ? 3 : after, outcome: mine ?? 'ok' }
  }
}
