import type { ExpectedType } from '../expression/check.ts'
import type { ScopePlace } from '../expression/scopes.ts'
import type { MapNode, ScalarNode, SourceNode, SourcePath } from '../source/index.ts'
import { isBareWord } from './id-check.ts'
import {
  type ActionSite,
  mapIn,
  type Outline,
  type PhaseSite,
  rolloutActions,
  type StepSite,
  stepsOfPhase,
  textIn,
} from './outline.ts'
import type { RolloutCall, ScopeSite } from './scope.ts'

/** A text that is an expression, or that may hold some in `${{ }}`. */
export interface ExpressionSite {
  readonly node: ScalarNode
  readonly text: string
  /** Nothing but an expression, as in `when`. */
  readonly bare: boolean
  readonly expected: ExpectedType | undefined
  readonly scope: ScopeSite
  /** The key that the text belongs to. */
  readonly key: string
  /** The argument, when the text stands in `with`. */
  readonly argument?: { readonly action: string; readonly path: SourcePath }
}

/** Finds every expression of a runbook. Texts without `${{` that are not expressions are left out. */
export function expressionSites(outline: Outline): readonly ExpressionSite[] {
  const sites = [...sitesOutsideSteps(outline)]
  for (const phase of outline.phases) for (const site of sitesOfSteps(phase, outline)) sites.push(site)
  return sites
}

/** {@link expressionSites} that stand in no step. */
export function sitesOutsideSteps(outline: Outline): readonly ExpressionSite[] {
  const sites: ExpressionSite[] = []
  const components = componentsOf(outline)
  const none = { onTargets: false, bindings: [], action: undefined }
  for (const { key, node } of outline.root.entries) {
    if (key.text === 'phases' || ignoredKeys.has(key.text)) continue
    if (key.text === 'acceptance_criteria') continue
    // The hint of a rule sees what the rule sees.
    walk(node, key.text, { ...none, text: key.text === 'rules' ? 'rule' : 'plan', components }, sites)
  }
  const inPhase: Around = { ...none, text: 'plan', components }
  for (const phase of outline.phases) {
    for (const { key, node } of phase.node.entries) if (key.text !== 'steps') walk(node, key.text, inPhase, sites)
  }
  for (const node of outline.criteria) {
    const onTargets = runsOnTargets(node.byKey.get('on')?.node)
    const around = { onTargets, bindings: [], action: textIn(node, 'action')?.text, components }
    for (const entry of node.entries) walk(entry.node, entry.key.text, { ...around, text: 'step' }, sites)
  }
  return sites
}

/** {@link expressionSites} of the steps of a phase. */
export function sitesOfSteps(phase: PhaseSite, outline: Outline): readonly ExpressionSite[] {
  const components = componentsOf(outline)
  const names = [...components].join(' ')
  return stepsOfPhase(phase).flatMap((step) => sitesOfStep(step, components, names))
}

const rememberedComponents = new WeakMap<Outline, ReadonlySet<string>>()

function componentsOf(outline: Outline): ReadonlySet<string> {
  const known = rememberedComponents.get(outline) ?? new Set(outline.components.map((entry) => entry.key.text))
  rememberedComponents.set(outline, known)
  return known
}

interface StepSites {
  /** What the sites depend on besides the step itself. */
  readonly around: string
  readonly sites: readonly ExpressionSite[]
}

const remembered = new WeakMap<MapNode, StepSites>()

/** Found once per step: an editor asks again after each keystroke, and most steps stay as they are. */
function sitesOfStep(
  step: StepSite,
  components: ReadonlySet<string>,
  componentNames: string,
): readonly ExpressionSite[] {
  const around = step.bindings.length === 0 ? componentNames : `${componentNames}\n${step.bindings.join(' ')}`
  const known = remembered.get(step.node)
  if (known?.around === around) return known.sites
  const sites: ExpressionSite[] = []
  const inside: Around = { ...aroundStep(step), components, text: 'step' }
  for (const entry of step.node.entries) {
    if (!separateKeys.has(entry.key.text)) walk(entry.node, entry.key.text, inside, sites)
  }
  remembered.set(step.node, { around, sites })
  return sites
}

/** Whether an action is called per target. */
export function isOnTargets(site: ActionSite): boolean {
  if (site.place === 'step' && site.step) return aroundStep(site.step).onTargets
  if (site.place === 'criterion') return runsOnTargets(site.node.byKey.get('on')?.node)
  if (site.place === 'cleanup' && site.step) return cleanupOnTargets(site.step)
  return true
}

