import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { type StackatoCluster, startCluster } from '../../support/stackato-cluster.ts'

type Options = NonNullable<Parameters<typeof startCluster>[0]>

async function patched(options: Options = {}): Promise<StackatoCluster> {
  const cluster = await startCluster({ edition: '3.0', nodes: 3, ...options })
  await cluster.run('patch_install', 'core')
  return cluster
}

const rootOf = (cluster: StackatoCluster, node: string): string =>
  cluster.emulator.hosts.find((host) => host.name === node)!.root
const marker = 'var/stackato/upgrade/tmp/upgrade-failed'
const latches = 'var/stackato/upgrade/tmp/module-latches'
const nodeState = (cluster: StackatoCluster, name: string) =>
  cluster.emulator.state().nodes.find((node) => node.name === name)!
const upgradeDea = { scope: 'node', to: '3.2.1' }

describe('a module that fails', () => {
  it('STK-57 STK-58 STK-60: module-fails halts everything with an error; what is done has a latch', async () => {
    const cluster = await patched({ faults: ['module-fails:stackato-kato'] })
    const failure = await cluster.fail('module_upgrade', 'core', { scope: 'cluster' })
    expect(failure.message).toContain('the module stackato-kato could not be upgraded on 192.168.20.12')
    expect(readdirSync(join(rootOf(cluster, 'dea-1'), latches))).toEqual(['stackato-base'])
    const listed = await cluster.run('module_latches', 'dea-1')
    expect(listed.outputs).toEqual({ modules: ['stackato-base'], count: 1 })
    expect(cluster.effects('component', /^stackato-dea .* on dea-1$/)).toBe(0)
    expect(cluster.effects('component', / on dea-2$/)).toBe(0)
  })

  it('STK-57 STK-61 STK-62: run again, done modules are skipped, the partial copy goes first, and at the end all latches go', async () => {
    const cluster = await patched({ faults: ['module-fails:stackato-dea'] })
    await cluster.fail('module_upgrade', 'dea-1', upgradeDea)
    const partial = join(rootOf(cluster, 'dea-1'), 's/modules/stackato-dea/VERSION.partial')
    expect(existsSync(partial)).toBe(true)
    await cluster.run('module_upgrade', 'dea-1', upgradeDea)
    const whats = cluster.emulator.effects().map((effect) => effect.what)
    for (const module of ['base', 'kato', 'dea']) {
      expect(whats.filter((what) => what === `stackato-${module} 3.2.1 on dea-1`)).toHaveLength(1)
    }
    const removed = whats.indexOf('half-installed copy of stackato-dea removed on dea-1')
    expect(removed).toBeGreaterThan(0)
    expect(removed).toBeLessThan(whats.indexOf('stackato-dea 3.2.1 on dea-1'))
    expect(existsSync(partial)).toBe(false)
    expect(await cluster.run('module_latches', 'dea-1')).toMatchObject({ outputs: { modules: [], count: 0 } })
    expect(nodeState(cluster, 'dea-1').version).toBe('3.2.1')
    expect(cluster.effects('process', /DEA retired/)).toBe(1)
  })

  it('STK-59: after a failure the next run tolerates missing services; without one they refuse it', async () => {
    const cluster = await patched({ faults: ['module-fails:stackato-dea', 'process-fatal:dea-2:dea_ng'] })
    await cluster.fail('module_upgrade', 'dea-1', upgradeDea)
    expect(existsSync(join(rootOf(cluster, 'dea-1'), marker))).toBe(true)
    expect(nodeState(cluster, 'dea-1').processes.filter((process) => process.state === 'FATAL')).toHaveLength(2)
    await cluster.run('module_upgrade', 'dea-1', upgradeDea)
    expect(existsSync(join(rootOf(cluster, 'dea-1'), marker))).toBe(false)
    expect(nodeState(cluster, 'dea-1').processes.every((process) => process.state === 'RUNNING')).toBe(true)

    await cluster.run('restart', 'dea-2')
    const refused = await cluster.fail('module_upgrade', 'dea-2', upgradeDea)
    expect(refused).toMatchObject({ class: 'not_ready', advice: expect.stringContaining('kato start heals FATAL') })
    expect(refused.message).toContain('inconsistent state: dea_ng FATAL')
    expect(cluster.effects('component', /^stackato-.* on dea-2$/)).toBe(0)
    await cluster.run('start', 'dea-2')
    await cluster.run('module_upgrade', 'dea-2', upgradeDea)
  })

  it('STK-58: a latch that is removed has its module installed once more', async () => {
    const cluster = await patched({ faults: ['module-fails:stackato-dea'] })
    await cluster.fail('module_upgrade', 'dea-1', upgradeDea)
    const args = { module: 'stackato-base' }
    expect(await cluster.probe('module_latch_remove', 'dea-1', args, {})).toMatchObject({ state: 'not_applied' })
    expect(await cluster.run('module_latch_remove', 'dea-1', args)).toMatchObject({ changed: true })
    expect(await cluster.probe('module_latch_remove', 'dea-1', args, {})).toMatchObject({ state: 'applied' })
    expect(await cluster.run('module_latch_remove', 'dea-1', args)).toMatchObject({ changed: false })
    await cluster.run('module_upgrade', 'dea-1', upgradeDea)
    expect(cluster.effects('component', /^stackato-base 3.2.1 on dea-1$/)).toBe(2)
    expect(cluster.effects('component', /^stackato-kato 3.2.1 on dea-1$/)).toBe(1)
  })

  it('STK-60 module-missing: neither downloaded nor in the cluster cache halts before anything is changed', async () => {
    const cluster = await patched({ faults: ['module-missing:stackato-dea'] })
    const failure = await cluster.fail('module_upgrade', 'core', { scope: 'cluster' })
    expect(failure.message).toContain('not in the cluster cache')
    expect(cluster.effects('component', /^stackato-.* on /)).toBe(0)
    expect(existsSync(join(rootOf(cluster, 'dea-1'), marker))).toBe(false)
    await cluster.run('module_upgrade', 'core', { scope: 'cluster', to: '3.2.1' })
  })

  it('STK-50 download-incomplete: the check after the download ends the run before anything is changed', async () => {
    const cluster = await patched({ faults: ['download-incomplete'] })
    const failure = await cluster.fail('module_upgrade', 'dea-1', upgradeDea)
    expect(failure.message).toContain('nothing was changed')
    expect(cluster.effects('process', /DEA retired/)).toBe(0)
    await cluster.run('module_upgrade', 'dea-1', upgradeDea)
  })
})

