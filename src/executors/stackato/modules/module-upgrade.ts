import { isJsonObject, type Json, type JsonObject } from '../../../base/json.ts'
import { type Action, type ActionContext, ActionFailure, type ProbeResult, textOf } from '../../../ports/executor.ts'
import { choice, flag, list, object, part, text } from '../../schema.ts'
import { minute, works } from '../actions/capabilities.ts'
import { proxyEnvironment, proxyProperty, proxyWords } from '../actions/destinations.ts'
import { nodeVersion } from '../actions/version.ts'
import type { HostOutput } from '../kato.ts'
import { probeHostWork, runHostWork } from '../kato-work.ts'
import { sudoWorks } from '../sudo-state.ts'
import { type Before, behindOf, releasesBefore, releasesOf, unseen } from './releases.ts'
import { skipCacheEnvironment, skipCacheProperty, skipCacheWords } from './skip-cache.ts'

export const moduleUpgrade: Action = {
  name: 'stackato.module_upgrade',
  title: 'Upgrade Stackato 3.0',
  description:
    'Runs `kato node upgrade` of Stackato 3.0 to 3.2, whose upgrader works module by module. `scope: cluster` runs it on the core for all nodes, one at a time in role order; that is the vendor’s recommended way. `scope: node` upgrades only the node of the step: prepare the caching proxy on the core before. Each node goes through self-update, version check, download and its check, retirement (DEA only), backup of its state, upgrade, restart. After a failure run it again: modules with a latch are skipped, the one that failed is retried from the removal of its partial copy. Works under a marker on the node. There is no way back by kato.',
  with: object(
    {
      scope: choice(
        'Scope',
        '`cluster`: all nodes, from the core (`--cluster`). `node`: the node of the step, and no other.',
        ['cluster', 'node'],
      ),
      role_order: list(
        'Role order',
        'Adds `--role-order`: roles in the order in which their nodes are upgraded. The core is last whatever it says. Only with `scope: cluster`.',
        { type: 'string', pattern: '^[a-z0-9_-]+$' },
        { examples: [['dea', 'router', 'controller', 'base']] },
      ),
      to: text(
        'Release',
        'When given, every upgraded node has to end on this release, or the failure is `unhealthy`.',
        {
          examples: ['3.2.1'],
        },
      ),
      force: part(
        'Force',
        'Adds `--force`: upgrade although the release is not newer. Only on the vendor’s word, so the reason is recorded.',
        object({ reason: text('Reason', 'Who at the vendor asked for it, and why.', { minLength: 10 }) }, ['reason']),
      ),
      skip_cache: skipCacheProperty,
      http_proxy: proxyProperty,
    },
    ['scope'],
  ),
  outputs: object(
    {
      from: text('From', 'Release of this node before; empty when this call attached to a run under way.'),
      version: text('Version', 'Release of this node afterwards.'),
      nodes: list(
        'Nodes',
        'Release of each node of the scope afterwards.',
        object(
          {
            address: text('Address', 'Address inside the cluster.'),
            version: text('Version', 'Release of the node; empty when it did not answer.'),
          },
          ['address', 'version'],
        ),
      ),
      nothing_to_do: flag('Nothing to do', 'True when kato said that no newer release exists.'),
      attached: flag('Attached', 'True when the work had been started before this call.'),
    },
    ['from', 'version', 'nodes', 'nothing_to_do', 'attached'],
  ),
  capabilities: works,
  duration: { expected_ms: 90 * minute, worst_ms: 6 * 60 * minute },
  durationOf: (args) => {
    if (args['scope'] === 'cluster') return { expected_ms: 90 * minute, worst_ms: 6 * 60 * minute }
    return args['scope'] === 'node' ? { expected_ms: 15 * minute, worst_ms: 60 * minute } : undefined
  },
  runs_on: 'target',
  example: { scope: 'cluster', to: '3.2.1' },
  describe: (args) =>
    `${skipCacheWords(args['skip_cache'])}${proxyWords(args['http_proxy'])}${wordsOf(args).join(' ')}`,
  check: (args) =>
    args['scope'] === 'node' && rolesOf(args['role_order']).length > 0
      ? ['role_order: it orders the nodes of a cluster, so it needs scope: cluster']
      : [],
  perform: async (context, args) => {
    let before = unseen
    const words = wordsOf(args)
    const force = args['force']
    if (isJsonObject(force)) context.log(`--force is used: ${textOf(force['reason'], 'force.reason')}`)
    const env = {
      ...(await proxyEnvironment(context, args['http_proxy'])),
      ...skipCacheEnvironment(args['skip_cache']),
    }
    const beforeStart = async (): Promise<void> => {
      await sudoWorks(context)
      before = await releasesBefore(context, args)
    }
    const outputs = await runHostWork(context, { what: words.join(' '), words, env, beforeStart }).then(
      (done) => outputsOf(context, args, { ...before, done, attached: done.attached }),
      (failure) => outputsAfterRestart(context, args, before, failure),
    )
    refuseWrongRelease(args, outputs)
    return { outputs, summary: summaryOf(args, outputs), changed: outputs['nothing_to_do'] !== true }
  },
  probe: async (context, args) => {
    const outputs = (): Promise<JsonObject> => outputsOf(context, args, { ...unseen, attached: true })
    const seen = await probeHostWork(context, outputs)
    return seen.state === 'unknown' ? await afterRestart(context, args, seen) : seen
  },
}

