import { writeReport } from '../app/documents.ts'
import { outputOf } from './book.ts'
import { type CommandRun, exitCodes } from './command.ts'
import { note, say } from './io.ts'

/** `rollbook report RUN -o FILE`: what happened in a run, each line with the journal records behind it. */
export const report: CommandRun = async (call, io) => {
  const file = outputOf(call)
  const written = await writeReport(io.cwd, call.positionals[0] ?? '', {
    file,
    cwd: io.cwd,
    templates: call.text('templates'),
    timeZone: call.text('time-zone'),
  })
  if (written.status !== 'ended') {
    note(io, `Run ${written.run} has not ended: the record goes up to journal record ${written.records}.`)
  }
  say(io, file)
  return exitCodes.clean
}
