import { parseDuration } from '../base/duration.ts'
import { isJsonObject, type Json } from '../base/json.ts'
import { parseSize } from '../base/size.ts'
import { compareVersions, isVersion } from '../expression/index.ts'
import { matchPattern } from '../expression/pattern.ts'
import type { Input, ListInput, ListItems } from '../runbook/runbook.generated.ts'

/** The value in the form that plans keep, or why it is not accepted. */
export type InputReading = { readonly value: Json } | { readonly problem: string; readonly hint?: string }

type ReadableInput = Exclude<Input, { type: 'secret' }>

/**
 * Reads a value as its input declares it. Durations, sizes, versions and instants stay text as written.
 *
 * @param fromText - the value comes from a command line or a question, so numbers and lists are text too
 * @param targets - names of the inventory
 */
export function readInput(
  input: ReadableInput,
  value: Json,
  fromText: boolean,
  targets: ReadonlySet<string>,
): InputReading {
  switch (input.type) {
    case 'string':
    case 'path':
      return readText(input.type === 'string' ? input : {}, value)
    case 'integer':
    case 'number':
      return readNumber(input, fromText ? toNumber(value) : value)
    case 'boolean':
      return readBoolean(fromText ? toBoolean(value) : value)
    case 'duration':
      return readMeasured(input, value, parseDuration, 'a duration', 'Write for example 90s, 17m or 1h30m.')
    case 'size':
      return readMeasured(input, value, parseSize, 'a size', 'Write for example 512MB or 7GB.')
    case 'version':
      return readVersion(input, value)
    case 'enum':
      return input.options.includes(String(value))
        ? { value: String(value) }
        : { problem: `must be one of ${input.options.join(', ')}, and is ${shown(value)}` }
    case 'target':
      return targets.has(String(value))
        ? { value: String(value) }
        : { problem: `must be the name of a target; the inventory has no ${shown(value)}` }
    case 'date_time':
      return readInstant(input, value)
    case 'list':
      return readList(input, fromText ? toList(value) : value, fromText, targets)
  }
}

function readText(input: { pattern?: string; min_length?: number; max_length?: number }, value: Json): InputReading {
  if (typeof value !== 'string') return { problem: `must be text, and is ${shown(value)}`, hint: 'Put it in quotes.' }
  const length = [...value].length
  if (length < (input.min_length ?? 0)) return { problem: `must have at least ${input.min_length} characters` }
  if (length > (input.max_length ?? Number.POSITIVE_INFINITY))
    return { problem: `must have at most ${input.max_length} characters` }
  return checkPattern(input.pattern, value)
}

function checkPattern(pattern: string | undefined, value: string): InputReading {
  if (pattern === undefined || matchPattern(`^(?:${pattern})$`, value)) return { value }
  return { problem: `must match ${pattern}, and is ${shown(value)}` }
}

function readNumber(input: { type: 'integer' | 'number'; min?: number; max?: number }, value: Json): InputReading {
  const whole = input.type === 'integer'
  if (typeof value !== 'number' || (whole && !Number.isSafeInteger(value))) {
    return { problem: `must be a ${whole ? 'whole number' : 'number'}, and is ${shown(value)}` }
  }
  if (value < (input.min ?? -Infinity)) return { problem: `must be at least ${input.min}, and is ${value}` }
  if (value > (input.max ?? Infinity)) return { problem: `must be at most ${input.max}, and is ${value}` }
  return { value }
}

function readBoolean(value: Json): InputReading {
  return typeof value === 'boolean' ? { value } : { problem: `must be true or false, and is ${shown(value)}` }
}

function readMeasured(
  input: { min?: string; max?: string },
  value: Json,
  parse: (text: string) => number | undefined,
  what: string,
  hint: string,
): InputReading {
  const amount = typeof value === 'string' ? parse(value) : undefined
  if (amount === undefined) return { problem: `must be ${what} with a unit, and is ${shown(value)}`, hint }
  const [min, max] = [parse(input.min ?? ''), parse(input.max ?? '')]
  if (min !== undefined && amount < min) return { problem: `must be at least ${input.min}, and is ${shown(value)}` }
  if (max !== undefined && amount > max) return { problem: `must be at most ${input.max}, and is ${shown(value)}` }
  return { value }
}

function readVersion(input: { pattern?: string; min?: string; max?: string }, value: Json): InputReading {
  if (typeof value === 'number')
    return { problem: `must be text, and is the number ${value}`, hint: 'Put the version in quotes.' }
  if (typeof value !== 'string' || value === '') return { problem: `must be a version, and is ${shown(value)}` }
  const matched = checkPattern(input.pattern, value)
  if ('problem' in matched) return matched
  if ((input.min ?? input.max) !== undefined && !isVersion(value))
    return { problem: `must be a version, and is ${shown(value)}` }
  if (input.min !== undefined && (compareVersions(value, input.min) ?? 0) < 0)
    return { problem: `must be at least ${input.min}, and is ${shown(value)}` }
  if (input.max !== undefined && (compareVersions(value, input.max) ?? 0) > 0)
    return { problem: `must be at most ${input.max}, and is ${shown(value)}` }
  return { value }
}

const instant = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/

function readInstant(input: { min?: string; max?: string }, value: Json): InputReading {
  const at = typeof value === 'string' && instant.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(at))
    return {
      problem: `must be an instant with offset, and is ${shown(value)}`,
      hint: 'Write for example 2026-12-06T01:00:00+01:00.',
    }
  if (input.min !== undefined && at < Date.parse(input.min)) return { problem: `must not be before ${input.min}` }
  if (input.max !== undefined && at > Date.parse(input.max)) return { problem: `must not be after ${input.max}` }
  return { value }
}

function readList(input: ListInput, value: Json, fromText: boolean, targets: ReadonlySet<string>): InputReading {
  if (!Array.isArray(value)) return { problem: `must be a list, and is ${shown(value)}` }
  if (value.length < (input.min_items ?? 0))
    return { problem: `must have at least ${input.min_items} items, and has ${value.length}` }
  if (value.length > (input.max_items ?? Infinity))
    return { problem: `must have at most ${input.max_items} items, and has ${value.length}` }
  const items: Json[] = []
  for (const [index, item] of (value as readonly Json[]).entries()) {
    const reading = readInput(itemInput(input.items), item, fromText, targets)
    if ('problem' in reading) return { ...reading, problem: `item ${index + 1} ${reading.problem}` }
    items.push(reading.value)
  }
  return { value: items }
}

function itemInput(items: ListItems | undefined): ReadableInput {
  return { options: [], ...(items ?? { type: 'string' }) } as unknown as ReadableInput
}

function toNumber(value: Json): Json {
  return typeof value === 'string' && /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(value.trim())
    ? Number(value)
    : value
}

function toBoolean(value: Json): Json {
  if (typeof value !== 'string') return value
  if (/^(?:true|yes|y)$/i.test(value.trim())) return true
  return /^(?:false|no|n)$/i.test(value.trim()) ? false : value
}

/** `a, b` or a JSON list. */
function toList(value: Json): Json {
  if (typeof value !== 'string') return value
  const text = value.trim()
  if (text === '') return []
  if (!text.startsWith('[')) return text.split(',').map((item) => item.trim())
  try {
    return JSON.parse(text) as Json
  } catch {
    return value
  }
}

function shown(value: Json): string {
  if (typeof value === 'string') return `"${value.length > 60 ? `${value.slice(0, 60)}…` : value}"`
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  return isJsonObject(value) ? 'a map' : String(value)
}
