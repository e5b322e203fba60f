import { stringify } from 'yaml'
import type { Json } from '../../../base/json.ts'
import type { Action } from '../../../ports/executor.ts'
import { optionalText } from '../../arguments.ts'
import { readsOnly } from '../../capabilities.ts'
import { flag, list, map, object, text, whole } from '../../schema.ts'
import { controllerOf } from '../api.ts'
import { cloudOf, type GatewayRow } from '../gateway.ts'
import { plainOf } from '../release.ts'
import { aviatrixSystem } from '../settings.ts'
import { minute, system } from './arguments-schema.ts'

/** Targets that stand in the outputs; the evidence always has all. */
const listedMax = 2000

export const gateways: Action = {
  name: 'aviatrix.gateways',
  title: 'Discover all gateways of the controller',
  description:
    'Lists the gateways and makes targets of them: kind `gateway`, roles `transit`, `spoke` or `standalone` and `vpn`, the region as site, one unit per HA pair, members `primary` and `secondary`. The whole, with the controller as a target of its own, is kept as evidence, as an inventory file that can be used as it is.',
  with: object({
    system,
    file: text('File', 'Where the inventory is written, too; a relative path starts at the folder of the runbook.'),
  }),
  outputs: object(
    {
      count: whole('Gateways', 'Number of targets.'),
      pairs: whole('Pairs', 'Number of HA pairs.'),
      by_version: map('By version', 'Number of gateways per version.', whole('Gateways', 'Number.')),
      by_region: map('By region', 'Number of gateways per region.', whole('Gateways', 'Number.')),
      targets: list('Targets', `The targets as an inventory holds them, with their \`name\`; at most ${listedMax}.`, {
        type: 'object',
        title: 'Target',
        description: 'Fields of a target.',
      }),
      listed_all: flag('All listed', '`targets` is complete.'),
    },
    ['count', 'pairs', 'by_version', 'by_region', 'targets', 'listed_all'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 5000, worst_ms: 5 * minute },
  runs_on: 'control',
  example: { system: 'controller' },
  describe: () => 'list_vpcs_summary: all gateways of the controller',
  async perform(context, args) {
    const controller = await controllerOf(context, args)
    const info = await controller.versionInfo(context.signal)
    const rows = await controller.gateways(controller.clock.now(), context.signal)
    const { name, kind, address, settings } = aviatrixSystem(context, args)
    const members = countBy(rows.map((row) => row.pair))
    const targets = rows.map((row) => targetOf(row, (members[row.pair] ?? 0) > 1, name))
    const file = {
      rollbook: 'inventory/v1',
      // The password is left out: a reference in a plan is not the form that a file has.
      systems: {
        [name]: {
          kind,
          address: address ?? '',
          settings: { ...settings, password: { secret: { env: 'AVIATRIX_PASSWORD' } } },
        },
      },
      targets: {
        // Runbooks that move the controller look for it by its kind.
        ...(rows.some((row) => row.name === 'controller')
          ? {}
          : { controller: { kind: 'controller', system: name, version: plainOf(info.current) } }),
        ...Object.fromEntries(targets.map(({ name: target, ...rest }) => [target, rest])),
      },
    }
    const written = stringify(file)
    await context.keepEvidence('inventory.yaml', 'application/yaml', written)
    const path = optionalText(args, 'file')
    if (path !== undefined) await context.ports.files.write(path, new TextEncoder().encode(written))
    return {
      outputs: {
        count: targets.length,
        pairs: Object.values(members).filter((count) => count > 1).length,
        by_version: countBy(rows.map((row) => plainOf(row.version))),
        by_region: countBy(rows.map((row) => row.region)),
        targets: targets.slice(0, listedMax) as Json,
        listed_all: targets.length <= listedMax,
      },
      summary: `${targets.length} gateways in ${new Set(rows.map((row) => row.region)).size} regions`,
      changed: false,
    }
  },
}

function targetOf(row: GatewayRow, isPair: boolean, system: string) {
  return {
    name: row.name,
    kind: 'gateway',
    roles: [row.kind, ...(row.isVpn ? ['vpn'] : [])],
    site: row.region,
    unit: row.pair,
    member: row.member,
    version: plainOf(row.version),
    system,
    attributes: {
      account: row.account,
      cloud: cloudOf(row.cloudType),
      cloud_type: row.cloudType,
      region: row.region,
      type: row.kind,
      image: row.image,
      ha: isPair,
      active_mesh: row.activeMesh,
      vpn: row.isVpn,
    },
  }
}

function countBy(words: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}
