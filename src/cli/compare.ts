import type { SimulationComparison, TargetDifference, TargetFate } from '../app/compare-with-simulation.ts'
import { UsageError } from '../base/error.ts'
import { type CommandRun, type ExitCode, exitCodes } from './command.ts'
import { noteDiagnostics, tellWithoutPlan } from './diagnostic-lines.ts'
import { type CliIo, say } from './io.ts'
import { readRunOf } from './say-to-run.ts'
import { makeStyle } from './style.ts'
import { renderTable } from './table.ts'
import { counted } from './terminal-text.ts'
import { wrapText } from './wrap.ts'

/** `rollbook compare RUN`: what became of each target, held against what the simulation of the same plan foretells. */
export const compare: CommandRun = async (call, io) => {
  const reader = await readRunOf(call, io)
  if (reader.state.status !== 'ended')
    throw new UsageError('COMPARE_OPEN', `run ${reader.run.id} has not ended`, {
      hint: `"rollbook status ${reader.run.id}" shows where it is.`,
    })
  const { loadScenario, readStart } = await import('../app/simulate.ts')
  const file = call.text('scenario')
  const read = file === undefined ? undefined : await loadScenario(file, reader.plan, io.cwd)
  if (read && !read.scenario) {
    tellWithoutPlan(read.diagnostics, call, io)
    return exitCodes.findings
  }
  noteDiagnostics(read?.diagnostics ?? [], io)
  const start = call.text('start')
  const { actionsOfRun } = await import('../app/plugins/actions-of-run.ts')
  const { actions } = await actionsOfRun(reader.plan, reader.run.meta, io.cwd)
  const { compareWithSimulation } = await import('../app/compare-with-simulation.ts')
  const comparison = compareWithSimulation({
    plan: reader.plan,
    state: reader.state,
    actions,
    ...(read?.scenario ? { scenario: read.scenario } : {}),
    ...(start === undefined ? {} : { start: readStart(start, reader.now()).at }),
  })
  if (call.flag('json')) {
    const { simulated: _, ...told } = comparison
    say(io, JSON.stringify(told, undefined, 2))
  } else tell(comparison, io)
  return exitCodeOf(comparison)
}

/** A fault that never struck foretells nothing, so agreement with it proves nothing. */
function exitCodeOf({ differences, idle }: SimulationComparison): ExitCode {
  return differences.length === 0 && idle.length === 0 ? exitCodes.clean : exitCodes.findings
}

function tell({ targets, differences, idle }: SimulationComparison, io: CliIo): void {
  const style = makeStyle(io.colour)
  const equal = targets - differences.length
  const line = `${equal} of ${counted(targets, 'target')} ended as the simulation had foretold: state, number of tries, class of failure.`
  for (const words of wrapText(line, io.columns))
    say(io, differences.length === 0 ? style.green(words) : style.yellow(words))
  for (const id of idle) say(io, style.yellow(`The fault "${id}" of the scenario never struck.`))
  if (differences.length === 0) return
  say(io)
  const columns = [{ title: 'Target' }, { title: 'Foretold', wraps: true }, { title: 'Happened', wraps: true }]
  const rows = differences
    .slice(0, 50)
    .map((each: TargetDifference) => [each.target, fateText(each.foretold), fateText(each.happened)])
  io.stdout.write(renderTable(columns, rows, io))
  if (differences.length > 50) say(io, `… and ${differences.length - 50} more; --json lists all.`)
}

function fateText({ state, attempts, class: failure, reason }: TargetFate): string {
  const tries = attempts === 1 ? '' : `, ${counted(attempts, 'try', 'tries')}`
  const why = reason === '' ? '' : `: ${reason}`
  return `${state.replaceAll('_', ' ')}${tries}${failure ? ` (${failure.replaceAll('_', ' ')})` : ''}${why}`
}