describe('a network that fails', () => {
  it('STK-56 network-during-download: run again, and what is in the cache is not fetched again', async () => {
    const cluster = await patched({ faults: ['network-during-download:4'] })
    const failure = await cluster.fail('module_upgrade', 'core', { scope: 'cluster' })
    expect(failure).toMatchObject({ class: 'process', advice: expect.stringContaining('again') })
    expect(failure.message).toContain('reset by peer')
    expect(cluster.effects('download', /./)).toBe(4)
    await cluster.run('module_upgrade', 'core', { scope: 'cluster', to: '3.2.1' })
    const files = cluster.emulator.effects().filter((effect) => effect.kind === 'download')
    expect(new Set(files.map((effect) => effect.what)).size).toBe(files.length)
  })

  it('STK-56 network-during-upgrade: nodes that are done stay done', async () => {
    const cluster = await patched({ faults: ['network-during-upgrade:dea-2'] })
    expect(await cluster.fail('module_upgrade', 'core', { scope: 'cluster' })).toMatchObject({ class: 'process' })
    expect([nodeState(cluster, 'dea-1').version, nodeState(cluster, 'dea-2').version]).toEqual(['3.2.1', '3.0.1'])
    await cluster.run('module_upgrade', 'core', { scope: 'cluster', to: '3.2.1' })
    expect(cluster.effects('component', /^stackato-base 3.2.1 on dea-1$/)).toBe(1)
  })
})

describe('a kato that is missing', () => {
  it.each(['core', 'dea-1'])(
    'STK-63 kato-missing on %s: the script of the vendor brings it back, and the upgrade goes on',
    async (node) => {
      const cluster = await patched({ faults: [`kato-missing:${node}`] })
      await cluster.fail('module_upgrade', 'core', { scope: 'cluster' })
      const missing = await cluster.fail('version', node)
      expect(missing).toMatchObject({ class: 'process', outputs: { exit_code: 127 } })
      expect(missing.advice).toContain('stackato.fix_kato')
      const again = await cluster.fail('module_upgrade', 'core', { scope: 'cluster' })
      expect(again.message).toMatch(/kato: No such file or directory|kato: command not found/)
      const options = { effect: `run/fix@${node}#1` }
      expect(await cluster.probe('fix_kato', node, {}, options)).toMatchObject({ state: 'not_applied' })
      expect(await cluster.run('fix_kato', node, {}, options)).toMatchObject({
        changed: true,
        outputs: { fixed: true },
      })
      expect(await cluster.probe('fix_kato', node, {}, options)).toMatchObject({ state: 'applied' })
      expect(cluster.effects('command', /^fix-kato.sh$/)).toBe(1)
      await cluster.run('module_upgrade', 'core', { scope: 'cluster', to: '3.2.1' })
      expect(await cluster.run('fix_kato', node)).toMatchObject({ changed: false, outputs: { fixed: false } })
    },
  )
})

