import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMap, isScalar, parse, parseDocument, stringify } from 'yaml'
import { assert } from '../../base/assert.ts'
import type { ShippedSystem } from './systems.ts'

/** From the sources, and from either place of a built program. */
const places: readonly string[] = ['../../../runbooks/', '../../runbooks/', '../runbooks/']

/** What may stand beside a runbook, by the ending of its name. */
const beside: readonly string[] = ['inventory', 'values', 'answers', 'scenario']

/**
 * The runbook of a system that ships, with all that goes with it, under another name.
 *
 * @param values - put into the file of values
 * @returns text by name of the file
 */
export async function shippedFiles(
  system: ShippedSystem,
  name: string,
  values: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, string>> {
  const folder = shippedFolder()
  const read = (file: string): Promise<string> => readFile(join(folder, file), 'utf8')
  const own = await read(`${system.runbook}.yaml`)
  const files = new Map([[`${name}.yaml`, renamed(withoutModeline(own), name)]])
  const there = await readdir(folder)
  for (const part of beside) {
    const file = `${system.runbook}.${part}.yaml`
    if (!there.includes(file)) continue
    const text = withoutModeline(await read(file))
    files.set(`${name}.${part}.yaml`, part === 'values' ? withValues(text, values) : text)
  }
  for (const file of filesNamedIn(own)) files.set(file, withoutModeline(await read(file)))
  return files
}

function shippedFolder(): string {
  const folders = places.map((place) => fileURLToPath(new URL(place, import.meta.url)))
  const folder = folders.find((path) => existsSync(join(path, 'cato-sockets.yaml')))
  assert(folder !== undefined, 'the runbooks ship with the program')
  return folder
}

/** Schemas lie elsewhere in the folder of the user; "rollbook schema" gives one. */
function withoutModeline(text: string): string {
  return text.replace(/^# yaml-language-server:.*\n/, '')
}

function renamed(text: string, name: string): string {
  return text.replace(/^name: .*$/m, `name: ${name}`)
}

/** The catalog, and the calendars of windows and freezes. */
function filesNamedIn(text: string): readonly string[] {
  const {
    catalog,
    windows = [],
    freezes = [],
  } = parse(text) as {
    readonly catalog?: string
    readonly windows?: readonly { readonly calendar?: string }[]
    readonly freezes?: readonly { readonly calendar?: string }[]
  }
  return [...new Set([catalog, ...[...windows, ...freezes].map(({ calendar }) => calendar)])].filter(
    (file) => file !== undefined,
  )
}

/** With comments kept. */
function withValues(text: string, values: Readonly<Record<string, string>>): string {
  if (Object.keys(values).length === 0) return text
  const document = parseDocument(text)
  assert(isMap(document.contents), 'a file of values is a map')
  for (const [name, written] of Object.entries(values)) {
    const read: unknown = parse(written)
    // A list or a switch is meant as such; a version such as 3.10 is no number.
    const value = typeof read === 'object' || typeof read === 'boolean' ? read : written
    const old = document.get(name, true)
    if (isScalar(old) && typeof value === 'string') old.value = value
    else document.set(name, value)
  }
  return document.toString({ lineWidth: 0 })
}

/** The values that ship with a system, as text, to be proposed. */
export async function shippedValues(system: ShippedSystem): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(join(shippedFolder(), `${system.runbook}.values.yaml`), 'utf8')
  const values = parse(text) as Readonly<Record<string, unknown>>
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? value : stringify(value).trim()]),
  )
}
