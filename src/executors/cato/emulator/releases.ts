import { compareDotted } from '../../../base/version-order.ts'
import { type Account, names } from './account.ts'
import type { SocketState } from './fleet.ts'
import { tellOutcome } from './outcome.ts'
import { fetchesInAdvance, prefetchMajor, tryMs } from './upgrade.ts'

/** Fetching in advance ends within so many minutes after the release, a different one per Socket; the emulator's own. */
const prefetchMinutes = 40
const minute = 60_000

/** Releases a version: Sockets from 18.0 on fetch the file at once, whatever the hour. */
export function publish(account: Account, version: string, at: number): void {
  if (account.releases.some((release) => release.version === version)) return
  account.releases.push({ version, at })
  account.releases.sort((a, b) => compareDotted(a.version, b.version)!)
  let index = 0
  for (const site of account.sites) {
    for (const socket of site.sockets) {
      index += 1
      if (!fetchesInAdvance(socket) || compareDotted(socket.version, version)! >= 0) continue
      account.timeline.at(at + (1 + (index % prefetchMinutes)) * minute, (then) =>
        prefetch(account, socket, version, then),
      )
    }
  }
}

function prefetch(account: Account, socket: SocketState, version: string, at: number): void {
  if (compareDotted(socket.version, version)! >= 0 || socket.upgrade?.to === version) return
  const failed = account.faults.take('prefetch-fails', names(socket)) !== undefined
  socket.staged = { version, state: failed ? 'failed' : 'fetched' }
  account.effects.add(at, {
    kind: 'download',
    site: socket.site,
    socket: socket.name,
    what: failed ? `${version}: failed, to be fetched in the window` : version,
    detail: { rule: `from ${prefetchMajor}.0 on the file is fetched in advance` },
  })
}

/** Versions that the Socket can be moved to, newest first. */
export function upgradesFor(account: Account, socket: SocketState): readonly string[] {
  return account.releases
    .map((release) => release.version)
    .filter((version) => compareDotted(version, socket.version)! > 0)
    .reverse()
}

/** The upgrade process breaks: what has not switched yet is cancelled, and every other Socket is left out. */
export function halt(account: Account, at: number): void {
  if (account.halted) return
  const reason = 'critical issue of the upgrade process'
  account.halted = { at, reason }
  for (const socket of account.sites.flatMap((site) => site.sockets)) {
    const run = socket.upgrade
    const isSwitched = run !== undefined && at >= run.started_at + tryMs.installed
    const to = run?.to ?? upgradesFor(account, socket)[0]
    if (to === undefined || isSwitched) continue
    delete socket.upgrade
    socket.upgrade_status = run ? 'CANCEL' : 'SKIP'
    if (!socket.skipped_versions.includes(to)) socket.skipped_versions.push(to)
    const startedAt = run?.started_at ?? at
    tellOutcome(account, socket, { action: 'Skipped', to, from: socket.version, by: 'Window', startedAt, reason }, at)
  }
}
