import type { Action, ActionContext } from '../../ports/executor.ts'
import { isSet, optionalText, requiredText, timeoutMsOf } from '../arguments.ts'
import { readsOnly } from '../capabilities.ts'
import { commandFailed, decode, runCommand, type Sudo, sudoOf } from '../command.ts'
import { lookAtFile } from '../file-state.ts'
import { flag, object, text, whole } from '../schema.ts'
import { sudoSchema } from '../sudo-schema.ts'
import { patternProblems, textConditions, unmetConditions } from '../text-condition.ts'
import { shown } from '../wording.ts'
import { timeout, timeoutMsDefault, verdict } from './verdict.ts'

/** Largest part of a file that conditions on its text look at, bytes. */
const contentBytesMax = 1 << 20

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
    const state = await lookAtFile(context, path, {
      timeoutMs,
      withHash: wantedHash !== undefined,
      ...(sudo === undefined ? {} : { sudo }),
    })
    const found = {
      exists: state.kind !== 'missing',
      kind: state.kind,
      mode: (state.mode ?? 0).toString(8).padStart(4, '0'),
      bytes: state.bytes ?? 0,
      ...(state.sha256 === undefined ? {} : { sha256: state.sha256 }),
    }
    if (!found.exists || !isSet(args, 'exists', true)) {
      return verdict(
        found.exists === isSet(args, 'exists', true),
        found.exists ? `${path} exists` : `${path} does not exist`,
        found.exists ? found : { exists: false },
      )
    }
    const kind = optionalText(args, 'kind')
    const mode = optionalText(args, 'mode')
    const wantsText = ['contains', 'not_contains', 'matches'].some((name) => args[name] !== undefined)
    const problems = [
      ...(kind !== undefined && found.kind !== kind ? [`is a ${found.kind}, not a ${kind}`] : []),
      ...(mode !== undefined && Number.parseInt(mode, 8) !== state.mode ? [`has mode ${found.mode}, not ${mode}`] : []),
      ...(wantedHash !== undefined && found.sha256 !== wantedHash ? ['has another SHA-256'] : []),
      ...(wantsText ? unmetConditions(args, await readText(context, path, sudo, timeoutMs), 'its text') : []),
    ]
    const summary = problems.length === 0 ? `${path} is as expected` : `${path}: ${problems.join('; ')}`
    return verdict(problems.length === 0, summary, found)
  },
}

async function readText(
  context: ActionContext,
  path: string,
  sudo: Sudo | undefined,
  timeoutMs: number,
): Promise<string> {
  const result = await runCommand(context, {
    argv: ['head', '-c', String(contentBytesMax), '--', path],
    ...(sudo === undefined ? {} : { sudo }),
    timeoutMs,
    outputBytesMax: contentBytesMax,
  })
  if (result.exitCode !== 0) throw commandFailed(context, `reading ${path}`, result)
  return decode(result.stdout)
}
