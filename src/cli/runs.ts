import { listAllRuns } from '../app/run-list.ts'
import { type CommandRun, exitCodes } from './command.ts'
import { note, say } from './io.ts'
import { makeStyle } from './style.ts'
import { renderTable } from './table.ts'
import { dayAndTime } from './terminal-text.ts'

/** `rollbook runs`: every run of this folder, newest first. */
export const runs: CommandRun = async (call, io) => {
  const { runs: found, damaged } = await listAllRuns(io.cwd)
  if (call.flag('json')) {
    say(io, JSON.stringify({ runs: found, damaged }, undefined, 2))
    return damaged.length > 0 ? exitCodes.findings : exitCodes.clean
  }
  if (found.length === 0 && damaged.length === 0) note(io, 'No run has been started in this folder.')
  const style = makeStyle(io.colour)
  const columns = [
    { title: 'Run' },
    { title: 'Started' },
    { title: 'By' },
    { title: 'Mode' },
    { title: 'Steps', align: 'right' as const },
    { title: 'State', wraps: true },
  ]
  const rows = found.map((each) => {
    const paint = { good: style.green, bad: style.red, open: style.yellow }[each.tone]
    const steps = `${each.steps.done + each.steps.failed}/${each.steps.total}`
    return [
      each.run,
      dayAndTime(Date.parse(each.started_at)),
      each.by,
      each.mode.replace('_', ' '),
      steps,
      paint(each.state),
    ]
  })
  if (rows.length > 0) io.stdout.write(renderTable(columns, rows, io))
  for (const each of damaged) note(io, `${each.run}: ${each.reason}`)
  return damaged.length > 0 ? exitCodes.findings : exitCodes.clean
}
