import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { recoverKato } from '../../../src/executors/stackato/helion/recover-kato.ts'
import { actionNamed, type StackatoCluster, startCluster } from '../../support/stackato-cluster.ts'
import { timeEnough } from '../../support/time-enough.ts'
import { until } from '../../support/until.ts'

const rootOf = (cluster: StackatoCluster, node: string): string =>
  cluster.emulator.hosts.find((host) => host.name === node)!.root

describe('an upgrade that fails', () => {
  it('STK-56 network-during-download: it can be run again, and what is in the cache is not fetched again', async () => {
    const cluster = await startCluster({ faults: ['network-during-download:4'] })
    const failure = await cluster.fail('node_upgrade', 'core')
    expect(failure).toMatchObject({ class: 'process', advice: expect.stringContaining('again') })
    expect(failure.message).toContain('reset by peer')
    expect(cluster.effects('download', /./)).toBe(4)
    expect(cluster.effects('component', /on /)).toBe(0)
    await cluster.run('node_upgrade', 'core', { to: '3.6.0' })
    expect(cluster.effects('download', /./)).toBe(15)
  })

  it('STK-56 network-during-upgrade: components that are done are not done again', async () => {
    const cluster = await startCluster({ faults: ['network-during-upgrade:router-1'] })
    expect(await cluster.fail('node_upgrade', 'core')).toMatchObject({ class: 'process' })
    const before = cluster.effects('component', / on /)
    expect(before).toBeGreaterThan(0)
    await cluster.run('node_upgrade', 'core', { to: '3.6.0' })
    const installed = cluster.emulator.effects().filter((effect) => effect.kind === 'component')
    expect(new Set(installed.map((effect) => effect.what)).size).toBe(installed.length)
  })

  it('STK-50 download-incomplete: the check after the download ends the run before anything is changed', async () => {
    const cluster = await startCluster({ nodes: 3, faults: ['download-incomplete'] })
    const failure = await cluster.fail('node_upgrade', 'core')
    expect(failure.message).toContain('nothing was changed')
    expect(cluster.effects('component', /on /)).toBe(0)
    await cluster.run('node_upgrade', 'core', { to: '3.6.0' })
  })

  it('component-fails: the run halts there, and goes on there', async () => {
    const cluster = await startCluster({ nodes: 3, faults: ['component-fails:stackato-router'] })
    expect((await cluster.fail('node_upgrade', 'core')).message).toContain('stackato-router could not be installed')
    expect(cluster.effects('component', /stackato-dea 3.6.0 on/)).toBe(2)
    await cluster.run('node_upgrade', 'core', { to: '3.6.0' })
    expect(cluster.effects('component', /stackato-dea 3.6.0 on/)).toBe(2)
  })

  it('STK-64 kato-missing: the failure names the cure, and the logged command brings kato back and ends the upgrade', async () => {
    const cluster = await startCluster({ faults: ['kato-missing'] })
    await cluster.fail('node_upgrade', 'core')
    const missing = await cluster.fail('version', 'core')
    expect(missing).toMatchObject({ class: 'process', outputs: { exit_code: 127 } })
    expect(missing.advice).toContain('stackato.recover_kato')
    const log = readFileSync(join(rootOf(cluster, 'core'), 's/logs/sentinel-cli.log'), 'utf8')
    expect(log).toContain(
      'INFO  Sentinel::CLI : Running with command: bin/sentinel upgrade 3.6.0 127.0.0.1 192.168.20.11 --skip-download',
    )
    const recovered = await cluster.run('recover_kato', 'core')
    expect(recovered.outputs).toEqual({
      recovered: true,
      command: ['bin/sentinel', 'upgrade', '3.6.0', '127.0.0.1', '192.168.20.11', '--skip-download'],
      version: '3.6.0',
    })
    expect((await cluster.run('version', 'core')).outputs['version']).toBe('3.6.0')
    const again = await cluster.run('recover_kato', 'core')
    expect(again).toMatchObject({ changed: false, outputs: { recovered: false } })
  })

  it('STK-64: a node that lost kato is recovered from the core, and a log without a command is told', async () => {
    const cluster = await startCluster({ nodes: 3, faults: ['kato-missing:dea-1'] })
    await cluster.fail('node_upgrade', 'core')
    expect(await cluster.fail('recover_kato', 'dea-1')).toMatchObject({ class: 'not_ready', notApplied: true })
    await cluster.run('node_upgrade', 'core', { to: '3.6.0' })
    expect((await cluster.run('version', 'dea-1')).outputs['version']).toBe('3.6.0')
  })

  it('STK-64: only a command of the documented shape is replayed', async () => {
    const cluster = await startCluster({ nodes: 3, faults: ['kato-missing'] })
    await cluster.fail('node_upgrade', 'core')
    const log = join(rootOf(cluster, 'core'), 's/logs/sentinel-cli.log')
    appendFileSync(log, 'INFO  Sentinel::CLI : Running with command: bin/sentinel upgrade 3.6.0 127.0.0.1; rm -rf /\n')
    const failure = await cluster.fail('recover_kato', 'core')
    expect(failure).toMatchObject({ class: 'refused', notApplied: true })
    expect(recoverKato.describe({})).toContain('/s/code/sentinel/cli')
  })

  it('STK-04 disk-low on a node: refused before anything is changed, as not ready', async () => {
    const cluster = await startCluster({ faults: ['disk-low:data-1:6.5'] })
    const failure = await cluster.fail('node_upgrade', 'core')
    expect(failure).toMatchObject({ class: 'not_ready', advice: expect.stringContaining('disk space') })
    expect(failure.message).toContain('192.168.20.15: 6.5 GB free, 7 GB needed')
    expect(cluster.effects('component', / on /)).toBe(0)
  })

  it('STK-05 STK-07 disk-low on the cache node: the cache moves to another file system, and back', async () => {
    const cluster = await startCluster({ faults: ['disk-low:core:9'] })
    expect(await cluster.fail('node_upgrade', 'core')).toMatchObject({ class: 'not_ready' })
    const missing = await cluster.fail('cache_dir', 'core', { directory: '/mnt/upgrade' })
    expect(missing).toMatchObject({ class: 'not_ready', notApplied: true })
    mkdirSync(join(rootOf(cluster, 'core'), 'mnt/upgrade'))
    const moved = await cluster.run('cache_dir', 'core', { directory: '/mnt/upgrade' })
    expect(moved.outputs).toEqual({ directory: '/mnt/upgrade', before: '/var/stackato/sentinel-cache' })
    expect(cluster.effects('command', /^service sentinel-d restart$/)).toBe(1)
    await cluster.run('node_upgrade', 'core', { to: '3.6.0' })
    const undone = await actionNamed('cache_dir').undo!(
      cluster.context('core'),
      { directory: '/mnt/upgrade' },
      moved.outputs,
    )
    expect(undone.summary).toBe('back to /var/stackato/sentinel-cache')
    const config = readFileSync(join(rootOf(cluster, 'core'), 's/code/sentinel/daemon/config/config.yml'), 'utf8')
    expect(config).toContain('cache_dir: /var/stackato/sentinel-cache\n')
  })

  it('STK-25 STK-26 STK-27 memory-low: not ready, until roles are stopped for the time being', async () => {
    const cluster = await startCluster({ faults: ['memory-low:data-1:200'] })
    expect(await cluster.fail('node_upgrade', 'core')).toMatchObject({
      class: 'not_ready',
      advice: expect.stringContaining('stackato.stop'),
    })
    await cluster.run('stop', 'data-1', { roles: ['mongodb', 'rabbit3'] })
    await cluster.run('node_upgrade', 'core', { to: '3.6.0' })
    await cluster.run('start', 'data-1', { roles: ['mongodb', 'rabbit3'] })
    const states = cluster.emulator.state().nodes.find((node) => node.name === 'data-1')!.processes
    expect(states.filter((process) => process.role === 'mongodb').map((process) => process.state)).toEqual([
      'RUNNING',
      'RUNNING',
    ])
  })

  it('STK-20 STK-22 no-sudo: an unattended run refuses to start', async () => {
    const cluster = await startCluster({ nodes: 3, faults: ['no-sudo'] })
    for (const action of ['sudo_ready', 'node_upgrade', 'restart']) {
      const failure = await cluster.fail(action, 'core')
      expect(failure).toMatchObject({ class: 'not_ready', advice: expect.stringContaining('passwordless sudo') })
    }
    expect(await cluster.fail('retire', 'dea-1')).toMatchObject({ class: 'not_ready' })
    expect(cluster.effects('command', /kato/)).toBe(0)
  })

  it('STK-22: passwordless sudo on the core alone is not enough', async () => {
    const cluster = await startCluster({ nodes: 3, faults: ['no-sudo:dea-2'] })
    const failure = await cluster.fail('node_upgrade', 'core')
    expect(failure).toMatchObject({ class: 'not_ready' })
    expect(failure.message).toContain('192.168.20.13')
    expect(cluster.effects('component', / on /)).toBe(0)
  })

  it('STK-20 STK-21: sudo is granted for the upgrade with the password, and taken back', async () => {
    const password = "pass'word $HOME"
    const cluster = await startCluster({ nodes: 3, faults: ['no-sudo'], password })
    const options = { secrets: { sudo: password } }
    const args = { password: { $secret: 'sudo' } }
    const granted = await cluster.run('sudo_grant', 'dea-1', args, options)
    expect(granted).toMatchObject({ changed: true, outputs: { granted: true } })
    const file = join(rootOf(cluster, 'dea-1'), 'etc/sudoers.d/rollbook-stackato')
    expect(statSync(file).mode & 0o777).toBe(0o440)
    expect((await cluster.run('sudo_ready', 'dea-1')).outputs).toEqual({ passwordless: true })
    expect(await cluster.probe('sudo_grant', 'dea-1', args, options)).toMatchObject({ state: 'applied' })
    expect(await cluster.run('sudo_revoke', 'dea-1')).toMatchObject({ changed: true, outputs: { passwordless: false } })
    expect(existsSync(file)).toBe(false)
    expect(await cluster.run('sudo_revoke', 'dea-1')).toMatchObject({ changed: false })
    const wrong = await cluster.fail('sudo_grant', 'dea-1', args, { secrets: { sudo: 'wrong' } })
    expect(wrong.class).toBe('refused')
    for (const written of [cluster.emulator.commandsFile, cluster.emulator.effectsFile]) {
      expect(readFileSync(written, 'utf8')).not.toContain(password.slice(0, 6))
    }
  })

  it('STK-19 no-cluster-keys: the core cannot work on the other nodes without a password', async () => {
    const cluster = await startCluster({ nodes: 3 })
    expect((await cluster.run('cluster_ssh_ready', 'core')).outputs['addresses']).toEqual([
      '192.168.20.12',
      '192.168.20.13',
    ])
    await cluster.emulator.inject('no-cluster-keys')
    const failure = await cluster.fail('cluster_ssh_ready', 'core')
    expect(failure).toMatchObject({ class: 'not_ready', outputs: { addresses: [] } })
    expect(await cluster.fail('node_upgrade', 'core')).toMatchObject({ class: 'not_ready' })
  })

  it('STK-13 STK-14 proxy-required and destination-blocked: destinations are checked, the proxy goes along', async () => {
    const cluster = await startCluster({ nodes: 3, faults: ['proxy-required'] })
    const destinations = ['component-images.stackato.com:443', 'upgrade.stackato.com:443', 'mirror.example.org:80']
    const silent = await cluster.fail('destinations_reachable', 'core', { destinations })
    expect(silent).toMatchObject({ class: 'not_ready', outputs: { reached: [] } })
    const http_proxy = { $secret: 'proxy' }
    const options = { secrets: { proxy: 'http://user:hunter2@proxy.example.com:3128' } }
    const good = await cluster.run('destinations_reachable', 'core', { destinations, http_proxy }, options)
    expect(good.outputs['reached']).toEqual(destinations)
    await cluster.emulator.inject('destination-blocked:mirror.example.org')
    const blocked = await cluster.fail('destinations_reachable', 'core', { destinations, http_proxy }, options)
    expect(blocked.outputs['missing']).toEqual(['mirror.example.org:80 (no answer in time)'])
    expect(await cluster.fail('node_upgrade', 'core')).toMatchObject({ class: 'process' })
    await cluster.run('node_upgrade', 'core', { http_proxy, to: '3.6.0' }, options)
    expect(readFileSync(cluster.emulator.commandsFile, 'utf8')).not.toContain('hunter2')
  })
})

