/**
 * A time axis on which the work can be seen: stretches in which nothing begins or ends are cut short, so that a wait of
 * days for a window does not press the night into a corner.
 */
import { durationText } from '../../book/text.ts'
import { axisTicks } from '../../book/timeline-scale.ts'

/** Positions go from 0 to 1. */
export interface PlanAxis {
  readonly end_ms: number
  /** Between two of them the axis is even. At least two, from 0 to `end_ms`. */
  readonly knots: readonly { readonly ms: number; readonly x: number }[]
  /** Stretches that were cut short, and how long they are. */
  readonly cuts: readonly { readonly from: number; readonly to: number; readonly label: string }[]
  readonly ticks: readonly { readonly x: number; readonly label: string }[]
}

/** A stretch is cut when it is longer than this part of the axis. */
const longPart = 0.2
/** How wide a stretch is that was cut, as a part of the axis. */
const cutWidth = 0.06
const ticksMax = 8

/** @param moments - when something begins or ends; those outside of 0 to `end_ms` do not count */
export function makeAxis(moments: readonly number[], end_ms: number): PlanAxis {
  const end = Math.max(1, end_ms)
  const points = [...new Set([0, ...moments.filter((ms) => ms > 0 && ms < end), end])].sort((a, b) => a - b)
  const stretches = points.slice(1).map((to, index) => ({ from: points[index]!, to }))
  const long = stretches.filter(({ from, to }) => to - from > end * longPart && stretches.length > 1)
  // Where everything is long there is nothing to make room for.
  const cut = new Set(long.length === stretches.length ? [] : long)
  const shown = stretches.reduce((sum, stretch) => sum + (cut.has(stretch) ? 0 : stretch.to - stretch.from), 0)
  const perMs = (1 - cut.size * cutWidth) / shown
  const knots: { ms: number; x: number }[] = [{ ms: 0, x: 0 }]
  for (const stretch of stretches) {
    const width = cut.has(stretch) ? cutWidth : (stretch.to - stretch.from) * perMs
    knots.push({ ms: stretch.to, x: Math.min(1, knots.at(-1)!.x + width) })
  }
  knots[knots.length - 1] = { ms: end, x: 1 }
  const at = (ms: number): number => placeOn(knots, ms)
  return {
    end_ms: end,
    knots,
    cuts: [...cut].map(({ from, to }) => ({ from: at(from), to: at(to), label: durationText(to - from) })),
    ticks: ticksOn(end, shown, cut, at),
  }
}

/** @param knots - of an axis; what lies outside is moved to its ends */
export function placeOn(knots: PlanAxis['knots'], ms: number): number {
  const next = knots.findIndex((knot) => knot.ms >= ms)
  if (next === 0) return 0
  if (next < 0) return 1
  const [before, after] = [knots[next - 1]!, knots[next]!]
  return before.x + ((ms - before.ms) / (after.ms - before.ms)) * (after.x - before.x)
}

/** As far apart as fits what is shown; none inside of a cut, one where it ends. */
function ticksOn(
  end: number,
  shown: number,
  cut: ReadonlySet<{ readonly from: number; readonly to: number }>,
  at: (ms: number) => number,
): PlanAxis['ticks'] {
  const apart = axisTicks(shown, ticksMax)[1]?.at_ms ?? end
  const ticks: { x: number; label: string }[] = []
  const add = (ms: number): void => {
    const x = at(ms)
    const last = ticks.at(-1)
    if (last === undefined || x - last.x > 0.07) ticks.push({ x, label: ms === 0 ? '0' : durationText(ms) })
  }
  let from = 0
  for (const { from: cutFrom, to: cutTo } of [...cut, { from: end, to: end }]) {
    for (let ms = from; ms <= cutFrom; ms += apart) add(ms)
    from = cutTo
  }
  return ticks
}
