import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { RollbookError } from '../../base/error.ts'

/**
 * Writes new files, all or none. One that is there already with the same text counts as written.
 *
 * @param files - text by name
 * @returns paths of what was written, as the user would type them
 * @throws RollbookError `FILE_EXISTS` before anything is written
 */
export async function writeNewFiles(
  files: ReadonlyMap<string, string>,
  folder: string,
  cwd: string,
): Promise<readonly string[]> {
  const missing: [string, string][] = []
  for (const [name, text] of files) {
    const path = join(folder, name)
    const there = await textOf(resolve(cwd, path))
    if (there === undefined) missing.push([path, text])
    else if (there !== text) {
      throw new RollbookError('FILE_EXISTS', `"${path}" is there already, and is left as it is`, {
        hint: 'Take another name with --name, or another folder with --directory. Nothing was written.',
      })
    }
  }
  await mkdir(resolve(cwd, folder), { recursive: true })
  // `wx` fails where somebody else was faster.
  for (const [path, text] of missing) await writeFile(resolve(cwd, path), text, { flag: 'wx' })
  return missing.map(([path]) => path)
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new RollbookError('FILE_EXISTS', `"${path}" is no file that could be read`, { cause: error })
  }
}
