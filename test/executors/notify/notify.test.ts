import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { email } from '../../../src/executors/notify/email.ts'
import { webhook } from '../../../src/executors/notify/webhook.ts'
import { makeContext } from '../../support/action-context.ts'
import { serveMail } from '../../support/mail-server.ts'
import { closedPort, serveHttp, serveTcp } from '../../support/servers.ts'

describe('notify.email', () => {
  const message = { to: ['ops@example.org'], subject: 'Tonight', text: 'Please clear your browser cache.' }

  it('STK-33 goes through the system of the inventory, with its login', async () => {
    const logins: string[] = []
    const server = await serveMail({
      authOptional: false,
      onAuth: (auth, _session, done) => {
        logins.push(`${auth.username}:${auth.password}`)
        done(null, { user: auth.username })
      },
    })
    const context = makeContext({
      effect: 'announce@#1',
      secrets: { mail: 'mail-password' },
      systems: [
        {
          name: 'mail',
          kind: 'smtp',
          address: `127.0.0.1:${server.port}`,
          settings: { tls: 'none', user: 'u', password: { $secret: 'mail' }, from: 'Rollbook <rollbook@example.org>' },
        },
      ],
    })
    const result = await email.perform(context, { ...message, system: 'mail', cc: 'cab@example.org' })
    expect(result.outputs).toEqual({
      message_id: '<announce%40%231@example.org>',
      accepted: ['ops@example.org', 'cab@example.org'],
    })
    expect(logins).toEqual(['u:mail-password'])
    expect(server.messages[0]).toContain('Please clear your browser cache.')
    expect(await email.dryRun?.(context, { ...message, system: 'mail' })).toMatchObject({ coverage: 'assumed' })
    expect(server.messages).toHaveLength(1)
  })

  it('leaves it to a person when some recipients were refused', async () => {
    const server = await serveMail({
      onRcptTo: (address, _, done) => done(address.address.startsWith('no') ? new Error('unknown') : null),
    })
    const args = { ...message, to: ['ops@example.org', 'nobody@example.org'], from: 'a@example.org' }
    await expect(
      email.perform(makeContext(), { ...args, server: { host: '127.0.0.1', port: server.port, tls: 'none' } }),
    ).rejects.toMatchObject({ class: 'unknown', outputs: { accepted: ['ops@example.org'] } })
  })

  it('fails clearly without a server, and when there is none', async () => {
    await expect(email.perform(makeContext(), message)).rejects.toMatchObject({ class: 'process', notApplied: true })
    const server = { host: '127.0.0.1', port: await closedPort(), tls: 'none' }
    await expect(email.perform(makeContext(), { ...message, from: 'a@b.example', server })).rejects.toMatchObject({
      class: 'unreachable',
    })
    expect(email.check?.({ ...message, system: 'a', server })).toHaveLength(1)
  })
})

describe('notify.webhook', () => {
  async function bodyOf(request: IncomingMessage): Promise<string> {
    let body = ''
    for await (const chunk of request) body += chunk
    return body
  }

  it('posts text or JSON, and names only the host of a secret address', async () => {
    const seen: string[] = []
    const base = await serveHttp(async (request, response) => {
      seen.push(`${request.url} ${await bodyOf(request)}`)
      response.writeHead(request.url === '/hook-of-token-123' ? 200 : 404).end()
    })
    const context = makeContext({ secrets: { hook: `${base}/hook-of-token-123`, wrong: `${base}/wrong-token-456` } })
    const args = { url: { $secret: 'hook' }, text: 'The upgrade begins.' }
    const result = await webhook.perform(context, args)
    await webhook.perform(context, { url: args.url, json: { blocks: [1] } })
    expect(seen).toEqual(['/hook-of-token-123 {"text":"The upgrade begins."}', '/hook-of-token-123 {"blocks":[1]}'])
    expect(result.summary).toBe(`${new URL(base).host} answered 200`)
    expect(webhook.describe(args)).toBe('post to •••: The upgrade begins.')
    const failure = await webhook
      .perform(context, { ...args, url: { $secret: 'wrong' } })
      .catch((error: unknown) => error)
    expect(failure).toMatchObject({ class: 'refused' })
    expect(String(failure) + JSON.stringify(failure)).not.toContain('wrong-token-456')
    expect(await webhook.dryRun?.(context, args)).toMatchObject({ coverage: 'assumed' })
    expect(seen).toHaveLength(3)
  })

  it.each(['token\n', 'token – new', 'to\0ken'])(
    'refuses a header that cannot be sent before it sends: %j',
    async (value) => {
      const context = makeContext({ secrets: { token: value } })
      const args = {
        url: `http://127.0.0.1:${await closedPort()}/`,
        text: 'x',
        headers: { 'x-token': { $secret: 'token' } },
      }
      const failure = await webhook.perform(context, args).catch((error: unknown) => error)
      expect(failure).toMatchObject({ class: 'process', notApplied: true })
      expect(failure).toMatchObject({ message: expect.stringMatching(/^argument "headers.x-token" is not /) })
      expect(String(failure).replace('x-token', '')).not.toContain('token')
    },
  )

  it('is unknown when the call may have come through', async () => {
    const port = await serveTcp((socket) => socket.once('data', () => socket.destroy()))
    await expect(webhook.perform(makeContext(), { url: `http://127.0.0.1:${port}/`, text: 'x' })).rejects.toMatchObject(
      { class: 'unknown' },
    )
    await expect(
      webhook.perform(makeContext(), { url: `http://127.0.0.1:${await closedPort()}/`, text: 'x' }),
    ).rejects.toMatchObject({ class: 'unreachable' })
  })
})
