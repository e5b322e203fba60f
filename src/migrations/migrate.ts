import { canonicalJson } from '../base/json.ts'
import validateCatalog from '../catalog/catalog-validator.generated.js'
import validateInventory from '../inventory/inventory-validator.generated.js'
import validateConfig from '../runbook/config-validator.generated.js'
import { withPresentKeys } from '../runbook/deprecated-keys.ts'
import validateExecutor from '../runbook/executor-validator.generated.js'
import { type FileKind, readHeader } from '../runbook/kinds.ts'
import validateRunbook from '../runbook/runbook-validator.generated.js'
import validateScenario from '../runbook/scenario-validator.generated.js'
import { parseSource, type SchemaValidator, type SourceDocument } from '../source/index.ts'
import { blastRadiusUnits } from './deprecated.ts'
import { apiVersionHeader, headerWithoutVersion } from './header.ts'
import type { MigratingFile, Migration } from './migration.ts'
import { keySpelling, otherWords, yamlSwitches } from './other-tools.ts'

/** Every migration, in the order in which they are tried: what a file is comes first. */
export const migrations: readonly Migration[] = [
  apiVersionHeader,
  headerWithoutVersion,
  blastRadiusUnits,
  keySpelling,
  otherWords,
  yamlSwitches,
]

const validators: Readonly<Record<FileKind, SchemaValidator>> = {
  'runbook/v1': validateRunbook,
  'inventory/v1': validateInventory,
  'scenario/v1': validateScenario,
  'catalog/v1': validateCatalog,
  'config/v1': validateConfig,
  'executor/v1': validateExecutor,
}

export interface Migrated {
  readonly text: string
  /** In the order in which they were made. */
  readonly changes: readonly MigrationChange[]
}

export interface MigrationChange {
  readonly migration: string
  /** `old → new` */
  readonly words: string
  /** From 1, in the text as it was when the change was made. */
  readonly line: number
}

/**
 * Brings a text to the present form of the language. What cannot be read as YAML, or would mean something else
 * afterwards, stays as it is.
 *
 * @param chosen - which migrations; all unless said otherwise
 */
export function migrateText(text: string, chosen: readonly Migration[] = migrations): Migrated {
  const changes: MigrationChange[] = []
  let current = text
  // A key that was renamed may hold others that could not be judged before.
  for (let round = 0; round < roundsMax; round += 1) {
    const next = chosen.reduce((made, migration) => apply(made, migration, changes), current)
    if (next === current) break
    current = next
  }
  return meansTheSame(text, current) ? { text: current, changes } : { text, changes: [] }
}

const roundsMax = 20

function apply(text: string, migration: Migration, changes: MigrationChange[]): string {
  const file = readFile(text)
  if (file === undefined) return text
  const edits = migration.find(file).toSorted((a, b) => a.range.start - b.range.start)
  for (const { range, words } of edits) {
    changes.push({ migration: migration.id, words, line: file.source.lines.position(range.start).line })
  }
  return edits.reduceRight(
    (made, { range, text: now }) => made.slice(0, range.start) + now + made.slice(range.end),
    text,
  )
}

function readFile(text: string): MigratingFile | undefined {
  const source = parseSource(text, '')
  if (source.broken || source.root?.kind !== 'map') return undefined
  const header = readHeader(source.root)
  if (header.state !== 'known') return { source, findings: [] }
  const validate = validators[header.kind]
  return { source, findings: validate(source.root.value) ? [] : [...(validate.errors ?? [])] }
}

/** A file that could be read before says the same afterwards; one that could not can be read at least as YAML. */
function meansTheSame(before: string, after: string): boolean {
  if (before === after) return true
  const [was, is] = [parseSource(before, ''), parseSource(after, '')]
  if (is.broken || is.findings.length > was.findings.length) return false
  return !isValid(was) || (isValid(is) && meaningOf(was) === meaningOf(is))
}

function isValid(source: SourceDocument): boolean {
  const header = source.root?.kind === 'map' ? readHeader(source.root) : undefined
  return header?.state === 'known' && validators[header.kind](source.root?.value)
}

function meaningOf({ root }: SourceDocument): string {
  return root?.kind === 'map' ? canonicalJson(withPresentKeys(root.value)) : ''
}
