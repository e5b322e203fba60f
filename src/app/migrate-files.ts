import { isUtf8 } from 'node:buffer'
import { readFile, rename, stat, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Diagnostic } from '../base/diagnostic.ts'
import { UsageError } from '../base/error.ts'
import { nearestName } from '../base/nearest.ts'
import { checkFile, notTextFile } from '../language/check-file.ts'
import { type Migration, type MigrationChange, migrateText, migrations } from '../migrations/index.ts'
import { findFiles, nothingFound, unreadable } from './check-files.ts'

export interface MigrateOptions {
  /** Files and folders as the user gave them, relative to `cwd`. */
  readonly paths: readonly string[]
  readonly cwd: string
  /** Without it files are only looked at. */
  readonly write: boolean
  /** Ids of migrations; empty: all. */
  readonly only: readonly string[]
}

export interface MigratedFiles {
  /** Files that change. */
  readonly files: readonly { readonly path: string; readonly changes: readonly MigrationChange[] }[]
  /** How many were looked at. */
  readonly looked: number
  /** What keeps a file from being migrated: it cannot be read, or is of a newer version. */
  readonly refused: readonly Diagnostic[]
}

/** Ours, and the header of other tools. */
const headers = /^(?:["']?rollbook["']?[ \t]*:|apiVersion[ \t]*:[ \t]*["']?rollbook)/m

/** @throws UsageError when a path cannot be read, a migration is not known, or there is nothing to migrate */
export async function migrateFiles({ paths, cwd, write, only }: MigrateOptions): Promise<MigratedFiles> {
  const chosen = only.length === 0 ? migrations : only.map(migrationOf)
  const files: { path: string; changes: readonly MigrationChange[] }[] = []
  const refused: Diagnostic[] = []
  const found = await findFiles(paths, cwd, headers)
  if (found.length === 0) throw nothingFound(paths, 'migrate')
  for (const path of found) {
    const full = resolve(cwd, path)
    const bytes = await readFile(full).catch((error: unknown) => {
      throw unreadable(path, error)
    })
    if (!isUtf8(bytes)) {
      refused.push(notTextFile(path))
      continue
    }
    const text = bytes.toString('utf8')
    const { text: migrated, changes } = migrateText(text, chosen)
    refused.push(...refusals(migrated, path))
    if (migrated === text) continue
    files.push({ path, changes })
    if (!write) continue
    const draft = `${full}.${process.pid}.draft`
    await writeFile(draft, migrated, { mode: (await stat(full)).mode })
    await rename(draft, full)
  }
  return { files, looked: found.length, refused }
}

/** Everything else that is wrong with a file is the work of `rollbook validate`. */
function refusals(text: string, path: string): readonly Diagnostic[] {
  return checkFile(text, path, { actions: [] }).diagnostics.filter(
    ({ code }) =>
      code.startsWith('YAML_') || code === 'KIND_NEWER' || code === 'FILE_TOO_LARGE' || code === 'FILE_TOO_DEEP',
  )
}

function migrationOf(id: string): Migration {
  const found = migrations.find((migration) => migration.id === id)
  if (found) return found
  const ids = migrations.map((migration) => migration.id)
  const near = nearestName(id, ids)
  throw new UsageError('MIGRATION_UNKNOWN', `there is no migration "${id}"`, {
    hint: near === undefined ? `There is ${ids.join(', ')}.` : `Did you mean "${near}"?`,
  })
}
