import { join } from 'node:path'
import { startAviatrixEmulator } from '../../app/aviatrix-emulator.ts'
import { JumpingClock } from '../../app/rehearsal-clock.ts'
import type { Demo } from './demo.ts'

/**
 * The session ends in the middle, the web server in front answers 502 and 503, the status of the first platform upgrade reads
 * complete too early, and the archive of one gateway is too short: its second attempt goes through.
 */
const faults = [
  'session-expires:2:list_vpcs_summary',
  'http-502:2:list_version_info',
  'http-503:1:upgrade_selected_gateway',
  'platform-complete-early',
  'gateway-fails:spoke-use1-1',
]
/** Seconds of the night in one real second, at most. */
const speed = 600
/** A Friday, half an hour before the window opens. */
const startAt = Date.UTC(2027, 2, 5, 21, 30)

/** Aviatrix: controller and gateways, two hops in one night. */
export const aviatrix: Demo = {
  title: 'upgrade an emulated Aviatrix controller and its gateways over two hops, from YAML to the report',
  shipped: {
    runbook: 'aviatrix-platform.yaml',
    values: 'aviatrix-platform.values.yaml',
    answers: 'aviatrix-platform.answers.yaml',
    more: ['aviatrix.catalog.yaml'],
  },
  inventory: 'network/inventory.yaml',
  plan: ['--only-phase', 'upgrade'],
  done: 'Done: controller and gateways are upgraded and accepted.',
  seen: { title: 'What the network saw', file: 'network/effects.jsonl' },
  start: async (folder) => {
    const clock = new JumpingClock(startAt, speed)
    const emulator = await startAviatrixEmulator({ directory: join(folder, 'network'), clock, gateways: 12, faults })
    return {
      about: `A controller behind HTTPS with 12 gateways on this machine, and a night that passes ${speed} times as fast where nothing is to be done; sessions end, the web server refuses, a status reads complete too early, and a gateway fails.`,
      clock,
      close: () => emulator.close(),
    }
  },
}
