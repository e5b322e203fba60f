import type { CalendarReporter } from './finding.ts'
import { type IcsComponent, type IcsProperty, readIcsText, unescapeText } from './ics-lines.ts'
import { parseIcsRule } from './ics-rule.ts'
import { type IcsTime, parseIcsTime, zoneAliases } from './ics-time.ts'
import type { CalendarEvent, EventEnd, ZoneName } from './model.ts'
import { dateText, dayMs, dayOfWall, type WallTime } from './wall-time.ts'
import { zoneClock } from './zone-clock.ts'

/** Characters; a calendar of freezes is far smaller. */
const textMax = 5_000_000
/** Ten years: what lasts longer is a mistake. */
const spanMaxMs = 3660 * dayMs

/**
 * Reads the VEVENTs of an iCalendar text (RFC 5545). Cancelled entries are left out, single occurrences that were moved
 * (RECURRENCE-ID) replace the ones of the series. An entry that cannot be read is a finding, never a guess.
 *
 * @param floating - zone of dates and times that name none
 */
export function readIcsEvents(text: string, floating: ZoneName, report: CalendarReporter): readonly CalendarEvent[] {
  if (text.length > textMax) {
    report.error('CALENDAR_ICS', 'The iCalendar file is larger than 5 million characters')
    return []
  }
  const { components, problems } = readIcsText(text)
  for (const { line, message } of problems) report.error('CALENDAR_ICS', `Line ${line}: ${message}`)
  const reader = new EventReader(floating, zoneAliases(components), report)
  const entries = components.filter((each) => each.name === 'VEVENT').flatMap((each) => reader.read(each) ?? [])
  return foldMoved(entries)
}

interface Entry {
  readonly event: CalendarEvent
  /** On the clock of the event; set: it replaces that occurrence of the series. */
  readonly replaces: WallTime | undefined
  readonly isCancelled: boolean
}

/** Takes moved and cancelled occurrences out of their series; the moved ones stand for themselves. */
function foldMoved(entries: readonly Entry[]): readonly CalendarEvent[] {
  const replaced = new Map<string, Entry[]>()
  for (const entry of entries) {
    if (entry.replaces === undefined) continue
    const list = replaced.get(entry.event.uid)
    if (list === undefined) replaced.set(entry.event.uid, [entry])
    else list.push(entry)
  }
  return entries
    .filter((entry) => !entry.isCancelled)
    .map(({ event, replaces }) => {
      if (replaces !== undefined || event.uid === '') return event
      const away = (replaced.get(event.uid) ?? []).map((entry) =>
        moveWall(entry.replaces!, entry.event.zone, event.zone),
      )
      return away.length === 0 ? event : { ...event, except: new Set([...event.except, ...away]) }
    })
}

class EventReader {
  private readonly floating: ZoneName
  private readonly aliases: ReadonlyMap<string, string>
  private readonly report: CalendarReporter

  constructor(floating: ZoneName, aliases: ReadonlyMap<string, string>, report: CalendarReporter) {
    this.floating = floating
    this.aliases = aliases
    this.report = report
  }

  read(component: IcsComponent): Entry | undefined {
    const text = (name: string): string | undefined =>
      component.properties.find((each) => each.name === name)?.value.trim()
    const summary = unescapeText(text('SUMMARY') ?? '').trim()
    const start = this.time(component, 'DTSTART', summary)
    if (start === undefined) return undefined
    const end = this.end(component, start, summary)
    if (end === undefined) return undefined
    const isCancelled = text('STATUS')?.toUpperCase() === 'CANCELLED'
    const replaced = this.replaced(component, start, summary)
    if (replaced === 'unknown') return undefined
    const rule = this.rule(component, start, summary)
    if (rule === 'unknown') return undefined
    const event: CalendarEvent = {
      uid: text('UID') ?? '',
      summary,
      organizer: organizerOf(component),
      zone: start.zone,
      start: start.wall,
      end,
      rule,
      extra: this.times(component, 'RDATE', start, summary).filter((wall) => wall !== start.wall),
      except: this.exceptions(component, start, rule, summary),
    }
    return { event, replaces: replaced, isCancelled }
  }

  private time(component: IcsComponent, name: string, summary: string): IcsTime | undefined {
    const property = component.properties.find((each) => each.name === name)
    if (property === undefined) {
      return this.report.error('CALENDAR_ICS', `Line ${component.line}: the entry "${summary}" has no ${name}`)
    }
    return this.value(property, property.value, summary)
  }

  private value(property: IcsProperty, value: string, summary: string): IcsTime | undefined {
    const time = parseIcsTime(value, property, this.floating, this.aliases)
    if (!('problem' in time)) return time
    const where = `Line ${property.line}: the entry "${summary}"`
    return time.problem === 'zone'
      ? this.report.error(
          'CALENDAR_ICS_ZONE',
          `${where} is in the time zone "${time.text}", which is not known`,
          'Export the calendar with IANA time zones.',
        )
      : this.report.error('CALENDAR_ICS', `${where} has a ${property.name} that is not a time: "${time.text}"`)
  }

  private end(component: IcsComponent, start: IcsTime, summary: string): EventEnd | undefined {
    const where = `Line ${component.line}: the entry "${summary}"`
    const end = this.endOf(component, start, summary)
    if (end === undefined) return undefined
    const span = end.kind === 'wall' ? end.ms : end.daysMs + end.ms
    if (span < 0) return this.report.error('CALENDAR_ORDER', `${where} ends before it begins`)
    if (span === 0) return this.report.warning('CALENDAR_ICS_IGNORED', `${where} has no length and no effect`)
    if (span > spanMaxMs) return this.report.error('CALENDAR_ICS', `${where} lasts longer than ten years`)
    return end
  }

