import type { BreakGlass, CalendarDefinition, Freeze, Overrun, Window } from './model.ts'
import { overruns } from './model.ts'
import { type Stretch, stretchesOf } from './stretch.ts'
import { dayMs } from './wall-time.ts'
import { zoneClock } from './zone-clock.ts'

/**
 * Openings of one calendar in one zone, worked out block by block and remembered.
 *
 * 1. Within a block, pieces are sorted and never touch.
 * 2. A piece that goes on in the next block has no closing and ends where the block ends; the next one begins there.
 */
export interface Timeline {
  blockAt(at: number): Block
  blockOf(index: number): Block
  indexAt(at: number): number
}

export interface Block extends Stretch {
  readonly pieces: readonly Piece[]
  readonly cuts: readonly Cut[]
}

export interface Piece extends Stretch {
  /** Ids, in the order of the definition. */
  readonly windows: readonly string[]
  readonly closing: Closing | undefined
}

/** Why an opening ends, and what happens then to work in flight. */
export type Closing =
  | { readonly cause: 'window'; readonly overrun: Overrun }
  | { readonly cause: 'freeze'; readonly overrun: Overrun; readonly freeze: Freeze }
  | { readonly cause: 'break_glass'; readonly overrun: Overrun }

/** A freeze took this out of a window. */
export interface Cut extends Stretch {
  readonly freeze: Freeze
}

/** Small enough that a rollout of one night costs little, large enough that a year has few. */
const blockMs = 64 * dayMs

const timelines = new WeakMap<CalendarDefinition, Map<string, Timeline>>()

/** @throws RollbookError `TIME_ZONE_UNKNOWN` */
export function timelineOf(definition: CalendarDefinition, zone: string): Timeline {
  let byZone = timelines.get(definition)
  if (byZone === undefined) timelines.set(definition, (byZone = new Map()))
  let timeline = byZone.get(zone)
  if (timeline === undefined) byZone.set(zone, (timeline = makeTimeline(definition, zone)))
  return timeline
}

function makeTimeline(definition: CalendarDefinition, zone: string): Timeline {
  const blocks = new Map<number, Block>()
  const blockOf = (index: number): Block => {
    let block = blocks.get(index)
    if (block === undefined) blocks.set(index, (block = makeBlock(definition, zone, index * blockMs)))
    return block
  }
  const indexAt = (at: number): number => Math.floor(at / blockMs)
  zoneClock(zone)
  return { blockOf, indexAt, blockAt: (at) => blockOf(indexAt(at)) }
}

type Source =
  | { readonly kind: 'window'; readonly window: Window; readonly order: number }
  | { readonly kind: 'freeze'; readonly freeze: Freeze }
  | { readonly kind: 'glass'; readonly glass: BreakGlass }

/** What is in force between two neighbouring boundaries. */
interface Standing {
  readonly windows: Set<Source & { kind: 'window' }>
  readonly freezes: Set<Source & { kind: 'freeze' }>
  readonly glass: Set<Source & { kind: 'glass' }>
}

interface Edge {
  readonly at: number
  readonly begins: boolean
  readonly source: Source
}

