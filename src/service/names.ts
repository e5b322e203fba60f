/** Where names are given and where they are used: one list per file, made once per version. */

import { splitTemplate } from '../expression/template.ts'
import { expressionSites } from '../language/expression-sites.ts'
import { isBareWord } from '../language/id-check.ts'
import {
  entriesIn,
  mapIn,
  mapsIn,
  type Outline,
  type PlacedText,
  rolloutActions,
  type StepSite,
  textIn,
  textsIn,
} from '../language/outline.ts'
import { windowsNamed } from '../language/rollout-check.ts'
import { type MapEntry, type OffsetRange, rangeInScalar, type ScalarNode, type SourceNode } from '../source/index.ts'
import { type ExpressionToken, expressionTokens, namePaths, roundNames } from './expression-tokens.ts'
import type { ReadDocument } from './workspace.ts'

export const nameKinds = [
  'phase',
  'step',
  'call',
  'wave',
  'component',
  'role',
  'input',
  'criterion',
  'requirement',
  'window',
  'rule',
  'fault',
  'target',
  'system',
] as const
export type NameKind = (typeof nameKinds)[number]

/** One place where a name stands. */
export interface NamePlace {
  readonly kind: NameKind
  readonly name: string
  /** Of the name itself, without quotes. */
  readonly range: OffsetRange
  readonly isDefinition: boolean
  /** Of a definition: all that it defines. */
  readonly whole?: OffsetRange
  /** What people call it. */
  readonly title?: string
  /** Names of waves and of the actions of a rollout count inside their step. */
  readonly inside?: string
  /** In the path of a place in the plan: the names in front of it. What it names is up to the runbook. */
  readonly behind?: readonly string[]
}

const remembered = new WeakMap<ReadDocument, readonly NamePlace[]>()

/** In the order of the file. */
export function namesIn(document: ReadDocument): readonly NamePlace[] {
  const known = remembered.get(document)
  if (known) return known
  const found = [...new Collector(document).collect()].sort((a, b) => a.range.start - b.range.start)
  remembered.set(document, found)
  return found
}

/** Where the names of one kind are given, in the order of the file. What uses them is left alone: that takes long. */
export function definitionsIn(document: ReadDocument, kind: NameKind): readonly NamePlace[] {
  const known = remembered.get(document)
  if (known) return known.filter((place) => place.kind === kind && place.isDefinition)
  const found = new Collector(document, kind).collect()
  return [...found].sort((a, b) => a.range.start - b.range.start)
}

class Collector {
  private readonly found: NamePlace[] = []
  private readonly document: ReadDocument
  private readonly only: NameKind | undefined

  /** @param only - the kind whose definitions are wanted; else everything is */
  constructor(document: ReadDocument, only?: NameKind) {
    this.document = document
    this.only = only
  }

  collect(): readonly NamePlace[] {
    const { outline, kind, root } = this.document
    if (outline) this.runbook(outline)
    else if (kind === 'scenario/v1') this.scenario(root)
    else if (kind === 'inventory/v1') this.inventory(root)
    else if (root) this.values(root)
    return this.found
  }

  private runbook(outline: Outline): void {
    for (const phase of outline.phases) this.define('phase', phase.id, phase.node, textIn(phase.node, 'title')?.text)
    for (const entry of outline.inputs) this.defineKey('input', entry)
    for (const entry of outline.roles) this.defineKey('role', entry)
    for (const entry of outline.components) {
      this.defineKey('component', entry)
      this.useAll('component', textsIn(entry.node, 'after'))
    }
    for (const node of outline.windows) this.define('window', textIn(node, 'id'), node, textIn(node, 'title')?.text)
    for (const node of outline.rules) {
      this.define('rule', textIn(node, 'id'), node, textIn(node, 'title')?.text)
      this.useAll('role', textsIn(node, 'override_by'))
    }
    for (const node of outline.requirements)
      this.define('requirement', textIn(node, 'id'), node, textIn(node, 'text')?.text)
    for (const node of outline.criteria) {
      this.define('criterion', textIn(node, 'id'), node, textIn(node, 'title')?.text)
      this.use('role', textIn(node, 'role'))
      this.on(node)
    }
    this.useAll('role', textsIn(mapIn(outline.root, 'break_glass'), 'roles'))
    for (const node of [...outline.criteria, ...outline.rules]) this.useAll('requirement', textsIn(node, 'covers'))
    for (const phase of outline.phases) this.raci(phase.node)
    if (this.only === undefined || insideSteps.has(this.only)) for (const step of outline.steps) this.step(step)
    if (this.only === undefined) this.expressions(outline)
  }

