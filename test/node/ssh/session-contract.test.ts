import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeSsh } from '../../../src/node/ssh/make-ssh.ts'
import { ActionFailure } from '../../../src/ports/executor.ts'
import type { RemoteCommand, RemoteResult, Ssh, SshAddress, SshSession } from '../../../src/ports/ssh.ts'
import { descendantsOf, type Sshd, startSshd } from '../../support/sshd.ts'
import { timeEnough } from '../../support/time-enough.ts'
import { until } from '../../support/until.ts'

const host = '127.0.0.31'
setFlagsFromString('--expose-gc')
/** Memory that is held, not memory that waits for its collection, is what must stay bounded. */
const collectGarbage = runInNewContext('gc') as () => void
let server: Sshd
let address: SshAddress

beforeAll(async () => {
  server = await startSshd({ addresses: [host] })
  address = { target: 'web', host, configFile: server.configFile }
})
afterAll(() => server.stop())

describe.each(['proxy', 'process'] as const)('a session (%s)', (mode) => {
  let ssh: Ssh
  let session: SshSession

  beforeAll(async () => {
    ssh = makeSsh({ mode, onInsecure: () => undefined })
    session = await ssh.session(address)
  })
  afterAll(() => ssh.close())

  const run = (argv: RemoteCommand['argv'], more: Partial<RemoteCommand> = {}): Promise<RemoteResult> =>
    session.exec({ argv, timeoutMs: 120_000, ...more })
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()

  test('gives the exit code and keeps the streams apart', async () => {
    const result = await run(['sh', '-c', 'echo out; echo err >&2; exit 7'])
    expect(result).toMatchObject({ exitCode: 7, killedBy: null, truncated: false })
    expect(text(result.stdout)).toBe('out\n')
    expect(text(result.stderr)).toBe('err\n')
  })

  test.each([0, 1, 127, 128, 254, 255])('exit code %i is a result', async (code) => {
    expect(await run(['sh', '-c', `exit ${code}`])).toMatchObject({ exitCode: code, killedBy: null })
  })

  test.each(['TERM', 'KILL', 'HUP'])('death by signal %s is a result', async (name) => {
    expect(await run(['sh', '-c', `kill -${name} $$`])).toMatchObject({ exitCode: null, killedBy: `SIG${name}` })
  })

  test('a program that does not exist is a result with the words of the shell', async () => {
    const result = await run(['no-such-program'])
    expect(result.exitCode).toBe(127)
    expect(text(result.stderr)).toContain('no-such-program')
  })

  test('builtins of the shell run without a program of that name', async () => {
    expect(await run(['command', '-v', 'cd'])).toMatchObject({ exitCode: 0 })
    expect(await run(['false'])).toMatchObject({ exitCode: 1 })
  })

  test('40 interleaved commands get their own answers, more than sshd allows at once', async () => {
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        run(['sh', '-c', 'read -r line; sleep 0.05; echo "$1 $line"; exit "$1"', 'sh', String(index)], {
          stdin: `line ${index}\n`,
        }),
      ),
    )
    results.forEach((result, index) => {
      expect(result.exitCode).toBe(index)
      expect(text(result.stdout)).toBe(`${index} line ${index}\n`)
    })
  })

  test('stdin of 16 MiB arrives whole, and end of file after it', async () => {
    const stdin = randomBytes(16 << 20)
    const result = await run(['sha256sum'], { stdin })
    expect(text(result.stdout)).toContain(createHash('sha256').update(stdin).digest('hex'))
  })

  test('a program that does not read its stdin does not hang the call', async () => {
    expect(await run(['true'], { stdin: Buffer.alloc(8 << 20) })).toMatchObject({ exitCode: 0 })
  })

  test('64 MiB of binary output stream through a slow consumer with bounded memory', async () => {
    const bytes = 64 << 20
    const script = `openssl enc -aes-128-ctr -K ${'0'.repeat(32)} -iv ${'0'.repeat(32)} -nosalt -in /dev/zero 2>/dev/null | head -c ${bytes}`
    const expected = await run(['sh', '-c', `${script} | sha256sum`])
    const hash = createHash('sha256')
    let seen = 0
    let busy = 0
    let pausesLeft = 20
    collectGarbage()
    const memoryBefore = process.memoryUsage().arrayBuffers
    let memoryMax = 0
    const result = await run(['sh', '-c', script], {
      outputBytesMax: 1000,
      async onOutput(_, chunk) {
        busy += 1
        expect(busy).toBe(1)
        hash.update(chunk)
        seen += chunk.length
        if (seen > (bytes * (20 - pausesLeft)) / 20 && pausesLeft > 0) {
          pausesLeft -= 1
          await new Promise((resolve) => setTimeout(resolve, 20))
          collectGarbage()
          memoryMax = Math.max(memoryMax, process.memoryUsage().arrayBuffers - memoryBefore)
        }
        busy -= 1
      },
    })
    expect(seen).toBe(bytes)
    expect(text(expected.stdout)).toContain(hash.digest('hex'))
    expect(result).toMatchObject({ exitCode: 0, truncated: true })
    expect(result.stdout).toHaveLength(1000)
    expect(memoryMax).toBeLessThan(16 << 20)
  })

  test('a pending consumer holds the far side back', async () => {
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const progress = join(server.home, `progress-${mode}`)
    const script = 'i=0; while [ $i -lt 400 ]; do head -c 65536 /dev/zero; i=$((i+1)); echo $i >"$1"; done'
    const running = run(['sh', '-c', script, 'sh', progress], { onOutput: () => held })
    await until(() => existsSync(progress) && steady(progress))
    const written = Number(readFileSync(progress, 'utf8'))
    expect(written * 65_536).toBeLessThan(12 << 20)
    release()
    expect(await running).toMatchObject({ exitCode: 0, truncated: true })
    expect(readFileSync(progress, 'utf8')).toBe('400\n')
  })

  test('a consumer that throws ends the command and its error is passed on', async () => {
    const mark = `sleep 417${mode.length}`
    const onOutput = (): void => {
      throw new Error('consumer broke')
    }
    await expect(run(['sh', '-c', `echo x; ${mark}; true`], { onOutput })).rejects.toThrow('consumer broke')
    await until(() => !commandLines(server).some((line) => line.includes(mark)))
  })

  test('folder, variables and arguments of any text arrive as they are', async () => {
    const folder = join(server.home, "a folder with 'quotes' and $signs")
    await run(['mkdir', '-p', folder])
    const env = { PLAIN: 'x', LINES: 'one\n two\n\n', QUOTES: `'"$(id)\`id\`\\`, EMPTY: '', UMLAUT: 'Łódź ✓ á' }
    const argv = ['sh', '-c', 'pwd; env -0; printf "<%s>" "$@"', 'sh', '', ' ', '-n', '*', '~', 'a\nb'] as const
    const result = await run([...argv], { cwd: folder, env, stdin: 'unused' })
    const output = text(result.stdout)
    expect(output.startsWith(`${folder}\n`)).toBe(true)
    for (const [name, value] of Object.entries(env)) expect(output).toContain(`${name}=${value}\0`)
    expect(output).not.toContain('rb_e=')
    expect(output.endsWith('<><  ><-n><*><~><a\nb>'.replace('<  >', '< >'))).toBe(true)
  })

  test('variables leave the program its whole stdin', async () => {
    const result = await run(['sh', '-c', 'printf "%s|" "$TOKEN"; cat'], { env: { TOKEN: 't' }, stdin: 'a\nb\n' })
    expect(text(result.stdout)).toBe('t|a\nb\n')
  })

  test('a value of a variable or of stdin never stands in an argument list, here or on the target', async () => {
    const secret = `secret-${randomBytes(8).toString('hex')}`
    const script = 'read -r rest; for f in /proc/[0-9]*/cmdline; do tr "\\0" " " <"$f"; echo; done'
    const result = await run(['sh', '-c', script], {
      env: { TOKEN: secret },
      stdin: `${secret}\n`,
      outputBytesMax: 1 << 22,
    })
    expect(text(result.stdout)).toContain('for f in /proc')
    expect(text(result.stdout)).not.toContain(secret)
  })

  test('a folder that does not exist is a result, and the program does not run', async () => {
    const result = await run(['echo', 'ran'], { cwd: '/no/such/folder' })
    expect(result.exitCode).toBe(1)
    expect(text(result.stdout)).toBe('')
    expect(text(result.stderr)).toContain('/no/such/folder')
  })

  test('a name that no variable can have is refused before anything is sent', async () => {
    await expect(run(['true'], { env: { 'A B': 'x' } })).rejects.toMatchObject({ class: 'process' })
  })

  test('at the deadline the process group ends, grandchildren too', async () => {
    const script = 'sleep 4181 & (sleep 4182 & wait) & echo ready; wait'
    const sleepers = (): number =>
      commandLines(server).filter((line) => /sleep 418[12]/.test(line) && !line.includes('sh')).length
    await timeEnough(1500, async (timeoutMs) => {
      let isOver = false
      const running = run(['sh', '-c', script], { timeoutMs }).finally(() => {
        isOver = true
      })
      const failing = expect(running).rejects.toMatchObject({
        class: 'timeout',
        message: expect.stringContaining('web (127.0.0.31)'),
      })
      let haveBegun = false
      await until(() => {
        haveBegun ||= sleepers() === 2
        return haveBegun || isOver
      })
      await failing
      if (haveBegun) await expect(running).rejects.toMatchObject({ notApplied: false })
      expect(commandLines(server).filter((line) => /sleep 418[12]/.test(line))).toEqual([])
      return haveBegun
    })
  })

  test('what ignores TERM is killed', async () => {
    const script = 'trap "" TERM; echo ready; while :; do sleep 0.4183; done'
    const abort = new AbortController()
    const running = run(['sh', '-c', script], { signal: abort.signal, onOutput: () => abort.abort() })
    await expect(running).rejects.toMatchObject({ class: 'cancelled' })
    await until(() => !commandLines(server).some((line) => line.includes('4183')))
  })

  test('a command that is cancelled before it starts does nothing', async () => {
    const file = join(server.home, 'never')
    await expect(run(['touch', file], { signal: AbortSignal.abort() })).rejects.toMatchObject({ class: 'cancelled' })
    expect(existsSync(file)).toBe(false)
  })

  test('a deadline also counts while a command waits for its place', async () => {
    const abort = new AbortController()
    const blockers = Array.from({ length: 12 }, () => run(['sleep', '4184'], { signal: abort.signal }))
    const waiting = run(['true'], { timeoutMs: 300, signal: new AbortController().signal })
    await expect(waiting).rejects.toMatchObject({ class: 'timeout', notApplied: true })
    abort.abort()
    for (const blocked of await Promise.allSettled(blockers)) {
      expect(blocked).toMatchObject({ status: 'rejected', reason: { class: 'cancelled' } })
    }
    expect(await run(['true'])).toMatchObject({ exitCode: 0 })
    await until(() => !commandLines(server).some((line) => line.includes('4184')))
  })

  test('a quiet command outlives the questions of a server with ClientAliveInterval', async () => {
    // Four seconds of silence and sshd hangs up, unless its questions are answered.
    const config = ['ClientAliveInterval 1', 'ClientAliveCountMax 4']
    const asking = await startSshd({ addresses: [host], besides: server, config })
    try {
      const { port, identityFile, knownHostsFile } = asking
      const quiet = await ssh.session({ ...address, port, identityFile, knownHostsFile })
      expect(await quiet.exec({ argv: ['sleep', '7'], timeoutMs: 120_000 })).toMatchObject({ exitCode: 0 })
    } finally {
      await asking.stop()
    }
  })

  test('a file goes up and comes down whole, with the digest of both sides', async () => {
    const content = randomBytes(5_000_001)
    const sha256 = createHash('sha256').update(content).digest('hex')
    const path = join(server.home, `up ${mode}'s file`)
    expect(await session.upload(content, path, { mode: 0o640, timeoutMs: 120_000 })).toEqual({
      sha256,
      bytes: 5_000_001,
    })
    expect(readFileSync(path).equals(content)).toBe(true)
    expect(statSync(path).mode & 0o777).toBe(0o640)
    const got: Uint8Array[] = []
    const sink = (chunk: Uint8Array): void => void got.push(chunk)
    expect(await session.download(path, sink, { timeoutMs: 120_000 })).toEqual({ sha256, bytes: 5_000_001 })
    expect(Buffer.concat(got).equals(content)).toBe(true)
  })

  test('a stream goes up piece by piece', async () => {
    async function* stream(): AsyncIterable<Uint8Array> {
      for (const piece of ['a', 'bc', 'd\n']) yield Buffer.from(piece)
    }
    const path = join(server.home, `stream-${mode}`)
    await session.upload(stream(), path, { timeoutMs: 120_000 })
    expect(readFileSync(path, 'utf8')).toBe('abcd\n')
    expect(statSync(path).mode & 0o777).toBe(0o644)
  })

  test('an upload that breaks off leaves the old file and nothing aside', async () => {
    const path = join(server.home, `kept-${mode}`)
    writeFileSync(path, 'old')
    async function* broken(): AsyncIterable<Uint8Array> {
      yield Buffer.alloc(100_000)
      throw new Error('source broke')
    }
    await expect(session.upload(broken(), path, { timeoutMs: 120_000 })).rejects.toThrow('source broke')
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(readdirSync(server.home).filter((name) => name.includes('.rollbook-'))).toEqual([])
  })

  test('transfers that cannot be are failures of class process that name path and reason', async () => {
    const options = { timeoutMs: 120_000 }
    const upload = session.upload(Buffer.from('x'), '/no/such/folder/file', options)
    await expect(upload).rejects.toMatchObject({
      class: 'process',
      message: expect.stringMatching(/no\/such.*No such file|nonexistent/),
    })
    await expect(session.upload(Buffer.from('x'), server.home, options)).rejects.toThrow('is a folder')
    const download = session.download('/no/such/file', () => undefined, options)
    await expect(download).rejects.toMatchObject({
      class: 'process',
      message: expect.stringContaining('/no/such/file'),
    })
  })

  test('a failure is an ActionFailure with advice', async () => {
    const failure = await run(['sleep', '60'], { timeoutMs: 200 }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ActionFailure)
    expect((failure as ActionFailure).advice).toMatch(/\.$/)
  })
})

/** Argument lists of everything that runs below the server. */
function commandLines(sshd: Sshd): string[] {
  return descendantsOf(sshd.pids).map((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    } catch {
      return ''
    }
  })
}

/** The file has stopped changing. */
async function steady(path: string): Promise<boolean> {
  const before = readFileSync(path, 'utf8')
  await new Promise((resolve) => setTimeout(resolve, 400))
  return before !== '' && before === readFileSync(path, 'utf8')
}
