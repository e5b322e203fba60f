import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'
import { parse } from 'yaml'
import type { JsonObject } from '../../../src/base/json.ts'
import {
  type CatoEmulator,
  type CatoEmulatorOptions,
  type SocketState,
  startCatoEmulator,
} from '../../../src/executors/cato/emulator/index.ts'
import { cato } from '../../../src/executors/cato/index.ts'
import { makeFiles } from '../../../src/node/files.ts'
import { makeHttp } from '../../../src/node/http.ts'
import type { Action, ActionFailure, ActionResult, SystemView, TargetView } from '../../../src/ports/executor.ts'
import type { Files } from '../../../src/ports/files.ts'
import type { Http, HttpRequest, HttpResponse } from '../../../src/ports/http.ts'
import { type ContextOptions, makeContext, type RecordedContext } from '../../support/action-context.ts'
import { LabClock } from '../../support/lab-clock.ts'

export interface WireAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export interface CatoLab {
  readonly emulator: CatoEmulator
  readonly clock: LabClock
  readonly http: Http
  /** Requests that the executor sent, in order. */
  readonly sent: HttpRequest[]
  /** Number of calls whose query names the operation. */
  calls(operation: string): number
  system: SystemView
  target(name: string): TargetView
  /** State of a Socket in the emulator. */
  socket(name: string): SocketState
  context(target?: string, options?: ContextOptions): RecordedContext
  run(action: string, target?: string, args?: JsonObject, options?: ContextOptions): Promise<ActionResult>
  fail(action: string, target?: string, args?: JsonObject, options?: ContextOptions): Promise<ActionFailure>
  /** Minutes from `since` to the instant of every effect that fits. */
  minutes(socket: string, what: RegExp, since: number): readonly number[]
  /** One HTTP exchange without the executor. */
  wire(body: unknown, options?: WireOptions): Promise<WireAnswer>
  /** A GraphQL call without the executor; gives the parsed answer. */
  ask(query: string, variables?: JsonObject): Promise<{ readonly data?: never; readonly errors?: never } & JsonObject>
}

export interface WireOptions {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly ca?: string
}

export function actionNamed(name: string): Action {
  const action = cato.actions.find((entry) => entry.name === `cato.${name}`)
  if (!action) throw new Error(`there is no action cato.${name}`)
  return action
}

/** An emulated account on a clock that the test's own waiting turns; ends with the test. */
export async function startLab(options: Partial<CatoEmulatorOptions> = {}): Promise<CatoLab> {
  const directory = mkdtempSync(join(tmpdir(), 'cato-'))
  const clock = new LabClock()
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const emulator = await startCatoEmulator({ directory, clock, sites: 12, zones: ['Europe/Berlin'], ...options })
  const http = makeHttp()
  onTestFinished(async () => {
    http.close()
    await emulator.close()
  })
  const sent: HttpRequest[] = []
  const counted: Http = {
    async request(asked) {
      sent.push(asked)
      clock.busy += 1
      try {
        return unpacked(await http.request(asked))
      } finally {
        clock.busy -= 1
      }
    },
  }
  const disk = makeFiles(directory)
  const files: Files = {
    ...disk,
    async read(path) {
      clock.busy += 1
      try {
        return await disk.read(path)
      } finally {
        clock.busy -= 1
      }
    },
  }
  const inventory = parse(readFileSync(emulator.inventoryFile, 'utf8')) as {
    readonly systems: { readonly cato: { readonly address: string; readonly settings: JsonObject } }
    readonly targets: Readonly<Record<string, JsonObject>>
  }
  const { address, settings } = inventory.systems.cato
  const system: SystemView = {
    name: 'cato',
    kind: 'cato',
    address,
    settings: { ...settings, api_key: { $secret: 'api_key' } },
  }
  const target = (name: string): TargetView =>
    ({ name, kind: 'socket', system: 'cato', roles: [], ...inventory.targets[name] }) as unknown as TargetView
  const lab: CatoLab = {
    emulator,
    clock,
    http,
    sent,
    system,
    target,
    calls: (operation) => sent.filter((each) => String(each.body).includes(`${operation}(`)).length,
    socket: (name) => {
      const sockets = emulator.state().sites.flatMap((site) => site.sockets)
      return sockets.find((each) => each.name === name)!
    },
    context: (name, more = {}) =>
      makeContext({
        ...(name === undefined ? {} : { target: target(name) }),
        systems: [lab.system],
        secrets: { api_key: emulator.token },
        directory,
        ...more,
        ports: { clock, files, http: counted, ...more.ports },
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
    minutes: (socket, what, since) =>
      emulator
        .effects()
        .filter((effect) => effect.socket === socket && what.test(effect.what))
        .map((effect) => (Date.parse(effect.at) - since) / 60_000),
    wire: (body, more = {}) => wire(emulator, body, more),
    ask: async (query, variables = {}) => JSON.parse((await wire(emulator, { query, variables }, {})).body),
  }
  return lab
}

/** Unpacks while the call still counts as on its way, or the clock might jump meanwhile. */
function unpacked(response: HttpResponse): HttpResponse {
  const { 'content-encoding': encoding, ...headers } = response.headers
  return encoding === 'gzip' ? { ...response, headers, body: gunzipSync(response.body) } : response
}

function wire(emulator: CatoEmulator, body: unknown, options: WireOptions): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const url = new URL(options.path ?? emulator.apiUrl, emulator.apiUrl)
    const ca = options.ca ?? readFileSync(emulator.caFile, 'utf8')
    const headers = { 'content-type': 'application/json', 'x-api-key': emulator.token, ...options.headers }
    const call = request(url, { method: options.method ?? 'POST', ca, headers, agent: false }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => {
        const bytes = Buffer.concat(parts)
        const text = (response.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString()
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text })
      })
    })
    call.on('error', reject)
    call.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
}
