import { nearestName } from '../base/nearest.ts'
import type { CalendarReporter } from './finding.ts'
import type { DayRule, OrdinalWeekday } from './model.ts'

/** As written in files, in the order of their numbers. */
export const weekdayNames: readonly string[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

/** As written in files, with their numbers. */
export const ordinalNames: Readonly<Record<string, number>> = {
  first: 1,
  second: 2,
  third: 3,
  fourth: 4,
  fifth: 5,
  last: -1,
}

const daysHint = 'Write days such as sun, mon, "second tue" or "last fri".'

/** Reads `[sun, wed]` and `[second tue, last fri]`, mixed if need be. */
export function parseDays(value: unknown, report: CalendarReporter): DayRule | undefined {
  if (!Array.isArray(value) || value.length === 0) return report.error('CALENDAR_DAY', 'Not a list of days', daysHint)
  const weekdays: number[] = []
  const ordinals: OrdinalWeekday[] = []
  let isGood = true
  for (const [index, item] of value.entries()) {
    const day = typeof item === 'string' ? parseDay(item) : undefined
    if (day === undefined) {
      isGood = false
      report.at(index).error('CALENDAR_DAY', `${said(item)} is not a day`, hintFor(item))
    } else if (day.nth === undefined) weekdays.push(day.weekday)
    else ordinals.push({ nth: day.nth, weekday: day.weekday })
    if (day?.nth === 5)
      report.at(index).hint('CALENDAR_DATE_RARE', `Not every month has a ${item}`, 'Did you mean last?')
  }
  return isGood ? { kind: 'weekdays', weekdays, ordinals } : undefined
}

/** Reads `[1, 15, last]`. */
export function parseDates(value: unknown, report: CalendarReporter): DayRule | undefined {
  const hint = 'Write dates from 1 to 31, or last.'
  if (!Array.isArray(value) || value.length === 0) return report.error('CALENDAR_DATE', 'Not a list of dates', hint)
  const dates: number[] = []
  let last = false
  let isGood = true
  for (const [index, item] of value.entries()) {
    if (item === 'last') last = true
    else if (typeof item === 'number' && Number.isInteger(item) && item >= 1 && item <= 31) dates.push(item)
    else {
      isGood = false
      report.at(index).error('CALENDAR_DATE', `${said(item)} is not a date of the month`, hint)
    }
    if (typeof item === 'number' && item > 28 && item <= 31) {
      report.at(index).hint('CALENDAR_DATE_RARE', `Not every month has a day ${item}`, 'Did you mean last?')
    }
  }
  return isGood ? { kind: 'dates', dates, last } : undefined
}

function parseDay(text: string): { nth: number | undefined; weekday: number } | undefined {
  const words = text.trim().toLowerCase().split(/\s+/)
  const weekday = weekdayNames.indexOf(words.at(-1) ?? '')
  if (weekday === -1 || words.length > 2) return undefined
  if (words.length === 1) return { nth: undefined, weekday }
  const nth = Object.hasOwn(ordinalNames, words[0]!) ? ordinalNames[words[0]!] : undefined
  return nth === undefined ? undefined : { nth, weekday }
}

function hintFor(item: unknown): string {
  if (typeof item !== 'string') return daysHint
  const words = item.trim().toLowerCase().split(/\s+/)
  const long = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
  const meant = words.map((word, index) => {
    const full = long.indexOf(word)
    if (full !== -1) return weekdayNames[full]
    const names = index === words.length - 1 ? weekdayNames : Object.keys(ordinalNames)
    return names.includes(word) ? word : nearestName(word, names)
  })
  return meant.length <= 2 && meant.every((word) => word !== undefined)
    ? `Did you mean "${meant.join(' ')}"?`
    : daysHint
}

function said(item: unknown): string {
  return typeof item === 'string' ? `"${item}"` : (JSON.stringify(item) ?? 'nothing')
}
