import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from '../base/error.ts'

/**
 * Reads `REVISION:PATH` from the Git repository around a folder, the path relative to that folder.
 *
 * @returns undefined for a path that has not that form, or that is a file on the disk
 * @throws UsageError `REVISION_UNREADABLE` when Git is not there, or knows no such revision or file
 */
export async function readRevision(path: string, folder: string): Promise<Uint8Array | undefined> {
  const parts = /^([^/\\:][^\\:]*):(.+)$/.exec(path)
  const [, revision, file] = parts ?? []
  if (revision === undefined || file === undefined || existsSync(resolve(folder, path))) return undefined
  // A revision that looks like an option would be taken for one.
  if (revision.startsWith('-')) return undefined
  const spec = `${revision}:${/^\.{0,2}\//.test(file) ? file : `./${file}`}`
  return await new Promise((done, fail) => {
    execFile(
      'git',
      ['show', '--end-of-options', spec],
      { cwd: folder, encoding: 'buffer', maxBuffer: 64 * 1024 * 1024, env: { ...process.env, LC_ALL: 'C' } },
      (error, content, told) => {
        if (!error) return done(content)
        const reason =
          error.code === 'ENOENT'
            ? 'git is not installed'
            : told
                .toString('utf8')
                .split('\n')[0]
                ?.replace(/^fatal: /, '')
        fail(
          new UsageError('REVISION_UNREADABLE', `"${path}" cannot be read: ${reason || 'git gives no reason'}`, {
            hint: 'Write REVISION:PATH, such as HEAD:upgrade.yaml; the path is relative to the current folder.',
            cause: error,
          }),
        )
      },
    )
  })
}
