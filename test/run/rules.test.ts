import { describe, expect, it } from 'vitest'
import type { Plan } from '../../src/plan/model.ts'
import { action, changes, laneOf, plan, rollout, wave } from '../support/plan-builder.ts'
import { allHops, gatewayRules, inventoryText, rulePlan } from '../support/rule-runbook.ts'
import { type FarSide, Harness, type HarnessOptions } from '../support/run-harness.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

/** Every call does as it is asked; `reads` are what `t.read` finds, by target. */
const honest =
  (reads: Readonly<Record<string, string>> = {}, fails: readonly string[] = []): FarSide =>
  (call) => {
    if (fails.some((path) => `${call.step}@${call.target}`.endsWith(path))) return { fail: 'process' }
    if (call.step.endsWith('read')) return { outputs: { version: reads[call.target] ?? 'R-6.4.2' } }
    return call.step.endsWith('platform') ? { outputs: { version: call.with['to'] ?? '' } } : {}
  }

async function run(plan: Plan, far: FarSide, more: Partial<HarnessOptions> = {}): Promise<Harness> {
  const harness = new Harness(plan, { far, ...more })
  await harness.go()
  expect(harness.died).toBeUndefined()
  return harness
}

const rolloutText = (to: string, more = ''): string => `- id: gateways
  title: Gateways
  rollout:
    component: gateways
    to: ${to}
    deadline: 10m
    each: [{id: install, action: t.install}]
    rollback: {mode: auto, steps: [{id: back, action: t.back}]}
${more}`
const platform = (to: string): string =>
  `- {id: platform, title: Controller, action: t.platform, on: controller, deadline: 5m, back_out: undo, with: {to: ${to}}}\n`
const read = (on: string): string => `- {id: read, title: Read, action: t.read, on: ${on}}\n`
const upgradedController = inventoryText.replace(
  'ctl: {kind: controller}',
  'ctl: {kind: controller, version: R-6.5.7, attributes: {previous_version: R-6.4.2}}',
)
const passable = gatewayRules.replaceAll('    check:', '    override_by: [change_manager]\n    check:')

