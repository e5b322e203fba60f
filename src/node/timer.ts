/** Whole milliseconds that a timer of Node can wait; it fires at once for more, and takes no fractions everywhere. */
export function timerMs(ms: number): number {
  return Math.min(Math.ceil(ms), 2 ** 31 - 1)
}
