import type { FollowUp } from '../app/follow-up.ts'
import { type LoadedPlan, type LoadPlanOptions, loadPlan, type Plan } from '../app/load.ts'
import type { StartOfRun } from '../app/simulate.ts'
import { RollbookError, UsageError } from '../base/error.ts'
import { calledFollowUp } from './called-follow-up.ts'
import { type CommandCall, type CommandRun, exitCodes } from './command.ts'
import { noteDiagnostics, tellWithoutPlan } from './diagnostic-lines.ts'
import { type CliIo, note, say } from './io.ts'
import { renderPlan } from './plan-table.ts'

/** `rollbook plan RUNBOOK -i INVENTORY`: what will happen, to whom, when, and how it is undone. */
export const plan: CommandRun = async (call, io) => {
  const start = await startOf(call, io)
  const asJson = call.flag('json')
  // Plain JSON is the same on every day; on a terminal people want to see a night that comes.
  const loaded = await loadCalledPlan(call, io, asJson && !start.given ? {} : { start: start.at, always: start.given })
  if (!loaded.plan) {
    tellWithoutPlan(loaded.diagnostics, call, io)
    return exitCodes.findings
  }
  noteDiagnostics(
    loaded.diagnostics.filter(({ severity }) => severity !== 'hint'),
    io,
  )
  if (asJson) {
    say(io, JSON.stringify(loaded.plan, null, 2))
    return exitCodes.clean
  }
  const phase = call.text('only-phase')
  if (phase !== undefined && !loaded.plan.phases.some(({ id, number }) => id === phase || number === phase)) {
    throw new UsageError('PHASE_UNKNOWN', `there is no phase "${phase}"`, {
      hint: `Its phases are: ${loaded.plan.phases.map(({ id }) => id).join(', ')}.`,
    })
  }
  if (!loaded.plan.timeline) noteNoTimeline(loaded.plan, io)
  io.stdout.write(renderPlan(loaded.plan, { columns: io.columns, colour: io.colour, phase, offsetMs: start.offsetMs }))
  return exitCodes.clean
}

/** For a fleet so large that nobody waits for it without having asked. */
export function noteNoTimeline(plan: Plan, io: CliIo): void {
  note(io, `The timeline of ${plan.totals.targets} targets takes a while and is left out; --start INSTANT shows it.`)
}

/** The start that the command line gives, or one to look at. */
async function startOf(call: CommandCall, io: CliIo): Promise<StartOfRun & { readonly given: boolean }> {
  const { readStart } = await import('../app/simulate.ts')
  const text = call.text('start')
  return { ...readStart(text, io.now()), given: text !== undefined }
}

/**
 * Loads the plan that a command line asks for: a runbook as first argument, `--inventory`, `--set`, `--values`. Inputs
 * without a value are asked for on a terminal.
 *
 * @param timeline - has the simulator put the timeline in
 * @throws UsageError when a file cannot be read; RollbookError when inputs are missing and nobody can be asked
 */
export async function loadCalledPlan(
  call: CommandCall,
  io: CliIo,
  timeline?: LoadPlanOptions['timeline'],
): Promise<LoadedPlan & { readonly followUp?: FollowUp }> {
  const followUp = await calledFollowUp(call, io)
  if (followUp) return { ...(await loadPlan({ ...followUp.load, cwd: io.cwd, timeline })), followUp }
  const [runbook] = call.positionals
  if (runbook === undefined)
    throw new UsageError('ARGUMENT_MISSING', `${call.command} needs RUNBOOK`, {
      hint: `"rollbook help ${call.command}" shows how it is used.`,
    })
  const options = {
    runbook,
    inventory: call.text('inventory'),
    values: call.text('values'),
    catalog: call.text('catalog'),
    set: call.list('set'),
    cwd: io.cwd,
    timeline,
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
