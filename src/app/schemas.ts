import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { assert } from '../base/assert.ts'
import type { JsonObject } from '../base/json.ts'
import { type FileKind, fileKinds } from '../runbook/kinds.ts'

/** The kinds of file that have a schema. */
export const schemaKinds: readonly FileKind[] = fileKinds

/** From the sources, and from either place of a built program. */
const places: readonly string[] = ['../../schemas/', '../schemas/']

/** The schema of a kind as it ships, with everything that editors show. */
export async function readSchema(kind: FileKind): Promise<JsonObject> {
  const [name, version] = kind.split('/')
  const files = places.map((place) => fileURLToPath(new URL(`${place}${name}.${version}.schema.json`, import.meta.url)))
  const file = files.find((path) => existsSync(path))
  assert(file !== undefined, `the schema of ${kind} ships with the program`)
  return JSON.parse(await readFile(file, 'utf8')) as JsonObject
}
