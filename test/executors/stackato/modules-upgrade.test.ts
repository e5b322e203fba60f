import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { actionNamed, type StackatoCluster, startCluster } from '../../support/stackato-cluster.ts'

const start = (options: Parameters<typeof startCluster>[0] = {}): Promise<StackatoCluster> =>
  startCluster({ edition: '3.0', ...options })

/** Patches first, as the guide wants it. */
async function patched(options: Parameters<typeof startCluster>[0] = {}): Promise<StackatoCluster> {
  const cluster = await start(options)
  await cluster.run('patch_install', 'core')
  return cluster
}

const rootOf = (cluster: StackatoCluster, node: string): string =>
  cluster.emulator.hosts.find((host) => host.name === node)!.root
const versions = (cluster: StackatoCluster): readonly string[] =>
  cluster.emulator.state().nodes.map((node) => node.version)
const whats = (cluster: StackatoCluster): readonly string[] => cluster.emulator.effects().map((effect) => effect.what)

/** Names of nodes in the order in which they were finished. */
function finished(cluster: StackatoCluster): readonly string[] {
  return whats(cluster).flatMap((what) => /^(\S+): upgraded to/.exec(what)?.[1] ?? [])
}

describe('patches before the upgrade', () => {
  it('STK-01: an outstanding patch stops the upgrade before anything is changed, and the patches are installed', async () => {
    const cluster = await start()
    const failure = await cluster.fail('module_upgrade', 'core', { scope: 'cluster' })
    expect(failure).toMatchObject({ class: 'not_ready', advice: expect.stringContaining('stackato.patch_install') })
    expect(failure.message).toContain('upgrade-support')
    expect(cluster.effects('component', / on /)).toBe(0)
    expect(await cluster.fail('patch_status', 'core', { require: 'none_open' })).toMatchObject({ class: 'not_ready' })
    const installed = await cluster.run('patch_install', 'core')
    expect(installed).toMatchObject({ changed: true, outputs: { installed: ['upgrade-support', 'dea-quota'] } })
    expect((await cluster.run('patch_status', 'core', { require: 'none_open' })).outputs['available']).toBe(0)
    expect(await cluster.run('patch_install', 'core')).toMatchObject({ changed: false, outputs: { installed: [] } })
    expect(cluster.effects('command', /^kato patch install$/)).toBe(1)
  })

  it('STK-01: one patch by its name, without a restart, told by a probe', async () => {
    const cluster = await start({ nodes: 3 })
    const args = { name: 'upgrade-support', restart: false }
    const options = { effect: 'run/patch@core#1' }
    expect(await cluster.probe('patch_install', 'core', args, options)).toMatchObject({ state: 'not_applied' })
    await cluster.run('patch_install', 'core', args, options)
    expect(await cluster.probe('patch_install', 'core', args, options)).toMatchObject({ state: 'applied' })
    expect(cluster.effects('command', /^kato patch install upgrade-support --no-restart$/)).toBe(1)
    const { outputs } = await cluster.run('patch_status', 'core')
    expect(outputs['patches']).toMatchObject([{ name: 'dea-quota' }])
  })
})

