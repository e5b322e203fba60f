import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isJsonObject, type Json } from '../../../base/json.ts'
import type { ServerCertificate } from '../../emulator/certificate.ts'
import type { ActiveFault } from '../../emulator/fault-list.ts'
import { bodyOf, LoopbackServer } from '../../emulator/loopback-server.ts'
import { handlers } from './answers.ts'
import type { FaultName } from './fault-table.ts'
import { progressOf } from './progress.ts'
import { type Parameters, type Reply, refused, results } from './reply.ts'
import { beginSession, isAlive, isSame } from './sessions.ts'
import { generationOfWorld, type World } from './world.ts'

const proxyPage = '<html><head><title>502 Proxy Error</title></head><body><h1>Proxy Error</h1></body></html>'
const busyPage = '<html><head><title>503 Service Unavailable</title></head><body></body></html>'

export interface ApiServerOptions {
  readonly world: World
  readonly certificate: ServerCertificate
  readonly username: string
  readonly password: string
  readonly port: number
  /** Brings the world up to the present. */
  advance(): void
}

interface Asked {
  readonly path: string
  readonly method: string
  readonly given: Parameters
  readonly accessKey: string | undefined
}

/** The API over HTTPS on a loopback port. */
export class ApiServer {
  readonly #options: ApiServerOptions
  readonly #server: LoopbackServer
  readonly #tokens = new Set<string>()
  /** Calls of the oldest generation that wait for the end of their upgrade. */
  readonly #blocked = new Map<string, ServerResponse[]>()

  constructor(options: ApiServerOptions) {
    this.#options = options
    this.#server = new LoopbackServer(options.certificate, (request, response) => this.#serve(request, response))
  }

  /** @returns the address of the controller */
  listen(): Promise<string> {
    return this.#server.listen(this.#options.port)
  }

  close(): Promise<void> {
    return this.#server.close()
  }

  /** Answers blocked calls whose upgrade has ended or whose controller restarts. Called whenever time has passed. */
  settle(): void {
    const { world } = this.#options
    for (const [id, waiting] of this.#blocked) {
      const task = world.tasks.get(id)
      const isAway = world.timeline.now < world.controller.away_until
      if (task?.outcome === undefined && !isAway) continue
      this.#blocked.delete(id)
      for (const response of waiting) {
        if (isAway) send(response, 503, busyPage)
        else if (task?.outcome?.kind === 'failed') send(response, 200, envelope(refused(task.outcome.message)))
        else send(response, 200, envelope(results('the upgrade is done')))
      }
    }
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = await askedOf(request)
    if (asked === undefined) return send(response, 413, 'the body is too large')
    const { world, advance } = this.#options
    advance()
    const generation = generationOfWorld(world)
    if (!pathsOf(generation).includes(asked.path)) return send(response, 404, 'not found')
    if (world.timeline.now < world.controller.away_until) return send(response, 503, busyPage)
    const action = asked.given['action'] ?? ''
    const take = (name: FaultName): ActiveFault<FaultName> | undefined =>
      world.faults.take(name, (given) => given[1] === undefined || given[1] === '' || given[1] === action)
    if (take('http-502')) return send(response, 502, proxyPage)
    if (take('http-503')) return send(response, 503, busyPage)
    if (take('html-page')) return send(response, 200, proxyPage)
    const cut = take('drop-connection')
    if (cut?.parameters[2] === 'before') return void request.socket.destroy()
    const reply = this.#answer(asked, action)
    if (cut) return void request.socket.destroy()
    if (take('silence')) return
    if ('blocked' in reply) {
      this.#blocked.set(reply.blocked, [...(this.#blocked.get(reply.blocked) ?? []), response])
      return this.settle()
    }
    const isBroken = take('malformed-reply') !== undefined
    send(response, 200, isBroken ? reply.body.slice(0, Math.ceil(reply.body.length / 2)) : reply.body)
  }

