/** The fleet of the rollout bench, simulated by the real core, and the bare loop it is measured against. */
import type { FleetPlan, LanePlan } from '../src/rollout/fleet-plan.ts'
import { listOpenings } from '../src/rollout/openings.ts'
import type { RolloutPolicy, WavePolicy } from '../src/rollout/policy.ts'
import { makeRollout, type Rollout, viewTarget } from '../src/rollout/rollout.ts'
import { simulateRollout } from '../src/simulation/simulate-rollout.ts'

const minute = 60_000
const start = Date.UTC(2026, 0, 4)

/** Of the processor, not of the clock on the wall: the machine is never alone. */
function secondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1e6
}

export interface FleetRun {
  /** Of the processor. */
  readonly seconds: number
  /** What the core was told: answers, due times. */
  readonly inputs: number
  /** What it recorded. */
  readonly events: number
  readonly rollout: Rollout
}

/** The vendor's policy, with a download ahead, and checked twice within its ten minutes. */
const policy: RolloutPolicy = {
  stage: 1,
  preflight: 1,
  each: 1,
  postChecks: 0,
  health: { checks: 1, intervalMs: 5 * minute, minHealthyMs: 10 * minute, failuresAllowed: 0, onUnknown: 'fail' },
  deadlineMs: 17 * minute,
  retry: { maxAttempts: 2, delayMs: 0, backoff: 1, at: 'deadline', classes: [] },
  rollback: { mode: 'auto', scope: 'target', steps: 1, fitMs: 0 },
  unit: { oneAtATime: true, skipRestWhen: ['failed', 'rolled_back', 'skipped', 'held'], fitWhole: false },
  domainsAtOnce: 1,
  failureTable: [
    { class: 'unreachable', do: 'skip', then: 'continue' },
    { class: 'unhealthy', do: 'rollback', then: 'stop_lane' },
    { do: 'retry', then: 'continue' },
    { do: 'fail', then: 'continue' },
  ],
  inFlight: 'finish',
  overrun: 'finish_unit',
  fit: 'worst_case',
  reserveMs: 0,
}

const plain = { staggerMs: 0, cooldownMs: 0, soakMs: 0, gate: false }
const waves: readonly WavePolicy[] = [
  { ...plain, id: 'canary', staggerMs: 5 * minute, canary: { next: 'at_slot', onUnproven: 'stop_run' } },
  { ...plain, id: 'primaries' },
  { ...plain, id: 'secondaries' },
]

/** Pairs, so that every second target is a secondary; in 38 zones, each opening half an hour after the one before. */
function makeLane(count: number, place: number): LanePlan {
  const opens = start + ((place % 38) + 1) * 30 * minute
  return {
    id: `zone ${place}`,
    openings: listOpenings([{ start: opens, end: opens + 120 * minute }]),
    waves,
    targets: {
      count,
      wave: Uint8Array.from({ length: count }, (_, target) => (target % 2 === 1 ? 2 : target < 10 ? 0 : 1)),
      unit: Int32Array.from({ length: count }, (_, target) => target >> 1),
      rank: Uint8Array.from({ length: count }, (_, target) => target % 2),
    },
  }
}

export function makeFleet(targets: number, laneCount: number): FleetPlan {
  const lanes = Array.from({ length: laneCount }, (_, place) => {
    const count = Math.floor(((place + 1) * targets) / laneCount) - Math.floor((place * targets) / laneCount)
    return makeLane(count, place)
  })
  return { policy, lanes }
}

/** @throws Error when not every target succeeded: a failure is no measurement */
export function runFleet(fleet: FleetPlan): FleetRun {
  const started = process.cpuUsage()
  const rollout = makeRollout(fleet)
  let events = 0
  const end = simulateRollout(
    rollout,
    { after: (call) => (call.stage === 'each' ? 7 * minute : 0), outcome: () => 'ok' },
    {
      start,
      watch: (batch) => {
        events += batch.length
      },
    },
  )
  const seconds = secondsSince(started)
  for (let target = 0; target < rollout.layout.count; target += 1) {
    const { state } = viewTarget(rollout, target)
    if (state !== 'succeeded') throw new Error(`target ${target} is ${state}`)
  }
  return { seconds, inputs: end.inputs, events, rollout }
}

interface Pending {
  readonly at: number
  readonly target: number
  readonly left: number
}

/**
 * Pops five events per target from a binary heap of objects by time, and does nothing else. Targets begin with their zone
 * and take up to 17 minutes from one event to the next, by a small generator of chance with a fixed seed.
 */
export function runBare(targets: number, laneCount: number): { readonly seconds: number; readonly events: number } {
  const started = process.cpuUsage()
  const heap: Pending[] = []
  let chance = 1
  const soon = (): number => {
    chance = (Math.imul(chance, 1_664_525) + 1_013_904_223) >>> 0
    return chance % (17 * minute)
  }
  for (let target = 0; target < targets; target += 1) {
    push(heap, { at: start + (target % laneCount) * 60 * minute + soon(), target, left: 5 })
  }
  let events = 0
  for (let top = pop(heap); top; top = pop(heap)) {
    events += 1
    if (top.left > 1) push(heap, { at: top.at + soon(), target: top.target, left: top.left - 1 })
  }
  return { seconds: secondsSince(started), events }
}

function push(heap: Pending[], item: Pending): void {
  let at = heap.length
  heap.push(item)
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (heap[parent]!.at <= item.at) break
    heap[at] = heap[parent]!
    at = parent
  }
  heap[at] = item
}

function pop(heap: Pending[]): Pending | undefined {
  const top = heap[0]
  const item = heap.pop()
  if (item === undefined || heap.length === 0) return top
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && heap[child + 1]!.at < heap[child]!.at) child += 1
    if (heap[child]!.at >= item.at) break
    heap[at] = heap[child]!
    at = child
  }
  heap[at] = item
  return top
}