describe('the upgrade of a Stackato 3.0 cluster', () => {
  it('STK-03 STK-39 STK-41 STK-42 STK-44: one command on the core upgrades all nodes, one at a time, in role order', async () => {
    const cluster = await patched()
    const told = await cluster.run('upgrade_order', 'core')
    const result = await cluster.run('module_upgrade', 'core', { scope: 'cluster', to: '3.2.1' })
    expect(result.outputs).toMatchObject({ from: '3.0.1', version: '3.2.1', nothing_to_do: false, attached: false })
    expect(result.summary).toBe('6 nodes 3.0.1 → 3.2.1')
    expect(versions(cluster)).toEqual(Array(6).fill('3.2.1'))
    expect(finished(cluster)).toEqual(['dea-1', 'dea-2', 'router-1', 'data-1', 'filesystem-1', 'core'])
    const addresses = finished(cluster).map((name) => cluster.target(name).address)
    expect(told.outputs['order']).toEqual(addresses)
    const modules = whats(cluster).flatMap((what) => /^stackato-\S+ 3.2.1 on (\S+)$/.exec(what)?.[1] ?? [])
    expect(modules.filter((node, at) => node !== modules[at - 1])).toEqual(finished(cluster))
    expect(cluster.effects('command', /^kato node upgrade --cluster --skip-confirmation$/)).toBe(1)
  })

  it('STK-43: --role-order changes the order, and the core is last all the same', async () => {
    const cluster = await patched()
    const role_order = ['primary', 'router', 'dea']
    const told = await cluster.run('upgrade_order', 'core', { role_order })
    await cluster.run('module_upgrade', 'core', { scope: 'cluster', role_order })
    expect(finished(cluster)).toEqual(['router-1', 'dea-1', 'dea-2', 'data-1', 'filesystem-1', 'core'])
    expect(told.outputs['order']).toEqual(finished(cluster).map((name) => cluster.target(name).address))
    expect(cluster.effects('command', /--cluster --role-order primary,router,dea/)).toBe(1)
    const { check } = actionNamed('module_upgrade')
    expect(check!({ scope: 'node', role_order })).toEqual([expect.stringContaining('scope: cluster')])
    expect(check!({ scope: 'cluster', role_order })).toEqual([])
  })

  it('STK-45 STK-47 STK-50 STK-51 STK-52: each node goes through the whole process in order', async () => {
    const cluster = await patched()
    await cluster.run('module_upgrade', 'core', { scope: 'cluster' })
    const steps = cluster.emulator
      .effects()
      .map(({ kind, what }) => `${kind} ${what}`)
      .filter((text) => /dea-1/.test(text) && !/^(loss|app .* to dea-1$)/.test(text))
      .map((text) => text.replace(/\S+: instance moved.*/, 'moved').replace(/ \S+\.tgz to /, ' file to '))
    expect(steps.filter((text, at) => text !== steps[at - 1])).toEqual([
      'component upgrade tool 3.2.1 on dea-1',
      'app moved',
      'process dea-1: DEA retired',
      'file state of dea-1 backed up',
      'component stackato-base 3.2.1 on dea-1',
      'component stackato-kato 3.2.1 on dea-1',
      'component stackato-dea 3.2.1 on dea-1',
      'process dea-1: upgraded to 3.2.1 and restarted',
    ])
    const all = whats(cluster)
    expect(all.indexOf('stackato-dea-3.2.1.tgz to core')).toBeLessThan(all.indexOf('dea-1: DEA retired'))
    const dea = cluster.emulator.state().nodes.find((node) => node.name === 'dea-1')!
    expect(dea).toMatchObject({ retired: false, counts: { restart: 1 } })
    expect(cluster.effects('process', /router-1: DEA retired/)).toBe(0)
  })

  it('STK-48: a cluster on the newest release is left alone', async () => {
    const cluster = await patched({ nodes: 3, version: '3.2.1' })
    const result = await cluster.run('module_upgrade', 'core', { scope: 'cluster', to: '3.2.1' })
    expect(result).toMatchObject({ changed: false, outputs: { nothing_to_do: true } })
    expect(cluster.effects('component', / on /)).toBe(0)
    expect(cluster.effects('download', /./)).toBe(0)
  })

  it('STK-48: in a half-upgraded cluster only the nodes that are behind are upgraded', async () => {
    const cluster = await patched({ nodes: 3 })
    await cluster.run('module_upgrade', 'dea-2', { scope: 'node' })
    const before = cluster.effects('component', / on dea-2/)
    const rest = await cluster.run('module_upgrade', 'core', { scope: 'cluster', to: '3.2.1' })
    expect(rest).toMatchObject({ changed: true, outputs: { nothing_to_do: false } })
    expect(cluster.effects('component', / on dea-2/)).toBe(before)
    expect(versions(cluster)).toEqual(Array(3).fill('3.2.1'))
  })

  it('STK-49: force installs again, only with a reason, and the reason is on record', async () => {
    const cluster = await patched({ nodes: 3, version: '3.2.1' })
    const context = cluster.context('dea-1')
    const args = { scope: 'node', force: { reason: 'vendor case 4711: reinstall' } }
    expect(actionNamed('module_upgrade').describe(args)).toBe('kato node upgrade --force --skip-confirmation')
    await actionNamed('module_upgrade').perform(context, args)
    expect(context.lines).toContain('--force is used: vendor case 4711: reinstall')
    expect(cluster.effects('component', /^stackato-base 3.2.1 on dea-1$/)).toBe(1)
  })

  it('STK-28 STK-29 STK-30: changes below /s/code and edits below /s/etc and /s/static are lost', async () => {
    const cluster = await patched({ nodes: 3 })
    const files = ['/s/code/console/theme.css', '/s/etc/kato/nodes.yaml', '/s/static/index.html', '/s/etc/ours.yaml']
    for (const file of files) writeFileSync(join(rootOf(cluster, 'core'), file), 'ours\n')
    await cluster.run('customisations_save', 'core')
    await cluster.run('module_upgrade', 'core', { scope: 'node' })
    const { outputs } = await cluster.run('customisations_compare', 'core', { files })
    const inside = (list: unknown): string[] =>
      (list as string[]).map((file) => file.replace(rootOf(cluster, 'core'), ''))
    expect([inside(outputs['gone']), inside(outputs['different'])]).toEqual([[files[0]], [files[1], files[2]]])
  })

  it('a node that is not on the wanted release afterwards is a failure that names it', async () => {
    const cluster = await patched({ nodes: 3 })
    const failure = await cluster.fail('module_upgrade', 'dea-1', { scope: 'node', to: '3.4.0' })
    expect(failure).toMatchObject({ class: 'unhealthy', outputs: { version: '3.2.1' } })
    expect(failure.message).toBe('not on 3.4.0: 192.168.20.12 3.2.1')
  })
})

