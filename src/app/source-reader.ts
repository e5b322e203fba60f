import { isUtf8 } from 'node:buffer'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { type RollbookError, UsageError } from '../base/error.ts'
import { nearestName } from '../base/nearest.ts'
import type { SourceFile } from '../node/run-store.ts'

/** Gives the bytes of a path that is no file on the disk; undefined when it is one. */
export type ReadElsewhere = (path: string) => Promise<Uint8Array | undefined>

/** Reads files and keeps their bytes, so that a run can pin what its plan was made from. */
export class SourceReader {
  readonly sources: SourceFile[] = []
  private readonly cwd: string

  private readonly pinned: ReadonlyMap<string, Uint8Array> | undefined

  private readonly elsewhere: ReadElsewhere | undefined

  constructor(cwd: string, pinned?: ReadonlyMap<string, Uint8Array>, elsewhere?: ReadElsewhere) {
    this.cwd = cwd
    this.pinned = pinned
    this.elsewhere = elsewhere
  }

  /** @throws UsageError `FILE_UNREADABLE` */
  async read(role: string, path: string): Promise<string> {
    try {
      return await this.take(role, path)
    } catch (error) {
      throw await cannotRead(role, path, this.cwd, error)
    }
  }

  /** Gives undefined for a file that is not there. */
  async readIfThere(role: string, path: string): Promise<string | undefined> {
    try {
      return await this.take(role, path)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined
      throw await cannotRead(role, path, this.cwd, error)
    }
  }

  /** Paths of all files below a folder, in order; none when it is not there. */
  async filesBelow(folder: string): Promise<readonly string[]> {
    if (this.pinned) return [...this.pinned.keys()].filter((path) => path.startsWith(`${folder}/`)).toSorted()
    const full = resolve(this.cwd, folder)
    if (!(await isFolder(full))) return []
    const names = await readdir(full, { recursive: true, withFileTypes: true })
    return names
      .filter((entry) => entry.isFile() && !/^\.|~$|\.(?:orig|bak|swp|retry|pyc)$/.test(entry.name))
      .map((entry) => join(folder, entry.parentPath.slice(full.length), entry.name))
      .toSorted()
  }

  private async take(role: string, path: string): Promise<string> {
    const content = this.pinned
      ? this.pinnedFile(path)
      : ((await this.elsewhere?.(path)) ?? (await readFile(resolve(this.cwd, path))))
    this.sources.push({ role, path, content })
    if (!isUtf8(content)) throw Object.assign(new Error(`${path} is not UTF-8`), { code: notText })
    return Buffer.from(content).toString('utf8')
  }

  private pinnedFile(path: string): Uint8Array {
    const content = this.pinned?.get(path)
    if (content) return content
    throw Object.assign(new Error(`${path} is not pinned`), { code: 'ENOENT' })
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** Stands beside the codes of the file system. */
const notText = 'not text'

async function cannotRead(role: string, path: string, cwd: string, error: unknown): Promise<RollbookError> {
  if (error instanceof UsageError) return error
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    EISDIR: 'it is a folder',
    EACCES: 'access is denied',
    [notText]: 'it is not UTF-8 text',
  }
  const reason = reasons[codeOf(error)] ?? 'it cannot be read'
  return new UsageError('FILE_UNREADABLE', `the ${role} "${path}" cannot be read: ${reason}`, {
    hint: codeOf(error) === notText ? 'Save the file as UTF-8.' : await elsewhereHint(path, cwd),
    cause: error,
  })
}

/** A file of nearly that name in the same folder, else where the path was looked for. */
async function elsewhereHint(path: string, cwd: string): Promise<string> {
  const folder = dirname(resolve(cwd, path))
  const names = await readdir(folder).catch(() => [])
  const near = nearestName(basename(path), names)
  if (near !== undefined && near !== basename(path)) return `Did you mean "${join(dirname(path), near)}"?`
  return `Paths start in ${cwd}.`
}
