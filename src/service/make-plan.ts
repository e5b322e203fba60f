/**
 * The plan of a runbook as the editor has it: the same planner and the same simulator as `rollbook plan`, over the texts
 * of the workspace. It takes a while, so it is made in pieces, and only when somebody wants it.
 */
import type { Diagnostic } from '../base/diagnostic.ts'
import type { Json } from '../base/json.ts'
import { sha256 } from '../base/sha256.ts'
import * as calendar from '../calendar/index.ts'
import type { Catalog } from '../catalog/index.ts'
import { checkInSteps } from '../language/check-file.ts'
import { needsInventory } from '../language/inventory-need.ts'
import { mapsIn, textIn } from '../language/outline.ts'
import { compileInSteps } from '../plan/compile.ts'
import type { GivenInput, MissingInput } from '../plan/inputs.ts'
import type { Plan } from '../plan/model.ts'
import { rolloutTargets, timelineTargetsMax } from '../plan/timeline.ts'
import { timelineInSteps } from '../simulation/timeline.ts'
import { pathBeside } from './files.ts'
import { type KnownValues, knownValues } from './known-values.ts'
import { runbookPlaces } from './runbook-places.ts'
import type { ReadDocument, Workspace } from './workspace.ts'

/** What came of planning a runbook with the files that count for it. */
export interface MadePlan {
  /** Of the text that it was made from; its steps lead back into it by their paths. */
  readonly document: ReadDocument
  /** What the names in its expressions stood for. */
  readonly known: KnownValues | undefined
  /** With its timeline, unless the fleet is too large for one. Absent when something is missing or wrong. */
  readonly plan?: Plan
  readonly inventoryPath?: string
  readonly valuesPath?: string
  readonly catalogPath?: string
  /** Inputs that have no value yet. */
  readonly missing: readonly MissingInput[]
  /** Of the check and of the planner. */
  readonly diagnostics: readonly Diagnostic[]
  /** Why there is no plan, in a sentence; absent when there is one. */
  readonly reason?: string
}

export interface MakePlanOptions {
  /** Windows that closed before do not count; milliseconds since the epoch. */
  readonly now: number
  /** Start of the timeline. Absent: no day in particular, without windows and freezes. */
  readonly start?: number
}

/** Records of the simulator between two pauses. */
const pieceMax = 200

/** @returns pauses in between, at last the plan, or why there is none; undefined for what is no runbook */
export function* planInSteps(
  workspace: Workspace,
  path: string,
  options: MakePlanOptions,
): Generator<void, MadePlan | undefined> {
  const document = yield* workspace.readInSteps(path)
  if (document?.kind !== 'runbook/v1') return undefined
  const known = knownValues(workspace, path)
  const { inventory, inventoryPath, valuesPath, catalogPath, context } = known ?? {}
  const files = {
    document,
    known,
    missing: [],
    ...(inventoryPath === undefined ? {} : { inventoryPath }),
    ...(valuesPath === undefined ? {} : { valuesPath }),
    ...(catalogPath === undefined ? {} : { catalogPath }),
  }
  const checked = yield* checkInSteps(document.source, {
    ...workspace.environment(),
    ...(inventory ? { inventory } : {}),
  })
  const { diagnostics } = checked
  if (checked.content?.kind !== 'runbook') return { ...files, diagnostics, reason: 'the runbook has errors' }
  const { runbook } = checked.content
  if (!inventory && needsInventory(runbook as unknown as Json)) {
    const reason = inventoryPath === undefined ? 'it needs an inventory' : `the inventory ${inventoryPath} has errors`
    return { ...files, diagnostics, reason }
  }
  const sha = workspace.settings.sha256 ?? sha256
  const { text } = document.source
  const compiled = yield* compileInSteps({
    runbook,
    places: runbookPlaces(document.source),
    hash: `sha256:${sha(text)}`,
    inventory: inventory ?? { systems: {}, targets: {}, secrets: {} },
    inputs: valuesPath === undefined ? {} : givenIn(workspace, valuesPath),
    actions: workspace.settings.actions,
    sha256: sha,
    ...(context?.catalog === undefined ? {} : { catalog: context.catalog as Catalog }),
    calendar: { ...calendar, files: calendarFiles(workspace, document), now: options.now },
  })
  const all = [...diagnostics, ...compiled.diagnostics]
  const made = { ...files, missing: compiled.missing, diagnostics: all }
  if (!compiled.plan) return { ...made, reason: reasonOf(compiled.missing, compiled.diagnostics) }
  if (rolloutTargets(compiled.plan) > timelineTargetsMax) return { ...made, plan: compiled.plan }
  const byName = new Map(workspace.settings.actions.map((action) => [action.name, action]))
  const timeline = yield* timelineInSteps(
    compiled.plan,
    { ...(options.start === undefined ? {} : { start: options.start }), findAction: (name) => byName.get(name) },
    pieceMax,
  )
  return { ...made, plan: { ...compiled.plan, timeline } }
}

/** {@link planInSteps} in one go. */
export function makePlan(workspace: Workspace, path: string, options: MakePlanOptions): MadePlan | undefined {
  const steps = planInSteps(workspace, path, options)
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value
}

function reasonOf(missing: readonly MissingInput[], diagnostics: readonly Diagnostic[]): string {
  if (missing.length > 0) return `it needs a value of ${missing.map(({ name }) => `"${name}"`).join(', ')}`
  return diagnostics.find(({ severity }) => severity === 'error')?.message ?? 'it cannot be planned'
}

function givenIn(workspace: Workspace, valuesPath: string): Readonly<Record<string, GivenInput>> {
  const values = workspace.recent(valuesPath)?.root?.value ?? {}
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { value: value as Json, source: 'values' }]),
  )
}

function calendarFiles(workspace: Workspace, { path, outline, root }: ReadDocument): Readonly<Record<string, string>> {
  const nodes = [...(outline?.windows ?? []), ...mapsIn(root, 'freezes')]
  return Object.fromEntries(
    nodes.flatMap((node) => {
      const name = textIn(node, 'calendar')?.text
      const text = name === undefined ? undefined : workspace.files.read(pathBeside(path, name))
      return name === undefined || text === undefined ? [] : [[name, text]]
    }),
  )
}
