/**
 * Reads what people write for a duration and gives it in our form: `5 minutes` is `5m`, `90` is `90s`, `1:30:00` is `1h30m`.
 *
 * @returns undefined when nothing sensible can be made of it
 */
export function nearestDuration(text: string): string | undefined {
  const trimmed = text.trim().toLowerCase()
  if (/^\d+(?:\.\d+)?$/.test(trimmed)) return `${trimmed}s`
  const clock = /^(\d{1,3}):([0-5]\d)(?::([0-5]\d))?$/.exec(trimmed)
  if (clock) return clockDuration(clock)
  const parts = [...trimmed.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/g)]
  const rest = trimmed.replaceAll(/\d+(?:\.\d+)?\s*[a-z]+/g, '').replaceAll(/and|[\s,]/g, '')
  if (parts.length === 0 || rest !== '') return undefined
  const written = parts.map(([, amount, word]) => {
    const unit = units.find(([name]) => name.test(word ?? ''))?.[1]
    return unit === undefined ? undefined : `${amount}${unit}`
  })
  return written.includes(undefined) ? undefined : written.join('')
}

const units: readonly (readonly [RegExp, string])[] = [
  [/^(?:ms|msecs?|millis|milliseconds?)$/, 'ms'],
  [/^(?:w|weeks?)$/, 'w'],
  [/^(?:d|days?)$/, 'd'],
  [/^(?:h|hrs?|hours?)$/, 'h'],
  [/^(?:m|mins?|minutes?)$/, 'm'],
  [/^(?:s|secs?|seconds?)$/, 's'],
]

function clockDuration([, first, second, third]: RegExpExecArray): string {
  const amounts: readonly (readonly [string | undefined, string])[] =
    third === undefined
      ? [
          [first, 'm'],
          [second, 's'],
        ]
      : [
          [first, 'h'],
          [second, 'm'],
          [third, 's'],
        ]
  return amounts
    .filter(([amount]) => Number(amount) > 0)
    .map(([amount, unit]) => `${Number(amount)}${unit}`)
    .join('')
}
