import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { FleetHost } from './fleet.ts'
import { makeRoot, put, writeHosts } from './host-root.ts'
import type { HostSpace } from './host-space.ts'
import { type Component, packageOf } from './packages.ts'
import { type Product, repositoryHosts, sources } from './product.ts'

export interface HostsSettings {
  readonly directory: string
  readonly space: HostSpace
  readonly fleet: readonly FleetHost[]
  readonly product: Product
  readonly repositoryAddress: string
  readonly repositoryPort: number
  readonly servicePort: number
  /** Armoured public key that signs the repositories. */
  readonly repositoryKey: string
  readonly authorizedKey: string
  /** Private host key in OpenSSH's format, by name. */
  readonly hostKey: (name: string) => string
  /** Password of `operator`, as the shadow file holds it. */
  readonly passwordHash: string
}

export interface InstalledPackage {
  readonly name: string
  readonly version: string
  /** As dpkg keeps it: what is wanted, flags, state; such as `install ok installed`. */
  readonly status: string
}

const copy = promisify(execFile)

/**
 * The folders and the processes of the hosts. A host is made when it is first needed, as a copy of an image of its kind
 * in which dpkg has really installed the packages, and boots when somebody connects.
 */
export class Hosts {
  readonly #settings: HostsSettings
  readonly #made = new Map<string, Promise<void>>()
  readonly #booted = new Map<string, Promise<void>>()

  constructor(settings: HostsSettings) {
    this.#settings = settings
  }

  get fleet(): readonly FleetHost[] {
    return this.#settings.fleet
  }

  named(name: string): FleetHost | undefined {
    return this.#settings.fleet.find((host) => host.name === name)
  }

  root(name: string): string {
    return join(this.#settings.directory, 'hosts', name)
  }

  /** Makes one image per kind of host: dpkg installs the release that is to be upgraded. */
  async makeImages(): Promise<void> {
    const components = [...new Set(this.#settings.fleet.map((host) => host.component))]
    await Promise.all(components.map((component) => this.#makeImage(component)))
  }

  /** The folder of the host, without its processes. */
  make(host: FleetHost): Promise<void> {
    return once(this.#made, host.name, () => this.#make(host))
  }

  /** Mounts and starts what runs on the host. */
  boot(host: FleetHost): Promise<void> {
    return once(this.#booted, host.name, async () => {
      await this.make(host)
      const root = this.root(host.name)
      await this.#settings.space.enter(root)
      if (host.component !== 'access-client')
        await this.#settings.space.run(root, [`/etc/init.d/${packageOf(host.component)}`, 'start'])
    })
  }

  /** What dpkg of the host says is there. */
  async installed(host: FleetHost): Promise<readonly InstalledPackage[]> {
    await this.make(host)
    return readStatus(readFileSync(join(this.root(host.name), 'var/lib/dpkg/status'), 'utf8'))
  }

  async #makeImage(component: Component): Promise<void> {
    const { space, product, directory } = this.#settings
    const root = join(directory, 'images', component)
    makeRoot(root)
    writeHosts(root, this.#network(this.#settings.repositoryAddress))
    this.#putShared(root)
    put(root, 'run/emulator/image', '')
    const built = product.installed(component)
    for (const each of built) put(root, `var/tmp/${each.fileName}`, each.bytes)
    await space.enter(root)
    const paths = built.map((each) => `/var/tmp/${each.fileName}`)
    const result = await space.run(root, ['dpkg', '--install', ...paths])
    await space.run(root, ['rm', '-f', ...paths, '/run/emulator/image'])
    await space.leave(root)
    if (result.exitCode !== 0) throw new Error(`dpkg cannot make the image of ${component}: ${result.stderr}`)
  }

  async #make(host: FleetHost): Promise<void> {
    const root = this.root(host.name)
    mkdirSync(join(this.#settings.directory, 'hosts'), { recursive: true })
    await copy('cp', ['-a', join(this.#settings.directory, 'images', host.component), root])
    put(root, 'etc/hostname', `${host.name}\n`)
    put(root, 'etc/ssh/ssh_host_ed25519_key', this.#settings.hostKey(host.name), 0o600)
    put(root, 'etc/default/emulated-cleanroom', this.#facts(host))
  }

  /** What the services of the host are told about it and about the others. */
  #facts(host: FleetHost): string {
    const of = (component: Component): string =>
      this.#settings.fleet
        .filter((each) => each.component === component)
        .map((each) => each.address)
        .join(' ')
    const facts = {
      ADDRESS: host.address,
      PORT: this.#settings.servicePort,
      MEMBER: host.member ?? '',
      CONTROLLERS: of('mediation-controller'),
      EDGES: of('edge-gateway'),
    }
    return `# Facts of the emulated host.\n${Object.entries(facts)
      .map(([name, value]) => `${name}="${value}"\n`)
      .join('')}`
  }

  #network(repositories: string): Parameters<typeof writeHosts>[1] {
    return { repositories, names: Object.values(repositoryHosts) }
  }

  #putShared(root: string): void {
    const { repositoryKey, repositoryPort, authorizedKey, passwordHash } = this.#settings
    put(root, 'etc/apt/keyrings/emulated-cleanroom.asc', repositoryKey)
    put(root, 'etc/apt/sources.list', sources(repositoryPort))
    put(root, 'etc/ssh/authorized_keys', `${authorizedKey}\n`)
    const shadow = readFileSync(join(root, 'etc/shadow'), 'utf8')
    put(root, 'etc/shadow', shadow.replace('operator:*:', `operator:${passwordHash}:`), 0o640)
  }

  /** Where the host finds the repositories from now on; without an address nowhere. */
  async reroute(host: FleetHost, address: string | undefined): Promise<void> {
    await this.make(host)
    writeHosts(this.root(host.name), { repositories: address, names: Object.values(repositoryHosts) })
  }
}

/** @returns the same promise for the same name */
function once(known: Map<string, Promise<void>>, name: string, work: () => Promise<void>): Promise<void> {
  const before = known.get(name)
  if (before !== undefined) return before
  const now = work()
  known.set(name, now)
  return now
}

/** Reads dpkg's own status file. */
export function readStatus(text: string): readonly InstalledPackage[] {
  return text
    .split('\n\n')
    .map((paragraph) => {
      const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(paragraph)?.[1] ?? ''
      return { name: field('Package'), version: field('Version'), status: field('Status') }
    })
    .filter((each) => each.name !== '')
}

/** True when something lies at a path of the host. */
export function isThere(root: string, path: string): boolean {
  return existsSync(join(root, path))
}
