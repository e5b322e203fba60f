import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileRules, gatewayRules, rulePlan } from '../support/rule-runbook.ts'
import { Harness } from '../support/run-harness.ts'

const builds = ['R-6.3.9', 'R-6.4.2', 'R-6.5.7', 'R-6.6.1', 'R-6.7.1'] as const
const place = (version: string): number => builds.indexOf(version as (typeof builds)[number])
const version = fc.constantFrom(...builds)
const gatewayNames = ['gw-1', 'gw-1-hagw', 'gw-2'] as const

/** What happens in the world of a run: a reading that corrects the record, a move of the controller, a rollout. */
const step = fc.oneof(
  fc.record({ kind: fc.constant('platform' as const), to: version }),
  fc.record({ kind: fc.constant('gateways' as const), to: version }),
)

/** Rules that somebody may let pass, so that the planner warns and the run comes to the point; nobody does. */
const rules = gatewayRules.replaceAll(/ {4}(check|at_close):/g, '    override_by: [change_manager]\n    $1:')

const stepText = ({ kind, to }: { kind: 'platform' | 'gateways'; to: string }, index: number): string =>
  kind === 'platform'
    ? `- {id: s${index}, title: Controller, action: t.platform, on: controller, deadline: 5m, back_out: undo, with: {to: ${to}}}\n`
    : `- {id: s${index}, title: Gateways, rollout: {component: gateways, to: ${to}, deadline: 10m, max_concurrency: 3, each: [{id: install, action: t.install}], rollback: {mode: auto, steps: [{id: back, action: t.back}]}, on_failure: [{class: refused, do: fail}]}}\n`

const inventory = (controller: string, gateways: readonly string[]): string => `rollbook: inventory/v1
targets:
  ctl: {kind: controller, version: ${controller}}
  gw-1: {kind: gateway, unit: pair, version: ${gateways[0]}}
  gw-1-hagw: {kind: gateway, unit: pair, version: ${gateways[1]}}
  gw-2: {kind: gateway, version: ${gateways[2]}}
`

interface World {
  readonly controller: string
  readonly gateways: readonly [string, string, string]
  readonly steps: readonly { readonly kind: 'platform' | 'gateways'; readonly to: string }[]
}

const anyWorld: fc.Arbitrary<World> = fc.record({
  controller: version,
  gateways: fc.tuple(version, version, version),
  steps: fc.array(step, { minLength: 1, maxLength: 5 }),
})

/** Hop by hop as it should be, sometimes with one step that should not be there. */
const orderlyWorld: fc.Arbitrary<World> = fc
  .record({
    start: fc.integer({ min: 0, max: 2 }),
    hops: fc.integer({ min: 1, max: 3 }),
    wrong: fc.option(fc.record({ at: fc.nat(5), step }), { freq: 2 }),
  })
  .map(({ start, hops, wrong }): World => {
    const from = builds[start]!
    const targets = builds.slice(start + 1, start + 1 + hops)
    const steps: World['steps'][number][] = targets.flatMap((to) => [
      { kind: 'platform', to },
      { kind: 'gateways', to },
    ])
    if (wrong) steps.splice(wrong.at % (steps.length + 1), 0, wrong.step)
    return { controller: from, gateways: [from, from, from], steps }
  })

const world = fc.oneof(anyWorld, { arbitrary: orderlyWorld, weight: 2 })

/** Goes through what was really done and says which effect a careful person would not have begun. */
function firstViolation(harness: Harness, start: Record<string, string>): string | undefined {
  const now = { ...start }
  for (const call of harness.calls) {
    const to = call.step.endsWith('/install') ? targetVersion(harness, call.step) : call.with['to']
    if (call.op !== 'perform' || typeof to !== 'string') continue
    const from = place(now[call.target]!)
    const what = `${call.target} from ${now[call.target]} to ${to}`
    if (place(to) > from + 1) return `${what} skips a minor`
    if (place(to) < from) return `${what} goes back`
    if (call.target === 'ctl' && gatewayNames.some((name) => now[name] !== now['ctl']))
      return `${what} before the gateways`
    if (call.target !== 'ctl' && place(to) > place(now['ctl']!)) return `${what} ahead of the controller`
    now[call.target] = to
  }
  return undefined
}

function targetVersion(harness: Harness, path: string): string {
  return String(harness.calls.find((call) => call.step === path)?.with['to'] ?? '')
}

describe('whatever the steps and the versions are', () => {
  const far = (call: { step: string; with: object }): { outputs: object } => ({
    outputs: call.step.endsWith('/install') ? {} : { version: (call.with as { to?: string }).to ?? '' },
  })

  it('nothing is done that a rule forbids, and what stops is really forbidden', async () => {
    await fc.assert(
      fc.asyncProperty(world, async ({ controller, gateways, steps }) => {
        const text = steps
          .map((each, index) =>
            stepText(each, index).replace('action: t.install}', `action: t.install, with: {to: ${each.to}}}`),
          )
          .join('')
        const plan = rulePlan({ rules, steps: text, inventory: inventory(controller, gateways) })
        const harness = new Harness(plan, { far: far as never })
        await harness.go()
        expect(harness.died).toBeUndefined()
        const start = { ctl: controller, 'gw-1': gateways[0], 'gw-1-hagw': gateways[1], 'gw-2': gateways[2] }
        expect(firstViolation(harness, start)).toBeUndefined()
        const stopped = harness.state.rulesBroken.length > 0
        expect(harness.state.outcome).toBe(stopped ? undefined : 'succeeded')
      }),
      { numRuns: 80 },
    )
  })

  it('the plan foresees exactly what the run comes to, where nothing differs from the inventory', async () => {
    await fc.assert(
      fc.asyncProperty(world, async ({ controller, gateways, steps }) => {
        const runbook = { rules, steps: steps.map(stepText).join(''), inventory: inventory(controller, gateways) }
        const compiled = compileRules(runbook)
        const foreseen = compiled.diagnostics.find(({ code }) => code === 'PLAN_RULE_BROKEN')
        const harness = new Harness(compiled.plan!, { far: far as never })
        await harness.go()
        const [first] = harness.state.rulesBroken
        expect(foreseen === undefined).toBe(first === undefined)
        if (first) expect(foreseen?.message).toContain(`the rule "${first.rule}" would be broken`)
      }),
      { numRuns: 80 },
    )
  })
})
