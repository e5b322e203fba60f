import { RollbookError } from '../../base/error.ts'
import { isJsonObject } from '../../base/json.ts'
import { type Action, ActionFailure } from '../../ports/executor.ts'

/**
 * Stands between the engine and an action of other people's code: what it throws while something is only worked out is
 * told as its mistake and not as one of ours, and what it gives back has the form that a journal can keep.
 */
export function guardAction(action: Action, use: string): Action {
  const told = <Value>(what: string, work: () => Value): Value => {
    try {
      return work()
    } catch (cause) {
      const problem = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
      throw new RollbookError('EXECUTOR_BROKEN', `"${use}" failed in ${what} of ${action.name}: ${problem}`, {
        hint: 'Its author has to cure this; "rollbook executor test" shows more.',
        cause,
      })
    }
  }
  const { capabilitiesOf, durationOf, check, probe, dryRun, undo } = action
  return {
    ...action,
    describe: (args, target) => String(told('describe', () => action.describe(args, target))),
    ...(capabilitiesOf && {
      capabilitiesOf: (args) => told('capabilitiesOf', () => capabilitiesOf.call(action, args)),
    }),
    ...(durationOf && { durationOf: (args) => told('durationOf', () => durationOf.call(action, args)) }),
    ...(check && { check: (args) => told('check', () => check.call(action, args)) }),
    perform: async (context, args) => withOutputs(await action.perform(context, args), action.name),
    ...(probe && { probe: (context, args) => probe.call(action, context, args) }),
    ...(dryRun && { dryRun: (context, args) => dryRun.call(action, context, args) }),
    ...(undo && {
      undo: async (context, args, outputs) =>
        withOutputs(await undo.call(action, context, args, outputs), `the undo of ${action.name}`),
    }),
  }
}

function withOutputs<Result extends { readonly outputs: unknown }>(result: Result, what: string): Result {
  if (isJsonObject((result as Result | undefined)?.outputs)) return result
  throw new ActionFailure('process', `${what} came to its end and gave no outputs`, {
    advice: 'Look at the target: it may have taken effect. The executor has to be corrected.',
  })
}
