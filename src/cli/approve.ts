import type { CommandRun } from './command.ts'
import { nameOf } from './event-line.ts'
import { deliver, personOf, promptOf, readRunOf } from './say-to-run.ts'

/** `rollbook approve RUN [STEP]`: a vote on a gate, from any terminal. */
export const approve: CommandRun = async (call, io) => {
  const reader = await readRunOf(call, io)
  const prompt = promptOf(reader, call, (each) => each.kind === 'gate')
  const decision = call.flag('no-go') ? 'reject' : 'approve'
  const person = personOf(call)
  // Where one role decides, naming it would only be typing.
  const role = person.role ?? (prompt.roles.length === 1 ? prompt.roles[0] : undefined)
  const data = { prompt: prompt.prompt, decision, ...person, ...(role === undefined ? {} : { role }) }
  const name = nameOf(reader.index, prompt.step)
  const done = `${name}: ${decision === 'approve' ? 'approved' : 'refused'} by ${person.by}${role ? ` as ${role}` : ''}.`
  return deliver(reader, { type: 'VoteCast', data }, done, call, io)
}
