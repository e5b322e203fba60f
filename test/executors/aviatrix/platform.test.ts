import { describe, expect, it } from 'vitest'
import { makeClock } from '../../../src/node/clock.ts'
import { type AviatrixLab, actionNamed, startLab } from './aviatrix-lab.ts'

const pathsOf = (lab: AviatrixLab): readonly string[] => [...new Set(lab.sent.map(({ url }) => new URL(url).pathname))]

describe('one hop of the controller', () => {
  it.each([
    [1, '6.5.3006', '6.6', '6.6.123', { caller: 'ui', software_version: '6.6', gateway_list: '' }],
    [2, '6.6.123', '6.7', '6.7.1376', { async: 'true', software_version: '6.7', gateway_list: '' }],
    [3, '7.1.4191', '7.2', '7.2.4820', { async: 'true', software_version: '7.2', version: '7.2' }],
  ] as const)(
    'AVX-09 AVX-45 AVX-46 AVX-47 AVX-49: wire generation %i from %s to %s ends at the newest build, %s, in a new session',
    async (generation, installed, to, version, form) => {
      const lab = await startLab({ installed, release: version })
      const result = await lab.run('platform_upgrade', undefined, { to })
      expect(result).toMatchObject({
        changed: true,
        outputs: {
          release: `UserConnect-${version}`,
          version,
          series: to,
          previous_release: `UserConnect-${installed}`,
          previous_version: installed,
          generation,
          joined: false,
        },
      })
      expect(result.outputs['kernel_version']).toMatch(/^5\./)
      expect(result.outputs['request']).not.toBe('')
      expect(lab.asked('upgrade_platform')).toEqual([expect.objectContaining(form)])
      expect(pathsOf(lab)).toEqual(generation === 3 ? ['/v1/api', '/v2/api'] : ['/v1/api', '/v1/backend1'])
      expect(lab.whats('session').filter((what) => what === 'a session begins').length).toBeGreaterThan(1)
      expect(lab.whats('version')).toEqual([version])
    },
  )

  it('AVX-02 the oldest generation blocks, takes all gateways at once, and refuses the controller alone', async () => {
    const speed = 3000
    const startedReal = Date.now()
    const startAt = Date.UTC(2027, 2, 14, 5)
    const clock = { now: () => Math.round(startAt + (Date.now() - startedReal) * speed) }
    const lab = await startLab({ installed: '6.4.2995', release: '6.5.750', clock })
    const systems = [{ ...lab.system, settings: { ...lab.system.settings, pace: speed } }]
    const options = { systems, ports: { clock: makeClock(), http: lab.http } }
    const alone = await lab.fail('platform_upgrade', undefined, { to: '6.5' }, options)
    expect(alone).toMatchObject({ class: 'refused', notApplied: true })
    expect(alone.advice).toContain('scope: everything')
    const result = await lab.run('platform_upgrade', undefined, { to: '6.5', scope: 'everything' }, options)
    expect(result.outputs).toMatchObject({ generation: 0, version: '6.5.750', previous_version: '6.4.2995' })
    const call = lab.emulator.effects().filter((each) => each.kind === 'call')
    expect(call.map((each) => each.what)).toEqual(['platform upgrade to 6.5.750 accepted'])
    await expect.poll(() => lab.emulator.state().gateways.every((each) => each.version === '6.5.750')).toBe(true)
  })

  it('AVX-14 from 7.0 to 7.1 the endpoint of the old generation is gone afterwards, and the new one is found', async () => {
    const lab = await startLab({ installed: '7.0.2239', release: '7.1.1710' })
    const result = await lab.run('platform_upgrade', undefined, { to: '7.1' })
    expect(result.outputs).toMatchObject({ version: '7.1.1710', generation: 2 })
    expect(pathsOf(lab)).toEqual(['/v1/api', '/v1/backend1', '/v2/api'])
    expect((await lab.run('controller_status', undefined, { require: 'nothing' })).outputs['generation']).toBe(3)
  })

  it('one call takes controller and gateways, where that is said', async () => {
    const lab = await startLab({ installed: '6.6.123', release: '6.7.1376' })
    await lab.run('platform_upgrade', undefined, { to: '6.7', scope: 'everything' })
    expect(lab.asked('upgrade')).toEqual([expect.objectContaining({ version: '6.7', async: 'true' })])
    lab.clock.skip(10 * 60_000)
    expect(new Set(lab.emulator.state().gateways.map((each) => each.version))).toEqual(new Set(['6.7.1376']))
  })
})

