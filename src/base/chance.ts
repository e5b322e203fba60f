/**
 * Chance that is a function of what it is about: the same seed and the same words give the same number, whatever was
 * drawn before. So a crash, a repetition or another order of work changes no draw.
 */

/** @returns at least 0, less than 1, with 53 bits */
export function drawOf(seed: number, ...words: readonly (string | number)[]): number {
  let high = mix(0x9e3779b9 ^ (seed >>> 0))
  let low = mix(0x85ebca6b ^ Math.floor(seed / 0x1_0000_0000))
  for (const word of words) {
    const text = String(word)
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at)
      high = Math.imul(high ^ code, 0x01000193)
      low = Math.imul(low ^ code, 0x5bd1e995) ^ (low >>> 15)
    }
    // A border between words, so that ("ab", "c") differs from ("a", "bc").
    high = mix(high ^ 0x2545f491 ^ low)
    low = mix(low ^ high)
  }
  high = mix(high ^ low)
  low = mix(low ^ high)
  return ((high >>> 5) * 0x400_0000 + (low >>> 6)) / 0x20_0000_0000_0000
}

/** The finalizer of MurmurHash3: every bit of the input reaches every bit of the result. */
function mix(value: number): number {
  let mixed = value | 0
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}

/** Standard deviations from the mean to the percentile 95 of a normal distribution. */
const z95 = 1.6448536269514722

/**
 * A draw from a log-normal distribution given by two of its percentiles.
 *
 * @param u - a draw from {@link drawOf}
 * @returns whole, at least 0
 */
export function logNormal(u: number, p50: number, p95: number): number {
  if (p50 <= 0) return 0
  const sigma = Math.max(0, Math.log(p95 / p50)) / z95
  return Math.round(p50 * Math.exp(sigma * normalQuantile(u)))
}

/** Where a share of a standard normal distribution lies; Acklam's rational approximation, good to nine digits. */
export function normalQuantile(u: number): number {
  const p = Math.min(Math.max(u, 1e-12), 1 - 1e-12)
  if (p < 0.02425) return tail(Math.sqrt(-2 * Math.log(p)))
  if (p > 1 - 0.02425) return -tail(Math.sqrt(-2 * Math.log(1 - p)))
  const q = p - 0.5
  const r = q * q
  const top =
    ((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
    2.506628277459239
  const bottom =
    ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
    1
  return (top * q) / bottom
}

function tail(q: number): number {
  const top =
    ((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q +
      4.374664141464968) *
      q +
    2.938163982698783
  const bottom =
    (((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1
  return top / bottom
}
