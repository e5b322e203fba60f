/** Members that changed places, as few as explain the new order. */
export interface Move {
  readonly names: readonly string[]
  /** What they now stand behind; absent: they come first. */
  readonly behind?: string
}

/**
 * @param from - names, each once
 * @param to - the same names in another order
 */
export function movesBetween(from: readonly string[], to: readonly string[]): readonly Move[] {
  const place = new Map(from.map((name, index) => [name, index]))
  const stays = longestRise(to.map((name) => place.get(name) ?? -1))
  const moves: { names: string[]; behind?: string }[] = []
  let isOpen = false
  to.forEach((name, index) => {
    if (stays.has(index)) {
      isOpen = false
      return
    }
    const last = moves.at(-1)
    if (isOpen && last) last.names.push(name)
    else moves.push({ names: [name], ...(index === 0 ? {} : { behind: to[index - 1]! }) })
    isOpen = true
  })
  return moves
}

/** Indices of a longest part that rises: what need not have moved. */
function longestRise(values: readonly number[]): ReadonlySet<number> {
  /** By length less one: the index of the smallest value that ends a rise of that length. */
  const ends: number[] = []
  const before: number[] = []
  values.forEach((value, index) => {
    let low = 0
    let high = ends.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (values[ends[middle]!]! < value) low = middle + 1
      else high = middle
    }
    before[index] = low === 0 ? -1 : ends[low - 1]!
    ends[low] = index
  })
  const found = new Set<number>()
  for (let index = ends.at(-1) ?? -1; index >= 0; index = before[index]!) found.add(index)
  return found
}
