import { isJsonObject, type Json, type JsonObject } from '../../../base/json.ts'
import { formatSize } from '../../../base/size.ts'
import { type Action, type ActionContext, ActionFailure, type ProbeResult } from '../../../ports/executor.ts'
import { commandOf, isSet, optionalText, requiredText, revealMap, textList, wrong } from '../../arguments.ts'
import { type Sudo, shell, sudoOf } from '../../command.ts'
import { argv, environment, flag, list, object, text, whole } from '../../schema.ts'
import { probeDetached } from '../../ssh/detached.ts'
import { sudoSchema } from '../../sudo-schema.ts'
import { shown, shownCommand } from '../../wording.ts'
import { askHost } from '../apt-command.ts'
import { addressOf } from '../arguments.ts'
import { backupScript, lookScript } from '../backup-script.ts'
import { runPackageWork } from '../package-work.ts'
import { minute } from './capabilities.ts'

const name = 'debian.backup'
const folderDefault = '/var/backups/rollbook'

export const backup: Action = {
  name,
  title: 'Back up files, databases and the list of packages',
  description:
    'Writes one archive on the target with the given paths, with what the given commands print (a dump of a database, local or external), and with the list of packages, their versions and holds, and the package sources. The archive is read back and gets a checksum before it takes its name, so that a file of that name is whole. Too little space is told before anything is written. A command that fails, fails the backup. Copy the archive to another machine with `file.fetch`.',
  with: object(
    {
      name: text('Name', 'Name of the archive, without its ending.', { pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' }),
      paths: list('Paths', 'Files and folders, full paths.', text('Path', 'Has to exist.', { pattern: '^/' })),
      dumps: list(
        'Dumps',
        'Commands whose output belongs into the archive.',
        object(
          {
            name: text('Name', 'Name of the file in the archive.', { pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' }),
            command: argv('Command', 'Prints the dump on standard output. Never a secret: use `env`.'),
          },
          ['name', 'command'],
        ),
      ),
      env: environment,
      folder: text('Folder', 'Where the archive is written; made when it is missing.', {
        pattern: '^/',
        default: folderDefault,
      }),
      allow_changes: flag('Files may change', 'Files that change while they are read are no failure.', {
        default: false,
      }),
      sudo: sudoSchema,
    },
    ['name'],
  ),
  outputs: object(
    {
      file: text('File', 'Full path of the archive.'),
      bytes: whole('Bytes', 'Its size.'),
      sha256: text('SHA-256', '64 hexadecimal digits.'),
      entries: whole('Entries', 'Number of files and folders in it.'),
    },
    ['file', 'bytes', 'sha256', 'entries'],
  ),
  capabilities: {
    effect: 'change',
    idempotent: true,
    probe: true,
    dry_run: true,
    reversible: false,
    resumable: true,
    // The archive is what a back-out needs: nobody wants it taken away.
    leaves_nothing_to_undo: true,
  },
  duration: { expected_ms: 5 * minute, worst_ms: 60 * minute },
  runs_on: 'target',
  example: {
    name: 'before-upgrade',
    paths: ['/etc/nginx', '/srv/www'],
    dumps: [{ name: 'shop.sql', command: ['pg_dump', '--host', 'db.example.org', 'shop'] }],
    sudo: true,
  },
  describe(args) {
    const dumps = dumpsIn(args).map((dump) => shownCommand(dump))
    const parts = [...listIn(args, 'paths').map(shown), ...dumps]
    const file = `${shown(args['folder'] ?? folderDefault)}/${shown(args['name'])}.tar.gz`
    return parts.length === 0 ? `list of packages to ${file}` : `${parts.join(', ')} to ${file}`
  },
  check(args) {
    const names = dumpsIn(args).map((dump) => shown(dump['name']))
    const own = names.filter((each) => ownFiles.includes(each))
    return [
      ...(new Set(names).size === names.length ? [] : ['two dumps have the same name']),
      ...own.map((each) => `the archive has a file \`${each}\` of its own: name the dump otherwise`),
    ]
  },
  async perform(context, args) {
    addressOf(context, name)
    const place = placeOf(args)
    const env = await revealMap(context, args, 'env')
    const end = await runPackageWork(context, args, {
      action: name,
      argv: shell(
        backupScript,
        place.folder,
        place.name,
        context.effect,
        isSet(args, 'allow_changes') ? '1' : '0',
        ...partWords(args),
      ),
      ...(env === undefined ? {} : { env }),
      sudo: await sudoOf(context, args),
    })
    if (end.exitCode !== 0) throw backupFailure(context, end.exitCode, end.stderr)
    const outputs = readArchive(end.stdout)
    if (outputs === undefined) throw unreadable(context)
    return { outputs, summary: `${outputs.file}, ${formatSize(outputs.bytes)}`, changed: true }
  },
  async probe(context, args) {
    return await probeBackup(context, args, await sudoOf(context, args))
  },
  async dryRun(context, args) {
    addressOf(context, name)
    const place = placeOf(args)
    const words = partWords(args)
    const answer = await askHost(context, {
      argv: shell(lookScript, place.folder, place.name, ...words),
      sudo: await sudoOf(context, args),
    })
    if (answer.exitCode !== 0) throw backupFailure(context, answer.exitCode, answer.stderr)
    const kib = Number(/^need=(\d+)$/m.exec(answer.stdout)?.[1] ?? 0)
    return {
      coverage: 'simulated',
      summary: `${formatSize(kib * 1024)} before compression, and there is room; no dump was made`,
    }
  },
}

/** What the archive tells of the packages, beside the dumps. */
const ownFiles: readonly string[] = ['packages.tsv', 'selections', 'holds', 'manual', 'sources']

interface Place {
  readonly folder: string
  readonly name: string
}

function placeOf(args: JsonObject): Place {
  const name = requiredText(args, 'name')
  const folder = optionalText(args, 'folder') ?? folderDefault
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) throw wrong('name', 'a plain file name')
  if (!folder.startsWith('/')) throw wrong('folder', 'a full path')
  return { folder: folder.replace(/\/+$/, '') || '/', name }
}

/** `path P` and `dump NAME COUNT WORD…`, as the scripts read them. */
function partWords(args: JsonObject): readonly string[] {
  const paths = textList(args, 'paths')
  if (paths.some((path) => !path.startsWith('/') || path.includes('\n'))) throw wrong('paths', 'a list of full paths')
  const dumps = dumpsIn(args).flatMap((dump) => {
    const words = commandOf(dump, 'command')
    if (ownFiles.includes(requiredText(dump, 'name')))
      throw wrong('dumps', 'free of the names of the archive’s own files')
    return ['dump', requiredText(dump, 'name'), String(words.length), ...words]
  })
  return [...paths.flatMap((path) => ['path', path]), ...dumps]
}

function dumpsIn(args: JsonObject): readonly JsonObject[] {
  return listIn(args, 'dumps').filter((each) => isJsonObject(each))
}

function listIn(args: JsonObject, key: string): readonly Json[] {
  const value = args[key]
  return Array.isArray(value) ? value : []
}

async function probeBackup(context: ActionContext, args: JsonObject, sudo: Sudo | undefined): Promise<ProbeResult> {
  const marker = await probeDetached(context, addressOf(context, name), {
    ...(sudo === undefined ? {} : { sudo }),
    expectExit: [0],
  })
  if (marker.state === 'running') return marker
  const { folder, name: own } = placeOf(args)
  const answer = await askHost(context, {
    argv: shell(
      `file=$1/$2.tar.gz
[ -e "$file" ] && [ -e "$file.sha256" ] || exit 1
read -r sum effect <"$file.sha256"
[ "$effect" = "$3" ] && [ "$(sha256sum <"$file" | cut -d ' ' -f 1)" = "$sum" ] || exit 1
echo "archive=$sum $(wc -c <"$file") $(tar -tzf "$file" | wc -l) $file"`,
      folder,
      own,
      context.effect,
    ),
    sudo,
    timeoutMs: context.deadlineMs,
  })
  const outputs = answer.exitCode === 0 ? readArchive(answer.stdout) : undefined
  return outputs === undefined
    ? { state: 'not_applied', summary: 'there is no whole archive of this step' }
    : { state: 'applied', summary: `${outputs.file} is whole`, outputs }
}

/** `archive=SUM BYTES ENTRIES FILE` */
function readArchive(
  stdout: string,
): { readonly file: string; readonly bytes: number; readonly sha256: string; readonly entries: number } | undefined {
  const match = /^archive=([0-9a-f]{64}) +(\d+) +(\d+) +(\/.*)$/m.exec(stdout)
  if (!match) return undefined
  return { file: match[4]!, bytes: Number(match[2]), sha256: match[1]!, entries: Number(match[3]) }
}

function backupFailure(context: ActionContext, exitCode: number, stderr: string): ActionFailure {
  const place = context.target?.name ?? 'the target'
  const said = context.hide(stderr).trim().split('\n').at(-1)?.slice(0, 300) ?? ''
  const make = (
    failureClass: 'not_ready' | 'process' | 'refused',
    advice: string,
    notApplied: boolean,
  ): ActionFailure =>
    new ActionFailure(failureClass, `the backup on ${place} failed: ${said || `exit code ${exitCode}`}`, {
      advice,
      notApplied,
      outputs: { exit_code: exitCode },
    })
  switch (exitCode) {
    case 66:
      return make('not_ready', 'Correct `paths`: everything named there has to exist and to be readable.', true)
    case 28:
      return make('not_ready', 'Free disk space, or set `folder` to a place with more of it.', true)
    case 77:
      return make('refused', 'Give the step `sudo`, or a folder that may be written.', true)
    case 70:
      return make('process', 'A command of `dumps` failed. Run it by hand on the target.', false)
    case 71:
      return make(
        'process',
        'Files changed while they were read. Stop what writes them, or set `allow_changes`.',
        false,
      )
    default:
      return make('process', 'Read the whole output in the evidence of this step. No archive took its name.', false)
  }
}

function unreadable(context: ActionContext): ActionFailure {
  return new ActionFailure(
    'process',
    `what the backup on ${context.target?.name ?? 'the target'} printed cannot be read`,
  )
}