/**
 * The node restarts at the end of its upgrade, and may take our marker's process with it. Then the work is lost from
 * sight; the release of the nodes tells whether it was done, where the wanted one is known.
 */
async function afterRestart(context: ActionContext, args: JsonObject, seen: ProbeResult): Promise<ProbeResult> {
  if (args['to'] === undefined) return seen
  const outputs = await outputsOf(context, args, { ...unseen, attached: true })
  const isLevel = behindOf(args, outputs).length === 0
  return isLevel ? { state: 'applied', summary: `the release is ${String(args['to'])}`, outputs } : seen
}

async function outputsAfterRestart(
  context: ActionContext,
  args: JsonObject,
  before: Before,
  failure: unknown,
): Promise<JsonObject> {
  if (context.signal.aborted || (await probeHostWork(context)).state !== 'unknown') throw failure
  const outputs = await outputsOf(context, args, { ...before, attached: false })
  if (args['to'] === undefined || behindOf(args, outputs).length > 0) throw failure
  context.log('the host went down while kato restarted it, and is back on the wanted release')
  return outputs
}

/** kato asks for a confirmation unless told not to; nobody is there to give it. */
function wordsOf(args: JsonObject): readonly string[] {
  const roles = rolesOf(args['role_order'])
  return [
    'kato',
    'node',
    'upgrade',
    ...(args['scope'] === 'cluster' ? ['--cluster'] : []),
    ...(roles.length > 0 ? ['--role-order', roles.join(',')] : []),
    ...(isJsonObject(args['force']) ? ['--force'] : []),
    '--skip-confirmation',
  ]
}

function rolesOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}

interface Ended extends Before {
  readonly done?: HostOutput
  readonly attached: boolean
}

async function outputsOf(context: ActionContext, args: JsonObject, ended: Ended): Promise<JsonObject> {
  const version = await nodeVersion(context)
  const nodes = await releasesOf(context, args, version)
  // kato says so of each node that is level, also when others were upgraded.
  const isSame = ended.nodes === '' || ended.nodes === JSON.stringify(nodes)
  const nothing = isSame && /^\s*nothing to do/im.test(ended.done?.stdout ?? '')
  return { from: ended.from, version, nodes, nothing_to_do: nothing, attached: ended.attached }
}

function refuseWrongRelease(args: JsonObject, outputs: JsonObject): void {
  if (args['to'] === undefined) return
  const behind = behindOf(args, outputs)
  if (behind.length === 0) return
  throw new ActionFailure('unhealthy', `not on ${String(args['to'])}: ${behind.join(', ')}`, {
    advice: 'Look at the output: the vendor may have published another release meanwhile, or a node was left out.',
    outputs,
  })
}

function summaryOf(args: JsonObject, outputs: JsonObject): string {
  if (outputs['nothing_to_do'] === true) return `nothing to do: ${String(outputs['version'])} is the newest`
  const count = Array.isArray(outputs['nodes']) ? outputs['nodes'].length : 1
  const who = args['scope'] === 'cluster' ? `${count} nodes ` : ''
  return `${who}${outputs['from'] ? `${String(outputs['from'])} → ` : ''}${String(outputs['version'])}`
}
