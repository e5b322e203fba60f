import { parseDuration } from '../base/duration.ts'
import { canonicalJson } from '../base/json.ts'
import { carriesSecret } from '../base/secret.ts'
import { parseSize } from '../base/size.ts'
import { FunctionRefusal } from './function-refusal.ts'
import { releaseFunctions } from './release-functions.ts'
import { type CelDuration, durationMs, fromCel } from './value.ts'
import { compareVersions, type VersionScheme, versionPart, versionSchemes } from './version.ts'
import type { Versions } from './versions-receiver.ts'

/** A receiver that only carries functions. */
export class Sizes {}
export class Durations {}

/** One function of the language: the same record registers it, checks it, completes it and documents it. */
export interface ExpressionFunction {
  /** As authors write it: `versions.compare(a, b)`. */
  readonly name: string
  /** CEL declaration: receiver type, name, argument types, result type. */
  readonly signature: string
  readonly description: string
  readonly example: string
  readonly handler: (...values: never[]) => unknown
}

const schemeOf = (scheme: string): VersionScheme => {
  const known = versionSchemes.find((name) => name === scheme)
  if (!known)
    throw new FunctionRefusal(
      `"${scheme}" is no version scheme; there are ${versionSchemes.map((name) => `"${name}"`).join(', ')}`,
    )
  return known
}

/** Without a scheme, versions with a word in front are ordered as trains: they are no dotted ones, and could not be ordered at all. */
function order(a: string, b: string, scheme?: string): number {
  const known = scheme === undefined ? undefined : schemeOf(scheme)
  const result =
    known === undefined ? (compareVersions(a, b) ?? compareVersions(a, b, 'train')) : compareVersions(a, b, known)
  if (result !== undefined) return result
  return refuseOrder(a, b, scheme ?? 'dotted')
}

function refuseOrder(a: string, b: string, scheme: string): never {
  const bad = compareVersions(a, a, schemeOf(scheme)) === undefined ? a : b
  throw new FunctionRefusal(`"${bad}" is no version of the scheme "${scheme}"`)
}

function part(text: string, position: number): bigint {
  const number = versionPart(text, position)
  if (number === undefined) throw new FunctionRefusal(`"${text}" is no version`)
  return BigInt(number)
}

export function milliseconds(text: string): number {
  const ms = parseDuration(text)
  if (ms === undefined) throw new FunctionRefusal(`"${text}" is no duration; write for example "90s", "17m" or "1h30m"`)
  return ms
}

function bytes(text: string): bigint {
  const size = parseSize(text)
  if (size === undefined) throw new FunctionRefusal(`"${text}" is no size; write for example "512MB" or "7GiB"`)
  return BigInt(size)
}

type Comparable = bigint | number | string | CelDuration

const rank = (value: Comparable): number | string | bigint => (typeof value === 'object' ? durationMs(value) : value)

function extreme(
  list: readonly Comparable[],
  name: string,
  better: (a: Comparable, b: Comparable) => boolean,
): Comparable {
  const [first, ...rest] = list
  if (first === undefined) throw new FunctionRefusal(`${name}() of an empty list has no value`)
  return rest.reduce((best, value) => (better(value, best) ? value : best), first)
}

function sum(list: readonly (bigint | number)[]): bigint | number {
  if (list.every((value) => typeof value === 'bigint')) return list.reduce((total, value) => total + value, 0n)
  return list.reduce<number>((total, value) => total + number(value), 0)
}

function number(value: bigint | number): number {
  if (typeof value === 'bigint' || typeof value === 'number') return Number(value)
  throw new FunctionRefusal('sum() needs a list of numbers')
}

