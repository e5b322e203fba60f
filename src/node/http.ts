import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { failureOfAbort, refuseWhenAborted } from '../ports/abort.ts'
import { ActionFailure } from '../ports/executor.ts'
import type { Http, HttpRequest, HttpResponse } from '../ports/http.ts'
import { errorCode, failureOfNetwork } from './network-failure.ts'
import { timerMs } from './timer.ts'
import { trustContext } from './trust.ts'

const bodyBytesMaxDefault = 16 << 20
const redirectsMax = 10
/** A kept connection is dropped after this, before most servers drop it under our hands. */
const keepAliveMs = 4000
const idempotentMethods = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])

export interface HttpOptions {
  /** Told once per origin for which certificates go unchecked. */
  readonly onInsecure?: (message: string) => void
}

/** HTTP/1.1 over pools of kept connections, one pool per set of trusted authorities. */
export function makeHttp(options: HttpOptions = {}): Http & { close(): void } {
  const plainAgent = new HttpAgent({ keepAlive: true, timeout: keepAliveMs })
  const secureAgents = new Map<string, HttpsAgent>()
  const warned = new Set<string>()

  const agentFor = (url: URL, request: HttpRequest): HttpAgent => {
    if (url.protocol === 'http:') return plainAgent
    const insecure = request.insecure === true
    if (insecure && !warned.has(url.origin)) {
      warned.add(url.origin)
      options.onInsecure?.(`certificates of ${url.origin} are not checked`)
    }
    const key = insecure ? 'insecure' : `ca:${request.ca ?? ''}`
    let agent = secureAgents.get(key)
    if (agent === undefined) {
      agent = new HttpsAgent({
        keepAlive: true,
        timeout: keepAliveMs,
        rejectUnauthorized: !insecure,
        ...(insecure ? {} : { secureContext: trustContext(request.ca) }),
      })
      secureAgents.set(key, agent)
    }
    return agent
  }

  return {
    async request(request) {
      const deadline = AbortSignal.timeout(timerMs(request.timeoutMs))
      let url = parseUrl(request.url)
      let hop = request
      for (let hops = 0; ; hops += 1) {
        const response = await exchange(url, hop, agentFor(url, hop), deadline)
        const next = request.redirects === 'follow' ? redirectOf(url, response) : undefined
        if (next === undefined) return response
        if (hops === redirectsMax) {
          throw new ActionFailure('process', `${url.host}: more than ${redirectsMax} redirects`, {
            advice: 'The service sends the request in circles; check its configuration.',
          })
        }
        hop = redirected(hop, url, next, response.status)
        url = next
      }
    },
    close() {
      plainAgent.destroy()
      for (const agent of secureAgents.values()) agent.destroy()
    },
  }
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new ActionFailure('process', 'the URL is not an http or https address', {
      advice: 'Write it in full, for example https://controller.example.org/v1/status.',
    })
  }
  return url
}

/** Sends one request; a kept connection that the server had dropped meanwhile is replaced once, where that is harmless. */
async function exchange(
  url: URL,
  request: HttpRequest,
  agent: HttpAgent,
  deadline: AbortSignal,
): Promise<HttpResponse> {
  for (let tries = 1; ; tries += 1) {
    refuseWhenAborted(request.signal, `asking ${url.host}`)
    const outcome = await exchangeOnce(url, request, agent, deadline)
    if (!('failure' in outcome)) return outcome
    if (!(outcome.isStale && tries === 1 && isIdempotent(request))) throw outcome.failure
  }
}

type Broken = { readonly failure: ActionFailure; readonly isStale: boolean }

