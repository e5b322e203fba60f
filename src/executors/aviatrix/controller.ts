import { failureOfAbort } from '../../ports/abort.ts'
import type { Clock } from '../../ports/clock.ts'
import { ActionFailure } from '../../ports/executor.ts'
import { Answer } from '../answer.ts'
import { Joined, SharedRead } from '../joined.ts'
import { type GatewayRow, readGateways, readUpgradeStates } from './gateway.ts'
import { answerMs, type Credentials, logIn, type Session } from './login.ts'
import { failureOfRefusal, isSessionOver } from './refusal.ts'
import { type Generation, generationOf } from './release.ts'
import type { Settings } from './settings.ts'
import { readVersionInfo, type VersionInfo } from './version-info.ts'
import { type Access, type Call, type Exchange, exchange } from './wire.ts'

/** Waits after a transient failure of a read, in order, as the vendor's own provider does. */
const backOffMs = [500, 1000, 2000, 4000] as const
/** How often a call logs in again before it gives up, and the pause before each. */
const loginsMax = 2
const loginPauseMs = 500

export type Params = Readonly<Record<string, string>>

/** Least time that a real exchange may take, milliseconds. */
const networkMs = 2000

/**
 * One controller and its session, shared by all callers: one login, and one reading of the gateways at a time. Kept per
 * HTTP port, so that it lives exactly as long as the connections.
 */
export class Controller {
  readonly clock: Clock
  readonly settings: Settings
  /** Of the caller who came last; a password may change during a run. */
  access: Access
  credentials: Credentials
  readonly #gateways = new SharedRead<readonly GatewayRow[]>()
  readonly #turns = new Map<string, Promise<unknown>>()
  #session: Session | undefined
  #login: Joined<Session> | undefined
  #endpoint: 'v1' | 'v2' = 'v1'

  constructor(clock: Clock, settings: Settings, access: Access, credentials: Credentials) {
    this.clock = clock
    this.settings = settings
    this.access = access
    this.credentials = credentials
    if (settings.generation === 3) this.#endpoint = 'v2'
  }

  /** Milliseconds of our clock for a duration of the controller's clock. */
  ours(ms: number): number {
    return ms / this.settings.pace
  }

