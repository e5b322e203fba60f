import { shellWords } from './shell-words.ts'

/** What the arguments of an ssh command line mean for a connection. */
export interface SshArguments {
  readonly user?: string
  readonly port?: number
  readonly identity_file?: string
  readonly jump?: string
  readonly known_hosts_file?: string
  readonly config_file?: string
  readonly host_key_check?: 'yes' | 'accept-new' | 'off'
  readonly options: Readonly<Record<string, string>>
}

/** Options that only name the connection sharing of Ansible, which has its own here. */
const ignored = new Set(['controlmaster', 'controlpersist', 'controlpath'])

/**
 * Reads `ansible_ssh_common_args`: `-J`, `-o Name=value`, `-i`, `-l`, `-p`, `-F`, and the jump host inside of
 * `ProxyCommand="ssh -W %h:%p …"`.
 */
export function readSshArguments(text: string): SshArguments {
  const result: { -readonly [K in keyof SshArguments]: SshArguments[K] } = { options: {} }
  const options: Record<string, string> = {}
  const words = (shellWords(text) ?? []).map((word) => word.text)
  for (let index = 0; index < words.length; index += 1) {
    const match = /^-([JoilpF])(.*)$/.exec(words[index]!)
    if (!match) continue
    const value = match[2] === '' ? (words[(index += 1)] ?? '') : match[2]!
    if (match[1] === 'J') result.jump = value
    else if (match[1] === 'i') result.identity_file = value
    else if (match[1] === 'l') result.user = value
    else if (match[1] === 'p') result.port = Number(value)
    else if (match[1] === 'F') result.config_file = value
    else setOption(value, result, options)
  }
  return { ...result, options }
}

function setOption(
  text: string,
  result: { -readonly [K in keyof SshArguments]: SshArguments[K] },
  options: Record<string, string>,
): void {
  const match = /^\s*([A-Za-z0-9]+)\s*[=\s]\s*(.*)$/s.exec(text)
  if (!match) return
  const name = match[1]!
  const value = match[2]!.replace(/^"(.*)"$/s, '$1')
  switch (name.toLowerCase()) {
    case 'proxyjump':
      result.jump = value
      return
    case 'proxycommand': {
      const jump = jumpOf(value)
      if (jump === undefined) options[name] = value
      else result.jump = jump
      return
    }
    case 'stricthostkeychecking':
      result.host_key_check = value === 'no' || value === 'off' ? 'off' : value === 'accept-new' ? 'accept-new' : 'yes'
      return
    case 'userknownhostsfile':
      result.known_hosts_file = value
      return
    case 'identityfile':
      result.identity_file = value
      return
    case 'user':
      result.user = value
      return
    case 'port':
      result.port = Number(value)
      return
    default:
      if (!ignored.has(name.toLowerCase())) options[name] = value
  }
}

/** The host that `ssh -W %h:%p …` goes through; undefined when the command does or says anything else. */
function jumpOf(command: string): string | undefined {
  const words = (shellWords(command) ?? []).map((word) => word.text)
  if (!/(?:^|\/)ssh$/.test(words[0] ?? '') || !/-W\s*\S*%h/.test(command)) return undefined
  let user: string | undefined
  let port: string | undefined
  let host: string | undefined
  for (let index = 1; index < words.length; index += 1) {
    const word = words[index]!
    if (word === '-W') index += 1
    else if (/^-W./.test(word) || /^-[qTxAaCNn46]+$/.test(word)) continue
    else if (word === '-p') port = words[(index += 1)]
    else if (word === '-l') user = words[(index += 1)]
    else if (word.startsWith('-')) return undefined
    else if (host === undefined) host = word
    else return undefined
  }
  if (host === undefined) return undefined
  return `${user === undefined || host.includes('@') ? '' : `${user}@`}${host}${port === undefined ? '' : `:${port}`}`
}
