import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, resolve } from 'node:path'

/**
 * Looks a program up as the system would when it starts one.
 *
 * @param path - the variable PATH
 * @returns its full path, `ENOENT`, or `EACCES` when there is one that may not be executed
 */
export function programPath(
  program: string,
  path: string,
  cwd: string,
): { readonly found: string } | { readonly code: 'ENOENT' | 'EACCES' } {
  const candidates = program.includes('/')
    ? [resolve(cwd, program)]
    : path.split(delimiter).map((folder) => resolve(cwd, folder, program))
  let code: 'ENOENT' | 'EACCES' = 'ENOENT'
  for (const candidate of candidates) {
    if (statSync(candidate, { throwIfNoEntry: false })?.isFile() !== true) continue
    try {
      accessSync(candidate, constants.X_OK)
      return { found: candidate }
    } catch {
      code = 'EACCES'
    }
  }
  return { code }
}
