/** What goes wrong on real hosts, how it is told, and that the next attempt cures it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ActionFailure } from '../../../src/ports/executor.ts'
import { noHosts, onHosts, useDebianHosts } from '../../support/debian-hosts.ts'
import { until } from '../../support/until.ts'

const agent = 'emulated-recording-agent'
/** For what answers, however slowly. */
const once = { fetch_timeout: '60s', fetch_retries: 0 }
const impatient = { fetch_timeout: '1s', fetch_retries: 0 }
const deadline = Object.assign(new Error('the deadline'), { name: 'TimeoutError' })

describe.skipIf(noHosts)(onHosts('trouble on real Debian hosts'), () => {
  const lab = useDebianHosts({ agents: 18, faults: ['wrong-host-key:workstation-02'] })
  const injected: string[] = []
  const inject = async (fault: string): Promise<void> => {
    injected.push(fault)
    await lab.emulator.inject(fault)
  }
  afterEach(async () => {
    for (const fault of injected.splice(0)) await lab.emulator.clear(fault)
  })

  describe('repositories', () => {
    it('CLR-09 tells that all flows to the Debian repositories are open', async () => {
      const result = await lab.run('repository_reachable', lab.fresh())
      expect(result).toMatchObject({ changed: false, summary: '3 of 3 flows are open', outputs: { closed: 0 } })
      expect(JSON.stringify(result.outputs['flows'])).toContain('/debian-security/dists/emulated/InRelease')
    })

    it.each([
      ['refused', 'repository-refused', /refused/i],
      ['silent', 'repository-silent', /nothing came within 1 s/],
      ['unknown', 'repository-name-unknown', /resolv/i],
    ])('CLR-09 tells a flow that is %s, and so do the lists', async (_, fault, words) => {
      const host = lab.fresh()
      await inject(`${fault}:${host}`)
      const isSilent = fault === 'repository-silent'
      const failure = await lab.fail('repository_reachable', host, { patience: isSilent ? '1s' : '60s' })
      expect(failure).toMatchObject({ class: 'not_ready', outputs: { closed: 3 } })
      expect(failure.message).toMatch(words)
      expect(failure.message).toContain('3 of 3 flows')
      const fetching = isSilent ? impatient : once
      expect(await lab.fail('update_lists', host, fetching)).toMatchObject({ class: 'not_ready' })
      await lab.emulator.clear(`${fault}:${host}`)
      await lab.run('update_lists', host)
    })

    it('looks at the addresses that are given, and refuses to pass without any', async () => {
      const host = lab.fresh()
      const [uri] = (await lab.sh(host, `sed -n 's/.* \\(http[^ ]*\\) .*/\\1/p' /etc/apt/sources.list`)).split('\n')
      await lab.run('repository_reachable', host, { uris: [`${uri}/dists/emulated/InRelease`] })
      const failure = await lab.fail('repository_reachable', host, { uris: [`${uri}/dists/other/InRelease`] })
      expect(failure.message).toContain('404')
      await lab.sh(host, ': >/etc/apt/sources.list')
      expect(await lab.fail('repository_reachable', host)).toMatchObject({
        class: 'not_ready',
        message: `${host} has 0 package sources, 1 are needed`,
      })
    })

    it.each([
      ['signature-altered', /signature|clearsigned|invalid/i],
      ['signature-unknown-key', /NO_PUBKEY|not signed|public key/i],
      ['release-expired', /expired|no longer valid|not valid/i],
    ])('refuses a list with %s', async (fault, words) => {
      const host = lab.fresh()
      await inject(fault)
      const failure = await lab.fail('update_lists', host, once)
      expect(failure.class).toBe('refused')
      expect(`${failure.message} ${JSON.stringify(failure.outputs)}`).toMatch(words)
      await lab.emulator.clear(fault)
      await lab.run('update_lists', host)
    })

    it('tells a repository that is down from one that answers', async () => {
      const host = lab.fresh()
      await inject('repository-503:20')
      expect(await lab.fail('update_lists', host, once)).toMatchObject({ class: 'not_ready' })
    })
  })

  describe('downloads', () => {
    it('goes on with a file that broke off, and refuses one that is not the signed one', async () => {
      const host = lab.fresh()
      const args = { packages: [agent], ...once }
      await lab.run('update_lists', host)
      await inject(`download-breaks:${agent}`)
      expect(await lab.fail('download', host, args)).toMatchObject({ class: 'not_ready' })
      expect(await lab.probe('download', host, args)).toMatchObject({ state: 'not_applied' })
      await inject(`download-damaged:${agent}:2`)
      const damaged = await lab.fail('upgrade', host, args)
      expect(damaged).toMatchObject({ class: 'refused', notApplied: true })
      expect(await lab.version(host, agent)).toBe('4.5.2-1 install ok installed')
      await lab.emulator.clear('download-damaged')
      await inject(`download-missing:${agent}`)
      expect(await lab.fail('download', host, args)).toMatchObject({
        class: 'not_ready',
        advice: expect.stringContaining('debian.update_lists'),
      })
      expect(await lab.run('download', host, args)).toMatchObject({ changed: true })
    })

    it.each([
      ['cache', 'not_ready', true],
      ['opt', 'process', false],
    ] as const)('tells a full disk at %s as what it is', async (place, expected, notApplied) => {
      const host = lab.fresh()
      await lab.run('update_lists', host)
      await inject(`disk-full:${host}:${place}`)
      const failure = await lab.fail('upgrade', host, { packages: [agent] })
      expect(failure).toMatchObject({ class: expected, notApplied })
      expect(failure.advice).toContain('disk')
      await lab.emulator.clear(`disk-full:${host}:${place}`)
      await lab.run('upgrade', host, { packages: [agent] })
      expect(await lab.version(host, agent)).toBe('4.6.1-1 install ok installed')
    })
  })

  it('waits for another apt, says who it is, and gives up before the deadline', async () => {
    const host = lab.fresh()
    await inject(`lock-held:${host}`)
    const failure = await lab.fail('update_lists', host, {}, { deadlineMs: 6000 })
    expect(failure).toMatchObject({ class: 'not_ready', notApplied: true })
    expect(failure.message).toMatch(/held by process \d+ \(unattended-upgr\)/)
    expect(await lab.fail('hold', host, { packages: [agent], lock_timeout: '0s' })).toMatchObject({
      class: 'not_ready',
    })
    // A look needs no lock.
    await lab.run('dpkg_state', host)
    const context = lab.context(host)
    const running = lab.run('update_lists', host, {}, { effect: context.effect })
    await vi.waitFor(
      async () =>
        expect(await lab.probe('update_lists', host, {}, { effect: context.effect })).toMatchObject({
          state: 'running',
        }),
      { timeout: 120_000, interval: 100 },
    )
    await lab.emulator.clear(`lock-held:${host}`)
    expect(await running).toMatchObject({ changed: true })
  })

  it('names half-configured packages after a failing script, and finishes them with the next attempt', async () => {
    const host = lab.fresh()
    await lab.run('update_lists', host)
    await inject(`install-fails:${host}`)
    const args = { packages: [`${agent}=4.6.1-1`] }
    const failure = await lab.fail('upgrade', host, args)
    expect(failure).toMatchObject({ class: 'process', notApplied: false })
    expect(failure.message).toContain(`dpkg: error processing package ${agent}`)
    expect(await lab.version(host, agent)).toBe('4.6.1-1 install ok half-configured')
    expect(await lab.probe('upgrade', host, args)).toMatchObject({
      state: 'unknown',
      summary: `an installation was cut off: ${agent} is half configured`,
    })
    expect(await lab.fail('dpkg_state', host)).toMatchObject({
      class: 'not_ready',
      message: `packages of ${host} are not in order: ${agent} is half configured`,
    })
    expect(await lab.run('dpkg_state', host, { report_only: true })).toMatchObject({
      outputs: { unfinished: [{ package: agent, state: 'half configured' }] },
    })
    expect(await lab.fail('installed_version', host, { package: agent, expect: '4.6.1-1' })).toMatchObject({
      class: 'not_ready',
    })
    expect(await lab.run('upgrade', host, args)).toMatchObject({
      changed: true,
      summary: `finished what was begun before: ${agent}`,
      outputs: { changes: [], finished: [agent] },
    })
    expect(await lab.probe('upgrade', host, args)).toMatchObject({ state: 'applied' })
    await lab.run('dpkg_state', host)
  })

  it('goes on through a connection that breaks in the middle of the installation, once', async () => {
    const host = lab.fresh()
    await lab.run('update_lists', host)
    await inject(`drop-during-install:${host}`)
    const context = lab.context(host)
    const result = await lab.run('upgrade', host, { packages: [agent] }, { effect: context.effect })
    expect(result).toMatchObject({ outputs: { changes: [{ package: agent, from: '4.5.2-1', to: '4.6.1-1' }] } })
    // Delivered again, it attaches to the work that has ended and tells the same.
    const again = await lab.run('upgrade', host, { packages: [agent] }, { effect: context.effect })
    expect(again.outputs).toEqual(result.outputs)
    const installed = lab.emulator.packageLog(host).filter((line) => line.includes(` upgrade ${agent}:`))
    expect(installed).toHaveLength(1)
  })

  it('leaves the installation alone at the deadline, and finds it again', async () => {
    const host = lab.fresh()
    await lab.run('update_lists', host)
    const root = lab.emulator.hosts.find((each) => each.name === host)!.root
    await lab.sh(host, `: >/run/emulator/pause-${agent}`)
    const args = { packages: [agent] }
    const context = lab.context(host)
    const failure = await atDeadline(
      (signal) => lab.fail('upgrade', host, args, { effect: context.effect, signal }),
      () => existsSync(join(root, `run/emulator/paused-${agent}`)),
    )
    expect(failure).toMatchObject({ class: 'timeout', message: expect.stringContaining('it goes on there') })
    expect(await lab.probe('upgrade', host, args, { effect: context.effect })).toMatchObject({ state: 'running' })
    await lab.sh(host, `rm -f /run/emulator/pause-${agent}`)
    await lab.run('upgrade', host, args, { effect: context.effect })
    expect(await lab.probe('upgrade', host, args, { effect: context.effect })).toMatchObject({ state: 'applied' })
  })

  it('cannot reach a host that is off the network, and says that nothing was done', async () => {
    await inject('host-unreachable:workstation-01')
    expect(await lab.fail('upgrade', 'workstation-01', { packages: ['emulated-access-client'] })).toMatchObject({
      class: 'unreachable',
      notApplied: true,
    })
    await lab.emulator.clear('host-unreachable')
    await lab.run('installed_version', 'workstation-01', { package: 'emulated-access-client', expect: '4.5.2-1' })
  })

  it('refuses a host that shows another key than the known one', async () => {
    expect(await lab.fail('update_lists', 'workstation-02')).toMatchObject({ class: 'refused', notApplied: true })
  })

  it('CLR-06 downloads take as long as the flow to the repositories allows, and the deadline cuts no file', async () => {
    const host = lab.fresh()
    await lab.run('update_lists', host)
    await inject('download-slow:32')
    const { effect } = lab.context(host)
    const args = { packages: [agent] }
    const failure = await atDeadline(
      (signal) => lab.fail('download', host, args, { effect, signal }),
      async () => (await lab.probe('download', host, args, { effect })).state === 'running',
    )
    expect(failure).toMatchObject({ class: 'timeout', message: expect.stringContaining('it goes on there') })
    expect(await lab.probe('download', host, args, { effect })).toMatchObject({ state: 'running' })
    await lab.run('download', host, args, { effect })
    expect(await lab.probe('download', host, args, { effect })).toMatchObject({ state: 'applied' })
  })

  it('a sick service runs and serves nobody', async () => {
    const host = lab.fresh()
    await inject(`service-sick:${host}`)
    await lab.run('service_restart', host, { service: agent, stable_for: '0s' })
    const url = `http://${lab.target(host).address}:${lab.emulator.servicePort}/health`
    // It was started a moment ago and may not listen yet.
    const answer = await vi.waitFor(() => fetch(url), { timeout: 120_000, interval: 100 })
    expect(answer.status).toBe(503)
  })
})

/**
 * Lets the deadline of an action come when it has got so far. On a machine too busy for the last look, which has less than
 * a second, the action says so; then it is carried out once more, and attaches to its work.
 */
async function atDeadline(
  carryOut: (signal: AbortSignal) => Promise<ActionFailure>,
  isFarEnough: () => boolean | Promise<boolean>,
): Promise<ActionFailure> {
  for (;;) {
    const stop = new AbortController()
    const failing = carryOut(stop.signal)
    await until(isFarEnough)
    stop.abort(deadline)
    const failure = await failing
    if (!failure.message.includes('cannot be told now')) return failure
  }
}
