import { isJsonObject } from '../../base/json.ts'
import { ActionFailure } from '../../ports/executor.ts'
import { type Access, type Call, type Exchange, exchange } from './wire.ts'

export interface Session {
  readonly endpoint: 'v1' | 'v2'
  /** What every call carries. */
  readonly cid: string
}

export interface Credentials {
  readonly username: string
  readonly password: string
}

/** How long a controller may take for one answer, milliseconds of its clock. */
export const answerMs = 60_000

/**
 * Logs in at the first of the endpoints that the controller has. On the newer one a token comes first; a controller
 * that gives none is asked without it.
 *
 * @returns the session, or why there is none
 */
export async function logIn(
  access: Access,
  credentials: Credentials,
  endpoints: readonly ('v1' | 'v2')[],
  signal: AbortSignal,
): Promise<Session | Exclude<Exchange, { readonly kind: 'answer' | 'other' }>> {
  for (const endpoint of endpoints) {
    const outcome = await logInAt(access, credentials, endpoint, signal)
    if ('cid' in outcome || outcome.kind !== 'missing') return outcome
  }
  return { kind: 'missing' }
}

async function logInAt(
  access: Access,
  { username, password }: Credentials,
  endpoint: 'v1' | 'v2',
  signal: AbortSignal,
): Promise<Session | Exclude<Exchange, { readonly kind: 'answer' | 'other' }>> {
  // A login twice gives two sessions, and the first one simply ends.
  const shape = { endpoint, isRead: true, timeoutMs: answerMs } as const
  let headers: Call['headers'] = {}
  if (endpoint === 'v2') {
    const asked = await exchange(access, { ...shape, method: 'GET', action: 'get_api_token', params: {} }, signal)
    if (asked.kind === 'missing' || asked.kind === 'restarting' || asked.kind === 'failed') return asked
    const results = asked.kind === 'answer' ? asked.body['results'] : undefined
    const token = isJsonObject(results) ? results['api_token'] : undefined
    if (typeof token === 'string' && token !== '') headers = { 'x-access-key': token }
  }
  const params = { username, password }
  const reply = await exchange(access, { ...shape, method: 'POST', action: 'login', params, headers }, signal)
  if (reply.kind === 'other') return noSession()
  if (reply.kind !== 'answer') return reply
  // The session id stands beside `results`, not inside.
  const cid = reply.body['CID']
  return typeof cid === 'string' && cid !== '' ? { endpoint, cid } : noSession()
}

function noSession(): Exclude<Exchange, { readonly kind: 'answer' | 'other' }> {
  const failure = new ActionFailure('process', 'controller: the answer to the login carries no CID', {
    advice: 'The API has changed: update Rollbook, and go on by hand until then.',
    outputs: { field: 'CID' },
    notApplied: true,
  })
  return { kind: 'failed', failure }
}
