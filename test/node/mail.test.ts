import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { makeMail } from '../../src/node/mail.ts'
import type { MailServer } from '../../src/ports/mail.ts'
import { makeCertificate } from '../support/certificates.ts'
import { serveMail } from '../support/mail-server.ts'
import { closedPort, serveTcp } from '../support/servers.ts'

const warnings: string[] = []
const mail = makeMail({ onInsecure: (message) => warnings.push(message) })
const message = {
  from: 'rollbook@example.org',
  to: ['ops@example.org', 'cab@example.org'],
  cc: ['boss@example.org'],
  subject: 'Upgrade tonight: Größe 3',
  text: 'From 22:00.\nBring coffee.',
}
const at = (port: number, more: Partial<MailServer> = {}): MailServer => ({
  host: '127.0.0.1',
  port,
  tls: 'none',
  ...more,
})
const options = { timeoutMs: 60_000 }

describe('mail', () => {
  it('is delivered with headers and text', async () => {
    const server = await serveMail()
    const sent = await mail.send(at(server.port), { ...message, messageId: '<effect-1@rollbook>' }, options)
    expect(sent).toMatchObject({
      messageId: '<effect-1@rollbook>',
      accepted: ['ops@example.org', 'cab@example.org', 'boss@example.org'],
      rejected: [],
    })
    expect(server.messages).toHaveLength(1)
    expect(server.messages[0]).toContain('Message-ID: <effect-1@rollbook>')
    expect(server.messages[0]).toContain('Bring coffee.')
  })

  it('logs in over STARTTLS with a certificate that is checked', async () => {
    const certificate = makeCertificate()
    const logins: string[] = []
    const server = await serveMail({
      key: certificate.key,
      cert: certificate.cert,
      authOptional: false,
      onAuth: (auth, session, done) => {
        logins.push(`${session.secure} ${auth.username} ${auth.password}`)
        done(null, { user: auth.username })
      },
    })
    const login = { tls: 'starttls', user: 'u', password: 'p4ssword' } as const
    await mail.send(at(server.port, { ...login, ca: certificate.ca }), message, options)
    expect(logins).toEqual(['true u p4ssword'])
    await expect(mail.send(at(server.port, login), message, options)).rejects.toMatchObject({ class: 'refused' })
    expect(warnings).toEqual([])
    await mail.send(at(server.port, { ...login, insecure: true }), message, options)
    expect(warnings).toEqual([`certificates of 127.0.0.1:${server.port} are not checked`])
  })

  it('never falls back to plain text when STARTTLS is asked for', async () => {
    const server = await serveMail()
    await expect(mail.send(at(server.port, { tls: 'starttls' }), message, options)).rejects.toMatchObject({
      class: 'refused',
    })
    expect(server.messages).toEqual([])
  })

  it('says which recipients were turned down', async () => {
    const server = await serveMail({
      onRcptTo: (address, _, done) => done(address.address.startsWith('cab') ? new Error('no such user') : null),
    })
    expect(await mail.send(at(server.port), message, options)).toMatchObject({
      accepted: ['ops@example.org', 'boss@example.org'],
      rejected: ['cab@example.org'],
    })
  })

  describe('failure classes', () => {
    it('a refused connection', async () => {
      await expect(mail.send(at(await closedPort()), message, options)).rejects.toMatchObject({ class: 'unreachable' })
    })

    it('a wrong password', async () => {
      const server = await serveMail({
        authOptional: false,
        onAuth: (_auth, _session, done) => done(new Error('bad credentials')),
      })
      const login = at(server.port, { user: 'u', password: 'wrong-password' })
      await expect(mail.send(login, message, options)).rejects.toMatchObject({ class: 'refused' })
    })

    it.each([
      [450, 'not_ready'],
      [550, 'refused'],
    ])('a reply of %i to every recipient', async (responseCode, failureClass) => {
      const server = await serveMail({
        onRcptTo: (_address, _session, done) => done(Object.assign(new Error('not you'), { responseCode })),
      })
      await expect(mail.send(at(server.port), message, options)).rejects.toMatchObject({ class: failureClass })
    })

    it('silence', async () => {
      const port = await serveTcp(() => undefined)
      await expect(mail.send(at(port), message, { timeoutMs: 500 })).rejects.toMatchObject({ class: 'timeout' })
    })

    it('a malformed greeting', async () => {
      const port = await serveTcp((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
      await expect(mail.send(at(port), message, options)).rejects.toMatchObject({ class: 'process' })
    })

    it('a drop before the mail was handed over, and one after it', async () => {
      const before = await serveTcp((socket) => dialogue(socket, 'MAIL'))
      await expect(mail.send(at(before), message, options)).rejects.toMatchObject({ class: 'unreachable' })
      const after = await serveTcp((socket) => dialogue(socket, '.'))
      await expect(mail.send(at(after), message, options)).rejects.toMatchObject({ class: 'unknown' })
    })

    it('cancel', async () => {
      const stop = new AbortController()
      const port = await serveTcp(() => stop.abort())
      await expect(mail.send(at(port), message, { ...options, signal: stop.signal })).rejects.toMatchObject({
        class: 'cancelled',
      })
    })
  })
})

/** Speaks SMTP by the book until a line begins with `last`; then it drops the connection. */
function dialogue(socket: Socket, last: string): void {
  socket.write('220 test\r\n')
  let rest = ''
  socket.on('data', (chunk) => {
    rest += chunk.toString()
    const lines = rest.split('\r\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line.startsWith(last)) return void socket.destroy()
      if (/^(EHLO|MAIL|RCPT)/.test(line)) socket.write('250 fine\r\n')
      if (line === 'DATA') socket.write('354 go on\r\n')
    }
  })
}
