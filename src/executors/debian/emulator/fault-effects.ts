import { appendFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { UsageError } from '../../../base/error.ts'
import { type ActiveFault, hostFaults } from './faults.ts'
import type { FleetHost } from './fleet.ts'
import { put } from './host-root.ts'
import type { HostSpace } from './host-space.ts'
import { type Hosts, isThere } from './hosts.ts'
import { packageOf } from './packages.ts'
import { repositoryNames } from './product.ts'

export interface FaultWorld {
  readonly hosts: Hosts
  readonly space: HostSpace
  readonly addresses: { readonly right: string; readonly silent: string; readonly refused: string }
  republish(): void
  drop(host: FleetHost): void
}

/**
 * Refuses a fault about something that does not exist.
 *
 * @throws UsageError `FAULT_NODE_UNKNOWN`, `FAULT_INCOMPLETE`
 */
export function checkFault(fault: ActiveFault, fleet: readonly FleetHost[]): void {
  const [name, more] = fault.parameters
  if (hostFaults.has(fault.name) && !fleet.some((host) => host.name === name)) {
    const known = fleet.slice(0, 12).map((host) => host.name)
    throw new UsageError('FAULT_NODE_UNKNOWN', `the fault "${fault.text}" names no host`, {
      hint: `Hosts: ${known.join(', ')}${fleet.length > known.length ? ' and more' : ''}.`,
    })
  }
  const wrongPlace = fault.name === 'disk-full' && more !== undefined && more !== '' && !(more in places)
  const isListFault = fault.name.startsWith('signature-') || fault.name === 'release-expired'
  const wrongList = isListFault && name !== undefined && !repositoryNames.some((known) => known === name)
  if (wrongPlace || wrongList) {
    throw new UsageError('FAULT_INCOMPLETE', `the fault "${fault.text}" names nothing that is there`, {
      hint: wrongPlace ? 'Places: cache, opt.' : `Repositories: ${repositoryNames.join(', ')}.`,
    })
  }
}

const places: Readonly<Record<string, string>> = { cache: 'var/cache/apt/archives', opt: 'opt' }

/** Makes the fault real: on the disk of the host, in its processes, in what the repositories serve. */
export async function beginFault(world: FaultWorld, fault: ActiveFault): Promise<void> {
  const { hosts, space, addresses } = world
  const [name = '', more, last] = fault.parameters
  const host = hostFaults.has(fault.name) ? hosts.named(name) : undefined
  if (host === undefined) {
    world.republish()
    return
  }
  await hosts.make(host)
  const root = hosts.root(host.name)
  const product = packageOf(host.component)
  switch (fault.name) {
    case 'repository-refused':
      return await hosts.reroute(host, addresses.refused)
    case 'repository-silent':
      return await hosts.reroute(host, addresses.silent)
    case 'repository-name-unknown':
      return await hosts.reroute(host, undefined)
    case 'held':
      await hosts.boot(host)
      await space.run(root, ['apt-mark', 'hold', product])
      return
    case 'install-fails':
      return put(root, `run/emulator/fail-${product}`, `${Number.isFinite(fault.remaining) ? fault.remaining : 1}\n`)
    case 'conffile-changed':
      return appendFileSync(join(root, `etc/emulated-cleanroom/${host.component}.conf`), 'site_setting = ours\n')
    case 'disk-full':
      await hosts.boot(host)
      return await space.shrink(root, places[more || 'opt'] ?? '', Number(last || 16))
    case 'lock-held':
      await hosts.boot(host)
      return await holdLocks(space, root, Number(more || 60))
    case 'service-dies':
      return put(root, 'run/emulator/service-dies', '')
    case 'service-sick':
      return put(root, 'run/emulator/service-sick', '')
    case 'drop-during-install':
      put(root, `run/emulator/pause-${product}`, '')
      return dropAtPause(world, host, fault)
    case 'no-sudo':
      return rmSync(join(root, 'etc/sudoers.d/operator'), { force: true })
    default:
      return
  }
}

/** Takes a fault back. What it has led to on the host stays: that is for the operator. */
export async function endFault(world: FaultWorld, fault: ActiveFault): Promise<void> {
  const { hosts, space } = world
  const [name = '', more] = fault.parameters
  const host = hostFaults.has(fault.name) ? hosts.named(name) : undefined
  if (host === undefined) return world.republish()
  const root = hosts.root(host.name)
  const product = packageOf(host.component)
  const remove = (path: string): void => rmSync(join(root, path), { force: true })
  switch (fault.name) {
    case 'repository-refused':
    case 'repository-silent':
    case 'repository-name-unknown':
      return await hosts.reroute(host, world.addresses.right)
    case 'held':
      await space.run(root, ['apt-mark', 'unhold', product])
      return
    case 'install-fails':
      return remove(`run/emulator/fail-${product}`)
    case 'disk-full':
      return await space.enlarge(root, places[more || 'opt'] ?? '')
    case 'lock-held':
      return remove('run/emulator/lock')
    case 'service-dies':
    case 'service-sick':
      return remove(`run/emulator/${fault.name}`)
    case 'drop-during-install':
      return remove(`run/emulator/pause-${product}`)
    case 'no-sudo':
      return put(root, 'etc/sudoers.d/operator', 'operator ALL=(ALL:ALL) NOPASSWD: ALL\n', 0o440)
    default:
      return
  }
}

/** Takes the same kind of lock as apt and dpkg do, under the name of Debian's own nightly upgrades. */
const lockProgram = `use Fcntl; $0 = 'unattended-upgr';
my @files; my $lock = pack('s s x4 q q i x4', F_WRLCK, 0, 0, 0, 0);
for my $path (qw(/var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock)) {
  open my $file, '>>', $path or die "$path: $!"; push @files, $file;
  fcntl($file, F_SETLK, my $wish = $lock) or die "$path: $!"; }
$| = 1; print "held\\n"; my $end = time + $ARGV[0];
select(undef, undef, undef, 0.05) while time < $end and -e '/run/emulator/lock';`

async function holdLocks(space: HostSpace, root: string, seconds: number): Promise<void> {
  put(root, 'run/emulator/lock', '')
  const holder = space.start(root, ['perl', '-e', lockProgram, String(seconds)])
  let said = ''
  holder.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()))
  for await (const line of createInterface({ input: holder.stdout! })) if (line === 'held') return
  throw new Error(`the locks cannot be taken: ${said}`)
}

/** The maintainer script stops at the pause; then the network goes away, and the script goes on. */
function dropAtPause(world: FaultWorld, host: FleetHost, fault: ActiveFault): void {
  const root = world.hosts.root(host.name)
  const product = packageOf(host.component)
  const timer = setInterval(() => {
    if (!isThere(root, `run/emulator/pause-${product}`)) return clearInterval(timer)
    if (!isThere(root, `run/emulator/paused-${product}`)) return
    fault.remaining -= 1
    world.drop(host)
    rmSync(join(root, `run/emulator/paused-${product}`), { force: true })
    rmSync(join(root, `run/emulator/pause-${product}`), { force: true })
    if (fault.remaining > 0) setTimeout(() => put(root, `run/emulator/pause-${product}`, ''), 200).unref()
    else clearInterval(timer)
  }, 25)
  timer.unref()
}
