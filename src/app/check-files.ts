/** Finds and checks runbooks, inventories, scenarios and answers on disk: `rollbook validate`. */
import { open, readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Diagnostic } from '../base/diagnostic.ts'
import { UsageError } from '../base/error.ts'
import type { Inventory } from '../inventory/index.ts'
import { checkFile, notTextFile } from '../language/check-file.ts'
import type { ActionInfo } from '../language/environment.ts'
import { withoutRefused } from '../language/placeholder-check.ts'
import { sourceLimits } from '../source/index.ts'
import { checkAnswers, isAnswersFile } from './answers.ts'
import { calendarFor } from './calendar-in-use.ts'
import { actionInfosOf, executorsOf } from './plugins/actions-in-use.ts'
import type { KnownExecutors } from './plugins/known-executors.ts'

export interface CheckFilesOptions {
  /** Files and folders as the user gave them, relative to `cwd`; folders are searched for files with a key `rollbook`. */
  readonly paths: readonly string[]
  /** Targets and selections of runbooks are checked against it. */
  readonly inventory?: string | undefined
  readonly cwd: string
}

export interface CheckedFiles {
  /** By file in the order in which files were found, then by place. */
  readonly diagnostics: readonly Diagnostic[]
  /** What was checked, as text by path, for showing the lines. */
  readonly texts: ReadonlyMap<string, string>
}

/** @throws UsageError when a path does not exist or cannot be read, or when there is nothing to check */
export async function checkFiles(options: CheckFilesOptions): Promise<CheckedFiles> {
  const texts = new Map<string, string>()
  const diagnostics: Diagnostic[] = []
  const known = executorsOf(options.cwd)
  if (known.config) texts.set(known.config.label, known.config.text)
  diagnostics.push(...known.diagnostics)
  const actions = await actionsOf(known)
  let inventory: Inventory | undefined
  if (options.inventory !== undefined) {
    const loaded = await loadInventory(options.inventory, options.cwd)
    inventory = loaded.inventory
    diagnostics.push(...loaded.diagnostics)
    for (const source of loaded.sources) texts.set(source.path, Buffer.from(source.content).toString('utf8'))
  }
  const files = await findFiles(options.paths, options.cwd)
  if (files.length === 0) throw nothingFound(options.paths, 'check')
  for (const path of files) {
    if (texts.has(path) || resolve(options.cwd, path) === known.config?.path) continue
    const text = await readText(path, options.cwd)
    if (text === undefined) {
      diagnostics.push(notTextFile(path))
      continue
    }
    texts.set(path, text)
    if (isAnswersFile(text)) {
      diagnostics.push(...checkAnswers(text, path))
      continue
    }
    if (isPlainInventory(path, text) || (await isAnsible(path, text))) {
      diagnostics.push(...(await loadInventory(path, options.cwd)).diagnostics)
      continue
    }
    const calendar = await calendarFor(text)
    const checked = checkFile(text, path, {
      actions,
      ...(inventory ? { inventory } : {}),
      ...(calendar ? { parseCalendar: calendar.parseCalendar } : {}),
    })
    if (checked.content?.kind !== 'inventory') {
      diagnostics.push(...checked.diagnostics)
      continue
    }
    const loaded = await loadInventory(path, options.cwd)
    diagnostics.push(...withoutRefused(checked.diagnostics, loaded.diagnostics), ...loaded.diagnostics)
    for (const source of loaded.sources) texts.set(source.path, Buffer.from(source.content).toString('utf8'))
  }
  return { diagnostics, texts }
}

/** Code of executors from elsewhere runs only when the configuration says so. */
async function actionsOf(known: KnownExecutors): Promise<readonly ActionInfo[]> {
  const infos = actionInfosOf(known)
  if (!known.codeAtValidate) return infos
  const { loadExecutors } = await import('./plugins/load-executors.ts')
  const { actions } = await loadExecutors(known.plugIns, new Set(known.infos.map(({ name }) => name)))
  const loaded = new Map(actions.map((action) => [action.name, action]))
  return infos.map((info) => loaded.get(info.name) ?? info)
}

