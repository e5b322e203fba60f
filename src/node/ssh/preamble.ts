/**
 * Takes the marks off the start of a command's output and reads the process ids behind them. What a login shell's
 * start-up file prints before is not output of the command and is dropped.
 */

/** A server that runs something else than our line prints no mark; then everything is output. */
const heldBytesMax = 65_536

export class Preamble {
  readonly #marks: readonly string[]
  readonly #pids: number[] = []
  #held: Buffer = Buffer.alloc(0)
  #isOver = false

  /** @param marks - in the order in which they appear */
  constructor(marks: readonly string[]) {
    this.#marks = marks
  }

  /** Process ids read so far, in the order of the marks. */
  get pids(): readonly number[] {
    return this.#pids
  }

  /** How many marks have appeared. */
  get passed(): number {
    return this.#pids.length
  }

  /** @returns the part of the chunk that is the program's own output, or undefined */
  push(chunk: Uint8Array): Uint8Array | undefined {
    if (this.#isOver) return chunk
    this.#held = this.#held.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#held, chunk])
    while (this.#pids.length < this.#marks.length) {
      const mark = this.#marks[this.#pids.length]!
      const at = this.#held.indexOf(mark)
      const end = at < 0 ? -1 : this.#held.indexOf(10, at)
      if (end < 0) return this.#held.length > heldBytesMax ? this.release() : undefined
      this.#pids.push(Number(this.#held.toString('latin1', at + mark.length, end)))
      this.#held = this.#held.subarray(end + 1)
    }
    const rest = this.release()
    return rest.length === 0 ? undefined : rest
  }

  /** Nothing more comes, or too much without a mark: gives what was held back. */
  release(): Uint8Array {
    this.#isOver = true
    const held = this.#held
    this.#held = Buffer.alloc(0)
    return held
  }
}
