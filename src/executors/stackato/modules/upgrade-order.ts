import type { Json } from '../../../base/json.ts'
import type { Action, ActionContext } from '../../../ports/executor.ts'
import { list, object, text } from '../../schema.ts'
import { minute, reads } from '../actions/capabilities.ts'
import { unreadable } from '../actions/version.ts'
import { nodeOf, runKato } from '../kato.ts'
import { readNodeList } from '../kato-text.ts'
import { parsed } from '../parsed.ts'
import { decidingRole, defaultRoleOrder, orderNodes } from './role-order.ts'

export const upgradeOrder: Action = {
  name: 'stackato.upgrade_order',
  title: 'Tell the order of the upgrade',
  description:
    'Reads the nodes of the cluster with `kato node list` on the core and tells in which order Stackato 3.0 upgrades them: by the first role of the list that a node holds, nodes without any of them at the end, the core last. Where the vendor’s guide contradicts itself this is our reading.',
  with: object({
    role_order: list('Role order', 'Roles in order; the default order of the product when none are given.', {
      type: 'string',
      pattern: '^[a-z0-9_-]+$',
    }),
  }),
  outputs: object(
    {
      order: list('Order', 'Addresses in the order of the upgrade.', { type: 'string' }),
      nodes: list(
        'Nodes',
        'The same with the role that decides.',
        object(
          {
            address: text('Address', 'Address inside the cluster.'),
            role: text('Role', 'Role that decides the place; empty for a node that holds none of the list.'),
          },
          ['address', 'role'],
        ),
      ),
      parsed,
    },
    ['order', 'nodes', 'parsed'],
  ),
  capabilities: reads,
  duration: { expected_ms: 3000, worst_ms: minute },
  runs_on: 'target',
  example: { role_order: ['dea', 'router', 'controller', 'base'] },
  describe: () => 'kato node list',
  perform: async (context, args) => {
    const { target } = nodeOf(context)
    const output = await runKato(context, ['node', 'list'])
    const listed = readNodeList(output.stdout)
    if (listed.length === 0) throw unreadable(target, 'kato node list', output.stdout)
    const given = args['role_order']
    const roleOrder = Array.isArray(given) && given.length > 0 ? given.map(String) : defaultRoleOrder
    const nodes = orderNodes(listed, roleOrder).map((node) => ({
      address: node.address,
      role: decidingRole(node, roleOrder) ?? '',
    }))
    return {
      outputs: { order: nodes.map((node) => node.address), nodes: nodes as Json, parsed: 'tolerant' },
      summary: nodes
        .map(({ address, role }) => `${nameOf(context, address)} (${role || 'no role of the list'})`)
        .join(', '),
      changed: false,
    }
  },
}

/** Name of a target with this address, as people know it; the address itself when the inventory has none. */
function nameOf({ target, targets }: ActionContext, address: string): string {
  return [...(target ? [target] : []), ...targets].find((known) => known.address === address)?.name ?? address
}
