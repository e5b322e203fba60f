import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/base/json.ts'
import { check } from '../../../src/executors/check/index.ts'
import { actionNamed, type StackatoCluster, startCluster } from '../../support/stackato-cluster.ts'

describe('looking at a cluster', () => {
  let cluster: StackatoCluster
  beforeAll(async () => {
    cluster = await startCluster({ keep: true })
  })
  afterAll(() => cluster.close())

  it('lists the nodes with address and roles, and says that the layout was read tolerantly', async () => {
    const { outputs } = await cluster.run('node_list', 'core')
    expect(outputs).toMatchObject({ count: 6, parsed: 'tolerant' })
    expect(outputs['nodes']).toContainEqual({ address: '192.168.20.12', roles: ['base', 'dea'] })
  })

  it('counts roles and processes', async () => {
    const roles = await cluster.run('status', 'core', { cluster: true, require: 'running' })
    expect(roles.outputs).toMatchObject({ all_running: true, fatal: 0, starting: 0, stopped: 0 })
    const processes = await cluster.run('status', 'dea-1', { view: 'processes' })
    expect(processes.outputs).toMatchObject({ running: 5, all_running: true })
  })

  it('STK-02: outstanding patches are told, and only stop a run that asks for it', async () => {
    const { outputs } = await cluster.run('patch_status', 'core')
    expect(outputs).toMatchObject({ available: 1, parsed: 'tolerant' })
    expect(outputs['patches']).toMatchObject([{ name: 'dea-quota', id: '2', roles: ['dea'] }])
    const failure = await cluster.fail('patch_status', 'core', { require: 'none_open' })
    expect(failure.class).toBe('not_ready')
  })

  it('reads settings, and a missing one is an answer', async () => {
    const found = await cluster.run('config_get', 'core', { component: 'cluster', key: 'endpoint' })
    expect(found.outputs).toEqual({ found: true, value: 'api.stackato.test' })
    const missing = await cluster.run('config_get', 'core', { component: 'cluster', key: 'no/such' })
    expect(missing.outputs).toEqual({ found: false, value: null })
  })

  it('kato inspect passes on a healthy node', async () => {
    expect((await cluster.run('inspect', 'core')).outputs).toEqual({ passed: true })
  })

  it('STK-04 STK-05 STK-25 STK-26: free disk and memory of a node can be read with ordinary tools', async () => {
    const ask = async (command: string): Promise<string> =>
      (await promisify(execFile)('ssh', ['-F', cluster.emulator.sshConfigFile, 'dea-1', command])).stdout
    expect(Number((await ask('df -Pk /s')).split('\n')[1]?.split(/\s+/)[3])).toBe(Math.floor(14.2e9 / 1024))
    expect(Number((await ask('df -B1 --output=avail /')).split('\n')[1])).toBe(14.2e9)
    expect(Number(/Mem:(?:\s+\d+){5}\s+(\d+)/.exec(await ask('free -m'))?.[1])).toBe(1180)
    expect(await ask('grep MemAvailable /proc/meminfo')).toContain(String(1180 * 1024))
    expect(await ask('vmstat')).toContain(String(1180 * 1024))
  })
})

describe('the general checks on emulated nodes', () => {
  it('STK-04 STK-05 STK-25 STK-26: pass and fail by the floors of the vendor', async () => {
    const cluster = await startCluster({ nodes: 3, faults: ['disk-low:dea-1:6', 'memory-low:dea-2:300'] })
    const run = (name: string, node: string, args: JsonObject): Promise<unknown> =>
      check.actions.find((action) => action.name === name)!.perform(cluster.context(node), args)
    await run('check.disk', 'core', { path: '/', min_free: '10GB' })
    await run('check.memory', 'core', { min_available: '1GB' })
    await expect(run('check.disk', 'dea-1', { path: '/', min_free: '7GB' })).rejects.toThrow('6 GB')
    await expect(run('check.memory', 'dea-2', { min_available: '512MB' })).rejects.toThrow('512 MB')
  })
})

describe('maintenance mode', () => {
  it('STK-09 STK-10 STK-66: on stops the API, serves apps, makes the console read-only; off and undo put it back', async () => {
    const cluster = await startCluster({ nodes: 3 })
    const status = async (path: string): Promise<number> => (await fetch(`${cluster.emulator.apiUrl}${path}`)).status
    const on = await cluster.run('maintenance_mode', 'core', { state: 'on' })
    expect(on).toMatchObject({ changed: true, outputs: { state: 'on', before: 'off' } })
    expect([await status('/info'), await status('/v2/apps'), await status('/apps/shop')]).toEqual([503, 503, 200])
    expect(await (await fetch(`${cluster.emulator.apiUrl}/console`)).text()).toContain('data-read-only="true"')
    expect(await cluster.run('maintenance_mode', 'core', { state: 'on' })).toMatchObject({ changed: false })
    expect(await cluster.probe('maintenance_mode', 'core', { state: 'off' }, {})).toMatchObject({
      state: 'not_applied',
    })
    const dry = await actionNamed('maintenance_mode').dryRun!(cluster.context('core'), { state: 'off' })
    expect(dry).toEqual({ coverage: 'checked', summary: 'maintenance mode is on, would be off' })
    await actionNamed('maintenance_mode').undo!(cluster.context('core'), { state: 'on' }, on.outputs)
    expect(await status('/info')).toBe(200)
    expect(cluster.effects('command', /^kato config set cloud_controller_ng maintenance_mode true$/)).toBe(1)
    expect(cluster.effects('command', /^kato config set cloud_controller_ng maintenance_mode false$/)).toBe(1)
    expect(actionNamed('maintenance_mode').describe({ state: 'on' })).toBe(
      'kato config set cloud_controller_ng maintenance_mode true',
    )
  })
})

