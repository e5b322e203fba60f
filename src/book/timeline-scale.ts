import { durationText } from './text.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** Distances between marks of a time axis that people read at a glance. */
const stepsMs: readonly number[] = [
  1000,
  2000,
  5000,
  10_000,
  15_000,
  30_000,
  minuteMs,
  2 * minuteMs,
  5 * minuteMs,
  10 * minuteMs,
  15 * minuteMs,
  30 * minuteMs,
  hourMs,
  2 * hourMs,
  3 * hourMs,
  6 * hourMs,
  12 * hourMs,
  dayMs,
  2 * dayMs,
  7 * dayMs,
]

/** Marks of an axis from 0 to `endMs`: at most `ticksMax`, evenly apart. */
export function axisTicks(
  endMs: number,
  ticksMax: number,
): readonly { readonly at_ms: number; readonly label: string }[] {
  const step = stepsMs.find((ms) => endMs / ms <= ticksMax) ?? Math.ceil(endMs / ticksMax / dayMs) * dayMs
  const ticks: { at_ms: number; label: string }[] = []
  for (let at = 0; at <= endMs; at += step) ticks.push({ at_ms: at, label: at === 0 ? '0' : durationText(at) })
  return ticks
}
