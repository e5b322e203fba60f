import { formatDurationForPeople, parseDuration } from '../../base/duration.ts'
import { failureOfAbort } from '../../ports/abort.ts'
import type { Action } from '../../ports/executor.ts'
import { durationMs, wrong } from '../arguments.ts'
import { readsOnly } from '../capabilities.ts'
import { duration, object, whole } from '../schema.ts'
import { shown } from '../wording.ts'

export const waitFor: Action = {
  name: 'wait.for',
  title: 'Wait for a while',
  description:
    'Waits a fixed time; what has passed before a crash counts. To wait for something to happen, `wait.until` is shorter and says when it does not.',
  with: object({ duration: duration('Duration', 'How long to wait.') }, ['duration']),
  outputs: object({ waited_ms: whole('Waited', 'Milliseconds.') }, ['waited_ms']),
  capabilities: readsOnly,
  duration: { expected_ms: 60_000, worst_ms: 600_000 },
  durationOf: (args) => {
    const text = args['duration']
    const ms = typeof text === 'string' ? parseDuration(text) : undefined
    return ms === undefined ? undefined : { expected_ms: ms, worst_ms: ms }
  },
  runs_on: 'both',
  example: { duration: '5m' },
  describe: (args) => `wait ${shown(args['duration'])}`,
  async perform(context, args) {
    const ms = durationMs(args, 'duration', -1)
    if (ms < 0) throw wrong('duration', 'given')
    const { clock } = context.ports
    try {
      await clock.sleep(Math.max(0, context.begunAt + ms - clock.now()), context.signal)
    } catch (error) {
      throw context.signal.aborted ? failureOfAbort(context.signal, 'waiting') : error
    }
    return { outputs: { waited_ms: ms }, summary: `waited ${formatDurationForPeople(ms)}`, changed: false }
  },
}
