/** What the names in the expressions of a runbook stand for, as far as files tell before a run. */
import type { Json, JsonObject } from '../base/json.ts'
import { type Catalog, catalogOf } from '../catalog/index.ts'
import { type EvaluationContext, evaluateCondition, type VersionScheme, versionSchemes } from '../expression/index.ts'
import type { Inventory, InventoryTarget } from '../inventory/index.ts'
import { checkFile } from '../language/check-file.ts'
import { mapIn, textIn } from '../language/outline.ts'
import { componentValues } from '../plan/component-values.ts'
import { readInput } from '../plan/input-value.ts'
import type { Input } from '../runbook/runbook.generated.ts'
import type { MapEntry, OffsetRange } from '../source/index.ts'
import { catalogPathOf, inventoryOf, valuesOf } from './families.ts'
import type { ReadDocument, Workspace } from './workspace.ts'

/** Where a value comes from; a range is a place in that file. */
export interface ValueSource {
  readonly kind: 'default' | 'values' | 'secret' | 'missing' | 'refused'
  /** In words, behind "from". */
  readonly words: string
  readonly path?: string
  readonly range?: OffsetRange
}

export interface KnownInput {
  /** Absent: secret, missing or refused. */
  readonly value?: Json
  readonly source: ValueSource
}

/** One runbook with the inventory, the values and the catalog that count for it. */
export interface KnownValues {
  readonly inventoryPath: string | undefined
  readonly inventory: Inventory | undefined
  readonly valuesPath: string | undefined
  readonly catalogPath: string | undefined
  readonly inputs: ReadonlyMap<string, KnownInput>
  /** Names of the targets of each component whose selection can be told. */
  readonly components: ReadonlyMap<string, readonly string[]>
  /** All that can be evaluated now. */
  readonly context: EvaluationContext
}

interface Remembered {
  readonly inventory: Inventory | undefined
  readonly valuesText: string | undefined
  readonly catalogText: string | undefined
  readonly known: KnownValues
}

const remembered = new WeakMap<ReadDocument, Remembered>()

/** Worked out once per version of the files that it depends on; undefined for what is no runbook. */
export function knownValues(workspace: Workspace, path: string): KnownValues | undefined {
  const document = workspace.recent(path)
  if (!document?.outline) return undefined
  const inventoryPath = inventoryOf(workspace, path)
  const inventory = inventoryPath === undefined ? undefined : workspace.inventory(inventoryPath)?.inventory
  const valuesPath = valuesOf(workspace, path)
  const valuesText = valuesPath === undefined ? undefined : workspace.document(valuesPath)?.text
  const catalogPath = catalogPathOf(workspace, path)
  const catalogText = catalogPath === undefined ? undefined : workspace.document(catalogPath)?.text
  const before = remembered.get(document)
  if (
    before &&
    before.inventory === inventory &&
    before.valuesText === valuesText &&
    before.catalogText === catalogText
  )
    return before.known
  const known = makeKnown(workspace, document, { inventoryPath, inventory, valuesPath, catalogPath })
  remembered.set(document, { inventory, valuesText, catalogText, known })
  return known
}

function makeKnown(
  workspace: Workspace,
  document: ReadDocument,
  files: Pick<KnownValues, 'inventoryPath' | 'inventory' | 'valuesPath' | 'catalogPath'>,
): KnownValues {
  const { inventory, valuesPath, catalogPath } = files
  const targets = Object.values(inventory?.targets ?? {})
  const inputs = inputsOf(workspace, document, valuesPath, new Set(targets.map(({ name }) => name)))
  const catalog = catalogPath === undefined ? undefined : readCatalog(workspace, catalogPath)
  const base: EvaluationContext = {
    inputs: valuesIn(inputs),
    ...(inventory ? { targets, systems: systemsOf(inventory) } : {}),
    ...(catalog ? { catalog } : {}),
  }
  const components = inventory ? selections(document, targets, base) : new Map<string, readonly string[]>()
  const schemes = schemesOf(document)
  const described = [...components].map(([id, names]) => ({ id, targets: names, ...schemes.get(id) }))
  const context = inventory ? { ...base, components: componentValues(described, inventory.targets) } : base
  return { ...files, inputs, components, context }
}

