import { readFileSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { onTestFinished } from 'vitest'
import { parse } from 'yaml'
import type { JsonObject } from '../../../src/base/json.ts'
import {
  type AviatrixEmulator,
  type AviatrixEmulatorOptions,
  type GatewayState,
  startAviatrixEmulator,
} from '../../../src/executors/aviatrix/emulator/index.ts'
import { aviatrix } from '../../../src/executors/aviatrix/index.ts'
import { makeFiles } from '../../../src/node/files.ts'
import { makeHttp } from '../../../src/node/http.ts'
import { makeProcesses } from '../../../src/node/processes.ts'
import type { Action, ActionFailure, ActionResult, SystemView, TargetView } from '../../../src/ports/executor.ts'
import type { Http, HttpRequest } from '../../../src/ports/http.ts'
import { type ContextOptions, makeContext, type RecordedContext } from '../../support/action-context.ts'
import { LabClock } from '../../support/lab-clock.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

export interface WireAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

export interface AviatrixLab {
  readonly emulator: AviatrixEmulator
  readonly clock: LabClock
  readonly http: Http
  /** Requests that the executor sent, in order. */
  readonly sent: HttpRequest[]
  /** Number of calls of an API action. */
  calls(action: string): number
  /** Form or query of the calls of an API action, in order. */
  asked(action: string): readonly Readonly<Record<string, string>>[]
  system: SystemView
  target(name: string): TargetView
  /** State of a gateway in the emulator. */
  gateway(name: string): GatewayState
  context(target?: string, options?: ContextOptions): RecordedContext
  run(action: string, target?: string, args?: JsonObject, options?: ContextOptions): Promise<ActionResult>
  fail(action: string, target?: string, args?: JsonObject, options?: ContextOptions): Promise<ActionFailure>
  /** What happened, in words, of the kinds that are named. */
  whats(...kinds: readonly string[]): readonly string[]
  /** Upgrades controller and gateways to the newest build of a minor. */
  levelAt(series: string): Promise<void>
  /** One HTTP exchange without the executor. */
  wire(
    path: string,
    params: Readonly<Record<string, string>>,
    method?: 'GET' | 'POST',
    headers?: Readonly<Record<string, string>>,
  ): Promise<WireAnswer>
  /** A session of its own on the endpoint that the emulator has now. */
  session(): Promise<Readonly<Record<string, string>>>
  /** A call within a session of its own; gives the parsed answer. */
  ask(action: string, params?: Readonly<Record<string, string>>): Promise<JsonObject>
}

export function actionNamed(name: string): Action {
  const action = aviatrix.actions.find((entry) => entry.name === `aviatrix.${name}`)
  if (!action) throw new Error(`there is no action aviatrix.${name}`)
  return action
}

/** Counts the calls on their way, so that the clock does not jump meanwhile. */
function watched<Port extends object>(clock: LabClock, port: Port): Port {
  const wrap =
    (method: (...args: unknown[]) => unknown) =>
    async (...args: unknown[]): Promise<unknown> => {
      clock.busy += 1
      try {
        return await method.apply(port, args)
      } finally {
        clock.busy -= 1
      }
    }
  return new Proxy(port, {
    get: (_, name) => {
      const value: unknown = Reflect.get(port, name)
      return typeof value === 'function' ? wrap(value as (...args: unknown[]) => unknown) : value
    },
  })
}

/** An emulated controller on a clock that the test's own waiting turns; ends with the test. */
export async function startLab(options: Partial<AviatrixEmulatorOptions> = {}): Promise<AviatrixLab> {
  const directory = temporaryFolder()
  const clock = new LabClock()
  const emulator = await startAviatrixEmulator({ directory, clock, gateways: 6, ...options })
  const http = makeHttp()
  onTestFinished(async () => {
    http.close()
    await emulator.close()
    rmSync(directory, { recursive: true, force: true })
  })
  const sent: HttpRequest[] = []
  const recording: Http = {
    request(asked) {
      sent.push(asked)
      return http.request(asked)
    },
  }
  const ports = {
    clock,
    http: watched(clock, recording),
    files: watched(clock, makeFiles(directory)),
    processes: watched(clock, makeProcesses()),
  }
  const inventory = parse(readFileSync(emulator.inventoryFile, 'utf8')) as {
    readonly systems: { readonly controller: { readonly address: string; readonly settings: JsonObject } }
    readonly targets: Readonly<Record<string, JsonObject>>
  }
  const { address, settings } = inventory.systems.controller
  const system: SystemView = {
    name: 'controller',
    kind: 'aviatrix',
    address,
    settings: { ...settings, password: { $secret: 'password' } },
  }
  const asked = (action: string): readonly Readonly<Record<string, string>>[] =>
    sent
      .map(({ url, body }) =>
        Object.fromEntries(new URLSearchParams(body === undefined ? new URL(url).search : String(body))),
      )
      .filter((form) => form['action'] === action)
  const lab: AviatrixLab = {
    emulator,
    clock,
    http,
    sent,
    system,
    calls: (action) => asked(action).length,
    asked,
    target: (name) =>
      ({
        name,
        kind: 'gateway',
        system: 'controller',
        roles: [],
        attributes: {},
        ...inventory.targets[name],
      }) as unknown as TargetView,
    gateway: (name) => emulator.state().gateways.find((each) => each.name === name)!,
    context: (name, more = {}) =>
      makeContext({
        ...(name === undefined ? {} : { target: lab.target(name) }),
        systems: [lab.system],
        secrets: { password: emulator.password },
        directory,
        ...more,
        ports: { ...ports, ...more.ports },
      }),
    run: (action, name, args = {}, more = {}) => actionNamed(action).perform(lab.context(name, more), args),
    fail: async (action, name, args, more) => {
      try {
        await lab.run(action, name, args, more)
      } catch (error) {
        return error as ActionFailure
      }
      throw new Error(`${action} was expected to fail`)
    },
    whats: (...kinds) =>
      emulator
        .effects()
        .filter((effect) => kinds.includes(effect.kind))
        .map((effect) => (effect.gateway === undefined ? effect.what : `${effect.gateway}: ${effect.what}`)),
    levelAt: async (series) => {
      await lab.run('platform_upgrade', undefined, { to: series })
      await Promise.all(emulator.state().gateways.map(({ name }) => lab.run('gateway_upgrade', name)))
    },
    wire: (path, params, method = 'POST', headers = {}) => wire(emulator, path, params, method, headers),
    session: async () => {
      const path = apiPath(emulator)
      const { username, password } = emulator
      const reply = JSON.parse(
        (await wire(emulator, path, { action: 'login', username, password }, 'POST', {})).body,
      ) as JsonObject
      return { CID: String(reply['CID']) }
    },
    ask: async (action, params = {}) => {
      const session = await lab.session()
      const isRead = /^(?:list|get)_/.test(action)
      const reply = await wire(
        emulator,
        apiPath(emulator),
        { action, ...params, ...session },
        isRead ? 'GET' : 'POST',
        {},
      )
      return JSON.parse(reply.body) as JsonObject
    },
  }
  return lab
}

export function apiPath(emulator: AviatrixEmulator): string {
  return emulator.state().generation === 3 ? '/v2/api' : '/v1/api'
}

function wire(
  emulator: AviatrixEmulator,
  path: string,
  params: Readonly<Record<string, string>>,
  method: 'GET' | 'POST',
  headers: Readonly<Record<string, string>>,
): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const form = new URLSearchParams(params).toString()
    const url = new URL(method === 'GET' ? `${path}?${form}` : path, emulator.address)
    const ca = readFileSync(emulator.caFile, 'utf8')
    const json = headers['content-type'] === 'application/json'
    const own = method === 'GET' ? {} : { 'content-type': 'application/x-www-form-urlencoded' }
    const call = request(url, { method, ca, headers: { ...own, ...headers }, agent: false }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          contentType: response.headers['content-type'] ?? '',
          body: Buffer.concat(parts).toString(),
        })
      })
    })
    call.on('error', reject)
    call.end(method === 'GET' ? undefined : json ? JSON.stringify(params) : form)
  })
}
