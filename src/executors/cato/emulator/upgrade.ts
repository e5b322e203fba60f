import { compareDotted } from '../../../base/version-order.ts'
import { type Account, isConnected, linkOf, majorOf, names, siteOf } from './account.ts'
import type { SocketState } from './fleet.ts'
import { tellOutcome } from './outcome.ts'

/**
 * One try of one Socket. The vendor gives 17 minutes in all, 10 of them for watching the new version, and a switch of a
 * few seconds; how the first 7 minutes divide is the emulator's own choice. Milliseconds after the start.
 */
export const tryMs = {
  delivered: 30_000,
  downloaded: 210_000,
  hashed: 240_000,
  installed: 415_000,
  switched: 420_000,
  success: 1_020_000,
} as const

/** How long after the trouble a Socket runs its previous version again; the emulator's own. */
const rollbackMs = 30_000
const soakStepMs = 15_000
const minute = 60_000

/** From this major on the file is fetched as soon as it is released. */
export const prefetchMajor = 18
const slowestMbps = 1
const weakestDbm = -110

interface Try {
  readonly account: Account
  readonly socket: SocketState
  readonly to: string
  readonly startedAt: number
  readonly by: string
}

/** Starts a try; `startSiteUpgrade` has checked that it may. */
export function startTry(account: Account, socket: SocketState, to: string, by: string, at: number): void {
  const run: Try = { account, socket, to, startedAt: at, by }
  socket.upgrade = { to, started_at: at, phase: 'pending' }
  socket.upgrade_status = 'PENDING'
  note(run, at, 'started')
  if (!isConnected(account, socket, at)) return skip(run, at, 'the Socket is not connected')
  later(run, tryMs.delivered, deliver)
}

function later(run: Try, ms: number, work: (run: Try, at: number) => void): void {
  const mine = run.socket.upgrade
  run.account.timeline.at(run.startedAt + ms, (at) => {
    if (run.socket.upgrade === mine) work(run, at)
  })
}

function phase(run: Try, at: number, name: string): void {
  run.socket.upgrade!.phase = name
  note(run, at, name)
}

function note(run: Try, at: number, what: string): void {
  const { socket, to } = run
  run.account.effects.add(at, { kind: 'phase', site: socket.site, socket: socket.name, what, detail: { to } })
}

function deliver(run: Try, at: number): void {
  if (!isConnected(run.account, run.socket, at)) return skip(run, at, 'the command did not reach the Socket')
  run.socket.upgrade_status = 'STARTING'
  phase(run, at, 'downloading')
  later(run, tryMs.downloaded, download)
}

function download(run: Try, at: number): void {
  const { account, socket, to } = run
  socket.upgrade_status = 'STARTED'
  const staged = socket.staged?.version === to && socket.staged.state === 'fetched'
  const link = linkOf(account, socket)
  if (!isConnected(account, socket, at)) return failTry(run, at, 'the connection was lost during the download')
  if (!staged && link.mbps < slowestMbps) return failTry(run, at, 'the download failed: the link is below 1 Mbps')
  if (!staged && (link.signal_dbm ?? 0) < weakestDbm) {
    return failTry(run, at, 'the download failed: the LTE signal is weak')
  }
  phase(run, at, 'checking')
  later(run, tryMs.hashed, checkHash)
}

function checkHash(run: Try, at: number): void {
  const { account, socket } = run
  if (account.faults.take('bad-hash', names(socket))) {
    delete socket.staged
    return failTry(run, at, 'the hash of the file does not match')
  }
  phase(run, at, 'installing')
  if (account.faults.take('install-hangs', names(socket))) {
    later(run, tryMs.success, (over, then) => failTry(over, then, 'the upgrade did not complete within 17 minutes'))
    return
  }
  later(run, tryMs.installed, switchOver)
}

function switchOver(run: Try, at: number): void {
  const { account, socket } = run
  if (!isConnected(account, socket, at)) return failTry(run, at, 'the connection was lost during the installation')
  socket.upgrade_status = 'PENDING_REBOOT'
  socket.away = true
  phase(run, at, 'switching')
  later(run, tryMs.switched, (next, then) => {
    setVersion(next, then, next.to)
    socket.away = false
    socket.upgrade_status = 'STARTED'
    phase(next, then, 'verifying')
    later(next, tryMs.switched + soakStepMs, watch)
  })
}