  private endOf(component: IcsComponent, start: IcsTime, summary: string): EventEnd | undefined {
    const duration = component.properties.find((each) => each.name === 'DURATION')
    if (duration !== undefined) {
      const parsed = parseIcsDuration(duration.value)
      const where = `Line ${duration.line}: the entry "${summary}"`
      return parsed ?? this.report.error('CALENDAR_ICS', `${where} has a DURATION that is none: "${duration.value}"`)
    }
    if (!component.properties.some((each) => each.name === 'DTEND')) {
      return { kind: 'wall', ms: start.isDate ? dayMs : 0 }
    }
    const end = this.time(component, 'DTEND', summary)
    if (end === undefined) return undefined
    if (end.zone === start.zone) return { kind: 'wall', ms: end.wall - start.wall }
    if (end.zone === 'target' || start.zone === 'target') {
      const where = `Line ${component.line}: the entry "${summary}"`
      return this.report.error('CALENDAR_ICS', `${where} begins and ends by clocks that cannot be compared`)
    }
    return { kind: 'wall', ms: moveWall(end.wall, end.zone, start.zone) - start.wall }
  }

  private rule(component: IcsComponent, start: IcsTime, summary: string): string | undefined | 'unknown' {
    const rules = component.properties.filter((each) => each.name === 'RRULE' || each.name === 'EXRULE')
    const first = rules[0]
    if (first === undefined) return undefined
    const where = `Line ${first.line}: the entry "${summary}"`
    if (rules.length > 1 || first.name === 'EXRULE') {
      this.report.error(
        'CALENDAR_ICS_RULE',
        `${where} has several rules of repetition`,
        'Split it into several entries.',
      )
      return 'unknown'
    }
    const parsed = parseIcsRule(first.value, start)
    if ('rule' in parsed) return parsed.rule
    this.report.error('CALENDAR_ICS_RULE', `${where}: ${parsed.problem}`)
    return 'unknown'
  }

  private replaced(component: IcsComponent, start: IcsTime, summary: string): WallTime | undefined | 'unknown' {
    const property = component.properties.find((each) => each.name === 'RECURRENCE-ID')
    if (property === undefined) return undefined
    if (property.parameters.get('RANGE') !== undefined) {
      const where = `Line ${property.line}: the entry "${summary}"`
      this.report.error('CALENDAR_ICS_RULE', `${where} changes all later occurrences at once`, 'Split the series.')
      return 'unknown'
    }
    const time = this.value(property, property.value, summary)
    return time === undefined ? 'unknown' : (this.onClockOf(time, start, property, summary) ?? 'unknown')
  }

  private times(component: IcsComponent, name: string, start: IcsTime, summary: string): readonly WallTime[] {
    return component.properties
      .filter((each) => each.name === name)
      .flatMap((property) =>
        property.value.split(',').flatMap((value) => {
          // Of a PERIOD only the start is taken: its length is that of the entry.
          const time = this.value(property, value.split('/')[0] ?? '', summary)
          return time === undefined ? [] : (this.onClockOf(time, start, property, summary) ?? [])
        }),
      )
  }

  /** Dates as exceptions to times mean that day's occurrence. */
  private exceptions(
    component: IcsComponent,
    start: IcsTime,
    rule: string | undefined,
    summary: string,
  ): ReadonlySet<WallTime> {
    const walls = this.times(component, 'EXDATE', start, summary)
    if (rule === undefined || start.isDate) return new Set(walls)
    const timeOfDay = start.wall - dayOfWall(start.wall) * dayMs
    return new Set(walls.map((wall) => (wall % dayMs === 0 && timeOfDay !== 0 ? wall + timeOfDay : wall)))
  }

  private onClockOf(time: IcsTime, start: IcsTime, property: IcsProperty, summary: string): WallTime | undefined {
    if (time.isDate || time.zone === start.zone) return time.wall
    if (time.zone === 'target' || start.zone === 'target') {
      const where = `Line ${property.line}: the entry "${summary}"`
      return this.report.error(
        'CALENDAR_ICS',
        `${where} has a ${property.name} on ${dateText(dayOfWall(time.wall))} by another clock than its start`,
      )
    }
    return moveWall(time.wall, time.zone, start.zone)
  }
}

/** The same instant on another clock. Clocks of unknown zones stay as they are. */
function moveWall(wall: WallTime, from: ZoneName, to: ZoneName): WallTime {
  if (from === to || from === 'target' || to === 'target') return wall
  return zoneClock(to).wallAt(zoneClock(from).firstPass(wall))
}

function organizerOf(component: IcsComponent): string | undefined {
  const property = component.properties.find((each) => each.name === 'ORGANIZER')
  return property?.parameters.get('CN') ?? property?.value.replace(/^mailto:/i, '')
}

function parseIcsDuration(text: string): EventEnd | undefined {
  const match = /^\+?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text.trim())
  if (match === null || match.slice(1).every((part) => part === undefined)) return undefined
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
  ]
  return {
    kind: 'elapsed',
    daysMs: (weeks * 7 + days) * dayMs,
    ms: ((hours * 60 + minutes) * 60 + seconds) * 1000,
  }
}
