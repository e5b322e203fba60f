import { createServer } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { makeNet } from '../../src/node/net.ts'
import { type CertificateRequest, makeCertificate } from '../support/certificates.ts'
import { serveNames } from '../support/name-server.ts'
import { closedPort, listen, serveTcp } from '../support/servers.ts'

const net = makeNet()
const timeoutMs = 60_000

describe('tcp', () => {
  it('opens a connection', async () => {
    const port = await serveTcp(() => undefined)
    expect((await net.tcp('127.0.0.1', port, timeoutMs)).ms).toBeGreaterThanOrEqual(0)
  })

  it('tells a closed port, an unknown name and a cancel apart', async () => {
    await expect(net.tcp('127.0.0.1', await closedPort(), timeoutMs)).rejects.toMatchObject({ class: 'unreachable' })
    await expect(net.tcp('no-such-host.invalid', 80, timeoutMs)).rejects.toMatchObject({ class: 'unreachable' })
    const port = await serveTcp(() => undefined)
    await expect(net.tcp('127.0.0.1', port, timeoutMs, AbortSignal.abort())).rejects.toMatchObject({
      class: 'cancelled',
    })
  })
})

describe('dns', () => {
  it('asks the server that is named, record type by record type', async () => {
    const server = await serveNames({
      'a.test A': ['192.0.2.9', '192.0.2.10'],
      'a.test AAAA': ['2001:db8:0:0:0:0:0:1'],
      'a.test MX': ['10 mail.a.test'],
      'a.test TXT': ['v=spf1 -all'],
      'www.a.test CNAME': ['a.test'],
    })
    const ask = (name: string, type: 'A' | 'AAAA' | 'CNAME' | 'MX' | 'TXT'): Promise<readonly string[]> =>
      net.dns(name, type, timeoutMs, [server])
    expect(await ask('a.test', 'A')).toEqual(['192.0.2.10', '192.0.2.9'])
    expect(await ask('a.test', 'AAAA')).toEqual(['2001:db8::1'])
    expect(await ask('a.test', 'MX')).toEqual(['10 mail.a.test'])
    expect(await ask('a.test', 'TXT')).toEqual(['v=spf1 -all'])
    expect(await ask('www.a.test', 'CNAME')).toEqual(['a.test'])
    expect(await ask('unknown.test', 'A')).toEqual([])
  })

  it('looks addresses up as programs do when no server is named', async () => {
    expect(await net.dns('localhost', 'A', timeoutMs)).toContain('127.0.0.1')
  })

  it('gives failures their class', async () => {
    const server = await serveNames({ 's.test A': 'servfail', 'r.test A': 'refused', 'q.test A': 'silent' })
    await expect(net.dns('s.test', 'A', timeoutMs, [server])).rejects.toMatchObject({ class: 'process' })
    await expect(net.dns('r.test', 'A', timeoutMs, [server])).rejects.toMatchObject({ class: 'refused' })
    await expect(net.dns('q.test', 'A', 500, [server])).rejects.toMatchObject({ class: 'timeout' })
    await expect(net.dns('a.test', 'A', 500, ['not an address'])).rejects.toMatchObject({ class: 'process' })
    await expect(net.dns('a.test', 'A', timeoutMs, [`127.0.0.1:${await closedPort()}`])).rejects.toMatchObject({
      class: 'unreachable',
    })
  })
})

describe('tls', () => {
  async function serve(request?: CertificateRequest): Promise<{ port: number; ca: string }> {
    const certificate = makeCertificate(request)
    const port = await listen(createServer({ key: certificate.key, cert: certificate.cert }))
    return { port, ca: certificate.ca }
  }

  it('reads names, times and issuer, and says whether it is trusted', async () => {
    const { port, ca } = await serve({ notAfter: '20400101000000Z' })
    expect(await net.tls('127.0.0.1', port, { timeoutMs, ca })).toMatchObject({
      subject: 'CN=localhost',
      issuer: 'CN=Test authority',
      names: ['localhost', '127.0.0.1'],
      validTo: Date.UTC(2040, 0, 1),
      trusted: true,
    })
    expect(await net.tls('localhost', port, { timeoutMs })).toMatchObject({ trusted: false })
  })

  it('names why a certificate is not trusted', async () => {
    const old = await serve({ notAfter: '20210101000000Z' })
    expect(await net.tls('localhost', old.port, { timeoutMs, ca: old.ca })).toMatchObject({
      trusted: false,
      trustError: 'CERT_HAS_EXPIRED',
    })
    const other = await serve({ names: ['DNS:elsewhere.example'] })
    expect(await net.tls('localhost', other.port, { timeoutMs, ca: other.ca })).toMatchObject({
      trusted: false,
      trustError: 'ERR_TLS_CERT_ALTNAME_INVALID',
    })
    const named = { timeoutMs, ca: other.ca, serverName: 'elsewhere.example' }
    expect(await net.tls('localhost', other.port, named)).toMatchObject({ trusted: true })
  })

  it('tells silence, a drop and a server without TLS apart', async () => {
    const silent = await serveTcp(() => undefined)
    await expect(net.tls('127.0.0.1', silent, { timeoutMs: 400 })).rejects.toMatchObject({ class: 'timeout' })
    const dropping = await serveTcp((socket) => socket.once('data', () => socket.destroy()))
    await expect(net.tls('127.0.0.1', dropping, { timeoutMs })).rejects.toMatchObject({ class: 'unreachable' })
    const plain = await serveTcp((socket) => socket.once('data', () => socket.end('220 hello\r\n')))
    await expect(net.tls('127.0.0.1', plain, { timeoutMs })).rejects.toMatchObject({ class: 'process' })
  })
})
