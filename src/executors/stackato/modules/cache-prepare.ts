import { type Action, type ActionContext, ActionFailure } from '../../../ports/executor.ts'
import { choice, flag, object, text } from '../../schema.ts'
import { minute, reads, works } from '../actions/capabilities.ts'
import { proxyEnvironment, proxyProperty, proxyWords } from '../actions/destinations.ts'
import { failureOf, runOnHost } from '../kato.ts'
import { probeHostWork, runHostWork } from '../kato-work.ts'
import { parsed } from '../parsed.ts'
import { sudoWorks } from '../sudo-state.ts'
import { profileScript, readProfile } from './profile-proxy.ts'
import { skipCacheEnvironment, skipCacheProperty, skipCacheWords } from './skip-cache.ts'

const words = ['kato', 'node', 'upgrade', '--prepare', '--skip-confirmation'] as const

export const cachePrepare: Action = {
  name: 'stackato.cache_prepare',
  title: 'Prepare the caching proxy',
  description:
    'Runs `kato node upgrade --prepare` of Stackato 3.0 on the core node. It sets up the caching proxy that keeps every download for all nodes, and has to run before nodes are upgraded one at a time; an upgrade with `scope: cluster` does it by itself. kato leaves it out in the cases that `stackato.cache_conditions` tells. Twice equals once. Works under a marker.',
  with: object({ skip_cache: skipCacheProperty, http_proxy: proxyProperty }),
  outputs: object(
    {
      cache: choice('Cache', '`used`: downloads are kept for all nodes. `skipped`: kato left it out.', [
        'used',
        'skipped',
      ]),
      parsed,
    },
    ['cache', 'parsed'],
  ),
  capabilities: { ...works, effect: 'change', idempotent: true },
  duration: { expected_ms: minute, worst_ms: 15 * minute },
  runs_on: 'target',
  example: {},
  describe: (args) => `${skipCacheWords(args['skip_cache'])}${proxyWords(args['http_proxy'])}${words.join(' ')}`,
  perform: async (context, args) => {
    const done = await runHostWork(context, {
      what: words.join(' '),
      words,
      env: { ...(await proxyEnvironment(context, args['http_proxy'])), ...skipCacheEnvironment(args['skip_cache']) },
      beforeStart: () => sudoWorks(context),
    })
    const skipped = /skip/i.test(done.stdout)
    return {
      outputs: { cache: skipped ? 'skipped' : 'used', parsed: 'tolerant' },
      summary: skipped ? 'kato leaves the cache out: every node downloads everything' : 'the cache is set up',
      changed: !skipped,
    }
  },
  probe: (context, args) =>
    probeHostWork(context, async () => {
      const isLeftOut = args['skip_cache'] === true || (await lookAtProfile(context)).both
      return { cache: isLeftOut ? 'skipped' : 'used', parsed: 'tolerant' }
    }),
}

export const cacheConditions: Action = {
  name: 'stackato.cache_conditions',
  title: 'Look whether the caching proxy will be used',
  description:
    'Looks on the core for the condition under which kato leaves the caching proxy out: `HTTP_PROXY` and `http_proxy` are both set in the default profile of the system (`/etc/profile`, `/etc/profile.d/*.sh`, `/etc/environment`). The values are not shown, because such an address may hold a password. The other condition is the argument `skip_cache` of the upgrade. With `require: used` a cache that would be left out is a failure of class `not_ready`.',
  with: object({
    require: choice('Require', '`used`: the cache has to be used. `nothing`: only look.', ['used', 'nothing'], {
      default: 'nothing',
    }),
  }),
  outputs: object(
    {
      will_be_used: flag('Will be used', 'False when kato will leave the caching proxy out.'),
      reason: text('Reason', 'Why it will be left out; empty when it will not.'),
    },
    ['will_be_used', 'reason'],
  ),
  capabilities: reads,
  duration: { expected_ms: 1000, worst_ms: minute },
  runs_on: 'target',
  example: {},
  describe: () => 'look for HTTP_PROXY and http_proxy in the system default profile',
  perform: async (context, args) => {
    const { both, found } = await lookAtProfile(context)
    const reason = both ? 'HTTP_PROXY and http_proxy are set in the default profile of the system' : ''
    const outputs = { will_be_used: !both, reason }
    if (both && args['require'] === 'used') {
      throw new ActionFailure('not_ready', `the caching proxy would be left out: ${reason}`, {
        advice:
          'Remove one of them from the profile for the time of the upgrade, or plan the time that it takes when every node downloads everything.',
        outputs,
        notApplied: true,
      })
    }
    const others = found.length > 0 ? `, only ${found.join()} is set in the default profile` : ''
    return { outputs, summary: both ? `left out: ${reason}` : `will be used${others}`, changed: false }
  },
}

async function lookAtProfile(context: ActionContext): Promise<ReturnType<typeof readProfile>> {
  const output = await runOnHost(context, ['sh', '-c', profileScript], { timeoutMs: 30_000 })
  if (output.exitCode !== 0 || !/(^|\n)end\s*$/.test(output.stdout))
    throw failureOf('looking at the default profile', output)
  return readProfile(output.stdout)
}
