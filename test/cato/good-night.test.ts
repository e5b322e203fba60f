/** The shipped runbook against an emulated account over HTTPS, when nothing goes wrong. */
import { expect, it } from 'vitest'
import { rehearseCato } from '../support/cato-rehearsal.ts'

const madrid = 'Europe/Madrid'
const kolkata = 'Asia/Kolkata'

it('CATO-04, CATO-05, CATO-12 to CATO-15, CATO-17, CATO-21, CATO-22, CATO-30: two zones, each with its own five at its own one o’clock, then the rest, secondaries last', async () => {
  const night = await rehearseCato({ sites: 16, zones: [madrid, kolkata], installed: '18.3.3' })
  expect(night.code, night.output).toBe(0)
  for (const zone of [madrid, kolkata]) {
    const names = Object.values(night.lane(zone)).flat()
    expect(night.lane(zone)).toEqual({ succeeded: names })
    const first = new Map(names.map((name) => [name, night.starts(name)[0]!]))
    const canary = names.filter((name) => first.get(name)! < 37).sort((a, b) => first.get(a)! - first.get(b)!)
    expect(canary.map((name) => first.get(name))).toEqual([0, 5, 10, 15, 20])
    expect(canary.map((name) => night.end(name))).toEqual([17, 22, 27, 32, 37])
    const sites = canary.map((name) => night.reader.plan.targets[name]!.site)
    expect(new Set(sites).size).toBe(5)
    // Pairs go before single Sockets, and by their primary alone.
    const pairs = names
      .filter((name) => name.endsWith('-secondary'))
      .map((name) => name.replace('-secondary', '-primary'))
    expect(pairs.length).toBeGreaterThan(1)
    expect(canary.slice(0, pairs.length)).toEqual(pairs)
    const rest = names.filter((name) => !canary.includes(name) && !name.endsWith('-secondary'))
    expect(rest.length).toBeGreaterThan(0)
    expect(rest.map((name) => first.get(name))).toEqual(rest.map(() => 37))
    for (const name of pairs) {
      const secondary = name.replace('-primary', '-secondary')
      expect(first.get(secondary)).toBeGreaterThanOrEqual(Math.max(...rest.map((other) => night.end(other)!)) - 1)
      expect(night.end(secondary)).toBeLessThanOrEqual(71)
    }
  }
})

it('CATO-07, CATO-09, CATO-24 to CATO-28, CATO-41, CATO-42: each step in the vendor’s order, and an event, a mail and a console note per Socket; from 18.0 on the file is there before the window', async () => {
  const night = await rehearseCato({ sites: 7, installed: '18.3.3' })
  expect(night.code, night.output).toBe(0)
  const sockets = Object.keys(night.reader.plan.targets)
  const effects = night.emulator.effects()
  const opens = Date.parse('2027-03-07T00:00:00Z')
  for (const name of sockets) {
    const own = effects.filter((effect) => effect.socket === name)
    const at = (what: string): number => (Date.parse(own.find((effect) => effect.what === what)!.at) - opens) / 60_000
    expect(own.filter(({ kind }) => kind === 'phase').map(({ what }) => what)).toEqual([
      'started',
      'downloading',
      'checking',
      'installing',
      'switching',
      'verifying',
      'succeeded',
    ])
    expect((at('verifying') - at('switching')) * 60).toBeCloseTo(5, 2)
    expect(at('succeeded') - at('verifying')).toBeCloseTo(10, 2)
    expect(at('succeeded') - at('started')).toBeCloseTo(17, 2)
    expect(own.find(({ kind }) => kind === 'download')!.at < new Date(opens).toISOString(), name).toBe(true)
    expect(own.filter(({ kind }) => ['event', 'mail', 'console'].includes(kind)).map(({ kind }) => kind)).toEqual([
      'event',
      'mail',
      'console',
    ])
    expect(night.events(name)).toEqual(['Succeeded'])
  }
  // The run has read the same from the feed, after the last Socket was declared good.
  const read = night.reader.state.steps['accept/events']!.outputs
  expect(read).toMatchObject({ count: sockets.length, complete: true, by_action: { Succeeded: sockets.length } })
})

it('CATO-01, CATO-08, CATO-34: from 17 to 18 all happens in the window, nothing is fetched before it, and both members of a pair end on the same major', async () => {
  const night = await rehearseCato({ sites: 5, installed: '17.0.9' })
  expect(night.code, night.output).toBe(0)
  const effects = night.emulator.effects()
  expect(effects.filter(({ kind }) => kind === 'download')).toEqual([])
  expect(night.starts('site-001').length).toBe(1)
  const pair = night.emulator.state().sites.find(({ ha }) => ha)!
  expect(pair.sockets.map(({ version }) => version)).toEqual(['18.4.1', '18.4.1'])
  const ready = night.reader.state.steps['accept/pairs']!
  expect(ready.status).toBe('succeeded')
  expect(night.reader.state.rulesBroken).toEqual([])
})
