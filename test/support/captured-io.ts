import { Readable, Writable } from 'node:stream'
import type { CliIo } from '../../src/cli/io.ts'

export interface CapturedIo extends CliIo {
  /** What was written to `stdout` so far. */
  readonly out: () => string
  /** What was written to `stderr` so far. */
  readonly err: () => string
  /** Presses Ctrl-C. */
  readonly interrupt: () => void
}

/** A terminal that a test can read: no colours, 100 columns, not interactive, unless said otherwise. */
export function captureIo(over: Partial<CliIo> & { readonly input?: string } = {}): CapturedIo {
  const { input, ...rest } = over
  const out = collector()
  const err = collector()
  const listeners = new Set<() => void>()
  return {
    stdin: Readable.from(input === undefined ? [] : [input]),
    stdout: out.stream,
    stderr: err.stream,
    isTTY: false,
    interactive: false,
    columns: 100,
    colour: false,
    errorColour: false,
    env: {},
    cwd: process.cwd(),
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5),
    onInterrupt(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    ...rest,
    out: out.text,
    err: err.text,
    interrupt: () => {
      for (const listener of listeners) listener()
    },
  }
}

function collector(): { readonly stream: Writable; readonly text: () => string } {
  let text = ''
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string | Uint8Array, _encoding, done) {
      text += typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk)
      done()
    },
  })
  return { stream, text: () => text }
}
