import { formatSize } from '../../base/size.ts'
import { type Action, ActionFailure } from '../../ports/executor.ts'
import { sizeBytes, timeoutMsOf } from '../arguments.ts'
import { readsOnly } from '../capabilities.ts'
import { commandFailed, decode, runCommand, shell } from '../command.ts'
import { object, size, whole } from '../schema.ts'
import { shown } from '../wording.ts'
import { placeOf, timeout, timeoutMsDefault, verdict } from './verdict.ts'

export const memory: Action = {
  name: 'check.memory',
  title: 'Check available memory',
  description:
    'Measures the memory that programs can still get without swapping (Linux: `free`, or `/proc/meminfo` where it is missing), and fails when it is less than `min_available`.',
  with: object({
    min_available: size(
      'Least available memory',
      'The check fails below this. Without it the memory is only measured.',
      {
        examples: ['512MB', '1GB'],
      },
    ),
    timeout,
  }),
  outputs: object(
    {
      available_bytes: whole('Available', 'Bytes that programs can still get.'),
      total_bytes: whole('Total', 'Memory of the machine in bytes.'),
    },
    ['available_bytes', 'total_bytes'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 1000, worst_ms: timeoutMsDefault },
  runs_on: 'both',
  example: { min_available: '1GB' },
  describe(args) {
    return args['min_available'] === undefined
      ? 'available memory'
      : `available memory, at least ${shown(args['min_available'])}`
  },
  async perform(context, args) {
    const leastBytes = sizeBytes(args, 'min_available')
    const result = await runCommand(context, {
      argv: shell('LC_ALL=C free -b 2>/dev/null || cat /proc/meminfo'),
      timeoutMs: timeoutMsOf(context, args, timeoutMsDefault),
    })
    if (result.exitCode !== 0) throw commandFailed(context, `looking for free memory on ${placeOf(context)}`, result)
    const found = parseFree(decode(result.stdout)) ?? parseMeminfo(decode(result.stdout))
    if (found === undefined) {
      throw new ActionFailure('process', `the memory of ${placeOf(context)} cannot be read`, {
        outputs: { stdout: context.hide(decode(result.stdout)).slice(0, 500) },
      })
    }
    const words = `${formatSize(found.available_bytes)} of memory available`
    if (leastBytes === undefined || found.available_bytes >= leastBytes) return verdict(true, words, found)
    return verdict(
      false,
      `${words}, ${formatSize(leastBytes)} are needed`,
      found,
      `Stop what is not needed on ${placeOf(context)} for the time being, or add memory.`,
    )
  },
}

interface Memory extends Record<string, number> {
  readonly available_bytes: number
  readonly total_bytes: number
}

/** `free -b`, with the column `available` (procps 3.3.10 and later) or, before it, free with buffers and cache. */
export function parseFree(output: string): Memory | undefined {
  const lines = output.split('\n')
  const names = (lines[0] ?? '').trim().split(/\s+/)
  const values = (lines.find((line) => line.startsWith('Mem:')) ?? '').trim().split(/\s+/).slice(1).map(Number)
  const of = (name: string): number => values[names.indexOf(name)] ?? Number.NaN
  const available = names.includes('available') ? of('available') : of('free') + of('buffers') + of('cached')
  const total = of('total')
  return Number.isFinite(available) && Number.isFinite(total)
    ? { available_bytes: available, total_bytes: total }
    : undefined
}

/** `/proc/meminfo`; kernels before 3.14 have no `MemAvailable`. */
export function parseMeminfo(output: string): Memory | undefined {
  const bytes = (name: string): number => {
    const match = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(output)
    return match ? Number(match[1]) * 1024 : Number.NaN
  }
  const known = bytes('MemAvailable')
  const available = Number.isFinite(known) ? known : bytes('MemFree') + bytes('Buffers') + bytes('Cached')
  const total = bytes('MemTotal')
  return Number.isFinite(available) && Number.isFinite(total)
    ? { available_bytes: available, total_bytes: total }
    : undefined
}
