import { playPlan } from '../../src/app/plan-timeline.ts'
import type { JsonObject } from '../../src/base/json.ts'
import * as calendar from '../../src/calendar/index.ts'
import { loadInventory } from '../../src/inventory/index.ts'
import { type Compiled, compilePlan } from '../../src/plan/compile.ts'
import type { GivenInput } from '../../src/plan/inputs.ts'
import type { Plan, PlanStep } from '../../src/plan/model.ts'
import { withChildren } from '../../src/plan/place-cleanups.ts'
import type { Action, Capabilities } from '../../src/ports/executor.ts'
import type { Runbook } from '../../src/runbook/runbook.generated.ts'
import validate from '../../src/runbook/runbook-validator.generated.js'
import { runbookPlaces } from '../../src/service/runbook-places.ts'
import { parseSource } from '../../src/source/parse-source.ts'

const reads: Capabilities = {
  effect: 'none',
  idempotent: true,
  probe: false,
  dry_run: false,
  reversible: false,
  resumable: false,
}
const changes: Capabilities = { ...reads, effect: 'change', idempotent: false, reversible: true }

/** Actions with round durations: the planner needs nothing else of an executor. */
function action(name: string, capabilities: Capabilities, runsOn: Action['runs_on'], minutes: number): Action {
  return {
    name,
    title: `Title of ${name}`,
    description: 'For tests of the planner.',
    with: { type: 'object' },
    outputs: { type: 'object' },
    capabilities,
    duration: { expected_ms: minutes * 60_000, worst_ms: minutes * 120_000 },
    runs_on: runsOn,
    example: {},
    describe: (args: JsonObject, target) => `${name} ${JSON.stringify(args)} on ${target?.name ?? 'control'}`,
    check: (args) => (args['refuse'] === true ? ['it says no'] : []),
    perform: async () => ({ outputs: {} }),
  }
}

export const testActions: readonly Action[] = [
  action('t.look', reads, 'both', 1),
  action('t.change', changes, 'both', 10),
  action('t.fixed', { ...changes, reversible: false }, 'target', 10),
  action('t.call', reads, 'control', 1),
]

export const inventoryText = `rollbook: inventory/v1
systems: {cluster: {kind: lab, address: "https://lab.example.com"}}
targets:
  core: {kind: node, roles: [primary, controller], version: "1.0", site: a}
  dea-1: {kind: node, roles: [dea], version: "1.0", site: a}
  dea-2: {kind: node, roles: [dea], version: "2.0", site: b}
  router: {kind: node, roles: [router], version: "1.0", site: b}
  switch: {kind: device, version: "9"}
`

const head = 'rollbook: runbook/v1\nname: test\ntitle: Test\nversion: 1.0.0\n'

/** Saturday, 2 May 2026, noon UTC: when the plans of tests are made. */
export const planningDay: number = Date.UTC(2026, 4, 2, 12)

/** Compiles a runbook without its header; `phases` may be left out in favour of `steps`. */
export function compileText(
  text: string,
  given: Readonly<Record<string, GivenInput>> = {},
  inventory: string = inventoryText,
  files: Readonly<Record<string, string>> = {},
): Compiled {
  const document = parseSource(head + text, 'test.yaml')
  const content = document.root?.value
  if (document.broken || !validate(content)) {
    throw new Error(
      `the fixture is no valid runbook: ${JSON.stringify(validate.errors?.slice(0, 3) ?? document.findings, replacer)}`,
    )
  }
  const loaded = loadInventory({ path: 'inventory.yaml', text: inventory })
  if (!loaded.inventory) throw new Error(`the fixture is no valid inventory: ${JSON.stringify(loaded.diagnostics)}`)
  return compilePlan({
    runbook: content as unknown as Runbook,
    places: runbookPlaces(document),
    hash: `sha256:${'0'.repeat(64)}`,
    inventory: loaded.inventory,
    inputs: given,
    actions: testActions,
    calendar: { ...calendar, files, now: planningDay },
    play: (plan, start) => playPlan(plan, testActions, start),
  })
}

const replacer = (key: string, value: unknown): unknown =>
  key === 'parentSchema' || key === 'schema' || key === 'data' ? undefined : value

/** Steps of one phase. */
export function phase(steps: string): string {
  return `phases:\n  - id: p\n    kind: upgrade\n    title: P\n    steps:\n${steps.replace(/^/gm, '      ')}\n`
}

/** The plan, or a failure that shows the findings. */
export function planOf(compiled: Compiled): Plan {
  if (!compiled.plan) throw new Error(compiled.diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n'))
  return compiled.plan
}

/** Every step of a plan in order, groups before what they hold. */
export function stepsOf(plan: Plan): readonly PlanStep[] {
  return plan.phases.flatMap((part) => part.steps.flatMap(withChildren))
}

export function stepAt(plan: Plan, path: string): PlanStep {
  const step = stepsOf(plan).find((candidate) => candidate.path === path)
  if (!step)
    throw new Error(
      `no step ${path}; there are ${stepsOf(plan)
        .map((candidate) => candidate.path)
        .join(', ')}`,
    )
  return step
}
