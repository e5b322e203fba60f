import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../../../src/executors/ssh/run.ts'
import type { ActionFailure } from '../../../src/ports/executor.ts'
import { useSshLab } from '../../support/ssh-lab.ts'
import { timeEnough } from '../../support/time-enough.ts'

const lab = useSshLab()

describe('ssh.run', () => {
  it('gives trimmed output, exit code, and progress line by line', async () => {
    const context = lab.context()
    const result = await run.perform(context, {
      command: ['sh', '-c', 'echo one; echo two >&2; cat; echo "$A"'],
      stdin: 'in\n',
      env: { A: 'b c' },
    })
    expect(result.outputs).toEqual({ exit_code: 0, stdout: 'one\nin\nb c', stderr: 'two' })
    expect(result.summary).toBe('b c')
    expect([...context.lines].sort()).toEqual(['b c', 'in', 'one', 'two'])
  })

  it('runs a script in the shell that is asked for', async () => {
    const script = 'set -o pipefail\necho "bash ${BASH_VERSION:+yes}"'
    expect((await lab.perform(run, { script, shell: ['bash', '-e'] })).outputs['stdout']).toBe('bash yes')
    expect((await lab.perform(run, { script: 'cd /; pwd' })).outputs['stdout']).toBe('/')
  })

  it('judges the exit code', async () => {
    expect(
      (await lab.perform(run, { command: ['sh', '-c', 'exit 3'], expect_exit: [0, 3] })).outputs['exit_code'],
    ).toBe(3)
    await expect(lab.perform(run, { script: 'echo nearly; echo "disk full" >&2; exit 3' })).rejects.toMatchObject({
      class: 'process',
      message: 'sh on node-1: exit code 3: disk full',
      outputs: { exit_code: 3, stdout: 'nearly' },
    })
  })

  it('keeps huge output as evidence', async () => {
    const context = lab.context()
    const result = await run.perform(context, { script: 'yes 0123456789 | head -c 400000' })
    expect(String(result.outputs['stdout']).length).toBe(65_536)
    expect(context.evidence.get('stdout.txt')?.length).toBe(400_000)
  })

  it('tells timeouts, cancels and unreachable targets apart', async () => {
    await expect(lab.perform(run, { command: ['sleep', '60'], timeout: '400ms' })).rejects.toMatchObject({
      class: 'timeout',
    })
    const stop = new AbortController()
    const running = lab.perform(run, { command: ['sleep', '60'] }, { signal: stop.signal })
    setTimeout(() => stop.abort(), 200)
    await expect(running).rejects.toMatchObject({ class: 'cancelled' })
    const elsewhere = { ...lab.target, connection: { ...lab.target.connection, port: 1 } }
    await expect(lab.perform(run, { command: ['true'] }, { target: elsewhere })).rejects.toMatchObject({
      class: 'unreachable',
    })
  })

  it('detaches, and is the same to its caller', async () => {
    const context = lab.context({ effect: 'p/detached@node-1#1' })
    const args = {
      script: 'echo working; printf %s "$TOKEN" | wc -c',
      env: { TOKEN: { $secret: 'token' } },
      detached: true,
    }
    const withSecret = { ...context, reveal: async (): Promise<string> => 'twelve chars' }
    const result = await run.perform(withSecret, args)
    expect(result.outputs).toEqual({ exit_code: 0, stdout: 'working\n12', stderr: '' })
    expect(existsSync(join(lab.sshd.home, '.rollbook/effects'))).toBe(true)
    expect(await run.probe?.(withSecret, args)).toMatchObject({ state: 'applied' })
    expect(await run.probe?.(lab.context(), args)).toMatchObject({ state: 'not_applied' })
    await timeEnough(1000, async (ms) => {
      const endless = { command: ['sleep', '600'], detached: true, timeout: `${ms}ms`, at_deadline: 'end' }
      const failure = await lab.perform(run, endless).catch((error: unknown) => error as ActionFailure)
      // Begun too late for the deadline, or looked at too slowly to be told of.
      if (/was not started|cannot be told now/.test(String(failure))) return false
      expect(failure).toMatchObject({ class: 'timeout', message: expect.stringContaining('it was ended') })
      return true
    })
  })

  it('asks the author’s probe, and admits ignorance without one', async () => {
    const probe = (args: object): Promise<unknown> | undefined =>
      run.probe?.(lab.context(), { command: ['true'], ...args })
    expect(await probe({ probe: ['true'] })).toMatchObject({ state: 'applied' })
    expect(await probe({ probe: ['false'] })).toMatchObject({ state: 'not_applied' })
    expect(await probe({ probe: ['sh', '-c', 'exit 5'] })).toMatchObject({ state: 'unknown' })
    expect(await probe({})).toMatchObject({ state: 'unknown' })
  })

  it('asks the probe where the command runs, and takes a folder that is gone for no answer', async () => {
    const cwd = join(lab.sshd.directory, 'work folder')
    mkdirSync(cwd)
    const args = { command: ['touch', 'done'], cwd, env: { NAME: 'done' }, probe: ['sh', '-c', 'test -e "$NAME"'] }
    expect(await run.probe?.(lab.context(), args)).toMatchObject({ state: 'not_applied' })
    await run.perform(lab.context(), args)
    expect(await run.probe?.(lab.context(), args)).toMatchObject({ state: 'applied' })
    expect(await run.probe?.(lab.context(), { ...args, cwd: `${cwd} gone` })).toMatchObject({ state: 'unknown' })
  })

  it('rehearses without running anything', async () => {
    const proof = join(lab.sshd.directory, 'rehearsal')
    const dryRun = (args: object): Promise<unknown> | undefined => run.dryRun?.(lab.context(), args as never)
    expect(await dryRun({ command: ['touch', proof] })).toMatchObject({ coverage: 'simulated' })
    expect(existsSync(proof)).toBe(false)
    await expect(dryRun({ command: ['no-such-program'] })).rejects.toMatchObject({
      message: expect.stringContaining('no-such-program: not found'),
    })
    await expect(dryRun({ command: ['true'], cwd: '/no/such/folder' })).rejects.toMatchObject({ class: 'process' })
  })

  it.each([
    [{}, { effect: 'change', idempotent: false, probe: false, resumable: false }],
    [{ detached: true }, { probe: true, resumable: true, idempotent: false }],
    [{ detached: '${{ inputs.long }}' }, { resumable: false }],
    [{ effect: 'none' }, { effect: 'none', idempotent: true }],
    [
      { effect: 'disruptive', probe: ['true'] },
      { effect: 'disruptive', probe: true },
    ],
    [{ idempotent: true }, { idempotent: true, effect: 'change' }],
  ])('with %j is %j', (args, expected) => expect(run.capabilitiesOf?.(args)).toMatchObject(expected))

  it.each([
    [{}, 'exactly one of `command` and `script`'],
    [{ command: ['a'], script: 'b' }, 'exactly one'],
    [{ command: ['a'], shell: ['bash'] }, '`shell` needs `script`'],
    [{ command: ['a'], marker: '/x' }, '`marker` needs `detached: true`'],
    [{ script: 'x'.repeat(100_001) }, 'longer than'],
  ])('refuses %j', (args, words) => expect(run.check?.(args).join()).toContain(words))

  it('shows what it will do, without secrets', () => {
    const args = {
      command: ['echo', "it's", '$HOME'],
      env: { T: { $secret_text: ['x-', { $secret: 't' }] } },
      sudo: true,
    }
    expect(run.describe(args, lab.target)).toBe(`node-1: T=x-••• sudo echo 'it'\\''s' $HOME`)
  })

  it('leaves no secret in an argument list on the target', async () => {
    const out = join(lab.sshd.directory, 'seen')
    const script = `ps -eo args > ${out}; env | grep -c TOKEN`
    const context = lab.context({ secrets: { token: 'very-secret-token' } })
    await run.perform(context, { script, env: { TOKEN: { $secret: 'token' } } })
    expect(readFileSync(out, 'utf8')).toContain('ps -eo args')
    expect(readFileSync(out, 'utf8')).not.toContain('very-secret-token')
  })
})
