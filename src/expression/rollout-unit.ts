import { anyType, type ExpressionType, type ObjectField, type ObjectType, textType } from './types.ts'

const field = (type: ExpressionType, description: string): ObjectField => ({ type, description })

/**
 * What expressions read of the unit of a target in a rollout, as `unit`. A target without a unit is one of its own, with
 * one member. Whoever evaluates gives `EvaluationContext.unit` exactly these members:
 *
 * - `name`: what the component's `unit` gives for the target; the target's own name when it has no unit
 * - `size`: number of `members`
 * - `members`: the targets of the unit that take part in the rollout, in the order in which they go
 *
 * and while the rollout is under way (places `start` and `retry`; there `members` are targets as they are now, in the
 * shape that safety rules see):
 *
 * - `states`: by name of each member its `TargetState` of the rollout core: "pending", "staged", "waiting_for_window",
 *   "in_progress", "verifying", "succeeded", "rolled_back", "failed", "skipped" or "held"; every member has one
 * - `outputs`: by name of each member, then by id of an action of the rollout, the outputs of the last call of that
 *   action on that member that succeeded. Every member has an entry; an action that gave nothing yet has none. A fact
 *   such as "it has failed over" is such an output
 *
 * @param target - shape of the members
 * @param calls - outputs by id of the rollout's actions; absent: while planning, when there are neither states nor outputs
 */
export function rolloutUnitType(
  target: ObjectType,
  calls: Readonly<Record<string, ExpressionType>> | undefined,
): ObjectType {
  const known = {
    name: field(textType, 'What makes the unit, for example the site; the name of the target when it has no unit.'),
    size: field({ kind: 'int' }, 'Number of its members that take part in the rollout.'),
    members: field({ kind: 'list', of: target }, 'Its targets that take part in the rollout, in their order.'),
  }
  if (!calls) return { kind: 'object', name: 'unit', fields: known }
  const fields = Object.entries(calls).map(([id, type]): [string, ObjectField] => [id, { type }])
  const outputs: ObjectType = { kind: 'object', name: 'outputs of the rollout', fields: Object.fromEntries(fields) }
  const underway = {
    states: field(
      { kind: 'map', of: textType },
      'By name of a member where it stands: `pending` `staged` `waiting_for_window` `in_progress` `verifying` `succeeded` `rolled_back` `failed` `skipped` `held`.',
    ),
    outputs: field(
      { kind: 'map', of: fields.length === 0 ? { kind: 'map', of: anyType } : outputs },
      'By name of a member, then by id of an action of the rollout, what the action gave: `unit.outputs[m.name].install.version`.',
    ),
  }
  return { kind: 'object', name: 'unit', fields: { ...known, ...underway } }
}
