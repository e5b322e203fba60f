/**
 * Due times of a fixed set of items, each with at most one: a binary heap on typed arrays that knows where each item
 * stands, so that changing a time costs a few swaps and nothing stale is ever left inside.
 */
export interface Agenda {
  readonly due: Float64Array
  readonly heap: Int32Array
  /** Place in the heap by item; -1: not in it. */
  readonly place: Int32Array
  size: number
}

export function makeAgenda(items: number): Agenda {
  return {
    due: new Float64Array(items).fill(Number.POSITIVE_INFINITY),
    heap: new Int32Array(items),
    place: new Int32Array(items).fill(-1),
    size: 0,
  }
}

/** The earliest due time; `Infinity` when nothing is due. */
export function earliest(agenda: Agenda): number {
  return agenda.size === 0 ? Number.POSITIVE_INFINITY : agenda.due[agenda.heap[0]!]!
}

/** @returns the item that is due first; the lowest of several; -1 when there is none */
export function firstDue(agenda: Agenda): number {
  return agenda.size === 0 ? -1 : agenda.heap[0]!
}

/** @param at - `Infinity` takes the item out */
export function schedule(agenda: Agenda, item: number, at: number): void {
  if (agenda.due[item] === at) return
  agenda.due[item] = at
  const place = agenda.place[item]!
  if (at === Number.POSITIVE_INFINITY) {
    if (place !== -1) takeOut(agenda, place)
    return
  }
  if (place === -1) {
    agenda.size += 1
    rise(agenda, agenda.size - 1, item)
    return
  }
  if (!rise(agenda, place, item)) sink(agenda, place, item)
}

function takeOut(agenda: Agenda, place: number): void {
  agenda.place[agenda.heap[place]!] = -1
  agenda.size -= 1
  if (place === agenda.size) return
  const last = agenda.heap[agenda.size]!
  if (place === 0 || !rise(agenda, place, last)) sink(agenda, place, last)
}

function rise(agenda: Agenda, from: number, item: number): boolean {
  const { due, heap, place } = agenda
  const at = due[item]!
  let here = from
  while (here > 0) {
    const parent = (here - 1) >> 1
    const above = heap[parent]!
    const aboveAt = due[above]!
    // Of two at one instant the lower item goes first.
    if (at > aboveAt || (at === aboveAt && item > above)) break
    heap[here] = above
    place[above] = here
    here = parent
  }
  heap[here] = item
  place[item] = here
  return here !== from
}

function sink(agenda: Agenda, from: number, item: number): void {
  const { due, heap, place, size } = agenda
  const at = due[item]!
  let here = from
  for (;;) {
    let child = 2 * here + 1
    if (child >= size) break
    let below = heap[child]!
    let belowAt = due[below]!
    if (child + 1 < size) {
      const other = heap[child + 1]!
      const otherAt = due[other]!
      if (otherAt < belowAt || (otherAt === belowAt && other < below)) {
        child += 1
        below = other
        belowAt = otherAt
      }
    }
    if (at < belowAt || (at === belowAt && item < below)) break
    heap[here] = below
    place[below] = here
    here = child
  }
  heap[here] = item
  place[item] = here
}
