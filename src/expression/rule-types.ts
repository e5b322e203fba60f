/** What safety rules see besides what every expression sees. */
import { targetType } from './target-type.ts'
import { type ExpressionType, type ObjectField, type ObjectType, textType } from './types.ts'

const field = (type: ExpressionType, description: string): ObjectField => ({ type, description })

/** A target as safety rules see it: as it is at this moment of the run. */
export const ruleTargetType: ObjectType = {
  kind: 'object',
  name: 'target',
  fields: {
    ...targetType.fields,
    version: field(textType, 'Version at this moment: the one of the inventory until the run changes it.'),
    previous_version: field(
      textType,
      'Version before the present one: as the run has seen it, else the attribute `previous_version`; empty when not known.',
    ),
    busy: field(
      { kind: 'bool' },
      'Whether it is being worked on: a change is in flight, or its rollout has not ended.',
    ),
  },
}

/** Targets that must not be away together. A target without a unit is one of its own. */
export const ruleUnitType: ObjectType = {
  kind: 'object',
  name: 'unit',
  fields: {
    name: field(textType, 'Name of the unit.'),
    members: field({ kind: 'list', of: ruleTargetType }, 'Its targets.'),
    size: field({ kind: 'int' }, 'Number of members.'),
    versions: field(
      { kind: 'list', of: textType },
      'Different versions of its members; those that are not known are left out.',
    ),
    majors: field({ kind: 'list', of: { kind: 'int' } }, 'Different majors of its members.'),
    busy: field({ kind: 'int' }, 'Number of members that are being worked on.'),
  },
}

/** The effect that a rule is asked about. */
export const changeType: ObjectType = {
  kind: 'object',
  name: 'change',
  fields: {
    action: field(textType, 'Name of the action.'),
    effect: field(textType, '"change" or "disruptive".'),
    step: field(textType, 'Id of the step.'),
    from: field(textType, 'Version of the target at this moment; empty on control or when not known.'),
    to: field(
      textType,
      'Version to which the target is brought; empty when the effect brings it to none, or it is not known.',
    ),
    rollback: field({ kind: 'bool' }, 'Whether it takes something back: a rollback, a back-out or an undo.'),
  },
}

/** A component as an expression sees it: an id is a name of its own. */
export function componentType(target: ObjectType): ObjectType {
  return {
    kind: 'object',
    name: 'component',
    fields: {
      name: field(textType, 'Id of the component.'),
      version: field(textType, 'Oldest version of its targets; empty when none is known.'),
      versions: field({ kind: 'list', of: textType }, 'Different versions of its targets.'),
      level: field({ kind: 'bool' }, 'Whether all its targets have the same version.'),
      targets: field({ kind: 'list', of: target }, 'Its targets.'),
    },
  }
}