describe('the way', () => {
  it('AVX-10 without a target the newest build of the running release is installed', async () => {
    const lab = await startLab({ installed: '6.7.1185', release: '6.7.1376' })
    const result = await lab.run('platform_upgrade')
    expect(result.outputs).toMatchObject({ version: '6.7.1376', previous_version: '6.7.1185' })
    expect((await lab.run('platform_upgrade')).changed).toBe(false)
  })

  it('AVX-12 builds in between are skipped over', async () => {
    const lab = await startLab({ installed: '6.5.250', release: '6.6.123' })
    const result = await lab.run('platform_upgrade', undefined, { to: '6.6.123' })
    expect(result.outputs['version']).toBe('6.6.123')
    expect(lab.whats('version')).toEqual(['6.6.123'])
  })

  it.each([
    ['AVX-11 an older release', '6.5', /never goes back/],
    ['AVX-13 a minor that is skipped', '6.8', /no minor or major may be skipped/],
    ['AVX-14 a major that is skipped', '8.0', /not published/],
  ])('%s (%s) is refused before anything is sent', async (_, to, message) => {
    const lab = await startLab({ installed: '6.6.123', release: '6.8.1148' })
    const failure = await lab.fail('platform_upgrade', undefined, { to })
    expect(failure).toMatchObject({ class: 'refused', notApplied: true })
    expect(failure.message).toMatch(message)
    expect(lab.calls('upgrade_platform')).toBe(0)
  })

  it.each([
    ['AVX-11', '6.5', /older than the running release/],
    ['AVX-13', '6.8', /the next one is 6.7/],
    ['AVX-09', '6.7.1185', /give major and minor/],
  ])('%s the controller itself refuses %s, in status 200', async (_, version, reason) => {
    const lab = await startLab({ installed: '6.6.123', release: '6.8.1148' })
    const reply = await lab.ask('upgrade_platform', { async: 'true', gateway_list: '', software_version: version })
    expect(reply).toEqual({ return: false, reason: expect.stringMatching(reason) as string })
  })

  it('AVX-15 the status names the newest release and the hops to it', async () => {
    const lab = await startLab({ installed: '6.4.2995', release: '6.6.123' })
    const { outputs } = await lab.run('controller_status')
    expect(outputs).toMatchObject({
      release: 'UserConnect-6.4.2995',
      latest_release: 'UserConnect-6.6.123',
      hops: ['6.5', '6.6'],
      previous_release: '',
    })
  })

  it('AVX-16 two hops are two whole cycles', async () => {
    const lab = await startLab({ installed: '6.6.123', release: '6.8.1148' })
    await lab.levelAt('6.7')
    await lab.levelAt('6.8')
    expect((await lab.run('controller_status')).outputs).toMatchObject({ version: '6.8.1148', behind: [], ahead: [] })
    expect(lab.whats('version').filter((what) => !what.includes(':'))).toEqual(['6.7.1376', '6.8.1148'])
  })
})

