/** The instants of neighbouring records share their second, so the text up to the milliseconds is kept. */
let keptSecond = Number.NaN
let keptText = ''

const instantMax = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/**
 * @param ms - milliseconds since the epoch, an integer from the year 1970 to 9999
 * @returns ISO 8601 in UTC with milliseconds, 24 characters: `2026-11-21T10:05:38.007Z`
 */
export function instantText(ms: number): string {
  if (!Number.isInteger(ms) || ms < 0 || ms > instantMax) throw new RangeError(`not an instant: ${ms}`)
  const rest = ms % 1000
  const second = ms - rest
  if (second !== keptSecond) {
    keptText = new Date(second).toISOString().slice(0, 20)
    keptSecond = second
  }
  return `${keptText}${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}Z`
}

/** @returns milliseconds since the epoch, or NaN when the text is not what {@link instantText} prints */
export function parseInstantText(text: string): number {
  if (text.length !== 24 || text.charCodeAt(23) !== 0x5a) return Number.NaN
  if (!text.startsWith(keptText) || keptText === '') {
    const ms = Date.parse(text)
    if (Number.isNaN(ms)) return ms
    keptSecond = ms - (ms % 1000)
    keptText = new Date(keptSecond).toISOString().slice(0, 20)
    return text.startsWith(keptText) ? ms : Number.NaN
  }
  const rest = (text.charCodeAt(20) - 48) * 100 + (text.charCodeAt(21) - 48) * 10 + (text.charCodeAt(22) - 48)
  return rest >= 0 && rest <= 999 ? keptSecond + rest : Number.NaN
}
