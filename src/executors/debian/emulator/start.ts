import { execFileSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { join, resolve } from 'node:path'
import { UsageError } from '../../../base/error.ts'
import { makeKeyPair } from '../../stackato/emulator/key-pair.ts'
import { type ConnectionFiles, writeConnectionFiles } from './connection-files.ts'
import { beginFault, checkFault, endFault, type FaultWorld } from './fault-effects.ts'
import { type ActiveFault, Faults, parseFault } from './faults.ts'
import { type FleetHost, planFleet } from './fleet.ts'
import { HostSpace } from './host-space.ts'
import { Hosts, type InstalledPackage } from './hosts.ts'
import { buildProduct, publish, type ReleaseFiles, writeReleaseFiles } from './product.ts'
import type { SigningFlaw } from './repository.ts'
import { type RepositoryRequest, RepositoryServer } from './repository-server.ts'
import { missingForHosts } from './requirements.ts'
import { Signer } from './signer.ts'
import { SshDoor } from './ssh-door.ts'

export interface CleanroomEmulatorOptions {
  /** Folder for keys, inventory, repositories and the hosts' own files; what an emulator left there is removed. */
  readonly directory: string
  /** Edge gateways, 1 to 20; 2 unless said otherwise. */
  readonly edges?: number
  /** HTML5 gateways, 0 to 20; 1 unless said otherwise. */
  readonly html5?: number
  /** Servers with the recording agent, 0 to 500; 4 unless said otherwise. */
  readonly agents?: number
  /** Workstations with the client, 0 to 5000; 8 unless said otherwise. */
  readonly workstations?: number
  /** Release that is installed; 4.5.2 unless said otherwise. */
  readonly version?: string
  /** Newest release in the repositories; 4.6.1 unless said otherwise. */
  readonly release?: string
  /** See `faultDefinitions`. */
  readonly faults?: readonly string[]
  /** Password of `operator` for sudo, where sudo asks. */
  readonly password?: string
  /** Folders in which programs are looked for; the usual ones unless said otherwise. */
  readonly programFolders?: readonly string[]
}

export interface EmulatedDebianHost extends FleetHost {
  readonly port: number
  /** Folder that is `/` of this host, without `/usr`. */
  readonly root: string
}

export interface CleanroomEmulator extends ConnectionFiles, ReleaseFiles {
  readonly directory: string
  readonly hosts: readonly EmulatedDebianHost[]
  /** Port of every product service, on the host's own address. */
  readonly servicePort: number
  /** 40 hexadecimal digits: the key that signs repositories and release. */
  readonly fingerprint: string
  /** Every request that reached the repositories. */
  requests(): readonly RepositoryRequest[]
  /** What dpkg of a host says is there. */
  installed(host: string): Promise<readonly InstalledPackage[]>
  /** What dpkg of a host has done, line by line. */
  packageLog(host: string): readonly string[]
  /** @throws UsageError when the fault is unknown */
  inject(fault: string): Promise<void>
  /** Ends a fault, by its text or name. What it has led to stays. */
  clear(fault: string): Promise<void>
  dropConnections(host: string): void
  /** Runs a command on a host as root, past SSH. */
  run(host: string, argv: readonly string[]): Promise<{ exitCode: number; stdout: string; stderr: string }>
  close(): Promise<void>
}

/**
 * Starts a Cleanroom platform of real Debian hosts: apt, dpkg and OpenSSH are the machine's own, in a root folder per
 * host; the packages are built here, and signed repositories serve them over HTTP. Needs root.
 *
 * @throws UsageError `EMULATOR_NEEDS`, `EMULATOR_HOSTS`, `EMULATOR_VERSION`, `FAULT_UNKNOWN`, `FAULT_INCOMPLETE`,
 *   `FAULT_NODE_UNKNOWN`
 */
export async function startCleanroomEmulator(options: CleanroomEmulatorOptions): Promise<CleanroomEmulator> {
  const plan = checkOptions(options)
  const network = `127.${randomInt(64, 224)}`
  const fleet = planFleet({ ...plan, network })
  const initial = (options.faults ?? []).map(parseFault)
  for (const fault of initial) checkFault(fault, fleet)
  const missing = missingForHosts(options.programFolders)
  if (missing.length > 0) {
    throw new UsageError('EMULATOR_NEEDS', `real Debian hosts cannot be made here: ${missing.join('; ')}`, {
      hint: 'The other emulators need none of this.',
    })
  }
  const directory = resolve(options.directory)
  for (const old of ['hosts', 'images', 'packages', 'downloads', 'shared'])
    rmSync(join(directory, old), { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })

  const closers: (() => void | Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const each of closers.splice(0).reverse()) await each()
  }
  try {
    return await start()
  } catch (error) {
    await close()
    throw error
  }

  async function start(): Promise<CleanroomEmulator> {
    const faults = new Faults()
    const product = await buildProduct(join(directory, 'packages'), plan.version, plan.release)
    const space = await HostSpace.open(join(directory, 'shared'))
    closers.push(() => space.close())
    const signer = new Signer(space, 'owner', 'Emulated Cleanroom <repository@cleanroom.example>')
    let stranger: Signer | undefined
    const server = new RepositoryServer(faults)
    await server.listen('127.0.0.1')
    closers.push(() => server.close())
    const silent = await listenSilently(`${network}.254.1`, server.port)
    closers.push(silent)
    const architecture = execFileSync('dpkg', ['--print-architecture']).toString().trim()
    const republish = (): void => {
      server.files = publish(
        product,
        architecture,
        signer,
        flawsOf(faults, () => {
          stranger ??= new Signer(space, 'stranger', 'A stranger <stranger@cleanroom.example>')
          return stranger
        }),
      )
    }
    republish()

    const client = makeKeyPair()
    const hostKeys = new Map(fleet.map((host) => [host.name, makeKeyPair()]))
    const servicePort = await freePort(`${network}.0.2`)
    const hosts = new Hosts({
      directory,
      space,
      fleet,
      product,
      repositoryAddress: '127.0.0.1',
      repositoryPort: server.port,
      servicePort,
      repositoryKey: signer.publicKey(),
      authorizedKey: client.public,
      hostKey: (name) => hostKeys.get(name)!.private,
      passwordHash: hashOf(options.password ?? 'operator-password'),
    })
    await hosts.makeImages()
    const port = await freePort(`${network}.0.2`)
    const doors = new Map(
      fleet.map((host) => [
        host.name,
        new SshDoor({
          space,
          root: hosts.root(host.name),
          address: host.address,
          port,
          boot: () => hosts.boot(host),
        }),
      ]),
    )
    for (const door of doors.values()) await door.open()
    closers.push(async () => {
      await Promise.all([...doors.values()].map((door) => door.shut()))
    })
    const world: FaultWorld = {
      hosts,
      space,
      addresses: { right: '127.0.0.1', silent: `${network}.254.1`, refused: `${network}.254.2` },
      republish,
      drop: (host) => doors.get(host.name)?.dropConnections(),
    }
    const outages = new Outages(doors)
    closers.push(() => outages.close())
    const begin = async (fault: ActiveFault): Promise<void> => {
      faults.add(fault)
      await beginFault(world, fault)
      await outages.begin(fault)
    }
    for (const fault of initial) await begin(fault)
    // Services of servers are there from the start; workstations boot when somebody connects.
    const servers = fleet.filter((host) => host.component !== 'access-client')
    for (let at = 0; at < servers.length; at += 4)
      await Promise.all(servers.slice(at, at + 4).map((host) => hosts.boot(host)))
    const isWrong = (name: string): boolean =>
      faults.find('wrong-host-key', ([wanted]) => wanted === name) !== undefined
    const files = writeConnectionFiles(directory, {
      hosts: fleet,
      port,
      servicePort,
      version: plan.version,
      client,
      hostKey: (name) => (isWrong(name) ? makeKeyPair() : hostKeys.get(name)!).public.trim(),
    })
    const known = (name: string): FleetHost => {
      const host = hosts.named(name)
      if (host === undefined) throw new Error(`there is no emulated host "${name}"`)
      return host
    }
    return {
      ...files,
      ...writeReleaseFiles(join(directory, 'downloads'), plan.release, product, signer),
      directory,
      servicePort,
      fingerprint: signer.fingerprint,
      hosts: fleet.map((host) => ({ ...host, port, root: hosts.root(host.name) })),
      requests: () => [...server.requests],
      installed: (name) => hosts.installed(known(name)),
      packageLog: (name) => linesOf(join(hosts.root(name), 'var/log/dpkg.log')),
      inject: async (text) => {
        const fault = parseFault(text)
        checkFault(fault, fleet)
        await begin(fault)
      },
      clear: async (text) => {
        for (const fault of faults.remove(text)) {
          await endFault(world, fault)
          await outages.end(fault)
        }
      },
      dropConnections: (name) => doors.get(name)?.dropConnections(),
      run: async (name, argv) => {
        await hosts.boot(known(name))
        return await space.run(hosts.root(name), argv)
      },
      close,
    }
  }
}

