import { type Action, ActionFailure } from '../../../ports/executor.ts'
import { readsOnly } from '../../capabilities.ts'
import { choice, list, object, text, whole } from '../../schema.ts'
import { controllerOf, gatewayNameOf } from '../api.ts'
import type { Controller } from '../controller.ts'
import { someOf } from '../level.ts'
import { minute, requireSchema, system } from './arguments-schema.ts'
import { isUp } from './gateway-status.ts'

const names = (title: string, description: string) =>
  list(title, description, text('Tunnel', 'Both ends, as `first~second`.'))

export const tunnels: Action = {
  name: 'aviatrix.tunnels',
  title: 'Look whether the tunnels are up',
  description:
    'Reads the peerings of the controller, or on a target those that end at its gateway. A tunnel that is not up fails it as `unhealthy`. Keepalives notice a dead gateway only after two minutes with the default template: look again after a soak that is longer. Fit for an acceptance criterion with a baseline.',
  with: object({
    system,
    require: requireSchema('up', 'a tunnel that is not up fails.'),
    peers: choice(
      'Peers',
      '`all`: every tunnel counts. `up`: not those to another gateway that is down or being upgraded itself, so that a gateway is not blamed for its neighbour.',
      ['all', 'up'],
      { default: 'all' },
    ),
  }),
  outputs: object(
    {
      count: whole('Tunnels', 'Number of tunnels.'),
      up: names('Up', 'Tunnels that are up.'),
      down: names('Down', 'Tunnels that are not.'),
      not_counted: names('Not counted', 'Tunnels to gateways that are away, with `peers: up`.'),
    },
    ['count', 'up', 'down', 'not_counted'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 2000, worst_ms: minute },
  runs_on: 'both',
  example: {},
  describe: (_args, target) => `list_peer_vpc_pairs${target === undefined ? '' : ` of ${target.name}`}`,
  async perform(context, args) {
    const controller = await controllerOf(context, args)
    const own = context.target === undefined ? undefined : gatewayNameOf(context)
    const results = await controller.read('list_peer_vpc_pairs', {}, context.signal)
    const away = args['peers'] === 'up' ? await awayNow(controller, context.signal) : new Set<string>()
    const all = results
      .at('pair_list')
      .items()
      .map((item) => ({
        ends: [item.at('vpc_name1').text(), item.at('vpc_name2').text()],
        state: item.at('peering_state').text(),
      }))
      .filter(({ ends }) => own === undefined || ends.includes(own))
    const isToAway = (ends: readonly string[]): boolean => ends.some((end) => end !== own && away.has(end))
    const pairs = all.filter(({ ends }) => !isToAway(ends))
    const named = (isUp: boolean): string[] =>
      pairs.filter(({ state }) => (state.toLowerCase() === 'up') === isUp).map(({ ends }) => ends.join('~'))
    const notCounted = all.filter(({ ends }) => isToAway(ends)).map(({ ends }) => ends.join('~'))
    const outputs = { count: pairs.length, up: named(true), down: named(false), not_counted: notCounted }
    const summary = `${outputs.up.length} of ${outputs.count} tunnels are up`
    if (outputs.down.length > 0 && args['require'] !== 'nothing') {
      throw new ActionFailure('unhealthy', `${summary}; not ${someOf(outputs.down)}`, {
        outputs,
        advice: 'Bring every tunnel up before anything is upgraded; after an image upgrade they need some minutes.',
      })
    }
    return { outputs, summary, changed: false }
  },
}

/** Gateways that are down or being upgraded. */
async function awayNow(controller: Controller, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const gateways = await controller.gateways(controller.clock.now(), signal)
  return new Set(gateways.filter((gateway) => !isUp(gateway)).map(({ name }) => name))
}
