import { readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { RollbookError } from '../../base/error.ts'

/** Name of the file that says what a project adds to Rollbook. */
export const configName = 'rollbook.config.yaml'

export interface FoundConfig {
  /** Full path. */
  readonly path: string
  /** As messages name it: relative to where the search began. */
  readonly label: string
  readonly text: string
}

/**
 * Looks for the configuration in a folder and in those above it; the nearest counts. It is never looked for beside a
 * runbook: a file that came from elsewhere brings no code along.
 *
 * @throws RollbookError `CONFIG_FOREIGN` when the nearest one lies above the folder and belongs to neither its owner
 *   nor root, `FILE_UNREADABLE`
 */
export function findConfig(folder: string): FoundConfig | undefined {
  const start = resolve(folder)
  for (let at = start; ; at = dirname(at)) {
    const path = join(at, configName)
    const owner = ownerOf(path)
    if (owner === undefined) {
      if (dirname(at) === at) return undefined
      continue
    }
    const label = relative(start, path)
    if (at !== start && owner !== 0 && owner !== ownerOf(start)) {
      throw new RollbookError('CONFIG_FOREIGN', `"${label}" belongs to somebody else, so nothing is taken from it`, {
        hint: `Work in a folder of your own, or begin its own ${configName} with "rollbook: config/v1".`,
      })
    }
    return { path, label, text: readText(path, label) }
  }
}

function ownerOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.uid
}

function readText(path: string, label: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new RollbookError('FILE_UNREADABLE', `"${label}" cannot be read`, { cause })
  }
}
