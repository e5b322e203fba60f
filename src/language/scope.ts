import type { Json } from '../base/json.ts'
import {
  type DeclaredInput,
  type ExpressionScope,
  makeScope,
  type ScopeFacts,
  type ScopePlace,
} from '../expression/scopes.ts'
import { anyType, type ExpressionType, textType, typeOfInput, typeOfSchema } from '../expression/types.ts'
import type { MapNode } from '../source/index.ts'
import type { ActionInfo, CheckEnvironment } from './environment.ts'
import { mapIn, mapsIn, type Outline, type StepSite, textIn } from './outline.ts'

/** An action that a rollout runs on each target. */
export interface RolloutCall {
  readonly id: string
  /** Name of the action. */
  readonly action: string
  /** Names of the outputs that the runbook makes itself; absent: those of the action. */
  readonly outputs?: readonly string[]
}

/** What is around an expression, as far as its variables depend on it. */
export interface ScopeSite {
  readonly place: ScopePlace
  /** The step or criterion runs on targets, so `target` exists. */
  readonly onTargets: boolean
  readonly bindings: readonly string[]
  /** The action whose outputs are at hand. */
  readonly action: string | undefined
  /** Inside a rollout its actions. */
  readonly calls?: readonly RolloutCall[]
}

/**
 * Gives the variables at a place for an expression. Places that need the same share one scope, and a scope knows in
 * full only the steps that the expression names, because every type in it has its price.
 */
export interface ScopeOf {
  (site: ScopeSite, text: string): ExpressionScope
  /** All that the variables depend on; equal texts with equal keys are right or wrong alike. */
  readonly keyOf: (site: ScopeSite, text: string) => string
  /** What every scope of the runbook depends on: inputs, components, systems. */
  readonly declared: string
  /** What the type of a step depends on besides its id and the actions; undefined when there is no such step. */
  readonly shapeOf: (id: string) => string | undefined
}

export function makeScopeOf(outline: Outline, environment: CheckEnvironment): ScopeOf {
  const actions = actionsByName(environment.actions)
  const inputs = declaredInputs(outline)
  const steps = new KnownSteps(outline, actions)
  const scopes = new Map<string, ExpressionScope>()
  const components = outline.components.map((entry) => entry.key.text)
  const systems = environment.inventory && Object.keys(environment.inventory.systems)
  const around = (site: ScopeSite, text: string): Around => {
    const usesUnit = site.place === 'start' || site.place === 'retry'
    const calls = site.calls && (usesUnit || text.includes('steps')) ? callTypes(site.calls, actions) : {}
    const named = text.includes('steps')
      ? [...new Set(text.match(namePattern))].filter((word) => steps.has(word) || Object.hasOwn(calls, word))
      : undefined
    const usesOutputs = site.place === 'result' || site.place === 'criterion'
    const more = [usesOutputs ? site.action : '', named ?? '', Object.keys(calls).length > 0 ? site.calls : '']
    const key = JSON.stringify([site.place, site.onTargets, site.bindings, ...more])
    return { key, calls, named, usesUnit, action: usesOutputs ? actions.get(site.action ?? '') : undefined }
  }
  // Steps win: an action of a rollout is found by its id only where no step has it.
  const typeOf = (id: string, calls: Around['calls']): ExpressionType => steps.typeOf(id) ?? calls[id] ?? anyType
  const declared = JSON.stringify([inputs, components, systems ?? null])
  const keyOf: ScopeOf['keyOf'] = (site, text) => {
    const { key, calls, named, action } = around(site, text)
    const types = (named ?? []).map((id) => typeOf(id, calls))
    return JSON.stringify([key, declared, types, calls, action?.outputs ?? null])
  }
  const scopeOf = (site: ScopeSite, text: string): ExpressionScope => {
    const { key, calls, named, usesUnit, action } = around(site, text)
    const known = scopes.get(key)
    if (known) return known
    const facts: ScopeFacts = {
      inputs,
      steps: Object.fromEntries((named ?? []).map((id) => [id, typeOf(id, calls)])),
      bindings: Object.fromEntries(site.bindings.map((name) => [name, anyType])),
      ...(action ? { outputs: typeOfSchema(action.outputs, 'outputs') } : {}),
      ...(usesUnit ? { calls } : {}),
      components,
      ...(systems ? { systems } : {}),
    }
    const scope = addStepNames(
      trimScope(makeScope(site.place, facts), site),
      named ? [...Object.keys(calls), ...steps.ids] : [],
    )
    scopes.set(key, scope)
    return scope
  }
  return Object.assign(scopeOf, { keyOf, declared, shapeOf: (id: string) => steps.shapeOf(id) })
}

/** Words that may be ids of steps. */
export const namePattern: RegExp = /[a-z][a-z0-9_]*/g

/** What the variables of one expression depend on. */
interface Around {
  /** Within one runbook. */
  readonly key: string
  readonly calls: Readonly<Record<string, ExpressionType>>
  /** Steps that the expression names; absent when it speaks of none. */
  readonly named: readonly string[] | undefined
  readonly usesUnit: boolean
  /** The action whose outputs it may read. */
  readonly action: ActionInfo | undefined
}

const rememberedActions = new WeakMap<readonly ActionInfo[], ReadonlyMap<string, ActionInfo>>()

/** Made once per list. */
export function actionsByName(actions: readonly ActionInfo[]): ReadonlyMap<string, ActionInfo> {
  const known = rememberedActions.get(actions) ?? new Map(actions.map((action) => [action.name, action]))
  rememberedActions.set(actions, known)
  return known
}

/** The steps of a runbook by id, of which the last counts; types are made when somebody asks. */
class KnownSteps {
  private readonly byId: ReadonlyMap<string, StepSite>
  private readonly actions: ReadonlyMap<string, ActionInfo>

