/** How the Debian executor is exercised: on emulated hosts with a real apt, dpkg and OpenSSH. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '../../../src/base/json.ts'
import {
  type ConformanceCase,
  type ConformanceDescription,
  defineConformance,
  type TestWorld,
  type WorldStart,
} from '../../../src/conformance/index.ts'
import { type CleanroomEmulator, startCleanroomEmulator } from '../../../src/executors/debian/emulator/index.ts'
import { readTargets } from '../../support/debian-hosts.ts'

const client = 'emulated-access-client'
const agent = 'emulated-recording-agent'
/** As many as an action may need, since each undisturbed state is that of a host which nobody has touched. */
const workstations = 300
const password = 'password-of-the-operator'

/** A host that was changed is left behind for a fresh one, so the target changes. */
interface Platform extends TestWorld {
  readonly emulator: CleanroomEmulator
  target: TestWorld['target'] & object
  /** Name of the host that the case is about. */
  host: string
  fresh(): string
  use(host: string, user?: string): void
  /** What the service of the server had for a process when the case was prepared. */
  processBefore: string
}
type Case = ConformanceCase<Platform>

async function start({ directory }: WorldStart): Promise<Platform> {
  const emulator = await startCleanroomEmulator({
    directory: join(directory, 'platform'),
    workstations,
    agents: 1,
    edges: 1,
    html5: 0,
    password,
  })
  const targets = readTargets(emulator.inventoryFile)
  let used = 0
  const world: Platform = {
    emulator,
    target: targets['agent-01']!,
    host: 'agent-01',
    processBefore: '',
    secrets: { dump_password: 'password-of-the-database', sudo_password: password },
    fresh() {
      used += 1
      return `workstation-${String(used).padStart(3, '0')}`
    },
    use(host, user = 'root') {
      const target = targets[host]!
      world.host = host
      world.target = { ...target, connection: { ...(target.connection ?? {}), user } }
    },
    close: () => emulator.close(),
  }
  return world
}

const rootOf = ({ emulator, host }: Platform): string => emulator.hosts.find((each) => each.name === host)!.root

async function shell(world: Platform, script: string): Promise<string> {
  const { exitCode, stdout, stderr } = await world.emulator.run(world.host, ['sh', '-c', script])
  if (exitCode !== 0) throw new Error(`${script}: exit code ${exitCode}: ${stderr}`)
  return stdout.trim()
}

/** A host on which nothing has happened yet, except this. */
const onFresh =
  (script = 'true', user?: string): Case['prepare'] =>
  async (world) => {
    world.use(world.fresh(), user)
    await shell(world, script)
  }

/** A server of which nothing is changed. */
const onServer: Case['prepare'] = (world) => {
  world.use('agent-01')
}

/** Everything that an action of this executor may change on a host. What it goes on from, and logs, are no effects. */
async function look(world: Platform): Promise<JsonObject> {
  const root = rootOf(world)
  const state = (path: string): readonly string[] =>
    namesIn(join(root, path)).filter((name) => !/^(lock|partial|auxfiles)$/.test(name))
  return {
    packages: (await world.emulator.installed(world.host)).map((each) => ({ ...each })),
    settings: textIn(join(root, 'etc/emulated-cleanroom/access-client.conf')),
    lists: [...state('var/lib/apt/lists')],
    archives: [...state('var/cache/apt/archives')],
    backups: backupsIn(join(root, 'var/backups/rollbook')),
  }
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : []
}

function textIn(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

/** What is in each archive; two archives of the same files differ in their instants. */
function backupsIn(folder: string): JsonObject {
  return Object.fromEntries(
    namesIn(folder).map((name) => [
      name,
      name.endsWith('.tar.gz') ? execFileSync('tar', ['-tzf', join(folder, name)]).toString() : 'beside it',
    ]),
  )
}

/** Work under a marker goes on by itself after the engine has gone. */
async function settle(world: Platform): Promise<void> {
  const folders = [
    join(rootOf(world), 'root/.rollbook/effects'),
    join(rootOf(world), 'home/operator/.rollbook/effects'),
  ]
  const isRunning = (): boolean =>
    folders.some((folder) =>
      namesIn(folder).some((effect) => {
        const names = namesIn(join(folder, effect))
        return names.some((name) => name.startsWith('pid')) && !names.includes('exit')
      }),
    )
  for (let tries = 0; tries < 1200 && isRunning(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 50))
}

const detached = {
  dropped: { ends: ['timeout', 'unreachable', 'unknown'], because: 'it looks again until its deadline' },
} as const satisfies Case['declares']

function reads(action: string, args: Case['with'] = {}, more: Partial<Case> = {}): Case {
  return { action: `debian.${action}`, with: args, prepare: onServer, look, ...more }
}

function changes(action: string, args: Case['with'] = {}, more: Partial<Case> = {}): Case {
  return { action: `debian.${action}`, with: args, prepare: onFresh(), look, settle, ...more }
}

const lists = 'apt-get -qq update'

export const debianConformance: ConformanceDescription = defineConformance<Platform>({
  systems: { emulator: start },
  cases: [
    reads('repository_reachable'),
    reads('installed_version', { package: agent, at_least: '4.0' }),
    reads('dpkg_state'),
    reads('reboot_required'),
    reads(
      'verify_signature',
      ({ emulator }) => ({
        file: '/srv/release.mirror',
        signature: '/srv/release.mirror.asc',
        keyring: '/srv/key.asc',
        fingerprints: [emulator.fingerprint],
      }),
      {
        prepare: (world) => {
          world.use('agent-01')
          const { archiveFile, signatureFile, keyFile } = world.emulator
          const names = ['release.mirror', 'release.mirror.asc', 'key.asc']
          for (const [index, file] of [archiveFile, signatureFile, keyFile].entries())
            execFileSync('cp', [file, join(rootOf(world), 'srv', names[index]!)])
        },
      },
    ),
    changes('update_lists', {}, { declares: detached }),
    changes('download', { packages: [`${client}=4.6.1-1`] }, { prepare: onFresh(lists), declares: detached }),
    changes(
      'upgrade',
      { packages: [`${client}=4.6.1-1`], allow_downgrade: true },
      {
        prepare: onFresh(`${lists} && apt-get -qq --download-only install ${client}`),
        // The file of the older version is fetched again for the undo: that is a cache.
        look: async (world) => ({ ...(await look(world)), archives: [] }),
        declares: detached,
      },
    ),
    changes('hold', { packages: [client] }),
    changes(
      'hold',
      { packages: [client], sudo: { password: { $secret: 'sudo_password' } } },
      {
        title: 'as another user, with a password',
        prepare: onFresh('rm /etc/sudoers.d/operator', 'operator'),
      },
    ),
    changes('unhold', { packages: [client] }, { prepare: onFresh(`apt-mark hold ${client}`) }),
    changes(
      'service_restart',
      { service: agent, stable_for: '1s' },
      {
        prepare: async (world) => {
          world.use('agent-01')
          world.processBefore = await shell(world, `cat /run/${agent}.pid`)
        },
        look: async (world) => ({ is_another: (await shell(world, `cat /run/${agent}.pid`)) !== world.processBefore }),
      },
    ),
    changes(
      'backup',
      {
        name: 'before',
        paths: ['/etc/emulated-cleanroom'],
        dumps: [{ name: 'shop.sql', command: ['sh', '-c', 'echo dump of $PGUSER'] }],
        env: { PGUSER: 'shop', PGPASSWORD: { $secret: 'dump_password' } },
      },
      { declares: detached },
    ),
  ],
})
