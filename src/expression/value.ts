import { formatDuration } from '../base/duration.ts'
import type { Json, JsonObject } from '../base/json.ts'
import { isTainted, type SecretRef, type Tainted } from '../base/secret.ts'

/**
 * A secret inside an expression. It has a type of its own without operators and functions, so that nothing can be done
 * with it but hand it on.
 */
export class SecretValue {
  readonly tainted: Tainted
  constructor(tainted: Tainted) {
    this.tainted = tainted
  }
}

/** A CEL duration, as the library makes it. */
export interface CelDuration {
  readonly seconds: bigint
  readonly nanos: number
}

const converted = new WeakMap<object, unknown>()

/**
 * JSON to what the evaluator works on: whole numbers become `bigint`, secrets {@link SecretValue}. Every object is
 * converted once, so that a fleet of 100,000 targets is not copied for each expression.
 */
export function toCel(value: Json): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
  if (typeof value !== 'object' || value === null) return value
  const known = converted.get(value)
  if (known !== undefined) return known
  const result = convert(value)
  converted.set(value, result)
  return result
}

/** Maps that are large, by what makes each of their values. */
const lazyMaps = new WeakMap<object, Readonly<Record<string, () => Json>>>()

/** A map of which only those values are made that an expression reads. For everybody else it is an ordinary object. */
export function lazyMap(make: Readonly<Record<string, () => Json>>): JsonObject {
  const made = withGetters(make, (value) => value) as JsonObject
  lazyMaps.set(made, make)
  return made
}

function withGetters(make: Readonly<Record<string, () => Json>>, shown: (value: Json) => unknown): object {
  const result: object = Object.create(null) as object
  for (const [key, get] of Object.entries(make)) {
    let known: { readonly value: unknown } | undefined
    Object.defineProperty(result, key, { enumerable: true, get: () => (known ??= { value: shown(get()) }).value })
  }
  return result
}

function convert(value: readonly Json[] | JsonObject): unknown {
  if (Array.isArray(value)) return value.map((item: Json) => toCel(item))
  const lazy = lazyMaps.get(value)
  if (lazy) return withGetters(lazy, toCel)
  if (isTainted(value)) return new SecretValue(value)
  // Without a prototype a key such as `__proto__` is a key like any other.
  const result: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  for (const [key, item] of Object.entries(value)) if (item !== undefined) result[key] = toCel(item)
  return result
}

/** Thrown inside {@link fromCel}; the caller adds the place. */
export class UnsafeValue extends Error {}

/** What the evaluator gave, as JSON. Durations become text such as `17m`, timestamps ISO 8601 in UTC. */
export function fromCel(value: unknown): Json {
  switch (typeof value) {
    case 'bigint': {
      const number = Number(value)
      if (!Number.isSafeInteger(number)) throw new UnsafeValue(`the whole number ${value} is too large`)
      return number
    }
    case 'number':
      if (!Number.isFinite(value)) throw new UnsafeValue(`the number is ${value}`)
      return value
    case 'string':
    case 'boolean':
      return value
    case 'object':
      return value === null ? null : fromObject(value)
    default:
      throw new UnsafeValue(`the result is of type ${typeof value}`)
  }
}

function fromObject(value: object): Json {
  if (value instanceof SecretValue) return taintedJson(value.tainted)
  if (Array.isArray(value)) return value.map(fromCel)
  if (value instanceof Date) return value.toISOString()
  if (isDuration(value)) {
    const ms = durationMs(value)
    if (ms < 0) throw new UnsafeValue('the duration is negative')
    return formatDuration(ms)
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) throw new UnsafeValue('the result is no plain value')
  const result: Record<string, Json> = {}
  for (const [key, item] of Object.entries(value)) {
    Object.defineProperty(result, key, { value: fromCel(item), enumerable: true, configurable: true, writable: true })
  }
  return result
}

export function isDuration(value: unknown): value is CelDuration {
  return Object.prototype.toString.call(value) === '[object google.protobuf.Duration]'
}

export function durationMs(duration: CelDuration): number {
  return Math.round(Number(duration.seconds) * 1000 + duration.nanos / 1e6)
}

/** The same reference as a plain JSON value. */
export function taintedJson(tainted: Tainted): JsonObject {
  return '$secret' in tainted ? { $secret: tainted.$secret } : secretText(tainted.$secret_text)
}

/** Text around secrets, as JSON. */
export function secretText(pieces: readonly (string | SecretRef)[]): JsonObject {
  return { $secret_text: pieces.map((piece) => (typeof piece === 'string' ? piece : { $secret: piece.$secret })) }
}
