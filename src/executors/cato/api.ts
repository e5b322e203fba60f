import type { JsonObject } from '../../base/json.ts'
import { failureOfAbort } from '../../ports/abort.ts'
import { type ActionContext, ActionFailure, type TargetView } from '../../ports/executor.ts'
import type { Files } from '../../ports/files.ts'
import type { Http } from '../../ports/http.ts'
import { AccountPool } from './account-pool.ts'
import { catoSystem, readSettings, revealKey } from './settings.ts'
import type { Site, SiteDevice } from './site.ts'
import { readSocket, type Socket } from './socket.ts'

/** One pool per account and HTTP port, as the connections themselves are kept: nothing outlives the port. */
const pools = new WeakMap<Http, Map<string, AccountPool>>()

/** The shared pool of the account that the call speaks to. */
export async function poolOf(context: ActionContext, args: JsonObject): Promise<AccountPool> {
  const system = catoSystem(context, args)
  const settings = readSettings(system)
  const { http, files, clock } = context.ports
  const key = await revealKey(context, system)
  const ca = settings.caFile === undefined ? undefined : await readAuthorities(files, settings.caFile)
  const access = { http, url: settings.url, accountId: settings.accountId, key, ca }
  let byAccount = pools.get(http)
  if (byAccount === undefined) pools.set(http, (byAccount = new Map()))
  const name = JSON.stringify(settings)
  const known = byAccount.get(name)
  if (known) {
    known.access = access
    return known
  }
  const pool = new AccountPool(clock, settings, access)
  byAccount.set(name, pool)
  return pool
}

async function readAuthorities(files: Files, path: string): Promise<string> {
  try {
    return new TextDecoder().decode(await files.read(path))
  } catch (error) {
    throw new ActionFailure('process', `the file of authorities ${path} cannot be read`, {
      advice: 'Correct settings.ca_file of the system.',
      notApplied: true,
      cause: error,
    })
  }
}

export function targetOf(context: ActionContext): TargetView {
  if (context.target) return context.target
  throw new ActionFailure('process', 'this action needs a target', { advice: 'Give the step `on`.', notApplied: true })
}

/** Serials, site names and members of targets, as the inventory files carry them. */
interface Identity {
  readonly serial: string | undefined
  readonly siteId: string | undefined
  readonly site: string | undefined
  readonly isSecondary: boolean
}

function identityOf(target: TargetView): Identity {
  const text = (name: string): string | undefined => {
    const value = target.attributes[name]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
  }
  return {
    serial: text('serial'),
    siteId: text('site_id'),
    site: target.site,
    isSecondary: target.member === 'secondary',
  }
}

/**
 * Finds the target's Socket in an inventory that was read at `notBefore` or later: by `attributes.serial`, else by its
 * site (`attributes.site_id` or `site`) and `member`.
 */
export async function socketOf(
  context: ActionContext,
  pool: AccountPool,
  notBefore: number,
): Promise<{ readonly socket: Socket; readonly partner: Socket | undefined }> {
  const target = targetOf(context)
  const wanted = identityOf(target)
  const rows = await pool.inventory(notBefore, context.signal)
  const row = rows.find((each) => {
    if (wanted.serial !== undefined) return each.at('serialNumber').textOr('') === wanted.serial
    const site = each.at('site')
    if (site.isNull) return false
    const isSite =
      wanted.siteId === undefined
        ? site.at('name').textOr('') === wanted.site
        : site.at('id').textOr('') === wanted.siteId
    return isSite && each.at('isPrimary').flag() === !wanted.isSecondary
  })
  if (row === undefined) {
    throw new ActionFailure('process', `the account has no Socket for target "${target.name}"`, {
      advice: 'Give the target `attributes.serial`, or its `site` and `member`; cato.inventory lists all.',
      notApplied: true,
    })
  }
  const socket = readSocket(row)
  const partner = rows.find((each) => {
    const site = each.at('site')
    return each !== row && !site.isNull && site.at('id').textOr('') === socket.siteId
  })
  return { socket, partner: partner && readSocket(partner) }
}

export interface SocketHealth {
  readonly site: Site
  readonly device: SiteDevice
}

/** The snapshot of the target's site, and the target's own device in it. */
export async function healthOf(context: ActionContext, pool: AccountPool): Promise<SocketHealth> {
  const target = targetOf(context)
  const wanted = identityOf(target)
  const siteId = wanted.siteId ?? (await socketOf(context, pool, 0)).socket.siteId
  const site = await pool.site(siteId, context.signal)
  const device = site?.devices.find((each) =>
    wanted.serial === undefined ? each.isPrimary === !wanted.isSecondary : each.serial === wanted.serial,
  )
  if (site && device) return { site, device }
  throw new ActionFailure('process', `the account snapshot has no Socket for target "${target.name}"`, {
    advice: 'Compare `attributes.site_id` and `attributes.serial` of the target with the console.',
    notApplied: true,
  })
}

/** Waits on the account's clock. */
export async function pauseFor(context: ActionContext, pool: AccountPool, ms: number, what: string): Promise<void> {
  try {
    await pool.clock.sleep(pool.ours(ms), context.signal)
  } catch (error) {
    throw context.signal.aborted ? failureOfAbort(context.signal, what) : error
  }
}
