import { describe, expect, it } from 'vitest'
import { actionNamed, startLab } from './cato-lab.ts'

const to = '18.4.1'
/** One minute of looks costs four calls; that is enough for these tests. */
const interval = '1m'

describe('one Socket that goes well', () => {
  it('CATO-24 CATO-25 CATO-26 CATO-27 CATO-42: download, hash, install, switch, ten minutes of watching, success at minute 17', async () => {
    const lab = await startLab()
    const since = lab.clock.now()
    const result = await lab.run('upgrade', 'site-001', { to, interval: '15s' })
    expect(result.outputs).toMatchObject({
      version: to,
      previous_version: '18.3.3',
      upgrade_status: 'SUCCESS',
      joined: false,
    })
    const phases = lab.emulator.effects().filter((each) => each.kind === 'phase' && each.socket === 'site-001')
    expect(phases.map((each) => each.what)).toEqual([
      'started',
      'downloading',
      'checking',
      'installing',
      'switching',
      'verifying',
      'succeeded',
    ])
    const startedAt = Date.parse(phases[0]!.at)
    const minuteOf = (what: string): number =>
      (Date.parse(phases.find((each) => each.what === what)!.at) - startedAt) / 60_000
    expect(minuteOf('verifying')).toBe(7)
    expect(minuteOf('verifying') - minuteOf('switching')).toBeCloseTo(5 / 60)
    expect(minuteOf('succeeded')).toBe(17)
    const endedAt = Date.parse(String(result.outputs['ended_at']))
    expect((endedAt - since) / 60_000).toBeGreaterThanOrEqual(17)
    expect((endedAt - since) / 60_000).toBeLessThanOrEqual(17.5)
  })

  it('CATO-28 CATO-41: success raises the event, and tells mailing list and console', async () => {
    const lab = await startLab()
    await lab.run('upgrade', 'site-001', { to, interval })
    expect(
      lab.emulator
        .effects()
        .filter((each) => ['event', 'mail', 'console'].includes(each.kind))
        .map((each) => each.kind),
    ).toEqual(['event', 'mail', 'console'])
    expect(lab.emulator.events()[0]).toMatchObject({
      event_sub_type: 'Socket Upgrade',
      action: 'Succeeded',
      socket_old_version: '18.3.3',
      socket_new_version: to,
    })
  })

  it('until: switched ends at the switch, and a second call joins what goes on', async () => {
    const lab = await startLab()
    const since = lab.clock.now()
    const first = await lab.run('upgrade', 'site-001', { to, until: 'switched', interval: '15s' })
    expect(first.outputs).toMatchObject({ version: to, upgrade_status: 'STARTED' })
    const minutes = (lab.clock.now() - since) / 60_000
    expect(minutes).toBeGreaterThanOrEqual(7)
    expect(minutes).toBeLessThanOrEqual(7.5)
    const second = await lab.run('upgrade', 'site-001', { to, interval })
    expect(second.outputs).toMatchObject({ upgrade_status: 'SUCCESS', joined: true })
    const third = await lab.run('upgrade', 'site-001', { to, interval })
    expect(third).toMatchObject({ changed: false, outputs: { joined: false } })
    expect(lab.emulator.effects().filter((each) => each.kind === 'call')).toHaveLength(1)
  })
})