function valuesIn(inputs: ReadonlyMap<string, KnownInput>): JsonObject {
  return Object.fromEntries([...inputs].flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]])))
}

function systemsOf({ systems }: Inventory): JsonObject {
  return Object.fromEntries(
    Object.values(systems).map(({ name, kind, address, settings }) => [
      name,
      { name, kind, address: address ?? '', settings },
    ]),
  )
}

function schemesOf({ outline }: ReadDocument): ReadonlyMap<string, { readonly scheme: VersionScheme }> {
  return new Map(
    (outline?.components ?? []).flatMap(({ key, node }) => {
      const scheme = versionSchemes.find((each) => each === textIn(mapIn(node, 'version'), 'scheme')?.text)
      return scheme === undefined ? [] : [[key.text, { scheme }] as const]
    }),
  )
}

function selections(
  { outline }: ReadDocument,
  targets: readonly InventoryTarget[],
  context: EvaluationContext,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>()
  for (const { key, node } of outline?.components ?? []) {
    const select = textIn(node, 'select')?.text
    const chosen = select === undefined ? undefined : targetsSelected(select, targets, context)
    if (chosen)
      found.set(
        key.text,
        chosen.map(({ name }) => name),
      )
  }
  return found
}

/** The targets for which a condition holds; undefined when it cannot be told before a run. */
export function targetsSelected(
  condition: string,
  targets: readonly InventoryTarget[],
  context: EvaluationContext,
): readonly InventoryTarget[] | undefined {
  try {
    return targets.filter((target) => evaluateCondition(condition, { ...context, target }))
  } catch {
    // What is wrong with it is told as a finding.
    return undefined
  }
}

function readCatalog(workspace: Workspace, path: string): Catalog | undefined {
  const text = workspace.document(path)?.text
  const content = text === undefined ? undefined : checkFile(text, path, { actions: [] }).content
  return content?.kind === 'catalog' ? catalogOf(content.catalog) : undefined
}

function inputsOf(
  workspace: Workspace,
  { outline }: ReadDocument,
  valuesPath: string | undefined,
  targets: ReadonlySet<string>,
): ReadonlyMap<string, KnownInput> {
  const values = valuesPath === undefined ? undefined : workspace.recent(valuesPath)?.root
  const given = new Map(values?.entries.map((entry) => [entry.key.text, entry]))
  return new Map(
    (outline?.inputs ?? []).map((entry) => [
      entry.key.text,
      inputOf(entry, given.get(entry.key.text), valuesPath ?? '', targets),
    ]),
  )
}

function inputOf(
  entry: MapEntry,
  given: MapEntry | undefined,
  valuesPath: string,
  targets: ReadonlySet<string>,
): KnownInput {
  const input = { type: 'string', ...(entry.node.kind === 'map' ? entry.node.value : {}) } as unknown as Input
  if (input.type === 'secret') return { source: { kind: 'secret', words: secretWords(input.from) } }
  const own: ValueSource | undefined = given && {
    kind: 'values',
    words: `the values file ${valuesPath}`,
    path: valuesPath,
    range: given.node.range,
  }
  const written = given ? (given.node.value as Json) : (input.default as Json | undefined)
  if (written === undefined) {
    const words = input.required === true ? 'it has to be given' : 'it is empty unless it is given'
    return { ...(input.required === true ? {} : { value: null }), source: { kind: 'missing', words } }
  }
  const reading = safely(() => readInput({ ...input }, written, false, targets))
  if (reading === undefined || 'problem' in reading) {
    const source = own?.words ?? 'its default'
    return {
      source: { kind: 'refused', words: `${source}, which it refuses: it ${reading?.problem ?? 'is incomplete'}` },
    }
  }
  return { value: reading.value, source: own ?? { kind: 'default', words: 'its default' } }
}

/** A half-written input may lack what its type needs. */
function safely<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}

function secretWords(from: unknown): string {
  const { env, file } = (from ?? {}) as { readonly env?: unknown; readonly file?: unknown }
  if (typeof env === 'string') return `the environment variable ${env}; it is never shown`
  return typeof file === 'string' ? `the file ${file}; it is never shown` : 'a command; it is never shown'
}
