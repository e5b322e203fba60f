import type { Json } from '../../../base/json.ts'
import type { Action } from '../../../ports/executor.ts'
import { readsOnly } from '../../capabilities.ts'
import { list, object, text, whole } from '../../schema.ts'
import { healthOf, poolOf } from '../api.ts'
import type { Site } from '../site.ts'
import { minute, system } from './arguments-schema.ts'

const names = (title: string, description: string): ReturnType<typeof list> =>
  list(title, description, text('Site', 'Name of a site.'))

export const snapshot: Action = {
  name: 'cato.snapshot',
  title: 'Take a snapshot of connection and health',
  description:
    'Counts the sites that are connected, disconnected, degraded, and whose HA pair is not ready: of the target’s site on a target, of the whole account on control. The details are kept as evidence. It judges nothing.',
  with: object({ system }),
  outputs: object(
    {
      sites: whole('Sites', 'Number of sites looked at.'),
      connected: whole('Connected', 'Number of connected sites.'),
      disconnected: names('Disconnected', 'Sites without a connection.'),
      degraded: names('Degraded', 'Sites that the vendor calls degraded.'),
      ha_not_ready: names('HA not ready', 'Sites whose pair is not ready.'),
    },
    ['sites', 'connected', 'disconnected', 'degraded', 'ha_not_ready'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 3000, worst_ms: 2 * minute },
  runs_on: 'both',
  example: {},
  describe: (_args, target) => `account snapshot of ${target?.site ?? 'the whole account'}`,
  async perform(context, args) {
    const pool = await poolOf(context, args)
    const sites: readonly Site[] = context.target
      ? [(await healthOf(context, pool)).site]
      : await pool.allSites(context.signal)
    await context.keepEvidence('account-snapshot.json', 'application/json', JSON.stringify(sites, null, 2))
    const named = (fits: (site: Site) => boolean): Json => sites.filter(fits).map((site) => site.name)
    const connected = sites.filter((site) => site.connected).length
    return {
      outputs: {
        sites: sites.length,
        connected,
        disconnected: named((site) => !site.connected),
        degraded: named((site) => site.degraded),
        ha_not_ready: named((site) => site.ha?.readiness === 'not_ready'),
      },
      summary: `${connected} of ${sites.length} sites are connected`,
      changed: false,
    }
  },
}
