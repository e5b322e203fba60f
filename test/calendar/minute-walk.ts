/**
 * A slow second opinion on calendars: it walks minute by minute and looks at the clock on the wall, which it gets from
 * `Intl` alone. It shares no code with src/calendar and reads definitions as they are written in files.
 */
export interface WrittenWindow {
  readonly id: string
  readonly days?: readonly string[]
  readonly dates?: readonly (number | 'last')[]
  readonly start?: string
  readonly duration?: string
  readonly from?: string
  readonly to?: string
  readonly time_zone?: string
  readonly overrun?: string
}

export interface WrittenFreeze {
  readonly from: string
  readonly to: string
  readonly reason: string
  readonly time_zone?: string
  readonly overrun?: string
}

export interface WrittenCalendar {
  readonly windows?: readonly WrittenWindow[]
  readonly freezes: readonly WrittenFreeze[]
}

const minute = 60_000
const day = 86_400_000

const formats = new Map<string, Intl.DateTimeFormat>()
const walls = new Map<string, Map<number, readonly number[]>>()

function wallFromIntl(zone: string, at: number): number {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    formats.set(zone, format)
  }
  const part: Record<string, number> = {}
  for (const each of format.formatToParts(at)) part[each.type] = Number(each.value)
  return Date.UTC(part['year']!, part['month']! - 1, part['day'], part['hour'], part['minute'], part['second'])
}

/** What the clock shows at a whole minute, as if it hung in UTC. */
export function wallAt(zone: string, at: number): number {
  const hour = Math.floor(at / 3_600_000)
  let known = walls.get(zone)
  if (known === undefined) walls.set(zone, (known = new Map()))
  let offsets = known.get(hour)
  if (offsets === undefined) {
    const first = wallFromIntl(zone, hour * 3_600_000) - hour * 3_600_000
    const next = wallFromIntl(zone, (hour + 1) * 3_600_000) - (hour + 1) * 3_600_000
    // Only an hour in which the clock is changed needs a look at each of its minutes.
    offsets =
      first === next
        ? [first]
        : Array.from({ length: 60 }, (_, index) => {
            const then = hour * 3_600_000 + index * minute
            return wallFromIntl(zone, then) - then
          })
    known.set(hour, offsets)
  }
  return at + (offsets.length === 1 ? offsets[0]! : offsets[Math.floor((at % 3_600_000) / minute)]!)
}

/** Walls of each minute of a range, with the highest so far and the lowest from then on. */
interface Walk {
  readonly wall: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
}

function walk(zone: string, from: number, count: number): Walk {
  const wall = new Float64Array(count)
  const high = new Float64Array(count)
  const low = new Float64Array(count)
  for (let index = 0; index < count; index += 1) {
    wall[index] = wallAt(zone, from + index * minute)
    high[index] = index === 0 ? wall[0]! : Math.max(high[index - 1]!, wall[index]!)
  }
  for (let index = count - 1; index >= 0; index -= 1) {
    low[index] = index === count - 1 ? wall[index]! : Math.min(low[index + 1]!, wall[index]!)
  }
  return { wall, high, low }
}

/** @returns for each minute of the range: may work start? */
export function walkMinutes(calendar: WrittenCalendar, zone: string, from: number, to: number): readonly boolean[] {
  const lead = Math.max(0, ...(calendar.windows ?? []).map((each) => durationMs(each.duration))) + 3 * day
  const start = from - lead
  const count = (to + 3 * day - start) / minute
  const walks = new Map<string, Walk>()
  const walkIn = (name: string | undefined): Walk => {
    const actual = name === undefined || name === 'target' ? zone : name
    let found = walks.get(actual)
    if (found === undefined) walks.set(actual, (found = walk(actual, start, count)))
    return found
  }
  const allowed = new Uint8Array(count)
  const denied = new Uint8Array(count)
  if (calendar.windows === undefined) allowed.fill(1)
  for (const each of calendar.windows ?? []) markWindow(each, walkIn(each.time_zone), start, allowed)
  for (const each of calendar.freezes) markDated(each.from, each.to, walkIn(each.time_zone), start, denied, true)
  const answers: boolean[] = []
  for (let at = from; at < to; at += minute) {
    const index = (at - start) / minute
    answers.push(allowed[index] === 1 && denied[index] === 0)
  }
  return answers
}

function markWindow(window: WrittenWindow, { wall, high }: Walk, begin: number, marks: Uint8Array): void {
  if (window.from !== undefined) {
    markDated(window.from, window.to!, { wall, high, low: high }, begin, marks, false)
    return
  }
  const [hours, minutes] = window.start!.split(':').map(Number) as [number, number]
  const startMs = (hours * 60 + minutes) * minute
  const length = durationMs(window.duration) / minute
  const shown = new Set<number>()
  for (const each of wall) shown.add(Math.floor(each / day))
  let until = 0
  for (let index = 1; index < wall.length; index += 1) {
    // Days whose start lies within the stretch of wall that the clock has just covered for the first time.
    for (let date = Math.floor(high[index - 1]! / day) - 1; date <= Math.floor(high[index]! / day); date += 1) {
      const at = date * day + startMs
      if (high[index - 1]! < at && at <= high[index]! && shown.has(date) && namesDay(window, date)) {
        until = Math.max(until, index + length)
      }
    }
    if (index < until) marks[index] = 1
  }
}

function namesDay(window: WrittenWindow, date: number): boolean {
  const at = new Date(date * day)
  const number = at.getUTCDate()
  const isLastOf = (ms: number): boolean => new Date(ms + day).getUTCMonth() !== at.getUTCMonth()
  if (window.dates !== undefined)
    return window.dates.some((each) => (each === 'last' ? isLastOf(date * day) : each === number))
  if (window.days === undefined) return true
  const name = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][at.getUTCDay()]
  return window.days.some((each) => {
    const [first, second] = each.split(' ')
    if (second === undefined) return first === name
    if (second !== name) return false
    if (first === 'last') return new Date((date + 7) * day).getUTCMonth() !== at.getUTCMonth()
    const nth = ['first', 'second', 'third', 'fourth', 'fifth'].indexOf(first!) + 1
    return number > (nth - 1) * 7 && number <= nth * 7
  })
}

function markDated(
  fromText: string,
  toText: string,
  { high, low }: Walk,
  begin: number,
  marks: Uint8Array,
  isFreeze: boolean,
): void {
  const from = momentOf(fromText, false)
  const to = momentOf(toText, true)
  for (let index = 0; index < marks.length; index += 1) {
    const at = begin + index * minute
    const begun = from.isInstant ? at >= from.ms : high[index]! >= from.ms
    const ended = to.isInstant ? at >= to.ms : (isFreeze ? low[index]! : high[index]!) >= to.ms
    if (begun && !ended) marks[index] = 1
  }
}

function momentOf(text: string, isEnd: boolean): { ms: number; isInstant: boolean } {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return { ms: Date.parse(`${text}T00:00Z`) + (isEnd ? day : 0), isInstant: false }
  return /(Z|[+-]\d\d:\d\d)$/.test(text)
    ? { ms: Date.parse(text), isInstant: true }
    : { ms: Date.parse(`${text}Z`), isInstant: false }
}

function durationMs(text: string | undefined): number {
  const match = /^(\d+)m$/.exec(text ?? '0m')
  return Number(match![1]) * minute
}
