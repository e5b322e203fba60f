import { type LoadedPlan, loadPlan } from '../app/load.ts'
import type { Outlook } from '../app/plan-outlook.ts'
import { RollbookError, UsageError } from '../base/error.ts'
import { type CommandCall, type CommandRun, exitCodes } from './command.ts'
import { noteDiagnostics, tellWithoutPlan } from './diagnostic-lines.ts'
import { type CliIo, note, say } from './io.ts'
import { renderPlan } from './plan-table.ts'

/** `rollbook plan RUNBOOK -i INVENTORY`: what will happen, to whom, when, and how it is undone. */
export const plan: CommandRun = async (call, io) => {
  const loaded = await loadCalledPlan(call, io)
  if (!loaded.plan) {
    tellWithoutPlan(loaded.diagnostics, call, io)
    return exitCodes.findings
  }
  noteDiagnostics(
    loaded.diagnostics.filter(({ severity }) => severity !== 'hint'),
    io,
  )
  if (call.flag('json')) {
    const asked = call.text('start') === undefined ? undefined : await outlookFor(loaded, call, io)
    const { outlookJson } = await import('../app/plan-outlook.ts')
    const outlook = asked && { outlook: outlookJson(asked.outlook, asked.offsetMs) }
    say(io, JSON.stringify({ ...loaded.plan, ...outlook }, null, 2))
    return exitCodes.clean
  }
  const phase = call.text('only-phase')
  if (phase !== undefined && !loaded.plan.phases.some(({ id, number }) => id === phase || number === phase)) {
    throw new UsageError('PHASE_UNKNOWN', `there is no phase "${phase}"`, {
      hint: `Its phases are: ${loaded.plan.phases.map(({ id }) => id).join(', ')}.`,
    })
  }
  const outlook = await outlookFor(loaded, call, io)
  io.stdout.write(renderPlan(loaded.plan, { columns: io.columns, colour: io.colour, phase, ...outlook }))
  return exitCodes.clean
}

/** Both ways of the run by simulation; nothing for a fleet so large that it was not asked for. */
async function outlookFor(
  loaded: LoadedPlan,
  call: CommandCall,
  io: CliIo,
): Promise<{ readonly outlook: Outlook; readonly offsetMs: number } | undefined> {
  const { makeOutlook, outlookTargetsMax, rolloutTargets } = await import('../app/plan-outlook.ts')
  const { readStart } = await import('../app/simulate.ts')
  if (!loaded.plan) return undefined
  const given = call.text('start')
  const targets = rolloutTargets(loaded.plan)
  if (given === undefined && targets > outlookTargetsMax) {
    note(io, `The timeline of ${targets} targets takes a while and is left out; --start INSTANT shows it.`)
    return undefined
  }
  const start = readStart(given, io.now())
  return { outlook: makeOutlook(loaded.plan, loaded.actions, start.at), offsetMs: start.offsetMs }
}

/**
 * Loads the plan that a command line asks for: a runbook as first argument, `--inventory`, `--set`, `--values`. Inputs
 * without a value are asked for on a terminal.
 *
 * @throws UsageError when a file cannot be read; RollbookError when inputs are missing and nobody can be asked
 */
export async function loadCalledPlan(call: CommandCall, io: CliIo): Promise<LoadedPlan> {
  const options = {
    runbook: call.positionals[0] ?? '',
    inventory: call.text('inventory'),
    values: call.text('values'),
    catalog: call.text('catalog'),
    set: call.list('set'),
    cwd: io.cwd,
  }
  const first = await loadPlan(options)
  const errors = first.diagnostics.filter(({ severity }) => severity === 'error')
  const onlyMissing = first.missing.length > 0 && errors.every(({ code }) => code === 'INPUT_MISSING')
  if (!onlyMissing) return first
  if (!io.interactive) {
    const names = first.missing.map(({ name }) => name)
    const set = names.map((name) => `--set ${name}=…`).join(' ')
    throw new RollbookError('INPUT_MISSING', `these inputs need a value: ${names.join(', ')}`, {
      hint: `Give them with ${set}, or in a file with --values FILE.`,
    })
  }
  const { askInputs } = await import('./ask-inputs.ts')
  return await loadPlan({ ...options, asked: await askInputs(first.missing, io) })
}
