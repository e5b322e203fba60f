/** What authors of executors do with theirs: test it, and write down what it is. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Diagnostic } from '../base/diagnostic.ts'
import { RollbookError, UsageError } from '../base/error.ts'
import { type ConformanceDescription, type ConformanceReport, testExecutor } from '../conformance/index.ts'
import { executors } from '../executors/index.ts'
import type { Executor } from '../ports/executor.ts'
import { executorsOf } from './plugins/actions-in-use.ts'
import { importCopy } from './plugins/import-copy.ts'
import { folderOf, isPath, type PlugIn, readManifest } from './plugins/known-executors.ts'
import { importModule, loadExecutor } from './plugins/load-executors.ts'
import { isExecutor, type ManifestPlaces, manifestName, manifestOf, staleParts } from './plugins/manifest.ts'

export type { ConformanceReport } from '../conformance/index.ts'
export { checks } from '../conformance/index.ts'

export interface TestOptions {
  /** A folder, or a package that is installed where the command runs. */
  readonly use: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly system?: string | undefined
  readonly actions?: readonly string[]
  readonly onCase?: (action: string, title: string | undefined) => void
}

/**
 * Runs the conformance kit on an executor from elsewhere.
 *
 * @throws UsageError `EXECUTOR_MISSING`; RollbookError `EXECUTOR_MANIFEST`, `EXECUTOR_CONTRACT`, `EXECUTOR_EXPORT`,
 *   `EXECUTOR_BROKEN`, `EXECUTOR_UNTESTABLE`, `CONFORMANCE_SYSTEM`, `CONFORMANCE_WORLD`
 */
export async function testPlugIn(options: TestOptions): Promise<ConformanceReport> {
  const use = isPath(options.use) || existsSync(resolve(options.cwd, options.use)) ? asPath(options.use) : options.use
  const plugIn = plugInAt(use, options.cwd)
  const { manifest, folder } = plugIn
  const described = await descriptionOf(plugIn)
  const executor = await importExecutor(plugIn, async (path) => await importModule(path))
  const report = await testExecutor(executor, described, {
    env: options.env,
    again: async () => await importExecutor(plugIn, async (path) => await importCopy(path, folder)),
    ...(options.system === undefined ? {} : { system: options.system }),
    ...(options.actions === undefined || options.actions.length === 0 ? {} : { actions: options.actions }),
    ...(options.onCase === undefined ? {} : { onCase: options.onCase }),
  })
  const stale = staleParts(manifest, executor)
  const check = 'manifest_fresh'
  if (stale.length === 0) return { ...report, checks: [...report.checks, { check, outcome: 'passed' }] }
  const message = `${manifestName} says something else than the code about ${stale.join(', ')}`
  return {
    ...report,
    passed: false,
    findings: [...report.findings, { check, message }],
    checks: [...report.checks, { check, outcome: 'failed' }],
  }
}

function asPath(use: string): string {
  return isPath(use) ? use : `./${use}`
}

function plugInAt(use: string, cwd: string): PlugIn {
  if (folderOf(use, cwd) === undefined) throw missing(use, cwd)
  const complain: PlugIn['complain'] = (code, message, hint) => ({
    file: '',
    code,
    severity: 'error',
    message,
    ...(hint === undefined ? {} : { hint }),
    range: { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } },
  })
  const read = readManifest(use, cwd, cwd, complain)
  if ('code' in read) throw thrown(read)
  return { use, folder: read.folder, manifest: read.manifest, complain }
}

function missing(use: string, cwd: string): UsageError {
  if (isPath(use)) {
    return new UsageError('EXECUTOR_MISSING', `there is no folder "${use}"`, { hint: `Paths start in ${cwd}.` })
  }
  return new UsageError('EXECUTOR_MISSING', `"${use}" is neither a folder here nor a package that is installed`, {
    hint: `Paths start in ${cwd}; a package is installed with: npm install ${use}`,
  })
}

/** A finding about a place in a configuration, where there is none. */
function thrown({ code, message, hint }: Diagnostic): RollbookError {
  return new RollbookError(code, message, { hint })
}

/** The executor as its module exports it; that the manifest is out of date is a finding and no obstacle here. */
async function importExecutor(
  plugIn: PlugIn,
  load: (path: string) => Promise<Readonly<Record<string, unknown>>>,
): Promise<Executor> {
  const found = await loadExecutor(plugIn, load, { mayBeStale: true })
  if ('code' in found) throw thrown(found)
  return found
}

