/** An event with the fields that the API documents for upgrades; values are texts there, and so they are here. */
export interface FeedEvent {
  readonly seq: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly fields: Readonly<Record<string, string>>
}

export interface EventFilter {
  readonly fieldName: 'event_type' | 'event_sub_type'
  readonly operator: 'is' | 'is_not' | 'in' | 'not_in'
  readonly values: readonly string[]
}

export interface EventPage {
  readonly marker: string
  readonly events: readonly FeedEvent[]
}

const keptMs = 7 * 86_400_000

/** Events of the account in the order in which they were raised; a marker says how far a reader has come. */
export class EventFeed {
  readonly #pageSize: number
  readonly #events: FeedEvent[] = []

  constructor(pageSize: number) {
    this.#pageSize = pageSize
  }

  get events(): readonly FeedEvent[] {
    return this.#events
  }

  add(at: number, fields: Readonly<Record<string, string>>): FeedEvent {
    const event = { seq: this.#events.length + 1, at, fields: { ...fields, time: String(at) } }
    this.#events.push(event)
    return event
  }

  /**
   * @param marker - empty for the oldest that is kept
   * @returns at most one page; the marker moves past everything that was looked at, filtered out or not
   * @throws RangeError when the marker was not made here
   */
  page(marker: string, filters: readonly EventFilter[], now: number): EventPage {
    const after = readMarker(marker)
    const events: FeedEvent[] = []
    let seen = after
    for (const event of this.#events.slice(after)) {
      if (events.length === this.#pageSize) break
      seen = event.seq
      if (event.at >= now - keptMs && filters.every((filter) => passes(event, filter))) events.push(event)
    }
    return { marker: Buffer.from(`feed:${seen}`).toString('base64'), events }
  }
}

function readMarker(marker: string): number {
  if (marker === '') return 0
  const match = /^feed:(\d+)$/.exec(Buffer.from(marker, 'base64').toString())
  if (!match) throw new RangeError('the marker is not valid')
  return Number(match[1])
}

function passes(event: FeedEvent, { fieldName, operator, values }: EventFilter): boolean {
  const isIn = values.includes(event.fields[fieldName] ?? '')
  return operator === 'is' || operator === 'in' ? isIn : !isIn
}
