import type { Range } from '../base/error.ts'
import type { JsonObject } from '../base/json.ts'
import { nearestName } from '../base/nearest.ts'
import type { SourceDocument } from '../source/parse-source.ts'
import { entryAt, nodeAt, type SourcePath } from '../source/tree.ts'
import { at, type Findings } from './findings.ts'
import type { Inventory as InventoryDocument } from './inventory.generated.ts'
import validate from './inventory-validator.generated.js'
import { makeTarget, type TargetLayer } from './make-target.ts'
import type { Inventory, InventoryFile, InventorySystem, InventoryTarget, SecretSource } from './model.ts'
import { addSchemaFindings } from './schema-findings.ts'
import { liftSecrets } from './secrets.ts'
import { tableRows } from './table-targets.ts'

/** Reads `inventory/v1`. @param beside - the CSV files that {@link tableFiles} asks for */
export function readOwnInventory(
  document: SourceDocument,
  beside: readonly InventoryFile[],
  findings: Findings,
): Inventory | undefined {
  if (!validate(document.root?.value)) {
    addSchemaFindings(document, validate.errors ?? [], findings)
    return undefined
  }
  return new OwnInventory(document, beside, findings).read()
}

interface FoundPlace {
  readonly file: string
  readonly range: Range
}

class OwnInventory {
  private readonly document: SourceDocument
  private readonly content: InventoryDocument
  private readonly beside: readonly InventoryFile[]
  private readonly findings: Findings
  private readonly secrets: Record<string, SecretSource> = {}
  private readonly targets = new Map<string, InventoryTarget>()
  private readonly places = new Map<string, FoundPlace>()
  /** Where targets of tables get their system from. */
  private readonly systemPlaces = new Map<string, FoundPlace>()

  constructor(document: SourceDocument, beside: readonly InventoryFile[], findings: Findings) {
    this.document = document
    this.content = document.root?.value as unknown as InventoryDocument
    this.beside = beside
    this.findings = findings
  }

  read(): Inventory {
    const systems = this.readSystems()
    const defaults = this.layer(this.content.defaults ?? {}, ['defaults'])
    for (const [name, target] of Object.entries(this.content.targets ?? {})) {
      const path = ['targets', name]
      this.addTarget(name, [defaults, this.layer(target ?? {}, path)], this.keyPlace(path))
    }
    this.readTables(defaults)
    this.checkSystems(systems)
    if (this.targets.size === 0 && Object.keys(systems).length === 0 && !this.findings.failed) {
      const table = this.content.targets_from?.[0]?.csv
      const place = table === undefined ? this.keyPlace(['rollbook']) : this.valuePlace(['targets_from', 0, 'csv'])
      const why = table === undefined ? '' : `: "${table}" has only its header`
      this.findings.add('error', 'INVENTORY_EMPTY', place, `the inventory has no targets${why}`, {
        hint: 'Add `targets`, `targets_from` with a CSV file, or `systems`. A runbook that names none needs no inventory.',
      })
    }
    const { name } = this.content
    return {
      ...(name === undefined ? {} : { name }),
      systems,
      targets: Object.fromEntries(this.targets),
      secrets: this.secrets,
    }
  }

  private readSystems(): Readonly<Record<string, InventorySystem>> {
    const entries = Object.entries(this.content.systems ?? {}).map(([name, system]): [string, InventorySystem] => [
      name,
      {
        name,
        kind: system.kind,
        ...(system.address === undefined ? {} : { address: system.address }),
        settings: this.lift(system.settings ?? {}, ['systems', name, 'settings']),
      },
    ])
    return Object.fromEntries(entries)
  }

  private readTables(defaults: TargetLayer): void {
    for (const [index, table] of (this.content.targets_from ?? []).entries()) {
      const path = ['targets_from', index]
      const file = this.beside.find((candidate) => candidate.path === besidePath(this.document.file, table.csv))
      if (!file) {
        this.findings.add(
          'error',
          'INVENTORY_TABLE',
          this.valuePlace([...path, 'csv']),
          `the file "${table.csv}" cannot be read`,
        )
        continue
      }
      const own = this.layer(table.defaults ?? {}, [...path, 'defaults'])
      const columnAt = (group: string, field: string) => this.valuePlace([...path, group, field])
      for (const row of tableRows(table, file, this.findings, columnAt)) {
        const placeOf = (field: string): FoundPlace => at(row.place, row.ranges.get(field) ?? { start: 0, end: 0 })
        if (this.addTarget(row.name, [defaults, own, row.layer], placeOf('name')) && (row.layer.system ?? own.system))
          this.systemPlaces.set(
            row.name,
            row.layer.system ? placeOf('system') : this.valuePlace([...path, 'defaults', 'system']),
          )
      }
    }
  }

