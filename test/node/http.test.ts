import type { IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeHttp } from '../../src/node/http.ts'
import { type Certificate, makeCertificate } from '../support/certificates.ts'
import { closedPort, serveHttp, serveHttps, serveTcp } from '../support/servers.ts'
import { timeEnough } from '../support/time-enough.ts'

const warnings: string[] = []
const http = makeHttp({ onInsecure: (message) => warnings.push(message) })
afterAll(() => http.close())
let certificate: Certificate
let expired: Certificate
let foreign: Certificate
beforeAll(() => {
  certificate = makeCertificate()
  expired = makeCertificate({ notAfter: '20210101000000Z' })
  foreign = makeCertificate({ names: ['DNS:elsewhere.example'] })
})
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()
const timeoutMs = 60_000
async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += chunk
  return body
}

describe('http', () => {
  it('sends method, headers and body, and gives status, headers and body back', async () => {
    const base = await serveHttp(async (request, response) => {
      response.writeHead(418, { 'Set-Cookie': ['a=1', 'b=2'], 'X-Seen': request.headers['x-mine'] })
      response.end(`${request.method} ${request.url} ${await bodyOf(request)}`)
    })
    const answer = await http.request({
      method: 'POST',
      url: `${base}/p?q=1`,
      headers: { 'X-Mine': 'yes' },
      body: 'héllo',
      timeoutMs,
    })
    expect(answer).toMatchObject({ status: 418, headers: { 'x-seen': 'yes', 'set-cookie': 'a=1, b=2' } })
    expect(text(answer.body)).toBe('POST /p?q=1 héllo')
  })

  it('keeps connections', async () => {
    const ports = new Set<number | undefined>()
    const base = await serveHttp((request, response) => {
      ports.add(request.socket.remotePort)
      response.end()
    })
    for (let i = 0; i < 5; i += 1) await http.request({ method: 'GET', url: base, timeoutMs })
    expect(ports.size).toBe(1)
  })

  it('replaces a kept connection that the server dropped, for a request that may be repeated', async () => {
    const base = await serveHttp((request, response) => {
      response.end('ok')
      response.once('finish', () => setImmediate(() => request.socket.destroy()))
    })
    for (let i = 0; i < 20; i += 1) {
      expect((await http.request({ method: 'GET', url: base, timeoutMs })).status).toBe(200)
    }
  })

  describe('failure classes', () => {
    const rows: readonly (readonly [string, () => Promise<string>, string, string])[] = [
      ['a refused connection', async () => `http://127.0.0.1:${await closedPort()}`, 'GET', 'unreachable'],
      ['a name that does not exist', async () => 'http://no-such-host.invalid/', 'GET', 'unreachable'],
      ['a dropped connection', async () => drop('now'), 'GET', 'unreachable'],
      ['a connection dropped within the body', async () => drop('body'), 'GET', 'unreachable'],
      ['a dropped connection after a POST was sent', async () => drop('request'), 'POST', 'unknown'],
      ['a dropped connection after a PUT was sent', async () => drop('request'), 'PUT', 'unreachable'],
      ['a reply that is not HTTP', async () => garbage(), 'GET', 'process'],
      ['a URL of another kind', async () => 'file:///etc/passwd', 'GET', 'process'],
    ]
    it.each(rows)('%s', async (_, url, method, failureClass) => {
      await expect(http.request({ method, url: await url(), timeoutMs })).rejects.toMatchObject({
        name: 'ActionFailure',
        class: failureClass,
      })
    })

    it.each([
      ['silence', 'GET', 'timeout'],
      ['silence after a POST', 'POST', 'unknown'],
    ])('%s', async (_, method, failureClass) => {
      await timeEnough(700, async (shortMs) => {
        let isSent = false
        const url = await silence(() => {
          isSent = true
        })
        const failure = await http.request({ method, url, timeoutMs: shortMs }).catch((error: unknown) => error)
        if (isSent) expect(failure).toMatchObject({ name: 'ActionFailure', class: failureClass })
        return isSent
      })
    })

    it('a POST that never left is unreachable, not unknown', async () => {
      const url = `http://127.0.0.1:${await closedPort()}`
      await expect(http.request({ method: 'POST', url, body: 'x', timeoutMs })).rejects.toMatchObject({
        class: 'unreachable',
      })
    })

    it('a POST that is declared idempotent stays with the plain class', async () => {
      const url = await drop('request')
      await expect(http.request({ method: 'POST', url, idempotent: true, timeoutMs })).rejects.toMatchObject({
        class: 'unreachable',
      })
    })

    it('cancel', async () => {
      const stop = new AbortController()
      const asked = http.request({
        method: 'GET',
        url: await silence(() => stop.abort()),
        timeoutMs,
        signal: stop.signal,
      })
      await expect(asked).rejects.toMatchObject({ class: 'cancelled' })
    })

    it('a body beyond the limit', async () => {
      const base = await serveHttp((_, response) => response.end(Buffer.alloc(100_000)))
      await expect(http.request({ method: 'GET', url: base, timeoutMs, bodyBytesMax: 1000 })).rejects.toMatchObject({
        class: 'process',
        message: expect.stringContaining('larger than 1000 bytes'),
      })
    })
  })

  describe('certificates', () => {
    it('trusts an authority that is handed in', async () => {
      const url = await serveHttps(certificate, (_, response) => response.end('safe'))
      expect(text((await http.request({ method: 'GET', url, timeoutMs, ca: certificate.ca })).body)).toBe('safe')
    })

    it('refuses unknown, expired and foreign ones, and says which', async () => {
      const answer = (_: IncomingMessage, response: { end(): void }): void => response.end()
      const unknown = await serveHttps(certificate, answer)
      await expect(http.request({ method: 'GET', url: unknown, timeoutMs })).rejects.toMatchObject({ class: 'refused' })
      const old = await serveHttps(expired, answer)
      await expect(http.request({ method: 'GET', url: old, timeoutMs, ca: expired.ca })).rejects.toMatchObject({
        class: 'refused',
        message: expect.stringContaining('expired'),
      })
      const other = await serveHttps(foreign, answer)
      await expect(http.request({ method: 'POST', url: other, timeoutMs, ca: foreign.ca })).rejects.toMatchObject({
        class: 'refused',
        message: expect.stringContaining('another name'),
      })
    })

    it('goes without a check only when told to, loudly and once per server', async () => {
      const url = await serveHttps(certificate, (_, response) => response.end())
      await http.request({ method: 'GET', url, timeoutMs, insecure: true })
      await http.request({ method: 'GET', url, timeoutMs, insecure: true })
      expect(warnings.filter((each) => each.includes(url))).toEqual([`certificates of ${url} are not checked`])
      await expect(http.request({ method: 'GET', url, timeoutMs })).rejects.toMatchObject({ class: 'refused' })
    })
  })

  describe('redirects', () => {
    it('are answers unless they are to be followed', async () => {
      const base = await serveHttp((request, response) => {
        if (request.url === '/end') return void response.end('there')
        response.writeHead(302, { location: '/end' }).end()
      })
      expect((await http.request({ method: 'GET', url: base, timeoutMs })).status).toBe(302)
      const followed = await http.request({ method: 'GET', url: base, timeoutMs, redirects: 'follow' })
      expect(text(followed.body)).toBe('there')
    })

    it('carry no header to another origin, and no body', async () => {
      const seen: IncomingMessage['headers'][] = []
      const other = await serveHttp((request, response) => {
        seen.push(request.headers)
        response.end()
      })
      const base = await serveHttp((request, response) => {
        response.writeHead(request.method === 'PUT' ? 307 : 302, { location: `${other}/x` }).end()
      })
      const headers = { Authorization: 'Bearer secret-token', 'X-Api-Key': 'secret-token' }
      await http.request({ method: 'GET', url: base, headers, timeoutMs, redirects: 'follow' })
      expect(seen).toHaveLength(1)
      expect(JSON.stringify(seen)).not.toContain('secret-token')
      await expect(
        http.request({ method: 'PUT', url: base, headers, body: 'b', timeoutMs, redirects: 'follow' }),
      ).rejects.toMatchObject({ class: 'refused' })
      expect(seen).toHaveLength(1)
    })

    it('end when they go in circles, and never leave TLS', async () => {
      const circle = await serveHttp((_, response) => response.writeHead(302, { location: '/' }).end())
      await expect(http.request({ method: 'GET', url: circle, timeoutMs, redirects: 'follow' })).rejects.toMatchObject({
        class: 'process',
      })
      const url = await serveHttps(certificate, (_, response) => response.writeHead(302, { location: circle }).end())
      await expect(
        http.request({ method: 'GET', url, timeoutMs, ca: certificate.ca, redirects: 'follow' }),
      ).rejects.toMatchObject({ class: 'refused' })
    })
  })
})

async function drop(when: 'now' | 'request' | 'body'): Promise<string> {
  const port = await serveTcp((socket) => {
    if (when === 'now') return void socket.destroy()
    socket.once('data', () => {
      if (when === 'body') socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf', () => socket.destroy())
      else socket.destroy()
    })
  })
  return `http://127.0.0.1:${port}/`
}

async function silence(onRequest: () => void = () => undefined): Promise<string> {
  return `http://127.0.0.1:${await serveTcp((socket) => socket.once('data', onRequest))}/`
}

async function garbage(): Promise<string> {
  return `http://127.0.0.1:${await serveTcp((socket) => socket.once('data', () => socket.end('SSH-2.0-x\r\n')))}/`
}
