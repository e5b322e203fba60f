/** Findings inside of a place, counted by how bad they are. */
export interface PlacedPosition {
  readonly line: number
  readonly character: number
}

export interface PlacedRange {
  readonly start: PlacedPosition
  readonly end: PlacedPosition
}

/** `severity` as the editor numbers it: 0 error, 1 warning, 2 information, 3 hint. */
export interface PlacedFinding {
  readonly severity: number
  readonly range: PlacedRange
}

export interface FindingCounts {
  readonly errors: number
  readonly warnings: number
  readonly hints: number
}

/** @param within - absent: all of them */
export function countFindings(findings: readonly PlacedFinding[], within?: PlacedRange): FindingCounts {
  const inside = within ? findings.filter(({ range }) => holds(within, range.start)) : findings
  const count = (matches: (severity: number) => boolean): number =>
    inside.filter(({ severity }) => matches(severity)).length
  return {
    errors: count((severity) => severity === 0),
    warnings: count((severity) => severity === 1),
    hints: count((severity) => severity > 1),
  }
}

/** `2 errors, 1 warning`; empty without findings. */
export function countsText({ errors, warnings, hints }: FindingCounts): string {
  const part = (count: number, word: string): readonly string[] =>
    count === 0 ? [] : [`${count} ${word}${count === 1 ? '' : 's'}`]
  return [...part(errors, 'error'), ...part(warnings, 'warning'), ...part(hints, 'hint')].join(', ')
}

export function holds({ start, end }: PlacedRange, { line, character }: PlacedPosition): boolean {
  const afterStart = line > start.line || (line === start.line && character >= start.character)
  const beforeEnd = line < end.line || (line === end.line && character <= end.character)
  return afterStart && beforeEnd
}
