import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts'
import { isTainted } from '../../base/secret.ts'
import { type ActionContext, ActionFailure, type SystemView } from '../../ports/executor.ts'
import { optionalText } from '../arguments.ts'
import type { Generation } from './release.ts'

/** Calls that the vendor offers in the console and publishes no API action for. Each has its name in the settings, or none. */
export const unpublishedActions = [
  'platform_dry_run',
  'gateway_dry_run',
  'ping',
  'port_test',
  'account_audit',
  'controller_ha',
  'instance_attributes',
] as const
export type UnpublishedAction = (typeof unpublishedActions)[number]

/** Facts that the console shows and whose place in an answer is not published. */
export const unpublishedFields = [
  'hop_list',
  'previous_version',
  'previous_image',
  'kernel_version',
  'activemesh_version',
  'vpn_users',
] as const
export type UnpublishedField = (typeof unpublishedFields)[number]

/** What stands in the place of a call that is not published: an action of the API, or a command on control that prints JSON. */
export type Lookup =
  | {
      readonly kind: 'api'
      readonly action: string
      readonly method: 'GET' | 'POST'
      /** Names that the API gives to our parameters. */
      readonly params: Readonly<Record<string, string>>
    }
  | { readonly kind: 'command'; readonly argv: readonly [string, ...string[]] }

export interface BackupStore {
  /** Prints one file a line, the oldest first or with date and time in front; the name is the last word. */
  readonly list: readonly [string, ...string[]]
  /** `{name}` stands for the name of a file. */
  readonly remove: readonly [string, ...string[]] | undefined
}

/** What a system of kind `aviatrix` says in the inventory. */
export interface Settings {
  /** `https://controller.example.org`, without a path. */
  readonly origin: string
  readonly username: string
  readonly caFile: string | undefined
  readonly insecure: boolean
  /** Minutes of the controller's clock in one of ours; 1, except for emulators. */
  readonly pace: number
  readonly generation: Generation | 'auto'
  readonly lookups: Readonly<Partial<Record<UnpublishedAction, Lookup>>>
  readonly fields: Readonly<Partial<Record<UnpublishedField, string>>>
  readonly backupStore: BackupStore | undefined
}

/** The system of the argument `system`, of the target, or the only one of kind `aviatrix` that targets have. */
export function aviatrixSystem(context: ActionContext, args: JsonObject): SystemView {
  const name = optionalText(args, 'system')
  const others = [...new Set(context.targets.flatMap((target) => target.system ?? []))]
  const candidates = name === undefined && context.target === undefined ? others : []
  const found = candidates.map((each) => context.system(each)).filter((each) => each?.kind === 'aviatrix')
  const system = context.system(name) ?? (found.length === 1 ? found[0] : undefined)
  if (system !== undefined) return system
  throw wrong(
    name === undefined ? 'no system of kind "aviatrix" is known here' : `the inventory has no system "${name}"`,
    'Name it with the argument `system`, or give the targets a `system`.',
  )
}

export function readSettings(system: SystemView): Settings {
  const { settings, address } = system
  if (address === undefined || !URL.canParse(address) || new URL(address).protocol !== 'https:') {
    throw wrong(`system "${system.name}" has no address with https`, 'Write https://controller.example.org.')
  }
  const username = settings['username'] ?? 'admin'
  if (typeof username !== 'string') throw wrong('settings.username is no text', 'Correct the inventory.')
  return {
    origin: new URL(address).origin,
    username,
    caFile: typeof settings['ca_file'] === 'string' ? settings['ca_file'] : undefined,
    insecure: settings['insecure'] === true,
    pace: paceOf(settings),
    generation: generationSetting(settings['generation']),
    lookups: lookupsOf(settings['unpublished']),
    fields: fieldsOf(settings['fields']),
    backupStore: storeOf(settings['backup_store']),
  }
}

/** @throws ActionFailure when the password is missing or stands in the inventory as text */
export async function revealPassword(context: ActionContext, system: SystemView): Promise<string> {
  const password = system.settings['password']
  if (password !== undefined && isTainted(password)) return await context.reveal(password)
  throw wrong(
    `system "${system.name}" has no secret settings.password`,
    'Write password: {secret: {env: AVIATRIX_PASSWORD}}, never the password itself.',
  )
}

function paceOf(settings: JsonObject): number {
  const pace = settings['pace'] ?? 1
  if (typeof pace === 'number' && pace > 0) return pace
  throw wrong('settings.pace is no number above 0', 'Correct the inventory.')
}

function generationSetting(value: Json | undefined): Generation | 'auto' {
  if (value === undefined || value === 'auto') return 'auto'
  if (value === 0 || value === 1 || value === 2 || value === 3) return value
  throw wrong('settings.generation is not auto, 0, 1, 2 or 3', 'Leave it out: the version of the controller tells.')
}

function lookupsOf(value: Json | undefined): Settings['lookups'] {
  return named(value, 'unpublished', unpublishedActions, lookupOf)
}

/** Reads a name, `{action, method, params}` or `{command}`. */
export function lookupOf(value: Json, name: string): Lookup {
  if (typeof value === 'string' && value !== '') return { kind: 'api', action: value, method: 'POST', params: {} }
  if (isJsonObject(value)) {
    const argv = argvOf(value['command'])
    if (argv !== undefined) return { kind: 'command', argv }
    const { action, method, params } = value
    if (typeof action === 'string' && action !== '') {
      const names = Object.entries(isJsonObject(params) ? params : {}).flatMap(([ours, theirs]) =>
        typeof theirs === 'string' ? [[ours, theirs] as const] : [],
      )
      return { kind: 'api', action, method: method === 'GET' ? 'GET' : 'POST', params: Object.fromEntries(names) }
    }
  }
  throw wrong(
    `${name} names no call`,
    'Write the name of the API action, {action: …, method: …, params: {…}}, or {command: [program, argument]}.',
  )
}

function fieldsOf(value: Json | undefined): Settings['fields'] {
  return named(value, 'fields', unpublishedFields, (field, name) => {
    if (typeof field === 'string' && field !== '') return field
    throw wrong(`${name} is no text`, 'Write the name of the field as the controller sends it.')
  })
}

function named<Name extends string, Value>(
  value: Json | undefined,
  group: string,
  names: readonly Name[],
  read: (value: Json, name: string) => Value,
): Readonly<Partial<Record<Name, Value>>> {
  const found: Partial<Record<Name, Value>> = {}
  for (const [key, each] of Object.entries(isJsonObject(value) ? value : {})) {
    const name = names.find((known) => known === key)
    if (name === undefined) throw wrong(`settings.${group} has no "${key}"`, `There are ${names.join(', ')}.`)
    found[name] = read(each, `settings.${group}.${key}`)
  }
  return found
}

function storeOf(value: Json | undefined): BackupStore | undefined {
  if (value === undefined) return undefined
  const list = isJsonObject(value) ? argvOf(value['list']) : undefined
  if (list === undefined || !isJsonObject(value)) {
    throw wrong(
      'settings.backup_store has no command `list`',
      'Write {list: [aws, s3, ls, "s3://bucket/"], remove: […]}.',
    )
  }
  return { list, remove: argvOf(value['remove']) }
}

function argvOf(value: Json | undefined): readonly [string, ...string[]] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined
  const words = value.filter((word): word is string => typeof word === 'string')
  return words.length === value.length ? (words as [string, ...string[]]) : undefined
}

function wrong(message: string, advice: string): ActionFailure {
  return new ActionFailure('process', message, { advice, notApplied: true })
}
