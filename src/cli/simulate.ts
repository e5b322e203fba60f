import { UsageError } from '../base/error.ts'
import { type CommandCall, type CommandRun, exitCodes } from './command.ts'
import { noteDiagnostics, tellWithoutPlan } from './diagnostic-lines.ts'
import { type CliIo, note, say } from './io.ts'
import { loadCalledPlan } from './plan.ts'

/** `rollbook simulate RUNBOOK -i INVENTORY`: the run played through over virtual time, with what goes wrong in a scenario. */
export const simulate: CommandRun = async (call, io) => {
  const runs = wholeNumber(call, 'runs', 1, 100_000) ?? 1
  const seed = wholeNumber(call, 'seed', 0, Number.MAX_SAFE_INTEGER)
  const loaded = await loadCalledPlan(call, io)
  const { plan } = loaded
  if (!plan) {
    tellWithoutPlan(loaded.diagnostics, call, io)
    return exitCodes.findings
  }
  const { loadScenario, readStart, simulatePlan, simulationJson } = await import('../app/simulate.ts')
  const file = call.text('scenario')
  const read = file === undefined ? undefined : await loadScenario(file, plan, io.cwd)
  if (read && !read.scenario) {
    tellWithoutPlan(read.diagnostics, call, io)
    return exitCodes.findings
  }
  noteDiagnostics(read?.diagnostics ?? [], io)
  const scenario = read?.scenario
  const start = readStart(call.text('start') ?? scenario?.start, io.now())
  const made = simulatePlan(plan, {
    ...(scenario === undefined ? {} : { scenario }),
    ...(seed === undefined ? {} : { seed }),
    start: start.at,
    runs,
    actions: loaded.actions,
    ...progressOf(io, runs),
  })
  const svg = call.text('svg')
  if (svg !== undefined) {
    const { pictureFile } = await import('../app/simulation-view.ts')
    const { writeDocument } = await import('../app/documents.ts')
    await writeDocument(pictureFile(plan, made.run), { file: svg, cwd: io.cwd })
    note(io, `wrote ${svg}`)
  }
  if (call.flag('json')) {
    say(io, JSON.stringify(simulationJson(made.run, made.forecast, { offsetMs: start.offsetMs }), null, 2))
    return exitCodes.clean
  }
  const { renderSimulation } = await import('./simulation-text.ts')
  io.stdout.write(
    renderSimulation(plan, made, {
      columns: io.columns,
      colour: io.colour,
      offsetMs: start.offsetMs,
      all: call.flag('all'),
    }),
  )
  return exitCodes.clean
}

/** @throws UsageError `OPTION_NUMBER_INVALID` */
function wholeNumber(call: CommandCall, option: string, min: number, max: number): number | undefined {
  const text = call.text(option)
  if (text === undefined) return undefined
  const value = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= min && value <= max) return value
  throw new UsageError(
    'OPTION_NUMBER_INVALID',
    `--${option} takes a whole number from ${min} to ${max}, not "${text}"`,
    {
      hint: `Write for example --${option} ${Math.max(min, 20)}.`,
    },
  )
}

/** Many runs take a while: on a terminal it is told how far they are. */
function progressOf(io: CliIo, runs: number): { readonly progress?: (done: number) => void } {
  if (!io.isTTY || runs < 10) return {}
  const every = Math.max(1, Math.floor(runs / 20))
  return {
    progress: (done) => {
      if (done % every === 0 || done === runs) io.stderr.write(`\r${done} of ${runs} runs${done === runs ? '\n' : ''}`)
    },
  }
}
