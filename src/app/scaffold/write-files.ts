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
    const there = await whatIsAt(resolve(cwd, path))
    if (there === undefined) missing.push([path, text])
    else if (there === 'folder' || there.text !== text) {
      const what = there === 'folder' ? 'is a folder' : 'is there already'
      throw new RollbookError('FILE_EXISTS', `"${path}" ${what}, and is left as it is`, {
        hint: 'Take another name with --name, or another folder with --directory. Nothing was written.',
      })
    }
  }
  await mkdir(resolve(cwd, folder), { recursive: true })
  // `wx` fails where somebody else was faster.
  for (const [path, text] of missing) await writeFile(resolve(cwd, path), text, { flag: 'wx' })
  return missing.map(([path]) => path)
}

/** @throws what the file system says when it cannot be known */
async function whatIsAt(path: string): Promise<{ readonly text: string } | 'folder' | undefined> {
  try {
    return { text: await readFile(path, 'utf8') }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') return undefined
    if (code === 'EISDIR') return 'folder'
    throw error
  }
}
