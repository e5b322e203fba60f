import { parseDuration } from '../base/duration.ts'
import { isJsonObject, type JsonObject } from '../base/json.ts'
import { nearestName } from '../base/nearest.ts'
import { type CalendarFinding, CalendarReporter } from './finding.ts'
import { readIcsEvents } from './ics-events.ts'
import type { CalendarDefinition, Dated, Freeze, Overrun, Recurring, Window, ZoneName } from './model.ts'
import { overruns } from './model.ts'
import { parseDates, parseDays } from './parse-days.ts'
import { parseMoment, parseTimeOfDay } from './parse-moment.ts'
import { parseZone } from './parse-zone.ts'
import { dayMs } from './wall-time.ts'

export interface CalendarSource {
  /** As written under `windows`; absent: no window restricts the work. */
  readonly windows?: unknown
  /** As written under `freezes`. */
  readonly freezes?: unknown
}

export interface ParsedCalendar {
  /** Holds what could be read; do not run by it when `findings` has an error. */
  readonly definition: CalendarDefinition
  readonly findings: readonly CalendarFinding[]
}

/** Text of an iCalendar file by the name that is written under `calendar`; undefined when there is none. */
export type ReadCalendarFile = (name: string) => string | undefined

const windowKeys: readonly string[] = [
  'id',
  'title',
  'description',
  'days',
  'dates',
  'start',
  'duration',
  'from',
  'to',
  'calendar',
  'time_zone',
  'overrun',
]
const freezeKeys: readonly string[] = ['from', 'to', 'calendar', 'reason', 'owner', 'time_zone', 'overrun']

/**
 * Reads `windows` and `freezes` as they stand in a runbook. Reads everything that can be read and reports the rest;
 * paths begin with `windows` or `freezes`.
 */
export function parseCalendar(source: CalendarSource, readFile: ReadCalendarFile = () => undefined): ParsedCalendar {
  const report = new CalendarReporter()
  const definition: CalendarDefinition = {
    windows: source.windows === undefined ? 'always' : parseWindows(source.windows, readFile, report.at('windows')),
    freezes: source.freezes === undefined ? [] : parseFreezeList(source.freezes, readFile, report.at('freezes')),
    breakGlass: [],
  }
  return { definition, findings: report.findings }
}

/** Reads an iCalendar text as freezes: the title of an entry is the reason, its organizer the owner. */
export function parseFreezes(
  icsText: string,
  options: {
    readonly reason?: string
    readonly owner?: string
    readonly zone?: ZoneName
    readonly overrun?: Overrun
  } = {},
): { readonly freezes: readonly Freeze[]; readonly findings: readonly CalendarFinding[] } {
  const report = new CalendarReporter()
  const zone = options.zone ?? 'target'
  const freezes = readIcsEvents(icsText, zone, report).map(
    (event): Freeze => ({
      reason: event.summary || options.reason || 'No reason given',
      owner: event.organizer ?? options.owner,
      zone,
      overrun: options.overrun,
      when: { kind: 'events', events: [event] },
    }),
  )
  return { freezes, findings: report.findings }
}

/**
 * Keeps only some windows: those that a rollout names.
 *
 * @param ids - unknown ones are passed over; `always`: no window restricts the work, freezes still do
 * @returns a new definition; keep it, as answers are remembered with it
 */
export function withWindows(definition: CalendarDefinition, ids: 'always' | readonly string[]): CalendarDefinition {
  if (ids === 'always') return { ...definition, windows: 'always' }
  if (definition.windows === 'always') return { ...definition, windows: [] }
  return { ...definition, windows: definition.windows.filter((each) => ids.includes(each.id)) }
}

function parseWindows(value: unknown, readFile: ReadCalendarFile, report: CalendarReporter): readonly Window[] {
  if (!Array.isArray(value)) {
    report.error('CALENDAR_FORM', '"windows" is not a list')
    return []
  }
  const seen = new Set<string>()
  return value.flatMap((item: unknown, index) => {
    const window = parseWindow(item, readFile, report.at(index))
    if (window === undefined) return []
    if (seen.has(window.id)) report.at(index, 'id').error('CALENDAR_ID', `There are two windows "${window.id}"`)
    seen.add(window.id)
    return [window]
  })
}

