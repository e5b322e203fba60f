import { anyType, type ExpressionType, type ObjectField, type ObjectType, textType, typeOfInput } from './types.ts'

/**
 * Where an expression stands.
 *
 * - `select`: chooses targets for a component; while planning
 * - `plan`: resolved while planning: `for_each`, `on`, `rollout.to`
 * - `step`: `when`, `with`, text of steps; resolved when the step is reached
 * - `result`: `outputs`, `retry.when`: after the action ended
 * - `criterion`: `pass_when` of an acceptance criterion
 * - `rule`: `check` and `at_close` of a safety rule
 */
export const scopePlaces = ['select', 'plan', 'step', 'result', 'criterion', 'rule'] as const
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
}

export interface DeclaredInput {
  readonly type: string
  readonly title?: string
  readonly items?: string
  /** False when the input may end without a value. */
  readonly always: boolean
}

const field = (type: ExpressionType, description: string): ObjectField => ({ type, description })

/** What expressions read of a target. Text that the inventory does not give is empty. */
export const targetType: ObjectType = {
  kind: 'object',
  name: 'target',
  fields: {
    name: field(textType, 'Name in the inventory.'),
    kind: field(textType, 'Kind of target, for example "node" or "socket".'),
    address: field(textType, 'Host name or address; empty when not given.'),
    roles: field({ kind: 'list', of: textType }, 'Roles; the groups of an Ansible inventory.'),
    version: field(textType, 'Version that the inventory tells; empty when not given.'),
    site: field(textType, 'Site; empty when not given.'),
    time_zone: field(textType, 'IANA time zone; empty when not given.'),
    unit: field(textType, 'Unit whose members must not be away together; empty when not given.'),
    member: field(textType, 'Part that the target plays in its unit, for example "primary"; empty when not given.'),
    system: field(textType, 'System through which the target is reached; empty when not given.'),
    attributes: field({ kind: 'map', of: anyType }, 'Free attributes of the inventory.'),
  },
}

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
  readonly typeFor: (facts: ScopeFacts) => ExpressionType | undefined
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
    places: ['select', 'step', 'result', 'criterion', 'rule'],
    typeFor: () => targetType,
  },
  {
    name: 'targets',
    type: 'list of targets',
    description: 'All targets of the inventory, in its order.',
    places: everywhere,
    typeFor: () => ({ kind: 'list', of: targetType }),
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
    places: ['step', 'result', 'criterion', 'rule'],
    typeFor: (facts) => stepsType(facts.steps),
  },
  {
    name: 'run',
    type: 'run',
    description: 'The run itself: `id`, `initiator`, `operator`, `mode`.',
    places: ['step', 'result', 'criterion', 'rule'],
    typeFor: () => runType,
  },
  {
    name: 'outputs',
    type: 'map by output name',
    description: 'What the action at hand gave.',
    places: ['result', 'criterion'],
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
    for (const [name, type] of Object.entries(facts.bindings ?? {})) {
      variables[name] = { type, description: 'Variable of the `for_each` around this step.' }
    }
  }
  for (const row of scopes) {
    const type = row.places.includes(place) ? row.typeFor(facts) : undefined
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
