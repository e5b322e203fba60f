import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { makeHttp } from '../../src/node/http.ts'
import { makeNet } from '../../src/node/net.ts'

const quarterMs = 90 * 86_400_000

it.each([60_000.25, quarterMs])('asks and connects with %d ms to wait', async (timeoutMs) => {
  const server = createServer((_, response) => void setTimeout(() => response.end('here'), 30))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const http = makeHttp()
  onTestFinished(() => {
    http.close()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const { body } = await http.request({ method: 'GET', url: `http://127.0.0.1:${port}/`, timeoutMs })
  expect(new TextDecoder().decode(body)).toBe('here')
  await makeNet().tcp('127.0.0.1', port, timeoutMs)
})
