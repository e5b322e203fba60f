import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startCleanroomEmulator } from '../../app/cleanroom-emulator.ts'
import type { Demo } from './demo.ts'

/**
 * A maintainer script fails on the slave: the package stays half configured until the next attempt finishes it. And the
 * network goes away in the middle of the installation on an edge gateway, which goes on by itself.
 */
const faults = ['install-fails:controller-b', 'drop-during-install:edge-1']

/** Cleanroom: clients, agents and servers of a platform of real Debian hosts. */
export const cleanroom: Demo = {
  title: 'upgrade a Cleanroom platform of real Debian hosts, from YAML to the report',
  shipped: {
    runbook: 'cleanroom-live-upgrade.yaml',
    values: 'cleanroom-live-upgrade.values.yaml',
    answers: 'cleanroom-live-upgrade.answers.yaml',
    more: ['cleanroom-agents.ics', 'cleanroom-servers.ics'],
  },
  inventory: 'platform/inventory.yaml',
  plan: ['--only-phase', 'upgrade'],
  done: 'Done: the platform is upgraded and accepted.',
  seen: { title: 'What dpkg did on a host', file: 'platform/hosts/controller-b/var/log/dpkg.log' },
  start: async (folder) => {
    const emulator = await startCleanroomEmulator({ directory: join(folder, 'platform'), faults })
    const now = Date.now()
    for (const name of ['cleanroom-agents.ics', 'cleanroom-servers.ics']) {
      writeFileSync(join(folder, name), openFrom(now, name))
    }
    return {
      about: `${emulator.hosts.length} Debian hosts with apt, dpkg and OpenSSH of their own on this machine; a maintainer script will fail on a controller, and a connection will break in the middle of an installation.`,
      env: { CLEANROOM_DATABASE_PASSWORD: 'database-password' },
      close: () => emulator.close(),
    }
  },
}

/** A calendar with one opening: the shipped ones would let nobody rehearse in the afternoon. */
function openFrom(now: number, name: string): string {
  const instant = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+/, '').replace(/[-:]/g, '')
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Rollbook//Demo//EN',
    'BEGIN:VEVENT',
    `UID:${name}@cleanroom.example`,
    `DTSTAMP:${instant(now)}`,
    `DTSTART:${instant(now)}`,
    'DURATION:PT4H',
    'SUMMARY:Open for the rehearsal',
    'END:VEVENT',
    'END:VCALENDAR',
  ]
  return `${lines.join('\r\n')}\r\n`
}
