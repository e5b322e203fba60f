import { type Action, type ActionContext, ActionFailure, textOf } from '../../../ports/executor.ts'
import { object, text } from '../../schema.ts'
import { minute, sets } from '../actions/capabilities.ts'
import { failureOf, runOnHost } from '../kato.ts'
import { sudoWorks } from '../sudo-state.ts'

const file = '/s/code/sentinel/daemon/config/config.yml'

export const cacheDir: Action = {
  name: 'stackato.cache_dir',
  title: 'Move the download cache',
  description: `Points \`cache_dir\` in \`${file}\` of the cache node at a folder with more space, for example on a file system that was mounted for this, and restarts \`sentinel-d\`. The folder must exist. Undoing points it back.`,
  with: object(
    { directory: text('Folder', 'Absolute path of the folder on the cache node.', { pattern: '^/[A-Za-z0-9._/-]+$' }) },
    ['directory'],
  ),
  outputs: object(
    {
      directory: text('Folder', 'Where the cache is now.'),
      before: text('Before', 'Where it was; empty when the file named none.'),
    },
    ['directory', 'before'],
  ),
  // The file alone does not tell whether the daemon has read it, so a call that was cut off is simply made again.
  capabilities: { ...sets, idempotent: true, probe: false, reversible: true },
  duration: { expected_ms: 10_000, worst_ms: 2 * minute },
  runs_on: 'target',
  example: { directory: '/mnt/upgrade/cache' },
  describe: (args) => `set cache_dir: ${textOf(args['directory'], 'directory')} in ${file}; service sentinel-d restart`,
  perform: async (context, args) => {
    const directory = textOf(args['directory'], 'directory')
    await sudoWorks(context)
    const there = await runOnHost(context, ['test', '-d', directory])
    if (there.exitCode !== 0) {
      throw new ActionFailure('not_ready', `there is no folder ${directory} on the node`, {
        advice: 'Mount the file system and make the folder first.',
        notApplied: true,
      })
    }
    const before = await readDirectory(context)
    if (before !== directory) await writeDirectory(context, directory)
    await restartDaemon(context)
    return {
      outputs: { directory, before },
      summary: `${before || 'not set'} → ${directory}`,
      changed: before !== directory,
    }
  },
  undo: async (context, _args, outputs) => {
    const before = textOf(outputs['before'] ?? '', 'before')
    if (before === '') return { outputs: {}, summary: 'there was no folder before: left as it is', changed: false }
    await writeDirectory(context, before)
    await restartDaemon(context)
    return { outputs: {}, summary: `back to ${before}`, changed: true }
  },
}

async function readDirectory(context: ActionContext): Promise<string> {
  const output = await runOnHost(context, ['sed', '-n', 's/^cache_dir:[[:space:]]*//p', file])
  if (output.exitCode !== 0) throw failureOf(`reading ${file}`, output)
  const directory = plainOf(output.stdout.trim())
  if (directory !== '' && !directory.startsWith('/')) throw failureOf(`reading ${file}`, output)
  return directory
}

/** A value of YAML on one line: bare, perhaps with a comment behind it, or in quotes. */
function plainOf(value: string): string {
  const quoted = /^(?:"([^"\\]*)"|'((?:[^']|'')*)')(?:\s+#.*)?$/.exec(value)
  if (quoted) return quoted[1] ?? quoted[2]!.replaceAll("''", "'")
  return value.replace(/\s+#.*$/, '')
}

function yamlOf(directory: string): string {
  return /^[A-Za-z0-9._/-]+$/.test(directory) ? directory : `'${directory.replaceAll("'", "''")}'`
}

async function writeDirectory(context: ActionContext, directory: string): Promise<void> {
  const script = `new=$(printf '%s\\n' "$2" | sed 's/[&|\\\\]/\\\\&/g')
if grep -q '^cache_dir:' "$1"; then sed "s|^cache_dir:.*|cache_dir: $new|" "$1"; else cat "$1"; printf 'cache_dir: %s\\n' "$2"; fi >"$1.part" && cat "$1.part" >"$1" && rm -f "$1.part"`
  const output = await runOnHost(context, ['sh', '-c', script, 'sh', file, yamlOf(directory)], { sudo: {} })
  if (output.exitCode !== 0) throw failureOf(`changing ${file}`, output)
}

async function restartDaemon(context: ActionContext): Promise<void> {
  const output = await runOnHost(context, ['service', 'sentinel-d', 'restart'], { sudo: {} })
  if (output.exitCode !== 0) throw failureOf('service sentinel-d restart', output)
}
