/** Reads a runbook with its inventory and values from disk and compiles the plan: the same way for plan, book and run. */
import { createHash } from 'node:crypto'
import { dirname, isAbsolute, join } from 'node:path'
import type { Diagnostic } from '../base/diagnostic.ts'
import { UsageError } from '../base/error.ts'
import type { Json } from '../base/json.ts'
import { sha256 } from '../base/sha256.ts'
import { type Catalog, catalogOf } from '../catalog/index.ts'
import { filesBeside, type Inventory, type InventoryFile, loadInventory } from '../inventory/index.ts'
import { checkFile } from '../language/check-file.ts'
import type { ActionInfo } from '../language/environment.ts'
import { needsInventory } from '../language/inventory-need.ts'
import type { SourceFile } from '../node/run-store.ts'
import { compilePlan } from '../plan/compile.ts'
import type { GivenInput, MissingInput } from '../plan/inputs.ts'
import type { Plan } from '../plan/model.ts'
import type { PlayPlan } from '../plan/report-long-lanes.ts'
import type { Action } from '../ports/executor.ts'
import type { Runbook } from '../runbook/runbook.generated.ts'
import { runbookPlaces } from '../service/runbook-places.ts'
import { parseSource } from '../source/parse-source.ts'
import { calendarFor } from './calendar-in-use.ts'
import { readGiven } from './given-inputs.ts'
import type { LoadedExecutor } from './plugins/load-executors.ts'
import { type ReadElsewhere, SourceReader } from './source-reader.ts'

export { freezeWords, windowWords } from '../plan/calendar-words.ts'
export type { MissingInput } from '../plan/inputs.ts'
export type { Plan, PlanImpact, PlanStep } from '../plan/model.ts'
export { targetsInOrder } from '../plan/order-targets.ts'
export { stepMs } from '../plan/timeline.ts'

export interface LoadPlanOptions {
  /** Paths as the user gave them, relative to `cwd`. */
  readonly runbook: string
  /** May be left out when the runbook names neither targets nor systems. */
  readonly inventory?: string | undefined
  /** Catalog of releases; it takes the place of the one that the runbook names. */
  readonly catalog?: string | undefined
  /** A YAML or JSON file with values by input name. */
  readonly values?: string | undefined
  /** `name=value`, each. They win over the values file. */
  readonly set?: readonly string[]
  /** Answers of a person by input name. They win over everything. */
  readonly asked?: Readonly<Record<string, string>>
  readonly cwd: string
  /** Files by path as a run has pinned them; then nothing else is read. */
  readonly pinned?: ReadonlyMap<string, Uint8Array>
  /** Reads paths that are no files on the disk, such as those of a revision. */
  readonly elsewhere?: ReadElsewhere
  /** Values that win over the values file, and lose against `set`. */
  readonly given?: Readonly<Record<string, GivenInput>>
  /** Versions that are known better than the inventory tells them, by name of the target. */
  readonly versions?: Readonly<Record<string, string>>
  /** Targets that no rollout takes. */
  readonly leaveOut?: ReadonlySet<string>
  /** When the plan is made, in milliseconds since the epoch: windows that closed before do not count. Default: now. */
  readonly now?: number
  /** Default: those of all executors. */
  readonly actions?: readonly Action[]
  /** Has the simulator say when things happen. Absent: the plan has no timeline. */
  readonly timeline?:
    | {
        /** Milliseconds since the epoch. Absent: no day in particular, without windows and freezes. */
        readonly start?: number
        /** However large the fleet is; otherwise a large one has no timeline. */
        readonly always?: boolean
      }
    | undefined
}

export interface LoadedPlan {
  /** Absent after an error. */
  readonly plan?: Plan
  /** Every file that was read, for pinning in the run. */
  readonly sources: readonly SourceFile[]
  /** Of the runbook, the inventory and the planner, in that order. */
  readonly diagnostics: readonly Diagnostic[]
  /** Inputs that still need a value; then the only errors may be about them. */
  readonly missing: readonly MissingInput[]
  /** What ships, and what the configuration adds and the runbook calls for. */
  readonly actions: readonly Action[]
  /** Executors from elsewhere whose code was loaded, for the record. */
  readonly executors: readonly LoadedExecutor[]
}

