import { UsageError } from '../base/error.ts'
import type { CommandRun } from './command.ts'
import { deliver, personOf, readRunOf } from './say-to-run.ts'

/** `rollbook abort RUN`: ends a run; cleanups that are due still run, and with --back-out what was done is undone. */
export const abort: CommandRun = async (call, io) => {
  const person = personOf(call)
  if (person.reason === undefined || person.reason.trim() === '') {
    throw new UsageError('REASON_MISSING', 'an abort needs a reason', {
      hint: 'Add --reason "…"; it stands in the record.',
    })
  }
  const reader = await readRunOf(call, io)
  const back_out = call.flag('back-out')
  const data = { ...person, reason: person.reason, back_out, now: call.flag('now') }
  const done = back_out ? 'The run is backed out.' : 'The run ends; cleanups that are due are run first.'
  return deliver(reader, { type: 'AbortRequested', data }, done, call, io)
}
