import { rolloutUnitType } from './rollout-unit.ts'
import { changeType, componentType, ruleTargetType, ruleUnitType } from './rule-types.ts'
import { targetType } from './target-type.ts'
import { anyType, type ExpressionType, type ObjectField, type ObjectType, textType, typeOfInput } from './types.ts'

export { targetType } from './target-type.ts'

/**
 * Where an expression stands.
 *
 * - `select`: chooses targets for a component; while planning
 * - `plan`: resolved while planning: `for_each`, `on`, `rollout.to`
 * - `step`: `when`, `with`, text of steps; resolved when the step is reached
 * - `result`: `outputs`, `retry.when`: after the action ended
 * - `criterion`: `pass_when` of an acceptance criterion
 * - `rule`: `check` of a safety rule: before each effect
 * - `close`: `at_close` of a safety rule: when the upgrade ends
 * - `wave`: chooses inside a rollout: `select` of a wave, `select` and `prefer` of the canary; while planning
 * - `start`: `skip_when` of a rollout: when a target would begin, and again whenever a member of its unit has moved
 * - `retry`: `retry.when` of a rollout: after an attempt has failed
 */
export const scopePlaces = [
  'select',
  'plan',
  'step',
  'result',
  'criterion',
  'rule',
  'close',
  'wave',
  'start',
  'retry',
] as const
export type ScopePlace = (typeof scopePlaces)[number]

export interface ScopeVariable {
  readonly type: ExpressionType
  readonly description: string
}

/** The variables that exist at one place. Keep one object per place: environments are remembered by it. */
export interface ExpressionScope {
  readonly variables: Readonly<Record<string, ScopeVariable>>
}

/** What a runbook declares, as far as scopes depend on it. */
export interface ScopeFacts {
  readonly inputs?: Readonly<Record<string, DeclaredInput>>
  /** By step id: the outputs of its action. */
  readonly steps?: Readonly<Record<string, ExpressionType>>
  /** Variables of the `for_each` around. */
  readonly bindings?: Readonly<Record<string, ExpressionType>>
  /** Outputs of the action at hand. */
  readonly outputs?: ExpressionType
  /** Names of systems. */
  readonly systems?: readonly string[]
  /** Ids of components. */
  readonly components?: readonly string[]
  /** By id of an action of the rollout around: its outputs. */
  readonly calls?: Readonly<Record<string, ExpressionType>>
}

export interface DeclaredInput {
  readonly type: string
  readonly title?: string
  readonly items?: string
  /** False when the input may end without a value. */
  readonly always: boolean
}

const field = (type: ExpressionType, description: string): ObjectField => ({ type, description })

const componentTypes: Readonly<Record<'inventory' | 'now', ObjectType>> = {
  inventory: componentType(targetType),
  now: componentType(ruleTargetType),
}

/** Safety rules see the world as it is; everything else sees what the plan was made from. */
const seesNow = (place: ScopePlace): boolean => place === 'rule' || place === 'close'

const runType: ObjectType = {
  kind: 'object',
  name: 'run',
  fields: {
    id: field(textType, 'Identity of the run.'),
    initiator: field(textType, 'Who started the run.'),
    operator: field(textType, 'Who leads the run at the moment.'),
    mode: field(textType, '"guided", "unattended" or "dry_run".'),
  },
}

/** One row per variable of the language; feeds checking, completion, hover and the reference page. */
export interface ScopeRow {
  readonly name: string
  /** In words. */
  readonly type: string
  readonly description: string
  readonly places: readonly ScopePlace[]
  /** Gives the type for one runbook; `undefined` when the variable does not exist there. */
  readonly typeFor: (facts: ScopeFacts, place: ScopePlace) => ExpressionType | undefined
}

const everywhere = scopePlaces