/** What there is for a runbook that only works on control. */
const nowhere = { inventory: { systems: {}, targets: {}, secrets: {} }, diagnostics: [] } as const

/** @throws UsageError when a file cannot be read, is missing, or `name=value` is malformed; what is wrong inside of files is a diagnostic */
export async function loadPlan(options: LoadPlanOptions): Promise<LoadedPlan> {
  const reader = new SourceReader(options.cwd, options.pinned, options.elsewhere)
  const given = await readGiven(options, reader)
  const inventory = options.inventory === undefined ? nowhere : await readInventory(options.inventory, reader)
  const text = await reader.read('runbook', options.runbook)
  const own = await ownActions(options, text)
  reader.sources.push(...own.sources)
  const { actions } = own
  const calendar = await calendarFor(text)
  const checked = checkFile(text, options.runbook, {
    actions: own.infos,
    ...(calendar ? { parseCalendar: calendar.parseCalendar } : {}),
    ...(inventory.inventory && inventory !== nowhere ? { inventory: inventory.inventory } : {}),
  })
  const before = [...checked.diagnostics, ...inventory.diagnostics, ...given.diagnostics, ...own.diagnostics]
  const failed = before.some(({ severity }) => severity === 'error')
  if (checked.content && checked.content.kind !== 'runbook') {
    throw new UsageError(
      'NOT_A_RUNBOOK',
      `"${options.runbook}" is a file of the kind ${checked.content.kind}, and a runbook is expected`,
    )
  }
  if (!checked.content || !inventory.inventory || failed) {
    return { sources: reader.sources, diagnostics: before, missing: [], actions, executors: own.loaded }
  }
  if (options.inventory === undefined && needsInventory(checked.content.runbook as unknown as Json)) {
    throw new UsageError('INVENTORY_MISSING', 'an inventory is needed', { hint: 'Give it with --inventory FILE.' })
  }
  const catalog = await readCatalog(options, checked.content.runbook.catalog, reader)
  const found = [...before, ...catalog.diagnostics]
  if (catalog.diagnostics.some(({ severity }) => severity === 'error'))
    return { sources: reader.sources, diagnostics: found, missing: [], actions, executors: own.loaded }
  const compiled = compilePlan({
    catalog: catalog.catalog,
    runbook: checked.content.runbook,
    places: runbookPlaces(checked.source),
    hash: `sha256:${sha256(text)}`,
    inventory: withVersions(inventory.inventory, options.versions),
    inputs: given.inputs,
    ...(options.leaveOut ? { leaveOut: options.leaveOut } : {}),
    actions,
    sha256: (value) => createHash('sha256').update(value).digest('hex'),
    ...(calendar
      ? {
          calendar: {
            ...calendar,
            files: await readCalendars(options.runbook, checked.content.runbook, reader),
            now: options.now ?? Date.now(),
          },
          ...(await playing(text, actions)),
        }
      : {}),
  })
  const plan = compiled.plan && (await timed(compiled.plan, actions, options.timeline))
  return {
    ...(plan ? { plan } : {}),
    sources: reader.sources,
    diagnostics: [...found, ...compiled.diagnostics],
    missing: compiled.missing,
    actions,
    executors: own.loaded,
  }
}

