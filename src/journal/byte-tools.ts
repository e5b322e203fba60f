/** What the codec needs from the platform's bytes; handed in, so that this folder stays free of `node:`. */
export interface ByteTools {
  /** Lower-case hex, 64 digits. */
  sha256(bytes: Uint8Array): string
  /** UTF-8 text of `bytes[start, end)`. */
  text(bytes: Uint8Array, start: number, end: number): string
  /** Index of the first `byte` at or after `from`, or -1. */
  indexOf(bytes: Uint8Array, byte: number, from: number): number
}