describe('controller and gateways', () => {
  const stragglers = async (): Promise<AviatrixLab> => {
    const lab = await startLab({ installed: '6.5.250', release: '6.5.750' })
    await lab.run('platform_upgrade', undefined, { to: '6.5.750' })
    lab.emulator.publish('6.6.100')
    return lab
  }

  it('AVX-18 with stragglers on 6.5.250 a controller on 6.5.750 is not sent to 6.6.100', async () => {
    const lab = await stragglers()
    const failure = await lab.fail('platform_upgrade', undefined, { to: '6.6' })
    expect(failure).toMatchObject({ class: 'not_ready', notApplied: true })
    expect(failure.outputs['behind']).toHaveLength(6)
    expect(lab.calls('upgrade_platform')).toBe(1)
  })

  it('AVX-18 and the controller itself refuses it too', async () => {
    const lab = await stragglers()
    const reply = await lab.ask('upgrade_platform', { caller: 'ui', gateway_list: '', software_version: '6.6' })
    expect(reply['return']).toBe(false)
    expect(reply['reason']).toContain('gateways do not run the controller')
    expect(lab.emulator.state().controller.version).toBe('6.5.750')
  })

  it('AVX-17 AVX-19 the controller goes first, and the status tells of the mixed state until all gateways followed', async () => {
    const lab = await startLab({ installed: '6.6.123', release: '6.7.1376' })
    await lab.run('platform_upgrade', undefined, { to: '6.7' })
    const mixed = await lab.fail('controller_status')
    expect(mixed).toMatchObject({ class: 'not_ready', outputs: { version: '6.7.1376', ahead: [] } })
    expect(mixed.outputs['behind']).toHaveLength(6)
    expect(mixed.outputs['on_previous']).toEqual(mixed.outputs['behind'])
    await Promise.all(lab.emulator.state().gateways.map(({ name }) => lab.run('gateway_upgrade', name)))
    expect((await lab.run('controller_status')).outputs).toMatchObject({ behind: [], gateways: 6 })
  })

  it('AVX-48 there is no way back: the action has no undo', () => {
    const action = actionNamed('platform_upgrade')
    expect(action.capabilities).toMatchObject({ effect: 'disruptive', reversible: false })
    expect(action.undo).toBeUndefined()
  })

  it('AVX-58 the dead end is told before it is entered: gateways rolled back, the cure in a newer controller', async () => {
    const lab = await startLab({ installed: '6.6.123', release: '6.7.1376' })
    await lab.levelAt('6.7')
    await lab.run('gateway_rollback', 'spoke-use1-1')
    lab.emulator.publish('6.8.1148')
    const failure = await lab.fail('platform_upgrade', undefined, { to: '6.8' })
    expect(failure).toMatchObject({
      class: 'not_ready',
      outputs: { behind: ['spoke-use1-1'], on_previous: ['spoke-use1-1'] },
    })
    expect(failure.advice).toContain('support')
    const reply = await lab.ask('upgrade_platform', { async: 'true', gateway_list: '', software_version: '6.8' })
    expect(reply).toMatchObject({ return: false })
  })
})

