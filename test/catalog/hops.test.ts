import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LoadedPlan, loadPlan } from '../../src/app/load.ts'

const catalog = `rollbook: catalog/v1
name: gateways
products:
  platform:
    scheme: train
    choose: line
    releases:
      - {version: UserConnect-6.4.2995}
      - {version: UserConnect-6.5.750}
      - {version: UserConnect-6.6.123}
      - {version: UserConnect-6.7.1185}
    images:
      - {name: base-1, platform: aws, releases: ["6.5", "6.6"]}
`
const inventory = `rollbook: inventory/v1
targets:
  ctl: {kind: controller, version: UserConnect-6.4.2838}
  gw-1: {kind: gateway, version: UserConnect-6.4.2838}
`
const runbook = (more = ''): string => `rollbook: runbook/v1
name: hops
title: Several hops
version: 1.0.0
${more}inputs:
  release: {type: version, title: Release to install, required: true}
components:
  controller: {select: target.kind == "controller", version: {scheme: train}}
  gateways: {select: target.kind == "gateway", version: {scheme: train}}
phases:
  - id: upgrade
    kind: upgrade
    title: Upgrade
    steps:
      - id: hop
        title: "To \${{ hop }}"
        for_each: {hop: "\${{ versions.path(controller.version, inputs.release) }}"}
        steps:
          - id: gateways
            title: "Gateways to \${{ versions.line(hop) }} on \${{ versions.image(hop, 'aws') }}"
            rollout:
              component: gateways
              to: "\${{ hop }}"
              deadline: 10m
              each: [{id: install, action: ssh.run, deadline: 5m, with: {command: [install, "\${{ hop }}"]}}]
              rollback: {mode: auto, steps: [{id: back, action: ssh.run, deadline: 5m, with: {command: [restore]}}]}
`

describe('hops from a catalog', () => {
  let root: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'rollbook-hops-'))
    writeFileSync(join(root, 'inventory.yaml'), inventory)
    writeFileSync(join(root, 'gateways.catalog.yaml'), catalog)
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  const load = (text: string, release: string, more: { catalog?: string } = {}): Promise<LoadedPlan> => {
    writeFileSync(join(root, 'run.yaml'), text)
    return loadPlan({
      runbook: 'run.yaml',
      inventory: 'inventory.yaml',
      set: [`release=${release}`],
      cwd: root,
      ...more,
    })
  }
  const codes = (loaded: LoadedPlan): readonly string[] =>
    loaded.diagnostics.map(({ code, message }) => `${code}: ${message}`)

  it('AVX-15 AVX-16: are known while planning, one group per hop, with the catalog that the runbook names', async () => {
    const loaded = await load(runbook('catalog: gateways.catalog.yaml\n'), '6.6')
    expect(codes(loaded)).toEqual([])
    const [group] = loaded.plan!.phases[0]!.steps
    expect(group).toMatchObject({
      for_each: { variable: 'hop', items: ['UserConnect-6.5.750', 'UserConnect-6.6.123'] },
    })
    expect(group?.form === 'group' && group.steps.map((hop) => hop.form === 'group' && hop.steps[0]?.title)).toEqual([
      'Gateways to 6.5 on base-1',
      'Gateways to 6.6 on base-1',
    ])
    expect(loaded.plan!.catalog?.name).toBe('gateways')
    expect(loaded.sources.map(({ role }) => role)).toContain('catalog')
  })

  it('take the catalog of the command line instead', async () => {
    writeFileSync(join(root, 'newer.yaml'), catalog.replace('6.6.123', '6.6.200'))
    const loaded = await load(runbook('catalog: gone.yaml\n'), '6.6', { catalog: 'newer.yaml' })
    expect(loaded.plan!.phases[0]!.steps[0]).toMatchObject({
      for_each: { items: ['UserConnect-6.5.750', 'UserConnect-6.6.200'] },
    })
  })

  it('change the digest when they change, and not when only words do', async () => {
    const digest = async (text: string): Promise<string> => {
      writeFileSync(join(root, 'gateways.catalog.yaml'), text)
      return (await load(runbook('catalog: gateways.catalog.yaml\n'), '6.6')).plan!.digest
    }
    const first = await digest(catalog)
    expect(await digest(catalog.replace('name: gateways', 'name: gateways\ntitle: Other words'))).toBe(first)
    expect(await digest(catalog.replace('6.6.123', '6.6.200'))).not.toBe(first)
  })

  it.each([
    ['without a catalog', '', '6.6', 'PLAN_EXPRESSION: there is no catalog of releases to ask'],
    ['to what does not exist', 'catalog: gateways.catalog.yaml\n', '6.9', 'PLAN_EXPRESSION: 6.9 was not published'],
    ['AVX-11: back', 'catalog: gateways.catalog.yaml\n', '6.3', 'PLAN_EXPRESSION: 6.3 was not published'],
    [
      'without an image',
      'catalog: gateways.catalog.yaml\n',
      '6.7',
      'PLAN_EXPRESSION: the catalog has no image for UserConnect-6.7.1185 on aws',
    ],
  ])('are refused %s', async (_, more, release, problem) => {
    const loaded = await load(runbook(more), release)
    expect(loaded.plan).toBeUndefined()
    expect(codes(loaded)).toContain(problem)
  })

  it('tell what is wrong with the catalog', async () => {
    writeFileSync(join(root, 'gateways.catalog.yaml'), catalog.replace('scheme: train', 'scheme: semver'))
    const loaded = await load(runbook('catalog: gateways.catalog.yaml\n'), '6.6')
    expect(loaded.diagnostics[0]).toMatchObject({ code: 'RELEASE_VERSION', file: 'gateways.catalog.yaml' })
  })

  it('NOT_A_CATALOG: refuse another kind of file', async () => {
    await expect(load(runbook('catalog: inventory.yaml\n'), '6.6')).rejects.toThrow('a catalog is expected')
  })
})
