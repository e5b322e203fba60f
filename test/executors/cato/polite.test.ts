/** Rate limits, broken answers and a changed schema: what the executor does about them. */
import { describe, expect, it } from 'vitest'
import { secretForms } from '../../../src/base/secret-forms.ts'
import { actionNamed, type CatoLab, startLab } from './cato-lab.ts'

const to = '18.4.1'
const interval = '1m'

function socketsOf(lab: CatoLab): readonly string[] {
  return lab.emulator.state().sites.flatMap((site) => site.sockets.map((socket) => socket.name))
}

describe('one budget for all callers of an account', () => {
  it('forty upgrades at once never meet the rate limit, and share what they read', async () => {
    const lab = await startLab({ sites: 40, installed: '18.3.3' })
    const names = lab.emulator.state().sites.map((site) => site.sockets[0]!.name)
    const since = lab.clock.now()
    const results = await Promise.all(names.map((name) => lab.run('upgrade', name, { to, interval: '30s' })))
    expect(results.every((result) => result.outputs['version'] === to)).toBe(true)
    expect(lab.emulator.effects().filter((each) => each.kind === 'call')).toHaveLength(40)
    const minutes = (lab.clock.now() - since) / 60_000
    expect(lab.calls('socketInventory')).toBeLessThan(minutes * 6)
    expect(lab.calls('accountSnapshot')).toBeLessThan(10)
    const limited = lab.emulator.effects().some((each) => /rate/.test(each.what))
    expect(limited).toBe(false)
  })

  it('three hundred looks at health cost a handful of calls, each for many sites', async () => {
    const lab = await startLab({ sites: 250, zones: [] })
    const names = socketsOf(lab)
    expect(names.length).toBeGreaterThan(300)
    const results = await Promise.all(names.map((name) => lab.run('kpi', name)))
    expect(results.every((result) => result.outputs['healthy'] === true)).toBe(true)
    expect(lab.calls('accountSnapshot')).toBeLessThanOrEqual(4)
  })

  it('more calls than the limit allows are spread over the minutes, not refused', async () => {
    const lab = await startLab({ sites: 5 })
    const since = lab.clock.now()
    await Promise.all(
      Array.from({ length: 250 }, () => lab.run('available_versions', undefined, { platforms: ['X1500'] })),
    )
    expect(lab.calls('availableVersionList')).toBe(250)
    expect((lab.clock.now() - since) / 60_000).toBeGreaterThan(2)
    expect((lab.clock.now() - since) / 60_000).toBeLessThan(3)
  })

  it('rate-limit-storm and http-429: waits and repeats, also the mutation, because nothing was done', async () => {
    const lab = await startLab({ faults: ['rate-limit-storm:4:startSiteUpgrade', 'http-429:2:socketInventory'] })
    const since = lab.clock.now()
    await lab.run('upgrade', 'site-001', { to, until: 'switched', interval })
    expect(lab.calls('startSiteUpgrade')).toBe(5)
    expect(lab.emulator.effects().filter((each) => each.kind === 'call')).toHaveLength(1)
    const [startedAt] = lab.minutes('site-001', /^startSiteUpgrade/, since)
    expect(startedAt).toBeGreaterThanOrEqual(0.5)
  })

  it('a caller who gives up ends at once as cancelled or timeout, and the others go on', async () => {
    const lab = await startLab({ faults: ['rate-limit-storm:100:accountSnapshot'] })
    const controller = new AbortController()
    const impatient = lab.fail('kpi', 'site-001', {}, { signal: controller.signal })
    const patient = lab.run('kpi', 'site-001')
    controller.abort(Object.assign(new Error('deadline'), { name: 'TimeoutError' }))
    expect((await impatient).class).toBe('timeout')
    lab.emulator.clear('rate-limit-storm')
    expect((await patient).outputs['healthy']).toBe(true)
  })
})

describe('reads survive what passes', () => {
  it.each([
    'http-502:2:accountSnapshot',
    'http-503:2:accountSnapshot',
    'malformed-reply:2:accountSnapshot',
    'drop-connection:2:accountSnapshot',
    'drop-connection:2:accountSnapshot:before',
  ])('%s', async (fault) => {
    const lab = await startLab({ faults: [fault] })
    expect((await lab.run('kpi', 'site-001')).outputs['healthy']).toBe(true)
    expect(lab.calls('accountSnapshot')).toBeGreaterThanOrEqual(3)
  })

  it.each([
    ['http-503:100:accountSnapshot', 'unreachable', 6],
    ['malformed-reply:100:accountSnapshot', 'process', 6],
  ])('%s is given up after five repeats, as %s', async (fault, failureClass, calls) => {
    const lab = await startLab({ faults: [fault] })
    expect((await lab.fail('kpi', 'site-001')).class).toBe(failureClass)
    expect(lab.calls('accountSnapshot')).toBe(calls)
  })

  it('an outage of the API while an upgrade goes on ends neither the watch nor the upgrade', async () => {
    const lab = await startLab()
    const running = lab.run('upgrade', 'site-001', { to, interval })
    while (!lab.emulator.effects().some((each) => each.what === 'installing')) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    lab.emulator.inject('http-503:9:socketInventory')
    expect((await running).outputs['upgrade_status']).toBe('SUCCESS')
  })
})

