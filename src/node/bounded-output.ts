/** Keeps the first bytes of a stream and counts the rest, so that a talkative program cannot fill the memory. */
export interface BoundedOutput {
  push(chunk: Uint8Array): void
  readonly truncated: boolean
  /** Bytes seen, kept or not. */
  readonly bytesSeen: number
  bytes(): Uint8Array
}

/** @param bytesMax - bytes to keep, at least 0 */
export function makeBoundedOutput(bytesMax: number): BoundedOutput {
  const kept: Uint8Array[] = []
  let bytesKept = 0
  let bytesSeen = 0
  return {
    push(chunk) {
      bytesSeen += chunk.length
      const room = bytesMax - bytesKept
      if (room <= 0) return
      const part = chunk.length <= room ? chunk : chunk.subarray(0, room)
      kept.push(part)
      bytesKept += part.length
    },
    get truncated() {
      return bytesSeen > bytesKept
    },
    get bytesSeen() {
      return bytesSeen
    },
    bytes: () => Buffer.concat(kept),
  }
}
