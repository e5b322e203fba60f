import type { DiagnosticCode } from './catalogue/catalogue.ts'
import { mapIn, type Outline, type PlacedText, placedText, textIn, textsIn } from './outline.ts'
import { factsIn, raciRoles } from './phase-facts.ts'
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
  reportTwice('step', factsIn(outline, 'ids'), reporter)
  reportTwice('requirement', ids([...outline.requirements]), reporter)
  reportTwice('rule', ids([...outline.rules]), reporter)
  reportTwice('criterion', ids([...outline.criteria]), reporter)
  reportTwice('window', ids([...outline.windows]), reporter)
  for (const { kind, ids: family } of factsIn(outline, 'families')) reportTwice(kind, family, reporter)
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
  for (const role of factsIn(outline, 'roles')) check(role)
  for (const role of textsIn(mapIn(outline.root, 'break_glass'), 'roles')) check(role)
  for (const phase of outline.phases) for (const role of raciRoles(phase.node)) check(role)
  for (const criterion of outline.criteria) check(textIn(criterion, 'role'))
  for (const rule of outline.rules) for (const role of textsIn(rule, 'override_by')) check(role)
}

function checkComponents(outline: Outline, reporter: Reporter): void {
  const known = new Set(outline.components.map((entry) => entry.key.text))
  for (const component of factsIn(outline, 'components')) {
    checkReference('COMPONENT_UNKNOWN', component, known, reporter)
  }
  for (const entry of outline.components) {
    for (const after of textsIn(entry.node, 'after')) checkReference('COMPONENT_UNKNOWN', after, known, reporter)
  }
  const onOfCriteria = outline.criteria.flatMap((node) => placedText(node.byKey.get('on')?.node) ?? [])
  for (const on of [...factsIn(outline, 'on'), ...onOfCriteria, ...factsIn(outline, 'cleanupOn')]) {
    // One bare word can only be the id of a component: an expression that selects names `target`.
    if (on.text !== 'control' && isBareWord(on.text)) checkReference('COMPONENT_UNKNOWN', on, known, reporter)
  }
}

/** A word that is neither `control` nor an expression. */
export function isBareWord(text: string): boolean {
  return /^[A-Za-z][\w-]*$/.test(text) && text !== 'true' && text !== 'false'
}

function checkCriteria(outline: Outline, reporter: Reporter): void {
  const known = new Set(outline.criteria.flatMap((node) => textIn(node, 'id')?.text ?? []))
  for (const criterion of factsIn(outline, 'criteria')) {
    checkReference('CRITERION_UNKNOWN', criterion, known, reporter)
  }
}

function checkRequirements(outline: Outline, reporter: Reporter): void {
  const known = new Set(outline.requirements.flatMap((node) => textIn(node, 'id')?.text ?? []))
  const others = [...outline.criteria, ...outline.rules].flatMap((node) => textsIn(node, 'covers'))
  const covered = new Set<string>()
  for (const requirement of [...factsIn(outline, 'covers'), ...factsIn(outline, 'rolloutCovers'), ...others]) {
    checkReference('REQUIREMENT_UNKNOWN', requirement, known, reporter)
    covered.add(requirement.text)
  }
  for (const node of outline.requirements) {
    const id = textIn(node, 'id')
    if (!id || covered.has(id.text) || textIn(node, 'note')) continue
    reporter.report('REQUIREMENT_NOT_COVERED', id.node.range, { id: id.text })
  }
}
