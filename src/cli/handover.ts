import { UsageError } from '../base/error.ts'
import type { CommandRun } from './command.ts'
import { deliver, personOf, readRunOf } from './say-to-run.ts'

/** `rollbook handover RUN --to NAME`: another operator is responsible from here on. */
export const handover: CommandRun = async (call, io) => {
  const to = call.text('to')
  if (to === undefined || to.trim() === '') {
    throw new UsageError('OPTION_MISSING', 'say who takes over', { hint: 'Add --to NAME.' })
  }
  const reader = await readRunOf(call, io)
  const { reason, ...person } = personOf(call)
  const data = { ...person, to, ...(reason === undefined ? {} : { note: reason }) }
  return deliver(reader, { type: 'HandedOver', data }, `${to} leads the run from here on.`, call, io)
}