describe('five Sockets one after the other', () => {
  const startFive = async (faults: readonly string[]) => {
    const lab = await startLab({ sites: 15, faults })
    const since = lab.clock.now()
    const names = ['site-001', 'site-003', 'site-004', 'site-006', 'site-007']
    const tries = await Promise.all(
      names.map(async (name, index) => {
        await lab.clock.sleep(index * 5 * 60_000)
        const first = await lab.run('upgrade', name, { to, interval: '15s' }).catch((error: unknown) => error)
        return first
      }),
    )
    const minutesOf = (name: string, what: RegExp) =>
      lab.minutes(name, what, since).map((minutes) => Math.round(minutes))
    return {
      tries,
      lab,
      starts: names.map((name) => minutesOf(name, /^started$/)),
      ends: names.map((name) => minutesOf(name, /^succeeded$/)),
    }
  }

  it('CATO-15 CATO-17 starts at 0, 5, 10, 15 and 20; the fifth ends at minute 37', async () => {
    const { starts, ends } = await startFive([])
    expect(starts).toEqual([[0], [5], [10], [15], [20]])
    expect(ends).toEqual([[17], [22], [27], [32], [37]])
  })

  it('CATO-16 CATO-19 a KPI failure of the third is told as unhealthy, and the others do well', async () => {
    const { tries, ends } = await startFive(['kpi-failure:site-004'])
    expect(tries[2]).toMatchObject({ class: 'unhealthy' })
    expect(ends).toEqual([[17], [22], [], [32], [37]])
  })

  it('CATO-18 CATO-37 a second try of the fifth that begins when the first budget is used up ends at 54', async () => {
    const { tries, lab } = await startFive(['bad-hash:site-007'])
    expect(tries[4]).toMatchObject({ class: 'not_ready' })
    const since = lab.minutes('site-007', /^started$/, 0)[0]! * 60_000
    await lab.clock.sleep(since + 17 * 60_000 - lab.clock.now())
    await lab.run('upgrade', 'site-007', { to, interval: '15s' })
    expect(Math.round(lab.minutes('site-007', /^succeeded$/, since)[0]! + 20)).toBe(54)
  })
})

describe('trouble before the switch', () => {
  it('CATO-09 CATO-36 CATO-37 bad-hash once: the try is over before the switch, and a second one goes well', async () => {
    const lab = await startLab({ faults: ['bad-hash:site-001'] })
    const failure = await lab.fail('upgrade', 'site-001', { to, interval })
    expect(failure).toMatchObject({ class: 'not_ready', outputs: { upgrade_status: 'RETRY', version: '18.3.3' } })
    expect(lab.emulator.events()).toEqual([])
    expect((await lab.run('upgrade', 'site-001', { to, interval })).outputs['version']).toBe(to)
    expect(lab.emulator.events().map((event) => event['action'])).toEqual(['Succeeded'])
  })

  it('CATO-38 CATO-44 bad-hash always: after the second try Failed, and the next release is tried again', async () => {
    const lab = await startLab({ faults: ['bad-hash:site-001:always'] })
    await lab.fail('upgrade', 'site-001', { to, interval })
    const second = await lab.fail('upgrade', 'site-001', { to, interval })
    expect(second).toMatchObject({ class: 'not_ready', outputs: { upgrade_status: 'FAIL', rolled_back: false } })
    expect(second.message).toContain('the hash of the file does not match')
    expect(lab.emulator.events()).toMatchObject([{ action: 'Failed', socket_new_version: to }])
    expect(lab.socket('site-001').skipped_versions).toEqual([to])
    lab.emulator.clear('bad-hash')
    lab.emulator.publish('18.5.0')
    lab.clock.skip(1000)
    const next = await lab.run('upgrade', 'site-001', { to: '18.5.0', interval })
    expect(next.outputs).toMatchObject({ version: '18.5.0', previous_version: '18.3.3' })
  })

  it('CATO-46 CATO-47: a failed Socket can be upgraded by hand, one Socket at a time', async () => {
    const lab = await startLab({ faults: ['bad-hash:site-001:2'] })
    await lab.fail('upgrade', 'site-001', { to, interval })
    await lab.fail('upgrade', 'site-001', { to, interval })
    await lab.run('upgrade', 'site-001', { to, interval })
    const call = `mutation { site(accountId: "${lab.emulator.accountId}") { startSiteUpgrade(input: {upgrades: [{site: {by: NAME, input: "site-003"}, targetVersion: "${to}"}]}) { results { scheduledAt } } } }`
    expect((await lab.ask(call)).errors).toBeUndefined()
    expect(await lab.ask(call)).toMatchObject({ errors: [{ message: 'an upgrade of site site-003 is in progress' }] })
  })

  it('CATO-36 install-hangs: the try is over at minute 17, not earlier', async () => {
    const lab = await startLab({ faults: ['install-hangs:site-001'] })
    const since = lab.clock.now()
    const failure = await lab.fail('upgrade', 'site-001', { to, interval: '15s' })
    expect(failure).toMatchObject({ class: 'not_ready', outputs: { upgrade_status: 'RETRY' } })
    expect((lab.clock.now() - since) / 60_000).toBeGreaterThanOrEqual(17)
    await lab.run('upgrade', 'site-001', { to, interval })
  })

  it.each([
    ['slow-link:site-004', 'below 1 Mbps'],
    ['weak-signal:site-004', 'LTE signal is weak'],
  ])('CATO-08 CATO-11 %s: a download inside the window fails', async (fault, words) => {
    const lab = await startLab({ faults: [fault] })
    expect(lab.socket('site-004').version).toBe('17.0.9')
    await lab.fail('upgrade', 'site-004', { to, interval })
    expect((await lab.fail('upgrade', 'site-004', { to, interval })).message).toContain(words)
  })

  it('CATO-07: from 18.0 on the file is there before the window, so the same slow link does no harm', async () => {
    const lab = await startLab({ faults: ['slow-link:site-001'] })
    lab.clock.skip(60 * 60_000)
    expect(lab.socket('site-001').staged).toEqual({ version: to, state: 'fetched' })
    expect(lab.socket('site-004').staged).toBeUndefined()
    expect((await lab.run('upgrade', 'site-001', { to, interval })).outputs['version']).toBe(to)
  })

  it('CATO-10 prefetch-fails: the download is tried again in the window', async () => {
    const lab = await startLab({ faults: ['prefetch-fails:site-001'] })
    lab.clock.skip(60 * 60_000)
    expect(lab.socket('site-001').staged).toEqual({ version: to, state: 'failed' })
    expect((await lab.run('upgrade', 'site-001', { to, interval })).outputs['version']).toBe(to)
  })
})