describe('what goes wrong', () => {
  it.each([
    ['http-503:3', 'status 503'],
    ['http-502:2:check_upgrade_status', 'status 502 at the progress'],
    ['html-page:2:check_upgrade_status', 'a page in place of the progress'],
    ['malformed-reply:1:check_upgrade_status', 'a progress that breaks off'],
    ['drop-connection:2:check_upgrade_status', 'a connection that is cut'],
    ['session-expires:1:check_upgrade_status', 'a session that is over'],
    ['session-expires:1:upgrade_platform', 'a session that is over at the start'],
    ['platform-slow-restart:9', 'a restart of nine minutes more'],
    ['platform-complete-early', 'a status that reads complete too early'],
    ['token-refused', 'no token'],
  ])('%s: %s ends neither the watch nor the upgrade', async (fault) => {
    const lab = await startLab({ installed: '6.6.123', release: '6.7.1376', faults: [fault] })
    const result = await lab.run('platform_upgrade', undefined, { to: '6.7' })
    expect(result.outputs).toMatchObject({ version: '6.7.1376', joined: false })
    expect(lab.whats('call')).toEqual(['platform upgrade to 6.7.1376 accepted'])
  })

  it('platform-complete-early on the newest generation: the version is looked at too', async () => {
    const lab = await startLab({
      installed: '7.1.4191',
      release: '7.2.4820',
      faults: ['platform-complete-early', 'token-refused'],
    })
    const context = lab.context()
    const result = await actionNamed('platform_upgrade').perform(context, { to: '7.2' })
    expect(result.outputs['version']).toBe('7.2.4820')
    expect(context.lines).toContain('the status reads complete, but the controller still runs 7.1.4191')
  })

  it('platform-fails: told as a failure of the process, with the controller’s words', async () => {
    for (const installed of ['6.6.123', '7.1.4191']) {
      const release = installed === '6.6.123' ? '6.7.1376' : '7.2.4820'
      const lab = await startLab({ installed, release, faults: ['platform-fails'] })
      const failure = await lab.fail('platform_upgrade', undefined, { to: release })
      expect(failure).toMatchObject({ class: 'process' })
      expect(failure.message).toContain('the packages could not be installed')
      expect(lab.emulator.state().controller.version).toBe(installed)
    }
  })

  it('platform-hangs: no end within 180 looks of ten seconds', async () => {
    const lab = await startLab({ installed: '6.6.123', release: '6.7.1376', faults: ['platform-hangs'] })
    const since = lab.clock.now()
    const failure = await lab.fail('platform_upgrade', undefined, { to: '6.7' })
    expect(failure).toMatchObject({ class: 'timeout' })
    const minutes = (lab.clock.now() - since) / 60_000
    expect(minutes).toBeGreaterThanOrEqual(30)
    expect(minutes).toBeLessThan(31)
    expect(lab.calls('check_upgrade_status')).toBeLessThanOrEqual(181)
  })

  it('login-refused: nothing was done, and the password shows nowhere', async () => {
    const lab = await startLab({ faults: ['login-refused:always'] })
    const failure = await lab.fail('controller_status')
    expect(failure).toMatchObject({ class: 'refused', notApplied: true })
    expect(`${failure.message}${failure.advice}`).not.toContain(lab.emulator.password)
  })

  it('refuse: `return: false` in status 200 is a failure with the controller’s words', async () => {
    const lab = await startLab({ installed: '6.6.123', release: '6.7.1376', faults: ['refuse:upgrade_platform'] })
    const failure = await lab.fail('platform_upgrade', undefined, { to: '6.7' })
    expect(failure).toMatchObject({ class: 'refused', notApplied: true })
    expect(failure.message).toContain('upgrade_platform is not possible now')
  })

  it('drop-connection at the start: unknown, and another call joins what goes on', async () => {
    const lab = await startLab({
      installed: '6.6.123',
      release: '6.7.1376',
      faults: ['drop-connection:1:upgrade_platform'],
    })
    const failure = await lab.fail('platform_upgrade', undefined, { to: '6.7' })
    expect(failure).toMatchObject({ class: 'unknown', notApplied: false })
    const result = await lab.run('platform_upgrade', undefined, { to: '6.7' })
    expect(result.outputs).toMatchObject({ version: '6.7.1376', joined: true })
    expect(lab.whats('call').filter((what) => what.includes('accepted'))).toHaveLength(1)
  })

  it('a cancelled upgrade ends the watch at once, and goes on at the controller', async () => {
    const lab = await startLab({ installed: '6.6.123', release: '6.7.1376' })
    const stop = new AbortController()
    const running = lab.fail('platform_upgrade', undefined, { to: '6.7' }, { signal: stop.signal })
    await expect.poll(() => lab.emulator.state().controller.upgrade).toBeDefined()
    stop.abort()
    expect(await running).toMatchObject({ class: 'cancelled' })
  })
})