describe('the caching proxy', () => {
  /** Files that came from the public network, by the node that fetched them. */
  const fetched = (cluster: StackatoCluster): Readonly<Record<string, number>> => {
    const count: Record<string, number> = {}
    for (const { kind, what } of cluster.emulator.effects()) {
      const node = kind === 'download' ? what.split(' to ')[1]! : undefined
      if (node !== undefined) count[node] = (count[node] ?? 0) + 1
    }
    return count
  }

  it('STK-15: cluster mode sets it up by itself, and every file is fetched once for all nodes', async () => {
    const cluster = await patched()
    await cluster.run('module_upgrade', 'core', { scope: 'cluster' })
    expect(cluster.effects('process', /^caching proxy set up on core$/)).toBe(1)
    expect(fetched(cluster)).toEqual({ core: 15 })
  })

  it('STK-16: for nodes one at a time it is prepared on the core first, once', async () => {
    const cluster = await patched({ nodes: 3 })
    expect((await cluster.fail('cache_prepare', 'dea-1')).message).toContain('run this on the core node')
    const options = { effect: 'run/cache@core#1' }
    expect(await cluster.probe('cache_prepare', 'core', {}, options)).toMatchObject({ state: 'not_applied' })
    const prepared = await cluster.run('cache_prepare', 'core', {}, options)
    expect(prepared.outputs).toEqual({ cache: 'used', parsed: 'tolerant' })
    expect(await cluster.probe('cache_prepare', 'core', {}, options)).toMatchObject({
      state: 'applied',
      outputs: prepared.outputs,
    })
    await cluster.run('cache_prepare', 'core')
    expect(cluster.effects('process', /^caching proxy set up/)).toBe(1)
    for (const node of ['dea-1', 'dea-2']) await cluster.run('module_upgrade', node, { scope: 'node', to: '3.2.1' })
    expect(fetched(cluster)).toEqual({ core: 3 })
    expect(versions(cluster)).toEqual(['3.0.1', '3.2.1', '3.2.1'])
  })

  it('STK-17 STK-18: with both proxy variables in the default profile it is left out, and every node fetches everything', async () => {
    const cluster = await patched({ nodes: 3 })
    const file = join(rootOf(cluster, 'core'), 'etc/profile.d/proxy.sh')
    writeFileSync(file, 'export http_proxy=http://user:hunter2@proxy.example.com:3128\n')
    expect((await cluster.run('cache_conditions', 'core', { require: 'used' })).summary).toContain('only http_proxy')
    writeFileSync(file, "export http_proxy='http://user:hunter2@proxy:3128'\nHTTP_PROXY=$http_proxy\n")
    const context = cluster.context('core')
    const told = await actionNamed('cache_conditions').perform(context, {})
    expect(told.outputs['will_be_used']).toBe(false)
    expect(JSON.stringify([told, context.lines])).not.toContain('hunter2')
    const refused = await cluster.fail('cache_conditions', 'core', { require: 'used' })
    expect(refused).toMatchObject({ class: 'not_ready', outputs: { will_be_used: false } })
    expect((await cluster.run('cache_prepare', 'core')).outputs['cache']).toBe('skipped')
    await cluster.run('module_upgrade', 'core', { scope: 'cluster' })
    expect(fetched(cluster)).toEqual({ 'dea-1': 3, 'dea-2': 3, core: 14 })
  })

  it('STK-17 STK-18: the variable of the vendor leaves it out too, in both forms', async () => {
    const cluster = await patched({ nodes: 3 })
    expect(actionNamed('cache_prepare').describe({ skip_cache: true })).toBe(
      'STACKATO_UPGRADE_SKIP_PROXY_CACHE=1 kato node upgrade --prepare --skip-confirmation',
    )
    expect(await cluster.run('cache_prepare', 'core', { skip_cache: true })).toMatchObject({
      changed: false,
      outputs: { cache: 'skipped' },
    })
    await cluster.run('module_upgrade', 'core', { scope: 'cluster', skip_cache: true })
    expect(cluster.effects('process', /^caching proxy/)).toBe(0)
    expect(fetched(cluster)).toEqual({ 'dea-1': 3, 'dea-2': 3, core: 14 })
  })

  it('STK-12 STK-14: the product hosts are checked, and the upstream proxy goes along', async () => {
    const cluster = await patched({ nodes: 3, faults: ['proxy-required'] })
    const destinations = ['upgrade.stackato.com:443', 'pkg.stackato.com:443', 'docker.stackato.com:443']
    const silent = await cluster.fail('destinations_reachable', 'core', { destinations })
    expect(silent).toMatchObject({ class: 'not_ready', outputs: { reached: [] } })
    expect(await cluster.fail('module_upgrade', 'dea-1', { scope: 'node' })).toMatchObject({ class: 'process' })
    const http_proxy = { $secret: 'proxy' }
    const options = { secrets: { proxy: 'http://user:hunter2@proxy.example.com:3128' } }
    await cluster.run('destinations_reachable', 'core', { destinations, http_proxy }, options)
    await cluster.emulator.inject('destination-blocked:docker.stackato.com')
    const blocked = await cluster.fail('module_upgrade', 'dea-1', { scope: 'node', http_proxy }, options)
    expect(blocked.message).toContain('docker.stackato.com')
    await cluster.emulator.clear('destination-blocked')
    await cluster.run('module_upgrade', 'dea-1', { scope: 'node', http_proxy, to: '3.2.1' }, options)
    expect(readFileSync(cluster.emulator.commandsFile, 'utf8')).not.toContain('hunter2')
  })
})

