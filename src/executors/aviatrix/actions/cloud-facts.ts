/** What only the cloud of the controller knows. */
import { isJsonObject, type Json, type JsonObject } from '../../../base/json.ts'
import { type Action, type ActionContext, ActionFailure } from '../../../ports/executor.ts'
import { readsOnly } from '../../capabilities.ts'
import { flag, object, text } from '../../schema.ts'
import { controllerOf } from '../api.ts'
import { ask, callSchema, lookupFor } from '../lookup.ts'
import { failureOfRefusal } from '../refusal.ts'
import type { UnpublishedAction } from '../settings.ts'
import { minute, requireSchema, system } from './arguments-schema.ts'

async function factsOf(context: ActionContext, args: JsonObject, name: UnpublishedAction): Promise<JsonObject> {
  const controller = await controllerOf(context, args)
  const said = await ask(context, controller, lookupFor(controller, args, name), {})
  if (said.kind === 'refused') throw failureOfRefusal(name, said.reason)
  return isJsonObject(said.results) ? said.results : {}
}

function wordOf(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

export const controllerHa: Action = {
  name: 'aviatrix.controller_ha',
  title: 'Look at the Controller HA application',
  description:
    'Tells whether the Controller HA application (AWS) is in use and on its newest version. An older one fails as `not_ready`: renewing means switching the feature off and on again, days before the window, **never right before an upgrade**, because switching it off starts a new controller from the last backup. Neither is published as an API action: name a call whose answer has `enabled`, `version` and `latest_version`, for example a program that asks the cloud.',
  with: object({
    system,
    call: callSchema('controller_ha'),
    require: requireSchema('newest', 'an application that is not the newest one fails.'),
  }),
  outputs: object(
    {
      enabled: flag('Enabled', 'Controller HA is in use.'),
      version: text('Version', 'Of the application; empty where nothing tells.'),
      latest_version: text('Newest version', 'Empty where nothing tells.'),
      newest: flag('Newest', 'It is not in use, or on its newest version.'),
    },
    ['enabled', 'version', 'latest_version', 'newest'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 5000, worst_ms: 2 * minute },
  runs_on: 'both',
  example: { call: { command: ['controller-ha-facts', '--region', 'eu-central-1'] } },
  describe: () => 'state and version of the Controller HA application',
  async perform(context, args) {
    const facts = await factsOf(context, args, 'controller_ha')
    const enabled = /^(?:true|yes|enabled)$/i.test(wordOf(facts['enabled']))
    const version = wordOf(facts['version'])
    const latest = wordOf(facts['latest_version'])
    const newest = !enabled || (version !== '' && version === latest)
    const outputs = { enabled, version, latest_version: latest, newest }
    const summary = enabled
      ? `Controller HA ${version || 'of unknown version'}, newest ${latest || 'unknown'}`
      : 'no Controller HA'
    if (!newest && args['require'] !== 'nothing') {
      throw new ActionFailure('not_ready', summary, {
        outputs,
        advice: 'Renew it well before the window by switching it off and on; never right before an upgrade.',
        notApplied: true,
      })
    }
    return { outputs, summary, changed: false }
  },
}

export const instanceAttributes: Action = {
  name: 'aviatrix.instance_attributes',
  title: 'Look at the instance of the controller',
  description:
    'Tells type and CPU credits of the controller’s instance (AWS). With a platform image upgrade ahead, a t2 or t3 instance without the attribute Unlimited fails as `not_ready`. Not published as an API action: name a call whose answer has `instance_type` and `cpu_credits`, for example a program that asks the cloud.',
  with: object({
    system,
    call: callSchema('instance_attributes'),
    require: requireSchema('unlimited', 'a t2 or t3 instance without Unlimited fails.'),
  }),
  outputs: object(
    {
      instance_type: text('Instance type', 'Such as `t3.large`.'),
      cpu_credits: text('CPU credits', '`unlimited` or `standard`; empty where nothing tells.'),
      burstable: flag('Burstable', 'It is a t2 or t3.'),
    },
    ['instance_type', 'cpu_credits', 'burstable'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 5000, worst_ms: 2 * minute },
  runs_on: 'both',
  example: { call: { command: ['controller-instance-facts'] } },
  describe: () => 'type and CPU credits of the controller’s instance',
  async perform(context, args) {
    const facts = await factsOf(context, args, 'instance_attributes')
    const type = wordOf(facts['instance_type'])
    const credits = wordOf(facts['cpu_credits'])
    const burstable = /^t[23]\./.test(type)
    const outputs = { instance_type: type, cpu_credits: credits, burstable }
    const summary = `${type || 'unknown type'}, CPU credits ${credits || 'unknown'}`
    if (burstable && credits !== 'unlimited' && args['require'] !== 'nothing') {
      throw new ActionFailure('not_ready', summary, {
        outputs,
        advice: 'Switch the attribute Unlimited of the instance on before a platform image upgrade.',
        notApplied: true,
      })
    }
    return { outputs, summary, changed: false }
  },
}
