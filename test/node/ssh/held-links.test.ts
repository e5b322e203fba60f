import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { makeSsh, type SshOptions } from '../../../src/node/ssh/make-ssh.ts'
import type { Ssh, SshSession } from '../../../src/ports/ssh.ts'
import { descendantsOf, type Sshd, startSshd } from '../../support/sshd.ts'
import { until } from '../../support/until.ts'

const hosts = Array.from({ length: 6 }, (_, index) => `127.0.0.${61 + index}`)
let server: Sshd
beforeAll(async () => {
  server = await startSshd({ addresses: hosts })
})
afterAll(async () => await server.stop())

function open(options: Omit<SshOptions, 'onInsecure'>): Ssh {
  const ssh = makeSsh({ ...options, onInsecure: () => undefined })
  onTestFinished(async () => await ssh.close())
  return ssh
}

const addressOf = (host: string) => ({ target: host, host, configFile: server.configFile })
const session = (ssh: Ssh, host: string): Promise<SshSession> => ssh.session(addressOf(host))
const say = async (connection: SshSession, word: string): Promise<string> =>
  (await connection.exec({ argv: ['echo', word], timeoutMs: 60_000 })).stdout.toString()

/** Hosts to which a master of this process holds a connection. */
function held(): readonly string[] {
  return descendantsOf([process.pid])
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      } catch {
        return ''
      }
    })
    .filter((words) => words.includes('ControlMaster=yes'))
    .flatMap((words) => hosts.filter((host) => words.includes(host)))
    .sort()
}

describe('connections that nobody uses', () => {
  test('are closed, the least recently used first, when there are too many; their sessions log in again', async () => {
    const ssh = open({ heldMax: 2 })
    const sessions: SshSession[] = []
    for (const host of hosts) {
      sessions.push(await session(ssh, host))
      await say(sessions.at(-1)!, host)
    }
    await until(() => held().length === 2)
    expect(held()).toEqual(hosts.slice(-2))
    expect(await say(sessions[0]!, 'again')).toContain('again')
    await until(() => held().length === 2)
    expect(held()).toEqual([hosts[0], hosts[5]])
  })

  test('are closed after a time, and the next command logs in again', async () => {
    const ssh = open({ idleMs: 200 })
    const connection = await session(ssh, hosts[0]!)
    let heldInUse: readonly string[] = []
    const look = (): void => {
      heldInUse = held()
    }
    await connection.exec({ argv: ['echo', 'used'], timeoutMs: 60_000, onOutput: look })
    expect(heldInUse).toEqual([hosts[0]])
    await until(() => held().length === 0)
    expect(await say(connection, 'again')).toContain('again')
  })

  test('are not opened ahead of need beyond what is held', async () => {
    const ssh = open({ heldMax: 3 })
    ssh.warm(hosts.map(addressOf))
    await until(() => held().length >= 3)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(held()).toEqual(hosts.slice(0, 3))
  })
})

test('a connection in use is never closed, however many there are and however long it takes', async () => {
  const ssh = open({ heldMax: 1, idleMs: 100 })
  const all = await Promise.all(
    hosts.map(async (host) => {
      const connection = await session(ssh, host)
      const { stdout } = await connection.exec({ argv: ['sh', '-c', 'sleep 1; echo $PPID'], timeoutMs: 60_000 })
      return stdout.toString().trim()
    }),
  )
  expect(all.every((each) => /^\d+$/.test(each))).toBe(true)
  await until(() => held().length === 0)
  expect(held()).toEqual([])
})
