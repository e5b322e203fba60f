/**
 * Ports that tell what goes through them, and through which the kit does harm: it stops the engine at a call, breaks a
 * call, or loses an answer. Every call to the world outside is a point; the clock is none.
 *
 * Invariants:
 * 1. After a stop no call is carried out and none settles: to the far side it is as if the process had been killed.
 * 2. A call that begins after `close` is counted and refused.
 * 3. All calls of one process go through the same ports, as in a run, so that what is pooled there is pooled here too.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { ActionFailure } from '../ports/executor.ts'
import type { HttpRequest, HttpResponse } from '../ports/http.ts'
import type { Ports } from '../ports/ports.ts'
import type { ProcessSpec } from '../ports/processes.ts'
import type { RemoteCommand, SshSession } from '../ports/ssh.ts'

/** A call at the border, as far as harm needs to know it. */
export type PortCall =
  | { readonly port: 'http'; readonly request: HttpRequest }
  | { readonly port: 'processes'; readonly spec: ProcessSpec }
  | { readonly port: 'ssh_session'; readonly timeoutMs: number; readonly signal: AbortSignal | undefined }
  | { readonly port: 'ssh_exec'; readonly command: RemoteCommand }
  | { readonly port: 'ssh_transfer'; readonly timeoutMs: number; readonly signal: AbortSignal | undefined }
  | { readonly port: 'net'; readonly timeoutMs: number; readonly signal: AbortSignal | undefined }
  | { readonly port: 'mail'; readonly timeoutMs: number; readonly signal: AbortSignal | undefined }
  | { readonly port: 'files'; readonly writes: boolean }

/** Does a call in another way; `point` counts from 1. `real` carries it out. */
export type Harm = (call: PortCall, point: number, real: () => Promise<unknown>) => Promise<unknown>

/** What one call of an action sends through the ports, and the harm that is done to it. */
export class WatchedCall {
  /** Calls to the world so far. */
  readonly calls: PortCall[] = []
  /** Those that began after the end. */
  late = 0
  #isClosed = false
  readonly #harm: Harm

  constructor(harm: Harm = straight) {
    this.#harm = harm
  }

  async through(call: PortCall, real: () => Promise<unknown>): Promise<unknown> {
    if (this.#isClosed) {
      this.late += 1
      throw new ActionFailure('cancelled', 'the call has ended')
    }
    this.calls.push(call)
    return await this.#harm(call, this.calls.length, real)
  }

  close(): void {
    this.#isClosed = true
  }
}

/** The ports of one process of the engine. */
export interface WatchedProcess {
  readonly ports: Ports
  /** Whatever the work sends out, now or later, goes through the watched call. */
  run<Value>(call: WatchedCall, work: () => Promise<Value>): Promise<Value>
}

/** How long a login may take before the kit calls it silent. */
const loginMs = 10_000

const straight: Harm = (_call, _point, real) => real()

export function watchPorts(ports: Ports): WatchedProcess {
  const current = new AsyncLocalStorage<WatchedCall>()
  const through = <Value>(call: PortCall, real: () => Promise<Value>): Promise<Value> =>
    (current.getStore()?.through(call, real) ?? real()) as Promise<Value>
  const session = (real: SshSession): SshSession => ({
    exec: (command) => through({ port: 'ssh_exec', command }, () => real.exec(command)),
    upload: (content, path, options) => through(transfer(options), () => real.upload(content, path, options)),
    download: (path, sink, options) => through(transfer(options), () => real.download(path, sink, options)),
  })
  const { http, processes, ssh, net, mail, files } = ports
  const file = <Value>(writes: boolean, real: () => Promise<Value>): Promise<Value> =>
    through({ port: 'files', writes }, real)
  const watched: Ports = {
    clock: ports.clock,
    http: { request: (request) => through<HttpResponse>({ port: 'http', request }, () => http.request(request)) },
    processes: { run: (spec) => through({ port: 'processes', spec }, () => processes.run(spec)) },
    ssh: {
      session: async (address, signal) =>
        session(await through({ port: 'ssh_session', timeoutMs: loginMs, signal }, () => ssh.session(address, signal))),
      warm: (addresses) => ssh.warm(addresses),
      close: () => ssh.close(),
    },
    net: {
      tcp: (host, port, timeoutMs, signal) =>
        through({ port: 'net', timeoutMs, signal }, () => net.tcp(host, port, timeoutMs, signal)),
      dns: (name, type, timeoutMs, servers, signal) =>
        through({ port: 'net', timeoutMs, signal }, () => net.dns(name, type, timeoutMs, servers, signal)),
      tls: (host, port, options) =>
        through({ port: 'net', timeoutMs: options.timeoutMs, signal: options.signal }, () =>
          net.tls(host, port, options),
        ),
    },
    mail: {
      send: (server, message, options) =>
        through({ port: 'mail', timeoutMs: options.timeoutMs, signal: options.signal }, () =>
          mail.send(server, message, options),
        ),
    },
    files: {
      read: (path) => file(false, () => files.read(path)),
      readStream: (path) => files.readStream(path),
      write: (path, content, mode) => file(true, () => files.write(path, content, mode)),
      writeStream: async (path, mode) => {
        const sink = await file(true, () => files.writeStream(path, mode))
        return {
          write: (chunk) => sink.write(chunk),
          commit: () => file(true, () => sink.commit()),
          discard: () => sink.discard(),
        }
      },
      stat: (path) => file(false, () => files.stat(path)),
      remove: (path) => file(true, () => files.remove(path)),
      sha256: (path) => file(false, () => files.sha256(path)),
    },
  }
  return { ports: watched, run: (call, work) => current.run(call, work) }
}

function transfer(options: { readonly timeoutMs: number; readonly signal?: AbortSignal }): PortCall {
  return { port: 'ssh_transfer', timeoutMs: options.timeoutMs, signal: options.signal }
}

/** Kills the engine at a point: before the call goes out, or after it was carried out and before its answer is seen. */
export function stopAt(point: number, when: 'before' | 'after', onStopped: () => void): Harm {
  let isStopped = false
  const never = new Promise<never>(() => undefined)
  return async (_call, at, real) => {
    if (isStopped) return await never
    if (at < point) return await real()
    isStopped = true
    if (when === 'after') await real().catch(() => undefined)
    onStopped()
    return await never
  }
}

/** Loses the answer of one call: it was carried out, and the connection broke before anybody heard of it. */
export function loseAnswerAt(point: number): Harm {
  let isLost = false
  return async (call, at, real) => {
    if (at < point) return await real()
    if (at === point) {
      isLost = true
      await real().catch(() => undefined)
    }
    if (isLost) throw lostAnswer(call, at === point)
    return await real()
  }
}

/** What the port says when a connection breaks, as its own description words it. */
function lostAnswer(call: PortCall, wasSent: boolean): ActionFailure {
  const method = call.port === 'http' ? call.request.method.toUpperCase() : ''
  const isIdempotent = call.port !== 'http' || (call.request.idempotent ?? !['POST', 'PATCH'].includes(method))
  const isUnknown = wasSent && (call.port === 'mail' || !isIdempotent)
  return isUnknown
    ? new ActionFailure('unknown', 'the connection broke before an answer')
    : new ActionFailure('unreachable', 'the connection broke', wasSent ? {} : { notApplied: true })
}
