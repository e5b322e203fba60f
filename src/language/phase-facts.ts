import type { MapNode } from '../source/index.ts'
import {
  mapIn,
  mapsIn,
  type Outline,
  type PhaseSite,
  type PlacedText,
  placedText,
  type RolloutStage,
  rolloutActions,
  type StepSite,
  stepsOfPhase,
  textIn,
  textsIn,
} from './outline.ts'

/**
 * What the steps of a phase refer to, and which of them are of a kind that some check looks at. Collected once per phase:
 * an editor checks again after each keystroke, and most phases stay as they are. Lists are in the order of the file.
 */
export interface PhaseFacts {
  /** Ids of the steps. */
  readonly ids: readonly PlacedText[]
  /** Ids that must differ from each other, where there are several. */
  readonly families: readonly { readonly kind: string; readonly ids: readonly PlacedText[] }[]
  readonly roles: readonly PlacedText[]
  readonly components: readonly PlacedText[]
  /** What steps run on, and what their cleanups run on. */
  readonly on: readonly PlacedText[]
  readonly cleanupOn: readonly PlacedText[]
  readonly criteria: readonly PlacedText[]
  readonly covers: readonly PlacedText[]
  /** The same of the actions of rollouts. */
  readonly rolloutCovers: readonly PlacedText[]
  readonly rollouts: readonly { readonly step: StepSite; readonly node: MapNode }[]
  /** Steps with the key `after`. */
  readonly waiting: readonly StepSite[]
  /** Steps with the key `cleanup`. */
  readonly cleaned: readonly StepSite[]
  readonly pointsOfNoReturn: readonly StepSite[]
  /** Steps of the form `acceptance` that undo nothing. */
  readonly acceptances: readonly StepSite[]
  /** The steps of each group that run side by side. */
  readonly parallel: readonly (readonly StepSite[])[]
}

const remembered = new WeakMap<PhaseSite, PhaseFacts>()

export function factsOf(phase: PhaseSite): PhaseFacts {
  const known = remembered.get(phase) ?? collect(stepsOfPhase(phase))
  remembered.set(phase, known)
  return known
}

/** One kind of fact of all phases. */
export function factsIn<K extends keyof PhaseFacts>(outline: Outline, kind: K): readonly PhaseFacts[K][number][] {
  const found: PhaseFacts[K][number][] = []
  for (const phase of outline.phases) for (const fact of factsOf(phase)[kind]) found.push(fact)
  return found
}

function collect(steps: readonly StepSite[]): PhaseFacts {
  const nodes = steps.map((step) => step.node)
  const rollouts = steps.flatMap((step) => {
    const node = mapIn(step.node, 'rollout')
    return node ? [{ step, node }] : []
  })
  const cleaned = steps.filter((step) => step.node.byKey.has('cleanup'))
  return {
    ids: steps.flatMap((step) => step.id ?? []),
    families: nodes.flatMap(familiesOf),
    roles: nodes.flatMap(rolesOf),
    components: rollouts.flatMap(({ node }) => textIn(node, 'component') ?? []),
    on: nodes.flatMap(onOf),
    cleanupOn: cleaned.flatMap((step) => onOf(mapIn(step.node, 'cleanup'))),
    criteria: nodes.flatMap((node) => textsIn(node, 'criteria')),
    covers: nodes.flatMap((node) => textsIn(node, 'covers')),
    rolloutCovers: rollouts.flatMap(({ node }) => rolloutActions(node).flatMap((call) => textsIn(call.node, 'covers'))),
    rollouts,
    waiting: steps.filter((step) => step.node.byKey.has('after')),
    cleaned,
    pointsOfNoReturn: steps.filter(isPointOfNoReturn),
    acceptances: steps.filter((step) => step.form === 'acceptance' && !step.undoes),
    parallel: [...new Set(steps.filter((step) => isParallel(step.parent)).map((step) => step.siblings))],
  }
}

function onOf(node: MapNode | undefined): readonly PlacedText[] {
  const on = placedText(node?.byKey.get('on')?.node)
  return on ? [on] : []
}

function familiesOf(node: MapNode): PhaseFacts['families'] {
  const rollout = mapIn(node, 'rollout')
  const actions = rolloutActions(rollout)
  const families = [
    { kind: 'field', nodes: mapsIn(node, 'form') },
    { kind: 'evidence', nodes: mapsIn(node, 'evidence') },
    ...Object.entries(stageKinds).map(([stage, kind]) => ({
      kind,
      nodes: actions.flatMap((action) => (action.stage === stage ? [action.node] : [])),
    })),
    { kind: 'wave', nodes: mapsIn(rollout, 'waves') },
  ]
  return families.flatMap(({ kind, nodes }) =>
    nodes.length < 2 ? [] : [{ kind, ids: nodes.flatMap((each) => textIn(each, 'id') ?? []) }],
  )
}

const stageKinds: Readonly<Record<RolloutStage, string>> = {
  stage: 'stage action',
  preflight: 'preflight',
  each: 'rollout step',
  post_checks: 'post-check',
  health: 'health check',
  rollback: 'rollback step',
}

function rolesOf(node: MapNode): readonly PlacedText[] {
  const rollout = mapIn(node, 'rollout')
  const canary = mapIn(rollout, 'canary')
  const gated = [node, ...mapsIn(rollout, 'waves'), ...(canary ? [canary] : [])]
  const role = textIn(node, 'role')
  return [
    ...(role ? [role] : []),
    ...raciRoles(node),
    ...gated.flatMap((each) => textsIn(mapIn(each, 'gate'), 'roles')),
  ]
}

/** The roles that a step or phase names as taking part. */
export function raciRoles(node: MapNode): readonly PlacedText[] {
  const raci = mapIn(node, 'raci')
  if (!raci) return []
  const accountable = textIn(raci, 'accountable')
  const others = ['responsible', 'consulted', 'informed'].flatMap((key) => textsIn(raci, key))
  return [...(accountable ? [accountable] : []), ...others]
}

/** Whether the steps of a group run side by side. */
export function isParallel(group: StepSite | undefined): boolean {
  const flag = group?.node.byKey.get('parallel')?.node
  return flag?.kind === 'scalar' && flag.value === true
}

export function isPointOfNoReturn(step: StepSite): boolean {
  const flag = step.node.byKey.get('point_of_no_return')?.node
  return flag?.kind === 'scalar' && flag.value === true
}
