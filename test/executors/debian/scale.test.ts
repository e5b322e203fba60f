/**
 * The shipped runbook on a fleet: every workstation a Debian host with a dpkg of its own, reached over SSH. The demo shows
 * the same with two dozen of them; here are 500, which takes minutes, so that `npm run test:long` does it.
 */
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCalendar } from '../../../src/cli/demos/open-calendar.ts'
import { runCli } from '../../../src/cli/run-cli.ts'
import { readStatus } from '../../../src/executors/debian/emulator/hosts.ts'
import { type CleanroomEmulator, startCleanroomEmulator } from '../../../src/executors/debian/emulator/index.ts'
import { heldMaxDefault } from '../../../src/node/ssh/held-links.ts'
import { captureIo } from '../../support/captured-io.ts'
import { noHosts, onHosts } from '../../support/debian-hosts.ts'
import { descendantsOf } from '../../support/sshd.ts'

const isLong = process.env['ROLLBOOK_LONG'] === '1'
const workstations = Number(process.env['ROLLBOOK_WORKSTATIONS'] ?? 500)
const agents = 40
const client = 'emulated-access-client'
const agent = 'emulated-recording-agent'
const runbooks = fileURLToPath(new URL('../../../runbooks', import.meta.url))
const name = 'cleanroom-live-upgrade'

