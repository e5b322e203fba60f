/**
 * What a document shows, as plain data: no layout, no escaping, and every decision taken. Every member is always there;
 * what does not apply is `null`, an empty text or an empty list, so that a template can ask with `if` and nothing else.
 *
 * A plain string is running text. Whatever is laid out otherwise is one of the content kinds below, and a template prints
 * it in the same way: `{{value}}`. See lay-html.ts and lay-markdown.ts.
 */

/** Lines to be copied as they are: commands, file contents. */
export interface Code {
  readonly kind: 'code'
  readonly text: string
}

/** A few characters to be copied, inside a table or a sentence: hashes, paths, names of actions. */
export interface InlineCode {
  readonly kind: 'inline_code'
  readonly text: string
}

/** The author's Markdown; what of it is live, prose.ts says. */
export interface Prose {
  readonly kind: 'prose'
  readonly text: string
}

export interface Lines {
  readonly kind: 'lines'
  readonly lines: readonly string[]
}

/** Text for the page margins in print, which only a style sheet reaches: stands between double quotes there. */
export interface PageText {
  readonly kind: 'page_text'
  readonly text: string
}

/** Places in the same document. */
export interface Refs {
  readonly kind: 'refs'
  readonly refs: readonly Ref[]
}

export interface Ref {
  readonly label: string
  /** Id of the element; empty: text only. */
  readonly anchor: string
}

/** Bars over time, see timeline-svg.ts. */
export interface Timeline {
  readonly kind: 'timeline'
  /** Unique in the document; letters, digits, `-`. */
  readonly id: string
  readonly title: string
  readonly rows: readonly TimelineRow[]
  readonly lines: readonly TimelineLine[]
  /** Right end of the time axis, milliseconds from its start. */
  readonly end_ms: number
}

export interface TimelineRow {
  readonly number: string
  readonly label: string
  readonly level: 0 | 1 | 2
  readonly bars: readonly TimelineBar[]
  readonly marks: readonly TimelineMark[]
  /** Figure at the right end. */
  readonly note: string
}

export const barKinds = [
  'phase',
  'read',
  'change',
  'disruptive',
  'person',
  'worst',
  'planned',
  'succeeded',
  'failed',
  'passed_over',
  'backed_out',
  'open',
  'window',
  'canary',
  'wave',
  'wave_even',
  'soak',
  'verify',
  'retry',
] as const
export type BarKind = (typeof barKinds)[number]

export interface TimelineBar {
  readonly from_ms: number
  readonly to_ms: number
  readonly kind: BarKind
}

export interface TimelineMark {
  readonly at_ms: number
  readonly kind: 'gate' | 'manual' | 'baseline' | 'retry' | 'rollback' | 'failed'
}

/** A moment across all rows. */
export interface TimelineLine {
  readonly at_ms: number
  readonly label: string
}

/** Boxes in the order in which they start, see waves-svg.ts. */
export interface Waves {
  readonly kind: 'waves'
  readonly id: string
  readonly title: string
  readonly boxes: readonly WaveBox[]
}

export interface WaveBox {
  readonly title: string
  readonly lines: readonly string[]
}

export type Content = Code | InlineCode | Prose | Lines | PageText | Refs | Timeline | Waves

/** A label and what stands beside it. */
export interface Fact {
  readonly label: string
  readonly value: string | Content
}

/** How something is to be seen; every tone also has a word or a sign, so that it works without colour. */
export type Tone = 'plain' | 'good' | 'bad' | 'warning' | 'stop' | 'person' | 'quiet'

export interface Badge {
  readonly text: string
  readonly sign: string
  readonly tone: Tone
}

/** One figure of the summary strip. */
export interface Figure {
  readonly value: string
  readonly label: string
  readonly note: string
  readonly tone: Tone
}

export interface Heading {
  readonly title: string
  readonly anchor: string
}

export function code(text: string): Code {
  return { kind: 'code', text }
}

export function inlineCode(text: string): InlineCode {
  return { kind: 'inline_code', text }
}

export function prose(text: string): Prose {
  return { kind: 'prose', text }
}

export function lines(texts: readonly string[]): Lines {
  return { kind: 'lines', lines: texts }
}

export function pageText(text: string): PageText {
  return { kind: 'page_text', text }
}

export function refs(list: readonly Ref[]): Refs {
  return { kind: 'refs', refs: list }
}

/** Id of a step's element. Numbers hold digits, dots and small letters only. */
export function stepAnchor(number: string): string {
  return `step-${number.replaceAll(/[^0-9A-Za-z.-]/g, '-')}`
}

export function stepRef(number: string): Ref {
  return { label: number, anchor: stepAnchor(number) }
}

export const contentKinds: ReadonlySet<string> = new Set<Content['kind']>([
  'code',
  'inline_code',
  'prose',
  'lines',
  'page_text',
  'refs',
  'timeline',
  'waves',
])

export function isContent(value: object): value is Content {
  return 'kind' in value && typeof value.kind === 'string' && contentKinds.has(value.kind)
}