describe('rules about versions', () => {
  it('AVX-16 AVX-17 AVX-18: see versions as the run changes them, over several hops', async () => {
    const done = await run(rulePlan({ steps: allHops }), honest())
    expect(done.state.outcome).toBe('succeeded')
    expect(done.state.rulesBroken).toEqual([])
    expect(Object.values(done.state.versions).map(({ version, previous }) => [version, previous])).toEqual(
      Array.from({ length: 4 }, () => ['R-6.6.1', 'R-6.5.7']),
    )
  })

  it('hold in a dry run as well, where every change is assumed to be done', async () => {
    const dry = await run(rulePlan({ steps: allHops }), honest(), { mode: 'dry_run' })
    expect(dry.state.rulesBroken).toEqual([])
    expect(dry.state.outcome).toBe('succeeded')
    expect(dry.performed).toEqual([])
  })

  it.each<readonly [string, Parameters<typeof rulePlan>[0], FarSide, string, string, RegExp]>([
    [
      'AVX-18: the controller waits for the last gateway',
      { steps: read('gateways') + platform('R-6.5.7') },
      honest({ 'gw-2': 'R-6.3.9' }),
      'level',
      'ctl',
      /Behind or ahead: \["gw-2"\]/,
    ],
    [
      'AVX-17: no gateway goes ahead of the controller',
      { steps: read('controller') + rolloutText('R-6.5.7'), inventory: upgradedController },
      honest({ ctl: 'R-6.4.2' }),
      'controller-first',
      'gw-1',
      /target\.kind is "gateway", change\.to is "R-6\.5\.7", controller\.version is "R-6\.4\.2"/,
    ],
    [
      'AVX-13 AVX-21: no minor is skipped',
      { steps: read('gateways') + rolloutText('R-6.5.7'), inventory: upgradedController },
      honest({ 'gw-1': 'R-6.3.9', 'gw-1-hagw': 'R-6.4.2', 'gw-2': 'R-6.4.2' }),
      'valid-path',
      'gw-1',
      /target\.version is "R-6\.3\.9"/,
    ],
    [
      'AVX-54: a gateway goes back only to the previous version of the controller',
      {
        steps: rolloutText('R-6.5.7'),
        inventory: upgradedController.replace('{previous_version: R-6.4.2}}', '{previous_version: R-6.2.1}}'),
      },
      honest({}, ['install@gw-1']),
      'gateway-back',
      'gw-1',
      /change\.to is "R-6\.4\.2"/,
    ],
  ])('%s', async (_, runbook, far, rule, target, reason) => {
    const stopped = await run(rulePlan(runbook), far)
    expect(stopped.state.rulesBroken[0]).toMatchObject({ rule, target })
    expect(stopped.state.rulesBroken[0]?.reason).toMatch(reason)
    const { step } = stopped.state.rulesBroken[0]!
    expect(stopped.performed).not.toContain(`${step}@${target}`)
    expect(stopped.types()).toContain('RuleBroken')
  })

  it('AVX-48: a back-out does not take the controller back', async () => {
    const only = /rules:\n| {2}- id: controller-forward\n(?: {4}.*\n)+/g
    const plan = rulePlan({
      rules: (gatewayRules.match(only) ?? []).join(''),
      steps: `${platform('R-6.5.7')}- {id: note, title: Note, action: t.note, deadline: 1m, back_out: [{id: forget, title: Forget, action: t.note, deadline: 1m}]}\n`,
    })
    const harness = await run(plan, honest({}, ['note@']))
    await harness.answer('p1', 'back_out', { reason: 'it does not work' })
    await harness.settled()
    expect(harness.state.rulesBroken).toMatchObject([{ rule: 'controller-forward', target: 'ctl' }])
    expect(harness.calls.filter(({ op }) => op === 'undo')).toEqual([])
    expect(harness.state.versions['ctl']?.version).toBe('R-6.5.7')
  })

  it('AVX-62: of two members that may begin together, the second is refused', async () => {
    const plan = rulePlan({
      steps: rolloutText(
        'R-6.5.7',
        '    max_concurrency: 3\n    max_failures: 3\n    on_failure: [{class: refused, do: fail}]\n',
      ),
      inventory: upgradedController,
      components: `components:
  controller: {select: target.kind == "controller"}
  gateways: {select: target.kind == "gateway", version: {scheme: train}}
`,
    })
    const harness = await run(plan, honest())
    const installs = harness.performed.filter((path) => path.includes('/install@'))
    expect(installs).toEqual(['upgrade/gateways/each/install@gw-1', 'upgrade/gateways/each/install@gw-2'])
    expect(harness.state.rulesBroken).toMatchObject([{ rule: 'pairs', target: 'gw-1-hagw' }, {}])
  })

  it('that cannot be told stop the effect too, and say which rule it was', async () => {
    const plan = rulePlan({ steps: platform('R-6.5.7'), inventory: inventoryText.replace('version: R-6.4.2, ', '') })
    const harness = await run(plan, honest())
    expect(harness.performed).toEqual([])
    expect(Object.values(harness.state.prompts)[0]?.message).toContain('rule "level" cannot be told')
  })

  it('are judged again by the same records after a crash', async () => {
    const plan = rulePlan({ steps: allHops })
    const whole = await run(plan, honest())
    const replayed = new Harness(plan, { journals: whole.journals, far: honest() })
    await replayed.go()
    expect(replayed.state.versions).toEqual(whole.state.versions)
  })
})

