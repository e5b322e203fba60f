import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeFiles } from '../../src/node/files.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

describe('files', () => {
  it('writes with the mode asked for, makes folders, and leaves nothing aside', async () => {
    const directory = temporaryFolder()
    const files = makeFiles(directory)
    await files.write('deep/er/file', Buffer.from('one'), 0o660)
    await files.write('deep/er/file', Buffer.from('two'), 0o600)
    expect(readFileSync(join(directory, 'deep/er/file'), 'utf8')).toBe('two')
    expect(statSync(join(directory, 'deep/er/file')).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(directory, 'deep/er'))).toEqual(['file'])
    expect(await files.stat('deep/er/file')).toEqual({ bytes: 3, mode: 0o600, directory: false })
    expect(await files.stat('deep')).toMatchObject({ directory: true })
    expect(await files.stat('deep/er/file/below')).toBeUndefined()
  })

  it('shows nothing at the path before a stream is committed, and nothing after a discard', async () => {
    const directory = temporaryFolder()
    const files = makeFiles(directory)
    const sink = await files.writeStream('big')
    await sink.write(Buffer.alloc(100_000, 1))
    expect(await files.stat('big')).toBeUndefined()
    await sink.write(Buffer.alloc(100_000, 2))
    await sink.commit()
    expect((await files.stat('big'))?.bytes).toBe(200_000)
    const other = await files.writeStream('other')
    await other.write(Buffer.from('half'))
    await other.discard()
    expect(readdirSync(directory)).toEqual(['big'])
  })

  it('hashes and streams what it wrote', async () => {
    const files = makeFiles(temporaryFolder())
    const content = Buffer.alloc(1_000_003, 'abc')
    await files.write('x', content)
    expect(await files.sha256('x')).toBe(createHash('sha256').update(content).digest('hex'))
    const parts: Uint8Array[] = []
    for await (const part of files.readStream('x')) parts.push(part)
    expect(Buffer.concat(parts).equals(content)).toBe(true)
  })

  it('tells a missing file by its code, and removes without complaint', async () => {
    const files = makeFiles(temporaryFolder())
    await expect(files.read('missing')).rejects.toMatchObject({ code: 'ENOENT' })
    await files.remove('missing')
  })
})
