import type { JsonObject } from '../../../base/json.ts'
import { type Action, type ActionContext, ActionFailure, type ActionResult } from '../../../ports/executor.ts'
import { requiredText } from '../../arguments.ts'
import { readsOnly } from '../../capabilities.ts'
import { choice, object } from '../../schema.ts'
import { controllerOf } from '../api.ts'
import { minute, system } from './arguments-schema.ts'

const states = ['enabled', 'disabled'] as const
const stateSchema = choice('VPC DNS server', 'State of the switch for the VPC or VNET DNS server.', states)

async function stateOf(context: ActionContext, args: JsonObject): Promise<(typeof states)[number]> {
  const controller = await controllerOf(context, args)
  const results = await controller.read('get_controller_vpc_dns_server_status', {}, context.signal)
  return results.text() === 'Enabled' ? 'enabled' : 'disabled'
}

export const controllerDns: Action = {
  name: 'aviatrix.controller_dns',
  title: 'Read which DNS server the controller uses',
  description:
    'Reads the switch for the VPC or VNET DNS server (AWS and Azure): enabled, the controller asks that one; disabled, it asks 8.8.8.8. With `require` the other state fails as `not_ready`. Whether names resolve is told by `aviatrix.connectivity`.',
  with: object({
    system,
    require: choice('Require', 'The state that it has to have; `nothing` only looks.', ['nothing', ...states], {
      default: 'nothing',
    }),
  }),
  outputs: object({ vpc_dns_server: stateSchema }, ['vpc_dns_server']),
  capabilities: readsOnly,
  duration: { expected_ms: 1000, worst_ms: minute },
  runs_on: 'both',
  example: { require: 'disabled' },
  describe: () => 'get_controller_vpc_dns_server_status',
  async perform(context, args) {
    const state = await stateOf(context, args)
    const outputs = { vpc_dns_server: state }
    const wanted = args['require']
    if ((wanted === 'enabled' || wanted === 'disabled') && wanted !== state) {
      throw new ActionFailure('not_ready', `the VPC DNS server is ${state}`, {
        outputs,
        advice: 'Switch it with aviatrix.vpc_dns_server.',
        notApplied: true,
      })
    }
    return { outputs, summary: `the VPC DNS server is ${state}`, changed: false }
  },
}

export const vpcDnsServer: Action = {
  name: 'aviatrix.vpc_dns_server',
  title: 'Switch the VPC DNS server of the controller',
  description:
    'Enables or disables the VPC or VNET DNS server of the controller (AWS and Azure); disabled, the controller asks 8.8.8.8 for public names.',
  with: object({ system, state: choice('State', 'The state to bring about.', states) }, ['state']),
  outputs: object(
    {
      vpc_dns_server: stateSchema,
      previous: choice('Previous', 'State before, to go back to.', states),
    },
    ['vpc_dns_server', 'previous'],
  ),
  capabilities: {
    effect: 'change',
    idempotent: true,
    probe: true,
    dry_run: true,
    reversible: true,
    resumable: false,
  },
  duration: { expected_ms: 5000, worst_ms: minute },
  runs_on: 'both',
  example: { state: 'disabled' },
  describe: (args) => `${args['state'] === 'enabled' ? 'enable' : 'disable'}_controller_vpc_dns_server`,
  async perform(context, args) {
    return await switchTo(context, args, requiredText(args, 'state'))
  },
  async probe(context, args) {
    const state = await stateOf(context, args)
    return {
      state: state === requiredText(args, 'state') ? 'applied' : 'not_applied',
      outputs: { vpc_dns_server: state, previous: state },
      summary: `the VPC DNS server is ${state}`,
    }
  },
  async dryRun(context, args) {
    const state = await stateOf(context, args)
    const wanted = requiredText(args, 'state')
    const what = state === wanted ? `is ${state} already` : `is ${state}, and would be ${wanted}`
    return { coverage: 'simulated', summary: `the VPC DNS server ${what}` }
  },
  async undo(context, args, outputs) {
    return await switchTo(context, args, requiredText(outputs, 'previous'))
  },
}

async function switchTo(context: ActionContext, args: JsonObject, wanted: string): Promise<ActionResult> {
  const previous = await stateOf(context, args)
  if (previous !== wanted) {
    const controller = await controllerOf(context, args)
    const verb = wanted === 'enabled' ? 'enable' : 'disable'
    await controller.change(`${verb}_controller_vpc_dns_server`, {}, context.signal)
  }
  return {
    outputs: { vpc_dns_server: wanted, previous },
    summary: previous === wanted ? `was ${wanted} already` : `${previous} → ${wanted}`,
    changed: previous !== wanted,
  }
}
