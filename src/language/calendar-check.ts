import type { Json } from '../base/json.ts'
import type { CalendarCode, CalendarFinding } from '../calendar/index.ts'
import { entryAt, type MapNode, nodeAt, type OffsetRange, type SourceNode } from '../source/index.ts'
import type { CheckEnvironment } from './environment.ts'
import { mapsIn, type Outline } from './outline.ts'
import type { Reporter } from './reporter.ts'

/** What the schema or the check of ids tells with more precision, and what only the files beside the runbook can tell. */
const toldElsewhere: ReadonlySet<CalendarCode> = new Set<CalendarCode>([
  'CALENDAR_KEY',
  'CALENDAR_ID',
  'CALENDAR_OVERRUN',
  'CALENDAR_FILE',
])

/**
 * Checks windows and freezes by reading them as a run would. Entries that hold an expression are read by the planner,
 * and entries in which something is wrong already are left alone: the rest would only follow.
 */
export function checkCalendar(outline: Outline, environment: CheckEnvironment, reporter: Reporter): void {
  if (!environment.parseCalendar) return
  const lists = (['windows', 'freezes'] as const).filter((key) => isList(outline.root, key))
  if (lists.length === 0) return
  const source = Object.fromEntries(lists.map((key) => [key, outline.root.byKey.get(key)!.node.value as Json]))
  const broken = brokenEntries(outline.root, reporter)
  for (const finding of environment.parseCalendar(source, () => emptyFile).findings) {
    const entry = nodeAt(outline.root, finding.path.slice(0, 2))
    if (toldElsewhere.has(finding.code) || !entry || broken.has(entry)) continue
    const words = { message: asMessage(finding.message), ...(finding.hint ? { hint: asHint(finding.hint) } : {}) }
    reporter.tell(finding.code, finding.severity, rangeOf(outline.root, finding), words)
  }
}

/** Files are read when the plan is made. */
const emptyFile = 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//none//EN\r\nEND:VCALENDAR\r\n'

function isList(root: MapNode, key: string): boolean {
  return root.byKey.get(key)?.node.kind === 'list'
}

function brokenEntries(root: MapNode, reporter: Reporter): ReadonlySet<SourceNode> {
  const entries = [...mapsIn(root, 'windows'), ...mapsIn(root, 'freezes')]
  const errors = reporter.diagnostics.filter(({ severity }) => severity === 'error')
  const { lines } = reporter.source
  const starts = errors.map(({ range }) => lines.offset(range.start))
  return new Set(
    entries.filter(({ range, value }) => {
      const hasError = starts.some((start) => start >= range.start && start <= range.end)
      return hasError || JSON.stringify(value).includes('${{')
    }),
  )
}

/** The value at the path, of a key that is not known the key, and else what is around it. */
function rangeOf(root: MapNode, { path }: CalendarFinding): OffsetRange {
  for (let length = path.length; length > 0; length -= 1) {
    const part = path.slice(0, length)
    const node = nodeAt(root, part)
    if (!node) continue
    if (node.kind !== 'map') return node.range
    return entryAt(root, part)?.key.range ?? node.entries[0]?.key.range ?? node.range
  }
  return root.range
}

/** Findings of the calendar are sentences; here they begin in lower case. */
function asMessage(sentence: string): string {
  return /^[A-Z](?=[a-z ])/.test(sentence) ? sentence.charAt(0).toLowerCase() + sentence.slice(1) : sentence
}

function asHint(sentence: string): string {
  return asMessage(sentence).replace(/\.$/, '')
}
