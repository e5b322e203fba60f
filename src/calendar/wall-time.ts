/**
 * What a clock on the wall shows, without a zone: milliseconds since 1970-01-01T00:00 as if the wall hung in UTC.
 * Comparable and addable like an instant, and never to be taken for one.
 */
export type WallTime = number

export const dayMs = 86_400_000
export const hourMs = 3_600_000
export const minuteMs = 60_000

/** @returns days since 1970-01-01 */
export function dayOfWall(wall: WallTime): number {
  return Math.floor(wall / dayMs)
}

/** @returns 0 Sunday to 6 Saturday */
export function weekdayOfDay(day: number): number {
  return (((day + 4) % 7) + 7) % 7
}

/** @returns year, month from 1, day of the month, and the number of days in that month */
export function civilOfDay(day: number): { year: number; month: number; date: number; lastDate: number } {
  const at = new Date(day * dayMs)
  const year = at.getUTCFullYear()
  const month = at.getUTCMonth() + 1
  return { year, month, date: at.getUTCDate(), lastDate: new Date(Date.UTC(year, month, 0)).getUTCDate() }
}

/** @returns days since 1970-01-01, or undefined when the date does not exist (2026-02-29) */
export function dayOfCivil(year: number, month: number, date: number): number | undefined {
  const at = new Date(Date.UTC(year, month - 1, date))
  const isReal = at.getUTCFullYear() === year && at.getUTCMonth() === month - 1 && at.getUTCDate() === date
  return isReal ? Math.round(at.getTime() / dayMs) : undefined
}

/** Prints `2026-03-29` */
export function dateText(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10)
}

/** Prints `01:00`, or `01:00:30` when there are seconds. */
export function timeText(msOfDay: number): string {
  const text = new Date(msOfDay).toISOString().slice(11, 19)
  return text.endsWith(':00') ? text.slice(0, 5) : text
}
