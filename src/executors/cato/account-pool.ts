import type { JsonObject } from '../../base/json.ts'
import type { Clock } from '../../ports/clock.ts'
import { ActionFailure } from '../../ports/executor.ts'
import type { Answer } from '../answer.ts'
import { Gathered, SharedRead } from '../joined.ts'
import { Budget } from './budget.ts'
import { type Access, type Exchange, exchange } from './call.ts'
import { inventoryDocument, snapshotDocument, timeZonesDocument } from './documents.ts'
import { EventTail } from './event-tail.ts'
import type { Settings } from './settings.ts'
import { readSite, type Site } from './site.ts'

/** Waits after a transient failure of a read, in order; the vendor's own client waits 3 to 30 seconds, five times. */
const backOffMs = [3000, 6000, 12_000, 24_000, 30_000] as const
/** Wait after a rate limit answer, as in the vendor's samples. */
const rateLimitPauseMs = 5000
/** How long a call waits for more keys to join it. */
const gatherMs = 40
const sitesPerCall = 200
const zonesPerCall = 25

/**
 * Everything that callers of one account share: a budget per operation, one inventory, gathered calls, one tail of the
 * event feed. Kept per HTTP port, so that it lives exactly as long as the connections.
 */
export class AccountPool {
  readonly clock: Clock
  readonly settings: Settings
  /** Of the caller who came last; keys may change during a run. */
  access: Access
  readonly events: EventTail
  readonly #budgets = new Map<string, Budget>()
  readonly #inventory = new SharedRead<readonly Answer[]>()
  readonly #sites: Gathered<Site>
  readonly #zones: Gathered<string>

  constructor(clock: Clock, settings: Settings, access: Access) {
    this.clock = clock
    this.settings = settings
    this.access = access
    this.events = new EventTail(this)
    const gather = (signal: AbortSignal): Promise<void> => clock.sleep(gatherMs / settings.pace, signal)
    this.#sites = new Gathered(sitesPerCall, gather, (ids, signal) => this.#loadSites(ids, signal))
    this.#zones = new Gathered(zonesPerCall, gather, (ids, signal) => this.#loadZones(ids, signal))
  }

  /** Milliseconds of our clock for a duration of the account's clock. */
  ours(ms: number): number {
    return ms / this.settings.pace
  }

  /** Reads; waits out rate limits for as long as somebody waits, and tries again after transient failures. */
  async read(operation: string, query: string, variables: JsonObject, signal: AbortSignal): Promise<Answer> {
    for (let failures = 0; ; ) {
      const outcome = await this.#exchange(operation, query, variables, true, signal)
      if (outcome.kind === 'answer') return outcome.data
      if (outcome.kind === 'rate_limited') continue
      const pauseMs = backOffMs[failures]
      if (!outcome.transient || pauseMs === undefined) throw outcome.failure
      failures += 1
      await this.clock.sleep(this.ours(pauseMs), signal)
    }
  }

  /**
   * Changes something, once: only an answer that says that nothing was done is followed by another try.
   *
   * @throws ActionFailure `unknown` when it cannot be told whether it was done
   */
  async change(operation: string, query: string, variables: JsonObject, signal: AbortSignal): Promise<Answer> {
    for (;;) {
      const outcome = await this.#exchange(operation, query, variables, false, signal)
      this.#inventory.invalidate()
      this.events.invalidate()
      if (outcome.kind === 'answer') return outcome.data
      if (outcome.kind === 'rate_limited') continue
      const { failure, executed } = outcome
      if (executed === 'perhaps') {
        // A call that was called off says so itself, and claims nothing.
        if (signal.aborted) throw failure
        throw new ActionFailure('unknown', `${failure.message}; ${operation} may have been carried out`, {
          advice: 'Look at the status of the Socket before anything is started again.',
          cause: failure,
        })
      }
      throw failure.notApplied
        ? failure
        : new ActionFailure(failure.class, failure.message, {
            advice: failure.advice,
            outputs: failure.outputs,
            notApplied: true,
            cause: failure,
          })
    }
  }

