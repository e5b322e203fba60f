import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import { ActionFailure, type SystemView, type TargetView } from './executor.ts'
import type { SshAddress } from './ssh.ts'

/**
 * How a target is reached by SSH. Each key of the target's `connection` wins over the same key in
 * `settings.connection` of its system; without `host` the target's `address` counts, then its name, so that a name from
 * the user's own OpenSSH configuration works.
 *
 * Keys: `host port user identity_file jump known_hosts_file config_file host_key_check options connect_timeout_ms`.
 *
 * @throws ActionFailure `refused` when a key holds something that it cannot hold
 */
export function sshAddressOf(target: TargetView, system?: SystemView): SshAddress {
  const common = system?.settings['connection']
  const connection: JsonObject = { ...(isJsonObject(common) ? common : {}), ...target.connection }
  const refuse = (key: string, wanted: string): never => {
    throw new ActionFailure('refused', `connection.${key} of "${target.name}" is not ${wanted}`, {
      advice: 'Correct the connection in the inventory.',
      notApplied: true,
    })
  }
  const text = (key: string): string | undefined => {
    const value = connection[key]
    if (value === undefined || value === null) return undefined
    return typeof value === 'string' && value !== '' ? value : refuse(key, 'a text')
  }
  const whole = (key: string, max: number): number | undefined => {
    const value = connection[key]
    if (value === undefined || value === null) return undefined
    const number = Number(value)
    return Number.isInteger(number) && number >= 1 && number <= max ? number : refuse(key, `a number from 1 to ${max}`)
  }
  const port = whole('port', 65_535)
  const connectTimeoutMs = whole('connect_timeout_ms', 3_600_000)
  const check = text('host_key_check')
  if (check !== undefined && check !== 'yes' && check !== 'accept-new' && check !== 'off') {
    refuse('host_key_check', 'one of yes, accept-new, off')
  }
  const user = text('user')
  const identityFile = text('identity_file')
  const jump = text('jump')
  const knownHostsFile = text('known_hosts_file')
  const configFile = text('config_file')
  const options = optionsOf(connection['options'], () => refuse('options', 'a map of texts'))
  return {
    target: target.name,
    host: text('host') ?? target.address ?? target.name,
    ...(port === undefined ? {} : { port }),
    ...(user === undefined ? {} : { user }),
    ...(identityFile === undefined ? {} : { identityFile }),
    ...(jump === undefined ? {} : { jump }),
    ...(knownHostsFile === undefined ? {} : { knownHostsFile }),
    ...(configFile === undefined ? {} : { configFile }),
    ...(check === undefined ? {} : { hostKeyCheck: check as 'yes' | 'accept-new' | 'off' }),
    ...(options === undefined ? {} : { options }),
    ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
  }
}

function optionsOf(value: Json | undefined, refuse: () => never): Record<string, string> | undefined {
  if (value === undefined || value === null) return undefined
  if (!isJsonObject(value)) return refuse()
  const entries = Object.entries(value).map(([name, option]) => {
    if (typeof option === 'boolean') return [name, option ? 'yes' : 'no'] as const
    return typeof option === 'string' || typeof option === 'number' ? ([name, String(option)] as const) : refuse()
  })
  return Object.fromEntries(entries)
}
