import { isUtf8 } from 'node:buffer'
import { readFile, rename, stat, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { formatText } from '../service/format.ts'
import { parseSource } from '../source/parse-source.ts'
import { findFiles, nothingFound, unreadable } from './check-files.ts'

export interface FormatFilesOptions {
  /** Files and folders as the user gave them, relative to `cwd`. */
  readonly paths: readonly string[]
  readonly cwd: string
  /** Without it files are only looked at. */
  readonly write: boolean
}

/**
 * @returns `changed`: paths of files that were, or are, not in the usual form; `broken`: of those that are no YAML and stay
 *   as they are
 * @throws UsageError when a path does not exist or cannot be read, or when there is nothing to format
 */
export async function formatFiles({ paths, cwd, write }: FormatFilesOptions): Promise<{
  readonly changed: readonly string[]
  readonly broken: readonly string[]
}> {
  const changed: string[] = []
  const broken: string[] = []
  const found = await findFiles(paths, cwd)
  if (found.length === 0) throw nothingFound(paths, 'format')
  for (const path of found) {
    const full = resolve(cwd, path)
    const bytes = await readFile(full).catch((error: unknown) => {
      throw unreadable(path, error)
    })
    const text = bytes.toString('utf8')
    if (!isUtf8(bytes) || !isWellFormed(text, path)) {
      broken.push(path)
      continue
    }
    const formatted = formatText(text)
    if (formatted === text) continue
    changed.push(path)
    if (!write) continue
    const draft = `${full}.${process.pid}.draft`
    await writeFile(draft, formatted, { mode: (await stat(full)).mode })
    await rename(draft, full)
  }
  return { changed, broken }
}

function isWellFormed(text: string, path: string): boolean {
  return !parseSource(text, path).broken
}
