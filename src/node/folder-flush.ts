import { closeSync, fsyncSync, openSync } from 'node:fs'

/** Flushes a folder, so that a file just created, renamed or removed in it is so after a power failure as well. */
export function flushFolder(path: string): void {
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
