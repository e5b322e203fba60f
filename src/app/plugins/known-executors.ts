/**
 * Which executors there are in a folder: those that ship, and those that `rollbook.config.yaml` names. Nothing here runs
 * code of other people; see load-executors.ts for that.
 */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import type { Diagnostic } from '../../base/diagnostic.ts'
import { checkFile } from '../../language/check-file.ts'
import type { ActionInfo } from '../../language/environment.ts'
import type { SourceFile } from '../../node/run-store.ts'
import { executorContract } from '../../ports/executor.ts'
import type { ExecutorManifest } from '../../runbook/executor.generated.ts'
import { nodeAt } from '../../source/index.ts'
import { type FoundConfig, findConfig } from './find-config.ts'
import { infosOf, manifestName } from './manifest.ts'

/** An executor from elsewhere, as its manifest describes it. */
export interface PlugIn {
  /** As the configuration names it: a folder or a package. */
  readonly use: string
  /** Full path of the folder that holds the manifest. */
  readonly folder: string
  readonly manifest: ExecutorManifest
  /** Makes a finding about it, at its place in the configuration. */
  readonly complain: (code: string, message: string, hint?: string) => Diagnostic
}

export interface KnownExecutors {
  readonly config: FoundConfig | undefined
  readonly plugIns: readonly PlugIn[]
  /** Of the configuration and the manifests; the names of files are relative to the folder. */
  readonly diagnostics: readonly Diagnostic[]
  /** Actions of {@link KnownExecutors.plugIns}; those that ship are not among them. */
  readonly infos: readonly ActionInfo[]
  /** Whether checks may run their code too. */
  readonly codeAtValidate: boolean
  /** The configuration and the manifests, for pinning in a run. */
  readonly sources: readonly SourceFile[]
}

const none: KnownExecutors = {
  config: undefined,
  plugIns: [],
  diagnostics: [],
  infos: [],
  codeAtValidate: false,
  sources: [],
}

/**
 * Reads the configuration of a folder and the manifests of the executors that it names.
 *
 * @param folder - the working directory, or the folder of a workspace
 * @param shipped - names that are taken
 * @throws RollbookError as {@link findConfig} does; everything else is a diagnostic
 */
export function knownExecutors(folder: string, shipped: readonly string[]): KnownExecutors {
  const config = findConfig(folder)
  if (config === undefined) return none
  const checked = checkFile(config.text, config.label, { actions: [] })
  const source = (role: string, path: string, text: string): SourceFile => ({
    role,
    path,
    content: new TextEncoder().encode(text),
  })
  const sources = [source('config', config.label, config.text)]
  if (checked.content?.kind !== 'config') {
    const wrong = checked.content === undefined ? [] : [notConfig(config, checked.content.kind)]
    return { ...none, config, diagnostics: [...checked.diagnostics, ...wrong], sources }
  }
  const diagnostics: Diagnostic[] = [...checked.diagnostics]
  const plugIns: PlugIn[] = []
  for (const [index, use] of (checked.content.config.executors ?? []).entries()) {
    const node = nodeAt(checked.source.root, ['executors', index])
    const range = checked.source.lines.range(node?.range ?? { start: 0, end: 0 })
    const complain: PlugIn['complain'] = (code, message, hint) => ({
      file: config.label,
      code,
      severity: 'error',
      message,
      ...(hint === undefined ? {} : { hint }),
      range,
    })
    const read = readManifest(use, dirname(config.path), folder, complain)
    if ('code' in read) {
      diagnostics.push(read)
      continue
    }
    const plugIn: PlugIn = { use, folder: read.folder, manifest: read.manifest, complain }
    const clash = clashOf(plugIn, plugIns, shipped)
    if (clash !== undefined) {
      diagnostics.push(clash)
      continue
    }
    plugIns.push(plugIn)
    sources.push(source('executor', read.label, read.text))
  }
  return {
    config,
    plugIns,
    diagnostics,
    infos: plugIns.flatMap(({ manifest }) => infosOf(manifest)),
    codeAtValidate: checked.content.config.code_at_validate === true,
    sources,
  }
}

export interface ReadManifest {
  readonly folder: string
  readonly label: string
  readonly text: string
  readonly manifest: ExecutorManifest
}

