import type { MapEntry, MapNode, OffsetRange, ScalarNode, SourceNode } from '../source/index.ts'
import { type StepForm, stepForm } from './form-check.ts'

/** A text with its place. */
export interface PlacedText {
  readonly text: string
  readonly node: ScalarNode
}

export interface PhaseSite {
  readonly node: MapNode
  readonly id: PlacedText | undefined
  readonly kind: string | undefined
  readonly steps: readonly StepSite[]
}

/** One step as it stands in the file. Parts that are wrong are absent; the schema check tells about them. */
export interface StepSite {
  readonly node: MapNode
  readonly id: PlacedText | undefined
  readonly form: StepForm | undefined
  readonly phase: PhaseSite
  /** The group around. */
  readonly parent: StepSite | undefined
  /** The step that this one undoes. */
  readonly undoes: StepSite | undefined
  readonly siblings: readonly StepSite[]
  readonly children: readonly StepSite[]
  readonly backOut: readonly StepSite[]
  /** Place in the order of the file. */
  readonly position: number
  /** Variables of the `for_each` around, outermost first. */
  readonly bindings: readonly string[]
}

/** The lists of actions of a rollout, in the order in which they run on a target. */
export type RolloutStage = 'stage' | 'preflight' | 'each' | 'post_checks' | 'health' | 'rollback'

/** A map that calls an action. */
export interface ActionSite {
  readonly node: MapNode
  readonly action: PlacedText
  readonly place: 'step' | RolloutStage | 'cleanup' | 'criterion'
  /** The step it belongs to; absent for a criterion. */
  readonly step: StepSite | undefined
}

/** A runbook as the checks look at it: what is declared, and what stands where. */
export interface Outline {
  readonly root: MapNode
  readonly phases: readonly PhaseSite[]
  /** Every step, groups before their children, back-out steps behind the step that they undo. */
  readonly steps: readonly StepSite[]
  readonly actions: readonly ActionSite[]
  readonly inputs: readonly MapEntry[]
  readonly roles: readonly MapEntry[]
  readonly components: readonly MapEntry[]
  readonly windows: readonly MapNode[]
  readonly requirements: readonly MapNode[]
  readonly rules: readonly MapNode[]
  readonly criteria: readonly MapNode[]
}

const remembered = new WeakMap<MapNode, Outline>()

/** Made once per tree, for checks and editors alike. */
export function outlineOf(root: MapNode): Outline {
  const known = remembered.get(root) ?? makeOutline(root)
  remembered.set(root, known)
  return known
}

function makeOutline(root: MapNode): Outline {
  const steps: StepSite[] = []
  const actions: ActionSite[] = []
  const phases = mapsIn(root, 'phases').map((node) => {
    const phase = phaseFrom(node, steps.length)
    for (const step of phase.steps) steps.push(step)
    for (const action of phase.actions) actions.push(action)
    return phase.site
  })
  const criteria = mapsIn(root, 'acceptance_criteria')
  for (const node of criteria) actions.push(...actionSite(node, 'criterion', undefined))
  return {
    root,
    phases,
    steps,
    actions,
    inputs: entriesIn(root, 'inputs'),
    roles: entriesIn(root, 'roles'),
    components: entriesIn(root, 'components'),
    windows: mapsIn(root, 'windows'),
    requirements: mapsIn(root, 'requirements'),
    rules: mapsIn(root, 'rules'),
    criteria,
  }
}

interface PhaseOutline {
  readonly site: PhaseSite
  /** All of them, as {@link Outline.steps} lists them. */
  readonly steps: readonly StepSite[]
  readonly actions: readonly ActionSite[]
  /** Place of the first step. */
  readonly position: number
}

const rememberedPhases = new WeakMap<MapNode, PhaseOutline>()
const phasesBySite = new WeakMap<PhaseSite, PhaseOutline>()

/** Made once while neither the phase nor its place among the steps changes. */
function phaseFrom(node: MapNode, position: number): PhaseOutline {
  const known = rememberedPhases.get(node)
  if (known?.position === position) return known
  const steps: StepSite[] = []
  const site = phaseSite(node, steps, position)
  const made = { site, steps, actions: steps.flatMap(actionsOfStep), position }
  rememberedPhases.set(node, made)
  phasesBySite.set(site, made)
  return made
}

/** Every step of a phase, as {@link Outline.steps} lists them. */
export function stepsOfPhase(phase: PhaseSite): readonly StepSite[] {
  return phasesBySite.get(phase)?.steps ?? []
}

