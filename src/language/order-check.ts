import type { OffsetRange } from '../source/index.ts'
import { checkReference } from './id-check.ts'
import { mapIn, type Outline, type PlacedText, type StepSite, stepRange, textIn, textsIn } from './outline.ts'
import { factsIn, isParallel } from './phase-facts.ts'
import type { Reporter } from './reporter.ts'

/** Checks what depends on the order of steps: `after`, clean-ups, points of no return, baselines. */
export function checkOrder(outline: Outline, reporter: Reporter): void {
  for (const step of factsIn(outline, 'waiting')) checkAfter(step, outline, reporter)
  checkStepCircles(outline, reporter)
  checkComponentCircles(outline, reporter)
  for (const step of factsIn(outline, 'cleaned')) checkCleanup(step, outline, reporter)
  // Each looks at all steps before it; a runbook has a few, and a hostile file may have thousands.
  const points = factsIn(outline, 'pointsOfNoReturn').slice(0, 20)
  for (const step of points) checkPointOfNoReturn(step, outline, reporter)
  checkBaselines(outline, reporter)
}

function checkAfter(step: StepSite, outline: Outline, reporter: Reporter): void {
  const entry = step.node.byKey.get('after')
  if (!entry) return
  if (!isParallel(step.parent)) {
    reporter.report('AFTER_NOT_IN_PARALLEL', entry.key.range, { id: step.id?.text ?? '' })
    return
  }
  const siblings = idsOf(step.siblings)
  for (const reference of textsIn(step.node, 'after')) {
    if (siblings.has(reference.text)) continue
    if (!idsOf(outline.steps).has(reference.text)) checkReference('STEP_UNKNOWN', reference, siblings, reporter)
    else reporter.report('AFTER_UNREACHABLE', reference.node.range, { id: reference.text })
  }
}

const remembered = new WeakMap<readonly StepSite[], ReadonlySet<string>>()

function idsOf(steps: readonly StepSite[]): ReadonlySet<string> {
  const known = remembered.get(steps) ?? new Set(steps.flatMap((step) => step.id?.text ?? []))
  remembered.set(steps, known)
  return known
}

interface Edge {
  readonly id: PlacedText
  readonly after: readonly PlacedText[]
}

function checkStepCircles(outline: Outline, reporter: Reporter): void {
  for (const siblings of factsIn(outline, 'parallel')) {
    const edges = siblings.flatMap((step): Edge[] =>
      step.id ? [{ id: step.id, after: textsIn(step.node, 'after') }] : [],
    )
    reportCircles('steps', edges, reporter)
  }
}

function checkComponentCircles(outline: Outline, reporter: Reporter): void {
  const edges = outline.components.map((entry): Edge => {
    const node = {
      kind: 'scalar',
      range: entry.key.range,
      value: entry.key.text,
      style: 'plain',
      missing: false,
    } as const
    return { id: { text: entry.key.text, node }, after: textsIn(entry.node, 'after') }
  })
  reportCircles('components', edges, reporter)
}

/** Reports each circle once, at the `after` that closes it. A loop and not a recursion: a chain may be long. */
function reportCircles(kind: string, edges: readonly Edge[], reporter: Reporter): void {
  const byId = new Map(edges.map((edge) => [edge.id.text, edge]))
  const done = new Set<string>()
  for (const start of edges) {
    const path: { readonly edge: Edge; next: number }[] = []
    const onPath = new Set<string>()
    const enter = (edge: Edge): void => {
      path.push({ edge, next: 0 })
      onPath.add(edge.id.text)
    }
    if (!done.has(start.id.text)) enter(start)
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const reference = top.edge.after[top.next]
      top.next += 1
      if (!reference) {
        path.pop()
        onPath.delete(top.edge.id.text)
        done.add(top.edge.id.text)
      } else if (onPath.has(reference.text)) {
        const at = path.findIndex(({ edge }) => edge.id.text === reference.text)
        reportCircle(
          kind,
          path.slice(at).map(({ edge }) => edge),
          reference,
          reporter,
        )
      } else {
        const next = byId.get(reference.text)
        if (next && !done.has(reference.text)) enter(next)
      }
    }
  }
}

function reportCircle(kind: string, edges: readonly Edge[], closing: PlacedText, reporter: Reporter): void {
  const names = edges.map((edge) => edge.id.text)
  const shown = names.length > 12 ? [...names.slice(0, 11), '…'] : names
  const related = edges.slice(0, Math.min(edges.length - 1, 11)).flatMap(relatedPlace)
  reporter.report(
    'AFTER_CIRCULAR',
    closing.node.range,
    { kind, circle: [...shown, closing.text].join(' → ') },
    { related },
  )
}

