/** One exchange with the controller, told apart by what it means for trying again. */
import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts'
import { ActionFailure } from '../../ports/executor.ts'
import type { Http, HttpResponse } from '../../ports/http.ts'
import { decode } from '../command.ts'
import { parseJson } from '../json-pointer.ts'

export type Endpoint = 'v1' | 'v2' | 'backend1'

const paths: Readonly<Record<Endpoint, string>> = { v1: '/v1/api', v2: '/v2/api', backend1: '/v1/backend1' }

export interface Access {
  readonly http: Http
  readonly origin: string
  readonly ca: string | undefined
  readonly insecure: boolean
}

export interface Call {
  readonly endpoint: Endpoint
  /** Changes go by POST, except where the oldest generation wants GET. */
  readonly method: 'GET' | 'POST'
  readonly action: string
  readonly params: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** May go out twice. */
  readonly isRead: boolean
  /** Milliseconds of our clock. */
  readonly timeoutMs: number
}

export type Exchange =
  /** `return: true`. */
  | { readonly kind: 'answer'; readonly body: JsonObject }
  /** `return: false`, with status 200 like everything else. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** A body that is no envelope: the bare id and the progress of the older generations. */
  | { readonly kind: 'other'; readonly value: Json }
  /** The web server in front answers for a controller that restarts. */
  | { readonly kind: 'restarting'; readonly what: string }
  /** This controller has no such endpoint. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly failure: ActionFailure }

export async function exchange(access: Access, call: Call, signal: AbortSignal): Promise<Exchange> {
  const form = new URLSearchParams({ action: call.action, ...call.params }).toString()
  const url = `${access.origin}${paths[call.endpoint]}`
  const isGet = call.method === 'GET'
  try {
    const response = await access.http.request({
      method: call.method,
      url: isGet ? `${url}?${form}` : url,
      headers: {
        accept: 'application/json',
        ...(isGet ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...call.headers,
      },
      ...(isGet ? {} : { body: form }),
      timeoutMs: call.timeoutMs,
      signal,
      idempotent: call.isRead,
      ...(access.ca === undefined ? {} : { ca: access.ca }),
      ...(access.insecure ? { insecure: true } : {}),
    })
    return understand(response, call.action)
  } catch (error) {
    if (error instanceof ActionFailure) return { kind: 'failed', failure: error }
    throw error
  }
}

/** What a web server says in place of a controller, also with status 200. */
const restartPage = /503 Service (?:Temporarily )?Unavailable|502 (?:Proxy Error|Bad Gateway)/i

function understand(response: HttpResponse, action: string): Exchange {
  const { status } = response
  const text = decode(response.body).trim()
  if (status === 502 || status === 503 || status === 504) return { kind: 'restarting', what: `status ${status}` }
  if (status === 404) return { kind: 'missing' }
  if (status === 401 || status === 403) {
    const failure = new ActionFailure('refused', `controller: ${action} was answered with status ${status}`, {
      advice: 'Check the user of the system, its password, and who may reach the controller.',
      notApplied: true,
    })
    return { kind: 'failed', failure }
  }
  const parsed = parseJson(text)
  if (parsed === undefined) {
    if (restartPage.test(text)) return { kind: 'restarting', what: 'a page of the web server' }
    const failure = new ActionFailure('process', `controller: the answer to ${action} is no JSON (status ${status})`, {
      advice: 'It may have been cut off; look for a proxy that changes answers, and try again.',
    })
    return { kind: 'failed', failure }
  }
  if (status !== 200) {
    const failure = new ActionFailure('process', `controller: ${action} was answered with status ${status}`)
    return { kind: 'failed', failure }
  }
  const body = parsed.value
  if (!isJsonObject(body) || typeof body['return'] !== 'boolean') return { kind: 'other', value: body }
  if (body['return']) return { kind: 'answer', body }
  const reason = body['reason']
  return { kind: 'refused', reason: typeof reason === 'string' && reason !== '' ? reason : 'no reason was given' }
}
