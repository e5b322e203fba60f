import { isJsonObject } from '../base/json.ts'
import { sameInOurWords } from '../language/other-words.ts'
import { entryAt, type MapEntry, nodeAt, parsePointer, type SchemaFinding } from '../source/index.ts'
import type { MigratingFile, Migration, MigrationEdit } from './migration.ts'

/** Keys as other languages spell them: `onFailure`, `on-failure`. */
export const keySpelling: Migration = {
  id: 'key-spelling',
  from: '`onFailure` and `on-failure`',
  describe: 'Keys are written with underscores. Only a key that is unknown as it stands, and known then, is rewritten.',
  find: (file) => renameUnknown(file, (key) => [snakeCase(key)]),
}

/** Keys that mean the same elsewhere: `if`, `needs`, `args`. */
export const otherWords: Migration = {
  id: 'words-of-other-tools',
  from: '`if`, `needs`, `depends_on`, `args`, `params`, `hosts` and their like',
  describe: 'The key of the same meaning takes their place, where it may stand and theirs may not.',
  find: (file) => renameUnknown(file, (key, known) => [sameInOurWords(snakeCase(key), known) ?? '']),
}

/** `yes` and `no` where only true and false may stand. */
export const yamlSwitches: Migration = {
  id: 'yaml-1.1-switches',
  from: '`yes`, `no`, `on`, `off` for true and false',
  describe: 'YAML 1.2 reads them as text. Where the schema wants true or false, they can mean nothing else.',
  find: ({ source, findings }) =>
    findings.flatMap((finding): readonly MigrationEdit[] => {
      if (finding.keyword !== 'type' || finding.parentSchema?.['type'] !== 'boolean') return []
      const node = nodeAt(source.root, parsePointer(finding.instancePath))
      if (node?.kind !== 'scalar' || node.style !== 'plain') return []
      const value = switches[String(node.value).toLowerCase()]
      return value === undefined ? [] : [{ range: node.range, text: value, words: `${String(node.value)} → ${value}` }]
    }),
}

const switches: Readonly<Record<string, string>> = { yes: 'true', on: 'true', no: 'false', off: 'false' }

function snakeCase(key: string): string {
  return key
    .replaceAll('-', '_')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
}

/** @param candidates - what a key may be meant as, given the keys that may stand there */
function renameUnknown(
  { source, findings }: MigratingFile,
  candidates: (key: string, known: readonly string[]) => readonly string[],
): readonly MigrationEdit[] {
  const taken = new Set<string>()
  return findings.flatMap((finding): readonly MigrationEdit[] => {
    if (finding.keyword !== 'additionalProperties') return []
    const path = parsePointer(finding.instancePath)
    const key = String(finding.params['additionalProperty'])
    const entry = entryAt(source.root, [...path, key])
    const owner = nodeAt(source.root, path)
    const known = keysOf(finding)
    const name = candidates(key, known).find((each) => each !== key && known.includes(each))
    if (!entry || owner?.kind !== 'map' || name === undefined || owner.byKey.has(name)) return []
    // Of two keys that mean the same, only the author can choose.
    const place = `${finding.instancePath}/${name}`
    if (taken.has(place) || isQuoted(entry, source.text)) return []
    taken.add(place)
    return [{ range: entry.key.range, text: name, words: `${key} → ${name}` }]
  })
}

function isQuoted({ key }: MapEntry, text: string): boolean {
  return /["']/.test(text[key.range.start] ?? '')
}

/** Deprecated ones as well: their own migration takes them on. */
function keysOf({ parentSchema }: SchemaFinding): readonly string[] {
  const properties = parentSchema?.['properties']
  return isJsonObject(properties) ? Object.keys(properties) : []
}
