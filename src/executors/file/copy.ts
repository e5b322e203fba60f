import type { JsonObject } from '../../base/json.ts'
import { sha256 } from '../../base/sha256.ts'
import { type Action, type ActionContext, ActionFailure } from '../../ports/executor.ts'
import { isSet, optionalText, requiredText, revealText, timeoutMsOf, wrong } from '../arguments.ts'
import { commandFailed, decode, runCommand, type Sudo, shell, sudoOf } from '../command.ts'
import { type FileState, lookAtFile, sessionOf } from '../file-state.ts'
import { duration, flag, object, secretText, text, whole } from '../schema.ts'
import { markerName } from '../ssh/marker.ts'
import { sudoSchema } from '../sudo-schema.ts'
import { shown } from '../wording.ts'

const timeoutMsDefault = 600_000

/**
 * `$1` path, `$2` backup, `$3` 1 when the content is to be saved. Notes once per effect what was there before: a second
 * delivery would find, and save, the new file.
 */
const noteScript = `umask 077
b=$2
case $b in /*) ;; *) b=\${HOME:-.}/$b ;; esac
if [ -e "$b" ] || [ -e "$b.none" ] || [ -e "$b.kept" ]; then exit 0; fi
mkdir -p "$(dirname "$b")" || exit 1
if [ ! -e "$1" ]; then : >"$b.none"
elif [ "$3" = 1 ]; then cp -p "$1" "$b.part" && mv -f "$b.part" "$b"
else : >"$b.kept"; fi`

/** `$1` backup. Prints its full path, `none` when nothing was there, or an empty line when nothing was saved. */
const recallScript = `b=$1
case $b in /*) ;; *) b=\${HOME:-.}/$b ;; esac
if [ -e "$b" ]; then echo "$b"; elif [ -e "$b.none" ]; then echo none; else echo; fi`

/** `$1` path, `$2` owner, `$3` mode or nothing. A file that changes hands loses its set-user-id bits. */
const giveScript = 'chown -- "$2" "$1" && { [ -z "$3" ] || chmod "$3" "$1"; }'

/** `$1` backup, full path, `$2` path. */
const restoreScript = 'cp -p "$1" "$2.rollbook" && mv -f "$2.rollbook" "$2"'

