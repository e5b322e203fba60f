import { parseDuration } from '../base/duration.ts'
import type { JsonObject } from '../base/json.ts'
import { ActionFailure, type TargetView } from './executor.ts'
import type { SshAddress } from './ssh.ts'

/** Keys of a target's `connection` that say how SSH reaches it. */
export const sshConnectionKeys = [
  'host',
  'port',
  'user',
  'identity_file',
  'jump',
  'known_hosts_file',
  'config_file',
  'host_key_check',
  'options',
  'connect_timeout',
] as const

/**
 * How a target is reached by SSH: its `connection`, with `address` and then its name standing in for `host`.
 *
 * @throws ActionFailure `process` when a value has the wrong form
 */
export function sshAddressOf(target: TargetView): SshAddress {
  const connection: JsonObject = target.connection ?? {}
  const text = (key: string): string | undefined => {
    const value = connection[key]
    if (value === undefined || value === null) return undefined
    if (typeof value === 'string' || typeof value === 'number') return String(value)
    throw wrong(target, key, 'text')
  }
  const port = text('port')
  if (port !== undefined && !(Number.isInteger(Number(port)) && Number(port) > 0 && Number(port) < 65_536)) {
    throw wrong(target, 'port', 'a port number')
  }
  const timeout = text('connect_timeout')
  const timeoutMs = timeout === undefined ? undefined : parseDuration(timeout)
  if (timeout !== undefined && timeoutMs === undefined) throw wrong(target, 'connect_timeout', 'a duration such as 20s')
  const members = {
    port: port === undefined ? undefined : Number(port),
    user: text('user'),
    identityFile: text('identity_file'),
    jump: text('jump'),
    knownHostsFile: text('known_hosts_file'),
    configFile: text('config_file'),
    hostKeyCheck: hostKeyCheckOf(target, text('host_key_check')),
    options: optionsOf(target, connection['options']),
    connectTimeoutMs: timeoutMs,
  }
  return {
    target: target.name,
    host: text('host') ?? target.address ?? target.name,
    ...(members.port === undefined ? {} : { port: members.port }),
    ...(members.user === undefined ? {} : { user: members.user }),
    ...(members.identityFile === undefined ? {} : { identityFile: members.identityFile }),
    ...(members.jump === undefined ? {} : { jump: members.jump }),
    ...(members.knownHostsFile === undefined ? {} : { knownHostsFile: members.knownHostsFile }),
    ...(members.configFile === undefined ? {} : { configFile: members.configFile }),
    ...(members.hostKeyCheck === undefined ? {} : { hostKeyCheck: members.hostKeyCheck }),
    ...(members.options === undefined ? {} : { options: members.options }),
    ...(members.connectTimeoutMs === undefined ? {} : { connectTimeoutMs: members.connectTimeoutMs }),
  }
}

const hostKeyChecks = ['yes', 'accept-new', 'off'] as const

/** Anything but `yes` weakens the check, so a value that is not known is refused and never guessed. */
function hostKeyCheckOf(target: TargetView, value: string | undefined): SshAddress['hostKeyCheck'] {
  if (value === undefined) return undefined
  const known = hostKeyChecks.find((each) => each === value)
  if (known === undefined) throw wrong(target, 'host_key_check', `one of ${hostKeyChecks.join(', ')}`)
  return known
}

function optionsOf(target: TargetView, value: unknown): Readonly<Record<string, string>> | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'object' || Array.isArray(value)) throw wrong(target, 'options', 'a map of OpenSSH options')
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, String(each)]))
}

function wrong(target: TargetView, key: string, wanted: string): ActionFailure {
  return new ActionFailure('process', `the connection of ${target.name}: "${key}" is not ${wanted}`, {
    advice: 'Correct it in the inventory.',
    notApplied: true,
  })
}
