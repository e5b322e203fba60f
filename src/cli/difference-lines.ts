import { formatDuration, formatDurationForPeople } from '../base/duration.ts'
import { isJsonObject, type Json } from '../base/json.ts'
import { type Area, areas, type Difference, movesBetween } from '../diff/index.ts'
import type { Style } from './style.ts'

export interface DifferenceLayout {
  readonly columns: number
  readonly style: Style
}

/** Differences by area, one line each: `+` added, `-` removed, `~` changed, `>` moved or in another order. */
export function differenceLines(differences: readonly Difference[], layout: DifferenceLayout): readonly string[] {
  return areas.flatMap((area) => {
    const list = differences.filter((difference) => difference.area === area)
    const shown = list.slice(0, shownMax)
    const lines = shown.flatMap((difference) => linesOf(difference, layout))
    if (list.length > shownMax) lines.push(`  and ${list.length - shownMax} more; --json has them all`)
    return list.length === 0 ? [] : [layout.style.bold(titles[area]), ...lines, '']
  })
}

/** Per area; nobody reads a fleet line by line. */
const shownMax = 60

const titles: Readonly<Record<Area, string>> = {
  runbook: 'Runbook',
  inputs: 'Inputs',
  roles: 'Roles',
  windows: 'Windows',
  freezes: 'Freezes',
  components: 'Components',
  limits: 'Limits',
  rules: 'Safety rules',
  criteria: 'Acceptance criteria',
  requirements: 'Requirements',
  phases: 'Phases',
  steps: 'Steps',
  targets: 'Targets',
  time: 'Time',
  content: 'Content',
}

function linesOf(difference: Difference, { columns, style }: DifferenceLayout): readonly string[] {
  const { kind, area, subject, key, from, to } = difference
  switch (kind) {
    case 'added':
      return [style.green(clip(`  + ${named(subject, area, to)}`, columns))]
    case 'removed':
      return [style.red(clip(`  - ${named(subject, area, from)}`, columns))]
    case 'moved':
      return [
        style.yellow(
          clip(
            `  > ${area === 'targets' ? `${subject}: ${key ?? ''}` : subject}: ${text(from)} → ${text(to)}`,
            columns,
          ),
        ),
      ]
    case 'ordered':
      return orderLines([subject, key].filter((part) => part).join(': '), from, to, columns).map(style.yellow)
    case 'changed':
      return changedLines(difference, columns).map((line) => style.yellow(line))
  }
}

/** What was added or removed, in a few words. */
function named(subject: string, area: Area, value: Json | undefined): string {
  if (area === 'targets') return `${subject}: ${names(value)}`
  if (!isJsonObject(value)) return subject
  const { title, text: sentence, action, type } = value
  const form = ['manual', 'gate', 'rollout', 'acceptance'].find((name) => name in value)
  const what = typeof action === 'string' ? action : (form ?? (typeof type === 'string' ? type : undefined))
  const words = title ?? sentence
  return [
    subject,
    ...(typeof words === 'string' ? [`"${words}"`] : []),
    ...(what === undefined ? [] : [`(${what})`]),
  ].join(' ')
}

function changedLines({ area, subject, key, from, to }: Difference, columns: number): readonly string[] {
  const name = [subject, area === 'time' ? (timeNames[key ?? ''] ?? key) : key].filter((part) => part).join(': ')
  const isTime = key?.endsWith('_ms') === true && typeof from === 'number' && typeof to === 'number'
  // Times that people would read as the same are told to the millisecond.
  const words =
    isTime && formatDurationForPeople(from) === formatDurationForPeople(to) ? formatDuration : formatDurationForPeople
  const show = (value: Json | undefined): string =>
    key?.endsWith('_ms') === true && typeof value === 'number' ? words(value) : text(value)
  if (isLong(from) || isLong(to)) return textLines(name, from, to, columns)
  const line = `  ~ ${name}: ${show(from)} → ${show(to)}`
  if (line.length <= columns) return [line]
  return [`  ~ ${name}:`, clip(`      ${show(from)}`, columns), clip(`    → ${show(to)}`, columns)]
}

const timeNames: Readonly<Record<string, string>> = {
  expected_ms: 'as expected',
  worst_ms: 'at worst',
  back_out_ms: 'longest way back',
  ends_expected_ms: 'ends, from the start of the run',
  ends_worst_ms: 'ends at worst, from the start of the run',
}

function isLong(value: Json | undefined): boolean {
  return typeof value === 'string' && value.trimEnd().includes('\n')
}

/** Of text with several lines, those that differ. */
function textLines(name: string, from: Json | undefined, to: Json | undefined, columns: number): readonly string[] {
  const [was, is] = [
    String(from ?? '')
      .trimEnd()
      .split('\n'),
    String(to ?? '')
      .trimEnd()
      .split('\n'),
  ]
  let start = 0
  while (start < was.length && start < is.length && was[start] === is[start]) start += 1
  let end = 0
  while (end < Math.min(was.length, is.length) - start && was.at(-1 - end) === is.at(-1 - end)) end += 1
  const cut = (lines: readonly string[], sign: string): readonly string[] => {
    const part = lines.slice(start, lines.length - end)
    const shown = part.slice(0, 4).map((line) => clip(`      ${sign} ${line}`, columns))
    return part.length > 4 ? [...shown, `        and ${part.length - 4} more`] : shown
  }
  return [`  ~ ${name}, from line ${start + 1}:`, ...cut(was, '-'), ...cut(is, '+')]
}

/** Which members stand elsewhere now, as few as explain the order. */
function orderLines(place: string, from: Json | undefined, to: Json | undefined, columns: number): readonly string[] {
  const moves = movesBetween(listed(from), listed(to))
  const lead = place === '' ? '  > ' : `  > ${place}: `
  const shown = moves.slice(0, 8).map(({ names: moved, behind }) => {
    const where = behind === undefined ? 'now first' : `now behind ${behind}`
    const room = Math.max(20, columns - lead.length - where.length - 1)
    return `${lead}${clip(names(moved), room)} ${where}`
  })
  return moves.length > 8 ? [...shown, `${lead}and ${moves.length - 8} more such moves`] : shown
}

function listed(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}

function names(value: Json | undefined | readonly string[]): string {
  const list = listed(value)
  return list.length <= 12 ? list.join(', ') : `${list.slice(0, 10).join(', ')} and ${list.length - 10} more`
}

function text(value: Json | undefined): string {
  if (value === undefined) return 'nothing'
  if (value === '' || (Array.isArray(value) && value.length === 0)) return 'nothing'
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return value.map(String).join(', ')
  return typeof value === 'string' ? value : flow(value)
}

/** As YAML in one line. */
function flow(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  if (!isJsonObject(value)) return String(value)
  return `{${Object.entries(value)
    .map(([key, member]) => `${key}: ${flow(member)}`)
    .join(', ')}}`
}

function clip(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, Math.max(1, columns - 1))}…`
}
