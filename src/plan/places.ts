import type { Range } from '../base/error.ts'

/** Names and numbers that lead from the root of a runbook to a value: `['phases', 0, 'steps', 2, 'on']`. */
export type RunbookPath = readonly (string | number)[]

/** Tells where in a file something stands, so that findings of the planner point to the author's text. */
export interface RunbookPlaces {
  /** As the user gave it. */
  readonly file: string
  /** Place of the value at a path, or of the nearest value around it; of a map or list its key. */
  rangeAt(path: RunbookPath): Range
  /** Place of a part of the text at a path, as offsets in `text`; of the whole value when another text stands there. */
  rangeInText(path: RunbookPath, text: string, part: { readonly start: number; readonly end: number }): Range
}
