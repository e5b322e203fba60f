import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/base/json.ts'
import { request } from '../../../src/executors/http/request.ts'
import { makeContext } from '../../support/action-context.ts'
import { closedPort, serveHttp, serveTcp } from '../../support/servers.ts'
import { timeEnough } from '../../support/time-enough.ts'

async function bodyOf(message: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of message) body += chunk
  return body
}

describe('http.request', () => {
  it('sends JSON with a secret in it, and takes values out of the answer', async () => {
    const seen: string[] = []
    const url = await serveHttp(async (message, response) => {
      seen.push(
        `${message.method} ${message.headers['content-type']} ${message.headers.authorization} ${message.headers['idempotency-key']}`,
        await bodyOf(message),
      )
      response.writeHead(202).end(JSON.stringify({ job: { id: 7, 'a/b': [true] } }))
    })
    const context = makeContext({ secrets: { token: 'the-token' }, effect: 'p/s@t#1' })
    const args = {
      method: 'POST',
      url,
      headers: { Authorization: { $secret_text: ['Bearer ', { $secret: 'token' }] } },
      json: { password: { $secret: 'token' }, n: 1 },
      status: [202],
      outputs: { job: '/job/id', deep: '/job/a~1b/0' },
      idempotency_header: 'Idempotency-Key',
    }
    const result = await request.perform(context, args)
    expect(seen).toEqual(['POST application/json Bearer the-token p%2Fs%40t%231', '{"password":"the-token","n":1}'])
    expect(result.outputs).toMatchObject({ status: 202, job: 7, deep: true })
    expect(request.describe(args)).toBe(`POST ${url}\nAuthorization: Bearer •••\n\n{"password":"•••","n":1}`)
  })

  it.each([
    [401, 'refused'],
    [403, 'refused'],
    [404, 'refused'],
    [429, 'not_ready'],
    [500, 'process'],
    [502, 'unreachable'],
    [503, 'not_ready'],
  ])('a status of %i is %s', async (status, failureClass) => {
    const url = await serveHttp((_, response) => response.writeHead(status).end('why'))
    await expect(request.perform(makeContext(), { url })).rejects.toMatchObject({
      class: failureClass,
      outputs: { status, body: 'why' },
    })
  })

  it('is unknown when a POST went out and no answer came', async () => {
    const perform = (url: string, more: JsonObject = {}): Promise<unknown> =>
      request.perform(makeContext(), { method: 'POST', url, body: 'x', ...more })
    const dropping = `http://127.0.0.1:${await serveTcp((socket) => socket.once('data', () => socket.destroy()))}`
    await expect(perform(dropping)).rejects.toMatchObject({ class: 'unknown' })
    await expect(perform(dropping, { idempotent: true })).rejects.toMatchObject({ class: 'unreachable' })
    await expect(perform(dropping, { method: 'PUT' })).rejects.toMatchObject({ class: 'unreachable' })
    await expect(perform(`http://127.0.0.1:${await closedPort()}`)).rejects.toMatchObject({ class: 'unreachable' })
    let asked = 0
    const silent = `http://127.0.0.1:${await serveTcp((socket) => socket.on('data', () => (asked += 1)))}`
    await timeEnough(400, async (ms) => {
      const failure = await perform(silent, { timeout: `${ms}ms` }).catch((error: unknown) => error)
      if (asked > 0) expect(failure).toMatchObject({ class: 'unknown' })
      return asked > 0
    })
    await expect(perform(silent, { method: 'DELETE', timeout: '400ms' })).rejects.toMatchObject({ class: 'timeout' })
  })

  it('fails clearly when the answer lacks what was wanted', async () => {
    const url = await serveHttp((message, response) => response.end(message.url === '/text' ? 'plain' : '{}'))
    await expect(request.perform(makeContext(), { url, outputs: { id: '/id' } })).rejects.toMatchObject({
      message: expect.stringContaining('nothing at /id for output "id"'),
    })
    await expect(request.perform(makeContext(), { url: `${url}/text`, outputs: { id: '/id' } })).rejects.toMatchObject({
      message: expect.stringContaining('no JSON'),
    })
  })

  it('keeps a large answer as evidence', async () => {
    const url = await serveHttp((_, response) => response.end('x'.repeat(200_000)))
    const context = makeContext()
    expect(String((await request.perform(context, { url })).outputs['body']).length).toBe(65_536)
    expect(context.evidence.get('answer')?.length).toBe(200_000)
  })

  it('rehearses: reads for real, and sends nothing else', async () => {
    const methods: (string | undefined)[] = []
    const url = await serveHttp((message, response) => {
      methods.push(message.method)
      response.end()
    })
    expect(await request.dryRun?.(makeContext(), { url })).toMatchObject({ coverage: 'checked' })
    expect(await request.dryRun?.(makeContext(), { url, method: 'DELETE' })).toMatchObject({ coverage: 'assumed' })
    expect(methods).toEqual(['GET'])
  })

  it.each([
    [{}, { effect: 'none', idempotent: true }],
    [{ method: 'POST' }, { effect: 'change', idempotent: false }],
    [
      { method: 'POST', read_only: true },
      { effect: 'none', idempotent: true },
    ],
    [{ method: 'PUT' }, { effect: 'change', idempotent: true }],
    [{ method: 'DELETE' }, { effect: 'change', idempotent: true }],
    [
      { method: 'PATCH', idempotency_header: 'K' },
      { effect: 'change', idempotent: true },
    ],
    [{ method: '${{ inputs.verb }}' }, { effect: 'change', idempotent: false }],
  ])('with %j is %j', (args, expected) => expect(request.capabilitiesOf?.(args)).toMatchObject(expected))
})
