/** Files that are there whole or not at all, whatever stops the process or the power. */

import { randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { flushFolder } from './folder-flush.ts'

/** Writes aside, flushes, renames over what was there, flushes the folder. */
export function replaceFile(path: string, content: string | Uint8Array): void {
  const aside = writeAside(dirname(path), content)
  renameSync(aside, path)
  flushFolder(dirname(path))
}

/**
 * Makes a file that must not exist yet. Of several processes exactly one succeeds.
 *
 * @returns false when there is such a file already; it is left alone
 */
export function createFile(path: string, content: string | Uint8Array): boolean {
  const aside = writeAside(dirname(path), content)
  try {
    linkSync(aside, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(aside, { force: true })
  }
  flushFolder(dirname(path))
  return true
}

/** Writes and flushes a file in a folder that nobody looks into yet. */
export function writeFlushed(path: string, content: string | Uint8Array): void {
  const fd = openSync(path, 'wx', 0o600)
  try {
    writeFileSync(fd, content)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** Names of files written aside begin with a dot; whoever lists a folder passes them over. */
function writeAside(folder: string, content: string | Uint8Array): string {
  const aside = join(folder, `.${randomUUID()}.new`)
  try {
    writeFlushed(aside, content)
  } catch (error) {
    rmSync(aside, { force: true })
    throw error
  }
  return aside
}
