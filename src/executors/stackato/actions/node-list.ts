import type { Json } from '../../../base/json.ts'
import type { Action } from '../../../ports/executor.ts'
import { list, object, text, whole } from '../../schema.ts'
import { nodeOf, runKato } from '../kato.ts'
import { readNodeList } from '../kato-text.ts'
import { parsed } from '../parsed.ts'
import { minute, reads } from './capabilities.ts'
import { unreadable } from './version.ts'

export const nodeList: Action = {
  name: 'stackato.node_list',
  title: 'List the nodes of the cluster',
  description:
    'Asks the core for all nodes with `kato node list`: one line each, the address first, as the vendor documents. The roles that follow are read tolerantly.',
  with: object({}),
  outputs: object(
    {
      count: whole('Nodes', 'Number of nodes in the cluster.'),
      addresses: list('Addresses', 'Address of each node, in the order of the cluster.', { type: 'string' }),
      nodes: list(
        'Nodes',
        'Address and roles of each node.',
        object(
          {
            address: text('Address', 'Address inside the cluster.'),
            roles: list('Roles', 'Words that follow the address.', { type: 'string' }),
          },
          ['address', 'roles'],
        ),
      ),
      parsed,
    },
    ['count', 'addresses', 'nodes', 'parsed'],
  ),
  capabilities: reads,
  duration: { expected_ms: 3000, worst_ms: minute },
  runs_on: 'target',
  example: {},
  describe: () => 'kato node list',
  perform: async (context) => {
    const { target } = nodeOf(context)
    const output = await runKato(context, ['node', 'list'])
    await context.keepEvidence('kato-node-list.txt', 'text/plain', output.stdout)
    const nodes = readNodeList(output.stdout)
    if (nodes.length === 0) throw unreadable(target, 'kato node list', output.stdout)
    return {
      outputs: {
        count: nodes.length,
        addresses: nodes.map((node) => node.address),
        nodes: nodes as unknown as Json,
        parsed: 'tolerant',
      },
      summary: `${nodes.length} nodes`,
      changed: false,
    }
  },
}