function parseWindow(item: unknown, readFile: ReadCalendarFile, report: CalendarReporter): Window | undefined {
  if (!isJsonObject(item)) return report.error('CALENDAR_FORM', 'A window is a set of keys', windowHint)
  checkKeys(item, windowKeys, report)
  const { id } = item
  if (typeof id !== 'string' || id === '') return report.error('CALENDAR_ID', 'A window without an id')
  const zone = parseZone(item['time_zone'], 'target', report.at('time_zone'))
  const overrun = parseOverrun(item['overrun'], report.at('overrun')) ?? 'finish_unit'
  const when = parseWindowTimes(item, id, zone, readFile, report)
  return when === undefined ? undefined : { id, zone, overrun, when }
}

const windowHint =
  'Write start and duration with days or dates, or from and to, or calendar with the name of an iCalendar file.'

/** A window has exactly one form; keys of two forms are not guessed at. */
function parseWindowTimes(
  item: JsonObject,
  id: string,
  zone: ZoneName,
  readFile: ReadCalendarFile,
  report: CalendarReporter,
): Window['when'] | undefined {
  const has = (...keys: string[]): boolean => keys.some((key) => item[key] !== undefined)
  const forms = [has('days', 'dates', 'start', 'duration'), has('from', 'to'), has('calendar')]
  if (forms.filter(Boolean).length !== 1) {
    return report.error(
      'CALENDAR_FORM',
      `Window "${id}" has ${forms.includes(true) ? 'more than one form' : 'no times'}`,
      windowHint,
    )
  }
  if (forms[0]) return parseRecurring(item, id, report)
  if (forms[1]) return parseDated(item, `Window "${id}"`, report)
  const events = readEvents(item['calendar'], zone, readFile, report.at('calendar'))
  return events === undefined ? undefined : { kind: 'events', events }
}

const durationMaxMs = 31 * dayMs

function parseRecurring(item: JsonObject, id: string, report: CalendarReporter): Recurring | undefined {
  const { days, dates, start, duration } = item
  if (days !== undefined && dates !== undefined) {
    const hint = 'Write two windows: openings that overlap become one.'
    return report.at('dates').error('CALENDAR_FORM', `Window "${id}" has both days and dates`, hint)
  }
  const rule =
    days !== undefined
      ? parseDays(days, report.at('days'))
      : dates !== undefined
        ? parseDates(dates, report.at('dates'))
        : ({ kind: 'every' } as const)
  const startMs = typeof start === 'string' ? parseTimeOfDay(start) : undefined
  if (startMs === undefined) {
    const at = start === undefined ? report : report.at('start')
    at.error(
      'CALENDAR_START',
      `Window "${id}" has no start such as "01:00"`,
      'Hours go from 00 to 23; keep the quotes.',
    )
  }
  const durationMs = parseWindowDuration(duration, id, report)
  return rule === undefined || startMs === undefined || durationMs === undefined
    ? undefined
    : { kind: 'recurring', days: rule, startMs, durationMs }
}

function parseWindowDuration(value: unknown, id: string, report: CalendarReporter): number | undefined {
  const ms = typeof value === 'string' ? parseDuration(value) : undefined
  const at = value === undefined ? report : report.at('duration')
  if (ms === undefined || ms === 0) {
    return at.error('CALENDAR_DURATION', `Window "${id}" has no duration such as 2h`)
  }
  if (ms > durationMaxMs) {
    return at.error('CALENDAR_DURATION', `Window "${id}" is longer than 31 days`, 'Write from and to instead.')
  }
  return ms
}

function parseDated(item: JsonObject, what: string, report: CalendarReporter): Dated | undefined {
  const [from, to] = (['from', 'to'] as const).map((key) => {
    const value = item[key]
    const moment = typeof value === 'string' ? parseMoment(value) : undefined
    if (moment === undefined) {
      const said = value === undefined ? `has no "${key}"` : `has a "${key}" that is no time: ${JSON.stringify(value)}`
      const hint = 'Write 2026-12-20 (the whole day), 2026-12-20T22:00 (local time) or 2026-12-20T22:00Z.'
      const at = value === undefined ? report : report.at(key)
      at.error('CALENDAR_MOMENT', `${what} ${said}`, hint)
    }
    return moment
  })
  if (from === undefined || to === undefined) return undefined
  if (earliestEnd({ kind: 'dated', from, to })) {
    return report.at('to').error('CALENDAR_ORDER', `${what} ends before it begins`)
  }
  return { kind: 'dated', from, to }
}

