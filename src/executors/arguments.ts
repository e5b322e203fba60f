/** Reads arguments of actions. Whatever does not fit is refused before anything is done. */
import { parseDuration } from '../base/duration.ts'
import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import { carriesSecret, isTainted } from '../base/secret.ts'
import { parseSize } from '../base/size.ts'
import { type ActionContext, ActionFailure } from '../ports/executor.ts'

export function optionalText(args: JsonObject, name: string): string | undefined {
  const value = args[name]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw carriesSecret(value) ? secretRefused(name) : wrong(name, 'text')
}

export function requiredText(args: JsonObject, name: string): string {
  const value = optionalText(args, name)
  if (value === undefined) throw wrong(name, 'given')
  return value
}

/** @returns milliseconds */
export function durationMs(args: JsonObject, name: string, fallbackMs: number): number {
  const value = args[name]
  if (value === undefined || value === null) return fallbackMs
  const ms = typeof value === 'string' ? parseDuration(value) : typeof value === 'number' ? value : undefined
  if (ms === undefined || ms < 0) throw wrong(name, 'a duration such as 30s')
  return ms
}

/** @returns bytes */
export function sizeBytes(args: JsonObject, name: string): number | undefined {
  const value = args[name]
  if (value === undefined || value === null) return undefined
  const bytes = typeof value === 'string' ? parseSize(value) : typeof value === 'number' ? value : undefined
  if (bytes === undefined) throw wrong(name, 'a size such as 7GB')
  return bytes
}

export function wholeNumber(args: JsonObject, name: string): number | undefined {
  const value = args[name]
  if (value === undefined || value === null) return undefined
  const count = typeof value === 'string' && value !== '' ? Number(value) : value
  if (typeof count !== 'number' || !Number.isInteger(count)) throw wrong(name, 'a whole number')
  return count
}

export function portNumber(args: JsonObject, name: string): number | undefined {
  const port = wholeNumber(args, name)
  if (port !== undefined && (port < 1 || port > 65_535)) throw wrong(name, 'a port from 1 to 65535')
  return port
}

export function isSet(args: JsonObject, name: string, fallback = false): boolean {
  const value = args[name]
  if (value === undefined || value === null) return fallback
  if (typeof value !== 'boolean') throw wrong(name, 'true or false')
  return value
}

/** A list of texts, or one text for a list of one. */
export function textList(args: JsonObject, name: string): readonly string[] {
  const value = args[name]
  if (value === undefined || value === null) return []
  if (typeof value === 'string') return [value]
  if (!Array.isArray(value)) throw carriesSecret(value) ? secretRefused(name) : wrong(name, 'a list of texts')
  return value.map((item: Json) => {
    if (typeof item === 'string') return item
    if (typeof item === 'number' || typeof item === 'boolean') return String(item)
    throw carriesSecret(item) ? secretRefused(name) : wrong(name, 'a list of texts')
  })
}

/** A list of whole numbers, or one for a list of one. */
export function wholeNumbers(args: JsonObject, name: string, fallback: readonly number[]): readonly number[] {
  const value = args[name]
  if (value === undefined || value === null) return fallback
  const items = Array.isArray(value) ? value : [value]
  return items.map((item: Json) => wholeNumber({ [name]: item }, name) ?? 0)
}

/** A command: program first, arguments after it. Never a secret, because everybody on the machine can read it. */
export function commandOf(args: JsonObject, name: string): readonly [string, ...string[]] {
  const [program, ...rest] = textList(args, name)
  if (program === undefined || program === '') throw wrong(name, 'a list that begins with a program')
  return [program, ...rest]
}

export function objectOf(args: JsonObject, name: string): JsonObject | undefined {
  const value = args[name]
  if (value === undefined || value === null) return undefined
  if (!isJsonObject(value) || isTainted(value)) throw wrong(name, 'a map')
  return value
}

/** The text of an argument that may carry a secret. */
export async function revealText(context: ActionContext, args: JsonObject, name: string): Promise<string | undefined> {
  const value = args[name]
  return isTainted(value) ? await context.reveal(value) : optionalText(args, name)
}

/** A map of texts whose values may carry secrets, such as variables or headers. */
export async function revealMap(
  context: ActionContext,
  args: JsonObject,
  name: string,
): Promise<Readonly<Record<string, string>> | undefined> {
  const value = objectOf(args, name)
  if (value === undefined) return undefined
  const texts: Record<string, string> = {}
  for (const key of Object.keys(value)) texts[key] = (await revealText(context, value, key)) ?? ''
  return texts
}

/** The text of any JSON in which secrets may stand anywhere. */
export async function revealJson(context: ActionContext, value: Json): Promise<Json> {
  if (isTainted(value)) return await context.reveal(value)
  if (Array.isArray(value)) return await Promise.all(value.map((item: Json) => revealJson(context, item)))
  if (!isJsonObject(value)) return value
  const entries = Object.entries(value).map(
    async ([key, item]): Promise<[string, Json]> => [key, await revealJson(context, item)],
  )
  return Object.fromEntries(await Promise.all(entries))
}

/** Longest time for one call: what the argument says, within what the engine leaves. */
export function timeoutMsOf(context: ActionContext, args: JsonObject, fallbackMs: number): number {
  return Math.min(durationMs(args, 'timeout', fallbackMs), context.deadlineMs)
}

/** An argument that is wrong: nothing was done. */
export function wrong(name: string, wanted: string): ActionFailure {
  return new ActionFailure('process', `argument "${name}" is not ${wanted}`, {
    advice: 'Correct the runbook.',
    notApplied: true,
  })
}

function secretRefused(name: string): ActionFailure {
  return new ActionFailure('refused', `a secret may not stand in argument "${name}", because it would be seen there`, {
    advice: 'Hand it over by `env` or `stdin`, or where the reference of the action allows a secret.',
    notApplied: true,
  })
}
