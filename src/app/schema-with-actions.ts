import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import type { ActionInfo } from '../language/environment.ts'

/**
 * The schema of runbooks, with what it cannot know by itself: the names of the actions and the arguments of each. An
 * editor that knows only YAML then completes `action` and `with`, those of executors from elsewhere included.
 */
export function schemaWithActions(schema: JsonObject, actions: readonly ActionInfo[]): JsonObject {
  const definitions = isJsonObject(schema['$defs']) ? schema['$defs'] : {}
  const callers = Object.entries(definitions).flatMap(([name, definition]) =>
    isJsonObject(definition) && callsAction(definition) ? [[name, withArguments(definition)] as const] : [],
  )
  return {
    ...schema,
    $defs: {
      ...definitions,
      ...Object.fromEntries(callers),
      action_name: actionName(definitions['action_name'], actions),
      arguments_of_action: { allOf: actions.map(({ name }) => choice(name)) },
      expression: {
        title: 'Expression',
        description: 'One whole `${{ … }}` expression.',
        markdownDescription: 'One whole `${{ … }}` expression.',
        type: 'string',
        pattern: '\\$\\{\\{',
      },
      ...Object.fromEntries(actions.map((action) => [argumentsName(action.name), argumentsOf(action)])),
    },
  }
}

function callsAction(definition: JsonObject): boolean {
  const { properties } = definition
  return isJsonObject(properties) && 'action' in properties && 'with' in properties
}

function withArguments(definition: JsonObject): JsonObject {
  const others = Array.isArray(definition['allOf']) ? definition['allOf'] : []
  return { ...definition, allOf: [...others, { $ref: '#/$defs/arguments_of_action' }] }
}

function actionName(plain: Json | undefined, actions: readonly ActionInfo[]): JsonObject {
  const { pattern: _, minLength: __, ...rest } = isJsonObject(plain) ? plain : {}
  const words = actions.map(({ title, description }) => `${title}. ${description}`)
  return { ...rest, enum: actions.map(({ name }) => name), markdownEnumDescriptions: words }
}

function choice(name: string): JsonObject {
  return {
    if: { required: ['action'], properties: { action: { const: name } } },
    then: { properties: { with: { $ref: `#/$defs/${argumentsName(name)}` } } },
  }
}

function argumentsName(action: string): string {
  return `with_${action.replaceAll('.', '_')}`
}

/** What the action demands; a value that is no plain text may be an expression instead. */
function argumentsOf(action: ActionInfo): JsonObject {
  const { $schema: _, $id: __, ...own } = action.with
  const at = `#/$defs/${argumentsName(action.name)}/$defs/`
  const placed = JSON.parse(JSON.stringify(own).replaceAll('"#/$defs/', `"${at}`)) as JsonObject
  return {
    title: `Arguments of ${action.name}`,
    description: action.description,
    markdownDescription: action.description,
    ...orExpressionInside(placed),
  }
}

function orExpressionInside(schema: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]): readonly [string, Json] => {
      if (key === 'properties' && isJsonObject(value)) {
        return [key, Object.fromEntries(Object.entries(value).map(([name, part]) => [name, orExpression(part)]))]
      }
      if (key === 'items' || key === 'additionalProperties') return [key, orExpression(value)]
      if (key === '$defs' && isJsonObject(value)) {
        const parts = Object.entries(value).map(([name, part]): readonly [string, Json] => [
          name,
          isJsonObject(part) ? orExpressionInside(part) : part,
        ])
        return [key, Object.fromEntries(parts)]
      }
      const isList = ['oneOf', 'anyOf', 'allOf'].includes(key) && Array.isArray(value)
      return [key, isList ? value.map((part: Json) => (isJsonObject(part) ? orExpressionInside(part) : part)) : value]
    }),
  )
}

/** Words for people stay outside, so that a hover shows them once. */
function orExpression(schema: Json): Json {
  if (!isJsonObject(schema)) return schema
  const { title, description, default: standard, examples, deprecated, deprecationMessage, ...rest } = schema
  const isPlain = rest['type'] === 'string' && Object.keys(rest).every((key) => key === 'type' || key.startsWith('x-'))
  const words = { title, description, markdownDescription: description, deprecated, deprecationMessage, examples }
  const value: JsonObject = isPlain ? rest : { anyOf: [orExpressionInside(rest), { $ref: '#/$defs/expression' }] }
  const told = Object.entries({ ...words, default: standard }).filter((entry) => entry[1] !== undefined)
  return { ...(Object.fromEntries(told) as JsonObject), ...value }
}