describe('an unattended upgrade', () => {
  it('STK-20 STK-22 no-sudo: it refuses to start, and grants on every node let it run', async () => {
    const cluster = await patched()
    await cluster.emulator.inject('no-sudo')
    for (const [action, node, args] of [
      ['module_upgrade', 'core', { scope: 'cluster' }],
      ['cache_prepare', 'core', {}],
    ] as const) {
      const failure = await cluster.fail(action, node, args)
      expect(failure).toMatchObject({ class: 'not_ready', advice: expect.stringContaining('passwordless sudo') })
    }
    expect(cluster.effects('command', /^kato node/)).toBe(0)
    const options = { secrets: { sudo: 'stackato-password' } }
    for (const { name } of cluster.emulator.hosts) {
      await cluster.run('sudo_grant', name, { password: { $secret: 'sudo' } }, options)
    }
    await cluster.run('module_upgrade', 'core', { scope: 'cluster', to: '3.2.1' })
  })

  it('STK-19 no-cluster-keys: the core cannot work on the other nodes', async () => {
    const cluster = await patched()
    await cluster.emulator.inject('no-cluster-keys')
    expect(await cluster.fail('cluster_ssh_ready', 'core')).toMatchObject({ class: 'not_ready' })
    expect(await cluster.fail('module_upgrade', 'core', { scope: 'cluster' })).toMatchObject({ class: 'not_ready' })
    expect(cluster.effects('component', /^stackato-/)).toBe(0)
  })

  it('asks-anyway: a build that asks all the same ends without a change', async () => {
    const cluster = await patched({ faults: ['asks-anyway'] })
    expect((await cluster.fail('module_upgrade', 'core', { scope: 'cluster' })).message).toContain('not confirmed')
  })

  it('STK-52 restart-reboots: the host goes down with our marker, and its release tells that the work was done', async () => {
    const cluster = await patched({ faults: ['restart-reboots:dea-1', 'restart-reboots:dea-2'], speed: 100 })
    const options = { effect: 'run/upgrade@dea-1#1' }
    const result = await cluster.run('module_upgrade', 'dea-1', upgradeDea, options)
    expect(result.outputs).toMatchObject({ from: '3.0.1', version: '3.2.1' })
    expect(await cluster.probe('module_upgrade', 'dea-1', upgradeDea, options)).toMatchObject({ state: 'applied' })
    const blind = { scope: 'node' }
    expect(await cluster.probe('module_upgrade', 'dea-1', blind, options)).toMatchObject({ state: 'unknown' })
    expect((await cluster.fail('module_upgrade', 'dea-2', blind)).message).toMatch(/ended|restart|killed/)
  })

  it('drop-connection-during: the upgrade goes on without us and is collected, once', async () => {
    const cluster = await patched({ faults: ['drop-connection-during:upgrade'], speed: 400 })
    const result = await cluster.run('module_upgrade', 'core', { scope: 'cluster', to: '3.2.1' })
    expect(result.outputs['version']).toBe('3.2.1')
    expect(cluster.effects('command', /^kato node upgrade/)).toBe(1)
  })
})

it('a fault of the other edition is unknown', async () => {
  await expect(startCluster({ edition: '3.0', faults: ['component-fails:x'] })).rejects.toMatchObject({
    code: 'FAULT_UNKNOWN',
  })
  await expect(startCluster({ faults: ['module-fails:x'] })).rejects.toMatchObject({ code: 'FAULT_UNKNOWN' })
})

it('by hand: shows how far each node is in both layouts, updates only its tool, upgrades another node with --node', async () => {
  const cluster = await patched({ faults: ['module-fails:stackato-kato:dea-1'] })
  const kato = async (words: string): Promise<string> => {
    const line = `kato node upgrade ${words} --skip-confirmation`
    return (await promisify(execFile)('ssh', ['-F', cluster.emulator.sshConfigFile, 'core', line])).stdout
  }
  await kato('--update-kato')
  expect(cluster.effects('component', /^upgrade tool 3.2.1 on core$/)).toBe(1)
  await cluster.fail('module_upgrade', 'dea-1', upgradeDea)
  expect(await kato('--status')).toMatch(/^192\.168\.20\.12 +3\.0\.1 +1 of 3 modules$/m)
  await kato('--node 192.168.20.12')
  const { nodes } = JSON.parse(await kato('--status --json')) as { readonly nodes: readonly unknown[] }
  expect(nodes).toContainEqual({ address: '192.168.20.12', version: '3.2.1', latches: 0, modules: 3 })
  expect(nodeState(cluster, 'core').version).toBe('3.0.1')
})
