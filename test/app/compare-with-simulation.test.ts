import { readFileSync } from 'node:fs'
import { expect, it, onTestFinished } from 'vitest'
import { startCatoEmulator } from '../../src/app/cato-emulator.ts'
import { compareWithSimulation } from '../../src/app/compare-with-simulation.ts'
import { allActions } from '../../src/executors/index.ts'
import { rehearseCato } from '../support/cato-rehearsal.ts'
import { scenarioFrom } from '../support/rehearsal.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Berlin: 003, 009, 014 are pairs; London: 004, 010. */
const account = {
  sites: 16,
  zones: ['Europe/Berlin', 'Europe/London'],
  faults: [
    'bad-hash:site-003',
    'disconnected:site-005',
    'install-hangs:site-007',
    'kpi-failure:site-002',
    'primary-fails-over:site-010',
  ],
}

const durations = `durations:
  - {action: cato.upgrade, fixed: 7m}
  - {action: cato.rollback_state, fixed: 30s}
`

const scenario = scenarioFrom(`${durations}faults:
  - {id: hash, kind: fail, class: not_ready, action: cato.upgrade, targets: [site-003-primary], attempts: [1], after: 4m}
  - {id: away, kind: disappear, step: upgrade/sockets, targets: [site-005]}
  - {id: hang, kind: hang, action: cato.upgrade, targets: [site-007], attempts: [1]}
  - {id: kpi, kind: unhealthy, targets: [site-002], since: verifying, from: 8m45s}
  - {id: failover, kind: unhealthy, targets: [site-010-primary], since: verifying, from: 3m45s}
`)

it('a run against the account ends as the simulator foretells it, Socket by Socket, and says who ended otherwise when it does not', async () => {
  const night = await rehearseCato(account)
  const { plan, state } = night.reader
  const compared = compareWithSimulation({ plan, state, scenario, actions: allActions })
  expect(compared.differences).toEqual([])
  expect(compared.targets).toBe(Object.keys(plan.targets).length)
  expect(compared.idle).toEqual([])
  const states = [...compared.simulated.targets.values()].map((target) => target.state)
  expect(new Set(states)).toEqual(new Set(['succeeded', 'skipped', 'rolled_back']))

  // Nothing was to go wrong: then everything that did is named.
  const calm = compareWithSimulation({ plan, state, actions: allActions })
  expect(calm.differences.find(({ target }) => target === 'site-005')).toEqual({
    target: 'site-005',
    differs: ['state', 'class'],
    foretold: { state: 'succeeded', attempts: 1, reason: '' },
    happened: { state: 'skipped', attempts: 1, class: 'unreachable', reason: expect.stringContaining('not connected') },
  })
  expect(calm.differences.find(({ target }) => target === 'site-003-primary')?.differs).toEqual(['attempts'])
  expect(calm.differences.map(({ target }) => target)).not.toContain('site-001')

  // A fault that foretells nothing is named.
  const stranger = scenarioFrom(`${durations}faults:\n  - {id: never, kind: fail, action: ssh.run}\n`)
  expect(compareWithSimulation({ plan, state, scenario: stranger, actions: allActions }).idle).toEqual(['never'])
})

it('the shipped scenario means Sockets of the account that it names, each in the zone that it tells of', async () => {
  const directory = temporaryFolder()
  const zones = ['Europe/Berlin', 'Europe/Paris', 'Europe/Madrid', 'Europe/London']
  const clock = { now: () => Date.UTC(2027, 2, 6, 22, 20) }
  const emulator = await startCatoEmulator({ directory, sites: 200, zones, clock })
  onTestFinished(() => emulator.close())
  const { sites } = emulator.state()
  const text = readFileSync('runbooks/cato-sockets-200-sites.scenario.yaml', 'utf8')
  const { faults } = scenarioFrom(text.slice(text.indexOf('start:')))
  const struck = faults.flatMap(({ id, targets }) => [...(targets ?? [])].map((socket) => [id, socket] as const))
  const zoneOf = (socket: string): string | undefined =>
    sites.find((site) => site.sockets.some(({ name }) => name === socket))?.time_zone
  expect(struck.map(([id, socket]) => [id, zoneOf(socket)])).toEqual([
    ['hash', 'Europe/Berlin'],
    ['away', 'Europe/Paris'],
    ['kpi', 'Europe/Madrid'],
    ['hang', 'Europe/London'],
    ['failover', 'Europe/Paris'],
  ])
  // What the description asks for is what the emulator takes.
  const asked = [...text.matchAll(/\b[a-z]+(?:-[a-z]+)*:site-\d+[a-z0-9:-]*\b/g)].map(([fault]) => fault)
  expect(asked).toHaveLength(struck.length)
  for (const fault of asked) emulator.inject(fault)
  expect(emulator.state().faults).toEqual(asked)
})
