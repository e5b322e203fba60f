import type { Json } from '../../../base/json.ts'
import { type Action, ActionFailure } from '../../../ports/executor.ts'
import { choice, flag, list, object, text, whole } from '../../schema.ts'
import { nodeOf, runKato } from '../kato.ts'
import { readStatus, type StatusNode, workStates } from '../kato-text.ts'
import { parsed } from '../parsed.ts'
import { minute, reads } from './capabilities.ts'
import { unreadable } from './version.ts'

const counts = Object.fromEntries(
  workStates.map((state) => [state, whole(`Number ${state}`, `Roles or processes that are ${state}.`)]),
)

export const status: Action = {
  name: 'stackato.status',
  title: 'Look at roles and processes',
  description:
    'Counts what runs, starts, stands still or is in FATAL, by role (`kato status`) or by process (`kato process list`), on this node or on the whole cluster. With `require: running` anything else is a failure of class `unhealthy`. The layout is not documented: lines with a name and a state are read.',
  with: object({
    view: choice('View', 'What is counted.', ['roles', 'processes'], { default: 'roles' }),
    cluster: flag('Whole cluster', 'All nodes instead of this one.', { default: false }),
    require: choice('Require', '`running`: everything has to run. `nothing`: only look.', ['running', 'nothing'], {
      default: 'nothing',
    }),
  }),
  outputs: object(
    {
      ...counts,
      all_running: flag('All running', 'True when nothing is in another state.'),
      nodes: list(
        'Nodes',
        'What was found, node by node.',
        object(
          {
            address: text('Address', 'Address of the node, empty when the output does not tell.'),
            items: list(
              'Items',
              'Roles or processes with their states.',
              object(
                {
                  name: text('Name', 'Role or process.'),
                  state: choice('State', 'What it does.', workStates),
                },
                ['name', 'state'],
              ),
            ),
          },
          ['address', 'items'],
        ),
      ),
      parsed,
    },
    [...workStates, 'all_running', 'nodes', 'parsed'],
  ),
  capabilities: reads,
  duration: { expected_ms: 3000, worst_ms: minute },
  runs_on: 'target',
  example: { view: 'processes', cluster: true, require: 'running' },
  describe: (args) => `kato ${commandOf(args['view'], args['cluster']).join(' ')}`,
  perform: async (context, args) => {
    const { target } = nodeOf(context)
    const words = commandOf(args['view'], args['cluster'])
    const output = await runKato(context, words)
    await context.keepEvidence(`kato-${words[0]}.txt`, 'text/plain', output.stdout)
    const nodes = readStatus(output.stdout)
    const items = nodes.flatMap((node) => node.items)
    if (items.length === 0) throw unreadable(target, `kato ${words.join(' ')}`, output.stdout)
    const count = Object.fromEntries(
      workStates.map((state) => [state, items.filter((found) => found.state === state).length]),
    )
    const allRunning = count['running'] === items.length
    const outputs = { ...count, all_running: allRunning, nodes: nodes as unknown as Json, parsed: 'tolerant' }
    if (args['require'] === 'running' && !allRunning) {
      throw new ActionFailure('unhealthy', `not everything runs: ${troubles(nodes)}`, {
        advice: 'kato start heals what is in FATAL, kato restart heals what stays in STARTING, node by node.',
        outputs,
      })
    }
    return {
      outputs,
      summary: allRunning
        ? `all ${items.length} run`
        : `${count['running']} of ${items.length} run: ${troubles(nodes)}`,
      changed: false,
    }
  },
}

function commandOf(view: Json | undefined, cluster: Json | undefined): readonly string[] {
  return view === 'processes'
    ? ['process', 'list', ...(cluster === true ? ['-c'] : [])]
    : ['status', ...(cluster === true ? ['-a'] : [])]
}

function troubles(nodes: readonly StatusNode[]): string {
  const found = nodes.flatMap((node) =>
    node.items
      .filter((entry) => entry.state !== 'running')
      .map((entry) => `${entry.name} ${entry.state}${node.address === '' ? '' : ` on ${node.address}`}`),
  )
  return found.length > 5 ? `${found.slice(0, 5).join(', ')} and ${found.length - 5} more` : found.join(', ')
}
