/** Milliseconds per unit letter, largest first. */
const unitsMs: readonly (readonly [string, number])[] = [
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
]

const plain =
  /^(?:(\d+(?:\.\d+)?)w)?(?:(\d+(?:\.\d+)?)d)?(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?$/
const iso =
  /^P(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/

/**
 * Reads a duration such as `90s`, `17m`, `1h30m`, `250ms` or ISO 8601 `PT1H30M`. Months and years have no fixed
 * length and are refused.
 *
 * @returns whole milliseconds, or `undefined` when the text is no duration
 */
export function parseDuration(text: string): number | undefined {
  const match = plain.exec(text) ?? iso.exec(text)
  if (!match) return undefined
  const parts = match.slice(1)
  if (parts.every((part) => part === undefined)) return undefined
  const ms = parts.reduce((sum, part, index) => sum + (part === undefined ? 0 : Number(part) * unitsMs[index]![1]), 0)
  return Math.round(ms)
}

/**
 * Prints milliseconds in the form that {@link parseDuration} reads: `1h30m`, `17m`, `90s` as `1m30s`, `0s`.
 *
 * @param ms - whole milliseconds, at least 0
 */
export function formatDuration(ms: number): string {
  let rest = Math.max(0, Math.round(ms))
  if (rest === 0) return '0s'
  let text = ''
  for (const [unit, unitMs] of unitsMs) {
    if (unit === 'w') continue
    const count = Math.floor(rest / unitMs)
    if (count > 0) text += `${count}${unit}`
    rest -= count * unitMs
  }
  return text
}

const unitsForPeople: readonly (readonly [number, string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
]

/**
 * Prints milliseconds for people: `3 h 10 min`, `45 s`, `0.4 s`, `0 s`; at most two units, rounded to the smaller one.
 * All screens and documents use this one rule, so that the same time reads the same everywhere.
 *
 * @param space - between numbers and units
 */
export function formatDurationForPeople(ms: number, space = ' '): string {
  const whole = Math.max(0, ms)
  if (whole === 0) return `0${space}s`
  if (whole < 10_000) return `${Number((Math.max(whole, 100) / 1000).toFixed(1))}${space}s`
  const first = unitsForPeople.findIndex(([unit]) => whole >= unit)
  const unitMs = unitsForPeople[Math.min(first + 1, unitsForPeople.length - 1)]![0]
  let rest = Math.round(whole / unitMs) * unitMs
  const parts: string[] = []
  for (const [unit, name] of unitsForPeople) {
    const number = Math.floor(rest / unit)
    rest -= number * unit
    if (number > 0) parts.push(`${number}${space}${name}`)
  }
  return parts.join(space)
}
