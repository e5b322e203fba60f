import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { FileSink, Files } from '../ports/files.ts'

/**
 * Real files.
 *
 * @param directory - relative paths start here: the folder of the runbook
 */
export function makeFiles(directory: string): Files {
  const at = (path: string): string => resolve(directory, path)
  return {
    async read(path) {
      return await readFile(at(path))
    },
    readStream: (path) => createReadStream(at(path), { highWaterMark: 1 << 18 }),
    async write(path, content, mode) {
      const sink = await openSink(at(path), mode)
      try {
        await sink.write(content)
      } catch (error) {
        await sink.discard()
        throw error
      }
      await sink.commit()
    },
    writeStream: (path, mode) => openSink(at(path), mode),
    async stat(path) {
      try {
        const found = await stat(at(path))
        return { bytes: found.size, mode: found.mode & 0o7777, directory: found.isDirectory() }
      } catch (error) {
        if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
        throw error
      }
    },
    async remove(path) {
      await rm(at(path), { force: true })
    },
    async sha256(path) {
      const hash = createHash('sha256')
      for await (const chunk of createReadStream(at(path), { highWaterMark: 1 << 18 })) hash.update(chunk)
      return hash.digest('hex')
    },
  }
}

/** The file is made aside in the same folder, so that the rename stays within one file system. */
async function openSink(path: string, mode: number | undefined): Promise<FileSink> {
  await mkdir(dirname(path), { recursive: true })
  const aside = `${path}.${randomBytes(6).toString('hex')}.part`
  const file = await open(aside, 'wx', mode ?? 0o644)
  let isOpen = true
  const discard = async (): Promise<void> => {
    if (isOpen) await file.close().catch(() => undefined)
    isOpen = false
    await rm(aside, { force: true })
  }
  return {
    async write(chunk) {
      await writeAll(file, chunk)
    },
    async commit() {
      try {
        // The mode given to `open` is cut by the umask; what the caller asked for is what must stand.
        if (mode !== undefined) await file.chmod(mode)
        await file.sync()
        await file.close()
        isOpen = false
        await rename(aside, path)
      } catch (error) {
        await discard()
        throw error
      }
      await flushFolder(dirname(path))
    },
    discard,
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  let from = 0
  while (from < chunk.length) from += (await file.write(chunk, from, chunk.length - from)).bytesWritten
}

/** A rename is only lasting once the folder is flushed too. */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