function aroundStep(step: StepSite): Pick<ScopeSite, 'onTargets' | 'bindings' | 'action'> {
  const own = mapIn(step.node, 'for_each')?.entries.map((entry) => entry.key.text) ?? []
  return {
    onTargets: runsOnTargets(step.node.byKey.get('on')?.node),
    // The title of a group with `for_each` is printed once per item.
    bindings: [...step.bindings, ...own],
    action: textIn(step.node, 'action')?.text,
  }
}

function cleanupOnTargets(step: StepSite): boolean {
  const own = mapIn(step.node, 'cleanup')?.byKey.get('on')?.node
  return runsOnTargets(own ?? step.node.byKey.get('on')?.node)
}

function runsOnTargets(on: SourceNode | undefined): boolean {
  return on !== undefined && !(on.kind === 'scalar' && (on.value === 'control' || on.value === null))
}

interface Around extends Omit<ScopeSite, 'place'> {
  readonly components: ReadonlySet<string>
  /** Where texts for people are resolved. */
  readonly text: ScopePlace
}

/** Steps inside these are visited on their own. */
const separateKeys = new Set(['steps', 'back_out'])
const ignoredKeys = new Set(['inputs', 'metadata', 'roles', 'rollbook', 'name', 'version'])
/** Keys whose text is for people, and `with`, resolved when the step is reached. */
const textKeys = new Set(['title', 'description', 'manual', 'prompt', 'expected_result', 'affects', 'hint'])
const bareKeys: Readonly<Record<string, { readonly place: ScopePlace; readonly expected?: ExpectedType }>> = {
  when: { place: 'step', expected: 'bool' },
  select: { place: 'select', expected: 'bool' },
  pass_when: { place: 'criterion', expected: 'bool' },
  check: { place: 'rule', expected: 'bool' },
  at_close: { place: 'close', expected: 'bool' },
  by: { place: 'select' },
  prefer: { place: 'wave', expected: 'bool' },
  skip_when: { place: 'start', expected: 'bool' },
}
/** Hold what targets are grouped by: the name of a field, or an expression that gives a text. */
const groupingKeys: ReadonlySet<string> = new Set(['unit', 'lanes', 'failure_domain', 'spread_over'])

function walk(node: SourceNode, key: string, around: Around, sites: ExpressionSite[]): void {
  if (key === 'with') return walkArguments(node, around, [], sites)
  if (key === 'outputs' && node.kind === 'map') {
    for (const entry of node.entries) addSite(entry.node, 'outputs', { place: 'result' }, true, around, sites)
    return
  }
  if (key === 'on') return walkOn(node, around, sites)
  if (key === 'retry' && node.kind === 'map') return walkRetry(node, around, sites)
  if (groupingKeys.has(key) && walkGrouping(node, key, around, sites)) return
  const bare = bareSite(key, around)
  if (bare && node.kind === 'scalar') return addSite(node, key, bare, true, around, sites)
  if (node.kind === 'scalar') return addSite(node, key, plainSite(key, around), false, around, sites)
  const inside = innerAround(key, node, around)
  if (node.kind === 'list') {
    for (const item of node.items) walkItem(item, key, inside, sites)
  } else if (key === 'cleanup' || key === 'for_each') {
    walkSpecial(node, key, inside, sites)
  } else {
    for (const entry of node.entries) walk(entry.node, entry.key.text, inside, sites)
  }
}

/** Of a rollout the whole attempt is tried again, of anything else the action. */
function walkRetry(node: MapNode, around: Around, sites: ExpressionSite[]): void {
  const place = around.calls && around.action === undefined ? 'retry' : 'result'
  for (const entry of node.entries) {
    if (entry.key.text === 'when') addSite(entry.node, 'when', { place, expected: 'bool' }, true, around, sites)
    else walk(entry.node, entry.key.text, around, sites)
  }
}

