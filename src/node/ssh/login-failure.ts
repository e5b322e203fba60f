import type { FailureClass } from '../../base/failure.ts'
import { ActionFailure } from '../../ports/executor.ts'
import type { SshAddress } from '../../ports/ssh.ts'

interface Rule {
  readonly pattern: RegExp
  readonly class: FailureClass
  /** What happened, after the target's name. */
  readonly words: string
  readonly advice: string
}

/**
 * What OpenSSH's messages mean; the first match wins. Refusals stand first, because a refused jump host also shows up
 * as a closed connection.
 */
const rules: readonly Rule[] = [
  {
    pattern: /REMOTE HOST IDENTIFICATION HAS CHANGED|host key .*(has changed|differs)/i,
    class: 'refused',
    words: 'shows another host key than the known one',
    advice:
      'Find out from its owner whether the host was reinstalled; only then replace the old key in known_hosts (`ssh-keygen -R`).',
  },
  {
    pattern: /host key .*revoked|revoked host key/i,
    class: 'refused',
    words: 'shows a host key that is revoked',
    advice: 'Do not connect; tell the owner of the host and of the key.',
  },
  {
    pattern: /Host key verification failed|No \S+ host key is known|host key is not known|authenticity of host/i,
    class: 'refused',
    words: 'has an unknown host key',
    advice: 'Compare its fingerprint with the owner’s, then add it to known_hosts.',
  },
  {
    pattern: /Unable to negotiate|no matching \S.* found|no mutual signature/i,
    class: 'refused',
    words: 'and this OpenSSH have no algorithm in common',
    advice: 'Update the SSH server, or allow the older algorithm for this host in ~/.ssh/config.',
  },
  {
    pattern:
      /Permission denied|Too many authentication failures|Authentication failed|No supported authentication|no more authentication methods/i,
    class: 'refused',
    words: 'denied the login',
    advice:
      'Check user and key, and that the agent holds the key (`ssh-add -l`); questions for passwords are not answered here.',
  },
  {
    pattern:
      /Bad configuration option|terminating, \d+ bad configuration|Can't open user config|Bad owner or permissions|keyword .* extra arguments/i,
    class: 'process',
    words: 'cannot be reached with this SSH configuration',
    advice: 'Correct the OpenSSH client configuration that the message names.',
  },
  {
    pattern:
      /Could not resolve hostname|Name or service not known|nodename nor servname|Temporary failure in name resolution/i,
    class: 'unreachable',
    words: 'has a name that is unknown',
    advice: 'Check the address in the inventory and the name service.',
  },
  {
    pattern: /Connection refused/i,
    class: 'unreachable',
    words: 'refuses connections on this port',
    advice: 'Check the port and that the SSH server runs.',
  },
  {
    pattern: /No route to host|Network is (unreachable|down)|Host is down/i,
    class: 'unreachable',
    words: 'has no route from here',
    advice: 'Check network, VPN and jump host.',
  },
  {
    pattern: /timed out|Timeout, server/i,
    class: 'unreachable',
    words: 'does not answer',
    advice: 'Check that the host is up and that firewalls let SSH through.',
  },
  {
    pattern:
      /kex_exchange_identification|ssh_exchange_identification|banner exchange|Connection (closed|reset)|closed by remote host|Broken pipe|Connection to .* closed/i,
    class: 'unreachable',
    words: 'hung up',
    advice: 'Look at the log of its SSH server; MaxStartups or a block list can hang up on new logins.',
  },
]

/** The server hung up before any key was exchanged, most often because too many logins were going on. Trying again is harmless. */
export function isWorthAnotherTry(stderr: string): boolean {
  return (
    /(kex|ssh)_exchange_identification/.test(stderr) && !rules.slice(0, 6).some(({ pattern }) => pattern.test(stderr))
  )
}

/**
 * Judges a login that failed by what `ssh` said; unknown words count as unreachable, because nothing was done yet.
 *
 * @param stderr - all that `ssh` and the ones for its jump hosts printed
 */
export function failureOfLogin(address: SshAddress, stderr: string): ActionFailure {
  const rule = rules.find(({ pattern }) => pattern.test(stderr))
  const said = lastWords(stderr)
  const detail = said === '' ? '' : ` (ssh: ${said})`
  const place = placeOf(address)
  if (rule === undefined) {
    return new ActionFailure('unreachable', `${place} cannot be reached by SSH${detail}`, {
      advice: `Try \`ssh ${address.host}\` by hand and look at its messages.`,
    })
  }
  return new ActionFailure(rule.class, `${place} ${rule.words}${detail}`, { advice: rule.advice })
}

/** @param stderr - what the control master said at its end */
export function failureOfLostConnection(address: SshAddress, stderr: string): ActionFailure {
  const said = lastWords(stderr)
  const detail = said === '' ? '' : ` (ssh: ${said})`
  return new ActionFailure('unreachable', `the connection to ${placeOf(address)} was lost${detail}`, {
    advice: 'It is not known how far the command got: look at the target before repeating it.',
  })
}

/** Name and address, when they differ. */
export function placeOf({ target, host }: SshAddress): string {
  return target === host ? target : `${target} (${host})`
}

/** The last line that says something, without decoration. */
function lastWords(stderr: string): string {
  const lines = stderr.split(/[\r\n]+/).map((line) => line.trim())
  const telling = lines.filter(
    (line) => line !== '' && !/^@+$/.test(line) && !/^(Warning: Permanently|mux_|Shared)/.test(line),
  )
  // What the first hop says explains what the last one says.
  const cause = telling.find((line) =>
    /denied|refused|resolve|verification|timed out|No route|unreachable|exchange_identification/i.test(line),
  )
  return (cause ?? telling.at(-1) ?? '').replace(/^ssh: /, '').slice(0, 300)
}