/**
 * Finds the folder of an executor, and what it says of itself.
 *
 * @param use - a folder or a package
 * @param base - where paths and packages are looked for
 * @param from - where names in messages begin
 */
export function readManifest(
  use: string,
  base: string,
  from: string,
  complain: PlugIn['complain'],
): ReadManifest | Diagnostic {
  const folder = folderOf(use, base)
  if (folder === undefined) {
    return isPath(use)
      ? complain('EXECUTOR_MISSING', `there is no folder "${use}"`, 'Paths start at the folder of this file.')
      : complain('EXECUTOR_MISSING', `the package "${use}" is not installed`, `Run: npm install ${use}`)
  }
  const path = join(folder, manifestName)
  const label = relative(resolve(from), path)
  if (!existsSync(path)) {
    const hint = `Make it with "rollbook executor manifest ${isPath(use) ? use : folder}", and ship it.`
    return complain('EXECUTOR_MANIFEST', `"${use}" has no ${manifestName}`, hint)
  }
  const text = readFileSync(path, 'utf8')
  const contract = contractIn(text)
  if (contract !== undefined && contract !== executorContract) return complain(...otherContract(use, contract))
  const checked = checkFile(text, label, { actions: [] })
  if (checked.content?.kind === 'executor') {
    const { manifest } = checked.content
    const stranger = manifest.actions.find(({ name }) => !name.startsWith(`${manifest.name}.`))
    if (stranger === undefined) return { folder, label, text, manifest }
    const words = `the action "${stranger.name}" of "${use}" does not begin with "${manifest.name}."`
    return complain('EXECUTOR_MANIFEST', words, 'Ask its author to correct the names.')
  }
  const [first] = checked.diagnostics
  const what = first === undefined ? 'it describes no executor' : first.message
  const hint = `It is made by "rollbook executor manifest"; "rollbook validate ${label}" tells all of it.`
  return complain('EXECUTOR_MANIFEST', `the ${manifestName} of "${use}" is not right: ${what}`, hint)
}

/** What is said of an executor that was made for another version of the contract. */
export function otherContract(use: string, contract: number): [code: string, message: string, hint: string] {
  const hint =
    contract > executorContract
      ? `Update Rollbook, or take an older version of "${use}".`
      : `Take a newer version of "${use}".`
  const message = `"${use}" keeps version ${contract} of the executor contract, and this Rollbook version ${executorContract}`
  return ['EXECUTOR_CONTRACT', message, hint]
}

/** A manifest of another contract may have another form, so that only its number is read. */
function contractIn(text: string): number | undefined {
  try {
    const contract = (JSON.parse(text) as { readonly contract?: unknown } | null)?.contract
    return typeof contract === 'number' ? contract : undefined
  } catch {
    return undefined
  }
}

export function isPath(use: string): boolean {
  return /^(\.{1,2}(\/|$)|\/)/.test(use)
}

/** A folder as it is written; a package as Node finds one, in the nearest `node_modules` that has it. */
export function folderOf(use: string, from: string): string | undefined {
  if (isPath(use)) return isFolder(resolve(from, use)) ? resolve(from, use) : undefined
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', use)
    if (isFolder(folder)) return folder
    if (dirname(at) === at) return undefined
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

function clashOf(plugIn: PlugIn, others: readonly PlugIn[], shipped: readonly string[]): Diagnostic | undefined {
  const { name } = plugIn.manifest
  const other = others.find((each) => each.manifest.name === name)
  if (other === undefined && !shipped.includes(name)) return undefined
  const owner = other === undefined ? 'ships with Rollbook' : `comes from "${other.use}" already`
  return plugIn.complain(
    'EXECUTOR_NAME_TAKEN',
    `"${plugIn.use}" brings an executor "${name}", and one of that name ${owner}`,
    'Leave one of the two out; their actions could not be told apart.',
  )
}

function notConfig(config: FoundConfig, kind: string): Diagnostic {
  const start = { line: 1, column: 1 }
  const message = `this is a file of the kind ${kind}, and a configuration is expected`
  return {
    file: config.label,
    code: 'CONFIG_KIND',
    severity: 'error',
    message,
    hint: 'Begin it with "rollbook: config/v1", or give it another name.',
    range: { start, end: start },
  }
}
