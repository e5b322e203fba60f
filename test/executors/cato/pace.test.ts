/** The real clock against an account whose clock runs fast: `settings.pace` keeps them in step. */
import { expect, it } from 'vitest'
import { makeClock } from '../../../src/node/clock.ts'
import { startLab } from './cato-lab.ts'

const to = '18.4.1'

it('CATO-27 five Sockets at once succeed 17 minutes of the account’s clock after their starts', async () => {
  const speed = 1500
  const startedReal = Date.now()
  const startAt = Date.UTC(2027, 2, 14, 5)
  const clock = { now: () => Math.round(startAt + (Date.now() - startedReal) * speed) }
  const lab = await startLab({ clock, sites: 15, installed: '18.3.3' })
  const settings = { ...lab.system.settings, pace: speed }
  const options = { systems: [{ ...lab.system, settings }], ports: { clock: makeClock(), http: lab.http } }
  const singles = lab.emulator
    .state()
    .sites.filter((site) => !site.ha)
    .slice(0, 5)
  const results = await Promise.all(singles.map((site) => lab.run('upgrade', site.name, { to }, options)))
  expect(results.map((result) => result.outputs['upgrade_status'])).toEqual(Array(5).fill('SUCCESS'))
  const events = lab.emulator.events()
  const minutes = (name: string, field: string): number =>
    Number(events.find((event) => event['device_name'] === name)?.[field]) / 60_000
  for (const site of singles) {
    expect(minutes(site.name, 'upgrade_end_time') - minutes(site.name, 'upgrade_start_time')).toBe(17)
  }
  expect(events.every((event) => event['action'] === 'Succeeded')).toBe(true)
})