  private step(step: StepSite): void {
    const { node } = step
    this.define('step', step.id, node, textIn(node, 'title')?.text)
    this.use('role', textIn(node, 'role'))
    this.raci(node)
    this.useAll('step', textsIn(node, 'after'))
    this.use('step', textIn(mapIn(node, 'cleanup'), 'after'))
    this.useAll('criterion', textsIn(node, 'criteria'))
    this.useAll('requirement', textsIn(node, 'covers'))
    this.on(node)
    const cleanup = mapIn(node, 'cleanup')
    if (cleanup) this.on(cleanup)
    const rollout = mapIn(node, 'rollout')
    const gated = [node, ...mapsIn(rollout, 'waves'), ...(mapIn(rollout, 'canary') ? [mapIn(rollout, 'canary')] : [])]
    for (const each of gated) this.useAll('role', textsIn(mapIn(each, 'gate'), 'roles'))
    if (!rollout) return
    const inside = step.id?.text ?? ''
    this.use('component', textIn(rollout, 'component'))
    this.useAll('window', windowsNamed(rollout))
    for (const wave of mapsIn(rollout, 'waves')) this.define('wave', textIn(wave, 'id'), wave, undefined, inside)
    for (const call of rolloutActions(rollout)) {
      this.define('call', textIn(call.node, 'id'), call.node, textIn(call.node, 'title')?.text, inside)
      this.useAll('requirement', textsIn(call.node, 'covers'))
    }
  }

  private on(node: SourceNode): void {
    const on = textIn(node, 'on')
    if (on && on.text !== 'control' && isBareWord(on.text)) this.use('component', on)
    this.useAll('target', textsIn(node, 'on'))
  }

  private raci(node: SourceNode): void {
    const raci = mapIn(node, 'raci')
    this.use('role', textIn(raci, 'accountable'))
    for (const key of ['responsible', 'consulted', 'informed']) this.useAll('role', textsIn(raci, key))
  }

  private expressions(outline: Outline): void {
    const steps = new Set(outline.steps.flatMap((step) => step.id?.text ?? []))
    const components = new Set(outline.components.map((entry) => entry.key.text))
    const owners = new Map(outline.steps.map((step) => [step.node, step.id?.text ?? '']))
    const rollouts = [...owners.keys()].filter((node) => node.byKey.has('rollout'))
    for (const site of expressionSites(outline)) {
      const owner = site.scope.calls && rollouts.find((node) => isWithin(site.node.range, node.range))
      const inside = owner && owners.get(owner)
      this.expression(site.node, site.bare, steps, components, inside)
    }
  }

  private expression(
    node: ScalarNode,
    bare: boolean,
    steps: ReadonlySet<string>,
    components: ReadonlySet<string>,
    inside: string | undefined,
  ): void {
    const text = String(node.value)
    const parts = bare
      ? [{ text, offset: 0 }]
      : splitTemplate(text).parts.flatMap((part) => (part.kind === 'expression' ? [part] : []))
    for (const part of parts) {
      const tokens = expressionTokens(part.text)
      const bound = roundNames(tokens)
      const add = (kind: NameKind, name: string, start: number, end: number, more: Partial<NamePlace> = {}): void => {
        const range = rangeInScalar(this.document.source.text, node, {
          start: part.offset + start,
          end: part.offset + end,
        })
        this.found.push({ kind, name, range, isDefinition: false, ...more })
      }
      for (const { path, token } of namePaths(tokens)) {
        const [head, name] = path
        if (head === undefined || bound.has(head)) continue
        const { start, end } = token
        if (path.length === 1 && components.has(head)) add('component', head, start, end)
        if (path.length !== 2 || name === undefined) continue
        if (head === 'inputs') add('input', name, start, end)
        if (head === 'systems') add('system', name, start, end)
        if (head === 'steps' && (steps.has(name) || inside === undefined)) add('step', name, start, end)
        else if (head === 'steps' && inside !== undefined) add('call', name, start, end, { inside })
      }
      for (const token of targetTexts(tokens)) add('target', token.text, token.start + 1, token.end - 1)
    }
  }

  private scenario(root: ReadDocument['root']): void {
    for (const key of ['durations', 'outputs', 'faults']) {
      for (const node of mapsIn(root, key)) {
        this.useAll('target', textsIn(node, 'targets'))
        this.stepPath(textIn(node, 'step'))
        if (key === 'faults') this.define('fault', textIn(node, 'id'), node)
      }
    }
    for (const node of mapsIn(root, 'operator')) {
      this.use('target', textIn(node, 'target'))
      this.use('role', textIn(node, 'role'))
      this.stepPath(textIn(node, 'step'))
    }
  }

  private stepPath(path: PlacedText | undefined): void {
    if (path) this.namesInPath(path.text, this.inner(path.node.range))
  }

  /** `upgrade/install`: a phase, a step, a group, an action of a rollout. */
  private namesInPath(path: string, { start, end }: OffsetRange): void {
    // With escapes in it nobody knows where the names stand.
    if (this.only !== undefined || end - start !== path.length) return
    const names = path.split('/')
    let at = start
    for (const [index, name] of names.entries()) {
      const range = { start: at, end: at + name.length }
      this.found.push({ kind: 'step', name, range, isDefinition: false, behind: names.slice(0, index) })
      at = range.end + 1
    }
  }

