import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Sshd, startSshd } from '../../support/sshd.ts'

let hosts: Sshd

beforeAll(async () => {
  hosts = await startSshd({ addresses: ['127.0.0.21', '127.0.0.22'] })
})
afterAll(() => hosts.stop())

test('the test server answers on each of its addresses as a host of its own', () => {
  for (const address of hosts.addresses) {
    const text = execFileSync('ssh', ['-F', hosts.configFile, address, 'echo $SSH_CONNECTION; echo $HOME'], {
      encoding: 'utf8',
    })
    expect(text).toContain(` ${address} ${hosts.port}`)
    expect(text).toContain(hosts.home)
  }
})

test('a stranger is refused by the test server', () => {
  const known = `UserKnownHostsFile=${hosts.knownHostsFile}`
  const options = ['-F', 'none', '-i', hosts.strangerFile, '-p', String(hosts.port), '-o', 'BatchMode=yes', '-o', known]
  const attempt = () => execFileSync('ssh', [...options, '-o', 'IdentitiesOnly=yes', '127.0.0.21'], { stdio: 'pipe' })
  expect(attempt).toThrow(/Permission denied/)
})
