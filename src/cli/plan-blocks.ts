/** The steps of a plan one below the other, for terminals on which a table would be a column of syllables. */
import type { Style } from './style.ts'
import { wrapText } from './wrap.ts'

/** Below this width steps are blocks. */
export const blocksBelow = 72

export interface StepBlock {
  readonly number: string
  readonly title: string
  /** What deserves attention. */
  readonly marks: readonly string[]
  readonly lines: readonly string[]
}

/** @param columns - of the terminal; words that are longer than a line stay whole */
export function renderBlocks(blocks: readonly StepBlock[], columns: number, style: Style): string {
  const indent = Math.max(0, ...blocks.map(({ number }) => number.length)) + 2
  const width = Math.max(20, columns - indent)
  const below = (texts: readonly string[], paint: (text: string) => string): readonly string[] =>
    texts.flatMap((text) => wrapText(text, width)).map((line) => `${' '.repeat(indent)}${paint(line)}`)
  return blocks
    .flatMap(({ number, title, marks, lines }) => {
      const [first = '', ...more] = wrapText(title, width)
      return [
        `${number.padEnd(indent)}${first}`,
        ...below(more, String),
        ...below(marks, style.yellow),
        ...below(lines, style.dim),
      ]
    })
    .map((line) => `${line.trimEnd()}\n`)
    .join('')
}
