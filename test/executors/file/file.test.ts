import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { copy } from '../../../src/executors/file/copy.ts'
import { fetch } from '../../../src/executors/file/fetch.ts'
import { lookScript } from '../../../src/executors/file-state.ts'
import { useSshLab } from '../../support/ssh-lab.ts'

const lab = useSshLab()
let folders = 0
function folder(): string {
  const path = join(lab.sshd.directory, `target ${(folders += 1)}`)
  mkdirSync(path)
  return path
}

describe('file.copy', () => {
  it('writes a new file, finds it again, and takes it away in the back-out', async () => {
    const context = lab.context()
    const path = join(folder(), "it's new")
    writeFileSync(join(context.directory, 'source'), Buffer.alloc(300_000, 'data'))
    const args = { source: 'source', path, mode: '0640' }
    expect(await copy.probe?.(context, args)).toMatchObject({ state: 'not_applied' })
    expect(await copy.dryRun?.(context, args)).toEqual({
      coverage: 'checked',
      summary: `would create ${path}, 300000 bytes`,
    })
    const result = await copy.perform(context, args)
    expect(result).toMatchObject({ changed: true, outputs: { bytes: 300_000, existed: false, backup: '' } })
    expect(statSync(path).mode & 0o777).toBe(0o640)
    expect(await copy.probe?.(context, args)).toMatchObject({ state: 'applied' })
    expect(await copy.perform(lab.context({ directory: context.directory }), args)).toMatchObject({ changed: false })
    const outputs = (await copy.perform(context, args)).outputs
    expect(outputs).toEqual(result.outputs)
    expect((await copy.probe?.(context, args))?.outputs).toEqual(outputs)
    await expect(copy.undo?.(context, args, {})).rejects.toMatchObject({ class: 'unknown' })
    expect(existsSync(path)).toBe(true)
    await copy.undo?.(context, args, outputs)
    expect(existsSync(path)).toBe(false)
  })

  it('STK-29 STK-31 saves what was there and puts it back, also after a second delivery', async () => {
    const context = lab.context()
    const path = join(folder(), 'settings')
    writeFileSync(path, 'old settings')
    chmodSync(path, 0o604)
    const args = { content: 'new settings', path }
    const first = await copy.perform(context, args)
    expect(readFileSync(path, 'utf8')).toBe('new settings')
    expect(statSync(path).mode & 0o777).toBe(0o604)
    const second = await copy.perform(context, args)
    expect(second.outputs['backup']).toBe(first.outputs['backup'])
    await copy.undo?.(context, args, second.outputs)
    expect(readFileSync(path, 'utf8')).toBe('old settings')
    expect(statSync(path).mode & 0o777).toBe(0o604)
  })

  it('leaves a file alone in the back-out that was there already, or that was not to be saved', async () => {
    const path = join(folder(), 'same')
    writeFileSync(path, 'same')
    const context = lab.context()
    const same = { content: 'same', path }
    await copy.undo?.(context, same, (await copy.perform(context, same)).outputs)
    expect(readFileSync(path, 'utf8')).toBe('same')
    const unsaved = { content: 'other', path, backup: false }
    const other = lab.context()
    await copy.undo?.(other, unsaved, (await copy.perform(other, unsaved)).outputs)
    expect(readFileSync(path, 'utf8')).toBe('other')
  })

  it('carries a secret to the target and shows it nowhere', async () => {
    const context = lab.context({ secrets: { key: 'the-secret-key' } })
    const path = join(folder(), 'key')
    const args = { content: { $secret_text: ['key=', { $secret: 'key' }] }, path, mode: '0600' }
    const result = await copy.perform(context, args)
    expect(readFileSync(path, 'utf8')).toBe('key=the-secret-key')
    expect(JSON.stringify(result) + context.unmasked.join()).not.toContain('the-secret-key')
    expect(copy.describe(args, lab.target)).not.toContain('the-secret-key')
  })

  it('is not done before the file is given away, also where only that was missing', async () => {
    const context = lab.context()
    const path = join(folder(), 'given')
    const own = String(process.getuid!())
    const args = { content: 'given away', path, mode: '4750', owner: `${own}:65534` }
    writeFileSync(path, 'given away')
    chmodSync(path, 0o4750)
    expect(await copy.probe?.(context, args)).toMatchObject({
      state: 'not_applied',
      summary: `${path} is there with another mode or owner`,
    })
    expect(await copy.perform(context, args)).toMatchObject({ changed: true })
    expect(statSync(path)).toMatchObject({ gid: 65_534 })
    expect(statSync(path).mode & 0o7777).toBe(0o4750)
    expect(await copy.probe?.(context, args)).toMatchObject({ state: 'applied' })
    expect(await copy.perform(lab.context(), args)).toMatchObject({ changed: false })
    expect(await copy.probe?.(context, { ...args, owner: 'root:root' })).toMatchObject({
      state: 'not_applied',
    })
  })

  it('does not take for missing what may not be looked at', async () => {
    const closed = join(folder(), 'closed')
    mkdirSync(join(closed, 'deep'), { recursive: true })
    writeFileSync(join(closed, 'deep/file'), 'there')
    chmodSync(closed, 0o700)
    chmodSync(lab.sshd.directory, 0o755)
    const asNobody = (path: string): ReturnType<typeof spawnSync> =>
      spawnSync('sh', ['-c', lookScript, 'rollbook', path, '1'], { uid: 65_534, gid: 65_534, encoding: 'utf8' })
    for (const name of ['deep/file', 'deep/nothing/there', 'nothing']) {
      expect(asNobody(join(closed, name))).toMatchObject({
        status: 1,
        stdout: '',
        stderr: `${closed}: permission denied\n`,
      })
    }
    expect(asNobody('/nowhere/at/all')).toMatchObject({ status: 0, stdout: 'missing\n' })
  })

  it('fails before it changes anything', async () => {
    const path = join(folder(), 'x')
    const perform = (args: object): Promise<unknown> => lab.perform(copy, { path, ...args })
    await expect(perform({ source: 'missing' })).rejects.toMatchObject({ class: 'process', notApplied: true })
    await expect(perform({ content: 'x', path: 'relative' })).rejects.toMatchObject({
      class: 'process',
      notApplied: true,
    })
    await expect(perform({ content: 'x', path: '/no/such/folder/x' })).rejects.toMatchObject({ class: 'process' })
    await expect(copy.dryRun?.(lab.context(), { content: 'x', path: '/no/such/folder/x' })).rejects.toMatchObject({
      message: expect.stringContaining('missing, or not to be written'),
    })
    expect(copy.check?.({ path })).toHaveLength(1)
    expect(copy.check?.({ path, source: 'a', content: 'b' })).toHaveLength(1)
  })
})

