import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { loadInventory } from '../../../src/inventory/load-inventory.ts'
import { actionNamed, startLab } from './cato-lab.ts'

const to = '18.4.1'
const interval = '1m'

describe('cato.inventory', () => {
  it('CATO-05 CATO-12 finds every Socket page by page, with zone, unit and member, as an inventory that can be used', async () => {
    const lab = await startLab({ sites: 60, zones: [] })
    const settings = { ...lab.system.settings, page_size: 25 }
    const context = lab.context(undefined, { systems: [{ ...lab.system, settings }] })
    const { outputs } = await actionNamed('inventory').perform(context, { system: 'cato' })
    const sites = lab.emulator.state().sites
    const sockets = sites.flatMap((site) => site.sockets)
    expect(outputs).toMatchObject({
      count: sockets.length,
      sites: 60,
      ha_sites: sites.filter((site) => site.ha).length,
      unassigned: 0,
      listed_all: true,
    })
    expect(lab.calls('socketInventory')).toBe(Math.ceil(sockets.length / 25))
    expect(lab.calls('siteGeneralDetails')).toBeLessThanOrEqual(4)
    const text = new TextDecoder().decode(context.evidence.get('inventory.yaml'))
    const loaded = loadInventory({ path: 'inventory.yaml', text })
    expect(loaded.diagnostics).toEqual([])
    for (const socket of sockets) {
      const site = sites.find((each) => each.name === socket.site)!
      expect(loaded.inventory?.targets[socket.name]).toMatchObject({
        kind: 'socket',
        site: site.name,
        time_zone: site.time_zone,
        unit: site.name,
        member: socket.member,
        version: socket.version,
      })
    }
    expect(parse(text).systems.cato.settings.api_key).toEqual({ secret: { env: 'CATO_API_KEY' } })
  })
})

describe('cato.time_zone', () => {
  it('CATO-04 compares the account with the inventory, because the window holds in the zone of the site', async () => {
    const lab = await startLab({ zones: ['Asia/Kathmandu'] })
    expect((await lab.run('time_zone', 'site-001')).outputs).toEqual({ time_zone: 'Asia/Kathmandu', same: true })
    const target = { ...lab.target('site-001'), time_zone: 'Europe/Berlin' }
    const failure = await lab.fail('time_zone', 'site-001', {}, { target })
    expect(failure).toMatchObject({ class: 'refused', outputs: { time_zone: 'Asia/Kathmandu', same: false } })
  })
})

describe('cato.available_versions', () => {
  it('CATO-01 CATO-03 tells the newest release per platform, minors and majors in order', async () => {
    const lab = await startLab({ release: '18.4.1' })
    lab.emulator.publish('18.10')
    const { outputs } = await lab.run('available_versions', 'site-001')
    expect(outputs).toEqual({
      newest: '18.10',
      platforms: [{ platform: 'X1500', versions: ['18.10', '18.4.1', '18.3.3', '17.0.9'] }],
    })
    const failure = await lab.fail('available_versions', undefined, { platforms: ['X1600'], require: '19.0' })
    expect(failure).toMatchObject({ class: 'not_ready', notApplied: true })
  })
})

describe('cato.download_state', () => {
  it('CATO-07 CATO-08 tells by the installed version when the file is fetched', async () => {
    const lab = await startLab()
    const state = async (target: string) => (await lab.run('download_state', target, { version: to })).outputs
    expect(await state('site-001')).toMatchObject({ expected: 'in_advance', offered: true, good: true, mbps: 50 })
    expect(await state('site-004')).toMatchObject({ expected: 'in_window', good: true })
  })

  it.each([
    ['slow-link:site-001:0.5', 'the link has 0.5 Mbps'],
    ['weak-signal:site-001', 'the LTE signal is weak: -118 dBm'],
    ['disconnected:site-001', 'the Socket is not connected'],
  ])('CATO-11 %s is seen before the window', async (fault, reason) => {
    const lab = await startLab({ faults: [fault] })
    const failure = await lab.fail('download_state', 'site-001', { version: to })
    expect(failure).toMatchObject({ class: 'not_ready', outputs: { good: false } })
    expect(failure.outputs['reasons']).toContain(reason)
    const look = await lab.run('download_state', 'site-001', { version: to, require: 'nothing' })
    expect(look.summary).toContain(reason)
  })

  it('a release that the Socket is not offered counts', async () => {
    const lab = await startLab()
    expect((await lab.fail('download_state', 'site-001', { version: '20.0' })).message).toContain('not offered')
  })
})

