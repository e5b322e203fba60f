import { documentFormat, writeBook } from '../app/documents.ts'
import { UsageError } from '../base/error.ts'
import { type CommandCall, type CommandRun, exitCodes } from './command.ts'
import { noteDiagnostics } from './diagnostic-lines.ts'
import { note, say } from './io.ts'
import { loadCalledPlan, noteNoTimeline } from './plan.ts'

/** `rollbook book RUNBOOK -i INVENTORY -o FILE`: the plan as a document to be reviewed, approved and handed over. */
export const book: CommandRun = async (call, io) => {
  const file = outputOf(call)
  const text = call.text('start')
  const { readStart } = await import('../app/simulate.ts')
  // Without a start the book is the same on every day.
  const timeline = text === undefined ? {} : { start: readStart(text, io.now()).at, always: true }
  const { plan, diagnostics } = await loadCalledPlan(call, io, timeline)
  if (plan === undefined) {
    noteDiagnostics(
      diagnostics.filter(({ severity }) => severity === 'error'),
      io,
    )
    note(io, 'No recipe book was written.')
    return exitCodes.findings
  }
  noteDiagnostics(
    diagnostics.filter(({ severity }) => severity !== 'hint'),
    io,
  )
  if (!plan.timeline) noteNoTimeline(plan, io)
  await writeBook(plan, { file, cwd: io.cwd, templates: call.text('templates'), timeZone: call.text('time-zone') })
  say(io, file)
  return exitCodes.clean
}

/**
 * Where a document goes. Asked first, so that a mistake in it costs nothing.
 *
 * @throws UsageError `OUTPUT_MISSING`, `DOCUMENT_FORMAT_UNKNOWN`
 */
export function outputOf(call: CommandCall): string {
  const file = call.text('output')
  if (file === undefined || file === '') {
    throw new UsageError('OUTPUT_MISSING', 'a file to write is needed', {
      hint: 'Give it with --output FILE; the name ends in .html or .md.',
    })
  }
  documentFormat(file)
  return file
}
