/** Words calls for people. Pure; a secret shows as `•••`. */

import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import { maskText } from '../base/mask.ts'
import { isTainted } from '../base/secret.ts'

/** A value as people read it: texts as they are, secrets hidden, the rest as JSON. */
export function shown(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  if (isTainted(value)) {
    if ('$secret' in value) return maskText
    return value.$secret_text.map((part) => (typeof part === 'string' ? part : maskText)).join('')
  }
  return JSON.stringify(hidden(value))
}

function hidden(value: Json): Json {
  if (isTainted(value)) return shown(value)
  if (Array.isArray(value)) return value.map((item: Json) => hidden(item))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hidden(item)]))
}

/** A command as one would type it; quoted only where needed. For reading: what runs is the list. */
export function shownCommand(args: JsonObject, name = 'command'): string {
  const value = args[name]
  if (!Array.isArray(value)) return shown(value)
  return value.map((item: Json) => quoted(shown(item))).join(' ')
}

function quoted(word: string): string {
  return /^[\w@+:,./=%•${} -]*$/.test(word) && !/[ ]/.test(word) && word !== ''
    ? word
    : `'${word.replaceAll("'", `'\\''`)}'`
}

/** `NAME=•••` for each variable, in front of a command. */
export function shownEnvironment(args: JsonObject): string {
  const value = args['env']
  if (!isJsonObject(value) || isTainted(value)) return ''
  return Object.entries(value)
    .map(([name, each]) => `${name}=${quoted(shown(each))} `)
    .join('')
}

/**
 * One line of a long text: the last that says something.
 *
 * @param text - secrets in it are masked already, because the line is cut
 */
export function lastLine(text: string): string {
  const line = text.trim().split('\n').at(-1) ?? ''
  return line.length > 300 ? `${line.slice(0, 300)}…` : line
}
