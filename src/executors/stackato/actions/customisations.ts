import type { Json, JsonObject } from '../../../base/json.ts'
import { type Action, type ActionContext, ActionFailure, textOf } from '../../../ports/executor.ts'
import { list, object, text, whole } from '../../schema.ts'
import { failureOf, loginShell, runOnHost } from '../kato.ts'
import { minute, reads, sets } from './capabilities.ts'
import { archiveOf } from './data-export.ts'

/** Where an upgrade deletes, undoes or overwrites what people changed. */
const pathsDefault = ['/s/etc', '/s/static', '/s/code/aok', '/s/code/console'] as const

const archive = text('Archive', 'Absolute path of the archive on the node.', {
  pattern: '^/[^\\n]*\\.tgz$',
  default: '/home/stackato/customisations-before-upgrade.tgz',
})
const archiveDefault = '/home/stackato/customisations-before-upgrade.tgz'
const path = { type: 'string', pattern: '^/[^\\n]+$' } as const
const paths = list('Paths', 'Folders and files to look at. Add what else was changed below `/s/code`.', path, {
  default: [...pathsDefault],
})
const fileList = (title: string, description: string): JsonObject => list(title, description, { type: 'string' })

export const customisationsSave: Action = {
  name: 'stackato.customisations_save',
  title: 'Save customised files of a node',
  description:
    'Packs `/s/etc`, `/s/static`, `/s/code/aok` and `/s/code/console` (or other paths) into an archive outside `/s`, checks that it can be read to its end, and keeps a list of all files with their checksums beside it and as evidence. The upgrade deletes or undoes changes there. Copy the archive away from the node as well.',
  with: object({ archive, paths }),
  outputs: object(
    {
      file: text('File', 'Path of the archive on the node.'),
      bytes: whole('Size', 'Size of the archive, bytes.'),
      sha256: text('Checksum', 'SHA-256 of the archive.'),
      entries: whole('Entries', 'Files and folders in the archive.'),
    },
    ['file', 'bytes', 'sha256', 'entries'],
  ),
  capabilities: { ...sets, idempotent: true },
  duration: { expected_ms: 20_000, worst_ms: 10 * minute },
  runs_on: 'target',
  example: {},
  describe: (args) => `tar -czf ${fileOf(args)} ${pathsOf(args).join(' ')}`,
  perform: async (context, args) => {
    const script = `umask 077; file=$1 effect=$2; shift 2
find "$@" -type f -exec sha256sum {} + | sort -k 2 >"$file.list.part" || exit 1
tar -czf "$file.part" "$@" 2>"$file.log" || { cat "$file.log" >&2; exit 1; }
rm -f "$file.log"; mv -f "$file.list.part" "$file.list" && mv -f "$file.part" "$file" && printf '%s\\n' "$effect" >"$file.effect" && cat "$file.list"`
    const output = await shellOn(context, script, [fileOf(args), context.effect, ...pathsOf(args)])
    if (output.exitCode !== 0) throw failureOf('saving customised files', output)
    await context.keepEvidence('customisations.sha256', 'text/plain', output.stdout)
    const outputs = await archiveOf(context, fileOf(args))
    return { outputs, summary: `${outputs['entries']} entries saved`, changed: true }
  },
  probe: async (context, args) => {
    // An archive of that name may be one of last month.
    const script = '[ -s "$1" ] && [ -s "$1.list" ] && [ "$(cat "$1.effect" 2>/dev/null)" = "$2" ]'
    const there = await shellOn(context, script, [fileOf(args), context.effect])
    if (there.exitCode !== 0) return { state: 'not_applied', summary: 'there is no archive of this step' }
    return { state: 'applied', summary: 'the archive is there', outputs: await archiveOf(context, fileOf(args)) }
  },
}

/** Lines of the list for the files that are named; a line is 64 digits, two characters, and the path. */
const someOfList =
  'list=$1.list; shift; [ -e "$list" ] || exit 1; printf "%s\\n" "$@" | awk \'NR == FNR { want[$0]; next } substr($0, 67) in want\' - "$list"'

