import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { actionNamed, startCluster } from '../../support/stackato-cluster.ts'

const cache = '192.168.20.11'

describe('the upgrade of a Helion cluster', () => {
  it('STK-03 STK-40 STK-46 STK-47: one command on the core brings every node to the new release, kato first', async () => {
    const cluster = await startCluster()
    const result = await cluster.run('node_upgrade', 'core', { to: '3.6.0' })
    expect(result.outputs).toEqual({ from: '3.4.2', version: '3.6.0', nothing_to_do: false, attached: false })
    expect(result.summary).toBe('3.4.2 → 3.6.0')
    expect(cluster.emulator.state().nodes.map((node) => node.version)).toEqual(Array(6).fill('3.6.0'))
    for (const node of ['core', 'dea-2', 'filesystem-1']) {
      expect((await cluster.run('version', node)).outputs['version']).toBe('3.6.0')
    }
    const kinds = cluster.emulator.effects().map((effect) => `${effect.kind} ${effect.what}`)
    const at = (text: string): number => kinds.findIndex((entry) => entry.includes(text))
    expect(at('upgrade tool 3.6.0')).toBeLessThan(at('download'))
    expect(kinds.findLastIndex((entry) => entry.startsWith('download'))).toBeLessThan(at('component stackato-base'))
  })

  it('STK-53: processes restart with their component, and each component is installed once', async () => {
    const cluster = await startCluster({ nodes: 3 })
    await cluster.run('node_upgrade', 'core')
    const components = cluster.emulator.effects().filter((effect) => effect.kind === 'component')
    const router = components.find((effect) => effect.what === 'stackato-router 3.6.0 on core')
    expect(router?.detail).toEqual({ restarted: ['router2g', 'nginx'] })
    expect(new Set(components.map((effect) => effect.what)).size).toBe(components.length)
  })

  it('STK-48: a cluster on the newest release is left alone', async () => {
    const cluster = await startCluster({ nodes: 3, version: '3.6.0' })
    const result = await cluster.run('node_upgrade', 'core')
    expect(result).toMatchObject({ changed: false, outputs: { nothing_to_do: true, version: '3.6.0' } })
    expect(cluster.effects('component', /stackato/)).toBe(0)
    expect(cluster.effects('download', /./)).toBe(0)
  })

  it('STK-49: force installs again, only with a reason, and the reason is on record', async () => {
    const cluster = await startCluster({ nodes: 3, version: '3.6.0' })
    const context = cluster.context('core')
    const upgrade = actionNamed('node_upgrade')
    const force = { reason: 'vendor case 4711: reinstall' }
    expect(upgrade.with['properties']).toHaveProperty('force.required', ['reason'])
    expect(upgrade.describe({ force })).toBe('kato node upgrade --force --skip-confirmation')
    await upgrade.perform(context, { force })
    expect(context.lines).toContain('--force is used: vendor case 4711: reinstall')
    expect(cluster.effects('component', /stackato-base 3.6.0 on core/)).toBe(1)
  })

  it('STK-34 STK-35 STK-36 STK-37 STK-38: kato first, then download in normal operation, then upgrade without the network', async () => {
    const cluster = await startCluster()
    const tooOld = await cluster.fail('node_upgrade', 'core', { download_only: true, cache_ip: cache })
    expect(tooOld).toMatchObject({ class: 'refused', advice: expect.stringContaining('update_kato') })
    expect((await cluster.run('node_upgrade', 'core', { update_kato: true })).summary).toBe('kato is up to date')
    await cluster.run('node_upgrade', 'core', { download_only: true, cache_ip: cache })
    expect(cluster.effects('download', /./)).toBe(15)
    expect(cluster.effects('component', /on /)).toBe(0)
    expect((await fetch(`${cluster.emulator.apiUrl}/info`)).status).toBe(200)
    await cluster.emulator.inject('proxy-required')
    await cluster.run('node_upgrade', 'core', { cache_ip: cache, to: '3.6.0' })
    expect(cluster.effects('download', /./)).toBe(15)
  })

  it('STK-23: DEAs are retired one at a time and their apps move first', async () => {
    const cluster = await startCluster()
    await cluster.run('node_upgrade', 'core')
    const order = cluster.emulator
      .effects()
      .map((effect) => effect.what)
      .filter((what) => /DEA retired|DEA started|instance moved|stackato-base 3.6.0 on dea/.test(what))
    const short = order.map((what) =>
      what.replace(/^\w+: instance moved.*/, 'moved').replace('stackato-base 3.6.0', 'base'),
    )
    expect(short.filter((what) => what !== 'moved')).toEqual([
      'dea-1: DEA retired',
      'base on dea-1',
      'dea-1: DEA started',
      'dea-2: DEA retired',
      'base on dea-2',
      'dea-2: DEA started',
    ])
    expect(short.indexOf('moved')).toBeLessThan(short.indexOf('dea-1: DEA retired'))
    const instances = cluster.emulator.state().apps.flatMap((app) => app.instances)
    expect(instances.every((instance) => instance.dea !== null)).toBe(true)
  })

  it('STK-23: without room on the other DEAs nothing is touched, and the advice is to add one', async () => {
    const cluster = await startCluster({ faults: ['dea-full'] })
    const failure = await cluster.fail('node_upgrade', 'core')
    expect(failure).toMatchObject({ class: 'not_ready', advice: expect.stringContaining('Add at least one DEA') })
    expect(cluster.effects('process', /DEA retired/)).toBe(0)
    expect(cluster.emulator.state().nodes.find((node) => node.name === 'dea-1')?.version).toBe('3.4.2')
  })

  it('STK-54 STK-55: with redundant roles an app with two instances and external services is always there', async () => {
    // Slow enough that a state of seconds is seen by who asks again and again.
    const cluster = await startCluster({ speed: 150 })
    const seen: Record<string, Set<number>> = { shop: new Set(), reports: new Set() }
    let going = true
    const watch = (async () => {
      while (going) {
        for (const [app, statuses] of Object.entries(seen)) {
          statuses.add((await fetch(`${cluster.emulator.apiUrl}/apps/${app}`)).status)
        }
      }
    })()
    await cluster.run('node_upgrade', 'core')
    going = false
    await watch
    expect([...seen['shop']!]).toEqual([200])
    expect([...seen['reports']!].sort()).toEqual([200, 503])
  })

  it('STK-55: without a second router even such an app is away for a while', async () => {
    const cluster = await startCluster({ nodes: 3, speed: 150 })
    const seen = new Set<number>()
    let going = true
    const watch = (async () => {
      while (going) seen.add((await fetch(`${cluster.emulator.apiUrl}/apps/shop`)).status)
    })()
    await cluster.run('node_upgrade', 'core')
    going = false
    await watch
    expect([...seen].sort()).toEqual([200, 503])
  })

  it('STK-06: every node has grown by 1.3 GB, and the cache is gone', async () => {
    const cluster = await startCluster()
    const before = cluster.emulator.state().nodes.map((node) => node.disk_free_gb)
    await cluster.run('node_upgrade', 'core')
    const after = cluster.emulator.state().nodes.map((node) => node.disk_free_gb)
    expect(after.map((free, index) => Number((before[index]! - free).toFixed(3)))).toEqual(Array(6).fill(1.3))
  })

  it('STK-65: processes elsewhere need kato restart, because the core was away for long', async () => {
    const cluster = await startCluster()
    await cluster.run('node_upgrade', 'core')
    const unhealthy = await cluster.fail('status', 'core', { view: 'processes', cluster: true, require: 'running' })
    expect(unhealthy).toMatchObject({ class: 'unhealthy', advice: expect.stringContaining('kato restart') })
    expect(unhealthy.outputs).toMatchObject({ all_running: false, parsed: 'tolerant' })
    const nodes = cluster.emulator.hosts.map((host) => host.name)
    for (const node of nodes) await cluster.run('restart', node)
    const well = await cluster.run('status', 'core', { view: 'processes', cluster: true, require: 'running' })
    expect(well.outputs).toMatchObject({ fatal: 0, starting: 0, all_running: true })
    expect(cluster.effects('command', /^kato restart$/)).toBe(nodes.length)
  })

  it('logs on the far side which effect and which fence caused what', async () => {
    const cluster = await startCluster({ nodes: 3 })
    await cluster.run('node_upgrade', 'core', { update_kato: true }, { effect: 'run-1/prepare/kato@core#1', fence: 7 })
    const lines = readFileSync(cluster.emulator.effectsFile, 'utf8').trim().split('\n')
    const entry = lines.map((line) => JSON.parse(line)).find((line) => line.phase === 'started')
    expect(entry).toMatchObject({
      node: 'core',
      what: 'kato node upgrade --update-kato --skip-confirmation',
      effect: 'run-1/prepare/kato@core#1',
      fence: '7',
    })
  })
})