describe.skipIf(!isLong || noHosts)(onHosts(`${workstations} workstations in rings`), () => {
  let folder: string
  let emulator: CleanroomEmulator
  let code: number
  let said: string
  let agentsOpenAt: number
  let mastersMax = 0
  const mountsBefore = mounts()

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rollbook-fleet-'))
    for (const file of [`${name}.yaml`, `${name}.values.yaml`, `${name}.answers.yaml`])
      copyFileSync(join(runbooks, file), join(folder, file))
    emulator = await startCleanroomEmulator({
      directory: join(folder, 'platform'),
      workstations,
      agents,
      faults: [
        ...offline.map((host) => `host-unreachable:${host}`),
        ...failing.map((host) => `install-fails:${host}`),
        ...broken.map((host) => `drop-during-install:${host}`),
      ],
    })
    const now = Date.now()
    agentsOpenAt = now + 60_000
    writeFileSync(join(folder, 'cleanroom-agents.ics'), openCalendar('agents', agentsOpenAt))
    writeFileSync(join(folder, 'cleanroom-servers.ics'), openCalendar('servers', now))
    const sampler = setInterval(() => {
      mastersMax = Math.max(mastersMax, masters())
    }, 3000)
    const env = { ...process.env, CLEANROOM_DATABASE_PASSWORD: 'database-password' }
    const io = captureIo({ cwd: folder, env, now: () => Date.now() })
    const words = ['-i', 'platform/inventory.yaml', '--values', `${name}.values.yaml`]
    const people = ['--unattended', '--answers', `${name}.answers.yaml`, '--id', 'fleet']
    code = await runCli(['run', `${name}.yaml`, ...words, ...people], io)
    clearInterval(sampler)
    said = io.out() + io.err()
  }, 3_600_000)

  afterAll(async () => {
    await emulator?.close()
    // A hundred thousand files and more.
    await rm(folder, { recursive: true, force: true })
  }, 600_000)

  const ofKind = (component: string) => emulator.hosts.filter((host) => host.component === component)
  const logOf = (host: string): readonly string[] => emulator.packageLog(host)
  const begunAt = (host: string, package_: string): string =>
    logOf(host)
      .find((line) => line.includes(` upgrade ${package_}:`))
      ?.slice(0, 19) ?? ''
  const endedAt = (host: string, package_: string): string =>
    logOf(host)
      .findLast((line) => line.includes(` status installed ${package_}:`))
      ?.slice(0, 19) ?? ''

  it('CLR-02, CLR-16: every workstation that is switched on is upgraded, once, as its own dpkg tells', () => {
    expect(code, said.slice(-4000)).toBe(0)
    for (const host of ofKind('access-client')) {
      const isOff = offline.includes(host.name)
      const status = readFileSync(join(host.root, 'var/lib/dpkg/status'), 'utf8')
      const found = readStatus(status).find((each) => each.name === client)
      expect(found, host.name).toMatchObject({ version: isOff ? '4.5.2-1' : '4.6.1-1', status: 'install ok installed' })
      const upgrades = logOf(host.name).filter((line) => line.includes(` upgrade ${client}:`))
      expect(upgrades, host.name).toHaveLength(isOff ? 0 : 1)
    }
    for (const host of offline) expect(said).toMatch(new RegExp(`${host}: skipped`))
  })

  it('CLR-12: four workstations of the first ring, at four sites, before all others; then ring after ring', () => {
    const ringOf = (host: { attributes: { ring?: unknown } }): number => Number(host.attributes.ring)
    const done = ofKind('access-client').filter((host) => !offline.includes(host.name) && ringOf(host) > 0)
    const begun = [...done].sort((one, other) => (begunAt(one.name, client) < begunAt(other.name, client) ? -1 : 1))
    const canary = begun.slice(0, 4)
    expect(new Set(canary.map((host) => host.site)).size).toBe(4)
    const last = (hosts: typeof done): string =>
      hosts
        .map((host) => endedAt(host.name, client))
        .sort()
        .at(-1)!
    const first = (hosts: typeof done): string => hosts.map((host) => begunAt(host.name, client)).sort()[0]!
    expect(first(begun.slice(4)) >= last(canary)).toBe(true)
    for (const ring of [1, 2, 3]) {
      const own = done.filter((host) => ringOf(host) === ring)
      const next = done.filter((host) => ringOf(host) === ring + 1)
      expect(own.length).toBeGreaterThan(workstations / 6)
      expect(first(next) >= last(own), `ring ${ring + 1} after ring ${ring}`).toBe(true)
    }
  })

  it('never works on more than a tenth of them at once', () => {
    const most = Math.floor((workstations - 6) / 10)
    const working = new Set<string>()
    let max = 0
    for (const [, host, state] of said.matchAll(/(workstation-\d+): (in progress|succeeded|skipped|failed)/g)) {
      if (state === 'in progress') working.add(host!)
      else working.delete(host!)
      max = Math.max(max, working.size)
    }
    expect(max).toBeLessThanOrEqual(most)
    expect(max).toBeGreaterThan(most / 2)
  })

  it('CLR-19: agents wait for the opening of their window', () => {
    for (const host of ofKind('recording-agent')) {
      expect(Date.parse(`${begunAt(host.name, agent).replace(' ', 'T')}Z`) + 1000, host.name).toBeGreaterThan(
        agentsOpenAt,
      )
    }
  })

  it('holds no more connections than it should, and leaves neither processes nor mounts', async () => {
    expect(mastersMax).toBeGreaterThan(0)
    expect(mastersMax).toBeLessThanOrEqual(heldMaxDefault + Math.floor(workstations / 10))
    expect(masters()).toBe(0)
    await emulator.close()
    expect(descendantsOf([process.pid]).filter((pid) => /sshd|perl|unshare|nsenter/.test(wordsOf(pid)))).toEqual([])
    expect(mounts()).toBe(mountsBefore)
  })
})

const padded = (index: number): string => `workstation-${String(index).padStart(String(workstations).length, '0')}`
/** Switched off, with a maintainer script that fails once, and with a connection that breaks: by the way of a real night. */
const offline: readonly string[] = [0.2, 0.4, 0.8].map((share) => padded(Math.floor(workstations * share)))
const failing: readonly string[] = [0.3, 0.5, 0.7, 0.9].map((share) => padded(Math.floor(workstations * share)))
const broken: readonly string[] = [0.35, 0.65].map((share) => padded(Math.floor(workstations * share)))

function mounts(): number {
  return readFileSync('/proc/self/mounts', 'utf8').split('\n').length
}

function wordsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

/** Connections that this process holds. */
function masters(): number {
  return descendantsOf([process.pid]).filter((pid) => wordsOf(pid).includes('ControlMaster=yes')).length
}
