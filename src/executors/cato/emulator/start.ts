import { randomBytes } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { makeServerCertificate } from '../../emulator/certificate.ts'
import { makeEmulatedClock } from '../../emulator/emulated-clock.ts'
import { Timeline } from '../../emulator/timeline.ts'
import { type Account, checkFaultTarget } from './account.ts'
import { EffectLog, type EffectRecord } from './effect-log.ts'
import { Endpoint } from './endpoint.ts'
import { EventFeed } from './event-feed.ts'
import { faultDefinitions } from './fault-table.ts'
import { type ActiveFault, Faults, parseFault, spanOf } from './faults.ts'
import { buildFleet, type SiteState } from './fleet.ts'
import { type InventoryFiles, writeInventoryFiles } from './inventory-files.ts'
import { type CatoEmulatorOptions, checkOptions } from './options.ts'
import { halt, publish } from './releases.ts'
import { ApiServer } from './server.ts'

/** What `state.json` holds. Instants are milliseconds since 1970 on the emulated clock. */
export interface AccountState {
  readonly account: { readonly id: string; readonly name: string }
  readonly clock: {
    readonly started_at: number
    readonly now: number
    /** Emulated seconds in one real second; 0 when somebody else turns the clock. */
    readonly speed: number
    /** On the real clock: with these a run can turn its own clock alike. */
    readonly real_started_at: number
  }
  readonly releases: Account['releases']
  readonly halted: Account['halted'] | null
  readonly faults: readonly string[]
  readonly sites: readonly SiteState[]
}

export interface CatoEmulator extends InventoryFiles {
  readonly directory: string
  readonly stateFile: string
  /** One {@link EffectRecord} a line. */
  readonly effectsFile: string
  readonly apiUrl: string
  readonly accountId: string
  /** The API key. */
  readonly token: string
  /** Emulated seconds in one real second; 0 when somebody else turns the clock. */
  readonly speed: number
  /** Instant of the emulated clock, milliseconds since 1970. */
  now(): number
  /** A copy of what `state.json` holds, brought up to the present. */
  state(): AccountState
  effects(): readonly EffectRecord[]
  /** Fields of the events that were raised, in order. */
  events(): readonly Readonly<Record<string, string>>[]
  /** Releases a further version. */
  publish(version: string): void
  /** @throws UsageError when the fault is unknown */
  inject(fault: string): void
  /** Ends a fault, by its text or name; what it did stays. */
  clear(fault: string): void
  close(): Promise<void>
}

const saveEveryMs = 250

/**
 * Starts an emulated Cato account: its GraphQL endpoint over HTTPS on a loopback port, and a fleet of Sockets on a
 * clock of its own.
 *
 * @throws UsageError `EMULATOR_SITES`, `EMULATOR_SPEED`, `EMULATOR_ZONE`, `EMULATOR_VERSION`, `FAULT_UNKNOWN`,
 *   `FAULT_INCOMPLETE`, `FAULT_TARGET_UNKNOWN`
 */
export async function startCatoEmulator(options: CatoEmulatorOptions): Promise<CatoEmulator> {
  const checked = checkOptions(options)
  const directory = resolve(options.directory)
  mkdirSync(directory, { recursive: true })
  rmSync(join(directory, 'state.json'), { force: true })
  const { now, startAt, realStartAt } = makeEmulatedClock(options, checked.speed)
  const speed = options.clock ? 0 : checked.speed
  const account = buildAccount(options, checked, join(directory, 'effects.jsonl'), startAt)
  const endpoint = new Endpoint(account)
  const begin = (fault: ActiveFault): void => {
    const definition = faultDefinitions.find((each) => each.name === fault.name)
    checkFaultTarget(account, fault, definition?.names)
    account.faults.add(fault)
    if (fault.name === 'missing-field' || fault.name === 'unknown-status') endpoint.refreshSchema()
    if (fault.name === 'process-critical') {
      account.timeline.at(account.startedAt + spanOf(fault.parameters[0])!.from, (at) => {
        if (account.faults.active.includes(fault)) halt(account, at)
      })
    }
  }
  for (const text of options.faults ?? []) begin(parseFault(text))
  publish(account, checked.release, account.startedAt)

  let isDirty = true
  const advance = (): void => {
    if (account.timeline.advance(now())) isDirty = true
  }
  const state = (): AccountState => ({
    account: { id: account.id, name: account.name },
    clock: { started_at: account.startedAt, now: account.timeline.now, speed, real_started_at: realStartAt },
    releases: account.releases,
    halted: account.halted ?? null,
    faults: account.faults.active.map((fault) => fault.text),
    sites: account.sites,
  })
  const stateFile = join(directory, 'state.json')
  const save = (): void => {
    advance()
    if (!isDirty) return
    isDirty = false
    // Renamed into place: a reader sees the state before or after a change, never a half.
    writeFileSync(`${stateFile}.part`, `${JSON.stringify(state(), null, 2)}\n`)
    renameSync(`${stateFile}.part`, stateFile)
  }
  const token = randomBytes(24).toString('hex')
  const certificate = makeServerCertificate()
  const touch = (): void => {
    advance()
    isDirty = true
  }
  const server = new ApiServer({ account, endpoint, certificate, token, port: options.port ?? 0, advance: touch })
  const apiUrl = await server.listen()
  const isShared = options.sharedClock ?? options.clock !== undefined
  const pace = isShared || checked.speed === 1 ? undefined : checked.speed
  const files = writeInventoryFiles(directory, account, { apiUrl, ca: certificate.ca, token, pace })
  save()
  const timer = setInterval(save, saveEveryMs)
  timer.unref()
  return {
    ...files,
    directory,
    stateFile,
    effectsFile: join(directory, 'effects.jsonl'),
    apiUrl,
    accountId: account.id,
    token,
    speed,
    now,
    state: () => {
      advance()
      return structuredClone(state())
    },
    effects: () => {
      advance()
      return [...account.effects.records]
    },
    events: () => {
      advance()
      return account.events.events.map((event) => event.fields)
    },
    publish: (version) => {
      touch()
      publish(account, version, account.timeline.now)
    },
    inject: (text) => {
      touch()
      begin(parseFault(text))
      touch()
    },
    clear: (text) => {
      touch()
      const gone = account.faults.remove(text)
      if (gone.some((fault) => fault.name === 'process-critical')) delete account.halted
      endpoint.refreshSchema()
    },
    close: async () => {
      clearInterval(timer)
      save()
      await server.close()
    },
  }
}

function buildAccount(
  options: CatoEmulatorOptions,
  checked: ReturnType<typeof checkOptions>,
  effectsFile: string,
  now: number,
): Account {
  const { sites, places, installed } = checked
  return {
    id: options.accountId ?? '4711',
    name: 'Emulated account',
    releases: [...new Set(installed)].map((version) => ({ version, at: now - 60 * 86_400_000 })).reverse(),
    sites: buildFleet({ sites, places, installed, now }),
    timeline: new Timeline(now),
    faults: new Faults(),
    effects: new EffectLog(effectsFile),
    events: new EventFeed(options.eventsPage ?? 3000),
    startedAt: now,
    pairs: options.pairs ?? 'one_at_a_time',
  }
}
