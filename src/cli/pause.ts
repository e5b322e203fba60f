import type { CommandRun } from './command.ts'
import { deliver, personOf, readRunOf } from './say-to-run.ts'

/** `rollbook pause RUN`: what is in flight finishes, nothing else begins. */
export const pause: CommandRun = async (call, io) => {
  const reader = await readRunOf(call, io)
  const done = 'The run pauses at the next safe point.'
  return deliver(reader, { type: 'PauseRequested', data: personOf(call) }, done, call, io)
}
