/**
 * Long work of apt on a target, under a marker: it goes on when the connection breaks, and asking again attaches to it.
 */
import type { JsonObject } from '../../base/json.ts'
import { type ActionContext, ActionFailure } from '../../ports/executor.ts'
import { decode, makeLineReader, type Sudo } from '../command.ts'
import { type DetachedResult, type DetachedWork, runDetached } from '../ssh/detached.ts'
import { lockSeconds, quietEnvironment, waitingForLock } from './apt-command.ts'
import type { AptEnd } from './apt-failure.ts'
import { addressOf } from './arguments.ts'
import type { Change } from './package-state.ts'

export interface PackageWork {
  readonly action: string
  /** Arguments after the script; the script gets them as `$1` and so on. */
  readonly argv: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly sudo: Sudo | undefined
}

const evidenceBytesMax = 32 << 20

/** Runs a command as work that waits for locks; gives how it ended, whatever the exit code. */
export async function runPackageWork(
  context: ActionContext,
  args: JsonObject,
  work: PackageWork,
): Promise<AptEnd & { readonly attached: boolean }> {
  const progress = progressOf(context)
  const detached: DetachedWork = {
    argv: waitingForLock(lockSeconds(context, args), work.argv),
    env: { ...quietEnvironment, ...work.env },
    ...(work.sudo === undefined ? {} : { sudo: work.sudo }),
    outputBytesMax: evidenceBytesMax,
    onOutput: progress.onOutput,
  }
  const result = await runDetached(context, addressOf(context, work.action), detached)
  progress.end()
  const end = {
    exitCode: result.exitCode,
    stdout: decode(result.stdout),
    stderr: decode(result.stderr),
    attached: result.attached,
  }
  await keepOutput(context, work.action, result)
  if (result.exitCode >= 126) throw notStarted(context, work.action, end)
  return end
}

function notStarted(context: ActionContext, action: string, end: AptEnd): ActionFailure {
  const place = context.target?.name ?? 'the target'
  return new ActionFailure(
    'process',
    `${action} on ${place}: exit code ${end.exitCode}: ${context.hide(end.stderr).trim().slice(0, 300)}`,
    {
      advice:
        end.exitCode === 127
          ? 'A program is missing: is this a Debian host?'
          : 'The work was ended by a signal. debian.dpkg_state tells what it left.',
      outputs: { exit_code: end.exitCode },
    },
  )
}

async function keepOutput(context: ActionContext, action: string, result: DetachedResult): Promise<void> {
  const name = action.replace('.', '-')
  for (const [stream, bytes] of [
    ['stdout', result.stdout],
    ['stderr', result.stderr],
  ] as const) {
    if (bytes.length === 0) continue
    const content = result.truncated ? context.hide(decode(bytes), true) : bytes
    await context.keepEvidence(`${name}-${stream}.txt`, 'text/plain; charset=utf-8', content)
  }
}

const wasMark = 'rollbook-was '
const isMark = 'rollbook-is '

/** Shows the output line by line, without our own lines. */
function progressOf(context: ActionContext): Required<Pick<DetachedWork, 'onOutput'>> & { readonly end: () => void } {
  const show = (line: string): void => {
    if (line.trim() !== '' && !line.startsWith(wasMark) && !line.startsWith(isMark)) context.log(line)
  }
  const readers = { stdout: makeLineReader(show), stderr: makeLineReader(show) }
  return {
    onOutput: (stream, chunk) => readers[stream].push(chunk),
    end() {
      readers.stdout.end()
      readers.stderr.end()
    },
  }
}

/**
 * `$1` option of dpkg about configuration files, `$2` 1 to finish first what was begun, then apt-get and its words. Says
 * at the end which packages have another version or state than before, so that this survives a crash of the engine.
 */
export const changeScript: string = `option=$1
finish=$2
shift 2
list() { dpkg-query -W -f '\${binary:Package} \${Version} \${db:Status-Abbrev}\\n' 2>/dev/null | LC_ALL=C sort; }
before=$(mktemp) && after=$(mktemp) || exit 73
list >"$before"
code=0
if [ "$finish" = 1 ] && [ -n "$(dpkg --audit)" ]; then
  echo "finishing what was begun before"
  dpkg "$option" --configure -a || code=$?
fi
if [ "$code" = 0 ]; then "$@" || code=$?; fi
list >"$after"
LC_ALL=C comm -23 "$before" "$after" | sed 's/^/${wasMark}/'
LC_ALL=C comm -13 "$before" "$after" | sed 's/^/${isMark}/'
rm -f "$before" "$after"
exit "$code"`

/** What {@link changeScript} says at its end. */
export interface Told {
  readonly changes: readonly Change[]
  /** Packages of the same version as before whose unfinished installation has been finished. */
  readonly finished: readonly string[]
}

interface Listed {
  /** Empty when the package is not there. */
  readonly version: string
  readonly isComplete: boolean
}

export function readTold(stdout: string): Told {
  const was = readListed(stdout, wasMark)
  const is = readListed(stdout, isMark)
  const changes = [...new Set([...was.keys(), ...is.keys()])]
    .map((name) => ({ package: name, from: was.get(name)?.version ?? '', to: is.get(name)?.version ?? '' }))
    .filter((change) => change.from !== change.to)
  const finished = [...is].filter(([name, now]) => {
    const before = was.get(name)
    return before !== undefined && before.version === now.version && now.isComplete && !before.isComplete
  })
  return { changes, finished: finished.map(([name]) => name) }
}

function readListed(stdout: string, mark: string): ReadonlyMap<string, Listed> {
  const found = new Map<string, Listed>()
  for (const line of stdout.split('\n')) {
    if (!line.startsWith(mark)) continue
    const [name, version = '', state = ''] = line.slice(mark.length).split(' ')
    const isPresent = !/^.[nc]/.test(state)
    if (name) found.set(name, { version: isPresent ? version : '', isComplete: /^.i$/.test(state) })
  }
  return found
}

/** Output without the lines of {@link changeScript}. */
export function withoutMarks(stdout: string): string {
  return stdout
    .split('\n')
    .filter((line) => !line.startsWith(wasMark) && !line.startsWith(isMark))
    .join('\n')
}
