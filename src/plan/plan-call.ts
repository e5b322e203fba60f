import type { Json, JsonObject } from '../base/json.ts'
import { nearestName } from '../base/nearest.ts'
import { hasExpression, templateVariables } from '../expression/index.ts'
import type { Capabilities } from '../ports/executor.ts'
import type { PlanPreview, PlanTarget } from './model.ts'
import type { RunbookPath } from './places.ts'
import { displayText, type PlannableAction, type Planning } from './planning.ts'
import type { Place } from './select-targets.ts'

/** A call of an action with everything that planning can tell about it. */
export interface PlannedCall {
  readonly action: PlannableAction
  readonly with: JsonObject
  /** Those of this call, where the arguments decide. */
  readonly capabilities: Capabilities
  /** As the action estimates this call; a step's own `duration` wins. */
  readonly duration: PlannableAction['duration']
  /** In order; empty: control, or nobody when `nobody`. */
  readonly targets: readonly PlanTarget[]
  /** Targets were asked for and there are none. */
  readonly nobody: boolean
  readonly previews: readonly PlanPreview[]
}

/** @param spec - the part of a runbook that names action and arguments, at `path` */
export function planCall(
  spec: { readonly action: string; readonly with?: JsonObject },
  place: Place,
  bindings: JsonObject,
  path: RunbookPath,
  planning: Planning,
): PlannedCall | undefined {
  const action = planning.actions.get(spec.action)
  if (!action) {
    const near = nearestName(spec.action, planning.actions.keys())
    const hint = near === undefined ? '`rollbook schema` lists all actions.' : `Did you mean "${near}"?`
    planning.reporter.error('PLAN_ACTION_UNKNOWN', [...path, 'action'], `there is no action "${spec.action}"`, hint)
    return undefined
  }
  if (!fits(action, place, path, planning)) return undefined
  const targets = place.kind === 'control' ? [] : place.targets
  const given = spec.with ?? {}
  const receivers = place.kind === 'control' ? [undefined] : targets
  const previews = previewsFor(action, given, receivers, bindings, path, planning)
  const capabilities = action.capabilitiesOf?.(given) ?? action.capabilities
  return {
    action,
    with: given,
    capabilities,
    duration: action.durationOf?.(previews[0]?.with ?? given) ?? action.duration,
    targets,
    nobody: place.kind === 'targets' && targets.length === 0,
    previews,
  }
}

function fits(action: PlannableAction, place: Place, path: RunbookPath, planning: Planning): boolean {
  if (action.runs_on === 'target' && place.kind === 'control') {
    planning.reporter.error(
      'PLAN_ACTION_PLACE',
      [...path, 'action'],
      `"${action.name}" runs on targets, and the step names none`,
      'Say which with `on`.',
    )
    return false
  }
  if (action.runs_on === 'control' && place.kind === 'targets') {
    planning.reporter.error(
      'PLAN_ACTION_PLACE',
      [...path, 'on'],
      `"${action.name}" runs where the engine runs, not on targets`,
      'Leave `on` out.',
    )
    return false
  }
  return true
}

/** More cannot be read by anybody; the arguments of the targets behind them are checked all the same. */
const previewsMax = 1000

function previewsFor(
  action: PlannableAction,
  given: JsonObject,
  receivers: readonly (PlanTarget | undefined)[],
  bindings: JsonObject,
  path: RunbookPath,
  planning: Planning,
): readonly PlanPreview[] {
  const previews: PlanPreview[] = []
  // What reads nothing of the target is the same for all of them.
  const shared = readsTarget(given, path, planning)
    ? undefined
    : argumentsFor(action, given, receivers[0], bindings, path, planning)
  for (const [index, target] of receivers.entries()) {
    if (shared && index >= previewsMax) break
    const resolved = shared ?? argumentsFor(action, given, target, bindings, path, planning)
    if (!resolved || index >= previewsMax) continue
    previews.push({
      ...(target ? { target: target.name } : {}),
      with: resolved,
      text: describe(action, resolved, target),
    })
  }
  return previews
}

function readsTarget(given: JsonObject, path: RunbookPath, planning: Planning): boolean {
  return planning.reporter.attempt([...path, 'with'], () => templateVariables(given).has('target')) ?? true
}

/** Arguments as far as they are known, checked when they are complete; undefined after a finding. */
function argumentsFor(
  action: PlannableAction,
  given: JsonObject,
  target: PlanTarget | undefined,
  bindings: JsonObject,
  path: RunbookPath,
  planning: Planning,
): JsonObject | undefined {
  const resolved = planning.preview(given, bindings, target, [...path, 'with'])
  if (!resolved || isOpen(resolved)) return resolved
  for (const complaint of action.check?.(resolved) ?? []) {
    planning.reporter.error('PLAN_ARGUMENTS', [...path, 'with'], `"${action.name}" refuses its arguments: ${complaint}`)
  }
  return resolved
}

/** Holds a part that only the run knows. */
function isOpen(value: Json): boolean {
  if (typeof value === 'string') return hasExpression(value)
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some((item) => isOpen(item as Json))
}

/** An action words complete arguments; with parts still open it may fail, and the bare arguments have to do. */
function describe(action: PlannableAction, args: JsonObject, target: PlanTarget | undefined): string {
  try {
    if (action.describe) return action.describe(args, target)
  } catch {
    // The bare arguments below.
  }
  const words = Object.entries(args).map(([key, value]) => `${key}=${displayText(value)}`)
  return [action.name, ...words].join(' ')
}
