import { hash as digest } from 'node:crypto'
import { hashMember, hashMemberBytes, recordHead } from '../journal/record-line.ts'
import { type ChainPosition, flushBytesMax } from '../journal/segment-scan.ts'

/** Lines that go to disk in one write and one flush, and the one promise that all who wait for them share. */
export class JournalBatch {
  /** The lines, each with its newline. They stay one text until they are written: encoding each alone costs more. */
  text = ''
  /** At least as many bytes as `text` takes in UTF-8. */
  bytesMax = 0
  records = 0
  /** The last record in here. */
  position: ChainPosition
  #flushed: Promise<void> | undefined
  #settle: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined

  /** @param after - the last record before this batch */
  constructor(after: ChainPosition) {
    this.position = after
  }

  /** Whether what is in here could leave no room for a record in one flush. An empty batch takes any record. */
  isFull(members: string): boolean {
    return this.records > 0 && this.bytesMax + lineBytesMax(members) > flushBytesMax
  }

  /** Puts a record's line at the end. `members` is `eventMembers` of the event. */
  add(members: string): void {
    const seq = this.position.seq + 1
    const head = recordHead(seq, members, this.position.hash)
    const hash = digest('sha256', head)
    this.text += head + hashMember(hash)
    this.bytesMax += lineBytesMax(members)
    this.records += 1
    this.position = { seq, hash }
  }

  /** Settles with the flush. Made when it is first asked for, so that a rejection always has someone to hear it. */
  get flushed(): Promise<void> {
    this.#flushed ??= new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
    return this.#flushed
  }

  resolve(): void {
    this.#settle?.resolve()
  }

  reject(error: Error): void {
    this.#settle?.reject(error)
  }
}

/** UTF-8 takes at most three bytes for each code unit; around the members stand `seq`, `prev` and `hash`. */
function lineBytesMax(members: string): number {
  return members.length * 3 + hashMemberBytes + 128
}
