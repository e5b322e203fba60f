/** Major and minor of a version: what a vendor publishes builds of. */
export interface Line {
  readonly major: number
  readonly minor: number
}

const numbers = /(?:^|-)[vV]?(\d+)(?:\.(\d+))?/

/** Reads major and minor; a word in front and an epoch are passed over, a missing minor is 0. */
export function lineOf(version: string): Line {
  const found = numbers.exec(version.replace(/^\d+:/, ''))
  return { major: Number(found?.[1] ?? 0), minor: Number(found?.[2] ?? 0) }
}

/** `6.5` */
export function lineText({ major, minor }: Line): string {
  return `${major}.${minor}`
}

export function compareLines(a: Line, b: Line): number {
  return a.major - b.major || a.minor - b.minor
}

/** A text that names a line, or a whole major, and no build. */
export type LineReference = { readonly kind: 'line'; readonly line: Line } | { readonly kind: 'major'; major: number }

/** @returns undefined when the text is no reference, for example because it names a build */
export function readLineReference(text: string): LineReference | undefined {
  const found = /^(?:[A-Za-z]+-)?[vV]?(\d+)(?:\.(\d+))?$/.exec(text)
  if (!found) return undefined
  const major = Number(found[1])
  return found[2] === undefined ? { kind: 'major', major } : { kind: 'line', line: { major, minor: Number(found[2]) } }
}

export function isInside(version: string, reference: LineReference): boolean {
  const line = lineOf(version)
  return reference.kind === 'major' ? line.major === reference.major : compareLines(line, reference.line) === 0
}
