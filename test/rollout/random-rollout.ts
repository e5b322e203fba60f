/** Random fleets, policies, worlds and commands, small enough that a case takes a millisecond. */
import fc from 'fast-check'
import { failureClasses } from '../../src/base/failure.ts'
import type { FleetPlan, LanePlan } from '../../src/rollout/fleet-plan.ts'
import { listOpenings, type Opening } from '../../src/rollout/openings.ts'
import type { FailureRule, RolloutPolicy, WavePolicy } from '../../src/rollout/policy.ts'
import type { RolloutCommand } from '../../src/rollout/rollout.ts'
import { minute, policy, t0, wave } from '../support/rollout-builder.ts'

export interface RandomCase {
  readonly plan: FleetPlan
  /** By lane, as the core's provider of openings hides them. */
  readonly openings: readonly (readonly Opening[])[]
  readonly cellSize: number
  readonly seed: number
  /** In percent. */
  readonly faults: number
  readonly commands: readonly { readonly at: number; readonly command: RolloutCommand }[]
  /** Turns after which the engine dies, each with how many of its last turn's events are lost. */
  readonly crashes: readonly { readonly turn: number; readonly lost: number }[]
}

const small = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max })
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined, freq: 2 })
/** Leaves out what is absent, as the types demand. */
const given = <T extends object>(value: T): { [Key in keyof T]: Exclude<T[Key], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as never

const rule: fc.Arbitrary<FailureRule> = fc
  .record({
    class: maybe(fc.constantFrom(...failureClasses)),
    do: fc.constantFrom('retry', 'rollback', 'skip', 'fail', 'hold'),
    then: fc.constantFrom(
      'continue',
      'continue',
      'continue',
      'stop_wave',
      'stop_lane',
      'stop_rollout',
      'stop_run',
      'ask',
    ),
  } as const)
  .map((each) => given(each) as FailureRule)

const wavePolicy: fc.Arbitrary<Partial<WavePolicy>> = fc
  .record({
    maxConcurrency: maybe(fc.integer({ min: 1, max: 4 })),
    maxUnavailable: maybe(fc.integer({ min: 1, max: 4 })),
    batchSize: maybe(fc.integer({ min: 1, max: 3 })),
    batchMaxFailures: maybe(small(2)),
    maxFailures: maybe(small(3)),
    staggerMs: fc.constantFrom(0, 0, 2 * minute),
    cooldownMs: fc.constantFrom(0, 0, 3 * minute),
    soakMs: fc.constantFrom(0, 0, 9 * minute),
    gate: fc.constantFrom(false, false, false, true),
  })
  .map(given)

const rolloutPolicy: fc.Arbitrary<RolloutPolicy> = fc
  .record({
    stage: small(1),
    preflight: small(1),
    postChecks: small(1),
    health: maybe(
      fc.record({
        checks: fc.integer({ min: 1, max: 2 }),
        intervalMs: fc.constantFrom(minute, 2 * minute),
        minHealthyMs: fc.constantFrom(0, 3 * minute),
        failuresAllowed: small(1),
        onUnknown: fc.constantFrom('ask', 'hold', 'fail'),
      } as const),
    ),
    deadlineMs: fc.constantFrom(8 * minute, 17 * minute),
    stageDeadlineMs: maybe(fc.constant(5 * minute)),
    progressDeadlineMs: maybe(fc.constant(40 * minute)),
    retry: fc.record({
      maxAttempts: fc.integer({ min: 1, max: 3 }),
      delayMs: fc.constantFrom(0, minute),
      backoff: fc.constantFrom(1, 2),
      at: fc.constantFrom('failure', 'deadline'),
      classes: fc.constantFrom([], ['process'], ['timeout', 'unreachable']),
    } as const),
    rollback: fc.record({
      mode: fc.constantFrom('auto', 'auto', 'ask', 'never'),
      scope: fc.constantFrom('target', 'target', 'unit', 'wave', 'component', 'run'),
      steps: small(2),
      deadlineMs: fc.constant(6 * minute),
    } as const),
    unit: fc.record({
      oneAtATime: fc.constantFrom(true, true, false),
      skipRestWhen: fc.subarray(['rolled_back', 'failed', 'skipped', 'held'] as const),
      fitWhole: fc.boolean(),
    }),
    domainsAtOnce: fc.integer({ min: 1, max: 2 }),
    maxConcurrency: maybe(fc.integer({ min: 1, max: 6 })),
    stageConcurrency: maybe(fc.integer({ min: 1, max: 3 })),
    maxFailures: maybe(small(4)),
    blastRadius: maybe(
      fc
        .record({ maxTargets: maybe(fc.integer({ min: 1, max: 5 })), maxUnits: maybe(fc.integer({ min: 1, max: 4 })) })
        .map(given),
    ),
    failureTable: fc.array(rule, { maxLength: 3 }),
    inFlight: fc.constantFrom('finish', 'rollback', 'cancel'),
    overrun: fc.constantFrom('finish_unit', 'rollback', 'stop'),
    fit: fc.constantFrom('worst_case', 'worst_case', 'first_attempt'),
    reserveMs: fc.constantFrom(0, 5 * minute),
  } as const)
  .map((each) => policy(given(each) as Partial<RolloutPolicy>))

const openingList: fc.Arbitrary<readonly Opening[]> = fc
  .array(fc.record({ gap: fc.integer({ min: 1, max: 90 }), length: fc.integer({ min: 5, max: 240 }) }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((pieces) => {
    let at = t0 - 30 * minute
    return pieces.map(({ gap, length }) => {
      const start = at + gap * minute
      at = start + length * minute
      return { start, end: at }
    })
  })

const always: readonly Opening[] = [{ start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY }]

const lanePlan = (
  waves: number,
  canary: boolean,
  domains: boolean,
): fc.Arbitrary<{ plan: LanePlan; openings: readonly Opening[] }> =>
  fc
    .record({
      waves: fc.array(wavePolicy, { minLength: waves, maxLength: waves }),
      next: fc.constantFrom('when_done', 'at_slot', 'at_slot_per_target'),
      onUnproven: fc.constantFrom('stop_run', 'stop_lane'),
      openings: fc.oneof(fc.constant(always), openingList),
      maxConcurrency: maybe(fc.integer({ min: 1, max: 4 })),
      maxFailures: maybe(small(3)),
      targets: fc.array(
        fc.record({
          wave: small(waves - 1),
          unit: fc.integer({ min: -2, max: 3 }),
          rank: small(2),
          domain: small(3),
          staged: small(1),
        }),
        { minLength: 1, maxLength: 9 },
      ),
    } as const)
    .map((each) => ({
      openings: each.openings,
      plan: {
        id: 'lane',
        openings: listOpenings(each.openings),
        waves: each.waves.map((one, index) =>
          wave(`w${index}`, {
            ...one,
            ...(canary && index === 0 ? { canary: { next: each.next, onUnproven: each.onUnproven }, gate: false } : {}),
          }),
        ),
        ...given({ maxConcurrency: each.maxConcurrency, maxFailures: each.maxFailures }),
        targets: {
          count: each.targets.length,
          wave: each.targets.map((one) => one.wave),
          unit: each.targets.map((one) => Math.max(-1, one.unit)),
          rank: each.targets.map((one) => one.rank),
          staged: each.targets.map((one) => one.staged),
          ...(domains ? { domain: each.targets.map((one) => one.domain - 1) } : {}),
        },
      },
    }))

const command = (lanes: number, waves: number): fc.Arbitrary<RolloutCommand> =>
  fc.oneof(
    fc.constantFrom<RolloutCommand>({ do: 'pause' }, { do: 'resume' }, { do: 'stop_rollout' }),
    small(lanes * 9).chain((target) =>
      fc.constantFrom<RolloutCommand>(
        { do: 'skip_target', target },
        { do: 'retry_target', target },
        { do: 'rollback_target', target },
      ),
    ),
    fc
      .record({ lane: small(lanes - 1), wave: small(waves - 1) })
      .chain(({ lane, wave: index }) =>
        fc.constantFrom<RolloutCommand>(
          { do: 'open_gate', wave: index },
          { do: 'open_gate', lane, wave: index },
          { do: 'promote', lane },
          { do: 'stop_wave', lane, wave: index },
          { do: 'stop_lane', lane },
        ),
      ),
    fc.integer({ min: 1, max: 5 }).map((to): RolloutCommand => ({ do: 'change_concurrency', to })),
    small(300).map((until): RolloutCommand => ({ do: 'break_glass', until: t0 + until * minute })),
  )

export const randomCase: fc.Arbitrary<RandomCase> = fc
  .record({
    lanes: fc.integer({ min: 1, max: 3 }),
    waves: fc.integer({ min: 1, max: 3 }),
    canary: fc.boolean(),
    domains: fc.constantFrom(false, false, true),
  })
  .chain(({ lanes, waves, canary, domains }) =>
    fc.record({
      policy: rolloutPolicy,
      lanes: fc.array(lanePlan(waves, canary, domains), { minLength: lanes, maxLength: lanes }),
      cellSize: fc.integer({ min: 1, max: 6 }),
      seed: fc.nat(),
      faults: fc.constantFrom(0, 5, 15, 40),
      commands: fc.array(fc.record({ at: small(200), command: command(lanes, waves) }), { maxLength: 5 }),
      crashes: fc.array(fc.record({ turn: fc.integer({ min: 1, max: 60 }), lost: small(12) }), { maxLength: 3 }),
    }),
  )
  .map((each) => ({
    plan: { policy: each.policy, lanes: each.lanes.map((one) => one.plan) },
    openings: each.lanes.map((one) => one.openings),
    cellSize: each.cellSize,
    seed: each.seed,
    faults: each.faults,
    commands: each.commands
      .map((one) => ({ at: t0 + one.at * minute, command: one.command }))
      .sort((a, b) => a.at - b.at),
    crashes: each.crashes,
  }))
