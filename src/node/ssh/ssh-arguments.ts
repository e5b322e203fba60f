import { ActionFailure } from '../../ports/executor.ts'
import type { SshAddress } from '../../ports/ssh.ts'

const connectTimeoutMsDefault = 15_000

/** What names a host or a user; anything else could be taken for an option or expanded by a shell of the user's configuration. */
const hostText = /^[A-Za-z0-9_[.:][A-Za-z0-9_.:%@[\]-]*$/
const userText = /^[^\s'"`$\\;&<>|(){}*?!-][^\s'"`$\\;&<>|(){}*?!]*$/
const jumpText = /^[A-Za-z0-9_[.][A-Za-z0-9_.:%@[\],/-]*$/
const optionName = /^[A-Za-z0-9]+$/

/**
 * Options of `ssh` that lead to a target, without the host itself. What the user has configured holds unless the
 * inventory says otherwise; only what would make us hang or lie is fixed: no questions, no forwardings, no terminal.
 *
 * @throws ActionFailure `process` when the address holds what cannot be part of one
 */
export function connectionOptions(address: SshAddress): string[] {
  const options: string[] = []
  if (address.configFile !== undefined) options.push('-F', address.configFile)
  // OpenSSH takes the first value that it sees: the inventory's own options go first.
  for (const [name, value] of Object.entries(address.options ?? {})) {
    if (!optionName.test(name) || /[\r\n\0]/.test(value)) throw badAddress(address, `option "${name}"`)
    options.push('-o', `${name}=${value}`)
  }
  if (address.port !== undefined) options.push('-p', String(address.port))
  if (address.user !== undefined) {
    if (!userText.test(address.user)) throw badAddress(address, `user "${address.user}"`)
    options.push('-l', address.user)
  }
  if (address.identityFile !== undefined) options.push('-i', address.identityFile)
  if (address.jump !== undefined) {
    if (!jumpText.test(address.jump)) throw badAddress(address, `jump host "${address.jump}"`)
    options.push('-J', address.jump)
  }
  if (address.knownHostsFile !== undefined)
    options.push('-o', `UserKnownHostsFile=${quoteOption(address.knownHostsFile)}`)
  const check = address.hostKeyCheck ?? 'yes'
  options.push('-o', `StrictHostKeyChecking=${check === 'off' ? 'no' : check}`)
  if (check === 'off' && address.knownHostsFile === undefined) options.push('-o', 'UserKnownHostsFile=/dev/null')
  const seconds = Math.max(1, Math.ceil((address.connectTimeoutMs ?? connectTimeoutMsDefault) / 1000))
  options.push(
    ...['-o', 'BatchMode=yes', '-o', `ConnectTimeout=${seconds}`],
    ...['-o', 'ServerAliveInterval=15', '-o', 'ServerAliveCountMax=3'],
    ...['-o', 'ClearAllForwardings=yes', '-o', 'RemoteCommand=none', '-o', 'RequestTTY=no'],
  )
  return options
}

/** @returns the host as `ssh` takes it, never an option in disguise */
export function hostOf(address: SshAddress): string {
  if (!hostText.test(address.host)) throw badAddress(address, `host "${address.host}"`)
  return address.host
}

/** Arguments of a control master that stays in the foreground and runs nothing. */
export function masterArguments(address: SshAddress, socketPath: string): string[] {
  return [
    ...connectionOptions(address),
    ...['-o', 'ControlMaster=yes', '-o', `ControlPath=${quoteOption(socketPath)}`, '-o', 'ControlPersist=no'],
    ...['-N', '-T', '--', hostOf(address)],
  ]
}

/** Arguments of a process that runs one command line over a control master; it never logs in by itself. */
export function commandArguments(address: SshAddress, socketPath: string, line: string): string[] {
  return [
    ...(address.configFile === undefined ? [] : ['-F', address.configFile]),
    ...['-o', 'ControlMaster=no', '-o', `ControlPath=${quoteOption(socketPath)}`, '-o', 'ProxyCommand=false'],
    ...['-o', 'BatchMode=yes', '-o', 'LogLevel=ERROR', '-o', 'RemoteCommand=none', '-o', 'RequestTTY=no'],
    ...['-T', '--', hostOf(address), line],
  ]
}

/** How far this address weakens the check of host keys, as a sentence for people; undefined when it does not. */
export function insecurityOf(address: SshAddress): string | undefined {
  const { target } = address
  const option = Object.entries(address.options ?? {}).find(([name]) => name.toLowerCase() === 'stricthostkeychecking')
  const check = option?.[1].toLowerCase() ?? address.hostKeyCheck ?? 'yes'
  if (check === 'yes' || check === 'ask') return undefined
  if (check === 'accept-new') return `${target}: an unknown host key is accepted at the first login (accept-new)`
  return `${target}: the host key is not checked; anyone in between can read and change what is sent`
}

/** Inside `-o`, spaces and percent signs mean something to OpenSSH. */
function quoteOption(path: string): string {
  const text = path.replaceAll('%', '%%')
  return /[\s"]/.test(text) ? `"${text.replaceAll('"', '\\"')}"` : text
}

function badAddress(address: SshAddress, what: string): ActionFailure {
  return new ActionFailure('process', `${address.target}: the ${what} cannot be used for SSH`, {
    advice: 'Correct the address of this target in the inventory.',
  })
}