interface Plan {
  readonly edges: number
  readonly html5: number
  readonly agents: number
  readonly workstations: number
  readonly version: string
  readonly release: string
}

function checkOptions(options: CleanroomEmulatorOptions): Plan {
  const count = (title: string, value: number, least: number, most: number): number => {
    if (Number.isInteger(value) && value >= least && value <= most) return value
    throw new UsageError('EMULATOR_HOSTS', `${value} ${title} cannot be emulated`, {
      hint: `Give ${least} to ${most}.`,
    })
  }
  const version = options.version ?? '4.5.2'
  const release = options.release ?? '4.6.1'
  for (const each of [version, release]) {
    if (/^\d+\.\d+\.\d+$/.test(each)) continue
    throw new UsageError('EMULATOR_VERSION', `"${each}" is no version of the product`, { hint: 'Write 4.6.1.' })
  }
  return {
    edges: count('edge gateways', options.edges ?? 2, 1, 20),
    html5: count('HTML5 gateways', options.html5 ?? 1, 0, 20),
    agents: count('servers with the recording agent', options.agents ?? 4, 0, 500),
    workstations: count('workstations', options.workstations ?? 8, 0, 5000),
    version,
    release,
  }
}

/** What is wrong with each repository's list now. */
function flawsOf(faults: Faults, stranger: () => Signer): Readonly<Record<string, SigningFlaw>> {
  const flaws: Record<string, SigningFlaw> = {}
  for (const fault of faults.active) {
    const name = fault.parameters[0] || 'cleanroom'
    if (fault.name === 'signature-altered') flaws[name] = { ...flaws[name], altered: true }
    if (fault.name === 'signature-unknown-key') flaws[name] = { ...flaws[name], signer: stranger() }
    if (fault.name === 'release-expired') flaws[name] = { ...flaws[name], expired: true }
  }
  return flaws
}