export const customisationsCompare: Action = {
  name: 'stackato.customisations_compare',
  title: 'Compare files with those saved before',
  description:
    'Compares the files of the node with the list that `stackato.customisations_save` kept: what is gone, what has another content, what is new. Which of these are customisations and which came with the release is for a person to say, so name the customised ones in `files` to compare only these; new files below `/s/etc` and `/s/static` survive an upgrade unless a name clashes, edits do not.',
  with: object({
    archive,
    paths,
    files: list(
      'Files',
      'Compare only these files, also when the list is empty. Without it all saved files are compared.',
      path,
    ),
  }),
  outputs: object(
    {
      gone: fileList('Gone', 'Files that were there and are not.'),
      different: fileList('Different', 'Files whose content is another one.'),
      new: fileList('New', 'Files that were not there.'),
    },
    ['gone', 'different', 'new'],
  ),
  capabilities: reads,
  duration: { expected_ms: 10_000, worst_ms: 5 * minute },
  runs_on: 'target',
  example: {},
  describe: (args) => `compare ${pathsOf(args).join(' ')} with ${fileOf(args)}.list`,
  perform: async (context, args) => {
    const only = Array.isArray(args['files']) ? args['files'].map(String) : undefined
    const before = await shellOn(context, only ? someOfList : 'cat "$1.list"', [fileOf(args), ...(only ?? [])])
    if (before.exitCode !== 0) {
      throw new ActionFailure('not_ready', `there is no list beside ${fileOf(args)}`, {
        advice: 'Run stackato.customisations_save before the upgrade.',
      })
    }
    const now = only
      ? await shellOn(context, 'for file; do [ ! -f "$file" ] || sha256sum "$file"; done', only)
      : await shellOn(context, 'find "$@" -type f -exec sha256sum {} + | sort -k 2', pathsOf(args))
    const [old, current] = [readSums(before.stdout), readSums(now.stdout)]
    const gone = [...old.keys()].filter((file) => !current.has(file))
    const different = [...old]
      .filter(([file, sum]) => current.has(file) && current.get(file) !== sum)
      .map(([file]) => file)
    const added = [...current.keys()].filter((file) => !old.has(file))
    const report = [
      ...gone.map((file) => `gone       ${file}`),
      ...different.map((file) => `different  ${file}`),
      ...added.map((file) => `new        ${file}`),
    ]
    await context.keepEvidence('customisations-compared.txt', 'text/plain', `${report.join('\n')}\n`)
    return {
      outputs: { gone, different, new: added },
      summary: `${gone.length} gone, ${different.length} different, ${added.length} new`,
      changed: false,
    }
  },
}

export const customisationsRestore: Action = {
  name: 'stackato.customisations_restore',
  title: 'Put saved files back',
  description:
    'Takes named files out of the archive of `stackato.customisations_save` and puts them back where they were, with their modes; what stands there now, when it is something else, is kept beside it as `<name>.before-restore`. Nothing else is touched: what was edited should be merged and tested on another system first.',
  with: object(
    {
      archive,
      files: list('Files', 'Absolute paths of the files to put back.', path, { minItems: 1 }),
    },
    ['files'],
  ),
  outputs: object({ files: fileList('Files', 'Files that were put back.') }, ['files']),
  capabilities: { ...sets, idempotent: true, probe: false },
  duration: { expected_ms: 10_000, worst_ms: 5 * minute },
  runs_on: 'target',
  example: { files: ['/s/etc/company/ldap.yaml'] },
  describe: (args) => `tar -xzf ${fileOf(args)} -C / ${filesOf(args).join(' ')}`,
  perform: async (context, args) => {
    const script = `file=$1; shift
for path in "$@"; do
  if [ -e "$path" ] && [ ! -e "$path.before-restore" ] && ! tar -xzOf "$file" -- "\${path#/}" | cmp -s - "$path"; then
    cp -p "$path" "$path.before-restore" || exit 1
  fi
  tar -xzpf "$file" -C / -- "\${path#/}" || exit 1
done
echo "put back"`
    const files = filesOf(args)
    const output = await shellOn(context, script, [fileOf(args), ...files])
    if (output.exitCode !== 0 || output.stdout.trim() !== 'put back') throw failureOf('putting files back', output)
    return { outputs: { files: [...files] }, summary: `${files.length} files put back`, changed: true }
  },
}

function shellOn(context: ActionContext, script: string, args: readonly string[]): ReturnType<typeof runOnHost> {
  return runOnHost(context, loginShell(['sh', '-c', script, 'sh', ...args]), { outputBytesMax: 16_000_000 })
}

function fileOf(args: JsonObject): string {
  return textOf(args['archive'] ?? archiveDefault, 'archive')
}

function pathsOf(args: JsonObject): readonly string[] {
  return texts(args['paths']) ?? pathsDefault
}

function filesOf(args: JsonObject): readonly string[] {
  return texts(args['files']) ?? []
}

function texts(value: Json | undefined): readonly string[] | undefined {
  return Array.isArray(value) && value.length > 0 ? value.map(String) : undefined
}

/**
 * Reads `<sha256>  <path>` lines.
 *
 * @throws ActionFailure `process` at a line that is something else: what cannot be read must not count as gone
 */
function readSums(output: string): ReadonlyMap<string, string> {
  return new Map(
    output.split('\n').flatMap((line) => {
      if (line === '') return []
      const match = /^\\?([0-9a-f]{64})\s+\*?(.+)$/.exec(line)
      if (!match)
        throw new ActionFailure('process', 'the sums of the files cannot be read', {
          advice: 'Look at the list beside the archive.',
        })
      return [[match[2]!, match[1]!] as const]
    }),
  )
}
