import type { Json, JsonObject } from '../../../base/json.ts'
import { isTainted } from '../../../base/secret.ts'
import { type Action, type ActionContext, ActionFailure } from '../../../ports/executor.ts'
import { list, object } from '../../schema.ts'
import { type HostOutput, loginShell, runOnHost } from '../kato.ts'
import { minute, reads } from './capabilities.ts'

/** curl's exit codes that mean: nothing answered. Others come from somebody at the other end. */
const silent: Readonly<Record<number, string>> = {
  5: 'the name of the proxy is unknown',
  6: 'the name is unknown',
  7: 'refused',
  28: 'no answer in time',
  127: 'curl is not installed',
}

export const proxyProperty: JsonObject = {
  title: 'Proxy',
  description:
    'Address of the upstream proxy, exported as `http_proxy` (and `https_proxy`) for this command only. May be a secret input, because such an address may hold a password; it reaches the node by the environment.',
  'x-secret': true,
  examples: ['http://proxy.example.com:3128'],
}

/** How a preview shows the proxy: its address may hold a password, so it never stands there itself. */
export function proxyWords(given: Json | undefined): string {
  return given === undefined || given === '' ? '' : 'http_proxy=••• '
}

/** Environment for a command that has to go through the upstream proxy. */
export async function proxyEnvironment(
  context: ActionContext,
  given: Json | undefined,
): Promise<Record<string, string>> {
  if (typeof given !== 'string' && !isTainted(given)) return {}
  const proxy = await context.reveal(given)
  return proxy === '' ? {} : { http_proxy: proxy, https_proxy: proxy }
}

export const destinationsReachable: Action = {
  name: 'stackato.destinations_reachable',
  title: 'Check the destinations of the upgrade',
  description:
    'Connects from the node to every destination that the upgrade needs, with `curl`, through the proxy when one is given. Any answer of the far side counts, whatever its status; silence, a refusal and an unknown name do not. The list depends on the site (mirrors), so it is an argument. The failure is of class `not_ready` and names what is missing.',
  with: object(
    {
      destinations: list(
        'Destinations',
        'Host and port; 443 is asked by HTTPS, all others by HTTP.',
        { type: 'string', pattern: '^[A-Za-z0-9._-]+:[0-9]{1,5}$' },
        { minItems: 1, examples: [['component-images.stackato.com:443', 'docker.stackato.com:443']] },
      ),
      http_proxy: proxyProperty,
    },
    ['destinations'],
  ),
  outputs: object(
    {
      reached: list('Reached', 'Destinations that answered.', { type: 'string' }),
      missing: list('Missing', 'Destinations that did not.', { type: 'string' }),
    },
    ['reached', 'missing'],
  ),
  capabilities: reads,
  duration: { expected_ms: 10_000, worst_ms: 10 * minute },
  runs_on: 'target',
  example: { destinations: ['component-images.stackato.com:443', 'upgrade.stackato.com:443'] },
  describe: (args) =>
    `${proxyWords(args['http_proxy'])}curl --connect-timeout 10 ${destinationsOf(args).map(urlOf).join(' ')}`,
  perform: async (context, args) => {
    const env = await proxyEnvironment(context, args['http_proxy'])
    const reached: string[] = []
    const missing: string[] = []
    for (const destination of destinationsOf(args)) {
      const words = [
        'curl',
        '-sS',
        '-o',
        '/dev/null',
        '--connect-timeout',
        '10',
        '--max-time',
        '20',
        urlOf(destination),
      ]
      const output = await runOnHost(context, loginShell(words), { env, timeoutMs: 40_000 })
      const problem = silent[output.exitCode] ?? refusedByProxy(output)
      context.log(`${destination}: ${problem ?? 'answers'}`)
      if (problem) missing.push(`${destination} (${problem})`)
      else reached.push(destination)
    }
    if (missing.length > 0) {
      throw new ActionFailure('not_ready', `cannot be reached: ${missing.join(', ')}`, {
        advice: 'Open the firewall for them, give the proxy, or name a mirror that can be reached.',
        outputs: { reached, missing },
      })
    }
    return { outputs: { reached, missing }, summary: `${reached.length} destinations answer`, changed: false }
  },
}

/** A proxy that refuses the way speaks for itself and not for the destination; curl ends with 56, newer ones with 97. */
function refusedByProxy({ exitCode, stderr }: HostOutput): string | undefined {
  const said = /from proxy after CONNECT|CONNECT tunnel failed|proxy handshake/i.test(stderr)
  return exitCode === 97 || (exitCode === 56 && said) ? 'the proxy does not let it through' : undefined
}

function destinationsOf(args: JsonObject): readonly string[] {
  const given = args['destinations']
  return Array.isArray(given) ? given.map(String) : []
}

function urlOf(destination: string): string {
  return destination.endsWith(':443') ? `https://${destination}/` : `http://${destination}/`
}
