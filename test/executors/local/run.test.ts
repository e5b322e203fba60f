import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/base/json.ts'
import { run } from '../../../src/executors/local/run.ts'
import type { ActionFailure } from '../../../src/ports/executor.ts'
import { makeContext } from '../../support/action-context.ts'

describe('local.run', () => {
  it('runs on control, also when the step has a target', async () => {
    const context = makeContext({
      target: { name: 'x', kind: 'host', address: '192.0.2.1', roles: [], attributes: {} },
    })
    const result = await run.perform(context, {
      script: 'cat; echo "$A"; pwd',
      stdin: 'in\n',
      env: { A: '1' },
      cwd: context.directory,
    })
    expect(result.outputs).toEqual({ exit_code: 0, stdout: `in\n1\n${context.directory}`, stderr: '' })
  })

  it('runs where Rollbook was started unless a folder is named', async () => {
    const context = makeContext()
    expect((await run.perform(context, { command: ['pwd'] })).outputs).toMatchObject({ stdout: context.directory })
  })

  it('fails with what the program said, and keeps its outputs', async () => {
    await expect(run.perform(makeContext(), { script: 'echo half; echo no space >&2; exit 9' })).rejects.toMatchObject({
      class: 'process',
      message: 'sh on control: exit code 9: no space',
      outputs: { exit_code: 9, stdout: 'half', stderr: 'no space' },
    })
    await expect(run.perform(makeContext(), { command: ['sleep', '60'], timeout: '200ms' })).rejects.toMatchObject({
      class: 'timeout',
    })
  })

  it('refuses a secret among the arguments', async () => {
    await expect(run.perform(makeContext(), { command: ['echo', { $secret: 'token' }] })).rejects.toMatchObject({
      class: 'refused',
      notApplied: true,
    })
  })

  it('probes and rehearses', async () => {
    const context = makeContext()
    const proof = join(context.directory, 'proof')
    const args = { command: ['touch', proof], probe: ['test', '-e', proof] }
    expect(await run.probe?.(context, args)).toMatchObject({ state: 'not_applied' })
    expect(await run.dryRun?.(context, args)).toMatchObject({ coverage: 'simulated' })
    expect(existsSync(proof)).toBe(false)
    await run.perform(context, args)
    expect(await run.probe?.(context, args)).toMatchObject({ state: 'applied' })
  })

  it('asks the probe where the command runs', async () => {
    const context = makeContext()
    const args = { command: ['touch', 'done'], cwd: context.directory, probe: ['test', '-e', 'done'] }
    expect(await run.probe?.(context, args)).toMatchObject({ state: 'not_applied' })
    await run.perform(context, args)
    expect(await run.probe?.(context, args)).toMatchObject({ state: 'applied' })
    await expect(run.probe?.(context, { ...args, cwd: '/nowhere' })).rejects.toMatchObject({ class: 'process' })
  })

  it('leaves no half of a secret where output is cut', async () => {
    const secret = 'correct horse battery staple'
    const args = (script: string): JsonObject => ({ script, env: { TOKEN: { $secret: 'token' } } })
    const halves = (text: string): boolean => text.includes(secret.slice(0, 6))

    const long = makeContext({ secrets: { token: secret } })
    const { outputs } = await run.perform(
      long,
      args('head -c 65526 /dev/zero | tr "\\0" x; printf "%s and on" "$TOKEN"'),
    )
    expect(String(outputs['stdout'])).toHaveLength(65_536)
    expect(halves(JSON.stringify(outputs))).toBe(false)
    expect(halves(long.lines.join())).toBe(false)

    const failing = makeContext({ secrets: { token: secret } })
    const script = 'head -c 290 /dev/zero | tr "\\0" x >&2; printf "%s and on" "$TOKEN" >&2; exit 3'
    const failure = await run.perform(failing, args(script)).catch((error: unknown) => error as ActionFailure)
    expect(failure).toMatchObject({ class: 'process' })
    expect(halves((failure as ActionFailure).message)).toBe(false)
  })
})