export const copy: Action = {
  name: 'file.copy',
  title: 'Copy a file to a target',
  description:
    'Copies a file of control, or a given text, to the target: written aside, compared by SHA-256 on both sides, renamed into place. Nothing is done when the target has the same file already. What was there is saved on the target, and put back by the back-out; where nothing was, the back-out removes the file.',
  with: object(
    {
      source: text('Source', 'File on control, full or relative to the runbook.'),
      content: secretText('Content', 'Text to write, instead of `source`. A secret may be a part of it.'),
      path: text('Path', 'Full path of the file on the target. Its folder must exist.'),
      mode: text('Mode', 'Permissions in octal digits. Default: those of the file that is there, else 0644.', {
        pattern: '^[0-7]{3,4}$',
        examples: ['0440'],
      }),
      owner: text('Owner', 'User, or `user:group`, to give the file to; needs `sudo`.'),
      backup: flag('Backup', 'Saves what was there, for the back-out.', { default: true }),
      backup_folder: text('Backup folder', 'Where it is saved on the target, full or relative to the home folder.', {
        default: '.rollbook/backups',
      }),
      sudo: sudoSchema,
      timeout: duration('Timeout', 'Longest time for the whole copy.', { default: '10m' }),
    },
    ['path'],
  ),
  outputs: object(
    {
      path: text('Path', 'Path on the target.'),
      sha256: text('SHA-256', '64 hexadecimal digits of the file that is there now.'),
      bytes: whole('Size', 'Size in bytes.'),
      existed: flag('Existed', 'Whether there was a file before.'),
      backup: text('Backup', 'Where the file that was there is saved; empty when there was none, or the same.'),
    },
    ['path', 'sha256', 'bytes', 'existed', 'backup'],
  ),
  capabilities: { effect: 'change', idempotent: true, probe: true, dry_run: true, reversible: true, resumable: false },
  duration: { expected_ms: 5000, worst_ms: timeoutMsDefault },
  runs_on: 'target',
  example: { source: 'files/upgrade.conf', path: '/etc/upgrade.conf', mode: '0640', sudo: true },
  describe(args, target) {
    const from = args['source'] === undefined ? 'a text' : shown(args['source'])
    return `copy ${from} to ${target === undefined ? '' : `${target.name}:`}${shown(args['path'])}`
  },
  check(args) {
    const count = Number(args['source'] !== undefined) + Number(args['content'] !== undefined)
    return count === 1 ? [] : ['give exactly one of `source` and `content`']
  },
  async perform(context, args) {
    const job = await jobOf(context, args)
    const before = await lookAtFile(context, job.path, job)
    if (before.kind === 'other')
      throw new ActionFailure('process', `${job.path} is no plain file`, { notApplied: true })
    const backup = backupOf(context, args)
    if (before.sha256 === job.sha256 && isAsWanted(before, job)) {
      return {
        outputs: await outputsOf(context, job, backup),
        summary: `${job.path} was there already`,
        changed: false,
      }
    }
    const mustSave = isSet(args, 'backup', true) ? '1' : '0'
    await onTarget(context, job, 'saving what was there', noteScript, job.path, backup, mustSave)
    const session = await sessionOf(context)
    const mode = job.mode ?? before.mode
    const sent = await session.upload(job.content(), job.path, {
      ...(mode === undefined ? {} : { mode }),
      ...(job.sudo === undefined ? {} : { sudo: job.sudo }),
      timeoutMs: job.timeoutMs,
      signal: context.signal,
    })
    if (sent.sha256 !== job.sha256) {
      throw new ActionFailure(
        'process',
        `${job.path} has another SHA-256 than what was sent: the source changed meanwhile`,
      )
    }
    if (job.owner !== undefined) {
      const bits = mode === undefined ? '' : mode.toString(8).padStart(4, '0')
      await onTarget(context, job, 'giving the file away', giveScript, job.path, job.owner, bits)
    }
    const outputs = await outputsOf(context, job, backup)
    return { outputs, summary: `${job.path} was written, ${job.bytes} bytes`, changed: true }
  },
  async probe(context, args) {
    const job = await jobOf(context, args)
    const found = await lookAtFile(context, job.path, job)
    return found.sha256 === job.sha256 && isAsWanted(found, job)
      ? {
          state: 'applied',
          summary: `${job.path} has the SHA-256 of the source`,
          outputs: await outputsOf(context, job, backupOf(context, args)),
        }
      : { state: 'not_applied', summary: `${job.path} is ${howItDiffers(found, job)}` }
  },
  async dryRun(context, args) {
    const job = await jobOf(context, args)
    const found = await lookAtFile(context, job.path, job)
    await onTarget(
      context,
      job,
      'looking whether it could be written',
      'd=$(dirname "$1"); [ -d "$d" ] && [ -w "$d" ] || { echo "$d: missing, or not to be written" >&2; exit 1; }',
      job.path,
    )
    const summary =
      found.kind === 'missing'
        ? `would create ${job.path}, ${job.bytes} bytes`
        : found.sha256 === job.sha256
          ? `${job.path} is there already`
          : `would replace ${job.path}, ${found.bytes} by ${job.bytes} bytes`
    return { coverage: 'checked', summary }
  },
  async undo(context, args, outputs) {
    const job = await placeOf(context, args)
    const backup = optionalText(outputs, 'backup') ?? ''
    if (backup !== '') {
      await onTarget(context, job, 'putting the old file back', restoreScript, backup, job.path)
      return { outputs: {}, summary: `${job.path} is as before`, changed: true }
    }
    if (outputs['existed'] === true) {
      return { outputs: {}, summary: `${job.path} was left as it is: nothing was saved`, changed: false }
    }
    if (outputs['existed'] !== false) {
      throw new ActionFailure('unknown', `it is not known what was at ${job.path} before`, {
        advice: 'Look at the target, and put the file back by hand.',
        notApplied: true,
      })
    }
    await onTarget(context, job, 'removing the file', 'rm -f "$1"', job.path)
    return { outputs: {}, summary: `${job.path} was removed`, changed: true }
  },
}

