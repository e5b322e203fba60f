import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { maintenanceMode, usedMb } from './cluster.ts'
import type { World } from './world.ts'

/**
 * What users of the cluster see, on one loopback port: the API below `/v2` and `/info` (503 while maintenance mode is
 * on; `/v2/usage` only for the token of an administrator), the console below `/console` (read-only then), and apps below `/apps/<name>` (served in any mode, as long as a
 * router and an instance run).
 */
export class ClusterWeb {
  readonly #server: Server

  constructor(world: World, token: string) {
    this.#server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://localhost').pathname
      if (path.startsWith('/apps/')) serveApp(world, path.split('/')[2] ?? '', response)
      else if (path.startsWith('/console')) serveConsole(world, response)
      else if (path === '/v2/usage') serveUsage(world, request.headers.authorization === `bearer ${token}`, response)
      else if (path === '/info' || path.startsWith('/v2')) serveApi(world, response)
      else send(response, 404, 'text/plain', 'not found\n')
    })
  }

  /** @returns the base address, `http://127.0.0.1:port` */
  listen(port: number): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, '127.0.0.1', () =>
        resolve(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`),
      )
    })
  }

  close(): Promise<void> {
    this.#server.closeAllConnections()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }
}

function roleRuns(world: World, role: string, name?: string): boolean {
  return world.state.nodes.some(
    (node) =>
      (name === undefined || node.name === name) &&
      node.roles.includes(role) &&
      node.processes.filter((process) => process.role === role).every((process) => process.state === 'RUNNING'),
  )
}

function isApiUp(world: World, response: ServerResponse): boolean {
  const off = maintenanceMode(world.state)
  if (!off && roleRuns(world, 'controller')) return true
  const body = { error: 'maintenance mode', description: 'The API is off for maintenance' }
  sendJson(response, 503, off ? body : { error: 'no controller runs' })
  return false
}

function serveApi(world: World, response: ServerResponse): void {
  if (!isApiUp(world, response)) return
  const core = world.state.nodes.find((node) => node.roles.includes('primary'))!
  sendJson(response, 200, { name: 'stackato', version: core.version, maintenance_mode: false })
}

/** Memory in megabytes, per DEA and in sum, as the product's own source answers; `usage` and `allocated` are kilobytes. */
function serveUsage(world: World, isAdmin: boolean, response: ServerResponse): void {
  if (!isApiUp(world, response)) return
  if (!isAdmin) return sendJson(response, 403, { code: 10003, description: 'You are not authorized' })
  const { state } = world
  const deas = state.nodes
    .filter((node) => node.roles.includes('dea') && !node.retired)
    .map((node) => {
      const used = usedMb(state, node.name)
      const available = world.faults.find('dea-full') ? 0 : node.app_capacity_mb - used
      return {
        dea_id: `0-${node.name}`,
        dea_ip: node.address,
        total_allocated: used,
        total_used: Math.round(used * 0.6),
        total_available: available,
        total_physical: node.memory_total_mb,
      }
    })
  const sum = (key: 'total_allocated' | 'total_used' | 'total_available' | 'total_physical'): number =>
    deas.reduce((total, dea) => total + dea[key], 0)
  sendJson(response, 200, {
    cluster: {
      total_allocated: sum('total_allocated'),
      total_used: sum('total_used'),
      total_available: sum('total_available'),
      total_physical: sum('total_physical'),
      total_assigned: 8192,
    },
    deas,
    usage: { mem: sum('total_used') * 1024 },
    allocated: { mem: sum('total_allocated') * 1024 },
  })
}

function serveConsole(world: World, response: ServerResponse): void {
  const readOnly = maintenanceMode(world.state)
  send(
    response,
    200,
    'text/html; charset=utf-8',
    `<!doctype html><title>Console</title><main data-read-only="${readOnly}">${readOnly ? 'Maintenance mode: read-only' : 'Console'}</main>\n`,
  )
}

const dataRoles = ['mysql', 'postgresql', 'mongodb', 'redis', 'rabbit3', 'memcached'] as const

function serveApp(world: World, name: string, response: ServerResponse): void {
  const app = world.state.apps.find((entry) => entry.name === name)
  if (!app) return send(response, 404, 'text/plain', 'no such app\n')
  const up = app.instances.filter(({ dea }) => dea !== null && roleRuns(world, 'dea', dea))
  // An app without external services stands still with the data services of the cluster.
  const services = app.external_services || dataRoles.every((role) => roleRuns(world, role))
  const good = roleRuns(world, 'router') && services && up.length > 0
  send(response, good ? 200 : 503, 'text/plain', good ? `${name}: ${up.length} instances\n` : 'app is down\n')
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  send(response, status, 'application/json', JSON.stringify(body))
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}
