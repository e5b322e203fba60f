import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Faults } from './faults.ts'

/** One request that was answered, or not. */
export interface RepositoryRequest {
  /** ISO 8601, real time. */
  readonly at: string
  readonly host: string
  readonly path: string
  /** 0 when the connection was cut. */
  readonly status: number
}

/**
 * The repositories over HTTP on a loopback port, one name per flow. A second port takes connections and says nothing:
 * that is what a firewall looks like which drops what it does not like.
 */
export class RepositoryServer {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #faults: Faults
  readonly requests: RepositoryRequest[] = []
  /** By name of the repository and path below it. */
  files: ReadonlyMap<string, Uint8Array> = new Map()
  port = 0

  constructor(faults: Faults) {
    this.#faults = faults
    this.#server = createServer((request, response) => this.#answer(request, response))
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => this.#sockets.delete(socket))
    })
  }

  /** @param address - and a port that the system chooses */
  listen(address: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(0, address, () => {
        this.port = (this.#server.address() as AddressInfo).port
        resolve()
      })
    })
  }

  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://repository.example').pathname).slice(1)
    const told = (status: number): void => {
      const host = request.headers.host?.split(':')[0] ?? ''
      this.requests.push({ at: new Date().toISOString(), host, path, status })
    }
    const content = this.files.get(path)
    const isPackage = path.endsWith('.deb')
    if (this.#faults.take('repository-503')) return reply(response, 503, told, 'emulated fault')
    if (content === undefined) return reply(response, 404, told, 'not in this repository')
    if (isPackage && this.#faults.take('download-missing', ([name]) => !name || path.includes(`/${name}_`)))
      return reply(response, 404, told, 'emulated fault')
    let bytes = Buffer.from(content)
    if (isPackage && this.#faults.take('download-damaged', ([name]) => !name || path.includes(`/${name}_`)))
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 0xff
    const from = rangeStart(request.headers.range)
    response.setHeader('Accept-Ranges', 'bytes')
    response.setHeader('Content-Type', isPackage ? 'application/vnd.debian.binary-package' : 'text/plain')
    if (from !== undefined && from < bytes.length) {
      response.setHeader('Content-Range', `bytes ${from}-${bytes.length - 1}/${bytes.length}`)
      response.statusCode = 206
      bytes = bytes.subarray(from)
    }
    response.setHeader('Content-Length', bytes.length)
    if (isPackage && this.#faults.take('download-breaks', ([name]) => !name || path.includes(`/${name}_`))) {
      told(0)
      response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => request.socket.destroy())
      return
    }
    const slow = isPackage ? this.#faults.find('download-slow') : undefined
    told(response.statusCode)
    if (slow === undefined) response.end(bytes)
    else trickle(response, bytes, Number(slow.parameters[0] || 32) * 1024)
  }
}

function reply(response: ServerResponse, status: number, told: (status: number) => void, text: string): void {
  told(status)
  response.writeHead(status, { 'Content-Type': 'text/plain' })
  response.end(`${text}\n`)
}

function rangeStart(range: string | undefined): number | undefined {
  const from = /^bytes=(\d+)-$/.exec(range ?? '')?.[1]
  return from === undefined ? undefined : Number(from)
}

/** @param bytesPerSecond - in pieces of a tenth of a second */
function trickle(response: ServerResponse, bytes: Buffer, bytesPerSecond: number): void {
  const piece = Math.max(1, Math.floor(bytesPerSecond / 10))
  let at = 0
  const timer = setInterval(() => {
    if (response.destroyed || at >= bytes.length) {
      clearInterval(timer)
      response.end()
      return
    }
    response.write(bytes.subarray(at, at + piece))
    at += piece
  }, 100)
}
