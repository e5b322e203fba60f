import type { Json } from '../base/json.ts'
import {
  type DeclaredInput,
  type ExpressionScope,
  makeScope,
  type ScopeFacts,
  type ScopePlace,
} from '../expression/scopes.ts'
import { anyType, type ExpressionType, typeOfInput, typeOfSchema } from '../expression/types.ts'
import type { ActionInfo, CheckEnvironment } from './environment.ts'
import { mapIn, mapsIn, type Outline, type StepSite, textIn } from './outline.ts'

/** What is around an expression, as far as its variables depend on it. */
export interface ScopeSite {
  readonly place: ScopePlace
  /** The step or criterion runs on targets, so `target` exists. */
  readonly onTargets: boolean
  readonly bindings: readonly string[]
  /** The action whose outputs are at hand. */
  readonly action: string | undefined
}

/**
 * Gives the variables at a place for an expression. Places that need the same share one scope, and a scope knows in
 * full only the steps that the expression names, because every type in it has its price.
 */
export type ScopeOf = (site: ScopeSite, text: string) => ExpressionScope

export function makeScopeOf(outline: Outline, environment: CheckEnvironment): ScopeOf {
  const actions = new Map(environment.actions.map((action) => [action.name, action]))
  const inputs = declaredInputs(outline)
  const steps = stepTypes(outline, actions)
  const scopes = new Map<string, ExpressionScope>()
  return (site, text) => {
    const named = text.includes('steps')
      ? [...new Set(text.match(/[a-z][a-z0-9_]*/g))].filter((word) => Object.hasOwn(steps, word))
      : undefined
    const usesOutputs = site.place === 'result' || site.place === 'criterion'
    const key = JSON.stringify([site.place, site.onTargets, site.bindings, usesOutputs ? site.action : '', named ?? ''])
    const known = scopes.get(key)
    if (known) return known
    const action = usesOutputs && site.action !== undefined ? actions.get(site.action) : undefined
    const facts: ScopeFacts = {
      inputs,
      steps: Object.fromEntries((named ?? []).map((id) => [id, steps[id] ?? anyType])),
      bindings: Object.fromEntries(site.bindings.map((name) => [name, anyType])),
      ...(action ? { outputs: typeOfSchema(action.outputs, 'outputs') } : {}),
      ...(environment.inventory ? { systems: Object.keys(environment.inventory.systems) } : {}),
    }
    const scope = addStepNames(trimScope(makeScope(site.place, facts), site), named ? Object.keys(steps) : [])
    scopes.set(key, scope)
    return scope
  }
}

/** Steps that the expression does not name exist too, so that a wrong name can be told from a right one. */
function addStepNames(scope: ExpressionScope, ids: readonly string[]): ExpressionScope {
  const { steps } = scope.variables
  if (steps?.type.kind !== 'object' || ids.length === 0) return scope
  const others = Object.fromEntries(ids.map((id) => [id, { type: anyType }]))
  const type = { ...steps.type, fields: { ...others, ...steps.type.fields } }
  return { variables: { ...scope.variables, steps: { ...steps, type } } }
}

function trimScope(scope: ExpressionScope, site: ScopeSite): ExpressionScope {
  if (site.onTargets || site.place === 'select' || site.place === 'rule') return scope
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

function stepTypes(
  outline: Outline,
  actions: ReadonlyMap<string, ActionInfo>,
): Readonly<Record<string, ExpressionType>> {
  const types = outline.steps.flatMap((step): [string, ExpressionType][] =>
    step.id ? [[step.id.text, outputsOf(step, actions)]] : [],
  )
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
  if (step.form === 'manual') {
    const fields = mapsIn(step.node, 'form').flatMap((field): [string, ExpressionType][] => {
      const id = textIn(field, 'id')
      return id ? [[id.text, typeOfInput(textIn(field, 'type')?.text ?? 'string')]] : []
    })
    return fieldsType(name, fields)
  }
  const action = actions.get(textIn(step.node, 'action')?.text ?? '')
  const schema: Json | undefined = action?.outputs
  return schema === undefined ? { kind: 'map', of: anyType } : typeOfSchema(schema, name)
}

function fieldsType(name: string, fields: readonly (readonly [string, ExpressionType])[]): ExpressionType {
  return { kind: 'object', name, fields: Object.fromEntries(fields.map(([key, type]) => [key, { type }])) }
}
