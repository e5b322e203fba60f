import { randomBytes } from 'node:crypto'
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ssh2, { type ParsedKey } from 'ssh2'
import { UsageError } from '../../../base/error.ts'
import type { ClusterState } from './cluster.ts'
import { type ConnectionFiles, writeConnectionFiles } from './connection-files.ts'
import { type EditionName, editions } from './editions.ts'
import type { EffectRecord } from './effect-log.ts'
import { effectsFileOf, makeWorld, spanOf, stateFileOf } from './emulated-world.ts'
import { applyFault, checkFaultNode } from './fault-effects.ts'
import { type ActiveFault, commonFaults, type FaultDefinition, Faults } from './faults.ts'
import { endProcesses } from './host-processes.ts'
import { hostTools } from './host-tools.ts'
import { kato } from './kato.ts'
import { makeKeyPair } from './key-pair.ts'
import { NodeSsh } from './ssh-server.ts'
import { ToolBridge, type ToolCall } from './tool-bridge.ts'
import { ClusterWeb } from './web.ts'
import type { Edition, KatoCall, World } from './world.ts'

export interface StackatoEmulatorOptions {
  /** Folder for keys, inventory, state, logs and the hosts' own files; created, or emptied of what an emulator left. */
  readonly directory: string
  /** Which product, and so which engine; `helion` unless said otherwise. */
  readonly edition?: EditionName
  /** 3 to 200; 6 unless said otherwise: core, two DEAs, a second router, data services, file system. */
  readonly nodes?: number
  /** See `faultsOf`. */
  readonly faults?: readonly string[]
  /** Emulated seconds in one real second; 60 unless said otherwise. */
  readonly speed?: number
  /** Release that is installed; 3.4.2 unless said otherwise, 3.0.1 in the edition 3.0. */
  readonly version?: string
  /** Newest release of the vendor; 3.6.0 unless said otherwise, 3.2.1 in the edition 3.0. */
  readonly release?: string
  /** Ports of the SSH servers in the order of the nodes; the system chooses where one is missing or 0. */
  readonly ports?: readonly number[]
  readonly webPort?: number
  /** Password of `stackato` for sudo and for connections without a key. */
  readonly password?: string
  /** Token of an administrator for the API. */
  readonly apiToken?: string
}

export interface EmulatedHost {
  readonly name: string
  /** Address inside the cluster, as `kato node list` prints it. */
  readonly address: string
  readonly roles: readonly string[]
  readonly host: '127.0.0.1'
  readonly port: number
  /** Folder that holds the files of this host. */
  readonly root: string
}

export interface StackatoEmulator extends ConnectionFiles {
  readonly directory: string
  readonly stateFile: string
  /** One {@link EffectRecord} a line. */
  readonly effectsFile: string
  /** Every command line that reached an SSH server: `{at, node, command}` a line. */
  readonly commandsFile: string
  /** Base address of the cluster's API, console and apps. */
  readonly apiUrl: string
  readonly hosts: readonly EmulatedHost[]
  /** A copy of what `state.json` holds. */
  state(): ClusterState
  effects(): readonly EffectRecord[]
  /** @throws UsageError when the fault is unknown */
  inject(fault: string): Promise<void>
  /** Ends a fault, by its text or name. Hosts can be reached again; what it did to the cluster stays. */
  clear(fault: string): Promise<void>
  dropConnections(host: string): void
  close(): Promise<void>
}

/**
 * Starts an emulated Stackato cluster: one SSH server per node on loopback ports and the cluster's web side, all
 * in this process.
 *
 * @throws UsageError `EMULATOR_NODES`, `EMULATOR_SPEED`, `FAULT_UNKNOWN`, `FAULT_INCOMPLETE`, `FAULT_NODE_UNKNOWN`
 */
