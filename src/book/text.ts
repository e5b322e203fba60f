/** Words and figures of documents. The same value always gives the same text, on every machine. */
import { formatDurationForPeople } from '../base/duration.ts'
import type { Json, JsonObject } from '../base/json.ts'
import { isTainted } from '../base/secret.ts'

/** Shown instead of a secret. */
export const secretText = '••• (secret)'

/** `1 step`, `2 steps`; `1 rollback`. English plural with `s`, or the plural given. */
export function count(n: number, one: string, many: string = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`
}

/** {@link formatDurationForPeople} with spaces that do not break. */
export function durationText(ms: number): string {
  return formatDurationForPeople(ms, '\u00a0')
}

/** `+4 min`, `−30 s`, `on time`: actual against planned. */
export function differenceText(actualMs: number, plannedMs: number): string {
  const ms = actualMs - plannedMs
  if (Math.abs(ms) < 1000) return 'on time'
  return ms > 0 ? `+${durationText(ms)}` : `−${durationText(-ms)}`
}

/** `go_no_go` gives `Go no go`; keys that have better words are named by their caller. */
export function wordsOf(key: string): string {
  const words = key.replaceAll(/[_-]+/g, ' ').trim()
  return words === '' ? key : words.charAt(0).toUpperCase() + words.slice(1)
}

/** One line for people: texts as they are, lists with commas, objects as `key = value`. */
export function valueText(value: Json): string {
  if (isTainted(value)) return secretText
  if (value === null) return '–'
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value)) return value.map((item: Json) => nestedText(item)).join(', ')
  return pairsOf(value as JsonObject).join('; ')
}

function nestedText(value: Json): string {
  if (isTainted(value) || value === null || typeof value !== 'object') return valueText(value)
  return Array.isArray(value) ? `[${valueText(value)}]` : `{${valueText(value)}}`
}

/** `key = value` per member, in the order given. */
export function pairsOf(value: JsonObject): readonly string[] {
  return Object.entries(value).map(([key, item]) => `${key} = ${nestedText(item)}`)
}

/** Longer texts are cut at a character, never inside one. */
export function shorten(text: string, lengthMax: number): string {
  const characters = [...text]
  return characters.length <= lengthMax ? text : `${characters.slice(0, lengthMax - 1).join('')}…`
}

/** A text, or the items of a list as texts. */
export function textsOf(value: Json | undefined): readonly string[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value.map((item: Json) => valueText(item)) : [valueText(value)]
}

/** `a`, `a and b`, `a, b and c`. */
export function listText(items: readonly string[], last = 'and'): string {
  if (items.length < 2) return items[0] ?? ''
  return `${items.slice(0, -1).join(', ')} ${last} ${items.at(-1)}`
}
