import type { Range } from 'vscode-languageserver/node'
import { makePlanView } from '../../app/plan-view/make-plan-view.ts'
import type { PlanView } from '../../app/plan-view/model.ts'
import { runbookOf } from '../../service/families.ts'
import { type MadePlan, planInSteps } from '../../service/make-plan.ts'
import { type PhaseTreeItem, phaseTree } from '../../service/phase-tree.ts'
import { playUnhurried } from '../../service/play-unhurried.ts'
import { wireRange } from '../convert-diagnostic.ts'
import type { Session } from '../server.ts'
import { given, planFiles, type SourcesAnswer, systemsFor } from './sources.ts'

/** Answer to `rollbook/plan`. */
export type PlanAnswer = SourcesAnswer & { readonly version: number } & (
    | {
        readonly state: 'plan'
        readonly view: PlanView
        /** Where phases and steps stand in the text; outer ones before what they hold. */
        readonly places: readonly { readonly place: string; readonly range: Range; readonly selection: Range }[]
      }
    /** `reason` is a part of a sentence: "the runbook has errors", "it needs an inventory". */
    | { readonly state: 'no_plan'; readonly reason: string; readonly missing: readonly string[] }
  )

const dayMs = 86_400_000

/**
 * @param now - milliseconds since the epoch
 * @param start - of the run; absent: the midnight UTC after now, as for `rollbook plan`
 * @returns `null` for a file that belongs to no runbook
 */
export function* planAnswer(
  session: Session,
  uri: string,
  now: number,
  start: number = (Math.floor(now / dayMs) + 1) * dayMs,
): Generator<void, PlanAnswer | null> {
  const { workspace, paths } = session
  const path = runbookOf(workspace, paths.pathOf(uri))
  if (path === undefined) return null
  const version = workspace.document(path)?.version ?? 0
  const about = { uri: paths.uriOf(path), version, systems: systemsFor(workspace, path) }
  const made = yield* planInSteps(workspace, path, { now, start })
  // What was typed meanwhile has moved the places, and a plan of the text before is of no use to anybody.
  if ((workspace.document(path)?.version ?? 0) !== version) return yield* planAnswer(session, uri, now, start)
  if (!made) {
    const files = planFiles(workspace, path)
    return { ...about, files, state: 'no_plan', reason: 'the text cannot be read', missing: [] }
  }
  const files = given({ inventory: made.inventoryPath, values: made.valuesPath, catalog: made.catalogPath })
  if (!made.plan) {
    const missing = made.missing.map(({ name }) => name)
    return { ...about, files, state: 'no_plan', reason: made.reason ?? 'it cannot be planned', missing }
  }
  const unhurried = made.plan.timeline && (yield* playUnhurried(workspace, path, made))
  yield
  if ((workspace.document(path)?.version ?? 0) !== version) return yield* planAnswer(session, uri, now, start)
  return { ...about, files, state: 'plan', view: makePlanView(made.plan, unhurried), places: placesOf(made) }
}

function placesOf({ document }: MadePlan): Extract<PlanAnswer, { state: 'plan' }>['places'] {
  const { lines } = document.source
  const places = (items: readonly PhaseTreeItem[]): Extract<PlanAnswer, { state: 'plan' }>['places'] =>
    items.flatMap(({ place, range, selection, children }) => [
      ...(place === ''
        ? []
        : [{ place, range: wireRange(lines.range(range)), selection: wireRange(lines.range(selection)) }]),
      ...places(children),
    ])
  return places(phaseTree(document))
}
