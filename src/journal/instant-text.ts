const dayMs = 86_400_000
const instantMax = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** Records of one run share few days, so the text of the last day is kept: a date costs more than all the rest. */
let keptDay = Number.NaN
let keptDate = ''

const twoDigits: readonly string[] = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'))

/**
 * @param ms - milliseconds since the epoch, an integer from the year 1970 to 9999
 * @returns ISO 8601 in UTC with milliseconds, 24 characters: `2026-11-21T10:05:38.007Z`
 */
export function instantText(ms: number): string {
  if (!Number.isInteger(ms) || ms < 0 || ms > instantMax) throw new RangeError(`not an instant: ${ms}`)
  const rest = ms % dayMs
  if (ms - rest !== keptDay) keepDay(ms - rest)
  const second = Math.floor(rest / 1000)
  const minute = Math.floor(second / 60)
  const milli = rest % 1000
  const fill = milli < 10 ? '00' : milli < 100 ? '0' : ''
  return `${keptDate}${twoDigits[Math.floor(minute / 60)]}:${twoDigits[minute % 60]}:${twoDigits[second % 60]}.${fill}${milli}Z`
}

/** @returns milliseconds since the epoch, or NaN when the text is not what {@link instantText} prints */
export function parseInstantText(text: string): number {
  if (text.length !== 24) return Number.NaN
  if (keptDate === '' || !text.startsWith(keptDate)) {
    const day = Date.parse(`${text.slice(0, 10)}T00:00:00Z`)
    if (!(day >= 0)) return Number.NaN
    keepDay(day)
  }
  const hours = digits(text, 11, 2)
  const minutes = digits(text, 14, 2)
  const seconds = digits(text, 17, 2)
  const ms = keptDay + ((hours * 60 + minutes) * 60 + seconds) * 1000 + digits(text, 20, 3)
  return ms >= 0 && ms <= instantMax && instantText(ms) === text ? ms : Number.NaN
}

function keepDay(day: number): void {
  keptDay = day
  keptDate = new Date(day).toISOString().slice(0, 11)
}

function digits(text: string, start: number, length: number): number {
  let value = 0
  for (let at = start; at < start + length; at += 1) value = value * 10 + (text.charCodeAt(at) - 48)
  return value
}