describe('health', () => {
  it('CATO-26 degraded: the site stays connected, and the KPI says no with the vendor’s reason', async () => {
    const lab = await startLab({ faults: ['degraded:site-001'] })
    const failure = await lab.fail('kpi', 'site-001')
    expect(failure).toMatchObject({ class: 'unhealthy', outputs: { healthy: false, degraded: true, connected: true } })
    expect(failure.message).toBe('site site-001 is degraded: WAN_TUNNEL_DISCONNECTED')
    expect((await lab.run('kpi', 'site-001', { tolerate: ['WAN_TUNNEL_DISCONNECTED'] })).summary).toBe('healthy')
    expect((await lab.run('site_connected', 'site-001')).outputs['connected']).toBe(true)
    const look = await lab.run('kpi', 'site-001', { require: 'nothing', version: to })
    expect(look.outputs['reasons']).toHaveLength(2)
  })

  it('disconnected from and to: the site is away and comes back', async () => {
    const lab = await startLab({ faults: ['disconnected:site-001:10m..40m'] })
    expect((await lab.run('site_connected', 'site-001')).outputs['connected']).toBe(true)
    lab.clock.skip(20 * 60_000)
    expect(await lab.fail('site_connected', 'site-001')).toMatchObject({ class: 'unhealthy' })
    expect((await lab.run('socket_connected', 'site-001', { require: 'nothing' })).outputs['connected']).toBe(false)
    lab.clock.skip(30 * 60_000)
    expect((await lab.run('socket_connected', 'site-001')).outputs).toEqual({ connected: true, version: '18.3.3' })
  })

  it('a snapshot counts a site or the whole account, and keeps the details', async () => {
    const lab = await startLab({ sites: 30, faults: ['disconnected:site-001', 'disconnected:site-002-secondary'] })
    const context = lab.context()
    const all = await actionNamed('snapshot').perform(context, { system: 'cato' })
    expect(all.outputs).toEqual({
      sites: 30,
      connected: 29,
      disconnected: ['site-001'],
      degraded: ['site-001', 'site-002'],
      ha_not_ready: ['site-002'],
    })
    expect(context.evidence.has('account-snapshot.json')).toBe(true)
    expect((await lab.run('snapshot', 'site-003')).outputs).toMatchObject({ sites: 1, connected: 1 })
  })

  it('a single Socket passes the HA check; a pair without keepalive does not', async () => {
    const lab = await startLab({ faults: ['disconnected:site-002-secondary'] })
    expect((await lab.run('ha_ready', 'site-001')).outputs).toMatchObject({ ready: true, is_ha: false, ha: null })
    const failure = await lab.fail('ha_ready', 'site-002-primary')
    expect(failure.outputs['reasons']).toEqual(['no keepalive between the members', 'a member has no WAN connection'])
  })
})

describe('events', () => {
  it('CATO-41 CATO-42 CATO-43 CATO-44 Succeeded, Skipped and Failed as the vendor defines them, from marker to marker', async () => {
    const lab = await startLab({
      eventsPage: 2,
      faults: ['kpi-failure:site-003', 'disconnected:site-005-primary:+10s..+1h'],
    })
    await lab.run('upgrade', 'site-001', { to, interval })
    await lab.fail('upgrade', 'site-003', { to, interval })
    await lab.fail('upgrade', 'site-005-primary', { to, interval })
    const first = await lab.run('events', undefined, { system: 'cato', max_pages: 1 })
    expect(first.outputs).toMatchObject({ complete: false, count: 2, by_action: { Succeeded: 1, Failed: 1 } })
    const rest = await lab.run('events', undefined, { system: 'cato', marker: String(first.outputs['marker']) })
    expect(rest.outputs).toMatchObject({ complete: true, count: 1, by_action: { Skipped: 1 } })
    const again = await lab.run('events', undefined, { system: 'cato', marker: String(rest.outputs['marker']) })
    expect(again.outputs).toMatchObject({ complete: true, count: 0 })
    const own = await lab.run('events', 'site-003', {})
    expect(own.outputs).toMatchObject({ count: 1, events: [{ src_site_name: 'site-003', action: 'Failed' }] })
    const skipped = await lab.run('events', undefined, { system: 'cato', actions: ['Skipped'] })
    expect(skipped.outputs['count']).toBe(1)
  })

  it('CATO-41 upgrade_event waits for the event of one Socket and judges its action', async () => {
    const lab = await startLab({ faults: ['kpi-failure:site-003:9'] })
    const upgraded = await lab.run('upgrade', 'site-001', { to, interval })
    const since = String(upgraded.outputs['scheduled_at'])
    const event = await lab.run('upgrade_event', 'site-001', { version: to, since, expect: ['Succeeded'] })
    expect(event.outputs).toMatchObject({ action: 'Succeeded', old_version: '18.3.3', failure_reason: '' })
    const minutes =
      (Date.parse(String(event.outputs['ended_at'])) - Date.parse(String(event.outputs['started_at']))) / 60_000
    expect(minutes).toBe(17)
    await lab.fail('upgrade', 'site-003', { to, interval })
    const failed = await lab.fail('upgrade_event', 'site-003', { version: to, expect: ['Succeeded'] })
    expect(failed).toMatchObject({ class: 'unhealthy', outputs: { action: 'Failed' } })
    const none = await lab.fail('upgrade_event', 'site-004', { version: to, within: '2m' })
    expect(none.class).toBe('timeout')
  })
})

describe('finding the Socket of a target', () => {
  it('goes by serial, or by site and member', async () => {
    const lab = await startLab()
    const bare = { ...lab.target('site-002-secondary'), attributes: {} }
    const found = await lab.run('kpi', 'site-002-secondary', {}, { target: bare })
    expect(found.outputs['ha_role']).toBe('standby')
    const stranger = { ...bare, site: 'nowhere' }
    expect(await lab.fail('kpi', 'site-002-secondary', {}, { target: stranger })).toMatchObject({
      class: 'process',
      message: 'the account has no Socket for target "site-002-secondary"',
    })
  })

  it('on control the system is named, or it is the only one', async () => {
    const lab = await startLab()
    const failure = await lab.fail('snapshot', undefined, { system: 'other' })
    expect(failure.message).toBe('the inventory has no system "other"')
  })
})
