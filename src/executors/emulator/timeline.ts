interface Due {
  readonly at: number
  readonly order: number
  readonly work: (at: number) => void
}

/** What happens when on the emulated clock. Nothing here waits: whoever looks brings the world up to his instant. */
export class Timeline {
  readonly #heap: Due[] = []
  #order = 0
  #now: number

  constructor(now: number) {
    this.#now = now
  }

  /** The instant up to which everything has happened. */
  get now(): number {
    return this.#now
  }

  at(instant: number, work: (at: number) => void): void {
    this.#heap.push({ at: Math.max(instant, this.#now), order: this.#order++, work })
    let child = this.#heap.length - 1
    while (child > 0) {
      const parent = (child - 1) >> 1
      if (!this.#before(child, parent)) return
      this.#swap(child, parent)
      child = parent
    }
  }

  /** @returns whether anything happened */
  advance(now: number): boolean {
    let happened = false
    for (let next = this.#heap[0]; next !== undefined && next.at <= now; next = this.#heap[0]) {
      this.#drop()
      this.#now = Math.max(this.#now, next.at)
      next.work(this.#now)
      happened = true
    }
    this.#now = Math.max(this.#now, now)
    return happened
  }

  #drop(): void {
    const last = this.#heap.pop()!
    if (this.#heap.length === 0) return
    this.#heap[0] = last
    for (let parent = 0; ; ) {
      let least = parent
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        if (child < this.#heap.length && this.#before(child, least)) least = child
      }
      if (least === parent) return
      this.#swap(parent, least)
      parent = least
    }
  }

  #before(a: number, b: number): boolean {
    const left = this.#heap[a]!
    const right = this.#heap[b]!
    return left.at < right.at || (left.at === right.at && left.order < right.order)
  }

  #swap(a: number, b: number): void {
    const held = this.#heap[a]!
    this.#heap[a] = this.#heap[b]!
    this.#heap[b] = held
  }
}
