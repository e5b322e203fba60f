/**
 * Resolves a count such as `5` or `"25%"` against a number of targets.
 *
 * - `concurrency`: rounded down, at least 1, at most all: a ceiling, not a quota
 * - `failures`: rounded down, so that a percentage never tolerates more than it says
 *
 * @returns undefined when it is no count
 */
export function resolveCount(value: unknown, total: number, purpose: 'concurrency' | 'failures'): number | undefined {
  const amount = typeof value === 'number' ? value : readPercentage(value, total)
  if (amount === undefined || !Number.isFinite(amount) || amount < 0) return undefined
  if (typeof value === 'number' && !Number.isInteger(value)) return undefined
  const whole = Math.floor(amount)
  return purpose === 'concurrency' ? Math.max(1, Math.min(whole, total)) : whole
}

function readPercentage(value: unknown, total: number): number | undefined {
  if (typeof value !== 'string') return undefined
  if (/^\d+$/.test(value)) return Number(value)
  const match = /^(\d+(?:\.\d+)?)%$/.exec(value)
  // In steps of a millionth, so that 10 % of 30 is 3 and not 2.9999….
  return match ? Math.round(Number(match[1]) * total * 1e4) / 1e6 : undefined
}
