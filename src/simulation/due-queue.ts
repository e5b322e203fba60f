/** Things that are due at instants: the earliest first; of several at one instant the lowest rank, then the first put in. */
export interface DueQueue<Item> {
  readonly size: number
  /** `Infinity` when it is empty. */
  readonly earliest: number
  /** @param rank - default 0 */
  put(at: number, item: Item, rank?: number): void
  take(): Item | undefined
  clear(): void
}

interface Entry<Item> {
  readonly at: number
  readonly rank: number
  readonly order: number
  readonly item: Item
}

export function makeDueQueue<Item>(): DueQueue<Item> {
  const heap: Entry<Item>[] = []
  let order = 0

  function before(a: Entry<Item>, b: Entry<Item>): boolean {
    if (a.at !== b.at) return a.at < b.at
    return a.rank < b.rank || (a.rank === b.rank && a.order < b.order)
  }

  function sink(entry: Entry<Item>): void {
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1
      if (!before(heap[child]!, entry)) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = entry
  }

  return {
    get size() {
      return heap.length
    },
    get earliest() {
      return heap[0]?.at ?? Number.POSITIVE_INFINITY
    },
    put(at, item, rank = 0) {
      const entry = { at, rank, order, item }
      order += 1
      let place = heap.length
      heap.push(entry)
      while (place > 0) {
        const parent = (place - 1) >> 1
        if (!before(entry, heap[parent]!)) break
        heap[place] = heap[parent]!
        place = parent
      }
      heap[place] = entry
    },
    take() {
      const first = heap[0]
      const last = heap.pop()
      if (first !== undefined && last !== undefined && heap.length > 0) sink(last)
      return first?.item
    },
    clear() {
      heap.length = 0
    },
  }
}
