import type { Json } from '../../../base/json.ts'
import { type Action, type ActionContext, ActionFailure } from '../../../ports/executor.ts'
import { list, object } from '../../schema.ts'
import { loginShell, runKato, runOnHost } from '../kato.ts'
import { readNodeList } from '../kato-text.ts'
import { minute, reads } from './capabilities.ts'

export const clusterSshReady: Action = {
  name: 'stackato.cluster_ssh_ready',
  title: 'Check SSH from the core to all nodes',
  description:
    'Opens a connection by key from this node (the core) to every other one, as `stackato` and without asking. Without keys the upgrade asks for a password per remote connection. Addresses come from `kato node list` unless they are given. The failure is of class `not_ready` and names the nodes.',
  with: object({
    addresses: list('Addresses', 'Addresses inside the cluster; those of `kato node list` when none are given.', {
      type: 'string',
      pattern: '^[A-Za-z0-9.:_-]+$',
    }),
  }),
  outputs: object({ addresses: list('Addresses', 'Addresses that were reached.', { type: 'string' }) }, ['addresses']),
  capabilities: reads,
  duration: { expected_ms: 5000, worst_ms: 5 * minute },
  runs_on: 'target',
  example: {},
  describe: () => 'ssh -o BatchMode=yes stackato@<each node> true',
  perform: async (context, args) => {
    const addresses = await addressesOf(context, args['addresses'])
    const failed: string[] = []
    for (const address of addresses) {
      const words = ['ssh', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=10', `stackato@${address}`, 'true']
      const output = await runOnHost(context, loginShell(words), { timeoutMs: 30_000 })
      context.log(`${address}: ${output.exitCode === 0 ? 'reached' : output.stderr.trim()}`)
      if (output.exitCode !== 0) failed.push(address)
    }
    if (failed.length > 0) {
      throw new ActionFailure('not_ready', `no connection by key to ${failed.join(', ')}`, {
        advice: 'Install the key of stackato@core on these nodes (ssh-copy-id), or bring them back.',
        outputs: { addresses: addresses.filter((address) => !failed.includes(address)) },
      })
    }
    return { outputs: { addresses }, summary: `${addresses.length} nodes reached by key`, changed: false }
  },
}

async function addressesOf(context: ActionContext, given: Json | undefined): Promise<string[]> {
  if (Array.isArray(given) && given.length > 0) return given.map(String)
  const output = await runKato(context, ['node', 'list'])
  return readNodeList(output.stdout)
    .map((node) => node.address)
    .filter((address) => address !== context.target?.address)
}
