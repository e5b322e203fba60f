import { compareDotted } from '../../../base/version-order.ts'
import { type Action, type ActionContext, ActionFailure, type ActionResult } from '../../../ports/executor.ts'
import { durationMs, optionalText, requiredText } from '../../arguments.ts'
import { choice, duration, flag, object, text } from '../../schema.ts'
import { afterStart } from '../../under-way.ts'
import type { AccountPool } from '../account-pool.ts'
import { healthOf, pauseFor, poolOf, socketOf } from '../api.ts'
import { upgradeDocument } from '../documents.ts'
import type { SiteDevice } from '../site.ts'
import { isRunning, type Socket } from '../socket.ts'
import { interval, intervalMsDefault, minute, system } from './arguments-schema.ts'
import { watchUpgrade } from './upgrade-watch.ts'

export const upgrade: Action = {
  name: 'cato.upgrade',
  title: 'Upgrade the Socket',
  description:
    'Starts the upgrade of the target’s site (`startSiteUpgrade`, one try) and watches the Socket until the vendor declares success, 17 minutes after the start, or with `until: switched` until it runs the new version. The mutation works per site: of an HA pair the primary is expected to go first, so a secondary is refused until its primary runs the version. An upgrade that already goes on is joined, not started again. Not to be repeated blindly: after a failed try a second call is a second try.',
  with: object(
    {
      system,
      to: text('Version', 'The release to install.', { 'x-target-version': 'to' }),
      until: choice(
        'Until',
        '`success`: the vendor declares success. `switched`: the Socket runs the new version.',
        ['success', 'switched'],
        { default: 'success' },
      ),
      limit: duration('Limit', 'Longest wait for the outcome, on the account’s clock: one try and a little.', {
        default: '18m',
      }),
      interval,
    },
    ['to'],
  ),
  outputs: object(
    {
      version: text('Version', 'What the Socket runs now.', { 'x-target-version': 'now' }),
      previous_version: text('Previous version', 'What it ran before, and goes back to in trouble.', {
        'x-target-version': 'previous',
      }),
      upgrade_status: text('Upgrade status', 'The vendor’s word, or `NONE`.'),
      started_at: text('Started', 'Instant in ISO 8601.'),
      ended_at: text('Ended', 'Instant in ISO 8601.'),
      scheduled_at: text('Scheduled', 'When the account starts it, in its own words and on its clock; else empty.'),
      joined: flag('Joined', 'An upgrade was going on already.'),
    },
    ['version', 'previous_version', 'upgrade_status', 'started_at', 'ended_at', 'scheduled_at', 'joined'],
  ),
  capabilities: {
    effect: 'disruptive',
    idempotent: false,
    probe: true,
    dry_run: true,
    reversible: false,
    resumable: false,
  },
  duration: { expected_ms: 17 * minute, worst_ms: 18 * minute },
  // Of the vendor's 17 minutes 10 are for watching the new version.
  durationOf: (args) => ({ expected_ms: (args['until'] === 'switched' ? 7 : 17) * minute, worst_ms: 18 * minute }),
  runs_on: 'target',
  example: { to: '18.4.1' },
  describe: (args, target) => `startSiteUpgrade of site ${target?.site ?? 'of the target'} to ${String(args['to'])}`,
  async perform(context, args) {
    const pool = await poolOf(context, args)
    const to = requiredText(args, 'to')
    const { socket, partner } = await socketOf(context, pool, pool.clock.now())
    const joined = isRunning(socket.status)
    if (!joined && socket.version === to) return unchanged(socket, pool)
    const { device } = await healthOf(context, pool)
    let scheduledAt = ''
    if (joined) context.log(`an upgrade goes on already (${socket.status}); waiting for its end`)
    else {
      refuseUnready(device, socket, partner, to)
      scheduledAt = await start(context, pool, socket, to)
      context.log(`startSiteUpgrade of ${socket.siteName} to ${to} was accepted`)
    }
    const startedAt = pool.clock.now()
    const scheduled = Date.parse(scheduledAt)
    const ended = await watchUpgrade({
      context,
      pool,
      to,
      from: socket.version,
      startedAt,
      scheduledAt: Number.isNaN(scheduled) ? undefined : scheduled,
      versionSince: device.versionSince,
      until: optionalText(args, 'until') === 'switched' ? 'switched' : 'success',
      intervalMs: durationMs(args, 'interval', intervalMsDefault),
      limitMs: durationMs(args, 'limit', 18 * minute),
    })
    return {
      outputs: {
        version: ended.socket.version,
        previous_version: socket.version,
        upgrade_status: ended.socket.status,
        started_at: new Date(startedAt).toISOString(),
        ended_at: new Date(ended.endedAt).toISOString(),
        scheduled_at: scheduledAt,
        joined,
      },
      summary: `${socket.version} → ${to}`,
      changed: true,
    }
  },
  async probe(context, args) {
    const pool = await poolOf(context, args)
    const to = requiredText(args, 'to')
    // A mutation whose answer was lost may need a moment until the inventory shows it.
    await pauseFor(context, pool, durationMs(args, 'interval', intervalMsDefault), 'looking again')
    const { socket } = await socketOf(context, pool, pool.clock.now())
    const summary = `runs ${socket.version}, status ${socket.status}`
    if (isRunning(socket.status)) return { state: 'running', summary }
    if (socket.version === to) {
      const result = unchanged(socket, pool)
      return { state: 'applied', summary, outputs: result.outputs }
    }
    // No recent try: ours never began. Or it did, and the vendor says that it failed and may be followed by another one.
    const mayBegin = socket.status === 'NONE' || socket.status === 'SUCCESS' || socket.status === 'RETRY'
    return { state: mayBegin ? 'not_applied' : 'unknown', summary }
  },
  async dryRun(context, args) {
    const pool = await poolOf(context, args)
    const to = requiredText(args, 'to')
    const { socket, partner } = await socketOf(context, pool, pool.clock.now())
    if (socket.version === to) return { coverage: 'checked', summary: `runs ${to} already` }
    refuseUnready((await healthOf(context, pool)).device, socket, undefined, to)
    const order = !socket.isPrimary && partner ? '; its primary goes first' : ''
    return {
      coverage: 'simulated',
      summary: `connected, ${socket.version} → ${to} is offered${order}; the mutation itself has no rehearsal`,
    }
  },
}

