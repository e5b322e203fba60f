/** The shipped runbook against an emulated account over HTTPS, with faults: what becomes of each Socket, and who else is touched. */
import { expect, it } from 'vitest'
import { catoFeed, rehearseCato } from '../support/cato-rehearsal.ts'

const berlin = 'Europe/Berlin'
const london = 'Europe/London'
const old = '18.3.3'

/** Initial groups of 14 sites: 003, 009, 014 (pairs), 001 and 005 in Berlin; 004, 010 (pairs), 002, 006 and 008 in London. */
const twoZones = { zones: [berlin, london], installed: old }

it('CATO-18, CATO-36, CATO-37, CATO-39, CATO-40, CATO-43: a bad hash and a hang once, and a Socket without connection: second tries at the 17th minute, the rest at 54, and Skipped', async () => {
  const faults = [
    'bad-hash:site-003',
    'install-hangs:site-009',
    'disconnected:site-005',
    'disconnected:site-007:+10s..30m',
  ]
  const night = await rehearseCato({ ...twoZones, sites: 14, faults })
  expect(night.fate('site-003-primary')).toEqual({ state: 'succeeded', attempt: 2 })
  expect(night.starts('site-003-primary')).toEqual([0, 17])
  expect(night.fate('site-009-primary')).toEqual({ state: 'succeeded', attempt: 2 })
  expect(night.starts('site-009-primary')).toEqual([5, 22])
  expect(night.fate('site-005')).toEqual({ state: 'skipped', attempt: 1, class: 'unreachable' })
  expect(night.starts('site-005')).toEqual([])
  // Lost on the way between the command and the Socket.
  expect(night.fate('site-007')).toEqual({ state: 'skipped', attempt: 1, class: 'unreachable' })
  expect(night.events('site-007')).toEqual(['Skipped'])
  expect(Math.min(...['site-011', 'site-013'].flatMap((name) => night.starts(name)))).toBe(54)
  expect(night.events('site-003-primary')).toEqual(['Succeeded'])
  // The other zone opened at 37 as if nothing had happened.
  expect(Object.keys(night.lane(london))).toEqual(['succeeded'])
  expect(
    Math.min(
      ...night
        .lane(london)
        ['succeeded']!.map((name) => night.starts(name)[0]!)
        .filter((at) => at > 20),
    ),
  ).toBe(37)
  // People are asked to take care of it, by name.
  expect(night.prompt('follow_up/skipped')).toContain('site-005, site-007')
})

it('CATO-16, CATO-19, CATO-26, CATO-29, CATO-44: the third of the first five fails its KPIs at minute 9: it goes back, its zone stops, the other goes on', async () => {
  const night = await rehearseCato({ ...twoZones, sites: 14, faults: ['kpi-failure:site-014'] })
  expect(night.fate('site-014-primary')).toMatchObject({ state: 'rolled_back', attempt: 1, class: 'unhealthy' })
  expect(night.version('site-014-primary')).toBe(old)
  expect(night.starts('site-014-primary')).toEqual([10])
  expect(night.events('site-014-primary')).toEqual(['Failed'])
  const mails = night.emulator.effects().filter(({ kind, socket }) => kind === 'mail' && socket === 'site-014-primary')
  expect(mails).toHaveLength(1)
  // Those that were in flight finish; nobody else starts.
  const lane = night.lane(berlin)
  expect(lane['succeeded']!.toSorted()).toEqual(['site-001', 'site-003-primary', 'site-005', 'site-009-primary'])
  expect(lane['skipped']!.flatMap((name) => night.starts(name))).toEqual([])
  expect(lane['skipped']!.map((name) => night.version(name))).toEqual(lane['skipped']!.map(() => old))
  expect(Object.keys(night.lane(london))).toEqual(['succeeded'])
  expect(night.prompt('follow_up/failed')).toContain('- Failed or held: none\n- Rolled back: site-014-primary')
})

it('CATO-32, CATO-33: a primary in critical trouble: its secondary carries the site and stays on the old version', async () => {
  const night = await rehearseCato({ ...twoZones, sites: 14, faults: ['primary-fails-over:site-003'] })
  expect(night.fate('site-003-primary')).toMatchObject({ state: 'rolled_back', class: 'unhealthy' })
  expect(night.fate('site-003-secondary')).toMatchObject({ state: 'skipped', attempt: 0 })
  const pair = night.emulator.state().sites.find(({ name }) => name === 'site-003')!
  expect(pair.sockets.map(({ member, active, version }) => [member, active, version])).toEqual([
    ['primary', false, old],
    ['secondary', true, old],
  ])
  expect(
    night.emulator
      .effects()
      .filter(({ kind }) => kind === 'failover')
      .map(({ socket }) => socket),
  ).toEqual(['site-003-secondary'])
  expect(night.starts('site-003-secondary')).toEqual([])
  expect(Object.keys(night.lane(london))).toEqual(['succeeded'])
})

it('CATO-20: the upgrade process breaks while the second zone is at its start: what has not switched is skipped in the whole account', async () => {
  // 18:00 to 00:42 UTC: Berlin works since 42 minutes, London not before one o’clock.
  const night = await rehearseCato({ ...twoZones, sites: 14, faults: ['process-critical:6h42m'] })
  const switched = ['site-001', 'site-003-primary', 'site-005', 'site-009-primary', 'site-014-primary']
  expect(night.lane(berlin)['succeeded']!.toSorted()).toEqual(switched)
  expect(Object.keys(night.lane(london))).toEqual(['skipped'])
  expect(night.lane(london)['skipped']!.flatMap((name) => night.starts(name))).toEqual([])
  for (const name of [...(night.lane(berlin)['skipped'] ?? []), ...night.lane(london)['skipped']!]) {
    expect(night.version(name), name).toBe(old)
    expect(night.events(name), name).toEqual(['Skipped'])
  }
})

it('CATO-10, CATO-11, CATO-38, CATO-44: a file that could not be fetched ahead is fetched in the window; slow link, weak signal or a bad hash twice are Failed, and the next release is tried again', async () => {
  const faults = ['prefetch-fails:site-001', 'slow-link:site-003', 'weak-signal:site-004', 'bad-hash:site-006:2']
  const night = await rehearseCato({
    sites: 9,
    installed: old,
    faults: [...faults, 'prefetch-fails:site-003', 'prefetch-fails:site-004'],
  })
  expect(night.fate('site-001')).toEqual({ state: 'succeeded', attempt: 1 })
  for (const name of ['site-003', 'site-004', 'site-006']) {
    expect(night.fate(name), name).toEqual({ state: 'failed', attempt: 2, class: 'not_ready' })
    expect(night.events(name), name).toEqual(['Failed'])
    expect(night.version(name), name).toBe(old)
  }
  const reasons = catoFeed(night.emulator, 'Failed').map((event) => event['failure_reason']!)
  expect(reasons.toSorted()).toEqual([
    'the download failed: the LTE signal is weak',
    'the download failed: the link is below 1 Mbps',
    'the hash of the file does not match',
  ])
  expect(night.prompt('follow_up/failed')).toMatch(/^- Failed or held: .*site-006/m)
  const again = await night.again({ publish: '18.5.0' })
  expect(again.fate('site-006')).toEqual({ state: 'succeeded', attempt: 1 })
  expect(again.version('site-006')).toBe('18.5.0')
  expect(again.version('site-001')).toBe('18.5.0')
})
