/** Compiles a runbook with the shipped actions and plays it through: what the tests of the simulator share. */

import * as calendar from '../../src/calendar/index.ts'
import { allActions } from '../../src/executors/index.ts'
import { loadInventory } from '../../src/inventory/index.ts'
import { checkFile } from '../../src/language/check-file.ts'
import { compilePlan } from '../../src/plan/compile.ts'
import type { GivenInput } from '../../src/plan/inputs.ts'
import type { Plan } from '../../src/plan/model.ts'
import { runbookPlaces } from '../../src/service/runbook-places.ts'
import type { KnownAction } from '../../src/simulation/far-side.ts'
import { readScenario, type ScenarioModel } from '../../src/simulation/scenario-model.ts'
import { parseSource } from '../../src/source/parse-source.ts'

/** When the plans of tests are made: before the first window that they use. */
const planningDay = Date.UTC(2026, 11, 1)

const byName = new Map(allActions.map((action) => [action.name, action]))

export const findAction = (name: string): KnownAction | undefined => byName.get(name)

/** @throws Error with the findings when the runbook is not right */
export function planFrom(runbook: string, inventory: string, inputs: Readonly<Record<string, GivenInput>> = {}): Plan {
  const loaded = loadInventory({ path: 'inventory.yaml', text: inventory })
  if (!loaded.inventory) throw new Error(JSON.stringify(loaded.diagnostics))
  const checked = checkFile(runbook, 'runbook.yaml', { actions: allActions, inventory: loaded.inventory })
  if (checked.content?.kind !== 'runbook') throw new Error(JSON.stringify(checked.diagnostics, undefined, 1))
  const compiled = compilePlan({
    runbook: checked.content.runbook,
    places: runbookPlaces(parseSource(runbook, 'runbook.yaml')),
    hash: `sha256:${'0'.repeat(64)}`,
    inventory: loaded.inventory,
    inputs,
    actions: allActions,
    calendar: { ...calendar, files: {}, now: planningDay },
  })
  if (!compiled.plan) throw new Error(JSON.stringify(compiled.diagnostics, undefined, 1))
  return compiled.plan
}

/** @throws Error with the findings when the scenario is not right */
export function scenarioFrom(text: string): ScenarioModel {
  const checked = checkFile(`rollbook: scenario/v1\nname: test\n${text}`, 'scenario.yaml', { actions: allActions })
  if (checked.content?.kind !== 'scenario') throw new Error(JSON.stringify(checked.diagnostics, undefined, 1))
  return readScenario(checked.content.scenario)
}