export async function startStackatoEmulator(options: StackatoEmulatorOptions): Promise<StackatoEmulator> {
  const editionName = options.edition ?? 'helion'
  const edition: Edition = editions[editionName]
  const faultsAsked = new Faults(faultsOf(editionName))
  const faults = (options.faults ?? []).map((text) => faultsAsked.read(text))
  checkOptions(options)
  const directory = resolve(options.directory)
  const commandsFile = join(directory, 'commands.jsonl')
  mkdirSync(directory, { recursive: true })
  for (const old of ['nodes', 'effects.jsonl', 'commands.jsonl']) {
    rmSync(join(directory, old), { recursive: true, force: true })
  }
  writeFileSync(commandsFile, '')
  const servers = new Map<string, NodeSsh>()
  const world = makeWorld({
    directory,
    edition,
    faults: faultsAsked,
    nodes: options.nodes ?? 6,
    version: options.version ?? edition.releases.installed,
    release: options.release ?? edition.releases.newest,
    speed: options.speed ?? 60,
    password: options.password ?? 'stackato-password',
    dropConnections: (node) => servers.get(node)?.dropConnections(),
    reboot: (node, seconds) => outages.reboot(node, seconds),
  })
  const outages = new Outages(world, servers)
  for (const fault of faults) checkFaultNode(world, fault)

  const token = randomBytes(24).toString('hex')
  const bridge = new ToolBridge(token)
  bridge.handle((call) => answer(world, call))
  const bridgePort = await bridge.listen()
  const client = makeKeyPair()
  const clientKey = ssh2.utils.parseKey(client.public) as ParsedKey
  const hostKeys = new Map(world.state.nodes.map((node) => [node.name, makeKeyPair()]))
  for (const [index, node] of world.state.nodes.entries()) {
    const sandbox = world.sandbox(node.name)
    sandbox.build({ port: bridgePort, token, password: world.password, passwordlessSudo: true })
    sandbox.write('home/stackato/.ssh/id_ed25519', 'the key that the other nodes accept\n', 0o600)
    world.edition.prepare(world, node)
    const server = new NodeSsh({
      sandbox,
      hostKey: hostKeys.get(node.name)!.private,
      clientKey,
      port: options.ports?.[index] ?? 0,
      onCommand: (command) => {
        const record = { at: new Date().toISOString(), node: node.name, command }
        appendFileSync(commandsFile, `${JSON.stringify(record)}\n`)
      },
    })
    servers.set(node.name, server)
    await server.open()
  }
  const web = new ClusterWeb(world, options.apiToken ?? 'stackato-api-token')
  const apiUrl = await web.listen(options.webPort ?? 0)
  for (const fault of faults) {
    world.faults.add(fault)
    applyFault(world, fault)
    await outages.begin(fault)
  }
  world.save()
  const files = writeConnectionFiles(
    directory,
    world.state,
    world.state.nodes.map((node) => {
      const wrong = world.faults.find('wrong-host-key', ([name]) => name === node.name) !== undefined
      const shown = wrong ? makeKeyPair().public : hostKeys.get(node.name)!.public
      return { name: node.name, address: node.address, port: servers.get(node.name)!.port, hostKey: shown.trim() }
    }),
    client,
    apiUrl,
  )
  return {
    ...files,
    directory,
    stateFile: stateFileOf(directory),
    effectsFile: effectsFileOf(directory),
    commandsFile,
    apiUrl,
    hosts: world.state.nodes.map((node) => ({
      name: node.name,
      address: node.address,
      roles: node.roles,
      host: '127.0.0.1',
      port: servers.get(node.name)!.port,
      root: world.sandbox(node.name).root,
    })),
    state: () => structuredClone(world.state),
    effects: () => [...world.effects.records],
    inject: async (text) => {
      const fault = world.faults.read(text)
      checkFaultNode(world, fault)
      world.faults.add(fault)
      applyFault(world, fault)
      await outages.begin(fault)
    },
    clear: async (text) => {
      for (const fault of world.faults.remove(text)) {
        if (fault.name === 'slow') world.pace.factor = 1
        await outages.end(fault)
      }
    },
    dropConnections: (host) => servers.get(host)?.dropConnections(),
    close: async () => {
      outages.close()
      await Promise.all([...servers.values()].map((server) => server.close()))
      await Promise.all([bridge.close(), web.close()])
    },
  }
}

/** Every fault of an edition. */
export function faultsOf(edition: EditionName): readonly FaultDefinition[] {
  return [...commonFaults, ...editions[edition].faults]
}

function checkOptions(options: StackatoEmulatorOptions): void {
  const nodes = options.nodes ?? 6
  if (!Number.isInteger(nodes) || nodes < 3 || nodes > 200) {
    throw new UsageError('EMULATOR_NODES', `a cluster of ${nodes} nodes cannot be emulated`, { hint: 'Give 3 to 200.' })
  }
  const speed = options.speed ?? 60
  if (!(speed > 0 && Number.isFinite(speed))) {
    throw new UsageError('EMULATOR_SPEED', `${speed} is no speed`, { hint: 'Give a number above 0, such as 60.' })
  }
}

/** Answers a call of a program on a host. */
function answer(world: World, call: ToolCall): Promise<number> {
  const here = world.state.nodes.find((node) => node.name === call.node)
  if (!here) return Promise.resolve(127)
  const katoCall: KatoCall = { ...call, world, here, pause: (seconds) => world.pace.wait(seconds, call.signal) }
  if (call.tool === 'kato') return kato(katoCall, call.args)
  const tool = world.edition.tools[call.tool] ?? hostTools[call.tool]
  return tool ? tool(katoCall, call.args) : Promise.resolve(127)
}

/** Closes and opens the ports of hosts that a fault takes off the network. */
class Outages {
  readonly #world: World
  readonly #servers: ReadonlyMap<string, NodeSsh>
  readonly #timers = new Set<NodeJS.Timeout>()
  #closed = false

  constructor(world: World, servers: ReadonlyMap<string, NodeSsh>) {
    this.#world = world
    this.#servers = servers
  }

  async begin(fault: ActiveFault): Promise<void> {
    if (fault.name !== 'node-unreachable') return
    const server = this.#servers.get(fault.parameters[0]!)!
    const { from, to } = spanOf(fault.parameters[1])
    const { pace } = this.#world
    const until = (instant: number): number => Math.max(0, pace.realMs(instant - pace.elapsed()))
    if (until(from) === 0) await server.shut()
    else this.#later(until(from), () => server.shut())
    if (Number.isFinite(to)) this.#later(until(to), () => server.open())
  }

  async end(fault: ActiveFault): Promise<void> {
    if (fault.name === 'node-unreachable') await this.#servers.get(fault.parameters[0]!)!.open()
  }

  /** The host goes down with all that runs on it, and comes back. */
  reboot(node: string, seconds: number): void {
    const server = this.#servers.get(node)!
    void server.shut()
    endProcesses(this.#world.sandbox(node).home)
    this.#later(this.#world.pace.realMs(seconds), () => server.open())
  }

  close(): void {
    this.#closed = true
    for (const timer of this.#timers) clearTimeout(timer)
  }

  #later(ms: number, work: () => Promise<void>): void {
    if (!this.#closed) this.#timers.add(setTimeout(() => void work(), Math.min(ms, 2_147_483_647)))
  }
}