/** A file that is named, is no YAML by its ending and does not say what it is can only be an Ansible inventory. */
function isPlainInventory(path: string, text: string): boolean {
  return !/\.(?:ya?ml|json)$/i.test(path) && !/^\s*["']?rollbook["']?\s*:/m.test(text)
}

/** A YAML file that does not say what it is may be an Ansible inventory: groups of hosts, and nothing else. */
async function isAnsible(path: string, text: string): Promise<boolean> {
  if (/^\s*["']?rollbook["']?\s*:/m.test(text) || !/^\s*["']?(?:hosts|children)["']?\s*:/m.test(text)) return false
  return (await import('../inventory/index.ts')).isAnsibleYaml({ path, text })
}

/** Most runs check no inventory, and reading one brings the planner's files along. */
async function loadInventory(path: string, cwd: string): ReturnType<typeof import('./load.ts')['loadInventoryFile']> {
  return (await import('./load.ts')).loadInventoryFile(path, cwd)
}

/**
 * Files as they were named, and those below folders that say what they are.
 *
 * @param header - how they say it
 */
export async function findFiles(
  paths: readonly string[],
  cwd: string,
  header: RegExp = ownHeader,
): Promise<readonly string[]> {
  const found = new Set<string>()
  for (const path of paths) {
    const state = await stateOf(path, cwd)
    if (!state.isDirectory()) found.add(path)
    else for (const file of await filesBelow(path, cwd, header)) found.add(file)
  }
  return [...found]
}

async function stateOf(path: string, cwd: string): Promise<Awaited<ReturnType<typeof stat>>> {
  try {
    return await stat(resolve(cwd, path))
  } catch (error) {
    throw unreadable(path, error)
  }
}

/** YAML files below a folder that say what they are; packages and hidden folders are left alone. */
async function filesBelow(folder: string, cwd: string, header: RegExp): Promise<readonly string[]> {
  const found: string[] = []
  const entries = await readdir(resolve(cwd, folder), { withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(folder, error)
  })
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) found.push(...(await filesBelow(path, cwd, header)))
    else if (entry.isFile() && /\.ya?ml$/.test(entry.name) && (await saysWhatItIs(path, cwd, header))) found.push(path)
  }
  return found
}

async function saysWhatItIs(path: string, cwd: string, header: RegExp): Promise<boolean> {
  const bytes = await readBytes(path, cwd, 64 * 1024)
  return header.test(bytes.toString('utf8'))
}

const ownHeader = /^(?:"rollbook"|'rollbook'|rollbook)[ \t]*:/m

/** @returns undefined when the file is not UTF-8 */
async function readText(path: string, cwd: string): Promise<string | undefined> {
  // A character takes at most three bytes per UTF-16 unit; what is longer is refused without being read.
  const bytes = await readBytes(path, cwd, 3 * sourceLimits.lengthMax + 4)
  try {
    return new TextDecoder('utf-8', { fatal: bytes.length <= 3 * sourceLimits.lengthMax }).decode(bytes)
  } catch {
    return undefined
  }
}

async function readBytes(path: string, cwd: string, limit: number): Promise<Buffer> {
  try {
    const file = await open(resolve(cwd, path))
    try {
      const size = Math.min(limit, (await file.stat()).size)
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (error) {
    throw unreadable(path, error)
  }
}

/** @param work - a verb: what was to be done with files */
export function nothingFound(folders: readonly string[], work: string): UsageError {
  const names = folders.map((folder) => `"${folder}"`).join(', ')
  return new UsageError('NOTHING_TO_CHECK', `there is nothing to ${work} in ${names}`, {
    hint: 'In a folder those files count that end in .yaml or .yml and have a key "rollbook"; any other file has to be named.',
  })
}

/** @param cause - what the file system said */
export function unreadable(path: string, cause: unknown): UsageError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file or folder',
    EACCES: 'access is denied',
  }
  return new UsageError('FILE_UNREADABLE', `"${path}" cannot be read: ${reasons[code] ?? 'it cannot be opened'}`, {
    cause,
  })
}