async function descriptionOf({ manifest, folder, use, complain }: PlugIn): Promise<ConformanceDescription> {
  const untestable = (): RollbookError =>
    new RollbookError('EXECUTOR_UNTESTABLE', `"${use}" does not say how to exercise it`, {
      hint: `Name its module under "conformance" in ${manifestName}; docs/guides/write-an-executor.md shows one.`,
    })
  if (manifest.conformance === undefined) throw untestable()
  const module = await importModule(join(folder, manifest.conformance)).catch((error: unknown) => {
    const problem = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    throw thrown(complain('EXECUTOR_BROKEN', `"${use}" cannot be loaded: ${problem}`, 'Build it first.'))
  })
  const found = module['conformance']
  if (typeof found === 'object' && found !== null && 'cases' in found && 'systems' in found)
    return found as ConformanceDescription
  throw untestable()
}

export interface ManifestOptions {
  readonly use: string
  readonly cwd: string
  /** `./dist/index.js`; default: what the old manifest says, or `exports` of the package.json. */
  readonly module?: string | undefined
  readonly export?: string | undefined
  readonly conformance?: string | undefined
}

/**
 * Writes the manifest of an executor anew from its code.
 *
 * @returns path of the file, and whether it differs from what was there
 * @throws UsageError `EXECUTOR_MISSING`; RollbookError `EXECUTOR_MODULE`, `EXECUTOR_BROKEN`, `EXECUTOR_EXPORT`, `EXECUTOR_CONTRACT`
 */
export async function writeManifest(
  options: ManifestOptions,
): Promise<{ readonly path: string; readonly changed: boolean }> {
  const folder = folderOf(asPath(options.use), options.cwd)
  if (folder === undefined) throw missing(asPath(options.use), options.cwd)
  const path = join(folder, manifestName)
  const before = existsSync(path) ? readFileSync(path, 'utf8') : undefined
  const places = placesOf(folder, options, before)
  const module = await importModule(join(folder, places.module)).catch((cause: unknown) => {
    const problem = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
    throw new RollbookError('EXECUTOR_BROKEN', `"${options.use}" cannot be loaded: ${problem}`, {
      hint: 'Build it first.',
      cause,
    })
  })
  const name = places.export ?? 'executor'
  const executor = module[name]
  if (!isExecutor(executor)) {
    throw new RollbookError('EXECUTOR_EXPORT', `${places.module} exports no executor "${name}"`, {
      hint: `Name the export with --export; it exports ${Object.keys(module).join(', ') || 'nothing'}.`,
    })
  }
  const text = `${JSON.stringify(manifestOf(executor, places), undefined, 2)}\n`
  if (text !== before) writeFileSync(path, text)
  return { path, changed: text !== before }
}

/** What is given wins over what stood in the manifest, and that over what the package says. */
function placesOf(folder: string, options: ManifestOptions, before: string | undefined): ManifestPlaces {
  const old = readObject(before)
  const file = join(folder, 'package.json')
  const pack = readObject(existsSync(file) ? readFileSync(file, 'utf8') : undefined)
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
  const entry = (key: string): string | undefined => {
    const exported = (pack['exports'] as Readonly<Record<string, unknown>> | undefined)?.[key]
    return text(exported) ?? text((exported as Readonly<Record<string, unknown>> | undefined)?.['default'])
  }
  const module = options.module ?? text(old['module']) ?? entry('.') ?? text(pack['main'])
  if (module === undefined) {
    throw new RollbookError('EXECUTOR_MODULE', `"${options.use}" has no module to make a manifest from`, {
      hint: 'Name it with --module ./dist/index.js, or in "exports" of its package.json.',
    })
  }
  const version = text(pack['version'])
  const name = options.export ?? text(old['export'])
  const conformance = options.conformance ?? text(old['conformance']) ?? entry('./conformance')
  return {
    module: module.startsWith('./') ? module : `./${module}`,
    ...(version === undefined ? {} : { version }),
    ...(name === undefined ? {} : { export: name }),
    ...(conformance === undefined ? {} : { conformance }),
  }
}

function readObject(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
  } catch {
    return {}
  }
}

export interface ExecutorRow {
  readonly name: string
  readonly title: string
  readonly actions: readonly string[]
  /** `rollbook`, or the folder or package that the configuration names. */
  readonly from: string
  readonly version?: string
}

/** Every executor that a folder has, in the order in which names are looked up. */
export function listExecutors(folder: string): {
  readonly rows: readonly ExecutorRow[]
  readonly diagnostics: readonly Diagnostic[]
} {
  const known = executorsOf(folder)
  const own = executors.map(({ name, title, actions }) => ({
    name,
    title,
    actions: actions.map((action) => action.name),
    from: 'rollbook',
  }))
  const others = known.plugIns.map(({ use, manifest }) => ({
    name: manifest.name,
    title: manifest.title,
    actions: manifest.actions.map((action) => action.name),
    from: use,
    ...(manifest.version === undefined ? {} : { version: manifest.version }),
  }))
  return { rows: [...own, ...others], diagnostics: known.diagnostics }
}