describe('settings', () => {
  it('sets, probes, and undoes to what was there, also to nothing', async () => {
    const cluster = await startCluster({ nodes: 3 })
    const args = { component: 'router2g', key: 'limits/timeout', value: 90 }
    expect(await cluster.probe('config_set', 'core', args, {})).toMatchObject({ state: 'not_applied' })
    const set = await cluster.run('config_set', 'core', args)
    expect(set.outputs).toEqual({ value: 90, before: null, existed: false })
    expect(await cluster.probe('config_set', 'core', args, {})).toMatchObject({ state: 'applied' })
    expect(await cluster.run('config_set', 'core', args)).toMatchObject({ changed: false })
    const changed = await cluster.run('config_set', 'core', { ...args, value: 120 })
    const undo = actionNamed('config_set').undo!
    await undo(cluster.context('core'), { ...args, value: 120 }, changed.outputs)
    expect((await cluster.run('config_get', 'core', args)).outputs['value']).toBe(90)
    await undo(cluster.context('core'), args, set.outputs)
    expect((await cluster.run('config_get', 'core', args)).outputs['found']).toBe(false)
  })
})

describe('backup', () => {
  it('STK-11: the data export is a real archive, checked to its end, once per effect', async () => {
    const cluster = await startCluster()
    const args = { file: '/home/stackato/before.tgz' }
    const options = { effect: 'run/backup@filesystem-1#1' }
    const exported = await cluster.run('data_export', 'filesystem-1', args, options)
    expect(exported.outputs).toMatchObject({ file: '/home/stackato/before.tgz', entries: 5 })
    expect(exported.outputs['sha256']).toMatch(/^[0-9a-f]{64}$/)
    expect(await cluster.probe('data_export', 'filesystem-1', args, options)).toMatchObject({
      state: 'applied',
      outputs: exported.outputs,
    })
    await cluster.run('data_export', 'filesystem-1', args, options)
    expect(cluster.effects('command', /^kato data export/)).toBe(1)
  })

  it('STK-11: an export that fails, or runs on the wrong node, or lacks keys, is no backup', async () => {
    const cluster = await startCluster({ faults: ['export-fails'] })
    const args = { file: '/home/stackato/before.tgz' }
    expect(await cluster.fail('data_export', 'filesystem-1', args)).toMatchObject({ class: 'process' })
    expect((await cluster.fail('data_export', 'core', args)).message).toContain('filesystem role')
    await cluster.run('data_export', 'filesystem-1', args)
    await cluster.emulator.inject('no-cluster-keys')
    expect(await cluster.fail('data_export', 'filesystem-1', args)).toMatchObject({ class: 'not_ready' })
  })
})