/** A port that takes every connection and never says a word. */
async function listenSilently(address: string, port: number): Promise<() => Promise<void>> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.resume()
  })
  await new Promise<void>((done, failed) => {
    server.once('error', failed)
    server.listen(port, address, done)
  })
  return () => {
    for (const socket of sockets) socket.destroy()
    return new Promise((done) => server.close(() => done()))
  }
}

function freePort(address: string): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer()
    server.once('error', failed)
    server.listen(0, address, () => {
      const { port } = server.address() as AddressInfo
      server.close(() => done(port))
    })
  })
}

/** The form that the shadow file holds; the C library does it, and Perl asks it. */
function hashOf(password: string): string {
  const program = 'my $p = <STDIN>; chomp $p; print crypt($p, "\\$6\\$emulated\\$")'
  return execFileSync('perl', ['-e', program], { input: `${password}\n` }).toString()
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').trim().split('\n')
  } catch {
    return []
  }
}

/** Closes and opens the ports of hosts that a fault takes off the network. */
class Outages {
  readonly #doors: ReadonlyMap<string, SshDoor>
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #startedAt: number = Date.now()

  constructor(doors: ReadonlyMap<string, SshDoor>) {
    this.#doors = doors
  }

  async begin(fault: ActiveFault): Promise<void> {
    if (fault.name !== 'host-unreachable') return
    const [name = '', span = ''] = fault.parameters
    const [from, to] = span.split('..')
    const door = this.#doors.get(name)
    const until = (seconds: number): number => Math.max(0, this.#startedAt + seconds * 1000 - Date.now())
    if (until(Number(from || 0)) === 0) await door?.shut()
    else this.#later(until(Number(from)), () => door?.shut())
    if (to) this.#later(until(Number(to)), () => door?.open())
  }

  async end(fault: ActiveFault): Promise<void> {
    if (fault.name === 'host-unreachable') await this.#doors.get(fault.parameters[0] ?? '')?.open()
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer)
  }

  #later(ms: number, work: () => Promise<void> | undefined): void {
    this.#timers.add(setTimeout(() => void work(), Math.min(ms, 2_147_483_647)))
  }
}
