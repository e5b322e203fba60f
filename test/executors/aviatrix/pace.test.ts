/** The real clock against a controller whose clock runs fast: `settings.pace` keeps them in step. */
import { expect, it } from 'vitest'
import { makeClock } from '../../../src/node/clock.ts'
import { startLab } from './aviatrix-lab.ts'

it('AVX-50 gateways are upgraded side by side within the minutes of the controller’s clock', async () => {
  const speed = 600
  const startedReal = Date.now()
  const startAt = Date.UTC(2027, 2, 14, 5)
  const clock = { now: () => Math.round(startAt + (Date.now() - startedReal) * speed) }
  const lab = await startLab({ clock, installed: '6.6.123', release: '6.7.1376' })
  const systems = [{ ...lab.system, settings: { ...lab.system.settings, pace: speed } }]
  const options = { systems, ports: { clock: makeClock(), http: lab.http } }
  await lab.run('platform_upgrade', undefined, { to: '6.7' }, options)
  const names = lab.emulator.state().gateways.map((each) => each.name)
  const results = await Promise.all(names.map((name) => lab.run('gateway_upgrade', name, {}, options)))
  expect(results.map((each) => each.outputs['version'])).toEqual(names.map(() => '6.7.1376'))
  expect((await lab.run('controller_status', undefined, {}, options)).outputs['behind']).toEqual([])
})

it('a very fast clock leaves the network its time', async () => {
  const lab = await startLab({ installed: '6.6.123', release: '6.7.1376' })
  const systems = [{ ...lab.system, settings: { ...lab.system.settings, pace: 100_000 } }]
  const given: number[] = []
  const http: typeof lab.http = {
    request: (request) => {
      given.push(request.timeoutMs)
      return lab.http.request(request)
    },
  }
  await lab.run('controller_status', undefined, {}, { systems, ports: { clock: makeClock(), http } })
  expect(given.length).toBeGreaterThan(1)
  expect(Math.min(...given)).toBeGreaterThanOrEqual(2000)
})