function exchangeOnce(
  url: URL,
  request: HttpRequest,
  agent: HttpAgent,
  deadline: AbortSignal,
): Promise<HttpResponse | Broken> {
  return new Promise((resolve) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp
    const body = request.body === undefined ? undefined : Buffer.from(request.body)
    let isSent = false
    let isOver = false
    const settle = (outcome: HttpResponse | Broken): void => {
      if (isOver) return
      isOver = true
      deadline.removeEventListener('abort', onDeadline)
      request.signal?.removeEventListener('abort', onAbort)
      resolve(outcome)
      if ('failure' in outcome) client.destroy()
    }
    const fail = (failure: ActionFailure, isStale = false): void => {
      settle({ failure: isSent && !isIdempotent(request) ? doubtful(failure, url) : failure, isStale })
    }
    const onDeadline = (): void =>
      fail(new ActionFailure('timeout', `${url.host} did not answer within ${request.timeoutMs} ms`))
    const onAbort = (): void => {
      if (request.signal) settle({ failure: failureOfAbort(request.signal, `asking ${url.host}`), isStale: false })
    }
    const client = send(url, {
      method: request.method,
      agent,
      headers: {
        'accept-encoding': 'identity',
        'user-agent': 'rollbook',
        ...(body === undefined ? {} : { 'content-length': String(body.length) }),
        ...lowerCase(request.headers ?? {}),
      },
    })
    // From here on the far side may have seen the request, in part or whole.
    client.once('socket', (socket) => {
      if (!socket.connecting && (url.protocol === 'http:' || client.reusedSocket)) isSent = true
      else socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => (isSent = true))
    })
    client.on('error', (error) => {
      const isStale = client.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(errorCode(error))
      fail(failureOfNetwork(error, url.host), isStale)
    })
    client.once('response', (response) => {
      collect(response, url, request.bodyBytesMax ?? bodyBytesMaxDefault).then(settle, (error: unknown) =>
        fail(failureOfNetwork(error, url.host)),
      )
    })
    deadline.addEventListener('abort', onDeadline, { once: true })
    request.signal?.addEventListener('abort', onAbort, { once: true })
    if (deadline.aborted) onDeadline()
    client.end(body)
  })
}

async function collect(response: IncomingMessage, url: URL, bytesMax: number): Promise<HttpResponse> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response as AsyncIterable<Uint8Array>) {
    bytes += part.length
    if (bytes > bytesMax) {
      throw new ActionFailure('process', `${url.host}: the reply is larger than ${bytesMax} bytes`, {
        advice: 'Ask for less, or raise the limit.',
      })
    }
    parts.push(part)
  }
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return { status: response.statusCode ?? 0, headers, body: Buffer.concat(parts) }
}

function isIdempotent(request: HttpRequest): boolean {
  return request.idempotent ?? idempotentMethods.has(request.method.toUpperCase())
}

/** The request went out and no answer came back: whether it took effect cannot be told from here. */
function doubtful(failure: ActionFailure, url: URL): ActionFailure {
  if (failure.class !== 'unreachable' && failure.class !== 'timeout') return failure
  return new ActionFailure('unknown', `${failure.message}; the request had been sent, so it may have taken effect`, {
    advice: `Look at ${url.host} whether it happened, before anything is sent again.`,
    cause: failure,
  })
}

function redirectOf(from: URL, response: HttpResponse): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(response.status)) return undefined
  const location = response.headers['location']
  if (location === undefined || !URL.canParse(location, from.href)) return undefined
  const next = new URL(location, from.href)
  if (next.protocol !== 'https:' && (from.protocol === 'https:' || next.protocol !== 'http:')) {
    throw new ActionFailure(
      'refused',
      `${from.host}: redirects to ${next.protocol}//, away from a checked connection`,
      {
        advice: 'Use the address that the service redirects to, if it is to be trusted.',
      },
    )
  }
  return next
}

/** What goes to another origin carries none of the caller's headers: any of them may hold a token. */
function redirected(request: HttpRequest, from: URL, to: URL, status: number): HttpRequest {
  const method = request.method.toUpperCase()
  const becomesGet = status === 303 ? method !== 'HEAD' : status <= 302 && method === 'POST'
  const { body, headers, ...rest } = request
  const kept = Object.entries(lowerCase(headers ?? {})).filter(
    ([name]) => (to.origin === from.origin || name === 'accept') && !(becomesGet && name.startsWith('content-')),
  )
  if (to.origin !== from.origin && body !== undefined && !becomesGet) {
    throw new ActionFailure('refused', `${from.host}: wants the body of the request sent to ${to.host}`, {
      advice: 'Use the address that the service redirects to, if it is to be trusted.',
    })
  }
  return {
    ...rest,
    url: to.href,
    headers: Object.fromEntries(kept),
    method: becomesGet ? 'GET' : request.method,
    ...(becomesGet || body === undefined ? {} : { body }),
  }
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