describe('room for the applications of a DEA', () => {
  const token = { $secret: 'token' }
  const options = { secrets: { token: 'stackato-api-token' } }

  it('STK-23 STK-24: what is allocated on any DEA has to fit on the others; more DEAs make room', async () => {
    const cluster = await start({ nodes: 3 })
    const args = { api: cluster.emulator.apiUrl, token }
    const good = await cluster.run('dea_capacity', 'core', args, options)
    expect(good.outputs).toMatchObject({ enough: true, deas: [{ allocated_mb: 1280 }, { allocated_mb: 768 }] })
    expect(good.outputs['least_left_mb']).toBe(4096 - 1280 - 768)
    const tight = await cluster.fail('dea_capacity', 'core', { ...args, spare: '4GiB' }, options)
    expect(tight).toMatchObject({ class: 'not_ready', advice: expect.stringContaining('licence may be exceeded') })
    await cluster.emulator.inject('dea-full')
    const full = await cluster.fail('dea_capacity', 'core', args, options)
    expect(full).toMatchObject({ class: 'not_ready', outputs: { enough: false, least_left_mb: -1280 } })
    expect(full.advice).toContain('Add at least one DEA')
  })

  it('STK-23: a DEA without room for its applications stops the upgrade before the node is touched', async () => {
    const cluster = await patched({ nodes: 3, faults: ['dea-full'] })
    const failure = await cluster.fail('module_upgrade', 'core', { scope: 'cluster' })
    expect(failure).toMatchObject({ class: 'not_ready', advice: expect.stringContaining('Add at least one DEA') })
    expect(cluster.effects('component', /^stackato-.* on /)).toBe(0)
    expect(existsSync(join(rootOf(cluster, 'dea-1'), 'var/stackato/upgrade/tmp/module-latches'))).toBe(false)
  })

  it('asks as an administrator only, outside maintenance mode, and shows no token', async () => {
    const cluster = await start({ nodes: 3 })
    const args = { api: `${cluster.emulator.apiUrl}/`, token }
    const refused = await cluster.fail('dea_capacity', 'core', args, { secrets: { token: 'wrong-token' } })
    expect(refused).toMatchObject({ class: 'refused' })
    expect(JSON.stringify(refused)).not.toContain('wrong-token')
    await cluster.run('maintenance_mode', 'core', { state: 'on' })
    expect(await cluster.fail('dea_capacity', 'core', args, options)).toMatchObject({ class: 'not_ready' })
    expect(actionNamed('dea_capacity').describe(args)).toBe(`GET ${cluster.emulator.apiUrl}/v2/usage`)
  })
})
