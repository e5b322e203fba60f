/**
 * Looks for many byte sequences at once, in one pass, over any number of chunks (Aho and Corasick, 1975).
 *
 * The tables are made once; each text or stream walks them with a state of its own, which is one number: the longest
 * tail seen so far that could still become a hit.
 */
export interface ByteSearch {
  /** Next state after `byte`. State 0 is the start. */
  step(state: number, byte: number): number
  /** Length of the longest needle that ends at this state; 0: none. */
  hit(state: number): number
  /** Number of bytes that the state stands for. */
  depth(state: number): number
}

/** @param needles - none of them empty */
export function makeByteSearch(needles: readonly Uint8Array[]): ByteSearch {
  const next: Map<number, number>[] = [new Map()]
  const fail: number[] = [0]
  const depths: number[] = [0]
  const hits: number[] = [0]
  for (const needle of needles) {
    let state = 0
    for (const byte of needle) {
      let child = next[state]!.get(byte)
      if (child === undefined) {
        child = next.length
        next.push(new Map())
        fail.push(0)
        depths.push(depths[state]! + 1)
        hits.push(0)
        next[state]!.set(byte, child)
      }
      state = child
    }
    hits[state] = needle.length
  }
  const step = (from: number, byte: number): number => {
    for (let state = from; ; state = fail[state]!) {
      const child = next[state]!.get(byte)
      if (child !== undefined) return child
      if (state === 0) return 0
    }
  }
  // Breadth first, so that the state which a failure leads to is complete before it is used.
  const queue = [...next[0]!.values()]
  for (let at = 0; at < queue.length; at += 1) {
    const state = queue[at]!
    for (const [byte, child] of next[state]!) {
      fail[child] = step(fail[state]!, byte)
      hits[child] = Math.max(hits[child]!, hits[fail[child]!]!)
      queue.push(child)
    }
  }
  // Most bytes of ordinary text begin nothing: they are answered by one look into an array.
  const first = new Int32Array(256)
  for (const [byte, child] of next[0]!) first[byte] = child
  return {
    step: (state, byte) => (state === 0 ? first[byte]! : step(state, byte)),
    hit: (state) => hits[state]!,
    depth: (state) => depths[state]!,
  }
}
