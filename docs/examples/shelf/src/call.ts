import { type ActionContext, ActionFailure, isTainted, type JsonObject, type SystemView } from 'rollbook'

/** One request to the appliance. */
export interface Call {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  /** From `/v1` on, already encoded. */
  readonly path: string
  readonly body?: JsonObject
  /** Twice equals once at the appliance, although the method does not say so: the body carries an id. */
  readonly idempotent?: boolean
}

/**
 * Sends one request and reads the answer.
 *
 * @returns undefined when the appliance knows nothing at that path
 * @throws ActionFailure as the HTTP port does, and `refused`, `not_ready`, `process` by what the appliance answers
 */
export async function call(context: ActionContext, args: JsonObject, what: Call): Promise<JsonObject | undefined> {
  const system = systemOf(context, args)
  const response = await context.ports.http.request({
    method: what.method,
    url: `${system.address}${what.path}`,
    headers: { authorization: `Bearer ${await tokenOf(context, system)}`, 'content-type': 'application/json' },
    ...(what.body === undefined ? {} : { body: JSON.stringify(what.body) }),
    ...(what.idempotent === undefined ? {} : { idempotent: what.idempotent }),
    timeoutMs: context.deadlineMs,
    signal: context.signal,
  })
  const { status } = response
  if (status === 404) return undefined
  if (status === 401 || status === 403) {
    throw new ActionFailure('refused', `${system.name} refuses the token`, { advice: 'Check settings.token.' })
  }
  if (status === 409 || status === 503) {
    throw new ActionFailure('not_ready', `${system.name} is busy`, { advice: 'Try again in a while.' })
  }
  if (status >= 400) throw new ActionFailure(status < 500 ? 'refused' : 'process', `${system.name} answered ${status}`)
  return parse(response.body, system)
}

/** As {@link call}, where the appliance must know the path. */
export async function callFor(context: ActionContext, args: JsonObject, what: Call): Promise<JsonObject> {
  const answer = await call(context, args, what)
  if (answer !== undefined) return answer
  throw new ActionFailure('process', `${systemOf(context, args).name} does not know ${what.path}`)
}

/** The token must be right and the appliance there: what a rehearsal can ask without changing anything. */
export async function ask(context: ActionContext, args: JsonObject): Promise<void> {
  await callFor(context, args, { method: 'GET', path: '/v1/firmware' })
}

function parse(body: Uint8Array, system: SystemView): JsonObject {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  } catch {
    // Told below, like JSON of another form.
  }
  throw new ActionFailure('process', `${system.name} answered something that cannot be read`)
}

function systemOf(context: ActionContext, args: JsonObject): SystemView {
  const name = typeof args['system'] === 'string' ? args['system'] : undefined
  const system = context.system(name)
  if (system?.kind === 'shelf' && system.address !== undefined) return system
  throw new ActionFailure('process', `${name ?? 'the target'} is no system of kind "shelf" with an address`, {
    advice: 'Name one with the argument `system`, or give the target a `system`.',
    notApplied: true,
  })
}

async function tokenOf(context: ActionContext, system: SystemView): Promise<string> {
  const { token } = system.settings
  if (isTainted(token)) return await context.reveal(token)
  throw new ActionFailure('process', `the system ${system.name} has no secret settings.token`, {
    advice: 'Write token: {secret: {env: SHELF_TOKEN}}.',
    notApplied: true,
  })
}
