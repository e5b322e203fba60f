import type { Diagnostic } from '../base/diagnostic.ts'
import type { JsonObject } from '../base/json.ts'

/** What there is to upgrade and how it is reached, after defaults; read from any of the formats. */
export interface Inventory {
  readonly name?: string
  readonly systems: Readonly<Record<string, InventorySystem>>
  /** By name, in the order of the file. */
  readonly targets: Readonly<Record<string, InventoryTarget>>
  /** Where the secrets come from that settings and attributes refer to, by the name in the reference. */
  readonly secrets: Readonly<Record<string, SecretSource>>
}

export interface InventorySystem {
  readonly name: string
  readonly kind: string
  readonly address?: string
  readonly settings: JsonObject
}

export interface InventoryTarget {
  readonly name: string
  readonly kind: string
  readonly address?: string
  readonly roles: readonly string[]
  readonly version?: string
  readonly site?: string
  readonly time_zone?: string
  readonly unit?: string
  readonly member?: string
  readonly system?: string
  readonly connection?: JsonObject
  readonly attributes: JsonObject
}

/** Exactly one member is set. */
export interface SecretSource {
  readonly env?: string
  readonly file?: string
  readonly command?: readonly string[]
}

/** A file as the app read it; `path` is what messages show. */
export interface InventoryFile {
  readonly path: string
  readonly text: string
}

export interface LoadedInventory {
  /** Absent when an error makes it useless. */
  readonly inventory?: Inventory
  readonly diagnostics: readonly Diagnostic[]
}

/** The fields of a target that are a line of text. */
export const textFields = ['kind', 'address', 'version', 'site', 'time_zone', 'unit', 'member', 'system'] as const
export type TextField = (typeof textFields)[number]