  /** An answer comes over a real network, however fast the controller's clock runs. */
  #patience(ms: number): number {
    return Math.max(this.ours(ms), Math.min(ms, networkMs))
  }

  async pause(ms: number, signal: AbortSignal, what: string): Promise<void> {
    try {
      await this.clock.sleep(this.ours(ms), signal)
    } catch (error) {
      throw signal.aborted ? failureOfAbort(signal, what) : error
    }
  }

  /** Reads: logs in where needed, and tries again after transient failures. Gives what stands in `results`. */
  async read(action: string, params: Params, signal: AbortSignal, method: 'GET' | 'POST' = 'GET'): Promise<Answer> {
    for (let failures = 0; ; ) {
      const outcome = await this.send({ endpoint: 'api', method, action, params, isRead: true }, signal)
      if (outcome.kind === 'answer') return resultsOf(outcome, action)
      const failure = failureOf(outcome, action)
      const pauseMs = backOffMs[failures]
      const isTransient = outcome.kind === 'restarting' || (outcome.kind === 'failed' && canPass(failure))
      if (!isTransient || pauseMs === undefined) throw failure
      failures += 1
      await this.pause(pauseMs, signal, `asking the controller for ${action}`)
    }
  }

  /**
   * Changes something, once.
   *
   * @throws ActionFailure `unknown` when it cannot be told whether it was done; `refused` with the controller's words
   */
  async change(action: string, params: Params, signal: AbortSignal): Promise<Answer> {
    const outcome = await this.send({ endpoint: 'api', method: 'POST', action, params, isRead: false }, signal)
    this.#gateways.invalidate()
    if (outcome.kind === 'answer') return resultsOf(outcome, action)
    throw failureOfChange(outcome, action)
  }

  /**
   * Sends one call within the session; when the controller says that the session is over, logs in and sends it again, at
   * most twice: it did nothing then.
   *
   * @param call - `api` is the endpoint of the session
   */
  async send(call: ControllerCall, signal: AbortSignal): Promise<Exchange> {
    for (let logins = 0; ; logins += 1) {
      const session = await this.#ensureSession(signal)
      if ('failure' in session) return { kind: 'failed', failure: session.failure }
      const outcome = await exchange(this.access, this.#wireCall(call, session), signal)
      if (outcome.kind === 'missing' && call.endpoint === 'api') {
        // After an upgrade the endpoint of the old generation may be gone.
        this.#endpoint = session.endpoint === 'v1' ? 'v2' : 'v1'
      } else if (outcome.kind !== 'refused' || !isSessionOver(outcome.reason)) {
        return outcome
      }
      this.endSession(session)
      if (logins === loginsMax) return outcome
      await this.pause(loginPauseMs, signal, 'logging in again')
    }
  }

  /** Forgets the session: the next call logs in afresh. */
  endSession(session: Session | undefined = this.#session): void {
    if (this.#session === session) this.#session = undefined
  }

  /** @param latest - asks for the newest release that is published too */
  async versionInfo(signal: AbortSignal, latest = false): Promise<VersionInfo> {
    const params: Params = latest ? { latest_version: 'true' } : {}
    return readVersionInfo(await this.read('list_version_info', params, signal), this.settings)
  }

  /** Settled by the settings, or by the version of the controller. */
  generation(info: VersionInfo): Generation {
    const told = this.settings.generation === 'auto' ? generationOf(info.current) : this.settings.generation
    if (told !== undefined) return told
    throw new ActionFailure('process', `controller: "${info.current}" is no release that is known here`, {
      advice: 'Set settings.generation of the system.',
      notApplied: true,
    })
  }

  /** All gateways, asked for at `notBefore` or later. */
  gateways(notBefore: number, signal: AbortSignal): Promise<readonly GatewayRow[]> {
    const load = async (shared: AbortSignal): Promise<readonly GatewayRow[]> => {
      const rows = readGateways(await this.read('list_vpcs_summary', {}, shared), this.settings)
      const states = await this.#upgradeStates(shared)
      return rows.map((row) => ({ ...row, updateStatus: states.get(row.name) ?? '' }))
    }
    return this.#gateways.get(notBefore, this.clock, signal, 'reading the gateways', load)
  }

  /** The image that belongs to a release, per cloud. */
  async compatibleImage(release: string, cloudType: number, signal: AbortSignal): Promise<string> {
    const params = { software_version: release, cloud_type: String(cloudType) }
    const results = await this.read('get_compatible_image_version', params, signal)
    return results.at('image_version').text()
  }

  /** Does work that must see what the work before it, with the same key, has done. */
  async inTurn<Value>(key: string, work: () => Promise<Value>): Promise<Value> {
    const turn = (this.#turns.get(key) ?? Promise.resolve()).then(work)
    const settled = turn.catch(() => undefined)
    this.#turns.set(key, settled)
    try {
      return await turn
    } finally {
      if (this.#turns.get(key) === settled) this.#turns.delete(key)
    }
  }

  async #upgradeStates(signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    try {
      return readUpgradeStates(await this.read('list_gateway_upgrade_status', {}, signal))
    } catch (error) {
      // Older releases have no upgrades of single gateways, and so no status of them.
      if (error instanceof ActionFailure && error.outputs['unknown_action'] !== undefined) return new Map()
      throw error
    }
  }

  #wireCall(call: ControllerCall, session: Session): Call {
    const { endpoint, params, ...rest } = call
    return {
      ...rest,
      timeoutMs: this.#patience(call.timeoutMs ?? answerMs),
      endpoint: endpoint === 'api' ? session.endpoint : endpoint,
      params: { ...params, CID: session.cid },
    }
  }

  async #ensureSession(signal: AbortSignal): Promise<Session | { readonly failure: ActionFailure }> {
    if (this.#session) return this.#session
    if (this.#login === undefined || this.#login.isDead) {
      const login: Joined<Session> = new Joined(this.clock.now(), async (shared) => {
        try {
          const endpoints = this.#endpoint === 'v1' ? (['v1', 'v2'] as const) : (['v2', 'v1'] as const)
          const outcome = await logIn(this.access, this.credentials, endpoints, shared)
          if (!('cid' in outcome)) throw failureOfLogin(outcome)
          this.#endpoint = outcome.endpoint
          this.#session = outcome
          return outcome
        } finally {
          if (this.#login === login) this.#login = undefined
        }
      })
      this.#login = login
    }
    try {
      return await this.#login.wait(signal, 'logging in to the controller')
    } catch (error) {
      if (error instanceof ActionFailure) return { failure: error }
      throw error
    }
  }
}

export interface ControllerCall extends Omit<Call, 'endpoint' | 'timeoutMs' | 'headers'> {
  readonly endpoint: 'api' | 'backend1'
  /** Milliseconds of the controller's clock; a minute unless said otherwise. */
  readonly timeoutMs?: number
}

/** Says whether the same call may succeed in a moment. */
export function canPass(failure: ActionFailure): boolean {
  return failure.class === 'unreachable' || failure.class === 'timeout' || isCutOff(failure)
}

function isCutOff(failure: ActionFailure): boolean {
  return failure.class === 'process' && failure.message.includes('is no JSON')
}

function resultsOf(outcome: Extract<Exchange, { readonly kind: 'answer' }>, action: string): Answer {
  return new Answer(outcome.body['results'], '', `controller, ${action}`)
}

/** The failure that an exchange without an answer stands for. */
export function failureOf(outcome: Exclude<Exchange, { readonly kind: 'answer' }>, action: string): ActionFailure {
  switch (outcome.kind) {
    case 'refused':
      return failureOfRefusal(action, outcome.reason)
    case 'restarting':
      return new ActionFailure(
        'unreachable',
        `controller: ${action} was answered by the web server (${outcome.what})`,
        {
          advice: 'The controller restarts, or its services are down; wait for its login page.',
        },
      )
    case 'missing':
      return new ActionFailure('process', `controller: it has no endpoint for ${action}`, {
        advice: 'Compare the address of the system and settings.generation with the release of the controller.',
        notApplied: true,
      })
    case 'other':
      return new ActionFailure('process', `controller: the answer to ${action} has no field "return"`, {
        advice: 'The API has changed: update Rollbook, and go on by hand until then.',
        outputs: { field: 'return' },
      })
    case 'failed':
      return outcome.failure
  }
}

/** The same for a change, where silence and a broken connection leave it open whether it was done. */
export function failureOfChange(
  outcome: Exclude<Exchange, { readonly kind: 'answer' }>,
  action: string,
): ActionFailure {
  const failure = failureOf(outcome, action)
  const isOpen =
    outcome.kind === 'restarting' || outcome.kind === 'other' || (outcome.kind === 'failed' && isCutOff(failure))
  if (!isOpen) return failure
  return new ActionFailure('unknown', `${failure.message}; ${action} may have been carried out`, {
    advice: 'Look at the controller before anything is started again.',
    cause: failure,
  })
}

function failureOfLogin(outcome: Exclude<Exchange, { readonly kind: 'answer' }>): ActionFailure {
  if (outcome.kind !== 'refused') {
    const failure = failureOf(outcome, 'login')
    // A login changes nothing, so the call that needed it did nothing either.
    return new ActionFailure(failure.class, failure.message, {
      advice: failure.advice,
      outputs: failure.outputs,
      notApplied: true,
      cause: failure,
    })
  }
  return new ActionFailure('refused', `controller: the login was refused: ${outcome.reason}`, {
    advice: 'Check settings.username and settings.password of the system.',
    notApplied: true,
  })
}
