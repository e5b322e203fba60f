import type { JsonObject } from '../../../base/json.ts'
import { formatSize } from '../../../base/size.ts'
import type { Action, ActionContext } from '../../../ports/executor.ts'
import { type Sudo, sudoOf } from '../../command.ts'
import { list, object, text, whole } from '../../schema.ts'
import { probeDetached } from '../../ssh/detached.ts'
import { sudoSchema } from '../../sudo-schema.ts'
import { afterEffect } from '../../under-way.ts'
import { shown } from '../../wording.ts'
import { allowOptions, askHost, fetchOptions } from '../apt-command.ts'
import { aptFailure, hasFetched } from '../apt-failure.ts'
import {
  addressOf,
  allowSchema,
  allSchema,
  fetchSchema,
  lockSchema,
  packagesSchema,
  selectionProblems,
  selectionWords,
} from '../arguments.ts'
import { readUris, type WantedFile } from '../package-state.ts'
import { runPackageWork } from '../package-work.ts'
import { minute, repeatableWork } from './capabilities.ts'

const name = 'debian.download'

export const download: Action = {
  name,
  title: 'Download packages',
  description:
    'Fetches the packages of an upgrade into the cache of the target and installs nothing, so that the upgrade itself needs no network. What is there already is not fetched again; a file that broke off is continued. Sizes and hashes are those of the signed lists. Runs under a marker.',
  with: object({
    packages: packagesSchema,
    all: allSchema,
    ...allowSchema,
    ...fetchSchema,
    lock_timeout: lockSchema,
    sudo: sudoSchema,
  }),
  outputs: object(
    {
      files: list('Files', 'Package files that were fetched.', text('File', 'Name in the cache.')),
      bytes: whole('Bytes', 'Size of all that were fetched.'),
    },
    ['files', 'bytes'],
  ),
  capabilities: repeatableWork,
  duration: { expected_ms: minute, worst_ms: 30 * minute },
  runs_on: 'target',
  example: { packages: ['nginx=1.24.0-2'], sudo: true },
  describe: (args) => `apt-get --download-only ${wordsShown(args)}`,
  check: selectionProblems,
  async perform(context, args) {
    const sudo = await sudoOf(context, args)
    const argv = [
      'apt-get',
      '-q',
      '-y',
      '--download-only',
      ...allowOptions(args),
      ...fetchOptions(args),
      ...selectionWords(args),
    ]
    const end = await runPackageWork(context, args, { action: name, argv, sudo })
    const hasSome = hasFetched(end.stdout)
    if (end.exitCode !== 0) throw aptFailure(context, 'apt-get --download-only', end, hasSome)
    const files = readFetched(end.stdout)
    const left = await afterEffect(() => filesLeft(context, args, sudo))
    if (left.length > 0) {
      const stderr = `E: Failed to fetch ${left.map((file) => file.file).join(' ')}`
      throw aptFailure(context, 'apt-get --download-only', { ...end, stderr }, hasSome)
    }
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
    return {
      outputs: { files: files.map((file) => file.file), bytes },
      summary: files.length === 0 ? 'all is there already' : `${files.length} files, ${formatSize(bytes)}`,
      changed: files.length > 0,
    }
  },
  async probe(context, args) {
    const sudo = await sudoOf(context, args)
    const marker = await probeDetached(context, addressOf(context, name), {
      ...(sudo === undefined ? {} : { sudo }),
      expectExit: [0],
    })
    if (marker.state === 'running') return marker
    const left = await filesLeft(context, args, sudo)
    return left.length === 0
      ? { state: 'applied', summary: 'nothing is left to fetch' }
      : { state: 'not_applied', summary: `${left.length} files are not there yet` }
  },
  async dryRun(context, args) {
    addressOf(context, name)
    const left = await filesLeft(context, args, await sudoOf(context, args))
    const bytes = left.reduce((sum, file) => sum + file.bytes, 0)
    return {
      coverage: 'checked',
      summary: left.length === 0 ? 'nothing is left to fetch' : `${left.length} files, ${formatSize(bytes)}`,
      outputs: { files: left.map((file) => file.file), bytes },
    }
  },
}

/** What apt would still have to fetch. */
async function filesLeft(
  context: ActionContext,
  args: JsonObject,
  sudo: Sudo | undefined,
): Promise<readonly WantedFile[]> {
  const words = ['-q', '-y', '--print-uris', '-o', 'Debug::NoLocking=true']
  const answer = await askHost(context, {
    argv: ['apt-get', ...words, ...allowOptions(args), ...selectionWords(args)],
    sudo,
  })
  if (answer.exitCode !== 0) throw aptFailure(context, 'apt-get --print-uris', answer)
  return readUris(answer.stdout)
}

/** `Get:1 http://… suite/main amd64 name arch version [1,234 B]` */
function readFetched(stdout: string): readonly { readonly file: string; readonly bytes: number }[] {
  return stdout.split('\n').flatMap((line) => {
    const match = /^Get:\d+ \S+ \S+ \S+ (\S+) (\S+) (\S+) \[([\d.,]+) ?(k|M|G)?B\]/.exec(line)
    if (!match) return []
    const factor = { k: 1e3, M: 1e6, G: 1e9 }[match[5] ?? ''] ?? 1
    return [
      {
        file: `${match[1]}_${match[3]}_${match[2]}.deb`,
        bytes: Math.round(Number(match[4]!.replaceAll(',', '')) * factor),
      },
    ]
  })
}

/** The selection as one would type it. */
export function wordsShown(args: JsonObject): string {
  const packages = args['packages']
  if (args['all'] !== undefined) return shown(args['all'])
  return `install ${Array.isArray(packages) ? packages.map((each) => shown(each)).join(' ') : shown(packages)}`
}
