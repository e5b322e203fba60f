import { isJsonObject, type JsonObject } from '../../base/json.ts'
import { isTainted } from '../../base/secret.ts'
import { type ActionContext, ActionFailure, type SystemView } from '../../ports/executor.ts'
import { optionalText } from '../arguments.ts'

/** What a system of kind `cato` says in the inventory. */
export interface Settings {
  readonly url: string
  readonly accountId: string
  readonly caFile: string | undefined
  /** Minutes of the account's clock in one of ours; 1, except for emulators. */
  readonly pace: number
  /** Sockets in one page of the inventory. */
  readonly pageSize: number
  /** Calls a minute, by operation; `default` for those not named. */
  readonly rateLimits: Readonly<Record<string, number>>
}

/** The vendor's guaranteed minimum. */
const documentedLimits = { default: 120, accountSnapshot: 120, eventsFeed: 100, entityLookup: 30 } as const

/** The system of the argument `system`, of the target, or the only one of kind `cato` that targets have. */
export function catoSystem(context: ActionContext, args: JsonObject): SystemView {
  const name = optionalText(args, 'system')
  const others = [...new Set(context.targets.flatMap((target) => target.system ?? []))]
  const candidates = name === undefined && context.target === undefined ? others : []
  const found = candidates.map((each) => context.system(each)).filter((each) => each?.kind === 'cato')
  const system = context.system(name) ?? (found.length === 1 ? found[0] : undefined)
  if (system === undefined) {
    throw wrong(
      name === undefined ? 'no system of kind "cato" is known here' : `the inventory has no system "${name}"`,
      'Name it with the argument `system`, or give the targets a `system`.',
    )
  }
  return system
}

export function readSettings(system: SystemView): Settings {
  const { settings } = system
  const accountId = settings['account_id']
  if (system.address === undefined || !URL.canParse(system.address)) {
    throw wrong(`system "${system.name}" has no address`, 'Write https://api.catonetworks.com/api/v1/graphql2.')
  }
  if (typeof accountId !== 'string' && typeof accountId !== 'number') {
    throw wrong(`system "${system.name}" has no settings.account_id`, 'It is the number of the account in the console.')
  }
  const limits = settings['rate_limits']
  const own = isJsonObject(limits) ? limits : {}
  const rateLimits = Object.fromEntries(
    Object.entries({ ...documentedLimits, ...own }).map(([name, value]) => {
      if (typeof value === 'number' && value >= 2) return [name, value]
      throw wrong(`settings.rate_limits.${name} is no number from 2 on`, 'Give calls per minute.')
    }),
  )
  return {
    url: system.address,
    accountId: String(accountId),
    caFile: typeof settings['ca_file'] === 'string' ? settings['ca_file'] : undefined,
    pace: positive(settings, 'pace', 1),
    pageSize: Math.floor(positive(settings, 'page_size', 200)),
    rateLimits,
  }
}

/** @throws ActionFailure when the key is missing or stands in the inventory as text */
export async function revealKey(context: ActionContext, system: SystemView): Promise<string> {
  const key = system.settings['api_key']
  if (key === undefined || !isTainted(key)) {
    throw wrong(
      `system "${system.name}" has no secret settings.api_key`,
      'Write api_key: {secret: {env: CATO_API_KEY}}, never the key itself.',
    )
  }
  const text = (await context.reveal(key)).trim()
  if (text === '' || /[^\x21-\x7e]/.test(text)) {
    throw wrong(`settings.api_key of system "${system.name}" is no API key`, 'It is one word without blanks.')
  }
  return text
}

function positive(settings: JsonObject, name: string, fallback: number): number {
  const value = settings[name]
  if (value === undefined) return fallback
  if (typeof value === 'number' && value > 0) return value
  throw wrong(`settings.${name} is no number above 0`, 'Correct the inventory.')
}

function wrong(message: string, advice: string): ActionFailure {
  return new ActionFailure('process', message, { advice, notApplied: true })
}
