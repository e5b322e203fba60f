import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { ServerCertificate } from './certificate.ts'

const bodyBytesMax = 1 << 20

/** An HTTPS server on a loopback port. A request whose answer fails is cut off. */
export class LoopbackServer {
  readonly #server: Server

  constructor(
    certificate: ServerCertificate,
    serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  ) {
    const { key, cert } = certificate
    this.#server = createServer({ key, cert }, (request, response) => {
      void serve(request, response).catch(() => response.destroy())
    })
    this.#server.on('tlsClientError', (_, socket) => socket.destroy())
  }

  /**
   * @param port - 0: the system chooses
   * @returns the address, without a path
   */
  listen(port: number): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, '127.0.0.1', () => {
        resolve(`https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`)
      })
    })
  }

  /** Cuts all connections. */
  close(): Promise<void> {
    this.#server.closeAllConnections()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }
}

/** @returns nothing for a body of more than 1 MiB */
export async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes <= bodyBytesMax) parts.push(part)
  }
  return bytes > bodyBytesMax ? undefined : Buffer.concat(parts).toString()
}
