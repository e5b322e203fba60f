import { type Action, ActionFailure, type Capabilities } from '../../ports/executor.ts'
import type { FileSink } from '../../ports/files.ts'
import { optionalText, requiredText, sizeBytes, timeoutMsOf } from '../arguments.ts'
import { readsOnly } from '../capabilities.ts'
import { sudoOf } from '../command.ts'
import { sessionOf } from '../file-state.ts'
import { duration, object, size, text, whole } from '../schema.ts'
import { sudoSchema } from '../sudo-schema.ts'
import { shown } from '../wording.ts'

const timeoutMsDefault = 600_000
const evidenceBytesMax = 64 << 20

/** Writing a file on control is no effect on a target, yet a dry run must leave it out. */
const writes: Capabilities = { ...readsOnly, effect: 'change' }

export const fetch: Action = {
  name: 'file.fetch',
  title: 'Fetch a file from a target',
  description:
    'Brings a file of the target to control and compares its SHA-256 on both sides. Without `to` it is kept as evidence of the run, secrets masked; with `to` it is written there as it is, and may be of any size.',
  with: object(
    {
      path: text('Path', 'Full path of the file on the target.'),
      to: text(
        'To',
        'File on control, full or relative to the runbook. One file per target needs `${{ target.name }}` in it.',
      ),
      max_size: size('Largest size', 'Larger files are refused. Without `to` never more than 64 MiB.'),
      sudo: sudoSchema,
      timeout: duration('Timeout', 'Longest time for the whole file.', { default: '10m' }),
    },
    ['path'],
  ),
  outputs: object(
    {
      path: text('Path', 'Path on the target.'),
      sha256: text('SHA-256', '64 hexadecimal digits of the file on the target.'),
      bytes: whole('Size', 'Size in bytes.'),
      to: text('To', 'Where it was written; empty when it is evidence.'),
    },
    ['path', 'sha256', 'bytes', 'to'],
  ),
  capabilities: readsOnly,
  capabilitiesOf: (args) => (args['to'] === undefined ? readsOnly : writes),
  duration: { expected_ms: 5000, worst_ms: timeoutMsDefault },
  runs_on: 'target',
  example: { path: '/var/log/upgrade.log' },
  describe(args, target) {
    const to = args['to'] === undefined ? 'evidence' : shown(args['to'])
    return `fetch ${target === undefined ? '' : `${target.name}:`}${shown(args['path'])} as ${to}`
  },
  async perform(context, args) {
    const path = requiredText(args, 'path')
    const to = optionalText(args, 'to')
    const asked = sizeBytes(args, 'max_size')
    const bytesMax =
      to === undefined ? Math.min(asked ?? evidenceBytesMax, evidenceBytesMax) : (asked ?? Number.POSITIVE_INFINITY)
    const sudo = await sudoOf(context, args)
    const session = await sessionOf(context)
    const memory = memorySink()
    const sink = to === undefined ? memory : await context.ports.files.writeStream(to)
    let bytes = 0
    try {
      const got = await session.download(
        path,
        async (chunk) => {
          bytes += chunk.length
          if (bytes > bytesMax) throw tooLarge(path, bytesMax)
          await sink.write(chunk)
        },
        {
          timeoutMs: timeoutMsOf(context, args, timeoutMsDefault),
          signal: context.signal,
          ...(sudo === undefined ? {} : { sudo }),
        },
      )
      await sink.commit()
      if (to === undefined) await context.keepEvidence(nameOf(path), 'application/octet-stream', memory.content())
      return {
        outputs: { path, sha256: got.sha256, bytes: got.bytes, to: to ?? '' },
        summary: `${path}, ${got.bytes} bytes`,
      }
    } catch (error) {
      await sink.discard()
      throw error
    }
  },
}

function tooLarge(path: string, bytesMax: number): ActionFailure {
  return new ActionFailure('process', `${path} is larger than ${bytesMax} bytes`, {
    advice: 'Raise `max_size`, or fetch it with `to`.',
  })
}

/** Holds a file that is to be evidence. */
function memorySink(): FileSink & { content(): Uint8Array } {
  const parts: Uint8Array[] = []
  return {
    async write(chunk) {
      parts.push(chunk.slice())
    },
    async commit() {},
    async discard() {
      parts.length = 0
    },
    content() {
      const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
      let at = 0
      for (const part of parts) {
        whole.set(part, at)
        at += part.length
      }
      return whole
    },
  }
}

function nameOf(path: string): string {
  return path.split('/').at(-1) || 'file'
}
