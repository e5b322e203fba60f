/**
 * Real sudo on a real server: without a password as root, with a password as a user made for this test and removed
 * afterwards. That user also shows what differs for logins other than root.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeSsh } from '../../../src/node/ssh/make-ssh.ts'
import type { RemoteCommand, RemoteResult, Ssh, SshSession } from '../../../src/ports/ssh.ts'
import { descendantsOf, type Sshd, startSshd } from '../../support/sshd.ts'
import { until } from '../../support/until.ts'

const isRoot = process.getuid?.() === 0
const has = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
const canTest = isRoot && has('sudo') && has('useradd') && has('chpasswd')

const host = '127.0.0.61'
const user = `rb-test-${process.pid}`
const password = `p'w "$x" ${process.pid}`
let server: Sshd

describe.skipIf(!canTest).each(['proxy', 'process'] as const)('sudo (%s)', (mode) => {
  let ssh: Ssh
  let root: SshSession
  let person: SshSession

  beforeAll(async () => {
    server = await startSshd({ addresses: [host] })
    chmodSync(server.directory, 0o755)
    chmodSync(`${server.identityFile}.pub`, 0o644)
    execFileSync('useradd', ['--create-home', '--groups', 'sudo', '--shell', '/bin/bash', user])
    execFileSync('chpasswd', { input: `${user}:${password}\n` })
    writeFileSync(`/home/${user}/.profile`, 'echo noise of the profile\nexport FROM_PROFILE=yes\n')
    ssh = makeSsh({ mode, onInsecure: () => undefined })
    root = await ssh.session({ target: 'web', host, configFile: server.configFile })
    person = await ssh.session({ target: 'web', host, configFile: server.configFile, user })
  })
  afterAll(async () => {
    await ssh?.close()
    await server?.stop()
    spawnSync('userdel', ['--remove', '--force', user])
    rmSync(`/var/lib/sudo/lectured/${user}`, { force: true })
  })

  const run = (session: SshSession, argv: RemoteCommand['argv'], more: Partial<RemoteCommand>): Promise<RemoteResult> =>
    session.exec({ argv, timeoutMs: 120_000, ...more })
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()

  test('without a password: another user, with variables, folder and the whole stdin', async () => {
    const result = await run(root, ['sh', '-c', 'id -un; pwd; echo "$TOKEN"; cat'], {
      sudo: { user },
      env: { TOKEN: "a 'b'\nc" },
      cwd: '/tmp',
      stdin: 'line 1\nline 2\n',
    })
    expect(result).toMatchObject({ exitCode: 0 })
    expect(text(result.stdout)).toBe(`${user}\n/tmp\na 'b'\nc\nline 1\nline 2\n`)
  })

  test('the login shell of another user: its home, its profile, and nothing of what that prints', async () => {
    const result = await run(root, ['sh', '-c', 'pwd; echo $FROM_PROFILE; echo "$TOKEN"; cat'], {
      sudo: { user, login: true },
      env: { TOKEN: 't' },
      stdin: 'in',
    })
    expect(text(result.stdout)).toBe(`/home/${user}\nyes\nt\nin`)
  })

  test('exit codes and signals come through', async () => {
    expect(await run(root, ['sh', '-c', 'exit 7'], { sudo: { user } })).toMatchObject({ exitCode: 7, killedBy: null })
    const killed = await run(root, ['sh', '-c', 'kill -KILL $$'], { sudo: { user } })
    expect(killed).toMatchObject({ exitCode: null, killedBy: 'SIGKILL' })
  })

  test('with a password: it reaches sudo and never the program', async () => {
    const result = await run(person, ['sh', '-c', 'id -un; cat; echo err >&2'], { sudo: { password }, stdin: 'mine\n' })
    expect(result).toMatchObject({ exitCode: 0 })
    expect(text(result.stdout)).toBe('root\nmine\n')
    expect(text(result.stderr)).toBe('err\n')
  })

  test('a password that sudo does not ask for is not sent', async () => {
    const result = await run(root, ['cat'], { sudo: { user, password: 'unused' }, stdin: 'mine' })
    expect(text(result.stdout)).toBe('mine')
  })

  test('a wrong password is refused after one attempt, and the program does not run', async () => {
    const file = join(server.home, `ran-${mode}`)
    const { signal } = new AbortController()
    const failure = run(person, ['touch', file], { sudo: { password: 'wrong' }, stdin: password, signal })
    await expect(failure).rejects.toMatchObject({
      class: 'refused',
      notApplied: true,
      message: expect.stringMatching(/did not accept the password \(.*1 incorrect/),
    })
    expect(existsSync(file)).toBe(false)
  })

  test('a missing password is refused and says so', async () => {
    await expect(run(person, ['true'], { sudo: {} })).rejects.toMatchObject({
      class: 'refused',
      message: expect.stringContaining('password is required'),
    })
  })

  test('an unknown user is refused', async () => {
    await expect(run(root, ['true'], { sudo: { user: 'no-such-user' } })).rejects.toMatchObject({ class: 'refused' })
  })

  test('the password stands in no argument list', async () => {
    const script = 'for f in /proc/[0-9]*/cmdline; do tr "\\0" " " <"$f"; echo; done'
    const result = await run(person, ['sh', '-c', script], { sudo: { password }, outputBytesMax: 1 << 22 })
    expect(text(result.stdout)).toContain('for f in /proc')
    expect(text(result.stdout)).not.toContain(password)
  })

  test.each(['', 'trap "" TERM HUP;'])('a deadline ends what runs as root for a user (%s)', async (trap) => {
    const script = `${trap} echo ready; (while :; do sleep 0.4195; done) & while :; do sleep 0.4196; done`
    const abort = new AbortController()
    const onOutput = (): void => abort.abort()
    const running = run(person, ['sh', '-c', script], { sudo: { password }, signal: abort.signal, onOutput })
    await expect(running).rejects.toMatchObject({ class: 'cancelled' })
    await until(() => !commandLines(server).some((line) => line.includes('0.419')))
  })

  test('a deadline ends what a user other than root runs', async () => {
    const abort = new AbortController()
    const onOutput = (): void => abort.abort()
    const running = run(person, ['sh', '-c', 'echo ready; sleep 4197 & sleep 4198'], { signal: abort.signal, onOutput })
    await expect(running).rejects.toMatchObject({ class: 'cancelled' })
    await until(() => !commandLines(server).some((line) => line.includes('419')))
  })

  test('files go up and come down as another user', async () => {
    const path = `/root/.rollbook-test-${process.pid}`
    try {
      const sudo = { password }
      await person.upload(Buffer.from('secret'), path, { mode: 0o600, timeoutMs: 120_000, sudo })
      expect(statSync(path)).toMatchObject({ uid: 0, size: 6 })
      const got: Uint8Array[] = []
      await person.download(path, (chunk) => void got.push(chunk), { timeoutMs: 120_000, sudo })
      expect(Buffer.concat(got).toString()).toBe('secret')
      const plain = person.download(path, () => undefined, { timeoutMs: 120_000 })
      await expect(plain).rejects.toMatchObject({ class: 'process', message: expect.stringContaining('denied') })
    } finally {
      rmSync(path, { force: true })
    }
  })
})

function commandLines(sshd: Sshd): string[] {
  return descendantsOf(sshd.pids).map((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    } catch {
      return ''
    }
  })
}