export const scopes: readonly ScopeRow[] = [
  {
    name: 'inputs',
    type: 'map by input name',
    description:
      'Values of the inputs. Durations, sizes, versions and instants are text; secrets can only be handed on.',
    places: everywhere,
    typeFor: (facts) => inputsType(facts.inputs ?? {}),
  },
  {
    name: 'target',
    type: 'target',
    description: 'The target at hand. In a step it exists when the step runs on targets.',
    places: ['select', 'step', 'result', 'criterion', 'rule', 'wave', 'start', 'retry'],
    typeFor: (_, place) => (seesNow(place) ? ruleTargetType : targetType),
  },
  {
    name: 'targets',
    type: 'list of targets',
    description: 'All targets of the inventory, in its order.',
    places: everywhere,
    typeFor: (_, place) => ({ kind: 'list', of: seesNow(place) ? ruleTargetType : targetType }),
  },
  {
    name: 'systems',
    type: 'map by system name',
    description:
      'Systems of the inventory with `name`, `kind`, `address` and `settings`, for example `systems.cluster.address`.',
    places: everywhere,
    typeFor: (facts) => systemsType(facts.systems),
  },
  {
    name: 'steps',
    type: 'map by step id',
    description: 'Outcome and outputs of the steps before, for example `steps.inspect.outputs.free_bytes`.',
    places: ['step', 'result', 'criterion', 'rule', 'close', 'start', 'retry'],
    typeFor: (facts) => stepsType(facts.steps),
  },
  {
    name: 'run',
    type: 'run',
    description: 'The run itself: `id`, `initiator`, `operator`, `mode`.',
    places: ['step', 'result', 'criterion', 'rule', 'close', 'start', 'retry'],
    typeFor: () => runType,
  },
  {
    name: 'change',
    type: 'change',
    description: 'The effect that is about to start: `action`, `effect`, `step`, `from`, `to`, `rollback`.',
    places: ['rule'],
    typeFor: () => changeType,
  },
  {
    name: 'unit',
    type: 'unit',
    description: 'The unit of the target at hand, with `members`, `versions`, `majors`, `size` and `busy`.',
    places: ['rule'],
    typeFor: () => ruleUnitType,
  },
  {
    name: 'units',
    type: 'list of units',
    description: 'All units of the inventory.',
    places: ['rule', 'close'],
    typeFor: () => ({ kind: 'list', of: ruleUnitType }),
  },
  {
    name: 'unit',
    type: 'unit',
    description:
      'In a rollout the unit of the target: `name`, `size`, `members`; while it is under way also `states` and `outputs` by name of a member.',
    places: ['wave', 'start', 'retry'],
    typeFor: ({ calls }, place) =>
      place === 'wave' ? rolloutUnitType(targetType, undefined) : rolloutUnitType(ruleTargetType, calls ?? {}),
  },
  {
    name: 'outputs',
    type: 'map by output name',
    description: 'What the action at hand gave.',
    places: ['result', 'criterion', 'retry'],
    typeFor: (facts) => facts.outputs ?? { kind: 'map', of: anyType },
  },
  {
    name: 'baseline',
    type: 'map by output name',
    description: 'What the same check gave before the change.',
    places: ['criterion'],
    typeFor: (facts) => facts.outputs ?? { kind: 'map', of: anyType },
  },
]

/** The variables at one place of one runbook. */
export function makeScope(place: ScopePlace, facts: ScopeFacts): ExpressionScope {
  const variables: Record<string, ScopeVariable> = {}
  if (place !== 'select') {
    for (const name of facts.components ?? []) {
      const type = componentTypes[seesNow(place) ? 'now' : 'inventory']
      variables[name] = { type, description: 'The component: `version`, `versions`, `level`, `targets`.' }
    }
    for (const [name, type] of Object.entries(facts.bindings ?? {})) {
      variables[name] = { type, description: 'Variable of the `for_each` around this step.' }
    }
  }
  for (const row of scopes) {
    const type = row.places.includes(place) ? row.typeFor(facts, place) : undefined
    if (type) variables[row.name] = { type, description: row.description }
  }
  return { variables }
}

function inputsType(inputs: Readonly<Record<string, DeclaredInput>>): ExpressionType {
  const fields = Object.entries(inputs).map(([name, input]): [string, ObjectField] => [
    name,
    {
      type: typeOfInput(input.type, input.items),
      ...(input.title === undefined ? {} : { description: input.title }),
      ...(input.always ? {} : { optional: true }),
    },
  ])
  return { kind: 'object', name: 'inputs', fields: Object.fromEntries(fields) }
}

function systemsType(systems: readonly string[] | undefined): ExpressionType {
  const system: ObjectType = {
    kind: 'object',
    name: 'system',
    fields: {
      name: field(textType, 'Name in the inventory.'),
      kind: field(textType, 'Kind of system.'),
      address: field(textType, 'URL or host name; empty when not given.'),
      settings: field({ kind: 'map', of: anyType }, 'Settings of the inventory.'),
    },
  }
  if (!systems) return { kind: 'map', of: system }
  return {
    kind: 'object',
    name: 'systems',
    fields: Object.fromEntries(systems.map((name) => [name, { type: system }])),
  }
}

function stepsType(steps: Readonly<Record<string, ExpressionType>> | undefined): ExpressionType {
  if (!steps) return { kind: 'map', of: anyType }
  const fields = Object.entries(steps).map(([id, outputs]): [string, ObjectField] => [
    id,
    { type: stepType(id, outputs) },
  ])
  return { kind: 'object', name: 'steps', fields: Object.fromEntries(fields) }
}

function stepType(id: string, outputs: ExpressionType): ExpressionType {
  return {
    kind: 'object',
    name: `step ${id}`,
    fields: {
      outcome: field(textType, '"succeeded", "failed", "skipped" or "marked_done".'),
      outputs: field(outputs, 'What the step gave; of a step on several targets see `targets`.'),
      form: field({ kind: 'map', of: anyType }, 'What a person entered in the form of a manual step.'),
      targets: field(
        { kind: 'map', of: stepTargetType(id, outputs) },
        'By name of the target: `steps.inspect.targets["node-1"].outputs`.',
      ),
    },
  }
}

function stepTargetType(id: string, outputs: ExpressionType): ExpressionType {
  return {
    kind: 'object',
    name: `step ${id} on a target`,
    fields: {
      outcome: field(textType, '"succeeded", "failed" or "skipped".'),
      outputs: field(outputs, 'What the step gave on this target.'),
    },
  }
}