function makeBlock(definition: CalendarDefinition, zone: string, start: number): Block {
  const end = start + blockMs
  const always = definition.windows === 'always'
  const edges = edgesOf(definition, zone, start, end)
  const now: Standing = { windows: new Set(), freezes: new Set(), glass: new Set() }
  const isOpen = (): boolean => now.glass.size > 0 || (now.freezes.size === 0 && (always || now.windows.size > 0))

  const pieces: Piece[] = []
  const cuts: Cut[] = []
  const cutSince = new Map<Freeze, number>()
  let openSince: number | undefined
  let seen = new Set<Source & { kind: 'window' }>()

  /** Takes note of what holds from `at` on. */
  const look = (at: number): void => {
    if (isOpen()) {
      openSince ??= at
      for (const each of now.windows) seen.add(each)
    }
    const isCut = now.glass.size === 0 && (always || now.windows.size > 0)
    if (isCut) for (const { freeze } of now.freezes) if (!cutSince.has(freeze)) cutSince.set(freeze, at)
  }
  const endCuts = (at: number, still: (freeze: Freeze) => boolean): void => {
    for (const [freeze, since] of cutSince) {
      if (still(freeze)) continue
      if (since < at) cuts.push({ start: since, end: at, freeze })
      cutSince.delete(freeze)
    }
  }
  const endPiece = (at: number, closing: Closing | undefined): void => {
    if (openSince === undefined) return
    const windows = [...seen].sort((a, b) => a.order - b.order).map((each) => each.window.id)
    if (openSince < at) pieces.push({ start: openSince, end: at, windows: [...new Set(windows)], closing })
    openSince = undefined
    seen = new Set()
  }

  let next = 0
  const moveTo = (at: number): Standing => {
    const before: Standing = {
      windows: new Set(now.windows),
      freezes: new Set(now.freezes),
      glass: new Set(now.glass),
    }
    for (; next < edges.length && edges[next]!.at <= at; next += 1) apply(now, edges[next]!)
    return before
  }
  moveTo(start)
  look(start)
  while (next < edges.length && edges[next]!.at <= end) {
    const { at } = edges[next]!
    const before = moveTo(at)
    if (openSince !== undefined && !isOpen()) endPiece(at, closingOf(before, now, always))
    const isCut = now.glass.size === 0 && (always || now.windows.size > 0)
    endCuts(at, (freeze) => isCut && [...now.freezes].some((each) => each.freeze === freeze))
    look(at)
  }
  endPiece(end, undefined)
  endCuts(end, () => false)
  cuts.sort((a, b) => a.start - b.start || a.end - b.end)
  return { start, end, pieces, cuts }
}

function edgesOf(definition: CalendarDefinition, zone: string, lo: number, hi: number): readonly Edge[] {
  const edges: Edge[] = []
  const add = (stretches: readonly Stretch[], source: Source): void => {
    for (const each of unite(stretches)) {
      edges.push({ at: each.start, begins: true, source }, { at: each.end, begins: false, source })
    }
  }
  const clockOf = (name: string) => zoneClock(name === 'target' ? zone : name)
  const windows = definition.windows === 'always' ? [] : definition.windows
  for (const [order, window] of windows.entries()) {
    add(stretchesOf(window.when, clockOf(window.zone), lo, hi, 'window'), { kind: 'window', window, order })
  }
  for (const freeze of definition.freezes) {
    add(stretchesOf(freeze.when, clockOf(freeze.zone), lo, hi, 'freeze'), { kind: 'freeze', freeze })
  }
  for (const glass of definition.breakGlass) {
    add([{ start: glass.at, end: glass.at + glass.expiresAfterMs }], { kind: 'glass', glass })
  }
  return edges.sort((a, b) => a.at - b.at)
}

/** One source counts once, however often its occurrences overlap. */
function unite(stretches: readonly Stretch[]): readonly Stretch[] {
  const sorted = [...stretches].sort((a, b) => a.start - b.start)
  const united: { start: number; end: number }[] = []
  for (const each of sorted) {
    const last = united.at(-1)
    if (last !== undefined && each.start <= last.end) last.end = Math.max(last.end, each.end)
    else united.push({ ...each })
  }
  return united
}

function apply(standing: Standing, edge: Edge): void {
  const { source } = edge
  const set: Set<Source> =
    source.kind === 'window' ? standing.windows : source.kind === 'freeze' ? standing.freezes : standing.glass
  if (edge.begins) set.add(source)
  else set.delete(source)
}

function closingOf(before: Standing, after: Standing, always: boolean): Closing {
  const fromGlass = [...before.glass].map((each) => each.glass.overrun ?? 'finish_unit')
  if (fromGlass.length > 0) return { cause: 'break_glass', overrun: strictest(fromGlass) }
  const fromWindows = strictest([...before.windows].map((each) => each.window.overrun))
  const fromFreezes = [...after.freezes].map((each) => each.freeze.overrun)
  const first = [...after.freezes][0]
  if (first !== undefined && (always || after.windows.size > 0)) {
    const overrun = strictest(fromFreezes.map((each) => each ?? fromWindows))
    return { cause: 'freeze', overrun, freeze: first.freeze }
  }
  // A freeze that begins as the window ends may be stricter than the window.
  return { cause: 'window', overrun: strictest([fromWindows, ...fromFreezes.filter((each) => each !== undefined)]) }
}

/** Of none: the default. */
function strictest(all: readonly Overrun[]): Overrun {
  return all.reduce<Overrun>((a, b) => (overruns.indexOf(a) < overruns.indexOf(b) ? b : a), 'finish_unit')
}