interface Place {
  readonly path: string
  readonly sudo?: Sudo
  readonly timeoutMs: number
}

interface Job extends Place {
  readonly sha256: string
  readonly bytes: number
  readonly mode: number | undefined
  readonly owner: string | undefined
  readonly content: () => Uint8Array | AsyncIterable<Uint8Array>
}

async function placeOf(context: ActionContext, args: JsonObject): Promise<Place> {
  const sudo = await sudoOf(context, args)
  const path = requiredText(args, 'path')
  if (!path.startsWith('/')) throw wrong('path', 'a full path')
  return { path, timeoutMs: timeoutMsOf(context, args, timeoutMsDefault), ...(sudo === undefined ? {} : { sudo }) }
}

async function jobOf(context: ActionContext, args: JsonObject): Promise<Job> {
  const place = await placeOf(context, args)
  const mode = optionalText(args, 'mode')
  const common = {
    ...place,
    mode: mode === undefined ? undefined : Number.parseInt(mode, 8),
    owner: optionalText(args, 'owner'),
  }
  if (args['content'] !== undefined) {
    const content = new TextEncoder().encode(await revealText(context, args, 'content'))
    return { ...common, sha256: sha256(content), bytes: content.length, content: () => content }
  }
  const source = requiredText(args, 'source')
  const found = await context.ports.files.stat(source)
  if (found === undefined || found.directory) {
    throw new ActionFailure('process', `there is no file ${source} on control`, {
      advice: 'Relative paths start at the folder of the runbook.',
      notApplied: true,
    })
  }
  return {
    ...common,
    sha256: await context.ports.files.sha256(source),
    bytes: found.bytes,
    content: () => context.ports.files.readStream(source),
  }
}

/** What was there before is asked of the target: an earlier delivery of the same effect may have found it. */
async function outputsOf(context: ActionContext, job: Job, backup: string): Promise<JsonObject> {
  const before = (await onTarget(context, job, 'looking at what was saved', recallScript, backup)).trim()
  return {
    path: job.path,
    sha256: job.sha256,
    bytes: job.bytes,
    existed: before !== 'none',
    backup: before === 'none' ? '' : before,
  }
}

function isAsWanted(found: FileState, job: Job): boolean {
  return (job.mode === undefined || found.mode === job.mode) && isOwnerAsWanted(found, job)
}

/** `user`, `user:group`, `:group` or `user:`, which chown takes for the group that the user logs in with. */
function isOwnerAsWanted({ owner }: FileState, job: Job): boolean {
  if (job.owner === undefined) return true
  const [user = '', group = ''] = job.owner.split(':')
  return (
    (user === '' || user === owner?.user || user === owner?.uid) &&
    (group === '' || group === owner?.group || group === owner?.gid)
  )
}

function howItDiffers(found: FileState, job: Job): string {
  if (found.kind === 'missing') return 'missing'
  return found.sha256 === job.sha256 ? 'there with another mode or owner' : 'another file'
}

/** One backup per effect, so that a second delivery finds the first one's. */
function backupOf(context: ActionContext, args: JsonObject): string {
  const folder = optionalText(args, 'backup_folder') ?? '.rollbook/backups'
  return `${folder}/${markerName(context.effect)}`
}

async function onTarget(
  context: ActionContext,
  place: Place,
  what: string,
  script: string,
  ...args: readonly string[]
): Promise<string> {
  const result = await runCommand(context, {
    argv: shell(script, ...args),
    ...(place.sudo === undefined ? {} : { sudo: place.sudo }),
    timeoutMs: place.timeoutMs,
  })
  if (result.exitCode !== 0) throw commandFailed(context, what, result)
  return decode(result.stdout)
}
