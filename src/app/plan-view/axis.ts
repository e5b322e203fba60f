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

/** A stretch is cut when it takes more than this part of what is shown, and is long for people too. */
const longPart = 0.3
const longMs = 3 * 60 * 60_000
/** How wide a stretch is that was cut, as a part of the axis, and how many there are at most. */
const cutWidth = 0.05
const cutsMax = 5
const ticksMax = 4
/** How far apart labels stand at least, as a part of the axis. */
const tickRoom = 0.26

interface Stretch {
  readonly from: number
  readonly to: number
}

/** @param moments - when something begins or ends; those outside of 0 to `end_ms` do not count */
export function makeAxis(moments: readonly number[], end_ms: number): PlanAxis {
  const end = Math.max(1, end_ms)
  const points = [...new Set([0, ...moments.filter((ms) => ms > 0 && ms < end), end])].sort((a, b) => a - b)
  const stretches = points.slice(1).map((to, index): Stretch => ({ from: points[index]!, to }))
  const cut = cutsOf(stretches)
  const shown = stretches.reduce((sum, stretch) => sum + (cut.has(stretch) ? 0 : lengthOf(stretch)), 0)
  const perMs = (1 - cut.size * cutWidth) / shown
  const knots: { ms: number; x: number }[] = [{ ms: 0, x: 0 }]
  for (const stretch of stretches) {
    const width = cut.has(stretch) ? cutWidth : lengthOf(stretch) * perMs
    knots.push({ ms: stretch.to, x: Math.min(1, knots.at(-1)!.x + width) })
  }
  knots[knots.length - 1] = { ms: end, x: 1 }
  const at = (ms: number): number => placeOn(knots, ms)
  const cuts = stretches.filter((stretch) => cut.has(stretch))
  return {
    end_ms: end,
    knots,
    cuts: cuts.map((stretch) => ({
      from: at(stretch.from),
      to: at(stretch.to),
      label: durationText(lengthOf(stretch)),
    })),
    ticks: ticksOn(end, shown, cuts, at),
  }
}

/** The longest one after another, as long as it is long beside the rest; something is always left to look at. */
function cutsOf(stretches: readonly Stretch[]): ReadonlySet<Stretch> {
  const cut = new Set<Stretch>()
  let shown = stretches.reduce((sum, stretch) => sum + lengthOf(stretch), 0)
  for (const stretch of stretches.toSorted((a, b) => lengthOf(b) - lengthOf(a))) {
    const length = lengthOf(stretch)
    const isLong = length > shown * longPart && length >= longMs
    if (!isLong || cut.size === cutsMax || cut.size === stretches.length - 1) return cut
    cut.add(stretch)
    shown -= length
  }
  return cut
}

function lengthOf({ from, to }: Stretch): number {
  return to - from
}

/** @param knots - of an axis; what lies outside is moved to its ends */
export function placeOn(knots: PlanAxis['knots'], ms: number): number {
  const next = knots.findIndex((knot) => knot.ms >= ms)
  if (next === 0) return 0
  if (next < 0) return 1
  const [before, after] = [knots[next - 1]!, knots[next]!]
  return before.x + ((ms - before.ms) / (after.ms - before.ms)) * (after.x - before.x)
}

/** As far apart as fits what is shown; none inside of a cut, one where it ends: there people ask where they are. */
function ticksOn(end: number, shown: number, cuts: readonly Stretch[], at: (ms: number) => number): PlanAxis['ticks'] {
  const apart = axisTicks(shown, ticksMax)[1]?.at_ms ?? end
  const moments: { ms: number; behindCut: boolean }[] = []
  let from = 0
  for (const cut of [...cuts, { from: end, to: end }]) {
    for (let ms = from; ms <= cut.from; ms += apart) moments.push({ ms, behindCut: ms === from && ms > 0 })
    from = cut.to
  }
  const ticks: { x: number; label: string; behindCut: boolean }[] = []
  for (const { ms, behindCut } of moments) {
    const x = at(ms)
    while (behindCut && ticks.length > 1 && !ticks.at(-1)!.behindCut && x - ticks.at(-1)!.x < tickRoom) ticks.pop()
    const last = ticks.at(-1)
    if (last && x - last.x < tickRoom) continue
    ticks.push({ x, label: ms === 0 ? '0' : durationText(ms), behindCut })
  }
  return ticks.map(({ x, label }) => ({ x, label }))
}