  private inventory(root: ReadDocument['root']): void {
    if (!root) return
    for (const entry of entriesIn(root, 'systems')) this.defineKey('system', entry)
    for (const entry of entriesIn(root, 'targets')) {
      this.defineKey('target', entry)
      this.use('system', textIn(entry.node, 'system'))
    }
    this.use('system', textIn(mapIn(root, 'defaults'), 'system'))
  }

  /** Values are named by input; answers by step or criterion. */
  private values(root: NonNullable<ReadDocument['root']>): void {
    if (this.only !== undefined) return
    const answers = mapIn(root, 'answers')
    const kind: NameKind = root.byKey.has('rollbook') ? 'step' : 'input'
    if (kind === 'step') {
      for (const { key } of answers?.entries ?? []) this.namesInPath(key.text, this.inner(key.range))
      return
    }
    for (const { key } of root.entries)
      this.found.push({ kind, name: key.text, range: this.inner(key.range), isDefinition: false })
  }

  private define(kind: NameKind, id: PlacedText | undefined, node: SourceNode, title?: string, inside?: string): void {
    if (!id || (this.only !== undefined && kind !== this.only)) return
    this.found.push({
      kind,
      name: id.text,
      range: this.inner(id.node.range),
      isDefinition: true,
      whole: node.range,
      ...(title === undefined ? {} : { title }),
      ...(inside === undefined ? {} : { inside }),
    })
  }

  private defineKey(kind: NameKind, { key, node }: MapEntry): void {
    if (this.only !== undefined && kind !== this.only) return
    const whole = { start: key.range.start, end: Math.max(key.range.end, node.range.end) }
    const title = textIn(node, 'title')?.text
    const range = this.inner(key.range)
    this.found.push({
      kind,
      name: key.text,
      range,
      isDefinition: true,
      whole,
      ...(title === undefined ? {} : { title }),
    })
  }

  private use(kind: NameKind, text: PlacedText | undefined): void {
    if (!text || this.only !== undefined) return
    this.found.push({ kind, name: text.text, range: this.inner(text.node.range), isDefinition: false })
  }

  private useAll(kind: NameKind, texts: readonly PlacedText[]): void {
    for (const text of this.only === undefined ? texts : []) this.use(kind, text)
  }

  /** Without quotes. */
  private inner({ start, end }: OffsetRange): OffsetRange {
    const isQuoted = /["']/.test(this.document.source.text[start] ?? '')
    return isQuoted ? { start: start + 1, end: end - 1 } : { start, end }
  }
}

/** `name == "one"`, `"one" == target.name`, `name in ["one", "two"]`. */
function targetTexts(tokens: readonly ExpressionToken[]): readonly ExpressionToken[] {
  const isSame = (token: ExpressionToken | undefined): boolean => /^[=!]=$/.test(token?.text ?? '')
  const isName = (from: number): boolean => {
    let end = from
    while (tokens[end + 1]?.text === '.' && tokens[end + 2]?.kind === 'name') end += 2
    return end > from && tokens[end]?.text === 'name' && tokens[end + 1]?.text !== '.'
  }
  let listed = false
  return tokens.filter((token, index) => {
    if (token.text === '[' && token.kind === 'sign')
      listed = tokens[index - 1]?.text === 'in' && tokens[index - 2]?.text === 'name'
    if (token.text === ']' && token.kind === 'sign') listed = false
    if (token.kind !== 'text') return false
    const isBehind = isSame(tokens[index - 1]) && tokens[index - 2]?.text === 'name'
    return listed || isBehind || (isSame(tokens[index + 1]) && isName(index + 2))
  })
}

/** What a name in a path stands for in the runbook: what is nearest to the names in front of it. */
export function namedInPath(place: NamePlace, outline: Outline): NamePlace {
  if (place.behind === undefined) return place
  const { name } = place
  const rollouts = outline.steps.filter(({ node }) => node.byKey.has('rollout'))
  const holds = (step: StepSite): boolean =>
    rolloutActions(mapIn(step.node, 'rollout')).some(({ node }) => textIn(node, 'id')?.text === name)
  const around = rollouts.find(({ id }) => id !== undefined && id.text === place.behind?.at(-1))
  const calledIn = (step: StepSite): NamePlace => ({ ...place, kind: 'call', inside: step.id?.text ?? '' })
  if (around && holds(around)) return calledIn(around)
  if (outline.steps.some(({ id }) => id?.text === name)) return place
  if (outline.phases.some(({ id }) => id?.text === name)) return { ...place, kind: 'phase' }
  if (outline.criteria.some((node) => textIn(node, 'id')?.text === name)) return { ...place, kind: 'criterion' }
  const holder = rollouts.find(holds)
  return holder ? calledIn(holder) : place
}

/** Kinds of names that steps give. */
const insideSteps: ReadonlySet<NameKind> = new Set<NameKind>(['step', 'wave', 'call'])

function isWithin(inner: OffsetRange, outer: OffsetRange): boolean {
  return inner.start >= outer.start && inner.end <= outer.end
}
