/** A queue of small integers, lowest first: a binary heap. What left it early is passed over by whoever takes from it. */
export type Queue = number[]

export function put(queue: Queue, item: number): void {
  let at = queue.length
  queue.push(item)
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (queue[parent]! <= item) break
    queue[at] = queue[parent]!
    at = parent
  }
  queue[at] = item
}

/** @returns the lowest item; -1 when the queue is empty */
export function peek(queue: Queue): number {
  return queue.length === 0 ? -1 : queue[0]!
}

export function drop(queue: Queue): void {
  const last = queue.pop()
  if (last === undefined || queue.length === 0) return
  const size = queue.length
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= size) break
    if (child + 1 < size && queue[child + 1]! < queue[child]!) child += 1
    if (queue[child]! >= last) break
    queue[at] = queue[child]!
    at = child
  }
  queue[at] = last
}