  constructor(outline: Outline, actions: ReadonlyMap<string, ActionInfo>) {
    this.byId = new Map(outline.steps.flatMap((step) => (step.id ? [[step.id.text, step] as const] : [])))
    this.actions = actions
  }

  get ids(): Iterable<string> {
    return this.byId.keys()
  }

  has(id: string): boolean {
    return this.byId.has(id)
  }

  typeOf(id: string): ExpressionType | undefined {
    const step = this.byId.get(id)
    return step && outputsOf(step, this.actions)
  }

  shapeOf(id: string): string | undefined {
    const step = this.byId.get(id)
    return step && shapeOfStep(step)
  }
}

const rememberedShapes = new WeakMap<MapNode, string>()

function shapeOfStep(step: StepSite): string {
  const known = rememberedShapes.get(step.node) ?? JSON.stringify(outputsWritten(step))
  rememberedShapes.set(step.node, known)
  return known
}

/** Everything that {@link outputsOf} reads of a step. */
function outputsWritten(step: StepSite): Json {
  const own = mapIn(step.node, 'outputs')
  if (own) return { outputs: own.entries.map((entry) => entry.key.text) }
  if (step.form === 'manual') return { form: formFields(step).map((field): Json => [...field]) }
  return { form: step.form ?? null, action: textIn(step.node, 'action')?.text ?? null }
}

/** Steps that the expression does not name exist too, so that a wrong name can be told from a right one. */
function addStepNames(scope: ExpressionScope, ids: readonly string[]): ExpressionScope {
  const { steps } = scope.variables
  if (steps?.type.kind !== 'object' || ids.length === 0) return scope
  const others = Object.fromEntries(ids.map((id) => [id, { type: anyType }]))
  const type = { ...steps.type, fields: { ...others, ...steps.type.fields } }
  return { variables: { ...scope.variables, steps: { ...steps, type } } }
}

const alwaysOnTargets: ReadonlySet<ScopePlace> = new Set(['select', 'rule', 'wave', 'start', 'retry'])

function trimScope(scope: ExpressionScope, site: ScopeSite): ExpressionScope {
  if (site.onTargets || alwaysOnTargets.has(site.place)) return scope
  const { target: _, ...variables } = scope.variables
  return { variables }
}

/** Inputs by name, as far as they are written well enough. */
export function declaredInputs(outline: Outline): Readonly<Record<string, DeclaredInput>> {
  const inputs: [string, DeclaredInput][] = []
  for (const { key, node } of outline.inputs) {
    if (node.kind !== 'map') continue
    const type = textIn(node, 'type')?.text ?? 'string'
    const title = textIn(node, 'title')?.text
    const items = textIn(mapIn(node, 'items'), 'type')?.text
    const required = node.byKey.get('required')?.node
    inputs.push([
      key.text,
      {
        type,
        ...(title === undefined ? {} : { title }),
        ...(items === undefined ? {} : { items }),
        // A secret that may be absent must still not be compared with anything.
        always:
          type === 'secret' || node.byKey.has('default') || (required?.kind === 'scalar' && required.value === true),
      },
    ])
  }
  return Object.fromEntries(inputs)
}

function callTypes(
  calls: readonly RolloutCall[],
  actions: ReadonlyMap<string, ActionInfo>,
): Readonly<Record<string, ExpressionType>> {
  const types = calls.map(({ id, action, outputs }): [string, ExpressionType] => {
    const name = `outputs of ${id}`
    if (outputs)
      return [
        id,
        fieldsType(
          name,
          outputs.map((output) => [output, anyType]),
        ),
      ]
    const schema: Json | undefined = actions.get(action)?.outputs
    return [id, schema === undefined ? { kind: 'map', of: anyType } : typeOfSchema(schema, name)]
  })
  return Object.fromEntries(types)
}

function outputsOf(step: StepSite, actions: ReadonlyMap<string, ActionInfo>): ExpressionType {
  const name = `outputs of ${step.id?.text ?? 'the step'}`
  const own = mapIn(step.node, 'outputs')
  if (own)
    return fieldsType(
      name,
      own.entries.map((entry) => [entry.key.text, anyType]),
    )
  if (step.form === 'rollout') return rolloutOutputsType(name)
  if (step.form === 'manual') {
    return fieldsType(
      name,
      formFields(step).map(([id, type]) => [id, typeOfInput(type)]),
    )
  }
  const action = actions.get(textIn(step.node, 'action')?.text ?? '')
  const schema: Json | undefined = action?.outputs
  return schema === undefined ? { kind: 'map', of: anyType } : typeOfSchema(schema, name)
}

/** Ids of what a person fills in, with the type of each. */
function formFields(step: StepSite): readonly (readonly [string, string])[] {
  return mapsIn(step.node, 'form').flatMap((field): [string, string][] => {
    const id = textIn(field, 'id')
    return id ? [[id.text, textIn(field, 'type')?.text ?? 'string']] : []
  })
}

/** See src/run/rollout-outputs.ts. */
function rolloutOutputsType(name: string): ExpressionType {
  const ends = ['failed', 'rolled_back', 'skipped', 'held']
  return fieldsType(name, [
    ['succeeded', { kind: 'int' }],
    ...ends.map((end): [string, ExpressionType] => [end, { kind: 'int' }]),
    ...ends.map((end): [string, ExpressionType] => [`${end}_targets`, { kind: 'list', of: textType }]),
  ])
}

function fieldsType(name: string, fields: readonly (readonly [string, ExpressionType])[]): ExpressionType {
  return { kind: 'object', name, fields: Object.fromEntries(fields.map(([key, type]) => [key, { type }])) }
}
