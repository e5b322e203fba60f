import type { FailureClass } from '../../base/failure.ts'
import { type ActionContext, ActionFailure } from '../../ports/executor.ts'
import { lastLine } from '../wording.ts'
import { lockedExit } from './apt-command.ts'

interface Rule {
  readonly pattern: RegExp
  readonly class: FailureClass
  readonly advice: string
}

/**
 * What apt and dpkg say when they fail, first match wins. The messages are those of LC_ALL=C in apt 1.8 to 3.0.
 *
 * No rule gives `unreachable` or `timeout`: those mean that we lost the target. A repository that the target cannot
 * reach is a precondition that does not hold, so `not_ready`.
 */
const rules: readonly Rule[] = [
  {
    pattern: /Permission denied|are you root\?|requires superuser privilege|Unable to acquire .* are you root/i,
    class: 'refused',
    advice: 'Only root may do this. Give the step `sudo`, or log in as root.',
  },
  {
    pattern: /Held packages were changed/i,
    class: 'refused',
    advice: 'A package is held back on purpose. Use debian.unhold after asking who held it, or `allow_held`.',
  },
  {
    pattern: /Packages need to be removed but remove is disabled/i,
    class: 'refused',
    advice: 'Look at a dry run for what would go; then set `allow_remove`, or name other versions.',
  },
  {
    pattern: /Packages were downgraded and -y was used/i,
    class: 'refused',
    advice: 'An older version was asked for. Set `allow_downgrade` when the product can go back.',
  },
  {
    pattern: /Release file .* is (expired|not valid yet)/i,
    class: 'refused',
    advice: 'The lists of the repository are too old or from the future: check the mirror and the clock of the target.',
  },
  {
    pattern:
      /NO_PUBKEY|BADSIG|EXPKEYSIG|REVKEYSIG|is not signed|signatures (couldn't be verified|were invalid)|clearsigned file isn't valid|cannot be authenticated|were not authenticated|Missing key [0-9A-F]{8}/i,
    class: 'refused',
    advice:
      'The signature of a repository does not fit the key that the target trusts. Do not go on before its owner has explained why.',
  },
  {
    pattern: /Hash Sum mismatch|has unexpected size|Mirror sync in progress/i,
    class: 'refused',
    advice:
      'A file is not the one that the signed list names. Update the lists and try again; if it stays, the mirror is broken.',
  },
  {
    pattern: /enough free space|No space left on device|Disk quota exceeded/i,
    class: 'not_ready',
    advice: 'Free disk space on the target, for example with apt-get clean, then run the step again.',
  },
  {
    pattern: /404\s+Not Found/i,
    class: 'not_ready',
    advice: 'The repository has lost a file that the lists name. Run debian.update_lists, then try again.',
  },
  {
    pattern:
      /Could not resolve|failure resolving|Connection refused|Could not connect|Unable to connect|timed out|Connection (failed|reset|closed)|Network is unreachable|No route to host|Error reading from server|Undetermined Error|\b50[0-9]\s+[A-Z]|Failed to fetch|index files failed to download/i,
    class: 'not_ready',
    advice: 'The target does not get to a repository. Look with debian.repository_reachable which flow is closed.',
  },
  {
    pattern:
      /Unable to locate package|has no installation candidate|Version '.*' for '.*' was not found|no packages found matching/i,
    class: 'refused',
    advice: 'No repository of the target has it. Run debian.update_lists, and check name, version and sources.',
  },
  {
    pattern: /dpkg was interrupted/i,
    class: 'process',
    advice:
      'An earlier installation was cut off. Run the step with `finish_interrupted`, or dpkg --configure -a by hand.',
  },
  {
    pattern: /unmet dependencies|held broken packages|Unable to correct problems|pkgProblemResolver/i,
    class: 'refused',
    advice: 'The packages do not fit together. Look at a dry run, and at what is held back.',
  },
  {
    pattern:
      /returned error exit status|maintainer script|post-installation|pre-installation|post-removal|pre-removal/i,
    class: 'process',
    advice:
      'A script of a package failed, and packages may be half configured: debian.dpkg_state names them. Cure the cause, then run the step again; it finishes what was begun.',
  },
]

export interface AptEnd {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** True when dpkg has begun to change packages. */
export function hasBegun(stdout: string): boolean {
  return /^(Preparing to unpack|Unpacking|Setting up|Removing|Purging|Processing triggers) /m.test(stdout)
}

/** True when apt has begun to fetch: lists or the cache are others than before. */
export function hasFetched(stdout: string): boolean {
  return /^Get:\d+ /m.test(stdout)
}

/** Class and advice of what was said; `undefined` when no rule knows it. */
export function classifyApt(output: string): { readonly class: FailureClass; readonly advice: string } | undefined {
  return rules.find(({ pattern }) => pattern.test(output))
}

/**
 * The failure that apt or dpkg ended with.
 *
 * @param isDone - something of what was asked for is done, whatever dpkg says
 */
export function aptFailure(context: ActionContext, what: string, end: AptEnd, isDone = false): ActionFailure {
  const place = context.target?.name ?? 'control'
  const stderr = context.hide(end.stderr)
  const outputs = { exit_code: end.exitCode, errors: errorLines(stderr) }
  if (end.exitCode === lockedExit) {
    const holder = /held by process \d+(?: \([^)]*\))?/.exec(stderr)?.[0]
    const who = holder === undefined ? '' : ` (${holder})`
    return new ActionFailure('not_ready', `${what} on ${place}: another process holds the lock of apt or dpkg${who}`, {
      advice: 'Wait until it has ended, or give the step more time. Never delete the lock.',
      outputs,
      notApplied: !isDone && !hasBegun(end.stdout),
    })
  }
  const begun = hasBegun(end.stdout)
  const known = classifyApt(`${end.stderr}\n${end.stdout}`)
  // What dpkg has begun is no missing precondition any more: something on the target has changed.
  const failureClass = known === undefined || (begun && known.class === 'not_ready') ? 'process' : known.class
  return new ActionFailure(
    failureClass,
    `${what} on ${place}: exit code ${end.exitCode}: ${tellingLine(stderr, context.hide(end.stdout))}`,
    {
      advice: known?.advice ?? 'Read the whole output in the evidence of this step.',
      outputs,
      notApplied: !begun && !isDone,
    },
  )
}

function errorLines(stderr: string): string[] {
  return stderr
    .split('\n')
    .filter((line) => /^(E|W|Err|dpkg):/.test(line))
    .map((line) => line.slice(0, 500))
    .slice(0, 50)
}

function tellingLine(stderr: string, stdout: string): string {
  const lines = `${stdout}\n${stderr}`.split('\n').map((line) => line.trim())
  const script = lines.find((line) => /^dpkg: error processing/.test(line))
  const first =
    lines.find((line) => /^E: (?!Sub-process|Some index files)/.test(line)) ??
    lines.find((line) => /^(E|W):/.test(line))
  return lastLine(script ?? first ?? (stderr || stdout))
}
