import type { FollowUp } from '../app/follow-up.ts'
import { UsageError } from '../base/error.ts'
import type { CommandCall } from './command.ts'
import type { CliIo } from './io.ts'

/** Options that say what a plan is made from; a follow-up takes all of it from the earlier run. */
const taken = ['inventory', 'values', 'catalog'] as const

/**
 * The follow-up that a command line asks for with `--only` and `--of`; undefined when it asks for none.
 *
 * @throws UsageError `OPTION_MISSING`, `OPTIONS_CONFLICT`, `FOLLOW_UP_END_UNKNOWN`, `RUN_UNKNOWN`; RollbookError
 *   `FOLLOW_UP_EMPTY`, `FOLLOW_UP_OPEN`
 */
export async function calledFollowUp(call: CommandCall, io: CliIo): Promise<FollowUp | undefined> {
  const of = call.text('of')
  const only = call.text('only')
  if (of === undefined) {
    if (only === undefined) return undefined
    throw new UsageError('OPTION_MISSING', '--only needs --of RUN', {
      hint: 'It says which targets of an earlier run are followed up.',
    })
  }
  const given = [
    ...(call.positionals[0] === undefined ? [] : ['a runbook']),
    ...taken.filter((name) => call.text(name) !== undefined).map((name) => `--${name}`),
    ...(call.list('set').length > 0 ? ['--set'] : []),
  ]
  if (given.length > 0)
    throw new UsageError(
      'OPTIONS_CONFLICT',
      `--of takes everything from the earlier run, and ${given[0]} is given too`,
      {
        hint: 'Leave it out; for another runbook, inventory or release make a new run.',
      },
    )
  const { RunReader } = await import('../app/run-reader.ts')
  const { followUp } = await import('../app/follow-up.ts')
  return followUp(await RunReader.open(io.cwd, of), only ?? 'skipped,failed', io.cwd)
}
