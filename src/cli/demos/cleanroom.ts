import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startCleanroomEmulator } from '../../app/cleanroom-emulator.ts'
import type { Demo } from './demo.ts'
import { openCalendar } from './open-calendar.ts'

const workstations = 24
/** The agents' window opens a little after the rehearsal has begun, so that they are seen waiting for it. */
const agentsWaitMs = 15_000

/**
 * A maintainer script fails on the slave: the package stays half configured until the next attempt finishes it. The network
 * goes away in the middle of the installation on an edge gateway, which goes on by itself. A workstation of the third ring is
 * switched off.
 */
const faults = ['install-fails:controller-b', 'drop-during-install:edge-1', 'host-unreachable:workstation-17']

/** Cleanroom: clients in rings, agents in their window and servers of a platform of real Debian hosts. */
export const cleanroom: Demo = {
  title: 'upgrade a Cleanroom platform of real Debian hosts, from YAML to the report',
  shipped: {
    runbook: 'cleanroom-live-upgrade.yaml',
    values: 'cleanroom-live-upgrade.values.yaml',
    answers: 'cleanroom-live-upgrade.answers.yaml',
    more: ['cleanroom-agents.ics', 'cleanroom-servers.ics'],
  },
  inventory: 'platform/inventory.yaml',
  plan: ['--only-phase', 'workplaces'],
  done: 'Done: the platform is upgraded and accepted.',
  seen: { title: 'What dpkg did', file: 'platform/hosts/controller-b/var/log/dpkg.log' },
  start: async (folder) => {
    const emulator = await startCleanroomEmulator({ directory: join(folder, 'platform'), workstations, faults })
    const now = Date.now()
    writeFileSync(join(folder, 'cleanroom-agents.ics'), openCalendar('agents', now + agentsWaitMs))
    writeFileSync(join(folder, 'cleanroom-servers.ics'), openCalendar('servers', now))
    return {
      about: `${emulator.hosts.length} Debian hosts with apt, dpkg and OpenSSH of their own on this machine, ${workstations} of them workstations in rings; one is switched off, a maintainer script will fail on a controller, and a connection will break in the middle of an installation.`,
      env: { CLEANROOM_DATABASE_PASSWORD: 'database-password' },
      close: () => emulator.close(),
    }
  },
}
