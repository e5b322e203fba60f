import type { JsonObject } from '../../base/json.ts'
import { type ActionContext, ActionFailure } from '../../ports/executor.ts'
import { durationMs, isSet, optionalText, wholeNumber, wrong } from '../arguments.ts'
import { type CommandResult, decode, runCommand, type Sudo, shell } from '../command.ts'

/** What makes apt, dpkg and debconf silent, in English, and needrestart leave services alone. */
export const quietEnvironment: Readonly<Record<string, string>> = {
  DEBIAN_FRONTEND: 'noninteractive',
  DEBCONF_NONINTERACTIVE_SEEN: 'true',
  APT_LISTCHANGES_FRONTEND: 'none',
  NEEDRESTART_MODE: 'l',
  LC_ALL: 'C.UTF-8',
}

export type ConffilePolicy = 'keep' | 'replace'

export function conffilePolicy(args: JsonObject): ConffilePolicy {
  const value = optionalText(args, 'conffiles') ?? 'keep'
  if (value !== 'keep' && value !== 'replace') throw wrong('conffiles', '`keep` or `replace`')
  return value
}

/** Options of dpkg and ucf that decide about changed configuration files without a question. */
export function conffileOption(policy: ConffilePolicy): string {
  return policy === 'keep' ? '--force-confold' : '--force-confnew'
}

export function conffileEnvironment(policy: ConffilePolicy): Readonly<Record<string, string>> {
  return policy === 'keep' ? { UCF_FORCE_CONFFOLD: '1' } : { UCF_FORCE_CONFFNEW: '1' }
}

/** `-o Name=value` for how files are fetched. */
export function fetchOptions(args: JsonObject): readonly string[] {
  const seconds = Math.max(1, Math.ceil(durationMs(args, 'fetch_timeout', 30_000) / 1000))
  const retries = wholeNumber(args, 'fetch_retries') ?? 3
  return [
    '-o',
    `Acquire::http::Timeout=${seconds}`,
    '-o',
    `Acquire::https::Timeout=${seconds}`,
    '-o',
    `Acquire::Retries=${retries}`,
  ]
}

/** Words that let apt do more than it does by itself. */
export function allowOptions(args: JsonObject): readonly string[] {
  return [
    ...(isSet(args, 'allow_remove') ? [] : ['--no-remove']),
    ...(isSet(args, 'allow_downgrade') ? ['--allow-downgrades'] : []),
    ...(isSet(args, 'allow_held') ? ['--allow-change-held-packages'] : []),
  ]
}

/** The exit code of {@link lockScript} when somebody else held the lock until the end (EX_TEMPFAIL). */
export const lockedExit = 75

/** Time that is left for telling about a lock before the deadline comes. */
const reserveMs = 4000

/** Whole seconds for which a lock may be waited for, so that there is an answer before the deadline. */
export function lockSeconds(context: ActionContext, args: JsonObject): number {
  const wanted = durationMs(args, 'lock_timeout', Number.POSITIVE_INFINITY)
  return Math.max(0, Math.floor(Math.min(wanted, context.deadlineMs - reserveMs) / 1000))
}

/**
 * `$1` seconds, then a command. Runs it, and again every half second as long as it only fails because another process
 * holds a lock of apt or dpkg. Standard error comes whole when the command has ended.
 */
export const lockScript: string = `limit=$1
shift
begun=$(date +%s)
said=$(mktemp "\${TMPDIR:-/tmp}/rollbook-apt.XXXXXX") || exit 73
trap 'rm -f "$said"' EXIT
trap 'exit 143' TERM
attempt() { "$@" 2>"$said"; }
told=
while :; do
  attempt "$@"
  code=$?
  [ "$code" = 0 ] && break
  # Whoever may not open the lock would wait for ever.
  grep -Eq 'Permission denied|are you root' "$said" && break
  grep -Eq 'Could not get lock|Unable to acquire the dpkg frontend lock|frontend lock (is|was) locked|Unable to lock (the administration )?directory|lock(ed)? by another process|is another process using it' "$said" || break
  if [ $(($(date +%s) - begun)) -ge "$limit" ]; then code=${lockedExit}; break; fi
  [ -n "$told" ] || { grep -Eo 'held by process [0-9]+( \\([^)]*\\))?' "$said" | sed -n '1s/^/waiting for a lock /p'; told=yes; }
  sleep 0.5
done
cat "$said" >&2
exit "$code"`

/** A command under {@link lockScript}. */
export function waitingForLock(seconds: number, argv: readonly string[]): readonly [string, ...string[]] {
  return shell(lockScript, String(seconds), ...argv)
}

export interface HostCommand {
  readonly argv: readonly [string, ...string[]]
  readonly sudo: Sudo | undefined
  readonly timeoutMs?: number
  readonly env?: Readonly<Record<string, string>>
}

export interface HostAnswer {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  /** Both streams were shorter than what is kept of them. */
  readonly isWhole: boolean
}

/**
 * Runs a short command on the target; any exit code is an answer.
 *
 * @throws ActionFailure as SSH does, and `process` when a signal ended the command
 */
export async function askHost(context: ActionContext, command: HostCommand): Promise<HostAnswer> {
  const { sudo } = command
  const result = await runCommand(context, {
    argv: command.argv,
    env: { ...quietEnvironment, ...command.env },
    ...(sudo === undefined ? {} : { sudo }),
    timeoutMs: Math.min(command.timeoutMs ?? 60_000, context.deadlineMs),
    outputBytesMax: 8 << 20,
  })
  return answerOf(context, command.argv, result)
}

function answerOf(context: ActionContext, argv: readonly string[], result: CommandResult): HostAnswer {
  if (result.exitCode === null) {
    throw new ActionFailure('process', `${argv[0]} was ended by ${result.killedBy ?? 'a signal'}`, {
      advice: `Somebody or something on ${context.target?.name ?? 'the host'} ended it. Look at its logs.`,
    })
  }
  return {
    exitCode: result.exitCode,
    stdout: decode(result.stdout),
    stderr: decode(result.stderr),
    isWhole: !result.truncated,
  }
}
