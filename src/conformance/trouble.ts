/**
 * Trouble at the border of an action: the first call and all that follow meet a far side that is broken in one way. HTTP
 * goes to a real server that is broken so; other ports fail in the words of their own description.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { failureOfAbort } from '../ports/abort.ts'
import { ActionFailure } from '../ports/executor.ts'
import type { Ports } from '../ports/ports.ts'
import type { Trouble } from './description.ts'
import type { Harm, PortCall } from './watched-ports.ts'

export interface BrokenServer {
  /** Answers as the trouble says: 403, never, or something that is no answer to any question. */
  url(trouble: 'denied' | 'silent' | 'malformed' | 'refused'): string
  close(): Promise<void>
}

/** What no program can read: no JSON, no XML, no version, no number. */
const garbage = '\u0007\u0001<<< }{ not what was asked for \u0002'

export async function startBrokenServer(): Promise<BrokenServer> {
  const server = createServer((request, response) => {
    request.resume()
    request.on('error', () => undefined)
    if (request.url?.startsWith('/denied')) response.writeHead(403, { 'content-type': 'text/plain' }).end('no')
    else if (request.url?.startsWith('/malformed')) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(garbage)
    }
  })
  const port = await listen(server)
  const gone = createServer()
  const closedPort = await listen(gone)
  await closed(gone)
  return {
    url: (trouble) => `http://127.0.0.1:${trouble === 'refused' ? closedPort : port}/${trouble}`,
    close: () => closed(server),
  }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function closed(server: Server): Promise<void> {
  const done = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  await done
}

/** Ports that can meet the trouble at all: nobody refuses a file of this machine, and a local program has no connection. */
export function meets(trouble: Trouble, call: PortCall): boolean {
  switch (call.port) {
    case 'files':
      return false
    case 'processes':
      return trouble === 'silent' || trouble === 'malformed'
    case 'net':
      return trouble === 'refused' || trouble === 'silent'
    case 'mail':
      return trouble !== 'malformed'
    case 'ssh_transfer':
      return trouble !== 'malformed'
    case 'ssh_session':
      return trouble !== 'malformed' && trouble !== 'dropped'
    default:
      return true
  }
}

/** @param ports - for the real server behind `http` */
export function trouble(kind: Exclude<Trouble, 'dropped'>, server: BrokenServer, ports: Ports): Harm {
  return async (call, _point, real) => {
    if (!meets(kind, call)) return await real()
    if (call.port === 'http') {
      const { insecure: _, ca: __, ...request } = call.request
      return await ports.http.request({ ...request, url: server.url(kind) } as typeof request & { url: string })
    }
    switch (kind) {
      case 'refused':
        throw new ActionFailure('unreachable', 'connection refused', { notApplied: true })
      case 'denied':
        throw new ActionFailure('refused', 'login denied', { notApplied: true })
      case 'silent':
        return await silence(call)
      case 'malformed':
        return garbled(call)
    }
  }
}

/** Nothing comes, until the time that the call itself gave is over, or it is called off. */
async function silence(call: PortCall): Promise<never> {
  const { timeoutMs, signal } = patienceOf(call)
  return await new Promise<never>((_resolve, reject) => {
    const late = setTimeout(() => reject(new ActionFailure('timeout', 'no answer')), timeoutMs)
    const off = (): void => {
      clearTimeout(late)
      if (signal) reject(failureOfAbort(signal, 'waiting for an answer'))
    }
    if (signal?.aborted) off()
    else signal?.addEventListener('abort', off, { once: true })
  })
}

function patienceOf(call: PortCall): { readonly timeoutMs: number; readonly signal: AbortSignal | undefined } {
  switch (call.port) {
    case 'ssh_exec':
      return { timeoutMs: call.command.timeoutMs, signal: call.command.signal }
    case 'processes':
      return { timeoutMs: call.spec.timeoutMs, signal: call.spec.signal }
    case 'http':
      return { timeoutMs: call.request.timeoutMs, signal: call.request.signal }
    case 'files':
      return { timeoutMs: 0, signal: undefined }
    default:
      return call
  }
}

/** A program that ended well and printed something else. */
function garbled(call: PortCall): unknown {
  const bytes = new TextEncoder().encode(garbage)
  const onOutput =
    call.port === 'ssh_exec' ? call.command.onOutput : call.port === 'processes' ? call.spec.onOutput : undefined
  void onOutput?.('stdout', bytes)
  return { exitCode: 0, killedBy: null, stdout: bytes, stderr: new Uint8Array(0), truncated: false }
}