/** The simulator is large, and few runbooks need it before they have a plan. */
async function playing(text: string, actions: readonly Action[]): Promise<{ readonly play?: PlayPlan }> {
  if (!/openings["']?\s*:/.test(text)) return {}
  const { playPlan, rolloutTargets, timelineTargetsMax } = await import('./plan-timeline.ts')
  return {
    play: (plan, start) => (rolloutTargets(plan) > timelineTargetsMax ? undefined : playPlan(plan, actions, start)),
  }
}

async function timed(plan: Plan, actions: readonly Action[], wanted: LoadPlanOptions['timeline']): Promise<Plan> {
  if (!wanted) return plan
  const { playPlan, rolloutTargets, timelineTargetsMax } = await import('./plan-timeline.ts')
  if (!wanted.always && rolloutTargets(plan) > timelineTargetsMax) return plan
  return { ...plan, timeline: playPlan(plan, actions, wanted.start) }
}

/** What is known better than the inventory tells it. */
function withVersions(inventory: Inventory, versions: Readonly<Record<string, string>> = {}): Inventory {
  const targets = Object.entries(inventory.targets).map(([name, target]) => {
    const version = versions[name]
    return [name, version === undefined ? target : { ...target, version }] as const
  })
  return { ...inventory, targets: Object.fromEntries(targets) }
}

interface OwnActions {
  readonly actions: readonly Action[]
  /** With those that are known by their manifest alone, so that a misspelt name finds its neighbour. */
  readonly infos: readonly ActionInfo[]
  readonly diagnostics: readonly Diagnostic[]
  readonly sources: readonly SourceFile[]
  readonly loaded: readonly LoadedExecutor[]
}

/** The actions that the options give, or those that ship and those of the configuration of the folder. */
async function ownActions(options: LoadPlanOptions, runbook: string): Promise<OwnActions> {
  const { actions: given } = options
  if (given) return { actions: given, infos: given, diagnostics: [], sources: [], loaded: [] }
  const { actionInfosOf, actionsFor, executorsOf } = await import('./plugins/actions-in-use.ts')
  const known = executorsOf(options.cwd)
  const value = known.plugIns.length === 0 ? undefined : parseSource(runbook, options.runbook).root?.value
  const { actions, diagnostics, loaded } = await actionsFor(known, value)
  const byName = new Map(actions.map((action) => [action.name, action]))
  return {
    actions,
    infos: actionInfosOf(known).map((info) => byName.get(info.name) ?? info),
    diagnostics: [...known.diagnostics, ...diagnostics],
    sources: known.sources,
    loaded,
  }
}

/** Reads an inventory with the files that belong to it. */
export async function loadInventoryFile(
  path: string,
  cwd: string,
): Promise<{
  readonly inventory?: Inventory
  readonly diagnostics: readonly Diagnostic[]
  readonly sources: readonly SourceFile[]
}> {
  const reader = new SourceReader(cwd)
  return { ...(await readInventory(path, reader)), sources: reader.sources }
}

/** The catalog of the command line, relative to where the user is, or that of the runbook, relative to the runbook. */
async function readCatalog(
  options: LoadPlanOptions,
  named: string | undefined,
  reader: SourceReader,
): Promise<{ readonly catalog?: Catalog; readonly diagnostics: readonly Diagnostic[] }> {
  const path =
    options.catalog ??
    (named === undefined ? undefined : isAbsolute(named) ? named : join(dirname(options.runbook), named))
  if (path === undefined) return { diagnostics: [] }
  const { content, diagnostics } = checkFile(await reader.read('catalog', path), path, { actions: [] })
  if (content?.kind === 'catalog') return { catalog: catalogOf(content.catalog), diagnostics }
  if (content)
    throw new UsageError('NOT_A_CATALOG', `"${path}" is a file of the kind ${content.kind}, and a catalog is expected`)
  return { diagnostics }
}

/** The iCalendar files that windows and freezes name, relative to the runbook, by the name that is written. */
async function readCalendars(
  path: string,
  { windows = [], freezes = [] }: Runbook,
  reader: SourceReader,
): Promise<Readonly<Record<string, string>>> {
  const names = new Set([...windows, ...freezes].flatMap(({ calendar }) => calendar ?? []))
  const files: Record<string, string> = {}
  for (const name of names) {
    const text = await reader.readIfThere('calendar', isAbsolute(name) ? name : join(dirname(path), name))
    if (text !== undefined) files[name] = text
  }
  return files
}

async function readInventory(
  path: string,
  reader: SourceReader,
): Promise<{ readonly inventory?: Inventory; readonly diagnostics: readonly Diagnostic[] }> {
  const main: InventoryFile = { path, text: await reader.read('inventory', path) }
  const wanted = filesBeside(main)
  const beside: InventoryFile[] = []
  for (const file of wanted.files) {
    const text = await reader.readIfThere('csv', file)
    if (text !== undefined) beside.push({ path: file, text })
  }
  for (const folder of wanted.folders) {
    for (const file of await reader.filesBelow(folder)) {
      beside.push({ path: file, text: await reader.read('variables', file) })
    }
  }
  return loadInventory(main, beside)
}