/** What the language has beyond CEL's own functions and macros. */
export const expressionFunctions: readonly ExpressionFunction[] = [
  {
    name: 'versions.compare(a, b)',
    signature: 'Versions.compare(string, string): int',
    description:
      'Orders two dotted versions: below 0, 0 or above 0. `3.6` equals `3.6.0`, `3.6-rc1` comes before it. Versions with a word in front, such as `UserConnect-6.5.123`, are ordered as trains.',
    example: 'versions.compare(target.version, inputs.release) < 0',
    handler: (_: Versions, a: string, b: string) => BigInt(Math.sign(order(a, b))),
  },
  {
    name: 'versions.compare(a, b, scheme)',
    signature: 'Versions.compare(string, string, string): int',
    description: 'Orders two versions of a scheme: "dotted", "semver", "debian" or "train".',
    example: 'versions.compare("1.0.0-rc.1", "1.0.0", "semver") < 0',
    handler: (_: Versions, a: string, b: string, scheme: string) => BigInt(Math.sign(order(a, b, scheme))),
  },
  {
    name: 'versions.less(a, b)',
    signature: 'Versions.less(string, string): bool',
    description: 'Says whether the first dotted version is older than the second.',
    example: 'versions.less(target.version, inputs.release)',
    handler: (_: Versions, a: string, b: string) => order(a, b) < 0,
  },
  {
    name: 'versions.less(a, b, scheme)',
    signature: 'Versions.less(string, string, string): bool',
    description: 'Says whether the first version is older than the second, by a scheme.',
    example: 'versions.less(target.version, inputs.release, "semver")',
    handler: (_: Versions, a: string, b: string, scheme: string) => order(a, b, scheme) < 0,
  },
  {
    name: 'versions.same(a, b)',
    signature: 'Versions.same(string, string): bool',
    description: 'Says whether two dotted versions are equal in order, so that `3.6` is the same as `3.6.0`.',
    example: 'versions.same(outputs.version, inputs.release)',
    handler: (_: Versions, a: string, b: string) => order(a, b) === 0,
  },
  {
    name: 'versions.major(version)',
    signature: 'Versions.major(string): int',
    description: 'First number of a version.',
    example: 'versions.major(target.version) >= 18',
    handler: (_: Versions, text: string) => part(text, 0),
  },
  {
    name: 'versions.minor(version)',
    signature: 'Versions.minor(string): int',
    description: 'Second number of a version; 0 when there is none.',
    example: 'versions.minor("3.6.1") == 6',
    handler: (_: Versions, text: string) => part(text, 1),
  },
  ...releaseFunctions,
  {
    name: 'sizes.bytes(size)',
    signature: 'Sizes.bytes(string): int',
    description: 'Bytes of a size such as "7GB" or "512MiB".',
    example: 'outputs.free_bytes >= sizes.bytes("7GB")',
    handler: (_: Sizes, text: string) => bytes(text),
  },
  {
    name: 'durations.ms(duration)',
    signature: 'Durations.ms(string): int',
    description: 'Whole milliseconds of a duration such as "17m".',
    example: 'outputs.took_ms < durations.ms("17m")',
    handler: (_: Durations, text: string) => BigInt(milliseconds(text)),
  },
  {
    name: 'string(duration)',
    signature: 'string(google.protobuf.Duration): string',
    description: 'A duration as text, for example "1h30m".',
    example: 'string(duration("90m"))',
    handler: (value: CelDuration) => String(fromCel(value)),
  },
  {
    name: 'list.sum()',
    signature: 'list<T>.sum(): T',
    description: 'Sum of a list of numbers; 0 when it is empty.',
    example: 'targets.map(t, t.attributes.apps).sum()',
    handler: (list: readonly (bigint | number)[]) => sum(list),
  },
  {
    name: 'list.min()',
    signature: 'list<T>.min(): T',
    description: 'Smallest element of a list of numbers, texts or durations.',
    example: 'targets.map(t, versions.major(t.version)).min()',
    handler: (list: readonly Comparable[]) => extreme(list, 'min', (a, b) => rank(a) < rank(b)),
  },
  {
    name: 'list.max()',
    signature: 'list<T>.max(): T',
    description: 'Largest element of a list of numbers, texts or durations.',
    example: 'targets.map(t, versions.major(t.version)).max()',
    handler: (list: readonly Comparable[]) => extreme(list, 'max', (a, b) => rank(a) > rank(b)),
  },
  {
    name: 'string.replace(old, new)',
    signature: 'string.replace(string, string): string',
    description: 'Replaces every occurrence of a text.',
    example: 'target.name.replace(".", "-")',
    handler: (text: string, old: string, fresh: string) => {
      if (old === '') throw new FunctionRefusal('replace() needs a text to look for')
      return text.split(old).join(fresh)
    },
  },
  {
    name: 'json(value)',
    signature: 'json(dyn): string',
    description: 'A value as JSON text with sorted keys. Values that carry a secret are refused.',
    example: 'json({"release": inputs.release})',
    handler: (value: unknown) => {
      const plain = fromCel(value)
      if (carriesSecret(plain)) throw new FunctionRefusal('a secret cannot be turned into text')
      return canonicalJson(plain)
    },
  },
]

/**
 * CEL's own functions that ours replace: the language's durations know days and ISO 8601, and its regular expressions
 * cost time linear in the text. The parser's tree is renamed before it is checked.
 */
export const replacedFunctions: Readonly<Record<string, string>> = {
  duration: 'rollbook_duration',
  matches: 'rollbook_matches',
}
