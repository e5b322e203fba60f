import { join } from 'node:path'
import { startCatoEmulator } from '../../app/cato-emulator.ts'
import { JumpingClock } from '../../app/rehearsal-clock.ts'
import type { Demo } from './demo.ts'

/** A Saturday evening; the windows open at one o'clock in the night, an hour later in London than on the continent. */
const startAt = Date.UTC(2027, 2, 6, 22, 20)
/** Seconds of the emulated night in a real one, at most: fast enough for a minute, slow enough to watch. */
const speedMax = 900
const zones = ['Europe/Berlin', 'Europe/Paris', 'Europe/Madrid', 'Europe/London']

/** The same troubles as in `cato-sockets-200-sites.scenario.yaml`, on the emulator. */
const faults = [
  'bad-hash:site-005-primary',
  'disconnected:site-010',
  'kpi-failure:site-007-primary:3',
  'install-hangs:site-004',
  'primary-fails-over:site-066:2',
]

/** A fleet of Cato Sockets in four time zones, first simulated, then upgraded, then compared target by target. */
export const cato: Demo = {
  title: 'upgrade 200 emulated sites in four time zones, from the simulation to the report',
  shipped: {
    runbook: 'cato-sockets.yaml',
    values: 'cato-sockets.values.yaml',
    answers: 'cato-sockets.answers.yaml',
    more: ['cato-sockets-200-sites.scenario.yaml'],
  },
  inventory: 'account/inventory.yaml',
  plan: ['--only-phase', 'upgrade', '--start', '2027-03-06T22:20:00Z'],
  done: 'Done: the fleet is on its release, but for those that the troubles of this night kept back, as foretold.',
  hasTroubles: true,
  seen: { title: 'What the account saw', file: 'account/effects.jsonl' },
  before: [
    {
      title: 'See beforehand how the night would go with these troubles',
      words: [
        'simulate',
        'cato-sockets.yaml',
        '-i',
        'account/inventory.yaml',
        '--values',
        'values.yaml',
        '--scenario',
        'cato-sockets-200-sites.scenario.yaml',
        '--start',
        '2027-03-06T22:20:00Z',
        '--svg',
        'night.svg',
      ],
    },
  ],
  after: [
    {
      title: 'Compare what happened with what the simulation had foreseen, target by target',
      words: ['compare', 'demo', '--scenario', 'cato-sockets-200-sites.scenario.yaml'],
    },
  ],
  start: async (folder) => {
    const clock = new JumpingClock(startAt, speedMax)
    const emulator = await startCatoEmulator({ directory: join(folder, 'account'), sites: 200, zones, clock, faults })
    return {
      about: `An account with 200 sites behind a GraphQL API over HTTPS on this machine, up to ${speedMax} times as fast as life; a damaged file, a hanging installation, a lost connection, bad quality and a failover are on their way.`,
      clock,
      close: () => emulator.close(),
    }
  },
}
