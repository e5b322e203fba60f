/** One exchange with the endpoint: what came back, told apart by what it means for trying again. */
import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts'
import { refuseWhenAborted } from '../../ports/abort.ts'
import { ActionFailure } from '../../ports/executor.ts'
import type { Http, HttpResponse } from '../../ports/http.ts'
import { Answer } from '../answer.ts'
import { gunzip } from './gunzip.ts'
import { driftOfMessage } from './schema-drift.ts'

export interface Access {
  readonly http: Http
  readonly url: string
  readonly accountId: string
  /** Text of the API key; goes into a header and nowhere else. */
  readonly key: string
  readonly ca: string | undefined
}

export interface GraphqlRequest {
  readonly operation: string
  readonly query: string
  readonly variables: JsonObject
}

export type Exchange =
  | { readonly kind: 'answer'; readonly data: Answer }
  | { readonly kind: 'rate_limited' }
  /** `transient`: the same call may succeed later. `executed`: `no` when the far side did nothing for certain. */
  | {
      readonly kind: 'failed'
      readonly failure: ActionFailure
      readonly transient: boolean
      readonly executed: 'no' | 'perhaps'
    }

const timeoutMs = 30_000

/** @param isRead - may go out twice */
export async function exchange(
  access: Access,
  request: GraphqlRequest,
  isRead: boolean,
  signal: AbortSignal,
): Promise<Exchange> {
  let response: HttpResponse
  refuseWhenAborted(signal, `asking for ${request.operation}`)
  try {
    response = await access.http.request({
      method: 'POST',
      url: access.url,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        'accept-encoding': 'gzip',
        'x-api-key': access.key,
        'x-account-id': access.accountId,
      },
      body: JSON.stringify({ query: request.query, variables: request.variables }),
      timeoutMs,
      signal,
      idempotent: isRead,
      ...(access.ca === undefined ? {} : { ca: access.ca }),
    })
  } catch (error) {
    if (!(error instanceof ActionFailure)) throw error
    const transient = error.class === 'unreachable' || error.class === 'timeout'
    // Called off while it was under way, or with an answer that is none: the far side may have had the request.
    const isCertain = !signal.aborted && (transient || error.class === 'refused')
    return { kind: 'failed', failure: error, transient, executed: isCertain ? 'no' : 'perhaps' }
  }
  return await understand(response)
}

async function understand(response: HttpResponse): Promise<Exchange> {
  const trace = response.headers['trace_id']
  const told = (text: string): string => `Cato API: ${text}${trace === undefined ? '' : ` (trace ${trace})`}`
  const { status } = response
  if (status === 429) return { kind: 'rate_limited' }
  const failed = (failure: ActionFailure, transient: boolean, executed: 'no' | 'perhaps'): Exchange => ({
    kind: 'failed',
    failure,
    transient,
    executed,
  })
  if (status === 401 || status === 403) return failed(refusedKey(told(`answered ${status}`)), false, 'no')
  if (status >= 500) {
    const failure = new ActionFailure('unreachable', told(`answered ${status}`), {
      advice: 'The service behind the gateway does not answer; look at the vendor’s status page.',
    })
    return failed(failure, true, 'perhaps')
  }
  if (status !== 200) return failed(new ActionFailure('refused', told(`answered ${status}`)), false, 'no')
  const body = await bodyOf(response)
  if (body === undefined) {
    const failure = new ActionFailure('process', told('the answer is no JSON object; it may have been cut off'), {
      advice: 'Look for a proxy that changes answers; try again.',
    })
    return failed(failure, true, 'perhaps')
  }
  const messages = messagesOf(body)
  if (messages.some((message) => /rate.?limit/i.test(message))) return { kind: 'rate_limited' }
  const message = messages.join('; ')
  // As a status from 500 on: whatever broke there may have broken after the work.
  if (brokenService.test(message)) return failed(new ActionFailure('unreachable', told(message)), true, 'perhaps')
  if (messages.length > 0) return failed(failureOf(message, told), false, holdsValue(body['data']) ? 'perhaps' : 'no')
  return { kind: 'answer', data: new Answer(body['data'], '', 'Cato API') }
}

const brokenService = /internal (server |service )?error|unexpected error|timed ?out|service unavailable|bad gateway/i

/** Anything but lists and objects without content: a part of the request was carried out although errors are told. */
function holdsValue(value: Json | undefined): boolean {
  if (value === undefined || value === null) return false
  return typeof value !== 'object' || Object.values(value).some((each: Json) => holdsValue(each))
}

async function bodyOf(response: HttpResponse): Promise<JsonObject | undefined> {
  try {
    const isZipped = response.headers['content-encoding'] === 'gzip'
    const bytes = isZipped ? await gunzip(response.body) : response.body
    const value = JSON.parse(new TextDecoder().decode(bytes)) as Json
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Errors come in answers with status 200, under one of several names. */
function messagesOf(body: JsonObject): readonly string[] {
  return ['errors', 'graphqlErrors', 'networkErrors'].flatMap((name) => {
    const list = body[name]
    if (list === undefined || list === null) return []
    const items: readonly Json[] = Array.isArray(list) ? list : [list]
    return items.map((item) => {
      const message = isJsonObject(item) ? item['message'] : item
      return typeof message === 'string' ? message : JSON.stringify(item)
    })
  })
}

function failureOf(message: string, told: (text: string) => string): ActionFailure {
  if (/cannot query field|unknown argument|unknown type|is not defined by type/i.test(message)) {
    return driftOfMessage(message)
  }
  if (/authenti|api.?key|unauthori[sz]ed|permission|forbidden/i.test(message)) return refusedKey(told(message))
  return new ActionFailure('refused', told(message), { notApplied: true })
}

function refusedKey(message: string): ActionFailure {
  return new ActionFailure('refused', message, {
    advice: 'Check the API key of the system, what it may do, and its account id.',
    notApplied: true,
  })
}