/** Whether the end comes before the start, whatever the zone; mixed forms get a day's benefit of the doubt. */
function earliestEnd({ from, to }: Dated): boolean {
  const start = from.kind === 'date' ? from.day * dayMs : from.kind === 'local' ? from.wall : from.at
  const end = to.kind === 'date' ? (to.day + 1) * dayMs : to.kind === 'local' ? to.wall : to.at
  const isMixed = (from.kind === 'instant') !== (to.kind === 'instant')
  return isMixed ? end + dayMs < start : end <= start
}

function parseFreezeList(value: unknown, readFile: ReadCalendarFile, report: CalendarReporter): readonly Freeze[] {
  if (!Array.isArray(value)) {
    report.error('CALENDAR_FORM', '"freezes" is not a list')
    return []
  }
  return value.flatMap((item: unknown, index) => parseFreeze(item, readFile, report.at(index)))
}

function parseFreeze(item: unknown, readFile: ReadCalendarFile, report: CalendarReporter): readonly Freeze[] {
  const hint = 'Write from, to, reason and owner, or calendar with the name of an iCalendar file.'
  if (!isJsonObject(item)) {
    report.error('CALENDAR_FORM', 'A freeze is a set of keys', hint)
    return []
  }
  checkKeys(item, freezeKeys, report)
  const zone = parseZone(item['time_zone'], 'target', report.at('time_zone'))
  const overrun = parseOverrun(item['overrun'], report.at('overrun'))
  const reason = textOf(item, 'reason')
  const owner = textOf(item, 'owner')
  if (item['calendar'] !== undefined) {
    if (item['from'] !== undefined || item['to'] !== undefined) {
      report.error('CALENDAR_FORM', 'A freeze has more than one form', hint)
      return []
    }
    const events = readEvents(item['calendar'], zone, readFile, report.at('calendar')) ?? []
    return events.map((event) => ({
      reason: event.summary || reason || 'No reason given',
      owner: event.organizer ?? owner,
      zone,
      overrun,
      when: { kind: 'events', events: [event] },
    }))
  }
  if (reason === undefined) report.error('CALENDAR_REASON', 'A freeze without a reason', 'Say why, for those who wait.')
  const when = parseDated(item, reason === undefined ? 'The freeze' : `The freeze "${reason}"`, report)
  return when === undefined ? [] : [{ reason: reason ?? 'No reason given', owner, zone, overrun, when }]
}

function readEvents(
  name: unknown,
  zone: ZoneName,
  readFile: ReadCalendarFile,
  report: CalendarReporter,
): ReturnType<typeof readIcsEvents> | undefined {
  const text = typeof name === 'string' ? readFile(name) : undefined
  if (text === undefined) return report.error('CALENDAR_FILE', `There is no iCalendar file ${JSON.stringify(name)}`)
  return readIcsEvents(text, zone, report)
}

function parseOverrun(value: unknown, report: CalendarReporter): Overrun | undefined {
  if (value === undefined) return undefined
  const known = overruns.find((each) => each === value)
  if (known !== undefined) return known
  const near = typeof value === 'string' ? nearestName(value, overruns) : undefined
  const hint = near === undefined ? `Write one of ${overruns.join(', ')}.` : `Did you mean "${near}"?`
  return report.error('CALENDAR_OVERRUN', `${JSON.stringify(value)} is not an overrun`, hint)
}

function checkKeys(item: JsonObject, keys: readonly string[], report: CalendarReporter): void {
  for (const key of Object.keys(item)) {
    if (keys.includes(key)) continue
    const near = nearestName(key, keys)
    report.at(key).error('CALENDAR_KEY', `"${key}" is not known here`, near && `Did you mean "${near}"?`)
  }
}

function textOf(item: JsonObject, key: string): string | undefined {
  const value = item[key]
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}
