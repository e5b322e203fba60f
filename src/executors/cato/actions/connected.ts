import { type Action, ActionFailure } from '../../../ports/executor.ts'
import { readsOnly } from '../../capabilities.ts'
import { choice, flag, object, text } from '../../schema.ts'
import { healthOf, poolOf } from '../api.ts'
import { minute, system } from './arguments-schema.ts'

const requireSchema = choice(
  'Require',
  '`connected`: anything else fails. `nothing`: only look.',
  ['connected', 'nothing'],
  { default: 'connected' },
)

export const siteConnected: Action = {
  name: 'cato.site_connected',
  title: 'Look whether the site is connected',
  description:
    'Asks the account snapshot whether the target’s site is connected to its PoP, through any of its Sockets, and active. Otherwise it fails as `unhealthy`. Fit for an acceptance criterion with a baseline.',
  with: object({ system, require: requireSchema }),
  outputs: object(
    {
      connected: flag('Connected', 'The site is connected.'),
      operational_status: text('Operational status', '`active`, `disabled`, `locked` or `new`.'),
      pop: text('PoP', 'Where it is connected; empty without a connection.'),
    },
    ['connected', 'operational_status', 'pop'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 1000, worst_ms: minute },
  runs_on: 'target',
  example: {},
  describe: (_args, target) => `account snapshot: is site ${target?.site ?? 'of the target'} connected?`,
  async perform(context, args) {
    const { site } = await healthOf(context, await poolOf(context, args))
    const outputs = { connected: site.connected, operational_status: site.operational, pop: site.pop }
    const isGood = site.connected && site.operational === 'active'
    const summary = `site ${site.name} is ${site.connected ? `connected to ${site.pop}` : 'disconnected'}, ${site.operational}`
    if (!isGood && args['require'] !== 'nothing') {
      throw new ActionFailure('unhealthy', summary, {
        outputs,
        advice: 'Check the links of the site and the state of its Sockets in the console.',
      })
    }
    return { outputs, summary, changed: false }
  },
}

export const socketConnected: Action = {
  name: 'cato.socket_connected',
  title: 'Look whether the Socket is connected',
  description:
    'Asks the account snapshot whether the target itself is connected to its PoP: the command for an upgrade reaches it no other way. Otherwise it fails as `unreachable`, so that a rollout can skip the Socket and try it again with the next release.',
  with: object({ system, require: requireSchema }),
  outputs: object(
    {
      connected: flag('Connected', 'The Socket is connected.'),
      version: text('Version', 'What it runs; empty when the API does not tell.'),
    },
    ['connected', 'version'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 1000, worst_ms: minute },
  runs_on: 'target',
  example: {},
  describe: (_args, target) => `account snapshot: is Socket ${target?.name ?? ''} connected?`,
  async perform(context, args) {
    const { device } = await healthOf(context, await poolOf(context, args))
    const outputs = { connected: device.connected, version: device.version }
    if (!device.connected && args['require'] !== 'nothing') {
      throw new ActionFailure('unreachable', `Socket ${device.name} is not connected to its PoP`, {
        outputs,
        advice: 'See that it is connected and healthy; it goes with the next release, or by hand.',
        notApplied: true,
      })
    }
    return {
      outputs,
      summary: `Socket ${device.name} is ${device.connected ? 'connected' : 'not connected'}`,
      changed: false,
    }
  },
}