function relatedPlace(edge: Edge): { readonly message: string; readonly range: OffsetRange }[] {
  return [{ message: `${edge.id.text} waits here`, range: edge.after[0]?.node.range ?? edge.id.node.range }]
}

function checkCleanup(step: StepSite, outline: Outline, reporter: Reporter): void {
  const after = textIn(mapIn(step.node, 'cleanup'), 'after')
  if (!after) return
  // Steps of a back-out run at another time, or never.
  const candidates = outline.steps.filter((other) => !other.undoes)
  const target = candidates.find((other) => other.id?.text === after.text)
  const words = { id: step.id?.text ?? '', after: after.text }
  if (!target) {
    const later = candidates.filter((other) => other.position > step.position && !isInside(other, step))
    const names = new Set(later.flatMap((other) => other.id?.text ?? []))
    checkReference('STEP_UNKNOWN', after, names, reporter)
  } else if (target === step) {
    reporter.report('CLEANUP_NOT_LATER', after.node.range, { ...words, where: 'is this step itself' })
  } else if (isInside(target, step)) {
    reporter.report('CLEANUP_NOT_LATER', after.node.range, { ...words, where: 'is inside it' })
  } else if (target.position < step.position && !isInside(step, target)) {
    const related = [{ message: 'the step stands here', range: stepRange(target) }]
    reporter.report('CLEANUP_NOT_LATER', after.node.range, { ...words, where: 'comes before it' }, { related })
  }
}

function isInside(step: StepSite, group: StepSite): boolean {
  for (let around = step.parent; around; around = around.parent) if (around === group) return true
  return false
}

function checkPointOfNoReturn(step: StepSite, outline: Outline, reporter: Reporter): void {
  const entry = step.node.byKey.get('point_of_no_return')
  if (!entry) return
  const before = outline.steps.filter((other) => !other.undoes && isSurelyBefore(other, step))
  const words = { id: step.id?.text ?? '' }
  if (!before.some((other) => other.form === 'gate')) {
    reporter.report('POINT_OF_NO_RETURN_WITHOUT_GATE', entry.key.range, words)
  }
  if (!before.some((other) => other.phase.kind === 'backup' && other.form !== 'gate')) {
    reporter.report('POINT_OF_NO_RETURN_WITHOUT_BACKUP', entry.key.range, words)
  }
}

/** Earlier in the file, without a condition, and not beside it in a parallel group. */
function isSurelyBefore(other: StepSite, step: StepSite): boolean {
  if (other.position >= step.position) return false
  for (let around: StepSite | undefined = other; around; around = around.parent) {
    const sameBranch = around === step || isInside(step, around)
    if (!sameBranch && around.node.byKey.has('when')) return false
    if (!sameBranch && isParallel(around.parent) && around.parent && isInside(step, around.parent)) {
      return waitsFor(step, around)
    }
  }
  return true
}

/** Whether a step comes behind another one of the parallel group that holds both. */
function waitsFor(step: StepSite, other: StepSite): boolean {
  let branch: StepSite | undefined = step
  while (branch && branch.parent !== other.parent) branch = branch.parent
  return branch !== undefined && waitedFor(branch).has(other)
}

const waited = new WeakMap<StepSite, ReadonlySet<StepSite>>()

/** Follows `after` from one step of a parallel group to all that must be done before it. */
function waitedFor(branch: StepSite): ReadonlySet<StepSite> {
  const known = waited.get(branch)
  if (known) return known
  const byId = new Map(branch.siblings.flatMap((site) => (site.id ? [[site.id.text, site] as const] : [])))
  const found = new Set<StepSite>()
  const open = [branch]
  for (let next = open.pop(); next; next = open.pop()) {
    for (const reference of textsIn(next.node, 'after')) {
      const site = byId.get(reference.text)
      if (!site || found.has(site)) continue
      found.add(site)
      open.push(site)
    }
  }
  waited.set(branch, found)
  return found
}

function checkBaselines(outline: Outline, reporter: Reporter): void {
  const moments = factsIn(outline, 'acceptances')
  const named = (step: StepSite, id: string): boolean =>
    !step.node.byKey.has('criteria') || textsIn(step.node, 'criteria').some((name) => name.text === id)
  for (const criterion of outline.criteria) {
    const id = textIn(criterion, 'id')
    const flag = criterion.byKey.get('baseline')?.node
    if (!id || flag?.kind !== 'scalar' || flag.value !== true) continue
    const final = moments.find((step) => textIn(step.node, 'acceptance')?.text === 'final' && named(step, id.text))
    if (!final) continue
    const captured = moments.some(
      (step) =>
        textIn(step.node, 'acceptance')?.text === 'baseline' && named(step, id.text) && step.position < final.position,
    )
    if (!captured) reporter.report('BASELINE_NOT_CAPTURED', criterion.byKey.get('baseline')!.key.range, { id: id.text })
  }
}
