import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeProcessTransport } from '../../../src/node/ssh/process-transport.ts'
import { type Sshd, startSshd } from '../../support/sshd.ts'

const host = '127.0.0.47'
let server: Sshd

beforeAll(async () => {
  server = await startSshd({ addresses: [host], config: ['LogLevel VERBOSE'] })
})

afterAll(() => server.stop())

function logins(): number {
  return server.log().split('Accepted publickey').length - 1
}

test.each([
  ['its master has ended', 'Connection reset by peer', false],
  ['nobody knows how its master fares', undefined, true],
])('a command that finds no master does not log in by itself; when %s, wasSent tells', async (_, said, wasSent) => {
  const before = logins()
  const transport = makeProcessTransport({
    sshPath: 'ssh',
    address: { target: 'web', host, port: server.port, configFile: server.configFile },
    socketPath: join(server.directory, 'gone'),
    masterEnd: async () => said,
  })
  const process = transport.start('true', () => undefined)
  await expect(process.ended).rejects.toMatchObject({ class: 'unreachable' })
  expect(process.wasSent).toBe(wasSent)
  expect(logins()).toBe(before)
})

test('a login would have been seen', () => {
  const before = logins()
  execFileSync('ssh', ['-F', server.configFile, host, 'true'])
  expect(logins()).toBe(before + 1)
})
