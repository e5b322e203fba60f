import type { DetachedWork } from './detached.ts'
import { pieceBytesMax } from './marker.ts'

/** Output kept per stream, bytes, when nothing else is said. */
const outputBytesMaxDefault = 1 << 20

/** Fetches a growing file piece by piece, and keeps its beginning. */
export interface Collector {
  /** Reads on until `bytes` are known or the limit is reached. */
  upTo(bytes: number, read: (from: number, count: number) => Promise<Uint8Array>): Promise<void>
  bytes(): Uint8Array
  readonly truncated: boolean
}

export function makeCollector(work: DetachedWork, stream: 'stdout' | 'stderr'): Collector {
  const bytesMax = work.outputBytesMax ?? outputBytesMaxDefault
  const parts: Uint8Array[] = []
  let read = 0
  let known = 0
  return {
    async upTo(bytes, readFrom) {
      known = Math.max(known, bytes)
      while (read < Math.min(bytes, bytesMax)) {
        const part = await readFrom(read, Math.min(pieceBytesMax, bytes - read, bytesMax - read))
        if (part.length === 0) return
        parts.push(part)
        read += part.length
        work.onOutput?.(stream, part)
      }
    },
    bytes() {
      const whole = new Uint8Array(read)
      let at = 0
      for (const part of parts) {
        whole.set(part, at)
        at += part.length
      }
      return whole
    },
    get truncated() {
      return known > read
    },
  }
}
