import { formatSize } from '../../base/size.ts'
import { type Action, ActionFailure } from '../../ports/executor.ts'
import { optionalText, sizeBytes, timeoutMsOf } from '../arguments.ts'
import { readsOnly } from '../capabilities.ts'
import { commandFailed, decode, runCommand } from '../command.ts'
import { number, object, size, text, whole } from '../schema.ts'
import { shown } from '../wording.ts'
import { placeOf, timeout, timeoutMsDefault, verdict } from './verdict.ts'

export const disk: Action = {
  name: 'check.disk',
  title: 'Check free disk space',
  description:
    'Measures the file system that holds a path, with `df`, and fails when less than `min_free` can be used. Space that is kept for root does not count as free.',
  with: object({
    path: text('Path', 'Any path on the file system to measure. It must exist.', { default: '/' }),
    min_free: size('Least free space', 'The check fails below this. Without it the space is only measured.'),
    timeout,
  }),
  outputs: object(
    {
      free_bytes: whole('Free', 'Bytes that can be used.'),
      total_bytes: whole('Total', 'Size of the file system in bytes.'),
      used_percent: number('Used', 'Used part in percent.'),
      mount: text('Mounted on', 'Where the file system is mounted.'),
    },
    ['free_bytes', 'total_bytes', 'used_percent', 'mount'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 1000, worst_ms: timeoutMsDefault },
  runs_on: 'both',
  example: { path: '/var', min_free: '7GB' },
  describe(args) {
    const least = args['min_free'] === undefined ? '' : `, at least ${shown(args['min_free'])}`
    return `free space at ${shown(args['path'] ?? '/')}${least}`
  },
  async perform(context, args) {
    const path = optionalText(args, 'path') ?? '/'
    const leastBytes = sizeBytes(args, 'min_free')
    const result = await runCommand(context, {
      argv: ['env', 'LC_ALL=C', 'df', '-P', '-k', '--', path],
      timeoutMs: timeoutMsOf(context, args, timeoutMsDefault),
    })
    if (result.exitCode !== 0) throw commandFailed(context, `df ${path} on ${placeOf(context)}`, result)
    const found = parseDf(decode(result.stdout))
    if (found === undefined) {
      throw new ActionFailure('process', `df on ${placeOf(context)} printed something that cannot be read`, {
        outputs: { stdout: context.hide(decode(result.stdout)).slice(0, 500) },
      })
    }
    const words = `${formatSize(found.free_bytes)} free at ${path}`
    if (leastBytes === undefined || found.free_bytes >= leastBytes) return verdict(true, words, found)
    const missing = formatSize(leastBytes - found.free_bytes)
    return verdict(
      false,
      `${words}, ${formatSize(leastBytes)} are needed`,
      found,
      `Free at least ${missing} on ${found.mount} of ${placeOf(context)}, or enlarge it.`,
    )
  },
}

/** The last line of `df -P -k`: device, blocks of 1024 bytes, used, available, capacity, mount point. */
export function parseDf(
  output: string,
): { free_bytes: number; total_bytes: number; used_percent: number; mount: string } | undefined {
  const line = output.trim().split('\n').slice(1).at(-1) ?? ''
  const match = /\s(\d+)\s+(\d+)\s+(-?\d+)\s+(\d+)%\s+(\/.*)$/.exec(line)
  if (!match) return undefined
  return {
    free_bytes: Math.max(0, Number(match[3])) * 1024,
    total_bytes: Number(match[1]) * 1024,
    used_percent: Number(match[4]),
    mount: match[5]!.trim(),
  }
}