describe('a rule at the end of a rollout', () => {
  const rules = `rules:
  - id: same-major
    title: Both members of a pair run the same major when the window closes
    override_by: [change_manager]
    at_close: units.all(u, u.majors.size() <= 1)
`
  const inventory = `rollbook: inventory/v1
defaults: {kind: gateway, version: "17.0"}
targets:
  ctl: {kind: controller}
  gw-1: {unit: pair, member: primary}
  gw-1-hagw: {unit: pair, member: secondary}
`
  const steps = rolloutText('"18.2"', '    max_failures: 3\n    on_failure: [{class: process, do: skip}]\n')

  it('CATO-34: tells that a pair is left on two majors, and stops there', async () => {
    const harness = await run(rulePlan({ rules, inventory, steps }), honest({}, ['install@gw-1-hagw']))
    expect(harness.state.rulesBroken).toMatchObject([{ rule: 'same-major', step: 'upgrade/gateways', target: '' }])
    const [prompt] = Object.values(harness.state.prompts)
    expect(prompt?.message).toContain('ends with rule "same-major" broken: Both members')
    expect(prompt?.choices).toContain('waive')
    await harness.answer(prompt!.prompt, 'waive', { role: 'change_manager', reason: 'the next release mends it' })
    await harness.settled()
    expect(harness.state.steps['upgrade/gateways']?.status).toBe('succeeded')
    expect(harness.state.deviations).toMatchObject([{ kind: 'rule_broken', by: 'olga' }])
  })

  it('CATO-34: is also judged when the window closes between the members, which the next opening mends', async () => {
    const names = ['gw-1', 'gw-1-hagw']
    const step = rollout('r', names, {
      to: '18.2',
      each: [action('install', { capabilities: { ...changes, idempotent: true } })],
      target_deadline_ms: 25 * 60_000,
      window: { ids: ['night'], overrun: 'finish_unit', fit: 'worst_case', reserve_ms: 0 },
      lanes: [
        laneOf(
          'all',
          [
            wave(
              'all',
              names.map((name) => ({ name, unit: 'pair' })),
            ),
          ],
          { time_zone: 'UTC' },
        ),
      ],
    })
    const made = plan([[step]], {
      targets: names,
      rules: [{ id: 'same-major', title: 'One major', at_close: 'units.all(u, u.majors.size() <= 1)', covers: [] }],
    })
    const targets = Object.fromEntries(
      names.map((name) => [name, { ...made.targets[name]!, version: '17.0', unit: 'pair' }]),
    )
    const windows = [{ id: 'night', days: ['sun'], start: '01:00', duration: '40m', time_zone: 'UTC' }]
    const clock = new VirtualClock()
    const harness = new Harness(
      { ...made, targets, calendar: { windows, freezes: [], files: {} } },
      {
        clock,
        far: async () => {
          await clock.sleep(20 * 60_000)
          return {}
        },
      },
    )
    await harness.go()
    expect(harness.died).toBeUndefined()
    expect(harness.state.outcome).toBe('succeeded')
    expect(harness.state.rulesBroken).toMatchObject([{ rule: 'same-major', step: 'phase1/r', target: '' }])
    expect(harness.performed.map((path) => path.split('@')[1])).toEqual(names)
  })

  it('CATO-34: says nothing when both have moved', async () => {
    const harness = await run(rulePlan({ rules, inventory, steps }), honest())
    expect([harness.state.outcome, harness.state.rulesBroken]).toEqual(['succeeded', []])
  })
})

describe('letting a broken rule pass', () => {
  const changed = (harness: Harness): readonly string[] => harness.performed.filter((path) => !path.includes('/read@'))
  const drifted = (rules: string): Promise<Harness> =>
    run(rulePlan({ rules, steps: read('gateways') + platform('R-6.5.7') }), honest({ 'gw-2': 'R-6.3.9' }))

  it('is a matter of the roles that the rule names, with a reason, for that effect, on record', async () => {
    const harness = await drifted(passable)
    const [prompt] = Object.values(harness.state.prompts)
    expect(prompt?.choices).toContain('waive')
    await expect(harness.answer(prompt!.prompt, 'waive', { reason: 'now' })).resolves.toMatchObject({
      reason: expect.stringContaining('let pass by change_manager; say in which role') as unknown,
    })
    await expect(harness.answer(prompt!.prompt, 'waive', { role: 'operator', reason: 'now' })).resolves.toMatchObject({
      reason: expect.stringContaining('not by operator') as unknown,
    })
    await expect(harness.answer(prompt!.prompt, 'waive', { role: 'change_manager' })).resolves.toMatchObject({
      reason: expect.stringContaining('needs a reason') as unknown,
    })
    expect(changed(harness)).toEqual([])
    await harness.answer(prompt!.prompt, 'waive', { role: 'change_manager', reason: 'support has confirmed it' })
    await harness.settled()
    expect(changed(harness)).toEqual(['upgrade/platform@ctl'])
    expect(harness.state.rulesWaived).toMatchObject([{ rule: 'level', target: 'ctl', by: 'olga' }])
    expect(harness.state.deviations).toMatchObject([
      { kind: 'rule_broken', reason: expect.stringContaining('support has confirmed it') as unknown },
    ])
  })

  it('is impossible for a rule that names nobody', async () => {
    const harness = await drifted(gatewayRules)
    const [prompt] = Object.values(harness.state.prompts)
    expect(prompt?.choices).not.toContain('waive')
    expect(prompt?.message).toMatch(/rule "level" would be broken: .*It may be let pass by nobody$/)
    await harness.answer(prompt!.prompt, 'retry')
    await harness.settled()
    expect(changed(harness)).toEqual([])
    expect(harness.state.rulesBroken).toHaveLength(2)
  })
})