describe('trouble after the switch', () => {
  it.each([
    ['kpi-failure:site-001', 9],
    ['kpi-failure:site-001:2', 2],
    ['kpi-failure:site-001:10', 10],
  ])('CATO-19 CATO-26 CATO-29 %s: back on the previous version by itself', async (fault, minute) => {
    const lab = await startLab({ faults: [fault] })
    const since = lab.clock.now()
    const failure = await lab.fail('upgrade', 'site-001', { to, interval: '15s' })
    expect(failure).toMatchObject({
      class: 'unhealthy',
      outputs: { version: '18.3.3', upgrade_status: 'FAIL', rolled_back: true },
    })
    expect(failure.message).toContain('KPI')
    const [at] = lab.minutes('site-001', /^rolling back/, since)
    expect(at).toBeGreaterThanOrEqual(7 + minute)
    expect(at).toBeLessThan(7.5 + minute)
    expect(lab.emulator.events()).toMatchObject([{ action: 'Failed', socket_old_version: '18.3.3' }])
    expect(lab.emulator.effects().filter((each) => each.kind === 'mail')).toHaveLength(1)
    const back = await lab.run('rollback_state', 'site-001')
    expect(back.outputs).toEqual({ version: '18.3.3', connected: true, upgrade_status: 'FAIL' })
  })

  it('CATO-29: a rollback that nobody saw happen is found by the time of the last version change', async () => {
    const lab = await startLab({ faults: ['kpi-failure:site-001:0'] })
    const failure = await lab.fail('upgrade', 'site-001', { to, interval: '9m' })
    expect(failure).toMatchObject({ class: 'unhealthy', outputs: { rolled_back: true } })
  })

  it('CATO-32 CATO-33 primary-fails-over: the secondary carries the site and stays on its version', async () => {
    const lab = await startLab({ faults: ['primary-fails-over:site-002'] })
    const failing = lab.fail('upgrade', 'site-002-primary', { to, interval: '15s' })
    const failure = await failing
    expect(failure.class).toBe('unhealthy')
    expect(lab.emulator.effects().filter((each) => each.kind === 'failover')).toMatchObject([
      { socket: 'site-002-secondary', what: 'site-002-secondary carries the site' },
    ])
    expect(lab.socket('site-002-secondary')).toMatchObject({ active: true, version: '18.3.3' })
    const refused = await lab.fail('upgrade', 'site-002-secondary', { to, interval })
    expect(refused).toMatchObject({ class: 'not_ready', notApplied: true })
    expect(lab.socket('site-002-secondary').upgrade_status).toBeNull()
    expect((await lab.run('site_connected', 'site-002-secondary')).outputs['connected']).toBe(true)
    expect((await lab.run('kpi', 'site-002-secondary')).outputs['ha_role']).toBe('active')
  })

  it('disconnected in the soak: the link to the PoP has to hold for the whole ten minutes', async () => {
    const lab = await startLab({ faults: ['disconnected:site-001:+16m..+16m30s'] })
    expect(await lab.fail('upgrade', 'site-001', { to, interval: '15s' })).toMatchObject({ class: 'unhealthy' })
  })

  it('rollback_state tells a Socket that will not go back, and one that cannot be reached', async () => {
    const lab = await startLab()
    await lab.run('upgrade', 'site-001', { to, interval })
    const settled = await lab.fail('rollback_state', 'site-001', { version: '18.3.3' })
    expect(settled).toMatchObject({ class: 'unhealthy', outputs: { version: to } })
    lab.emulator.inject('disconnected:site-003')
    const away = await lab.fail('rollback_state', 'site-003', { within: '2m' })
    expect(away).toMatchObject({ class: 'unreachable', outputs: { connected: false } })
  })
})