describe('a connection that breaks', () => {
  it('drop-connection-during: the upgrade goes on without us and is collected, once', async () => {
    const cluster = await startCluster({ nodes: 3, faults: ['drop-connection-during:upgrade'], speed: 400 })
    const result = await cluster.run('node_upgrade', 'core', { to: '3.6.0' })
    expect(result.outputs['version']).toBe('3.6.0')
    expect(cluster.effects('command', /^kato node upgrade/)).toBe(1)
  })

  it('a second engine attaches to the upgrade of the first, and a probe tells that it runs', async () => {
    const cluster = await startCluster({ nodes: 3, speed: 150 })
    const gone = new AbortController()
    const options = { effect: 'run/upgrade@core#1' }
    const first = cluster.run('node_upgrade', 'core', {}, { ...options, signal: gone.signal }).catch((error) => error)
    await until(() => cluster.effects('download', /./) > 1)
    await cluster.emulator.inject('slow:30')
    gone.abort(new Error('the engine is gone'))
    expect(await first).toMatchObject({ class: 'cancelled' })
    expect(await cluster.probe('node_upgrade', 'core', {}, options)).toMatchObject({ state: 'running' })
    await cluster.emulator.clear('slow')
    const second = await cluster.run('node_upgrade', 'core', { to: '3.6.0' }, options)
    expect(second.outputs).toMatchObject({ attached: true, version: '3.6.0', from: '' })
    expect(cluster.effects('command', /^kato node upgrade/)).toBe(1)
    expect(await cluster.probe('node_upgrade', 'core', {}, options)).toMatchObject({
      state: 'applied',
      outputs: { version: '3.6.0' },
    })
    expect(await cluster.probe('node_upgrade', 'core', {}, { effect: 'another' })).toMatchObject({
      state: 'not_applied',
    })
  })

  it('node-unreachable: the class is unreachable, and the node comes back', async () => {
    const cluster = await startCluster({ nodes: 3, faults: ['node-unreachable:dea-1'] })
    expect(await cluster.fail('version', 'dea-1')).toMatchObject({ class: 'unreachable' })
    expect((await cluster.fail('node_upgrade', 'core')).message).toContain('192.168.20.12')
    await cluster.emulator.clear('node-unreachable')
    expect((await cluster.run('version', 'dea-1')).outputs['version']).toBe('3.4.2')
  })

  it('node-unreachable for a span: the node is gone from and to an instant', async () => {
    await timeEnough(1200, async (ms) => {
      const cluster = await startCluster({ nodes: 3, speed: 10, faults: [`node-unreachable:dea-1:0..${ms / 100}`] })
      const version = (): Promise<unknown> =>
        cluster.run('version', 'dea-1').then(
          ({ outputs }) => outputs['version'],
          (error: unknown) => error,
        )
      const first = await version()
      if (first === '3.4.2') return false
      expect(first).toMatchObject({ class: 'unreachable' })
      await until(async () => (await version()) === '3.4.2')
      return true
    })
  })

  it('wrong-host-key: refused, and nothing is sent', async () => {
    const cluster = await startCluster({ nodes: 3, faults: ['wrong-host-key:dea-1'] })
    expect(await cluster.fail('version', 'dea-1')).toMatchObject({ class: 'refused' })
    expect(readFileSync(cluster.emulator.commandsFile, 'utf8')).toBe('')
  })

  it('hang: the deadline ends the wait, and the hanging command ends with it when nothing is under a marker', async () => {
    await timeEnough(700, async (deadlineMs) => {
      const cluster = await startCluster({ nodes: 3, faults: ['hang:node version'] })
      const failure = await cluster.fail('version', 'core', {}, { deadlineMs })
      expect(failure.class).toBe('timeout')
      // Had the command not come as far as to hang, the next one hangs.
      const next = cluster.run('version', 'core', {}, { deadlineMs: 10 * deadlineMs })
      const [told] = await Promise.allSettled([next])
      return told.status === 'fulfilled' && told.value.outputs['version'] === '3.4.2'
    })
  })

  it('malformed-output: an answer that makes no sense is a failure, not a value', async () => {
    const cluster = await startCluster({ nodes: 3, faults: ['malformed-output:version:1', 'malformed-output:list:1'] })
    for (const action of ['version', 'node_list']) {
      const failure = await cluster.fail(action, 'core')
      expect(failure).toMatchObject({ class: 'process' })
      expect(failure.message).toContain('makes no sense')
    }
  })

  it('asks-anyway: a build that asks all the same ends without a change instead of waiting', async () => {
    const cluster = await startCluster({ nodes: 3, faults: ['asks-anyway'] })
    const failure = await cluster.fail('node_upgrade', 'core')
    expect(failure.message).toContain('not confirmed')
    expect(cluster.effects('component', / on /)).toBe(0)
  })
})
