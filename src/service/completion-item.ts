import type { OffsetRange } from '../source/index.ts'

export interface CompletionItem {
  readonly label: string
  readonly kind: 'key' | 'value' | 'action' | 'name' | 'variable' | 'member' | 'function' | 'snippet'
  /** Short, beside the label. */
  readonly detail?: string
  /** Markdown. */
  readonly documentation?: string
  /**
   * What is written; with `isSnippet` it holds `$1` and `${1:word}` where the cursor stops. Further lines have all the
   * blanks that they need in front of them.
   */
  readonly insert: string
  readonly isSnippet?: boolean
  readonly range: OffsetRange
  /** What typed letters are compared with; default: the label. */
  readonly filter?: string
  /** Best first, ascending. */
  readonly rank: number
  /** Ask again at once: a value follows that can be completed, too. */
  readonly goesOn?: boolean
}
