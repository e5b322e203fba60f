import { describe, expect, it } from 'vitest'
import { allHops, compileRules, gatewayRules, inventoryText, type RuleRunbook } from '../support/rule-runbook.ts'

const told = (runbook: RuleRunbook): readonly string[] =>
  compileRules(runbook)
    .diagnostics.filter(({ code }) => code.startsWith('PLAN_RULE'))
    .map(({ severity, code, message }) => `${severity} ${code}: ${message}`)

const platform = (to: string, more = ''): string =>
  `- {id: platform_${to.replaceAll('.', '_')}, title: Controller, action: t.platform, on: controller, deadline: 5m, back_out: undo, with: {to: R-${to}}${more}}\n`
const gateways = (to: string, rollback = 'never'): string =>
  `- {id: gw_${to.replaceAll('.', '_')}, title: Gateways, rollout: {component: gateways, to: R-${to}, deadline: 10m, each: [{id: install, action: t.install}], rollback: {mode: ${rollback}, steps: [{id: back, action: t.back}]}}}\n`
const look = '- {id: look, title: Look, action: t.look}\n'

describe('what a plan would break', () => {
  it.each<readonly [string, string, RegExp]>([
    [
      'AVX-17: gateways before the controller',
      gateways('6.5.7') + platform('6.5.7'),
      /^error PLAN_RULE_BROKEN: in step 1\.1 "Gateways" on gw-1 the rule "controller-first" would be broken: The controller is never behind a gateway \(.*change\.to is "R-6\.5\.7", controller\.version is "R-6\.4\.2"\)$/,
    ],
    [
      'AVX-18: a second hop before the gateways',
      platform('6.5.7') + platform('6.6.1'),
      /in step 1\.2 "Controller" on ctl the rule "level" .*Behind or ahead: \["gw-1","gw-1-hagw","gw-2"\]\./,
    ],
    [
      'AVX-13: a minor is skipped',
      platform('6.6.1') + gateways('6.6.1'),
      /in step 1\.1 "Controller" on ctl the rule "valid-path"/,
    ],
  ])('%s', (_, steps, message) => {
    expect(told({ steps }).join('\n')).toMatch(message)
  })

  it('AVX-19: mixed versions at the end of a rollout', () => {
    const components = `components:
  controller: {select: target.kind == "controller"}
  gateways: {select: target.kind == "gateway", unit: unit}
  last: {select: target.name == "gw-2"}
`
    const steps = platform('6.5.7') + gateways('6.5.7').replace('component: gateways', 'component: last')
    expect(told({ steps, components }).join('\n')).toMatch(
      /^error PLAN_RULE_BROKEN: at the end of step 1\.2 "Gateways" the rule "resting" would be broken: .*gateways\.level is false/,
    )
  })

  it('AVX-16: is nothing when every hop has its controller, then its gateways', () => {
    expect(told({ steps: platform('6.5.7') + gateways('6.5.7') + platform('6.6.1') + gateways('6.6.1') })).toEqual([])
  })

  it('is a warning where somebody may let it pass, and keeps the plan', () => {
    const rules = gatewayRules.replaceAll('    check:', '    override_by: [change_manager]\n    check:')
    const compiled = compileRules({ rules, steps: gateways('6.5.7') })
    expect(compiled.plan).toBeDefined()
    expect(compiled.diagnostics).toMatchObject([
      {
        severity: 'warning',
        code: 'PLAN_RULE_BROKEN',
        hint: 'The run would stop there, until change_manager lets it pass.',
      },
    ])
  })

  it('is not claimed where only the run can tell', () => {
    // Whether the controller moves depends on an outcome, and either way something else would be broken.
    const maybe = platform('6.5.7', ', when: steps.look.outcome == "succeeded"')
    expect(told({ steps: look + maybe + platform('6.6.1') })).toEqual([])
    expect(told({ steps: look + maybe + gateways('6.5.7') })).toEqual([])
    const unknown = inventoryText.replace('version: R-6.4.2, ', '')
    expect(told({ steps: gateways('6.5.7'), inventory: unknown })).toEqual([])
  })

  it('points to the rule in the file', () => {
    const [finding] = compileRules({ steps: gateways('6.5.7') }).diagnostics
    expect(finding).toMatchObject({ file: 'run.yaml', code: 'PLAN_RULE_BROKEN', range: { start: { column: 12 } } })
  })
})

describe('a state without a way on', () => {
  it('AVX-58: is told before it is entered: gateways rolled back, and the next controller release waits for them', () => {
    const rules = gatewayRules.replace(/ {2}- id: resting[\s\S]*$/, '')
    const steps = platform('6.5.7') + gateways('6.5.7', 'auto') + platform('6.6.1') + gateways('6.6.1', 'auto')
    expect(told({ rules, steps })).toEqual([
      'warning PLAN_RULE_STUCK: after a rollback of gw-1 in step 1.2 "Gateways" there is no way on: in step 1.3 "Controller" on ctl the rule "level" would be broken: Every gateway runs the controller\'s version before the controller moves (target.kind is "controller", target.version is "R-6.5.7". Behind or ahead: ["gw-1"].)',
    ])
  })

  it('AVX-19 AVX-58: at the end of the rollout itself, when mixed versions may not rest', () => {
    expect(told({ steps: allHops }).map((line) => line.replace(/: at .*/, ''))).toEqual([
      'warning PLAN_RULE_STUCK: after a rollback of gw-1 in step 1.1.1.2 "Gateways" there is no way on',
      'warning PLAN_RULE_STUCK: after a rollback of gw-1 in step 1.1.2.2 "Gateways" there is no way on',
    ])
  })

  it('is not told where nothing is rolled back', () => {
    expect(told({ steps: allHops.replace('mode: auto', 'mode: never') })).toEqual([])
  })
})