/** The maps of a list under a key. */
export function mapsIn(node: SourceNode | undefined, key: string): readonly MapNode[] {
  const list = node?.kind === 'map' ? node.byKey.get(key)?.node : undefined
  return list?.kind === 'list' ? list.items.filter((item): item is MapNode => item.kind === 'map') : []
}

/** The entries of a map under a key. */
export function entriesIn(node: MapNode, key: string): readonly MapEntry[] {
  const map = node.byKey.get(key)?.node
  return map?.kind === 'map' ? map.entries : []
}

export function mapIn(node: SourceNode | undefined, key: string): MapNode | undefined {
  const map = node?.kind === 'map' ? node.byKey.get(key)?.node : undefined
  return map?.kind === 'map' ? map : undefined
}

export function textIn(node: SourceNode | undefined, key: string): PlacedText | undefined {
  const value = node?.kind === 'map' ? node.byKey.get(key)?.node : undefined
  return placedText(value)
}

/** The texts of a list under a key. */
export function textsIn(node: SourceNode | undefined, key: string): readonly PlacedText[] {
  const list = node?.kind === 'map' ? node.byKey.get(key)?.node : undefined
  return list?.kind === 'list' ? list.items.flatMap((item) => placedText(item) ?? []) : []
}

export function placedText(node: SourceNode | undefined): PlacedText | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? { text: node.value, node } : undefined
}

/** Where to point at for a step as a whole. */
export function stepRange(step: StepSite): OffsetRange {
  return step.id?.node.range ?? step.node.entries[0]?.key.range ?? step.node.range
}

interface Mutable {
  siblings: readonly StepSite[]
  children: readonly StepSite[]
  backOut: readonly StepSite[]
}

function phaseSite(node: MapNode, all: StepSite[], position: number): PhaseSite {
  const phase: { node: MapNode; id: PlacedText | undefined; kind: string | undefined; steps: readonly StepSite[] } = {
    node,
    id: textIn(node, 'id'),
    kind: textIn(node, 'kind')?.text,
    steps: [],
  }
  const around: Around = { phase, parent: undefined, undoes: undefined, bindings: [] }
  phase.steps = stepSites(mapsIn(node, 'steps'), around, all, position)
  return phase
}

type Around = Pick<StepSite, 'phase' | 'parent' | 'undoes' | 'bindings'>

/** @param first - place of the first step of `all` */
function stepSites(nodes: readonly MapNode[], around: Around, all: StepSite[], first: number): readonly StepSite[] {
  const sites: (StepSite & Mutable)[] = []
  for (const node of nodes) {
    const site: StepSite & Mutable = {
      ...around,
      node,
      id: textIn(node, 'id'),
      form: stepForm(node),
      position: first + all.length,
      siblings: sites,
      children: [],
      backOut: [],
    }
    all.push(site)
    sites.push(site)
    const own = mapIn(node, 'for_each')?.entries.map((entry) => entry.key.text) ?? []
    const bindings = [...around.bindings, ...own]
    site.children = stepSites(mapsIn(node, 'steps'), { ...around, parent: site, bindings }, all, first)
    const inverse: Around = { ...around, parent: undefined, undoes: around.undoes ?? site }
    site.backOut = stepSites(mapsIn(node, 'back_out'), inverse, all, first)
  }
  return sites
}

/** Every map that calls an action on each target of a rollout. */
export function rolloutActions(
  rollout: MapNode | undefined,
): readonly { readonly node: MapNode; readonly stage: RolloutStage }[] {
  const lists: readonly (readonly [RolloutStage, readonly MapNode[]])[] = [
    ['stage', mapsIn(rollout, 'stage')],
    ['preflight', mapsIn(rollout, 'preflight')],
    ['each', mapsIn(rollout, 'each')],
    ['post_checks', mapsIn(rollout, 'post_checks')],
    ['health', mapsIn(mapIn(rollout, 'health'), 'checks')],
    ['rollback', mapsIn(mapIn(rollout, 'rollback'), 'steps')],
  ]
  return lists.flatMap(([stage, nodes]) => nodes.map((node) => ({ node, stage })))
}

function actionsOfStep(step: StepSite): readonly ActionSite[] {
  const cleanup = mapIn(step.node, 'cleanup')
  return [
    ...actionSite(step.node, 'step', step),
    ...rolloutActions(mapIn(step.node, 'rollout')).flatMap(({ node, stage }) => actionSite(node, stage, step)),
    ...(cleanup ? actionSite(cleanup, 'cleanup', step) : []),
  ]
}

function actionSite(node: MapNode, place: ActionSite['place'], step: StepSite | undefined): readonly ActionSite[] {
  const action = textIn(node, 'action')
  return action ? [{ node, action, place, step }] : []
}