describe('file.fetch', () => {
  it('keeps a file as evidence', async () => {
    const path = join(folder(), 'log')
    writeFileSync(path, 'what happened')
    const context = lab.context()
    const result = await fetch.perform(context, { path })
    expect(Buffer.from(context.evidence.get('log') ?? []).toString()).toBe('what happened')
    expect(result.outputs).toMatchObject({ path, bytes: 13, to: '' })
  })

  it('writes a file of any size to control, whole or not at all', async () => {
    const path = join(folder(), 'big')
    writeFileSync(path, Buffer.alloc(3_000_000, 7))
    const context = lab.context()
    expect((await fetch.perform(context, { path, to: 'got/big' })).outputs).toMatchObject({ bytes: 3_000_000 })
    expect(readFileSync(join(context.directory, 'got/big')).equals(readFileSync(path))).toBe(true)
    await expect(fetch.perform(context, { path, to: 'got/other', max_size: '1MB' })).rejects.toMatchObject({
      class: 'process',
      message: expect.stringContaining('larger than 1000000 bytes'),
    })
    expect(readdirSync(join(context.directory, 'got'))).toEqual(['big'])
  })

  it('fails clearly when there is no such file', async () => {
    await expect(lab.perform(fetch, { path: '/no/such/file' })).rejects.toMatchObject({ class: 'process' })
  })
})
