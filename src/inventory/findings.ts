import type { Diagnostic, RelatedPlace, Severity } from '../base/diagnostic.ts'
import type { Range } from '../base/error.ts'
import type { LineIndex } from '../source/line-index.ts'
import type { OffsetRange } from '../source/tree.ts'
import type { InventoryCode } from './codes.ts'

/** Collects what is wrong with the files of one inventory. */
export class Findings {
  readonly diagnostics: Diagnostic[] = []

  add(
    severity: Severity,
    code: InventoryCode,
    place: { readonly file: string; readonly range: Range },
    message: string,
    more: { readonly hint?: string | undefined; readonly related?: readonly RelatedPlace[] } = {},
  ): void {
    this.diagnostics.push({
      file: place.file,
      code,
      severity,
      message,
      range: place.range,
      ...(more.hint === undefined ? {} : { hint: more.hint }),
      ...(more.related === undefined ? {} : { related: more.related }),
    })
  }

  get failed(): boolean {
    return this.diagnostics.some((diagnostic) => diagnostic.severity === 'error')
  }
}

/** A file whose offsets can be told as lines and columns. */
export interface Place {
  readonly file: string
  readonly lines: LineIndex
}

export function at(place: Place, range: OffsetRange): { readonly file: string; readonly range: Range } {
  return { file: place.file, range: place.lines.range(range) }
}
