import { Buffer } from 'node:buffer'
import { hash } from 'node:crypto'
import type { ByteTools } from '../journal/byte-tools.ts'

function view(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The journal's byte tools over Node's buffers. The one-shot `hash` takes a third of the time of `createHash`. */
export const byteTools: ByteTools = {
  sha256: (bytes) => hash('sha256', bytes),
  text: (bytes, start, end) => view(bytes).toString('utf8', start, end),
  indexOf: (bytes, byte, from) => bytes.indexOf(byte, from),
}
