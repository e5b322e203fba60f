import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import type { ServerCertificate } from '../../emulator/certificate.ts'
import { bodyOf, LoopbackServer } from '../../emulator/loopback-server.ts'
import type { Account } from './account.ts'
import { type Endpoint, type GraphqlCall, rateLimitText } from './endpoint.ts'
import type { FaultName } from './fault-table.ts'
import type { ActiveFault } from './faults.ts'

export const apiPath = '/api/v1/graphql2'

export interface ApiServerOptions {
  readonly account: Account
  readonly endpoint: Endpoint
  readonly certificate: ServerCertificate
  readonly token: string
  readonly port: number
  /** Brings the account up to the present. */
  advance(): void
}

interface Reply {
  readonly status: number
  readonly body: string
}

/** The API over HTTPS on a loopback port. */
export class ApiServer {
  readonly #options: ApiServerOptions
  readonly #server: LoopbackServer

  constructor(options: ApiServerOptions) {
    this.#options = options
    this.#server = new LoopbackServer(options.certificate, (request, response) => this.#serve(request, response))
  }

  /** @returns the address of the endpoint */
  async listen(): Promise<string> {
    return `${await this.#server.listen(this.#options.port)}${apiPath}`
  }

  close(): Promise<void> {
    return this.#server.close()
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request)
    const refused = this.#refusal(request, body)
    if (refused) return send(request, response, refused)
    const call = callOf(body!)
    if (!call) return send(request, response, { status: 400, body: errorText('the body is no GraphQL request') })
    const { account, endpoint, advance } = this.#options
    advance()
    const operations = endpoint.operationsOf(call)
    const take = (name: FaultName): ActiveFault | undefined =>
      account.faults.take(name, (given) => given[1] === undefined || given[1] === '' || operations.includes(given[1]))
    const operation = operations[0] ?? 'unknown'
    if (take('http-429')) return send(request, response, { status: 429, body: 'Too Many Requests' })
    if (take('http-502')) return send(request, response, { status: 502, body: '<html>Bad Gateway</html>' })
    if (take('http-503')) return send(request, response, { status: 503, body: '<html>Service Unavailable</html>' })
    if (take('rate-limit-storm')) return send(request, response, { status: 200, body: rateLimitText(operation) })
    const over = endpoint.overLimit(operations)
    if (over !== undefined) return send(request, response, { status: 200, body: rateLimitText(over) })
    const cut = take('drop-connection')
    if (cut?.parameters[2] === 'before') return void request.socket.destroy()
    const text = JSON.stringify(await endpoint.answer(call))
    if (cut) return void request.socket.destroy()
    if (take('silence')) return
    const isBroken = take('malformed-reply') !== undefined
    send(request, response, { status: 200, body: isBroken ? text.slice(0, Math.ceil(text.length / 2)) : text })
  }

  #refusal(request: IncomingMessage, body: string | undefined): Reply | undefined {
    if (new URL(request.url ?? '/', 'https://localhost').pathname !== apiPath) return { status: 404, body: 'not found' }
    if (request.method !== 'POST') return { status: 405, body: 'only POST' }
    if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) return { status: 415, body: 'only JSON' }
    if (body === undefined) return { status: 413, body: 'the body is too large' }
    const key = request.headers['x-api-key']
    if (typeof key !== 'string' || !isSame(key, this.#options.token)) {
      return { status: 200, body: errorText('authentication failed: the API key is not valid') }
    }
    const account = request.headers['x-account-id']
    if (account !== undefined && account !== this.#options.account.id) {
      return { status: 200, body: errorText('no permission for the account') }
    }
    return undefined
  }
}

function isSame(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(a), hash(b))
}

function callOf(body: string): GraphqlCall | undefined {
  try {
    const call = JSON.parse(body) as GraphqlCall | null
    return typeof call?.query === 'string' ? call : undefined
  } catch {
    return undefined
  }
}

function errorText(message: string): string {
  return JSON.stringify({ errors: [{ message }] })
}

function send(request: IncomingMessage, response: ServerResponse, { status, body }: Reply): void {
  const zip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '') && body.length > 1024
  const bytes = zip ? gzipSync(body) : Buffer.from(body)
  response.writeHead(status, {
    'content-type': body.startsWith('{') ? 'application/json' : 'text/plain',
    'content-length': bytes.length,
    trace_id: randomUUID().replaceAll('-', ''),
    ...(zip ? { 'content-encoding': 'gzip' } : {}),
  })
  response.end(bytes)
}
