import { isJsonObject, type JsonObject } from '../../../base/json.ts'
import { type Action, type ActionContext, ActionFailure, textOf } from '../../../ports/executor.ts'
import { flag, object, part, text } from '../../schema.ts'
import { minute, works } from '../actions/capabilities.ts'
import { proxyEnvironment, proxyProperty, proxyWords } from '../actions/destinations.ts'
import { nodeVersion } from '../actions/version.ts'
import { probeHostWork, runHostWork } from '../kato-work.ts'
import { sudoWorks } from '../sudo-state.ts'

export const nodeUpgrade: Action = {
  name: 'stackato.node_upgrade',
  title: 'Upgrade a Helion Stackato cluster',
  description:
    'Runs `kato node upgrade` on the core node: self-update, version check, download into the local cache, check, then component by component over all nodes. With `update_kato` it only updates kato itself, which brings the other options; with `download_only` it only fills the cache, which is allowed in normal operation. Runs under a marker on the core: it survives a lost connection and a dead engine, and is found again. After a failure run it again: components that are done are not done again. There is no way back by kato: take a data export or snapshots before.',
  with: object({
    update_kato: flag('Only update kato', 'Adds `--update-kato`: updates kato and sentinel, and nothing else.'),
    download_only: flag(
      'Only download',
      'Adds `--download-only`: fills the cache. Needs `cache_ip`, and an updated kato.',
    ),
    cache_ip: text('Cache address', 'Adds `--cache-ip`: address inside the cluster of the node that holds the files.', {
      pattern: '^[0-9A-Fa-f:.]+$',
      examples: ['192.168.20.11'],
    }),
    force: part(
      'Force',
      'Adds `--force`: upgrade although the release is not newer. Only on the vendor’s word, so the reason is recorded.',
      object(
        {
          reason: text('Reason', 'Who at the vendor asked for it, and why.', { minLength: 10 }),
        },
        ['reason'],
      ),
    ),
    to: text('Release', 'When given, every node upgrade has to end on this release, or the failure is `unhealthy`.', {
      examples: ['3.6.0'],
    }),
    http_proxy: proxyProperty,
  }),
  outputs: object(
    {
      from: text('From', 'Release of the core before; empty when this call attached to a run under way.'),
      version: text('Version', 'Release of the core afterwards.'),
      nothing_to_do: flag('Nothing to do', 'True when kato said that no newer release exists.'),
      attached: flag('Attached', 'True when the work had been started before this call.'),
    },
    ['from', 'version', 'nothing_to_do', 'attached'],
  ),
  capabilities: works,
  capabilitiesOf: (args) => (isPreparation(args) ? { ...works, effect: 'change' } : works),
  duration: { expected_ms: 90 * minute, worst_ms: 6 * 60 * minute },
  runs_on: 'target',
  example: { cache_ip: '192.168.20.11', to: '3.6.0' },
  describe: (args) => `${proxyWords(args['http_proxy'])}${wordsOf(args).join(' ')}`,
  check: (args) => {
    const problems: string[] = []
    if (args['download_only'] === true && args['cache_ip'] === undefined) {
      problems.push('download_only: kato needs cache_ip with it')
    }
    if (args['download_only'] === true && args['update_kato'] === true) {
      problems.push('update_kato and download_only: these are two steps, kato first')
    }
    return problems
  },
  perform: async (context, args) => {
    let before = ''
    const words = wordsOf(args)
    const force = args['force']
    if (isJsonObject(force)) context.log(`--force is used: ${textOf(force['reason'], 'force.reason')}`)
    const done = await runHostWork(context, {
      what: words.join(' '),
      words,
      env: await proxyEnvironment(context, args['http_proxy']),
      beforeStart: async () => {
        await sudoWorks(context)
        before = await versionBefore(context)
      },
    })
    const outputs = await outputsOf(context, before, done.stdout, done.attached)
    refuseWrongRelease(args, outputs)
    return { outputs, summary: summaryOf(args, outputs), changed: outputs['nothing_to_do'] !== true }
  },
  probe: (context) => probeHostWork(context, () => outputsOf(context, '', '', true)),
}

/** kato of itself and the download leave all processes alone: both are allowed in normal operation. */
function isPreparation(args: JsonObject): boolean {
  return args['update_kato'] === true || args['download_only'] === true
}

/** kato asks for a confirmation unless told not to; nobody is there to give it. */
function wordsOf(args: JsonObject): readonly string[] {
  return [
    'kato',
    'node',
    'upgrade',
    ...(args['update_kato'] === true ? ['--update-kato'] : []),
    ...(args['download_only'] === true ? ['--download-only'] : []),
    ...(args['cache_ip'] === undefined ? [] : ['--cache-ip', textOf(args['cache_ip'], 'cache_ip')]),
    ...(isJsonObject(args['force']) ? ['--force'] : []),
    '--skip-confirmation',
  ]
}

/** The release before; a broken kato is told later, with its own advice, by the upgrade itself. */
async function versionBefore(context: ActionContext): Promise<string> {
  try {
    return await nodeVersion(context)
  } catch (error) {
    if (error instanceof ActionFailure && error.class === 'process') return ''
    throw error
  }
}

async function outputsOf(context: ActionContext, from: string, stdout: string, attached: boolean): Promise<JsonObject> {
  const version = await nodeVersion(context)
  const nothing = /nothing to do|already (at|up to date|the newest)|no newer/i.test(stdout)
  return { from, version, nothing_to_do: nothing, attached }
}

function refuseWrongRelease(args: JsonObject, outputs: JsonObject): void {
  if (isPreparation(args) || args['to'] === undefined || outputs['version'] === args['to']) return
  throw new ActionFailure('unhealthy', `the core runs ${String(outputs['version'])} and not ${String(args['to'])}`, {
    advice: 'Look at the output: the vendor may have published another release meanwhile, or nodes were left out.',
    outputs,
  })
}

function summaryOf(args: JsonObject, outputs: JsonObject): string {
  if (args['update_kato'] === true) return 'kato is up to date'
  if (args['download_only'] === true) return 'all files are in the cache'
  if (outputs['nothing_to_do'] === true) return `nothing to do: ${String(outputs['version'])} is the newest`
  return `${outputs['from'] ? `${String(outputs['from'])} → ` : ''}${String(outputs['version'])}`
}
