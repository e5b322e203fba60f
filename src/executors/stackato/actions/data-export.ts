import type { JsonObject } from '../../../base/json.ts'
import { type Action, type ActionContext, ActionFailure, textOf } from '../../../ports/executor.ts'
import { choice, object, text, whole } from '../../schema.ts'
import { loginShell, runOnHost } from '../kato.ts'
import { probeHostWork, runHostWork } from '../kato-work.ts'
import { minute, works } from './capabilities.ts'

const options: Readonly<Record<string, string>> = { cluster: '--cluster', only_this_node: '--only-this-node' }

export const dataExport: Action = {
  name: 'stackato.data_export',
  title: 'Export system and user data',
  description:
    'Runs `kato data export` on the node with the filesystem role, and then checks the archive: it can be listed to its end, and its checksum is kept. The default set leaves out the upload cache and the AOK configuration, and external databases are not covered. It needs key-based SSH to the other nodes; use maintenance mode on a busy system. Works under a marker. The archive stays on the node: copy it away.',
  with: object(
    {
      scope: choice('Scope', 'The whole cluster, or this node only.', ['cluster', 'only_this_node'], {
        default: 'cluster',
      }),
      file: text('File', 'Absolute path of the archive on the node.', {
        pattern: '^/[^\\n]*\\.tgz$',
        examples: ['/home/stackato/export-before-upgrade.tgz'],
      }),
    },
    ['file'],
  ),
  outputs: object(
    {
      file: text('File', 'Path of the archive on the node.'),
      bytes: whole('Size', 'Size of the archive, bytes.'),
      sha256: text('Checksum', 'SHA-256 of the archive, 64 hexadecimal digits.'),
      entries: whole('Entries', 'Number of files and folders in the archive.'),
    },
    ['file', 'bytes', 'sha256', 'entries'],
  ),
  capabilities: { ...works, effect: 'change' },
  duration: { expected_ms: 10 * minute, worst_ms: 120 * minute },
  runs_on: 'target',
  example: { scope: 'cluster', file: '/home/stackato/export-before-upgrade.tgz' },
  describe: (args) => wordsOf(args).join(' '),
  perform: async (context, args) => {
    const words = wordsOf(args)
    await runHostWork(context, { what: words.join(' '), words })
    const outputs = await archiveOf(context, textOf(args['file'], 'file'))
    return { outputs, summary: `${outputs['entries']} entries, ${outputs['bytes']} bytes`, changed: true }
  },
  probe: (context, args) => probeHostWork(context, () => archiveOf(context, textOf(args['file'], 'file'))),
}

function wordsOf(args: JsonObject): readonly string[] {
  const scope = options[textOf(args['scope'] ?? 'cluster', 'scope')] ?? '--cluster'
  return ['kato', 'data', 'export', scope, textOf(args['file'], 'file')]
}

/** Reads the archive to its end; a file that is cut short does not pass. */
export async function archiveOf(context: ActionContext, file: string): Promise<JsonObject> {
  const script = 'tar -tzf "$1" >/dev/null && tar -tzf "$1" | wc -l && wc -c <"$1" && sha256sum "$1"'
  const output = await runOnHost(context, loginShell(['sh', '-c', script, 'sh', file]))
  const [entries, bytes, checksum] = output.stdout.trim().split('\n')
  const sha256 = /^\\?([0-9a-f]{64})\b/.exec(checksum ?? '')?.[1]
  if (output.exitCode !== 0 || sha256 === undefined || !(Number(entries) > 0)) {
    throw new ActionFailure('process', `the archive ${file} cannot be read to its end: ${output.stderr.trim()}`, {
      advice: 'The backup is not good. Look at free space on the node and run the export again.',
    })
  }
  return { file, bytes: Number(bytes), sha256, entries: Number(entries) }
}
