import type { Json } from '../base/json.ts'
import type { Capabilities } from '../ports/executor.ts'
import type { MapNode, SchemaFinding } from '../source/index.ts'
import { nodeAt, parsePointer } from '../source/index.ts'
import { checkArgument } from './argument-schema.ts'
import { quoted } from './catalogue/entry.ts'
import type { ActionInfo, CheckEnvironment } from './environment.ts'
import { isOnTargets } from './expression-sites.ts'
import { nameOf } from './form-check.ts'
import { checkReference } from './id-check.ts'
import { type ActionSite, mapIn, mapsIn, type Outline, type StepSite, textIn } from './outline.ts'
import { factsIn } from './phase-facts.ts'
import type { Reporter } from './reporter.ts'
import { deadlineNeeded, rollbacksWithoutSteps } from './rollout-check.ts'
import { actionsByName } from './scope.ts'
import { explainValue } from './value-finding.ts'

/** Checks each call of an action: that it exists, takes these arguments, runs there, and can be undone. */
export function checkActions(outline: Outline, environment: CheckEnvironment, reporter: Reporter): void {
  const known = actionsByName(environment.actions)
  const names = new Set(known.keys())
  for (const site of outline.actions) {
    if (right.get(site) === known) continue
    const action = known.get(site.action.text)
    // A name without a dot is no name of an action at all, which the schema tells.
    if (!action) {
      if (site.action.text.includes('.')) checkReference('ACTION_UNKNOWN', site.action, names, reporter)
      continue
    }
    const before = reporter.count
    checkArguments(site, action, reporter)
    checkWhere(site, action, reporter)
    if (reporter.count === before) right.set(site, known)
  }
  checkChanges(outline, known, reporter)
}

/** Calls in which nothing was wrong, with the actions that were known then. */
const right = new WeakMap<ActionSite, ReadonlyMap<string, ActionInfo>>()

function checkArguments(site: ActionSite, action: ActionInfo, reporter: Reporter): void {
  const entry = site.node.byKey.get('with')
  if (entry && entry.node.kind !== 'map') return
  const value: Json = entry?.node.kind === 'map' ? entry.node.value : {}
  const findings = checkArgument(value, action.with)
  const strangers = findings.filter((finding) => finding.keyword === 'additionalProperties')
  for (const finding of findings) {
    if (entry?.node.kind === 'map') reportArgument(finding, entry.node, site, action, strangers, reporter)
    else if (finding.keyword === 'required') reportMissing(finding, site, action, site.action.node.range, reporter)
  }
  if (findings.length > 0 || JSON.stringify(value).includes('${{')) return
  for (const problem of action.check?.(value as { [key: string]: Json }) ?? []) {
    reporter.report('ARGUMENT_REFUSED', entry?.key.range ?? site.action.node.range, { action: action.name, problem })
  }
}

function reportArgument(
  finding: SchemaFinding,
  root: MapNode,
  site: ActionSite,
  action: ActionInfo,
  strangers: readonly SchemaFinding[],
  reporter: Reporter,
): void {
  const node = nodeAt(root, parsePointer(finding.instancePath))
  if (finding.keyword === 'additionalProperties' && node?.kind === 'map') {
    const key = String(finding.params['additionalProperty'])
    const properties = Object.keys((finding.parentSchema?.['properties'] ?? {}) as object)
    const nearest = reporter.nearestKey(key, properties)
    const range = node.byKey.get(key)?.key.range ?? node.range
    const inside = parsePointer(finding.instancePath).at(-1)
    const owner = inside === undefined ? `the arguments of ${action.name}` : `${quoted(inside)} of ${action.name}`
    const words = { key, owner, ...(nearest === undefined ? { keys: properties.join(', ') } : { nearest }) }
    const fix =
      nearest === undefined
        ? {}
        : { fix: { title: `Change to "${nearest}"`, safe: true, edits: [{ range, text: nearest }] } }
    reporter.report('KEY_UNKNOWN', range, words, fix)
  } else if (finding.keyword === 'required') {
    const missing = String(finding.params['missingProperty'])
    const typo = strangers.some(
      (other) =>
        other.instancePath === finding.instancePath &&
        reporter.nearestKey(String(other.params['additionalProperty']), [missing]) !== undefined,
    )
    if (typo) return
    const range = finding.instancePath === '' ? site.node.byKey.get('with')?.key.range : node?.range
    reportMissing(finding, site, action, range ?? site.action.node.range, reporter)
  } else if (finding.keyword === 'oneOf' || finding.keyword === 'anyOf' || finding.keyword === 'not') {
    const problem = combinedProblem(finding)
    const range = finding.instancePath === '' ? site.node.byKey.get('with')?.key.range : node?.range
    reporter.report('ARGUMENT_REFUSED', range ?? site.action.node.range, { action: action.name, problem })
  } else {
    explainValue(finding, root, reporter)
  }
}

/** The schema's own words when it has some for the choice; else which keys are to choose from. */
function combinedProblem(finding: SchemaFinding): string {
  const branches = (Array.isArray(finding.schema) ? finding.schema : []) as readonly {
    readonly required?: readonly string[]
  }[]
  const keys = branches.flatMap((branch) => branch.required ?? [])
  if (keys.length > 0) return `exactly one of these is needed: ${[...new Set(keys)].join(', ')}`
  const where = parsePointer(finding.instancePath).at(-1)
  return where === undefined
    ? 'the arguments do not fit together'
    : `${quoted(where)} has none of the forms that are accepted`
}

