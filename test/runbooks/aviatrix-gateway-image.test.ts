/** The runbook that replaces gateways: what its plan holds, what its rules refuse, a simulated night, and a run. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { allActions } from '../../src/executors/index.ts'
import { checkFile } from '../../src/language/check-file.ts'
import type { Plan } from '../../src/plan/model.ts'
import { captureIo } from '../support/captured-io.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { startNetwork } from './aviatrix-network.ts'
import {
  action,
  load,
  rollout,
  rolloutNamed,
  root,
  type Shows,
  says,
  sent,
  stepNamed,
  stepsOf,
} from './aviatrix-plans.ts'

const name = 'aviatrix-gateway-image'
const everyGateway = (step: { readonly targets: readonly string[] }): boolean => step.targets.length === 11

const demands: readonly (readonly [id: string, step: string, shows: Shows])[] = [
  ['AVX-04', 'replace', action('gateway_image_upgrade', (step) => step.capabilities.effect === 'disruptive')],
  ['AVX-04', 'images', rollout((step) => step.impact?.kind === 'degraded' && step.impact.downtime_ms === 60_000)],
  ['AVX-07', 'notes', says('Read the notes of the image that belongs to 6.8.1148')],
  [
    'AVX-08',
    'images',
    rollout((step) => step.lanes[0]!.waves.map(({ id }) => id).join() === 'canary,first_regions,regions,vpn'),
  ],
  ['AVX-20', 'facts', action('controller_status', (step) => sent(step, 'version') === '6.8.1148')],
  ['AVX-22', 'notes', says('Checklist, backup and dry run come first', "goes to the vendor's support")],
  ['AVX-35', 'gateways_up', action('gateway_status', (step) => everyGateway(step) && step.with['require'] === 'up')],
  ['AVX-36', 'tunnels_up', action('tunnels', (step) => step.with['require'] === 'up')],
  ['AVX-40', 'back_up', action('backup')],
  ['AVX-41', 'keep_three', action('backup_prune', (step) => step.with['keep'] === 3)],
  ['AVX-43', 'dry_run', action('gateway_dry_run', (step) => everyGateway(step) && step.with['kind'] === 'image')],
  ['AVX-44', 'dry_run', (step) => step.form === 'action' && step.on_failure === 'ask'],
  ['AVX-51', 'image', action('gateway_status', (step) => step.with['level'] === true)],
  ['AVX-52', 'gateway_facts', action('gateway_status', everyGateway)],
  ['AVX-54', 'back', action('gateway_rollback', (step) => step.with['to'] === '${{ steps.facts.outputs.previous }}')],
  ['AVX-55', 'back', action('gateway_rollback', (step) => step.capabilities.effect === 'disruptive')],
  ['AVX-56', 'back', action('gateway_rollback')],
  ['AVX-57', 'is_back', action('gateway_status', (step) => step.with['require'] === 'up')],
  ['AVX-58', 'go', (step) => step.form === 'gate' && /do not go back: nothing leads on/.test(step.description ?? '')],
  ['AVX-58', 'escalate', says("open a case with the vendor's support")],
  ['AVX-60', 'tell_users', says('out for minutes where theirs is the only gateway', 'they connect to another one')],
  ['AVX-61', 'images', rollout((step) => step.unit.one_at_a_time && step.targets.length === 10)],
  ['AVX-62', 'images', rollout((step) => step.unit.one_at_a_time)],
  ['AVX-64', 'tell_users', says('Throughput drops', 'clusters see a short disruption')],
  [
    'AVX-65',
    'images_without_mesh',
    rollout((step) => step.targets.join() === 'edge-use1-1' && step.max_concurrency === 1),
  ],
  ['AVX-66', 'replace', action('gateway_image_upgrade', (step) => sent(step, 'to') === '6.8.1148')],
  ['AVX-66', 'image', action('gateway_status', (step) => step.with['matching_image'] === true)],
]

describe('the runbook for images of gateways', () => {
  let plan: Plan
  beforeAll(async () => {
    const loaded = await load(name)
    expect(loaded.diagnostics).toEqual([])
    plan = loaded.plan!
  })

  it('has no finding, not even a hint', () => {
    const text = readFileSync(`${root}/runbooks/${name}.yaml`, 'utf8')
    expect(checkFile(text, `${name}.yaml`, { actions: allActions }).diagnostics).toEqual([])
  })

  it.each(demands)('%s is covered by step "%s" in the right form', (id, step, shows) => {
    const found = stepNamed(plan, step)
    expect(found.covers).toContain(id)
    expect(shows(found)).toBe(true)
  })

  it.each([
    ['AVX-17', 'controller-first'],
    ['AVX-19', 'resting'],
    ['AVX-53', 'back-to-previous'],
    ['AVX-54', 'back-to-previous'],
    ['AVX-62', 'pairs'],
    ['AVX-65', 'active-mesh'],
  ])('%s is covered by the rule "%s"', (id, rule) => {
    expect(plan.rules.find((each) => each.id === rule)?.covers).toContain(id)
  })

  it('AVX-63: covers every demand that it names, one of them by its note', () => {
    const covered = new Set([
      ...stepsOf(plan).flatMap((step) => step.covers),
      ...plan.rules.flatMap((rule) => rule.covers),
      ...plan.acceptance_criteria.flatMap((criterion) => criterion.covers),
    ])
    const open = plan.requirements.filter(({ id }) => !covered.has(id))
    expect(open.map(({ id }) => id)).toEqual(['AVX-63'])
    expect(open[0]!.note).toContain('by itself')
  })

  it('AVX-60: OpenVPN gateways are the last wave, one by one', () => {
    const { lanes } = rolloutNamed(plan, 'images')
    const vpn = lanes[0]!.waves.at(-1)!
    expect(vpn.targets.map((each) => each.name).toSorted()).toEqual(['vpn-euc1-1', 'vpn-use1-1'])
    expect(vpn).toMatchObject({ id: 'vpn', max_concurrency: 1 })
  })

  it('AVX-65: without a case, gateways without ActiveMesh 2.0 are left as they are', async () => {
    const without = (await load(name, ['support_case='])).plan!
    expect(rolloutNamed(without, 'images_without_mesh').skip).toContain('support_case')
    expect(rolloutNamed(without, 'images').targets).not.toContain('edge-use1-1')
  })

  it('the simulated night ends inside its window', async () => {
    const io = captureIo({ cwd: root, env: { AVIATRIX_PASSWORD: 'any' } })
    const files = [
      `runbooks/${name}.yaml`,
      '-i',
      `runbooks/${name}.inventory.yaml`,
      '--values',
      `runbooks/${name}.values.yaml`,
    ]
    const code = await runCli(['simulate', ...files, '--scenario', `runbooks/${name}.scenario.yaml`], io)
    expect(code, io.err()).toBe(0)
    expect(io.out()).toContain('project: struck 1 time')
    expect(io.out()).toMatch(/^succeeded after .*Sat 2027-03-06 0[0-7]:/m)
    const book = join(temporaryFolder(), 'book.md')
    expect(await runCli(['book', ...files, '-o', book], io), io.err()).toBe(0)
    expect(plan.requirements.filter(({ id }) => !readFileSync(book, 'utf8').includes(id))).toEqual([])
  })
})

describe('on an emulated controller', () => {
  const replaced = { installed: '6.8.1148', previous: '6.7.1376', gateways: 12 } as const

  it('AVX-04, AVX-61, AVX-62, AVX-66: pairs are drained, never both are away, every image is the matching one', async () => {
    const network = await startNetwork({ ...replaced, faults: ['gateway-fails:spoke-use1-1'] })
    const { code, io } = await network.run(name)
    expect(code, io.out() + io.err()).toBe(0)
    const { gateways } = network.emulator.state()
    expect(new Set(gateways.map((each) => each.image))).toEqual(new Set(['hvm-cloudx-aws-102022']))
    const effects = network.emulator.effects()
    const outages = effects.filter(({ kind }) => kind === 'outage').map(({ gateway }) => gateway)
    expect(outages.toSorted()).toEqual(['edge-euc1-1', 'edge-use1-1', 'vpn-euc1-1', 'vpn-use1-1'])
    const drained = effects.filter(({ kind }) => kind === 'drain').map(({ gateway }) => gateway)
    expect(new Set(drained).size).toBe(8)
    // The archive of one was too short, so it was drained twice.
    expect(drained.filter((gateway) => gateway === 'spoke-use1-1')).toHaveLength(2)
  })
})