  #answer(asked: Asked, action: string): { readonly body: string } | { readonly blocked: string } {
    const { world } = this.#options
    const { given } = asked
    if (action === 'get_api_token') return { body: this.#token() }
    if (action === 'login') return { body: this.#login(asked) }
    if (action !== 'initial_setup') {
      const expired = world.faults.take('session-expires', (named) => (named[1] ?? '') === '' || named[1] === action)
      if (expired) world.sessions.delete(given['CID'] ?? '')
      if (!isAlive(world, given['CID'])) return { body: envelope(refused(sessionOver(world))) }
    }
    const struck = world.faults.take('refuse', ([name]) => name === action)
    if (struck) return { body: envelope(refused(`${action} is not possible now`)) }
    const reply = this.#reply(asked, action)
    return reply.kind === 'blocked' ? { blocked: reply.taskId } : { body: withoutMissing(world, envelope(reply)) }
  }

  #reply({ path, method, given }: Asked, action: string): Reply {
    const { world } = this.#options
    if (path === '/v1/backend1') {
      return action === 'check_upgrade_status' ? progressOf(world, given['id'] ?? '') : refused('valid action required')
    }
    const generation = generationOfWorld(world)
    const isOldOnly = generation === 0 && action === 'upgrade_selected_gateway'
    const isUnknown = (action === 'platform_upgrade_status' && generation < 3) || isOldOnly || gone(generation, action)
    const handle = Object.hasOwn(handlers, action) && !isUnknown ? handlers[action] : undefined
    if (handle === undefined) return refused('valid action required')
    const isChange = /^(?:upgrade|enable_|disable_)/.test(action)
    if (isChange && method !== 'POST' && !(generation === 0 && action === 'upgrade')) return refused('use POST')
    return handle(world, given)
  }

  #token(): string {
    if (this.#options.world.faults.take('token-refused')) return envelope(refused('no token is available'))
    const token = randomBytes(16).toString('hex')
    this.#tokens.add(token)
    return envelope(results({ api_token: token }))
  }

  #login({ given, accessKey }: Asked): string {
    const { world, username, password } = this.#options
    const isRight = given['username'] === username && isSame(given['password'] ?? '', password)
    const isKnown = accessKey === undefined || this.#tokens.has(accessKey)
    if (!isRight || !isKnown || world.faults.take('login-refused')) {
      return envelope(refused('username and password do not match'))
    }
    if (accessKey !== undefined) this.#tokens.delete(accessKey)
    const cid = beginSession(world)
    world.effects.add(world.timeline.now, { kind: 'session', what: 'a session begins' })
    return JSON.stringify({
      return: true,
      results: `User login:${username} has been authorized successfully.`,
      CID: cid,
    })
  }
}

/** Endpoints by generation: the private one came with progress, and the old ones are gone from 7.1 on. */
function pathsOf(generation: number): readonly string[] {
  if (generation === 3) return ['/v2/api']
  return generation === 0 ? ['/v1/api'] : ['/v1/api', '/v1/backend1']
}

/** The oldest generation upgrades everything at once: it knows no single gateways and no controller alone. */
function gone(generation: number, action: string): boolean {
  return generation === 0 && (action === 'upgrade_platform' || action === 'list_gateway_upgrade_status')
}

function sessionOver(world: World): string {
  return generationOfWorld(world) === 3 ? 'Invalid session. Please login again.' : 'CID is invalid or expired.'
}

function envelope(reply: Reply): string {
  switch (reply.kind) {
    case 'bare':
      return JSON.stringify(reply.value)
    case 'refused':
      return JSON.stringify({ return: false, reason: reply.reason })
    default:
      return JSON.stringify({ return: true, results: reply.kind === 'results' ? reply.results : '' })
  }
}

function withoutMissing(world: World, body: string): string {
  const missing = world.faults.all('missing-field').map((fault) => fault.parameters[0])
  if (missing.length === 0) return body
  return JSON.stringify(JSON.parse(body, (key, value: Json) => (missing.includes(key) ? undefined : value)))
}

async function askedOf(request: IncomingMessage): Promise<Asked | undefined> {
  const body = await bodyOf(request)
  if (body === undefined) return undefined
  const url = new URL(request.url ?? '/', 'https://localhost')
  const isJson = /\bjson\b/.test(request.headers['content-type'] ?? '')
  const key = request.headers['x-access-key']
  return {
    path: url.pathname,
    method: request.method ?? 'GET',
    given: {
      ...Object.fromEntries(url.searchParams),
      ...(isJson ? jsonForm(body) : Object.fromEntries(new URLSearchParams(body))),
    },
    accessKey: typeof key === 'string' ? key : undefined,
  }
}

function jsonForm(body: string): Parameters {
  try {
    const value = JSON.parse(body) as Json
    const entries = isJsonObject(value) ? Object.entries(value) : []
    return Object.fromEntries(
      entries.map(([name, each]) => [name, typeof each === 'string' ? each : JSON.stringify(each)]),
    )
  } catch {
    return {}
  }
}

/** JSON comes as `text/json`, as in the published sample. */
function send(response: ServerResponse, status: number, body: string): void {
  const isPage = body.startsWith('<')
  response.writeHead(status, {
    'content-type': isPage ? 'text/html' : 'text/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
}
