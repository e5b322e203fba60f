import type { JsonObject } from '../../base/json.ts'
import { ActionFailure } from '../../ports/executor.ts'
import type { Answer } from '../answer.ts'
import { SharedRead } from '../joined.ts'
import type { AccountPool } from './account-pool.ts'
import { eventsDocument } from './documents.ts'

export const upgradeSubType = 'Socket Upgrade'

/** An event of the feed; the fields are the vendor's, as texts. */
export interface CatoEvent {
  /** Milliseconds since 1970; 0 when the time cannot be read. */
  readonly at: number
  readonly fields: Readonly<Record<string, string>>
}

export interface EventPage {
  readonly marker: string
  readonly events: readonly CatoEvent[]
}

/** Reads one page. Filters on the sub-type alone: which type upgrades belong to is not documented. */
export async function readEventPage(
  pool: AccountPool,
  marker: string,
  subTypes: readonly string[],
  signal: AbortSignal,
): Promise<EventPage> {
  const filters = [{ fieldName: 'event_sub_type', operator: 'in', values: subTypes }]
  const variables: JsonObject = { accountIds: [pool.settings.accountId], filters, marker }
  const data = await pool.read('eventsFeed', eventsDocument, variables, signal)
  const feed = data.at('eventsFeed')
  const events = feed
    .at('accounts')
    .items()
    .flatMap((account) => {
      const problem = account.at('errorString').textOr('')
      if (problem !== '') {
        throw new ActionFailure('refused', `Cato API: the event feed of the account: ${problem}`, {
          advice: 'Switch the event feed on in the console; it takes about 30 minutes to fill.',
        })
      }
      return account.at('records').items().map(readEvent)
    })
  return { marker: feed.at('marker').textOr(''), events: feed.at('fetchedCount').number() === 0 ? [] : events }
}

function readEvent(record: Answer): CatoEvent {
  const fields = Object.fromEntries(
    Object.entries(record.at('fieldsMap').record()).flatMap(([name, value]) =>
      value === null ? [] : [[name, typeof value === 'string' ? value : JSON.stringify(value)]],
    ),
  )
  const at = Date.parse(record.at('time').text())
  return { at: Number.isNaN(at) ? 0 : at, fields }
}

/** The upgrade events of the account, read once for everybody: from the oldest that is kept, then only what is new. */
export class EventTail {
  readonly #pool: AccountPool
  readonly #read = new SharedRead<true>()
  readonly #bySerial = new Map<string, CatoEvent[]>()
  #marker = ''
  /** Readings go one after the other, or two would start at the same marker. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(pool: AccountPool) {
    this.#pool = pool
  }

  /** Events of one Socket, oldest first, from a feed that was read at `notBefore` or later. */
  async of(serial: string, notBefore: number, signal: AbortSignal): Promise<readonly CatoEvent[]> {
    const what = 'reading the event feed'
    await this.#read.get(notBefore, this.#pool.clock, signal, what, (shared) => {
      const turn = this.#turn.then(() => this.#advance(shared))
      this.#turn = turn.catch(() => undefined)
      return turn
    })
    return this.#bySerial.get(serial) ?? []
  }

  /** Something has changed: what was read until now is not the newest any more. */
  invalidate(): void {
    this.#read.invalidate()
  }

  async #advance(signal: AbortSignal): Promise<true> {
    for (;;) {
      const page = await readEventPage(this.#pool, this.#marker, [upgradeSubType], signal)
      for (const event of page.events) {
        const serial = event.fields['socket_serial'] ?? ''
        const known = this.#bySerial.get(serial)
        if (known) known.push(event)
        else this.#bySerial.set(serial, [event])
      }
      const isEnd = page.events.length === 0 || page.marker === this.#marker
      this.#marker = page.marker
      if (isEnd) return true
    }
  }
}
