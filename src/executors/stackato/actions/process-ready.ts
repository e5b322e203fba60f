import { parseDuration } from '../../../base/duration.ts'
import { type Action, ActionFailure, textOf } from '../../../ports/executor.ts'
import { flag, object, text } from '../../schema.ts'
import { askKato, failureOf } from '../kato.ts'
import { minute, reads } from './capabilities.ts'

export const processReady: Action = {
  name: 'stackato.process_ready',
  title: 'Wait until processes are ready',
  description:
    'Runs `kato process ready --block` on the node until it prints `READY`, which the vendor documents. Some builds do not honour their own limit, so ours ends the command a little later. Not ready in time is a failure of class `not_ready`.',
  with: object({
    process: text('Process', 'Name of a process, or `all`.', { default: 'all', minLength: 1 }),
    within: text('Within', 'Longest time to wait; a duration with a unit.', { default: '5m', examples: ['90s', '5m'] }),
  }),
  outputs: object({ ready: flag('Ready', 'True when everything asked for is up.') }, ['ready']),
  capabilities: reads,
  duration: { expected_ms: 30_000, worst_ms: 10 * minute },
  runs_on: 'target',
  example: { process: 'all', within: '5m' },
  describe: (args) => `kato ${wordsOf(args['process'] ?? 'all', secondsOf(args['within'])).join(' ')}`,
  check: (args) =>
    secondsOf(args['within']) === undefined
      ? [`within: "${String(args['within'])}" is no duration; write 5m or 90s`]
      : [],
  perform: async (context, args) => {
    const seconds = secondsOf(args['within']) ?? 300
    const words = wordsOf(args['process'] ?? 'all', seconds)
    try {
      const output = await askKato(context, words, { timeoutMs: seconds * 1000 + 15_000 })
      const last = output.stdout.trim().split('\n').at(-1)?.trim()
      if (last === 'READY' && output.exitCode === 0)
        return { outputs: { ready: true }, summary: 'ready', changed: false }
      if (!/not ready/i.test(output.stdout) && output.exitCode !== 0) throw failureOf(`kato ${words.join(' ')}`, output)
    } catch (error) {
      const ours = error instanceof ActionFailure && error.class === 'timeout' && !context.signal.aborted
      if (!ours) throw error
    }
    throw new ActionFailure('not_ready', `not ready within ${seconds} s`, {
      advice: 'Look with stackato.status at what does not run: kato start heals FATAL, kato restart heals STARTING.',
      outputs: { ready: false },
    })
  },
}

/** Whole seconds, at least 1: 0 would mean for ever. */
function secondsOf(value: unknown): number | undefined {
  const ms = parseDuration(value === undefined ? '5m' : String(value))
  return ms === undefined ? undefined : Math.max(1, Math.round(ms / 1000))
}

function wordsOf(process: unknown, seconds = 300): readonly string[] {
  return ['process', 'ready', '--block', String(seconds), textOf(process as string, 'process')]
}
