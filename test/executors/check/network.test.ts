import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { dns } from '../../../src/executors/check/dns.ts'
import { httpCheck } from '../../../src/executors/check/http.ts'
import { covers, tls } from '../../../src/executors/check/tls.ts'
import { makeContext } from '../../support/action-context.ts'
import { makeCertificate } from '../../support/certificates.ts'
import { serveNames } from '../../support/name-server.ts'
import { closedPort, listen, serveHttp, serveTcp } from '../../support/servers.ts'

describe('check.http', () => {
  it('judges status, text and JSON', async () => {
    const url = await serveHttp((request, response) => {
      if (request.url === '/moved') return void response.writeHead(302, { location: '/' }).end()
      if (request.url?.startsWith('/maintenance')) return void response.writeHead(503).end('read-only')
      response.end(JSON.stringify({ status: 'ok', nodes: [{ name: 'a/b', load: 1 }] }))
    })
    const perform = (args: object): ReturnType<typeof httpCheck.perform> =>
      httpCheck.perform(makeContext(), { url, ...args })
    const json = [{ pointer: '/nodes/0', equals: { load: 1, name: 'a/b' } }]
    expect((await perform({ status: [200], contains: ['ok'], json })).outputs).toMatchObject({ status: 200 })
    expect((await perform({ url: `${url}/moved` })).outputs).toMatchObject({ status: 200 })
    expect((await perform({ url: `${url}/maintenance`, status: [503] })).outputs).toMatchObject({ status: 503 })
    await expect(perform({ url: `${url}/maintenance?token=x` })).rejects.toMatchObject({
      class: 'not_ready',
      message: `${url}/maintenance answered 503`,
    })
    await expect(perform({ json: [{ pointer: '/status', equals: 'down' }] })).rejects.toMatchObject({
      message: '/status is "ok", not "down"',
    })
    await expect(perform({ json: [{ pointer: '/a', equals: 1 }] })).rejects.toMatchObject({
      message: '/a is missing, not 1',
    })
    await expect(perform({ matches: 'nothing like it' })).rejects.toMatchObject({ class: 'not_ready' })
  })

  it('gives the network’s failures their class', async () => {
    const perform = (url: string, timeout = '60s'): Promise<unknown> =>
      httpCheck.perform(makeContext(), { url, timeout })
    await expect(perform(`http://127.0.0.1:${await closedPort()}`)).rejects.toMatchObject({ class: 'unreachable' })
    const silent = await serveTcp(() => undefined)
    await expect(perform(`http://127.0.0.1:${silent}`, '400ms')).rejects.toMatchObject({ class: 'timeout' })
    const dropping = await serveTcp((socket) => socket.destroy())
    await expect(perform(`http://127.0.0.1:${dropping}`)).rejects.toMatchObject({ class: 'unreachable' })
    const garbage = await serveTcp((socket) => socket.end('220 mail\r\n'))
    await expect(perform(`http://127.0.0.1:${garbage}`)).rejects.toMatchObject({ class: 'process' })
  })

  it('says when JSON was wanted and something else came', async () => {
    const url = await serveHttp((_, response) => response.end('<html>'))
    await expect(httpCheck.perform(makeContext(), { url, json: [{ pointer: '', equals: 1 }] })).rejects.toMatchObject({
      class: 'process',
    })
  })
})

describe('check.tls', () => {
  it('judges the days left, the names and the trust', async () => {
    const certificate = makeCertificate({ names: ['DNS:localhost', 'DNS:*.example.org'], notAfter: '20500101000000Z' })
    const port = await listen(createServer({ key: certificate.key, cert: certificate.cert }))
    const context = makeContext()
    writeFileSync(join(context.directory, 'ca.pem'), certificate.ca)
    const args = { host: 'localhost', port, ca_file: 'ca.pem' }
    expect((await tls.perform(context, { ...args, names: ['www.example.org'] })).outputs).toMatchObject({
      trusted: true,
      valid_to: '2050-01-01T00:00:00.000Z',
    })
    await expect(tls.perform(context, { ...args, min_days_left: 100_000 })).rejects.toMatchObject({
      class: 'not_ready',
      message: expect.stringContaining('100000 are needed'),
    })
    await expect(tls.perform(context, { ...args, names: ['a.b.example.org'] })).rejects.toMatchObject({
      message: expect.stringContaining('does not hold a.b.example.org'),
    })
    await expect(tls.perform(context, { host: 'localhost', port })).rejects.toMatchObject({
      message: expect.stringContaining('not trusted'),
    })
    expect((await tls.perform(context, { host: 'localhost', port, trusted: false })).outputs['trusted']).toBe(false)
  })

  it.each([
    ['www.example.org', 'WWW.example.org', true],
    ['*.example.org', 'www.example.org', true],
    ['*.example.org', 'example.org', false],
    ['*.example.org', 'a.b.example.org', false],
    ['example.org', 'www.example.org', false],
  ])('%s covers %s: %s', (held, name, is) => expect(covers(held, name)).toBe(is))
})

describe('check.dns', () => {
  it('compares with what is expected', async () => {
    const server = await serveNames({ 'a.test A': ['192.0.2.1', '192.0.2.2'], 'slow.test A': 'silent' })
    const perform = (args: object): ReturnType<typeof dns.perform> =>
      dns.perform(makeContext(), { name: 'a.test', servers: [server], timeout: '60s', ...args })
    expect((await perform({ expect: ['192.0.2.2'] })).outputs).toEqual({ records: ['192.0.2.1', '192.0.2.2'] })
    await expect(perform({ expect: ['192.0.2.3'] })).rejects.toMatchObject({
      class: 'not_ready',
      message: 'a.test is 192.0.2.1, 192.0.2.2; missing: 192.0.2.3',
    })
    await expect(perform({ name: 'b.test' })).rejects.toMatchObject({ message: 'b.test has no A record' })
    await expect(perform({ name: 'slow.test', timeout: '500ms' })).rejects.toMatchObject({ class: 'timeout' })
    expect(dns.check?.({ name: 'a', from: 'target', servers: ['x'], type: 'MX' })).toHaveLength(2)
  })
})