describe('the probe', () => {
  const args = { to: '6.7' }
  const probe = (lab: AviatrixLab, begunAt: number, to: string = args.to) =>
    actionNamed('platform_upgrade').probe!(lab.context(undefined, { begunAt }), { to })

  it('tells an upgrade that is done', async () => {
    const lab = await startLab({ installed: '6.6.123', release: '6.8.1148' })
    await lab.run('platform_upgrade', undefined, args)
    expect(await probe(lab, lab.clock.now())).toMatchObject({ state: 'applied', outputs: { version: '6.7.1376' } })
  })

  it('of the newest generation tells running from never begun', async () => {
    const lab = await startLab({ installed: '7.1.4191', release: '7.2.4820' })
    const begunAt = lab.clock.now()
    // For a while the last upgrade is told, so it is looked at after that.
    expect(await probe(lab, begunAt, '7.2')).toMatchObject({ state: 'not_applied' })
    expect(lab.clock.now() - begunAt).toBe(90_000)
    await lab.ask('upgrade_platform', { async: 'true', gateway_list: '', software_version: '7.2', version: '7.2' })
    lab.clock.skip(120_000)
    expect(await probe(lab, begunAt, '7.2')).toMatchObject({ state: 'running' })
  })

  it('of an older generation says running until the limit, because nothing tells', async () => {
    const lab = await startLab({ installed: '6.6.123', release: '6.7.1376' })
    const begunAt = lab.clock.now()
    expect(await probe(lab, begunAt)).toMatchObject({ state: 'running' })
    lab.clock.skip(31 * 60_000)
    expect(await probe(lab, begunAt)).toMatchObject({ state: 'not_applied' })
  })

  it('says running while the controller restarts', async () => {
    const lab = await startLab({ installed: '6.6.123', release: '6.7.1376', faults: ['platform-slow-restart:20'] })
    const begunAt = lab.clock.now()
    await lab.ask('upgrade_platform', { async: 'true', gateway_list: '', software_version: '6.7' })
    lab.clock.skip(6 * 60_000)
    expect(await probe(lab, begunAt)).toMatchObject({ state: 'running' })
  })
})

describe('the dry run', () => {
  it('AVX-22 AVX-42 AVX-44 asks the controller, and errors stop it', async () => {
    const lab = await startLab({ installed: '6.6.123', release: '6.8.1148' })
    expect((await lab.run('platform_dry_run', undefined, { to: '6.7' })).outputs).toEqual({
      passed: true,
      errors: [],
      warnings: [],
      to: '6.7',
    })
    lab.emulator.inject('dry-run-error')
    const failure = await lab.fail('platform_dry_run', undefined, { to: '6.7' })
    expect(failure).toMatchObject({
      class: 'not_ready',
      outputs: { passed: false, errors: ['the package server cannot be reached'] },
    })
    expect(failure.advice).toContain('support')
    const look = await lab.run('platform_dry_run', undefined, { to: '6.7', require: 'nothing' })
    expect(look.outputs['passed']).toBe(false)
    expect(lab.emulator.state().controller.version).toBe('6.6.123')
  })

  it('without a target it is tested against the last hop, so the next hop has to be named', async () => {
    const lab = await startLab({ installed: '6.6.123', release: '6.8.1148' })
    const failure = await lab.fail('platform_dry_run')
    expect(failure.message).toContain('6.8 cannot be reached')
  })

  it('of the upgrade itself is checked where the call is named, and simulated where it is not', async () => {
    const lab = await startLab({ installed: '6.6.123', release: '6.7.1376' })
    const dry = (context = lab.context()) => actionNamed('platform_upgrade').dryRun!(context, { to: '6.7' })
    expect(await dry()).toMatchObject({ coverage: 'checked' })
    const settings = { ...lab.system.settings, unpublished: {} }
    expect(await dry(lab.context(undefined, { systems: [{ ...lab.system, settings }] }))).toMatchObject({
      coverage: 'simulated',
    })
    lab.emulator.inject('dry-run-error')
    await expect(dry()).rejects.toMatchObject({ class: 'not_ready' })
    expect(lab.calls('upgrade_platform')).toBe(0)
  })
})
