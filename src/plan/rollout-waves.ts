import type { Canary, Rollout, Wave } from '../runbook/runbook.generated.ts'
import { planDefaults } from './defaults.ts'
import type { PlanWave } from './model.ts'
import type { RunbookPath } from './places.ts'
import type { Planning } from './planning.ts'
import { planCount } from './rollout-counts.ts'
import type { RolloutMember } from './rollout-members.ts'
import type { StepSite } from './step-site.ts'

/** A wave of a rollout before it is cut into lanes. */
export interface WaveOutline {
  readonly id: string
  readonly title: string
  readonly says: WaveKeys
  readonly canary?: PlanWave['canary']
  /** Path of the gate in the plan. */
  readonly gate?: string
}

/** What a wave says about its pace, with the place in the runbook of each key. */
export interface WaveKeys {
  readonly values: Pick<
    Wave,
    | 'batch_size'
    | 'batch_max_failures'
    | 'max_concurrency'
    | 'max_unavailable'
    | 'max_failures'
    | 'stagger'
    | 'cooldown'
    | 'soak'
    | 'skip_when'
  >
  pathOf(key: string): RunbookPath
}

/** What a wave takes from its rollout when it does not say it itself. The canary takes nothing. */
export const inheritedKeys: readonly (keyof WaveKeys['values'])[] = [
  'batch_size',
  'batch_max_failures',
  'max_unavailable',
  'stagger',
  'cooldown',
  'soak',
  'skip_when',
]

/**
 * @param wave - absent: a wave that the rollout makes itself
 * @param source - leads to the rollout
 * @param path - leads to the wave
 */
export function waveKeys(rollout: Rollout, wave: Wave | undefined, source: RunbookPath, path: RunbookPath): WaveKeys {
  const inherited = Object.fromEntries(
    inheritedKeys.flatMap((key) => (rollout[key] === undefined ? [] : [[key, rollout[key]]])),
  )
  return {
    values: { ...inherited, ...wave },
    pathOf: (key) => (wave && Object.hasOwn(wave, key) ? [...path, key] : [...source, key]),
  }
}

export function canaryKeys(canary: Canary, path: RunbookPath): WaveKeys {
  return { values: { max_failures: planDefaults.canaryMaxFailures, ...canary }, pathOf: (key) => [...path, key] }
}

/** A wave of one lane: its targets, and its limits resolved for their number. */
export function planWave(
  outline: WaveOutline,
  members: readonly RolloutMember[],
  site: StepSite,
  planning: Planning,
): PlanWave {
  const { values, pathOf } = outline.says
  const size = members.length
  const count = (
    key: 'batch_size' | 'batch_max_failures' | 'max_concurrency' | 'max_unavailable' | 'max_failures',
    purpose: 'concurrency' | 'failures',
    total: number,
  ): number | undefined => planCount(values[key], total, purpose, site, pathOf(key), planning)
  const duration = (key: 'stagger' | 'cooldown' | 'soak'): number =>
    planning.duration(values[key], site.bindings, pathOf(key)) ?? 0
  const batchSize = count('batch_size', 'concurrency', size)
  return {
    id: outline.id,
    title: outline.title,
    ...(outline.canary ? { canary: outline.canary } : {}),
    targets: members.map(({ entry }) => entry),
    ...known('max_concurrency', count('max_concurrency', 'concurrency', size)),
    ...known('max_unavailable', count('max_unavailable', 'concurrency', size)),
    ...known('batch_size', batchSize),
    ...known('batch_max_failures', count('batch_max_failures', 'failures', batchSize ?? size)),
    ...known('max_failures', count('max_failures', 'failures', size)),
    stagger_ms: duration('stagger'),
    cooldown_ms: duration('cooldown'),
    soak_ms: duration('soak'),
    ...(outline.gate === undefined ? {} : { gate: outline.gate }),
    ...(values.skip_when === undefined ? {} : { skip_when: values.skip_when }),
  }
}

function known<Key extends string>(key: Key, value: number | undefined): { readonly [K in Key]?: number } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]?: number })
}