describe('a Socket without a connection', () => {
  it('CATO-23 CATO-39: nothing is started, and the class says that it may be skipped', async () => {
    const lab = await startLab({ faults: ['disconnected:site-001'] })
    for (const action of ['socket_connected', 'upgrade']) {
      const failure = await lab.fail(action, 'site-001', action === 'upgrade' ? { to, interval } : {})
      expect(failure).toMatchObject({ class: 'unreachable', notApplied: true })
    }
    expect(lab.emulator.effects().filter((each) => each.kind === 'call')).toEqual([])
  })

  it('CATO-40 CATO-43 CATO-45: lost on the way it is Skipped, with event and mail, and goes with the next release', async () => {
    const lab = await startLab({ faults: ['disconnected:site-001:+10s..+3m'] })
    const failure = await lab.fail('upgrade', 'site-001', { to, interval: '15s' })
    expect(failure).toMatchObject({ class: 'unreachable', outputs: { upgrade_status: 'SKIP' } })
    expect(lab.emulator.events()).toMatchObject([{ action: 'Skipped', socket_new_version: to }])
    expect(lab.emulator.effects().filter((each) => each.kind === 'mail')).toHaveLength(1)
    lab.emulator.clear('disconnected')
    lab.emulator.publish('18.5.0')
    lab.clock.skip(1000)
    expect((await lab.run('upgrade', 'site-001', { to: '18.5.0', interval })).outputs['version']).toBe('18.5.0')
  })
})

describe('HA pairs', () => {
  it('CATO-30 CATO-34 CATO-35: primary first, then the secondary; between two majors the pair is not ready', async () => {
    const lab = await startLab({ installed: '15.0.4' })
    const early = await lab.fail('upgrade', 'site-002-secondary', { to, interval })
    expect(early).toMatchObject({ class: 'not_ready', notApplied: true })
    expect((await lab.run('ha_ready', 'site-002-primary')).outputs).toMatchObject({ ready: true, is_ha: true })
    await lab.run('upgrade', 'site-002-primary', { to, interval })
    const between = await lab.fail('ha_ready', 'site-002-primary')
    expect(between).toMatchObject({ class: 'not_ready', outputs: { reasons: ['the members run different majors'] } })
    const tolerated = await lab.run('kpi', 'site-002-primary', { version: to })
    expect(tolerated.outputs).toMatchObject({
      healthy: true,
      degraded: true,
      ha: { readiness: 'not_ready', socket_version: 'fail', keepalive: 'ok' },
    })
    expect((await lab.fail('kpi', 'site-002-primary', { tolerate: [] })).class).toBe('unhealthy')
    await lab.run('upgrade', 'site-002-secondary', { to, interval })
    expect((await lab.run('ha_ready', 'site-002-secondary')).outputs['ready']).toBe(true)
  })

  it('the site stays connected while its active Socket switches', async () => {
    const lab = await startLab({ faults: ['disconnected:site-002-primary'] })
    const failure = await lab.fail('kpi', 'site-002-secondary')
    expect(failure.message).toContain('HA_NOT_READY_SOCKET_DISCONNECTED')
    expect((await lab.run('site_connected', 'site-002-primary')).outputs['connected']).toBe(true)
  })

  it('a service that upgrades both members in one call is followed too', async () => {
    const lab = await startLab({ pairs: 'whole_site' })
    await lab.run('upgrade', 'site-002-primary', { to, interval })
    const second = await lab.run('upgrade', 'site-002-secondary', { to, interval })
    expect(second.outputs).toMatchObject({ joined: true, version: to })
    expect(lab.emulator.effects().filter((each) => each.kind === 'call')).toHaveLength(1)
  })
})

