import { formatDurationForPeople } from '../../base/duration.ts'
import type { JsonObject } from '../../base/json.ts'
import { failureOfAbort } from '../../ports/abort.ts'
import { type Action, type ActionContext, ActionFailure } from '../../ports/executor.ts'
import { durationMs, objectOf, wrong } from '../arguments.ts'
import { readsOnly } from '../capabilities.ts'
import { command } from '../check/command.ts'
import { httpCheck } from '../check/http.ts'
import { tcp } from '../check/tcp.ts'
import { duration, object, part, whole } from '../schema.ts'

/** What can be waited for: the checks of the same name, with the same arguments. */
const conditions = { command, http: httpCheck, tcp } as const satisfies Readonly<Record<string, Action>>
type ConditionName = keyof typeof conditions
const names: readonly ConditionName[] = ['command', 'http', 'tcp']

const intervalMsDefault = 5000

export const waitUntil: Action = {
  name: 'wait.until',
  title: 'Wait until something holds',
  description:
    'Repeats a check until it holds, or fails as `timeout` with what was seen last. What cannot pass by waiting (wrong arguments, a refused login, a certificate) fails at once.',
  with: object({
    command: part('Command', 'Arguments of `check.command`.', command.with),
    http: part('Web service', 'Arguments of `check.http`.', httpCheck.with),
    tcp: part('TCP', 'Arguments of `check.tcp`.', tcp.with),
    interval: duration('Interval', 'Pause between two looks.', { default: '5s', examples: ['10s'] }),
    timeout: duration('Timeout', 'Longest time to wait, within the deadline of the step.', { default: '10m' }),
  }),
  outputs: object(
    {
      waited_ms: whole('Waited', 'Milliseconds until it held.'),
      looks: whole('Looks', 'How often it was looked at.'),
    },
    ['waited_ms', 'looks'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 60_000, worst_ms: 600_000 },
  runs_on: 'both',
  example: { http: { url: 'https://api.example.com/health' }, interval: '10s', timeout: '5m' },
  describe(args, target) {
    const name = names.find((each) => args[each] !== undefined)
    const inner = name === undefined ? undefined : args[name]
    const what = name === undefined ? '' : conditions[name].describe((inner ?? {}) as JsonObject, target)
    return `wait until it holds: ${what}`
  },
  check(args) {
    const given = names.filter((each) => args[each] !== undefined)
    if (given.length !== 1) return ['give exactly one of `command`, `http` and `tcp`']
    const inner = args[given[0]!]
    return conditions[given[0]!].check?.((inner ?? {}) as JsonObject) ?? []
  },
  async perform(context, args) {
    const name = names.find((each) => args[each] !== undefined)
    const inner = name === undefined ? undefined : objectOf(args, name)
    if (name === undefined || inner === undefined) throw wrong('command, http or tcp', 'given')
    const intervalMs = Math.max(100, durationMs(args, 'interval', intervalMsDefault))
    const timeoutMs = Math.min(durationMs(args, 'timeout', 600_000), context.deadlineMs)
    const startedAt = context.ports.clock.now()
    for (let looks = 1; ; looks += 1) {
      const failure = await look(context, conditions[name], inner)
      const waitedMs = context.ports.clock.now() - startedAt
      if (failure === undefined) {
        return {
          outputs: { waited_ms: waitedMs, looks },
          summary: `it holds after ${formatDurationForPeople(waitedMs)}`,
          changed: false,
        }
      }
      context.log(failure.message)
      if (waitedMs + intervalMs > timeoutMs) {
        throw new ActionFailure(
          'timeout',
          `it did not hold within ${formatDurationForPeople(timeoutMs)}; last seen: ${failure.message}`,
          { outputs: { ...failure.outputs, waited_ms: waitedMs, looks }, advice: failure.advice },
        )
      }
      await pause(context, intervalMs)
    }
  },
}

/** @returns why it does not hold yet, or nothing when it does */
async function look(context: ActionContext, condition: Action, args: JsonObject): Promise<ActionFailure | undefined> {
  try {
    await condition.perform(context, args)
    return undefined
  } catch (error) {
    if (!(error instanceof ActionFailure) || context.signal.aborted) throw error
    const canPass = error.class === 'not_ready' || error.class === 'unreachable' || error.class === 'timeout'
    if (canPass) return error
    throw error
  }
}

async function pause(context: ActionContext, ms: number): Promise<void> {
  try {
    await context.ports.clock.sleep(ms, context.signal)
  } catch (error) {
    throw context.signal.aborted ? failureOfAbort(context.signal, 'waiting') : error
  }
}
