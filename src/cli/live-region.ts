/**
 * The lowest lines of a terminal, drawn again in place; everything else is printed above them. One write per change, so
 * that nothing flickers.
 */
import { fitLine, textWidth } from './terminal-text.ts'

export interface Terminal {
  readonly stdout: NodeJS.WritableStream
  readonly columns: number
}

export class LiveRegion {
  readonly #terminal: Terminal
  #shown: readonly string[] = []

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  /** Lines that the region may have, so that it never scrolls. */
  get rows(): number {
    const rows = (this.#terminal.stdout as { readonly rows?: number }).rows ?? 24
    return Math.max(1, rows - 1)
  }

  draw(lines: readonly string[]): void {
    const shown = lines.slice(0, this.rows).map((line) => fitLine(line, this.#terminal.columns - 1))
    if (shown.length === this.#shown.length && shown.every((line, index) => line === this.#shown[index])) return
    const text = this.#up() + shown.map((line) => `${line}\u001b[K\n`).join('') + '\u001b[J'
    this.#shown = shown
    this.#terminal.stdout.write(text)
  }

  /** Prints lines above the region, for good. */
  print(lines: readonly string[]): void {
    if (lines.length === 0) return
    const region = this.#shown.map((line) => `${line}\u001b[K\n`).join('')
    this.#terminal.stdout.write(`${this.#up()}${lines.map((line) => `${line}\u001b[K\n`).join('')}${region}\u001b[J`)
  }

  /** Takes the region away, for prompts or for the end. */
  clear(): void {
    if (this.#shown.length === 0) return
    this.#terminal.stdout.write(`${this.#up()}\u001b[J`)
    this.#shown = []
  }

  /** A terminal that became narrower has broken the lines; then they take more rows than they were. */
  #up(): string {
    const { columns } = this.#terminal
    const rows = this.#shown.reduce((sum, line) => sum + Math.max(1, Math.ceil(textWidth(line) / columns)), 0)
    return rows === 0 ? '' : `\u001b[${rows}A\r`
  }
}
