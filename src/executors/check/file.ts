import { type Action, type ActionContext, ActionFailure } from '../../ports/executor.ts'
import { isSet, optionalText, requiredText, timeoutMsOf } from '../arguments.ts'
import { readsOnly } from '../capabilities.ts'
import { commandFailed, decode, runCommand, type Sudo, shell, sudoOf } from '../command.ts'
import { flag, object, text, whole } from '../schema.ts'
import { sudoSchema } from '../sudo-schema.ts'
import { patternProblems, textConditions, unmetConditions } from '../text-condition.ts'
import { shown } from '../wording.ts'
import { timeout, timeoutMsDefault, verdict } from './verdict.ts'

/** Largest part of a file that conditions on its text look at, bytes. */
const contentBytesMax = 1 << 20

/** Prints `kind mode bytes`, then the hash when asked for. GNU and busybox first, BSD second. */
const lookScript = `[ -e "$1" ] || [ -L "$1" ] || { echo missing; exit 0; }
if [ -d "$1" ]; then kind=folder; elif [ -f "$1" ]; then kind=file; else kind=other; fi
mode=$(stat -L -c '%a %s' "$1" 2>/dev/null || stat -L -f '%Lp %z' "$1") || exit 1
echo "$kind $mode"
[ "$2" = 1 ] && [ $kind = file ] && { sha256sum <"$1" 2>/dev/null || shasum -a 256 <"$1"; }
exit 0`

export const file: Action = {
  name: 'check.file',
  title: 'Check a file',
  description:
    'Looks at a file on the target, or on control: that it exists (or does not), its mode, its SHA-256, its text. Conditions on the text look at the first 1 MiB.',
  with: object(
    {
      path: text('Path', 'Full path of the file.'),
      exists: flag('Exists', 'Whether it must exist.', { default: true }),
      kind: text('Kind', 'What it must be.', { enum: ['file', 'folder'] }),
      mode: text('Mode', 'Permissions it must have, in octal digits.', { pattern: '^[0-7]{3,4}$', examples: ['0440'] }),
      sha256: text('SHA-256', '64 hexadecimal digits that it must have.', { pattern: '^[0-9a-fA-F]{64}$' }),
      ...textConditions,
      sudo: sudoSchema,
      timeout,
    },
    ['path'],
  ),
  outputs: object(
    {
      exists: flag('Exists', 'Whether there is something at the path.'),
      kind: text('Kind', 'file, folder or other.'),
      mode: text('Mode', 'Permissions in octal digits.'),
      bytes: whole('Size', 'Size in bytes.'),
      sha256: text('SHA-256', '64 hexadecimal digits, when it was asked for.'),
    },
    ['exists'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 1000, worst_ms: timeoutMsDefault },
  runs_on: 'both',
  example: { path: '/etc/sudoers.d/upgrade', mode: '0440', contains: ['NOPASSWD'] },
  describe: (args) => (args['exists'] === false ? `no file at ${shown(args['path'])}` : `file ${shown(args['path'])}`),
  check: (args) => patternProblems(args, 'matches'),
  async perform(context, args) {
    const path = requiredText(args, 'path')
    const sudo = await sudoOf(context, args)
    const timeoutMs = timeoutMsOf(context, args, timeoutMsDefault)
    const wantedHash = optionalText(args, 'sha256')?.toLowerCase()
    const found = await look(context, path, wantedHash !== undefined, sudo, timeoutMs)
    if (!found.exists || !isSet(args, 'exists', true)) {
      return verdict(
        found.exists === isSet(args, 'exists', true),
        found.exists ? `${path} exists` : `${path} does not exist`,
        { ...found },
      )
    }
    const kind = optionalText(args, 'kind')
    const mode = optionalText(args, 'mode')
    const wantsText = ['contains', 'not_contains', 'matches'].some((name) => args[name] !== undefined)
    const problems = [
      ...(kind !== undefined && found.kind !== kind ? [`is a ${found.kind}, not a ${kind}`] : []),
      ...(mode !== undefined && Number.parseInt(mode, 8) !== Number.parseInt(found.mode ?? '', 8)
        ? [`has mode ${found.mode}, not ${mode}`]
        : []),
      ...(wantedHash !== undefined && found.sha256 !== wantedHash ? ['has another SHA-256'] : []),
      ...(wantsText ? unmetConditions(args, await readText(context, path, sudo, timeoutMs), 'its text') : []),
    ]
    const summary = problems.length === 0 ? `${path} is as expected` : `${path}: ${problems.join('; ')}`
    return verdict(problems.length === 0, summary, { ...found })
  },
}

interface Found {
  readonly exists: boolean
  readonly kind?: string
  readonly mode?: string
  readonly bytes?: number
  readonly sha256?: string
}

async function look(
  context: ActionContext,
  path: string,
  withHash: boolean,
  sudo: Sudo | undefined,
  timeoutMs: number,
): Promise<Found> {
  const result = await runCommand(context, {
    argv: shell(lookScript, path, withHash ? '1' : '0'),
    ...(sudo === undefined ? {} : { sudo }),
    timeoutMs,
  })
  if (result.exitCode !== 0) throw commandFailed(`looking at ${path}`, result)
  const [first, second] = decode(result.stdout).split('\n')
  if (first === 'missing') return { exists: false }
  const match = /^(file|folder|other) ([0-7]+) (\d+)$/.exec(first ?? '')
  if (!match) throw new ActionFailure('process', `what the target says of ${path} cannot be read`)
  const hash = /^[0-9a-f]{64}/.exec(second ?? '')?.[0]
  if (withHash && match[1] === 'file' && hash === undefined) {
    throw new ActionFailure(
      'process',
      `the SHA-256 of ${path} could not be made: it cannot be read, or sha256sum is missing`,
    )
  }
  return {
    exists: true,
    kind: match[1]!,
    mode: match[2]!.padStart(4, '0'),
    bytes: Number(match[3]),
    ...(hash === undefined ? {} : { sha256: hash }),
  }
}

async function readText(
  context: ActionContext,
  path: string,
  sudo: Sudo | undefined,
  timeoutMs: number,
): Promise<string> {
  const result = await runCommand(context, {
    argv: ['head', '-c', String(contentBytesMax), path],
    ...(sudo === undefined ? {} : { sudo }),
    timeoutMs,
    outputBytesMax: contentBytesMax,
  })
  if (result.exitCode !== 0) throw commandFailed(`reading ${path}`, result)
  return decode(result.stdout)
}
