/** Evidence of a run, kept under its own hash: the same bytes are kept once, and a name cannot lie about its content. */
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, existsSync, readdirSync, rmSync } from 'node:fs'
import { link, mkdir, open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { RollbookError } from '../base/error.ts'
import type { EvidenceRef } from '../ports/executor.ts'
import { byteTools } from './byte-tools.ts'
import { flushFolder } from './folder-flush.ts'

export interface EvidenceStore {
  /** Keeps bytes; on disk when it resolves. Name and media type live in the reference, which belongs into the journal. */
  put(name: string, media: string, content: string | Uint8Array): Promise<EvidenceRef>
  /** @throws RollbookError `EVIDENCE_MISSING`, `EVIDENCE_DAMAGED` */
  get(sha256: string): Promise<Uint8Array>
  /** Reads the bytes through, without holding them. */
  verify(ref: Pick<EvidenceRef, 'sha256' | 'bytes'>): Promise<'intact' | 'missing' | 'damaged'>
  /** Hashes of all that is kept. */
  list(): readonly string[]
}

export function evidenceStore(runDirectory: string): EvidenceStore {
  const folder = join(runDirectory, 'evidence')
  return {
    async put(name, media, content) {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content
      const sha256 = byteTools.sha256(bytes)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const state = await verify(folder, { sha256, bytes: bytes.length })
      if (state === 'damaged') rmSync(join(folder, sha256))
      if (state !== 'intact') await keep(folder, sha256, bytes)
      return { name, sha256, bytes: bytes.length, media }
    },
    async get(sha256) {
      const content = await readFile(join(folder, checked(sha256))).catch((cause: NodeJS.ErrnoException) => {
        throw cause.code === 'ENOENT' ? missing(sha256) : cause
      })
      if (byteTools.sha256(content) !== sha256) throw damaged(sha256)
      return content
    },
    verify: (ref) => verify(folder, ref),
    list: () => (existsSync(folder) ? readdirSync(folder).filter((name) => /^[0-9a-f]{64}$/.test(name)) : []),
  }
}

async function keep(folder: string, sha256: string, bytes: Uint8Array): Promise<void> {
  const aside = join(folder, `.${randomUUID()}.new`)
  try {
    const file = await open(aside, 'wx', 0o600)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await link(aside, join(folder, sha256)).catch((error: NodeJS.ErrnoException) => {
      // The same bytes were kept by another call meanwhile.
      if (error.code !== 'EEXIST') throw error
    })
  } finally {
    rmSync(aside, { force: true })
  }
  flushFolder(folder)
}

async function verify(
  folder: string,
  ref: Pick<EvidenceRef, 'sha256' | 'bytes'>,
): Promise<'intact' | 'missing' | 'damaged'> {
  const path = join(folder, checked(ref.sha256))
  const found = await stat(path).catch(() => undefined)
  if (!found) return 'missing'
  if (found.size !== ref.bytes) return 'damaged'
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array)
  return hash.digest('hex') === ref.sha256 ? 'intact' : 'damaged'
}

/** A hash comes from a journal and becomes a path. */
function checked(sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw missing(sha256)
  return sha256
}

function missing(sha256: string): RollbookError {
  return new RollbookError('EVIDENCE_MISSING', `evidence ${sha256.slice(0, 12)}… is not in the run directory`, {
    hint: 'Put the file back from a copy of the run directory.',
  })
}

function damaged(sha256: string): RollbookError {
  return new RollbookError('EVIDENCE_DAMAGED', `evidence ${sha256.slice(0, 12)}… is not what was kept`, {
    hint: 'Put the file back from a copy of the run directory.',
  })
}