describe('the upgrade process itself', () => {
  it('CATO-20 process-critical: what waits is cancelled, nothing starts any more, every other Socket is skipped', async () => {
    const lab = await startLab({ faults: ['process-critical:2m'], sites: 20, zones: ['Europe/Berlin', 'Asia/Tokyo'] })
    const failure = await lab.fail('upgrade', 'site-001', { to, interval: '15s' })
    expect(failure).toMatchObject({ class: 'process', outputs: { upgrade_status: 'CANCEL' } })
    expect((await lab.fail('upgrade', 'site-002', { to, interval })).class).toBe('refused')
    const sockets = lab.emulator.state().sites.flatMap((site) => site.sockets)
    expect(sockets.filter((socket) => socket.skipped_versions.includes(to))).toHaveLength(sockets.length)
    expect(new Set(lab.emulator.events().map((event) => event['action']))).toEqual(new Set(['Skipped']))
    lab.emulator.clear('process-critical')
    await lab.run('upgrade', 'site-002', { to, interval })
  })

  it('refuse-upgrade: the refusal of the API is told with its words, and nothing was done', async () => {
    const lab = await startLab({ faults: ['refuse-upgrade:site-001'] })
    const failure = await lab.fail('upgrade', 'site-001', { to, interval })
    expect(failure).toMatchObject({ class: 'refused', notApplied: true })
    expect(failure.message).toContain('site site-001 cannot be upgraded now')
    expect(failure.message).toMatch(/trace [0-9a-f]{32}/)
  })

  it('refuses what is not offered, and what is older', async () => {
    const lab = await startLab()
    expect(await lab.fail('upgrade', 'site-001', { to: '19.0' })).toMatchObject({
      class: 'not_ready',
      notApplied: true,
    })
    expect(await lab.fail('upgrade', 'site-001', { to: '17.0.9' })).toMatchObject({ class: 'refused' })
    expect(lab.calls('startSiteUpgrade')).toBe(0)
  })
})

describe('probe and dry run', () => {
  const probe = (lab: Awaited<ReturnType<typeof startLab>>, target: string) =>
    actionNamed('upgrade').probe!(lab.context(target), { to, interval: '15s' })

  it('tells untouched, running, applied; after a first failed try another may begin, after the last one nobody can tell', async () => {
    const lab = await startLab({ faults: ['bad-hash:site-003:always'] })
    expect((await probe(lab, 'site-001')).state).toBe('not_applied')
    await lab.run('upgrade', 'site-001', { to, until: 'switched', interval })
    expect((await probe(lab, 'site-001')).state).toBe('running')
    lab.clock.skip(15 * 60_000)
    expect(await probe(lab, 'site-001')).toMatchObject({ state: 'applied', outputs: { version: to } })
    await lab.fail('upgrade', 'site-003', { to, interval })
    expect((await probe(lab, 'site-003')).state).toBe('not_applied')
    await lab.fail('upgrade', 'site-003', { to, interval })
    expect((await probe(lab, 'site-003')).state).toBe('unknown')
  })

  it('a dry run asks and changes nothing', async () => {
    const lab = await startLab({ faults: ['disconnected:site-003'] })
    const dryRun = (target: string) => actionNamed('upgrade').dryRun!(lab.context(target), { to })
    expect(await dryRun('site-001')).toMatchObject({ coverage: 'simulated' })
    expect((await dryRun('site-002-secondary')).summary).toContain('its primary goes first')
    await expect(dryRun('site-003')).rejects.toMatchObject({ class: 'unreachable' })
    expect(lab.calls('startSiteUpgrade')).toBe(0)
  })
})
