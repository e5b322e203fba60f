import type { DiagnosticCode } from './catalogue/catalogue.ts'
import {
  mapIn,
  mapsIn,
  type Outline,
  type PlacedText,
  placedText,
  type RolloutStage,
  rolloutActions,
  textIn,
  textsIn,
} from './outline.ts'
import { type Reporter, replaceFix } from './reporter.ts'

/** Reports ids that are used twice, and references to what does not exist. */
export function checkIds(outline: Outline, reporter: Reporter): void {
  checkUnique(outline, reporter)
  checkRoles(outline, reporter)
  checkComponents(outline, reporter)
  checkCriteria(outline, reporter)
  checkRequirements(outline, reporter)
}

function checkUnique(outline: Outline, reporter: Reporter): void {
  const ids = (nodes: Parameters<typeof textIn>[0][]): readonly PlacedText[] =>
    nodes.flatMap((node) => textIn(node, 'id') ?? [])
  reportTwice('phase', ids(outline.phases.map((phase) => phase.node)), reporter)
  reportTwice(
    'step',
    outline.steps.flatMap((step) => step.id ?? []),
    reporter,
  )
  reportTwice('requirement', ids([...outline.requirements]), reporter)
  reportTwice('rule', ids([...outline.rules]), reporter)
  reportTwice('criterion', ids([...outline.criteria]), reporter)
  reportTwice('window', ids([...outline.windows]), reporter)
  for (const { node } of outline.steps) {
    reportTwice('field', ids([...mapsIn(node, 'form')]), reporter)
    reportTwice('evidence', ids([...mapsIn(node, 'evidence')]), reporter)
    const rollout = mapIn(node, 'rollout')
    const actions = rolloutActions(rollout)
    for (const [stage, kind] of Object.entries(stageKinds)) {
      reportTwice(kind, ids(actions.flatMap((action) => (action.stage === stage ? [action.node] : []))), reporter)
    }
    reportTwice('wave', ids([...mapsIn(rollout, 'waves')]), reporter)
  }
}

const stageKinds: Readonly<Record<RolloutStage, string>> = {
  stage: 'stage action',
  preflight: 'preflight',
  each: 'rollout step',
  post_checks: 'post-check',
  health: 'health check',
  rollback: 'rollback step',
}

function reportTwice(kind: string, ids: readonly PlacedText[], reporter: Reporter): void {
  const first = new Map<string, PlacedText>()
  const seen = new Set<PlacedText['node']>()
  for (const id of ids) {
    // The same node twice is one map that an alias repeats; its range would point at itself.
    const before = first.get(id.text)
    if (before && !seen.has(id.node)) {
      const related = [{ message: 'first defined here', range: before.node.range }]
      reporter.report('ID_DUPLICATE', id.node.range, { kind, id: id.text }, { related })
    } else if (before) {
      reporter.report('ID_DUPLICATE', id.node.range, { kind, id: id.text })
    } else {
      first.set(id.text, id)
    }
    seen.add(id.node)
  }
}

/** Reports a reference that leads nowhere. */
export function checkReference(
  code: DiagnosticCode,
  reference: PlacedText,
  known: ReadonlySet<string>,
  reporter: Reporter,
): boolean {
  if (known.has(reference.text)) return true
  const nearest = reporter.nearest(reference.text, known)
  const words = {
    id: reference.text,
    ...(nearest === undefined ? {} : { nearest }),
    known: [...known].slice(0, 12).join(', '),
  }
  reporter.report(code, reference.node.range, words, replaceFix(reference.node.range, nearest))
  return false
}

function checkRoles(outline: Outline, reporter: Reporter): void {
  const known = new Set(outline.roles.map((entry) => entry.key.text))
  const check = (role: PlacedText | undefined): void => {
    if (role) checkReference('ROLE_UNKNOWN', role, known, reporter)
  }
  const checkRaci = (node: Parameters<typeof mapIn>[0]): void => {
    const raci = mapIn(node, 'raci')
    check(textIn(raci, 'accountable'))
    for (const key of ['responsible', 'consulted', 'informed']) for (const role of textsIn(raci, key)) check(role)
  }
  for (const { node } of outline.steps) {
    check(textIn(node, 'role'))
    checkRaci(node)
    const rollout = mapIn(node, 'rollout')
    const gated = [node, ...mapsIn(rollout, 'waves'), ...(mapIn(rollout, 'canary') ? [mapIn(rollout, 'canary')] : [])]
    for (const role of gated.flatMap((each) => textsIn(mapIn(each, 'gate'), 'roles'))) check(role)
  }
  for (const role of textsIn(mapIn(outline.root, 'break_glass'), 'roles')) check(role)
  for (const phase of outline.phases) checkRaci(phase.node)
  for (const criterion of outline.criteria) check(textIn(criterion, 'role'))
  for (const rule of outline.rules) for (const role of textsIn(rule, 'override_by')) check(role)
}

function checkComponents(outline: Outline, reporter: Reporter): void {
  const known = new Set(outline.components.map((entry) => entry.key.text))
  for (const { node } of outline.steps) {
    const component = textIn(mapIn(node, 'rollout'), 'component')
    if (component) checkReference('COMPONENT_UNKNOWN', component, known, reporter)
  }
  for (const entry of outline.components) {
    for (const after of textsIn(entry.node, 'after')) checkReference('COMPONENT_UNKNOWN', after, known, reporter)
  }
  const places = [
    ...outline.steps.map((step) => step.node),
    ...outline.criteria,
    ...outline.steps.flatMap((step) => mapIn(step.node, 'cleanup') ?? []),
  ]
  for (const node of places) {
    const on = placedText(node.byKey.get('on')?.node)
    // One bare word can only be the id of a component: an expression that selects names `target`.
    if (on && on.text !== 'control' && isBareWord(on.text)) checkReference('COMPONENT_UNKNOWN', on, known, reporter)
  }
}

/** A word that is neither `control` nor an expression. */
export function isBareWord(text: string): boolean {
  return /^[A-Za-z][\w-]*$/.test(text) && text !== 'true' && text !== 'false'
}

function checkCriteria(outline: Outline, reporter: Reporter): void {
  const known = new Set(outline.criteria.flatMap((node) => textIn(node, 'id')?.text ?? []))
  for (const { node } of outline.steps) {
    for (const criterion of textsIn(node, 'criteria')) checkReference('CRITERION_UNKNOWN', criterion, known, reporter)
  }
}

function checkRequirements(outline: Outline, reporter: Reporter): void {
  const known = new Set(outline.requirements.flatMap((node) => textIn(node, 'id')?.text ?? []))
  const rollouts = outline.steps.flatMap((step) => mapIn(step.node, 'rollout') ?? [])
  const inRollouts = rollouts.flatMap((rollout) => rolloutActions(rollout).map(({ node }) => node))
  const places = [...outline.steps.map((step) => step.node), ...inRollouts, ...outline.criteria, ...outline.rules]
  const covered = new Set<string>()
  for (const place of places) {
    for (const requirement of textsIn(place, 'covers')) {
      checkReference('REQUIREMENT_UNKNOWN', requirement, known, reporter)
      covered.add(requirement.text)
    }
  }
  for (const node of outline.requirements) {
    const id = textIn(node, 'id')
    if (!id || covered.has(id.text) || textIn(node, 'note')) continue
    reporter.report('REQUIREMENT_NOT_COVERED', id.node.range, { id: id.text })
  }
}