function unchanged(socket: Socket, pool: AccountPool): ActionResult {
  const now = new Date(pool.clock.now()).toISOString()
  return {
    outputs: {
      version: socket.version,
      previous_version: socket.version,
      upgrade_status: socket.status,
      started_at: now,
      ended_at: now,
      scheduled_at: '',
      joined: false,
    },
    summary: `runs ${socket.version} already`,
    changed: false,
  }
}

/** What can be known before the mutation; nothing has been done when this fails. */
function refuseUnready(device: SiteDevice, socket: Socket, partner: Socket | undefined, to: string): void {
  if (!device.connected) {
    throw new ActionFailure('unreachable', `Socket ${device.name} is not connected, so no command reaches it`, {
      advice: 'See that it is connected and healthy; it goes with the next release, or by hand.',
      notApplied: true,
    })
  }
  if ((compareDotted(to, socket.version) ?? 1) < 0) {
    throw new ActionFailure('refused', `Socket ${device.name} runs ${socket.version}, which is newer than ${to}`, {
      advice: 'Choose a newer release; going back is up to the Socket itself.',
      notApplied: true,
    })
  }
  if (socket.offered.length > 0 && !socket.offered.includes(to)) {
    throw new ActionFailure('not_ready', `version ${to} is not offered to Socket ${device.name}`, {
      advice: `It is offered ${socket.offered.join(', ')}.`,
      outputs: { offered: socket.offered },
      notApplied: true,
    })
  }
  if (partner === undefined) return
  if (isRunning(partner.status)) {
    throw new ActionFailure('not_ready', `the other Socket of site ${socket.siteName} is being upgraded`, {
      advice: 'One Socket of a site goes after the other.',
      notApplied: true,
    })
  }
  if (!socket.isPrimary && partner.version !== to) {
    throw new ActionFailure('not_ready', `the primary of site ${socket.siteName} runs ${partner.version}, not ${to}`, {
      advice: 'The secondary goes only after its primary has succeeded; after a failover it stays as it is.',
      notApplied: true,
    })
  }
}

/** @returns `scheduledAt`, or nothing when the account does not say */
async function start(context: ActionContext, pool: AccountPool, socket: Socket, to: string): Promise<string> {
  const input = { upgrades: [{ site: { by: 'ID', input: socket.siteId }, targetVersion: to }] }
  const variables = { accountId: pool.settings.accountId, input }
  const data = await pool.change('startSiteUpgrade', upgradeDocument, variables, context.signal)
  const scheduledAt = await afterStart(context.signal, 'startSiteUpgrade may have been carried out', async () => {
    const results = data.at('site').at('startSiteUpgrade').at('results').items()
    const result = results.find((each) => each.at('site').at('id').text() === socket.siteId)
    return result?.at('targetVersion').text() === to ? result.at('scheduledAt').textOr('') : undefined
  })
  if (scheduledAt !== undefined) return scheduledAt
  throw new ActionFailure('unknown', `the API does not confirm the upgrade of site ${socket.siteName} to ${to}`, {
    advice: 'Look at the status of the Socket before anything is started again.',
  })
}