  private addTarget(name: string, layers: readonly TargetLayer[], place: FoundPlace): boolean {
    const first = this.places.get(name)
    if (first) {
      const related = [{ ...first, message: 'first defined here' }]
      this.findings.add('error', 'INVENTORY_TARGET_DUPLICATE', place, `the target "${name}" is defined twice`, {
        related,
      })
      return false
    }
    this.places.set(name, place)
    const target = makeTarget(name, layers)
    this.targets.set(name, target)
    if (target.connection?.['host_key_check'] === 'off') {
      this.findings.add('warning', 'INVENTORY_HOST_KEY_CHECK', place, `the host key of "${name}" is not checked`)
    }
    return true
  }

  private checkSystems(systems: Readonly<Record<string, InventorySystem>>): void {
    const told = new Set<string>()
    for (const { name, system } of this.targets.values()) {
      if (system === undefined || Object.hasOwn(systems, system)) continue
      const own: SourcePath = ['targets', name, 'system']
      const path = nodeAt(this.document.root, own) ? own : ['defaults', 'system']
      const place = this.systemPlaces.get(name) ?? this.valuePlace(path)
      if (told.has(JSON.stringify(place))) continue
      told.add(JSON.stringify(place))
      const near = nearestName(system, Object.keys(systems))
      this.findings.add('error', 'INVENTORY_SYSTEM_UNKNOWN', place, `there is no system "${system}"`, {
        hint: near === undefined ? 'Define it under `systems`.' : `Did you mean "${near}"?`,
      })
    }
  }

  /** A layer with its secrets as references. */
  private layer(layer: TargetLayer, path: SourcePath): TargetLayer {
    if (!layer.attributes) return layer
    return { ...layer, attributes: this.lift(layer.attributes, [...path, 'attributes']) }
  }

  private lift(settings: JsonObject, path: SourcePath): JsonObject {
    const { value, secrets, problems } = liftSecrets(settings, path.filter((part) => part !== 'settings').join('.'))
    Object.assign(this.secrets, secrets)
    for (const problem of problems) {
      const place = this.valuePlace([...path, ...problem.path])
      const name = problem.path.at(-1)
      if (problem.kind === 'text') {
        this.findings.add('error', 'INVENTORY_SECRET_TEXT', place, `the secret "${name}" stands here as text`, {
          hint: `Refer to it: ${name}: {secret: {env: ${String(name).toUpperCase().replaceAll(/\W/g, '_')}}}`,
        })
      } else {
        this.findings.add(
          'error',
          'INVENTORY_SECRET_SOURCE',
          place,
          `the reference to the secret "${name}" is malformed`,
          {
            hint: 'Give exactly one of `env`, `file` and `command`.',
          },
        )
      }
    }
    return value
  }

  private keyPlace(path: SourcePath): FoundPlace {
    return at(this.document, entryAt(this.document.root, path)?.key.range ?? { start: 0, end: 0 })
  }

  private valuePlace(path: SourcePath): FoundPlace {
    return at(this.document, nodeAt(this.document.root, path)?.range ?? { start: 0, end: 0 })
  }
}

/** Paths of the tables that an inventory names, beside it. */
export function tableFiles(document: SourceDocument): readonly string[] {
  const list = nodeAt(document.root, ['targets_from'])
  if (list?.kind !== 'list') return []
  return list.items.flatMap((_, index) => {
    const csv = nodeAt(document.root, ['targets_from', index, 'csv'])
    return csv?.kind === 'scalar' && typeof csv.value === 'string' ? [besidePath(document.file, csv.value)] : []
  })
}

/** A path relative to a file, with `/` between folders. */
export function besidePath(file: string, path: string): string {
  if (path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path)) return path
  const folder = file.replace(/[^/\\]*$/, '')
  return `${folder}${path.replace(/^\.\//, '')}`
}
