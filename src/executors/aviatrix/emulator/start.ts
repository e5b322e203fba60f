import { randomBytes } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { makeServerCertificate } from '../../emulator/certificate.ts'
import { makeEmulatedClock } from '../../emulator/emulated-clock.ts'
import { type ActiveFault, FaultList, readFault } from '../../emulator/fault-list.ts'
import { Timeline } from '../../emulator/timeline.ts'
import { makeBucket } from './bucket.ts'
import { EffectLog, type EffectRecord } from './effect-log.ts'
import { type FaultName, faultDefinitions } from './fault-table.ts'
import { buildFleet, type GatewayState } from './fleet.ts'
import { type InventoryFiles, writeInventoryFiles } from './inventory-files.ts'
import { type AviatrixEmulatorOptions, type CheckedOptions, checkOptions } from './options.ts'
import { Releases } from './releases.ts'
import { ApiServer } from './server.ts'
import { type ControllerState, checkFault, generationOfWorld, type World } from './world.ts'

/** What `state.json` holds. Instants are milliseconds since 1970 on the emulated clock. */
export interface NetworkState {
  readonly clock: {
    readonly started_at: number
    readonly now: number
    /** Emulated seconds in one real second; 0 when somebody else turns the clock. */
    readonly speed: number
    /** On the real clock: with these a run can turn its own clock alike. */
    readonly real_started_at: number
  }
  /** Wire form that the API takes now. */
  readonly generation: number
  readonly releases: readonly string[]
  readonly controller: ControllerState
  readonly faults: readonly string[]
  readonly gateways: readonly GatewayState[]
}

export interface AviatrixEmulator extends InventoryFiles {
  readonly directory: string
  readonly stateFile: string
  /** One {@link EffectRecord} a line. */
  readonly effectsFile: string
  readonly bucketFolder: string
  /** Without a path. */
  readonly address: string
  readonly username: string
  readonly password: string
  /** Emulated seconds in one real second; 0 when somebody else turns the clock. */
  readonly speed: number
  /** Instant of the emulated clock, milliseconds since 1970. */
  now(): number
  /** A copy of what `state.json` holds, brought up to the present. */
  state(): NetworkState
  effects(): readonly EffectRecord[]
  /** Releases a further version. */
  publish(version: string): void
  /** @throws UsageError when the fault is unknown */
  inject(fault: string): void
  /** Ends a fault, by its text or name; what it did stays. */
  clear(fault: string): void
  close(): Promise<void>
}

const saveEveryMs = 250
const username = 'admin'

/**
 * Starts an emulated Aviatrix controller: its API over HTTPS on a loopback port, and a network of gateways on a clock of
 * its own.
 *
 * @throws UsageError `EMULATOR_GATEWAYS`, `EMULATOR_SPEED`, `EMULATOR_VERSION`, `FAULT_UNKNOWN`, `FAULT_INCOMPLETE`,
 *   `FAULT_TARGET_UNKNOWN`
 */
export async function startAviatrixEmulator(options: AviatrixEmulatorOptions): Promise<AviatrixEmulator> {
  const checked = checkOptions(options)
  const directory = resolve(options.directory)
  mkdirSync(directory, { recursive: true })
  rmSync(join(directory, 'state.json'), { force: true })
  const { now, startAt, realStartAt } = makeEmulatedClock(options, checked.speed)
  const speed = options.clock ? 0 : checked.speed
  const bucketFolder = join(directory, 'bucket')
  const world = buildWorld(options, checked, directory, startAt)
  const begin = (fault: ActiveFault<FaultName>): void => {
    checkFault(world, fault)
    world.faults.add(fault)
  }
  for (const text of options.faults ?? []) begin(readFault(text, faultDefinitions))

  let isDirty = true
  let server: ApiServer | undefined
  const advance = (): void => {
    if (world.timeline.advance(now())) isDirty = true
    server?.settle()
  }
  const state = (): NetworkState => ({
    clock: { started_at: world.startedAt, now: world.timeline.now, speed, real_started_at: realStartAt },
    generation: generationOfWorld(world),
    releases: world.releases.all.map((each) => each.version),
    controller: world.controller,
    faults: world.faults.active.map((fault) => fault.text),
    gateways: world.gateways,
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
  const touch = (): void => {
    advance()
    isDirty = true
  }
  const password = randomBytes(18).toString('base64url')
  const certificate = makeServerCertificate()
  server = new ApiServer({ world, certificate, username, password, port: options.port ?? 0, advance: touch })
  const address = await server.listen()
  const isShared = options.sharedClock ?? options.clock !== undefined
  const pace = isShared || checked.speed === 1 ? undefined : checked.speed
  const facts = { address, ca: certificate.ca, username, password, bucketFolder, pace }
  const files = writeInventoryFiles(directory, world, facts)
  save()
  const timer = setInterval(save, saveEveryMs)
  timer.unref()
  const api = server
  return {
    ...files,
    directory,
    stateFile,
    effectsFile: join(directory, 'effects.jsonl'),
    bucketFolder,
    address,
    username,
    password,
    speed,
    now,
    state: () => {
      advance()
      return structuredClone(state())
    },
    effects: () => {
      advance()
      return [...world.effects.records]
    },
    publish: (version) => {
      touch()
      world.releases.add(version)
    },
    inject: (text) => {
      touch()
      begin(readFault(text, faultDefinitions))
    },
    clear: (text) => {
      touch()
      world.faults.remove(text)
    },
    close: async () => {
      clearInterval(timer)
      save()
      await api.close()
    },
  }
}

/** Without a previous release it is a world in which nothing was ever upgraded. */
function buildWorld(options: AviatrixEmulatorOptions, checked: CheckedOptions, directory: string, now: number): World {
  const { installed, previous, release, gateways, sessionMs } = checked
  const releases = new Releases(release)
  releases.add(installed)
  if (previous !== '') releases.add(previous)
  const fleetOn = options.gatewaysOn === 'previous' && previous !== '' ? previous : installed
  const bucket = makeBucket(join(directory, 'bucket'), options.clock === undefined, options.rotates ?? true)
  const dayMs = 86_400_000
  for (const days of [4, 3, 2, 1]) bucket.write(`UserConnect-${installed}`, now - days * dayMs)
  return {
    controller: {
      version: installed,
      previous_version: previous,
      kernel: releases.find(installed)?.kernel ?? '',
      vpc_dns_server: true,
      instance_type: 't3.large',
      away_until: 0,
      last_upgrade: { status: 'none', message: '' },
      audited_at: now - dayMs,
    },
    gateways: buildFleet({
      count: gateways,
      version: fleetOn,
      previous: fleetOn === installed ? previous : '',
      releases,
    }),
    releases,
    timeline: new Timeline(now),
    faults: new FaultList<FaultName>(),
    effects: new EffectLog(join(directory, 'effects.jsonl')),
    bucket,
    startedAt: now,
    fixedGeneration: options.generation,
    tasks: new Map(),
    sessions: new Map(),
    sessionMs,
  }
}