describe('a mutation whose end nobody saw', () => {
  it.each(['drop-connection:1:startSiteUpgrade', 'malformed-reply:1:startSiteUpgrade'])(
    '%s: unknown, never sent again, and the probe finds it running',
    async (fault) => {
      const lab = await startLab({ faults: [fault] })
      const failure = await lab.fail('upgrade', 'site-001', { to, interval })
      expect(failure).toMatchObject({ class: 'unknown', notApplied: false })
      expect(lab.calls('startSiteUpgrade')).toBe(1)
      const found = await actionNamed('upgrade').probe!(lab.context('site-001'), { to })
      expect(found.state).toBe('running')
    },
  )

  it.each(['http-502:1:startSiteUpgrade', 'drop-connection:1:startSiteUpgrade:before'])(
    '%s: unknown, and the probe says that it was not applied',
    async (fault) => {
      const lab = await startLab({ faults: [fault] })
      expect((await lab.fail('upgrade', 'site-001', { to, interval })).class).toBe('unknown')
      const found = await actionNamed('upgrade').probe!(lab.context('site-001'), { to })
      expect(found.state).toBe('not_applied')
    },
  )

  it('silence: the wait for an answer ends with the signal of the step', async () => {
    const lab = await startLab({ faults: ['silence:1:startSiteUpgrade'] })
    const controller = new AbortController()
    const failing = lab.fail('upgrade', 'site-001', { to, interval }, { signal: controller.signal })
    while (!lab.emulator.effects().some((each) => each.kind === 'call')) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    controller.abort(Object.assign(new Error('deadline'), { name: 'TimeoutError' }))
    expect(['unknown', 'timeout']).toContain((await failing).class)
  })

  it('an endpoint that nobody answers at: unreachable, and certainly nothing was done', async () => {
    const lab = await startLab()
    await lab.emulator.close()
    expect(await lab.fail('upgrade', 'site-001', { to })).toMatchObject({ class: 'unreachable' })
  })
})

describe('a schema that has changed', () => {
  it.each([
    ['missing-field:SocketInventoryItem.upgradeStatus', 'SocketInventoryItem.upgradeStatus'],
    ['missing-field:SiteSnapshot.degradedStatus', 'SiteSnapshot.degradedStatus'],
  ])('%s: the failure names the field', async (fault, field) => {
    const lab = await startLab({ faults: [fault] })
    const failure = await lab.fail('download_state', 'site-001', { version: to })
    expect(failure).toMatchObject({ class: 'process', outputs: { field } })
    expect(failure.message).toContain(`the field "${field}" is gone from the schema`)
    expect(failure.advice).toContain('update Rollbook')
  })

  it('unknown-status: the failure names field and value, and other Sockets are not touched by it', async () => {
    const lab = await startLab({ faults: ['unknown-status:site-001'] })
    const failure = await lab.fail('upgrade', 'site-001', { to })
    expect(failure.class).toBe('process')
    expect(failure.message).toMatch(/socketInventory\.items\[\d+\]\.upgradeStatus" holds "ROLLING_BACK"/)
    await lab.run('upgrade', 'site-003', { to, until: 'switched', interval })
  })

  it('a change in the middle of an upgrade is unknown: the upgrade may go on', async () => {
    const lab = await startLab()
    const failing = lab.fail('upgrade', 'site-001', { to, interval })
    while (!lab.emulator.effects().some((each) => each.what === 'installing')) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    lab.emulator.inject('unknown-status:site-001')
    expect(await failing).toMatchObject({ class: 'unknown', message: expect.stringContaining('ROLLING_BACK') })
  })
})

describe('the API key', () => {
  it('goes out in the header only, and shows nowhere', async () => {
    const lab = await startLab({ faults: ['refuse-upgrade:site-001', 'http-503:1:accountSnapshot'] })
    const context = lab.context('site-001')
    const failure = await actionNamed('upgrade')
      .perform(context, { to })
      .catch((error: unknown) => error)
    for (const request of lab.sent) {
      expect(request.url).not.toContain(lab.emulator.token)
      expect(String(request.body)).not.toContain(lab.emulator.token)
      expect(request.headers?.['x-api-key']).toBe(lab.emulator.token)
    }
    const written = [...context.unmasked, JSON.stringify(failure), String(failure)].join('\n')
    for (const form of secretForms(lab.emulator.token).written) {
      expect(written).not.toContain(Buffer.from(form).toString())
    }
  })

  it('a wrong one is refused by the far side, one in plain text by us', async () => {
    const lab = await startLab()
    const wrong = await lab.fail('kpi', 'site-001', {}, { secrets: { api_key: 'wrong' } })
    expect(wrong).toMatchObject({ class: 'refused', advice: expect.stringContaining('API key') })
    const settings = { ...lab.system.settings, api_key: 'in-plain-text' }
    const plain = await lab.fail('kpi', 'site-001', {}, { systems: [{ ...lab.system, settings }] })
    expect(plain).toMatchObject({ class: 'process', notApplied: true })
    expect(plain.message + plain.advice).not.toContain('in-plain-text')
  })

  it.each([
    [{ account_id: null }, 'account_id'],
    [{ pace: -1 }, 'settings.pace'],
    [{ ca_file: 'nowhere.pem' }, 'nowhere.pem cannot be read'],
    [{ rate_limits: { default: 0 } }, 'rate_limits.default'],
  ])('settings %j are refused before anything is sent', async (more, words) => {
    const lab = await startLab()
    const settings = { ...lab.system.settings, ...more }
    const failure = await lab.fail('kpi', 'site-001', {}, { systems: [{ ...lab.system, settings }] })
    expect(failure).toMatchObject({ class: 'process', notApplied: true, message: expect.stringContaining(words) })
    expect(lab.sent).toEqual([])
  })
})