describe('what an upgrade takes away', () => {
  it('STK-28 STK-29 STK-30 STK-31: customised files are saved, compared and put back', async () => {
    const cluster = await startCluster({ nodes: 3 })
    const root = cluster.emulator.hosts.find((host) => host.name === 'core')!.root
    const files = {
      edited: '/s/etc/kato/nodes.yaml',
      clash: '/s/etc/stackato/defaults-3.6.0.yaml',
      own: '/s/etc/stackato/company.yaml',
      page: '/s/static/maintenance.html',
      ownPage: '/s/static/logo.svg',
      code: '/s/code/console/theme.css',
      aok: '/s/code/aok/strategy.rb',
    }
    for (const file of Object.values(files)) writeFileSync(join(root, file), 'ours\n')
    const saved = await cluster.run('customisations_save', 'core')
    expect(Number(saved.outputs['entries'])).toBeGreaterThan(7)
    await cluster.run('node_upgrade', 'core')
    const read = (file: string): string => readFileSync(join(root, file), 'utf8')
    expect([read(files.own), read(files.ownPage)]).toEqual(['ours\n', 'ours\n'])
    for (const file of [files.edited, files.clash, files.page]) expect(read(file)).not.toBe('ours\n')
    const { outputs } = await cluster.run('customisations_compare', 'core')
    const inside = (list: unknown): string[] => (list as string[]).map((file) => file.replace(root, ''))
    expect(inside(outputs['gone'])).toEqual(expect.arrayContaining([files.code, files.aok]))
    expect(inside(outputs['different'])).toEqual(expect.arrayContaining([files.edited, files.clash, files.page]))
    expect(inside(outputs['different'])).not.toContain(files.own)
    const few = { files: [files.own, files.page, files.code] }
    const some = (await cluster.run('customisations_compare', 'core', few)).outputs
    expect([inside(some['gone']), inside(some['different']), some['new']]).toEqual([[files.code], [files.page], []])
    const none = await cluster.run('customisations_compare', 'core', { files: [] })
    expect(none.outputs).toEqual({ gone: [], different: [], new: [] })
    await cluster.run('customisations_restore', 'core', { files: [files.code, files.page] })
    expect([read(files.code), read(files.page)]).toEqual(['ours\n', 'ours\n'])
    expect(read(`${files.page}.before-restore`)).toContain('3.6.0')
  })

  it('STK-32 STK-67 STK-68: custom buildpacks and the proxy of the sample applications are lost, and put back', async () => {
    const cluster = await startCluster({ nodes: 3 })
    const proxy = { component: 'console', key: 'sample_apps_proxy' }
    const before = await cluster.run('buildpacks', 'core')
    expect(before.outputs['names']).toEqual(['java', 'python', 'company-php'])
    const setting = await cluster.run('config_get', 'core', proxy)
    await cluster.run('maintenance_mode', 'core', { state: 'on' })
    await cluster.run('node_upgrade', 'core')
    const args = { name: 'company-php', source: '/home/stackato/company-php.zip' }
    expect(await cluster.fail('buildpack_create', 'core', args)).toMatchObject({ class: 'not_ready' })
    await cluster.run('maintenance_mode', 'core', { state: 'off' })
    expect((await cluster.run('buildpacks', 'core')).outputs['names']).toEqual(['java', 'python'])
    expect((await cluster.run('config_get', 'core', proxy)).outputs['found']).toBe(false)
    await cluster.run('config_set', 'core', { ...proxy, value: setting.outputs['value']! })
    expect(await cluster.run('buildpack_create', 'core', args)).toMatchObject({ changed: true })
    expect(await cluster.run('buildpack_create', 'core', args)).toMatchObject({ changed: false })
    expect(await cluster.probe('buildpack_create', 'core', args, {})).toMatchObject({ state: 'applied' })
    expect(cluster.effects('command', /^stackato create-buildpack/)).toBe(1)
  })
})

describe('roles of a node', () => {
  it('STK-23: a DEA is retired with its apps moved first, and started again', async () => {
    const cluster = await startCluster()
    const options = { effect: 'run/retire@dea-1#1' }
    await cluster.run('retire', 'dea-1', {}, options)
    expect(cluster.emulator.state().nodes.find((node) => node.name === 'dea-1')?.retired).toBe(true)
    expect(cluster.emulator.state().apps.flatMap((app) => app.instances.map((entry) => entry.dea))).not.toContain(
      'dea-1',
    )
    expect(await cluster.probe('retire', 'dea-1', {}, options)).toMatchObject({ state: 'applied' })
    await cluster.run('start', 'dea-1', { roles: ['dea'] })
    expect(await cluster.run('process_ready', 'dea-1', { within: '30s' })).toMatchObject({ outputs: { ready: true } })
  })

  it('STK-27: stop is undone by start', async () => {
    const cluster = await startCluster()
    const args = { roles: ['mongodb'] }
    const stopped = await cluster.run('stop', 'data-1', args)
    expect((await cluster.run('status', 'data-1')).outputs).toMatchObject({ stopped: 1 })
    await actionNamed('stop').undo!(cluster.context('data-1'), args, stopped.outputs)
    expect((await cluster.run('status', 'data-1')).outputs).toMatchObject({ stopped: 0, all_running: true })
  })

  it('process-fatal: kato restart leaves a process in FATAL, not ready in time, and kato start heals it', async () => {
    const cluster = await startCluster({ nodes: 3, faults: ['process-fatal:dea-1:dea_ng'] })
    await cluster.run('restart', 'dea-1')
    const failure = await cluster.fail('process_ready', 'dea-1', { within: '2s' })
    expect(failure).toMatchObject({ class: 'not_ready', outputs: { ready: false } })
    await cluster.run('start', 'dea-1')
    await cluster.run('process_ready', 'dea-1')
  })

  it('ready-ignores-block: our own limit ends a wait that kato would not end', async () => {
    const cluster = await startCluster({
      nodes: 3,
      speed: 1,
      faults: ['process-fatal:dea-1:dea_ng', 'ready-ignores-block'],
    })
    await cluster.emulator.inject('slow:0.001')
    await cluster.run('restart', 'dea-1')
    await cluster.emulator.clear('slow')
    const failure = await cluster.fail('process_ready', 'dea-1', { within: '1s' }, { deadlineMs: 1500 })
    expect(failure).toMatchObject({ class: 'not_ready' })
  })

  it('slow: the same, later', async () => {
    const cluster = await startCluster({ nodes: 3, faults: ['slow:2'] })
    await cluster.run('restart', 'dea-1')
    expect(cluster.effects('command', /^kato restart$/)).toBe(1)
  })
})
