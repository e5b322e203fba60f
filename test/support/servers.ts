import { once } from 'node:events'
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { type AddressInfo, connect, createServer as createTcp, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Certificate } from './certificates.ts'

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown

/** Listens on a port that the system hands out, until the test is over. */
export async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

/** @returns the base URL, without a slash at the end */
export async function serveHttp(listener: Listener): Promise<string> {
  return `http://127.0.0.1:${await listen(createHttp(listener))}`
}

/** @returns the base URL, without a slash at the end */
export async function serveHttps(certificate: Certificate, listener: Listener): Promise<string> {
  const server = createHttps({ key: certificate.key, cert: certificate.cert }, listener)
  return `https://127.0.0.1:${await listen(server)}`
}

/** Speaks whatever the test wants; `onSocket` sees every connection. */
export async function serveTcp(onSocket: (socket: Socket) => void): Promise<number> {
  return await listen(createTcp(onSocket))
}

/** A port on which nothing listens, and nothing will: the near end of a connection that stays open until the test is over. */
export async function closedPort(): Promise<number> {
  const near = connect(await serveTcp(() => undefined), '127.0.0.1')
  near.on('error', () => undefined)
  await once(near, 'connect')
  onTestFinished(() => void near.destroy())
  return near.localPort!
}
