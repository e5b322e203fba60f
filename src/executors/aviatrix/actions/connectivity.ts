import { isJsonObject } from '../../../base/json.ts'
import { type Action, ActionFailure } from '../../../ports/executor.ts'
import { textList } from '../../arguments.ts'
import { readsOnly } from '../../capabilities.ts'
import { flag, list, object, text } from '../../schema.ts'
import { shown } from '../../wording.ts'
import { controllerOf } from '../api.ts'
import { ask, callSchema, lookupFor, type Said } from '../lookup.ts'
import { minute, system } from './arguments-schema.ts'

export const connectivity: Action = {
  name: 'aviatrix.connectivity',
  title: 'Reach public services from the controller',
  description:
    'Lets the controller itself ping hosts and open TCP ports, as its network utilities do in the console. Names are resolved by the controller, so its DNS is tried too. Whatever cannot be reached fails as `not_ready`. The API actions are not published: see `ping_call` and `port_call`.',
  with: object({
    system,
    ping: list('Ping', 'Hosts to ping.', text('Host', 'Name or address.')),
    ports: list(
      'Ports',
      'Ports to open.',
      text('Port', 'Host and port, such as `www.github.com:443`.', { pattern: '^[A-Za-z0-9.-]+:[0-9]+$' }),
    ),
    ping_call: callSchema('ping'),
    port_call: callSchema('port_test'),
  }),
  outputs: object(
    {
      results: list(
        'Results',
        'In the order of the question.',
        object(
          {
            what: text('What', 'Host, or host and port.'),
            reachable: flag('Reachable', 'It answered.'),
            said: text('Said', 'In the controller’s words, shortened.'),
          },
          ['what', 'reachable', 'said'],
        ),
      ),
      failed: list('Failed', 'What cannot be reached.', text('What', 'Host, or host and port.')),
    },
    ['results', 'failed'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 10_000, worst_ms: 5 * minute },
  runs_on: 'both',
  example: { ping: ['www.google.com'], ports: ['www.security.aviatrix.com:443', 'www.github.com:22'] },
  describe: (args) =>
    `from the controller: ${[shown(args['ping']), shown(args['ports'])].filter((each) => each !== '').join(' and ') || 'nothing'}`,
  async perform(context, args) {
    const controller = await controllerOf(context, args)
    const results: { what: string; reachable: boolean; said: string }[] = []
    for (const host of textList(args, 'ping')) {
      const lookup = lookupFor(controller, { call: args['ping_call'] ?? null }, 'ping')
      results.push(judged(context.hide, host, await ask(context, controller, lookup, { host })))
    }
    for (const what of textList(args, 'ports')) {
      const lookup = lookupFor(controller, { call: args['port_call'] ?? null }, 'port_test')
      const [host = '', port = ''] = what.split(':')
      results.push(judged(context.hide, what, await ask(context, controller, lookup, { host, port, protocol: 'tcp' })))
    }
    const failed = results.filter(({ reachable }) => !reachable)
    const outputs = { results, failed: failed.map(({ what }) => what) }
    if (failed.length > 0) {
      const words = failed.map(({ what, said }) => `${what} (${said})`).join(', ')
      throw new ActionFailure('not_ready', `the controller cannot reach ${words}`, {
        outputs,
        advice: 'Check DNS, routes and security groups of the controller: 443 inbound, 22 and 443 outbound.',
        notApplied: true,
      })
    }
    return { outputs, summary: `${results.length} reached`, changed: false }
  },
}

/** The form of the answer is not published: a refusal, `reachable: false` and words of failure say no. */
function judged(
  hide: (text: string) => string,
  what: string,
  said: Said,
): { what: string; reachable: boolean; said: string } {
  if (said.kind === 'refused') return { what, reachable: false, said: shortened(hide, said.reason) }
  const { results } = said
  const words = typeof results === 'string' ? results : JSON.stringify(results)
  const flagged = isJsonObject(results) && results['reachable'] === false
  const isBad = /unreachable|timed? ?out|100% packet loss|could not|cannot|refused|unknown host|fail/i.test(words)
  return { what, reachable: !flagged && !isBad, said: shortened(hide, words) }
}

function shortened(hide: (text: string) => string, words: string): string {
  const line = hide(words.trim().replace(/\s+/g, ' '))
  return line.length > 200 ? `${line.slice(0, 200)}…` : line
}
