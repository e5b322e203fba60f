/** What the effect of a call does to the version of its target. */
import type { JsonObject } from '../base/json.ts'
import type { PlanAction, PlanRollout } from '../plan/model.ts'
import type { RuleChange } from '../plan/rule-world.ts'
import type { PlanIndex } from './plan-index.ts'
import type { RunState } from './state.ts'
import { versionNow } from './versions-now.ts'

/** An action inside a rollout. */
export interface RolloutPart {
  readonly rollout: PlanRollout
  readonly stage: 'each' | 'rollback' | 'other'
}

const parts = new WeakMap<PlanIndex, ReadonlyMap<string, RolloutPart>>()

/** The rollout that an action belongs to; undefined for a step of its own. */
export function rolloutPart(index: PlanIndex, path: string): RolloutPart | undefined {
  const known = parts.get(index) ?? partsOf(index)
  parts.set(index, known)
  return known.get(path)
}

function partsOf(index: PlanIndex): ReadonlyMap<string, RolloutPart> {
  const found = new Map<string, RolloutPart>()
  for (const { step } of index.byPath.values()) {
    if (step.form !== 'rollout') continue
    const { stage, preflight, post_checks, health, each, rollback } = step
    for (const { path } of [...stage, ...preflight, ...post_checks, ...(health?.checks ?? [])])
      found.set(path, { rollout: step, stage: 'other' })
    for (const { path } of each) found.set(path, { rollout: step, stage: 'each' })
    for (const { path } of rollback.steps) found.set(path, { rollout: step, stage: 'rollback' })
  }
  return found
}

/** The version to which an effect brings its target; empty when to none, or it is not known. */
export function versionAfter(
  index: PlanIndex,
  state: RunState,
  step: PlanAction,
  target: string,
  args: JsonObject,
  undo: boolean,
): string {
  const part = rolloutPart(index, step.path)
  const now = state.versions[target]
  const key = step.version_keys?.to
  const named = key === undefined ? undefined : args[key]
  if (part?.stage === 'rollback') {
    // A rollback need not lead to where the rollout began: one that names its version is believed.
    if (typeof named === 'string' && named !== '') return named
    return now?.before ?? versionNow(index, state, target).previous
  }
  if (part) return part.stage === 'each' && !undo ? part.rollout.to : ''
  if (key === undefined) return ''
  if (undo) return versionNow(index, state, target).previous
  return typeof named === 'string' ? named : ''
}

export function changeOf(
  index: PlanIndex,
  state: RunState,
  work: { readonly step: PlanAction; readonly target: string; readonly undo: boolean },
  args: JsonObject,
): RuleChange {
  const { step, target, undo } = work
  const back = undo || state.status === 'backing_out' || rolloutPart(index, step.path)?.stage === 'rollback'
  return {
    action: step.action,
    effect: step.capabilities.effect === 'disruptive' ? 'disruptive' : 'change',
    step: step.id,
    target,
    to: target === '' ? '' : versionAfter(index, state, step, target, args, undo),
    rollback: back,
  }
}
