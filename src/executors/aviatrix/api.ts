import type { JsonObject } from '../../base/json.ts'
import { type ActionContext, ActionFailure, type TargetView } from '../../ports/executor.ts'
import type { Files } from '../../ports/files.ts'
import type { Http } from '../../ports/http.ts'
import { decode } from '../command.ts'
import { Controller } from './controller.ts'
import type { GatewayRow } from './gateway.ts'
import { aviatrixSystem, readSettings, revealPassword } from './settings.ts'

/** One per controller and HTTP port, as the connections themselves are kept: nothing outlives the port. */
const controllers = new WeakMap<Http, Map<string, Controller>>()

/** The shared controller that the call speaks to. */
export async function controllerOf(context: ActionContext, args: JsonObject): Promise<Controller> {
  const system = aviatrixSystem(context, args)
  const settings = readSettings(system)
  const { http, files, clock } = context.ports
  const password = await revealPassword(context, system)
  const ca = settings.caFile === undefined ? undefined : await readAuthorities(files, settings.caFile)
  const access = { http, origin: settings.origin, ca, insecure: settings.insecure }
  const credentials = { username: settings.username, password }
  let byOrigin = controllers.get(http)
  if (byOrigin === undefined) controllers.set(http, (byOrigin = new Map()))
  const name = JSON.stringify(settings)
  const known = byOrigin.get(name)
  if (known) {
    known.access = access
    known.credentials = credentials
    return known
  }
  const controller = new Controller(clock, settings, access, credentials)
  byOrigin.set(name, controller)
  return controller
}

async function readAuthorities(files: Files, path: string): Promise<string> {
  try {
    return decode(await files.read(path))
  } catch (error) {
    throw new ActionFailure('process', `the file of authorities ${path} cannot be read`, {
      advice: 'Correct settings.ca_file of the system.',
      notApplied: true,
      cause: error,
    })
  }
}

/** Name of the target's gateway at the controller: `attributes.gateway`, else the name of the target. */
export function gatewayNameOf(context: ActionContext): string {
  const { target } = context
  if (target !== undefined) return nameOf(target)
  throw new ActionFailure('process', 'this action needs a target', { advice: 'Give the step `on`.', notApplied: true })
}

function nameOf(target: TargetView): string {
  const own = target.attributes['gateway']
  return typeof own === 'string' && own !== '' ? own : target.name
}

/** The target's gateway, and the other member of its pair, from a list that was read at `notBefore` or later. */
export async function gatewayOf(
  context: ActionContext,
  controller: Controller,
  notBefore: number,
): Promise<{ readonly gateway: GatewayRow; readonly twin: GatewayRow | undefined }> {
  const name = gatewayNameOf(context)
  const rows = await controller.gateways(notBefore, context.signal)
  const gateway = rows.find((row) => row.name === name)
  if (gateway !== undefined) {
    return { gateway, twin: rows.find((row) => row.pair === gateway.pair && row.name !== gateway.name) }
  }
  throw new ActionFailure('process', `the controller has no gateway "${name}"`, {
    advice: 'Give the target `attributes.gateway`; aviatrix.gateways lists all.',
    notApplied: true,
  })
}
