import { stringify } from 'yaml'
import type { Json } from '../../../base/json.ts'
import type { Action } from '../../../ports/executor.ts'
import { isSet } from '../../arguments.ts'
import { readsOnly } from '../../capabilities.ts'
import { flag, list, map, object, whole } from '../../schema.ts'
import { poolOf } from '../api.ts'
import { catoSystem } from '../settings.ts'
import { readSocket } from '../socket.ts'
import { minute, system } from './arguments-schema.ts'

/** Targets that stand in the outputs; the evidence always has all. */
const listedMax = 2000

export const inventory: Action = {
  name: 'cato.inventory',
  title: 'Discover all Sockets of the account',
  description:
    'Reads the hardware inventory page by page, and the time zone of every site, and makes targets of it: kind `socket`, one unit per site, members `primary` and `secondary`. The whole is kept as evidence, as an inventory file that can be used as it is. Sockets without a site are counted and left out.',
  with: object({
    system,
    time_zones: flag('Time zones', 'Reads the time zone of every site too; 25 sites cost one call.', { default: true }),
  }),
  outputs: object(
    {
      count: whole('Sockets', 'Number of targets.'),
      sites: whole('Sites', 'Number of sites with a Socket.'),
      ha_sites: whole('HA sites', 'Number of sites with two.'),
      unassigned: whole('Unassigned', 'Sockets without a site.'),
      by_version: map('By version', 'Number of Sockets per version.', whole('Sockets', 'Number.')),
      by_time_zone: map('By time zone', 'Number of Sockets per time zone.', whole('Sockets', 'Number.')),
      targets: list('Targets', `The targets as an inventory holds them, with their \`name\`; at most ${listedMax}.`, {
        type: 'object',
        title: 'Target',
        description: 'Fields of a target.',
      }),
      listed_all: flag('All listed', '`targets` is complete.'),
    },
    ['count', 'sites', 'ha_sites', 'unassigned', 'by_version', 'by_time_zone', 'targets', 'listed_all'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 20_000, worst_ms: 30 * minute },
  runs_on: 'control',
  example: { system: 'cato' },
  describe: () => 'hardware inventory and site details of the whole account',
  async perform(context, args) {
    const pool = await poolOf(context, args)
    const rows = await pool.inventory(pool.clock.now(), context.signal)
    const sockets = rows.filter((row) => !row.at('site').isNull).map(readSocket)
    const members = new Map<string, number>()
    for (const socket of sockets) members.set(socket.siteId, (members.get(socket.siteId) ?? 0) + 1)
    const siteIds = isSet(args, 'time_zones', true) ? [...members.keys()] : []
    const zones = await pool.timeZones(siteIds, context.signal)
    const targets = sockets.map((socket) => {
      const isPair = (members.get(socket.siteId) ?? 0) > 1
      const member = socket.isPrimary ? 'primary' : 'secondary'
      const zone = zones.get(socket.siteId)
      return {
        name: isPair ? `${socket.siteName}-${member}` : socket.siteName,
        kind: 'socket',
        site: socket.siteName,
        ...(zone === undefined ? {} : { time_zone: zone }),
        unit: socket.siteName,
        member,
        version: socket.version,
        system: catoSystem(context, args).name,
        attributes: {
          site_id: socket.siteId,
          serial: socket.serial,
          platform: socket.platform,
          ha: isPair,
          upgrades_paused: socket.isPaused,
        },
      }
    })
    const { name, kind, address, settings } = catoSystem(context, args)
    const file = {
      rollbook: 'inventory/v1',
      // The key is left out: a reference in a plan is not the form that a file has.
      systems: {
        [name]: {
          kind,
          address: address ?? '',
          settings: { ...settings, api_key: { secret: { env: 'CATO_API_KEY' } } },
        },
      },
      targets: Object.fromEntries(targets.map(({ name: target, ...rest }) => [target, rest])),
    }
    await context.keepEvidence('inventory.yaml', 'application/yaml', stringify(file))
    return {
      outputs: {
        count: targets.length,
        sites: members.size,
        ha_sites: [...members.values()].filter((count) => count > 1).length,
        unassigned: rows.length - sockets.length,
        by_version: countBy(sockets.map((socket) => socket.version)),
        by_time_zone: countBy(targets.flatMap((target) => target.time_zone ?? [])),
        targets: targets.slice(0, listedMax) as Json,
        listed_all: targets.length <= listedMax,
      },
      summary: `${targets.length} Sockets at ${members.size} sites`,
      changed: false,
    }
  },
}

function countBy(words: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}