function reportMissing(
  finding: SchemaFinding,
  site: ActionSite,
  action: ActionInfo,
  range: MapNode['range'],
  reporter: Reporter,
): void {
  const key = String(finding.params['missingProperty'])
  const property = (finding.parentSchema?.['properties'] as Record<string, { description?: string }> | undefined)?.[key]
  const description = property?.description?.split(/(?<=[.;:]) /)[0]?.replace(/[.;:]$/, '')
  const owner = `${action.name} in ${nameOf(site.node, 'step')}`
  reporter.report('KEY_MISSING', range, { owner, key, ...(description ? { description } : {}) })
}

function checkWhere(site: ActionSite, action: ActionInfo, reporter: Reporter): void {
  const onTargets = isOnTargets(site)
  if (action.runs_on === 'both' || (action.runs_on === 'target') === onTargets) return
  const words = onTargets
    ? { expected: 'control', found: 'targets', advice: site.place === 'each' ? undefined : 'leave "on" out' }
    : { expected: 'targets', found: 'control', advice: 'say on which with "on"' }
  const { advice, ...rest } = words
  const on = site.node.byKey.get('on')?.node.range
  reporter.report('ACTION_ELSEWHERE', on ?? site.action.node.range, {
    action: action.name,
    ...rest,
    ...(advice ? { advice } : {}),
  })
}

/** Everything that changes something needs a way back until there is none, and should say when silence is failure. */
function checkChanges(outline: Outline, known: ReadonlyMap<string, ActionInfo>, reporter: Reporter): void {
  const first = factsIn(outline, 'pointsOfNoReturn').find((step) => !step.undoes)
  const capabilitiesOf = (node: MapNode): Capabilities | undefined => {
    const action = known.get(textIn(node, 'action')?.text ?? '')
    const given = node.byKey.get('with')?.node
    return action?.capabilitiesOf?.(given?.kind === 'map' ? given.value : {}) ?? action?.capabilities
  }
  const changes = (node: MapNode): boolean => (capabilitiesOf(node)?.effect ?? 'none') !== 'none'
  const leavesSomething = (node: MapNode): boolean =>
    changes(node) && capabilitiesOf(node)?.leaves_nothing_to_undo !== true
  for (const step of outline.steps) {
    if (harmless.get(step) === known) continue
    const before = reporter.count
    checkUndo(step, known, reporter)
    const action = textIn(step.node, 'action')
    const rollout = mapIn(step.node, 'rollout')
    const own = step.form === 'action' && changes(step.node)
    const each = mapsIn(rollout, 'each')
    const inRollout = step.form === 'rollout' && each.some(changes)
    if (!own && !inRollout) {
      if (reporter.count === before) harmless.set(step, known)
      continue
    }
    const range = step.id?.node.range ?? step.node.range
    const owner = nameOf(step.node, 'step')
    const wantsWayBack = step.form === 'rollout' ? each.some(leavesSomething) : leavesSomething(step.node)
    const rollbackAsked = rollout !== undefined && rollbacksWithoutSteps(rollout, outline).length > 0
    if (
      wantsWayBack &&
      !step.undoes &&
      !hasWayBack(step) &&
      !rollbackAsked &&
      !(first && first.position <= step.position)
    ) {
      const reversible = known.get(action?.text ?? '')?.capabilities.reversible === true
      const wanted = inRollout ? '"rollback"' : '"back_out"'
      const advice = reversible
        ? 'write "back_out: undo"'
        : 'say how it is undone, or mark it with "point_of_no_return: true"'
      reporter.report('CHANGE_WITHOUT_BACK_OUT', range, { owner, wanted, advice })
    }
    if (
      !(rollout && deadlineNeeded(rollout)) &&
      !step.node.byKey.has('deadline') &&
      !rollout?.byKey.has('deadline') &&
      !each.some((node) => node.byKey.has('deadline'))
    ) {
      reporter.report('DEADLINE_MISSING', range, { owner })
    }
  }
}

/** Steps that change nothing, with the actions that were known then. */
const harmless = new WeakMap<StepSite, ReadonlyMap<string, ActionInfo>>()

function hasWayBack(step: StepSite): boolean {
  const keys = ['back_out', 'cleanup', 'point_of_no_return']
  return keys.some((key) => step.node.byKey.has(key)) || mapIn(step.node, 'rollout')?.byKey.has('rollback') === true
}

function checkUndo(step: StepSite, known: ReadonlyMap<string, ActionInfo>, reporter: Reporter): void {
  const backOut = textIn(step.node, 'back_out')
  if (backOut?.text !== 'undo') return
  const name = textIn(step.node, 'action')?.text
  const action = known.get(name ?? '')
  if (action?.capabilities.reversible || (name !== undefined && !action)) return
  const words = { action: name ?? `the ${step.form ?? 'step'}` }
  reporter.report('UNDO_NOT_POSSIBLE', backOut.node.range, words)
}