/** @returns false when the node is something else than what targets are grouped by, such as `unit` of a rollout */
function walkGrouping(node: SourceNode, key: string, around: Around, sites: ExpressionSite[]): boolean {
  const by = node.kind === 'map' ? node.byKey.get('by')?.node : node
  if (by?.kind !== 'scalar' || typeof by.value !== 'string') return false
  if (!isBareWord(by.value)) {
    addSite(by, key, { place: around.calls ? 'wave' : 'select', expected: 'text' }, true, around, sites)
  }
  if (node.kind !== 'map') return true
  for (const entry of node.entries) if (entry.node !== by) walk(entry.node, entry.key.text, around, sites)
  return true
}

/** Where a key that holds nothing but an expression is evaluated. */
function bareSite(key: string, around: Around): (typeof bareKeys)[string] | undefined {
  if (!Object.hasOwn(bareKeys, key)) return undefined
  return key === 'select' && around.calls ? { place: 'wave', expected: 'bool' } : bareKeys[key]
}

/** Lists of actions of a rollout run on targets, each with its own outputs. */
function walkItem(item: SourceNode, key: string, around: Around, sites: ExpressionSite[]): void {
  if (item.kind !== 'map') return walk(item, key, around, sites)
  const own = { ...around, action: textIn(item, 'action')?.text ?? around.action }
  for (const entry of item.entries) walk(entry.node, entry.key.text, own, sites)
}

function walkSpecial(node: SourceNode, key: string, around: Around, sites: ExpressionSite[]): void {
  if (node.kind !== 'map') return
  if (key === 'for_each') {
    const outer = { ...around, bindings: around.bindings.slice(0, -node.entries.length || undefined) }
    for (const entry of node.entries) addSite(entry.node, key, { place: 'plan', expected: 'list' }, false, outer, sites)
    return
  }
  const on = node.byKey.get('on')?.node
  const own = { ...around, action: textIn(node, 'action')?.text, onTargets: on ? runsOnTargets(on) : around.onTargets }
  for (const entry of node.entries) walk(entry.node, entry.key.text, own, sites)
}

function innerAround(key: string, node: SourceNode, around: Around): Around {
  if (key === 'rollout' && node.kind === 'map') return { ...around, onTargets: true, calls: callsOf(node) }
  // Titles and gates of waves are about all of their targets.
  if (around.calls && (key === 'canary' || key === 'waves')) return { ...around, onTargets: false, text: 'plan' }
  return around
}

function callsOf(rollout: MapNode): readonly RolloutCall[] {
  return rolloutActions(rollout).flatMap(({ node }) => {
    const action = textIn(node, 'action')?.text
    const id = textIn(node, 'id')?.text ?? action?.replaceAll('.', '_')
    if (id === undefined || action === undefined) return []
    const outputs = mapIn(node, 'outputs')?.entries.map((entry) => entry.key.text)
    return [{ id, action, ...(outputs ? { outputs } : {}) }]
  })
}

function plainSite(key: string, around: Around): { readonly place: ScopePlace; readonly expected?: ExpectedType } {
  if (key === 'to') return { place: 'plan', expected: 'text' }
  return { place: textKeys.has(key) ? around.text : 'plan' }
}

function walkOn(node: SourceNode, around: Around, sites: ExpressionSite[]): void {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return
  if (node.value === 'control' || around.components.has(node.value) || isBareWord(node.value)) return
  addSite(node, 'on', { place: 'select', expected: 'bool' }, true, around, sites)
}

function walkArguments(node: SourceNode, around: Around, path: SourcePath, sites: ExpressionSite[]): void {
  if (node.kind === 'map') {
    for (const entry of node.entries) walkArguments(entry.node, around, [...path, entry.key.text], sites)
  } else if (node.kind === 'list') {
    for (const [index, item] of node.items.entries()) walkArguments(item, around, [...path, index], sites)
  } else if (typeof node.value === 'string' && node.value.includes('${{')) {
    const { components: _, text: __, ...scope } = around
    const argument = { action: around.action ?? '', path }
    sites.push({
      node,
      text: node.value,
      bare: false,
      expected: undefined,
      scope: { ...scope, place: 'step' },
      key: 'with',
      argument,
    })
  }
}

function addSite(
  node: SourceNode,
  key: string,
  site: { readonly place: ScopePlace; readonly expected?: ExpectedType },
  bare: boolean,
  around: Around,
  sites: ExpressionSite[],
): void {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return
  if (!bare && !node.value.includes('${{')) return
  const { components: _, text: __, ...scope } = around
  sites.push({ node, text: node.value, bare, expected: site.expected, scope: { ...scope, place: site.place }, key })
}