  /** All rows of the hardware inventory, asked for at `notBefore` or later. */
  inventory(notBefore: number, signal: AbortSignal): Promise<readonly Answer[]> {
    const load = (shared: AbortSignal): Promise<readonly Answer[]> => this.#loadInventory(shared)
    return this.#inventory.get(notBefore, this.clock, signal, 'reading the Socket inventory', load)
  }

  /** @returns nothing when the account has no such site */
  site(id: string, signal: AbortSignal): Promise<Site | undefined> {
    return this.#sites.get(id, signal, 'reading the account snapshot')
  }

  timeZone(siteId: string, signal: AbortSignal): Promise<string | undefined> {
    return this.#zones.get(siteId, signal, 'reading the time zone of a site')
  }

  /** Time zones of many sites, one call after the other. */
  async timeZones(siteIds: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const zones = new Map<string, string>()
    for (let from = 0; from < siteIds.length; from += zonesPerCall) {
      const part = await this.#loadZones(siteIds.slice(from, from + zonesPerCall), signal)
      for (const [id, zone] of part) zones.set(id, zone)
    }
    return zones
  }

  /** All sites of the account. */
  async allSites(signal: AbortSignal): Promise<readonly Site[]> {
    const { accountId } = this.settings
    const data = await this.read('accountSnapshot', snapshotDocument, { accountId }, signal)
    return data.at('accountSnapshot').at('sites').items().map(readSite)
  }

  async #exchange(
    operation: string,
    query: string,
    variables: JsonObject,
    isRead: boolean,
    signal: AbortSignal,
  ): Promise<Exchange> {
    const budget = this.#budgetOf(operation)
    await budget.take(signal)
    const outcome = await exchange(this.access, { operation, query, variables }, isRead, signal)
    if (outcome.kind === 'rate_limited') budget.pause(this.ours(rateLimitPauseMs))
    return outcome
  }

  #budgetOf(operation: string): Budget {
    let budget = this.#budgets.get(operation)
    if (budget === undefined) {
      const { rateLimits, pace } = this.settings
      budget = new Budget(this.clock, rateLimits[operation] ?? rateLimits['default']!, pace)
      this.#budgets.set(operation, budget)
    }
    return budget
  }

  async #loadInventory(signal: AbortSignal): Promise<readonly Answer[]> {
    const { accountId, pageSize } = this.settings
    const rows = new Map<string, Answer>()
    for (let from = 0; ; ) {
      const variables = { accountId, input: { paging: { from, limit: pageSize } } }
      const data = await this.read('socketInventory', inventoryDocument, variables, signal)
      const page = data.at('hardwareManagement').at('socketInventory')
      const items = page.at('items').items()
      for (const item of items) rows.set(item.at('serialNumber').textOr(item.path), item)
      from += items.length
      if (items.length === 0 || from >= page.at('pageInfo').at('total').number()) return [...rows.values()]
    }
  }

  async #loadSites(siteIds: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Site>> {
    const { accountId } = this.settings
    const data = await this.read('accountSnapshot', snapshotDocument, { accountId, siteIds }, signal)
    const sites = data.at('accountSnapshot').at('sites').items().map(readSite)
    return new Map(sites.map((site) => [site.id, site]))
  }

  async #loadZones(siteIds: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const refs = Object.fromEntries(siteIds.map((input, index) => [`s${index}`, { by: 'ID', input }]))
    const variables = { accountId: this.settings.accountId, ...refs }
    const data = await this.read('siteGeneralDetails', timeZonesDocument(siteIds.length), variables, signal)
    const site = data.at('site')
    return new Map(
      siteIds.map((id, index) => [id, site.at(`s${index}`).at('siteLocation').at('timezone').text()] as const),
    )
  }
}
