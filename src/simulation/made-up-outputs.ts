/** Outputs of an action that nobody has carried out: from the schema of its outputs, as honestly as that goes. */
import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import { ExpressionError, evaluateCondition } from '../expression/index.ts'

/** @param schema - JSON Schema of an action's outputs; every property gets a value */
export function madeUpOutputs(schema: JsonObject | undefined): JsonObject {
  const value = schema === undefined ? {} : madeUp(schema, 0)
  return isJsonObject(value) ? value : {}
}

function madeUp(schema: JsonObject, depth: number): Json {
  const { examples, enum: choices, items, properties } = schema
  if (Array.isArray(examples) && examples.length > 0) return examples[0] as Json
  if (schema['const'] !== undefined) return schema['const'] as Json
  if (schema['default'] !== undefined) return schema['default'] as Json
  if (Array.isArray(choices) && choices.length > 0) return choices[0] as Json
  const type = Array.isArray(schema['type']) ? schema['type'][0] : schema['type']
  switch (type) {
    case 'integer':
    case 'number':
      return typeof schema['minimum'] === 'number' ? schema['minimum'] : 0
    case 'boolean':
      return true
    case 'string':
      return ''
    case 'array':
      return isJsonObject(items as Json) && Number(schema['minItems'] ?? 0) > 0 && depth < 5
        ? [madeUp(items as JsonObject, depth + 1)]
        : []
    case 'object':
      return isJsonObject(properties as Json) && depth < 5
        ? Object.fromEntries(
            Object.entries(properties as JsonObject).map(([name, of]) => [name, madeUp(of as JsonObject, depth + 1)]),
          )
        : {}
    default:
      return null
  }
}

/** Combinations that are tried at most. */
const triesMax = 400

/**
 * Outputs for which a condition holds, near to those given: a check that goes well. The values that are tried are the
 * literals of the condition with their neighbours, the values it speaks of, and what a type has besides.
 *
 * @param spokenOf - values of what the condition names, such as its inputs
 * @param evaluate - the condition over outputs; may throw ExpressionError
 * @returns undefined when none was found
 */
export function fittingOutputs(
  condition: string,
  outputs: JsonObject,
  spokenOf: readonly Json[],
  evaluate: (outputs: JsonObject) => boolean,
): JsonObject | undefined {
  const holds = (candidate: JsonObject): boolean => {
    try {
      return evaluate(candidate)
    } catch (error) {
      if (error instanceof ExpressionError) return false
      throw error
    }
  }
  if (holds(outputs)) return outputs
  const names = Object.keys(outputs).filter((name) => new RegExp(`\\b${name}\\b`).test(condition))
  const written = literalsOf(condition)
  const literals: Literals = {
    texts: [...spokenOf.filter((value) => typeof value === 'string'), ...written.texts],
    numbers: [...spokenOf.filter((value) => typeof value === 'number'), ...written.numbers],
  }
  let tries = 0
  const search = (at: number, candidate: JsonObject): JsonObject | undefined => {
    const name = names[at]
    if (name === undefined) {
      tries += 1
      return holds(candidate) ? candidate : undefined
    }
    for (const value of [candidate[name] as Json, ...alternatives(candidate[name] as Json, literals)]) {
      if (tries >= triesMax) return undefined
      const found = search(at + 1, { ...candidate, [name]: value })
      if (found) return found
    }
    return undefined
  }
  return search(0, outputs)
}

interface Literals {
  readonly texts: readonly string[]
  readonly numbers: readonly number[]
}

function literalsOf(condition: string): Literals {
  const texts = [...condition.matchAll(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  )
  const bare = condition.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, ' ')
  return { texts, numbers: [...bare.matchAll(/(?<![\w.])-?\d+(?:\.\d+)?/g)].map((match) => Number(match[0])) }
}

function alternatives(value: Json, { texts, numbers }: Literals): readonly Json[] {
  switch (typeof value) {
    case 'boolean':
      return [!value]
    case 'number':
      return [...numbers.flatMap((number) => [number, number + 1, number - 1]), 0, 1, 100, 1e12]
    case 'string':
      return [...texts, ...numbers.map(String), 'ok']
    default:
      return Array.isArray(value)
        ? [[...texts], texts.slice(0, 1), numbers.map(Number), ['ok'], []]
        : [...texts, ...numbers, true]
  }
}

/** Whether outputs pass a criterion's condition; the baseline was the same where none is given. */
export function passes(condition: string, outputs: JsonObject, context: object, baseline?: JsonObject): boolean {
  return evaluateCondition(condition, { ...context, outputs, baseline: baseline ?? outputs } as Parameters<
    typeof evaluateCondition
  >[1])
}