/** The Socket and its PoP watch the new version for ten whole minutes. */
function watch(run: Try, at: number): void {
  const { account, socket } = run
  const soaked = at - run.startedAt - tryMs.switched
  const struck = (name: 'kpi-failure' | 'primary-fails-over', byDefault: number) => (given: readonly string[]) => {
    const isMine =
      name === 'kpi-failure' ? names(socket)(given) : given[0] === socket.site && socket.member === 'primary'
    return isMine && soaked >= Number(given[1] || byDefault) * minute
  }
  if (account.faults.take('primary-fails-over', struck('primary-fails-over', 4))) return failOver(run, at)
  if (account.faults.take('kpi-failure', struck('kpi-failure', 9))) {
    return rollBack(run, at, 'KPI: the tunnel to the PoP broke')
  }
  if (!isConnected(account, socket, at)) return rollBack(run, at, 'KPI: the Socket lost its connection to the PoP')
  if (at >= run.startedAt + tryMs.success) return succeed(run, at)
  later(run, Math.min(at - run.startedAt + soakStepMs, tryMs.success), watch)
}

function succeed(run: Try, at: number): void {
  const { account, socket, to } = run
  socket.upgrade_status = 'SUCCESS'
  phase(run, at, 'succeeded')
  delete socket.upgrade
  delete socket.failed_tries[to]
  tellOutcome(
    account,
    socket,
    { action: 'Succeeded', to, from: socket.previous_version!, by: run.by, startedAt: run.startedAt },
    at,
  )
  if (account.pairs !== 'whole_site') return
  const partner = siteOf(account, socket).sockets.find((each) => each !== socket)
  if (partner && compareDotted(partner.version, to)! < 0) startTry(account, partner, to, run.by, at)
}

/** Trouble before the switch: the first time a second try may follow, the second time the version is left out. */
function failTry(run: Try, at: number, reason: string): void {
  const { account, socket, to } = run
  if (!isConnected(account, socket, at)) return skip(run, at, reason)
  const failed = (socket.failed_tries[to] ?? 0) + 1
  socket.failed_tries[to] = failed
  note(run, at, `failed: ${reason}`)
  delete socket.upgrade
  if (failed === 1) {
    socket.upgrade_status = 'RETRY'
    return
  }
  leaveOut(run, at, 'FAIL', 'Failed', reason)
}

function skip(run: Try, at: number, reason: string): void {
  note(run, at, `skipped: ${reason}`)
  delete run.socket.upgrade
  leaveOut(run, at, 'SKIP', 'Skipped', reason)
}

function leaveOut(run: Try, at: number, status: 'FAIL' | 'SKIP', action: 'Failed' | 'Skipped', reason: string): void {
  const { account, socket, to, by, startedAt } = run
  socket.upgrade_status = status
  if (!socket.skipped_versions.includes(to)) socket.skipped_versions.push(to)
  tellOutcome(account, socket, { action, to, from: socket.version, by, startedAt, reason }, at)
}

/** Trouble after the switch: the Socket goes back by itself. */
function rollBack(run: Try, at: number, reason: string): void {
  const { account, socket } = run
  const previous = socket.previous_version!
  socket.away = true
  phase(run, at, `rolling back: ${reason}`)
  later(run, at - run.startedAt + rollbackMs, (next, then) => {
    socket.away = false
    setVersion(next, then, previous)
    account.effects.add(then, { kind: 'rollback', site: socket.site, socket: socket.name, what: `back to ${previous}` })
    delete socket.upgrade
    leaveOut(next, then, 'FAIL', 'Failed', `${reason}; rolled back to ${previous}`)
  })
}

function failOver(run: Try, at: number): void {
  const { account, socket } = run
  const partner = siteOf(account, socket).sockets.find((each) => each !== socket)
  if (partner) {
    socket.active = false
    partner.active = true
    account.effects.add(at, {
      kind: 'failover',
      site: socket.site,
      socket: partner.name,
      what: `${partner.name} carries the site`,
    })
  }
  rollBack(run, at, 'KPI: critical trouble on the primary')
}

function setVersion(run: Try, at: number, version: string): void {
  const { account, socket } = run
  socket.previous_version = socket.version
  socket.version = version
  socket.version_since = at
  account.effects.add(at, { kind: 'version', site: socket.site, socket: socket.name, what: version })
}

/** What the vendor's rule says about fetching a file in advance. */
export function fetchesInAdvance(socket: SocketState): boolean {
  return majorOf(socket.version) >= prefetchMajor
}
