import { progressOf, type RunForecast, stepMs } from '../app/run-door.ts'
import { RunForecaster } from '../app/run-forecaster.ts'
import { stateInWords } from '../app/run-list.ts'
import { RunReader } from '../app/run-reader.ts'
import { isClean, summaryOf } from '../app/run-summary.ts'
import { waitingOf } from '../app/run-waiting.ts'
import { formatDurationForPeople } from '../base/duration.ts'
import { type CommandRun, type ExitCode, exitCodes } from './command.ts'
import { foreseen } from './conduct.ts'
import { nameOf } from './event-line.ts'
import { IdleKeyboard } from './guided/idle-keyboard.ts'
import { type CliIo, note, say } from './io.ts'
import { rolloutPicture } from './rollout-view.ts'
import { coverageLines, waitingLines } from './run-end.ts'
import { LiveScreen, PlainScreen } from './run-screen.ts'
import { standingLines } from './standing.ts'
import { makeStyle, type Style } from './style.ts'
import { dayAndTime, fitLine, shortPath, stopwatch } from './terminal-text.ts'

/** How often the journal is looked at while watching, milliseconds. */
const lookEveryMs = 400

/** `rollbook status RUN`: from the journal alone, also while another process carries the run out. */
export const status: CommandRun = async (call, io) => {
  const reader = await RunReader.open(io.cwd, call.positionals[0] ?? 'last')
  const { directory } = reader.run
  const forecaster = new RunForecaster({ directory, plan: reader.plan, now: () => reader.now() })
  const json = call.flag('json')
  // Of a run that has ended there is nothing to follow; how it ended is what was asked for.
  if (call.flag('watch') && (json || reader.state.status !== 'ended')) return watch(reader, forecaster, json, io)
  const forecast = reader.state.status === 'running' ? await forecaster.make() : undefined
  if (json) say(io, JSON.stringify(jsonOf(reader, forecast), undefined, 2))
  else for (const line of await statusLines(reader, io, forecast)) say(io, line)
  return exitCodeOf(reader)
}

function exitCodeOf({ index, state }: RunReader): ExitCode {
  if (state.status === 'ended') return isClean(index, state) ? exitCodes.clean : exitCodes.findings
  const waits = Object.keys(state.prompts).length > 0 || state.status === 'paused'
  return waits ? exitCodes.findings : exitCodes.clean
}

function jsonOf(reader: RunReader, forecast?: RunForecast): object {
  const { index, state, run, lastHash } = reader
  const writer = reader.writer()
  return {
    ...summaryOf(index, state, { directory: run.directory, lastHash }, reader.now(), forecast),
    carried_out_by: writer ? { presence: writer.presence, pid: writer.pid, text: writer.text } : null,
  }
}

async function statusLines(
  reader: RunReader,
  io: CliIo,
  forecast: RunForecast | undefined,
): Promise<readonly string[]> {
  const style = makeStyle(io.colour)
  const { index, state, run } = reader
  const now = reader.now()
  const progress = progressOf(index, state, now, forecast)
  const lines = [
    `${style.bold(index.plan.runbook.title)} ${index.plan.runbook.version}`,
    ...standingLines({ index, state, progress, now }, style, io.columns),
    '',
    row(style, 'Run', run.id),
    row(style, 'State', stateInWords(reader)),
    ...(state.startedAt === 0 ? [] : [row(style, 'Started', `${dayAndTime(state.startedAt)} by ${state.initiator}`)]),
    ...(state.operator !== state.initiator ? [row(style, 'Operator', state.operator)] : []),
    ...carriedOut(reader, style),
    row(style, 'Directory', shortPath(run.directory, io.cwd)),
  ]
  const asks = new Set(Object.values(state.prompts).map((prompt) => prompt.step))
  const active = progress.active.filter(
    ({ step, targets }) =>
      step.form === 'rollout' || (!asks.has(step.path) && (targets.running > 0 || targets.total === 0)),
  )
  if (active.length > 0 && state.status !== 'ended') {
    const { presence } = reader.writer() ?? {}
    lines.push('', style.bold(presence === 'alive' || presence === 'elsewhere' ? 'At work' : 'Goes on with'))
    for (const { step, elapsedMs, targets, state: current } of active) {
      if (step.form === 'rollout' && current.rollout) {
        const picture = rolloutPicture(step, current.rollout, now, style, progress.forecast)
        lines.push(`  ${nameOf(index, step.path)}, ${stopwatch(elapsedMs)}, ${picture.summary}`)
        for (const line of [...picture.lanes, ...picture.targets.slice(0, 20)])
          lines.push(fitLine(line, io.columns - 1))
        continue
      }
      const count = targets.total > 1 ? `, ${targets.done} of ${targets.total} targets done` : ''
      lines.push(`  ${nameOf(index, step.path)}, ${stopwatch(elapsedMs)}${count}`)
    }
  }
  const waiting = waitingOf(index, state)
  if (waiting.length > 0) lines.push('', style.bold('Waiting for'), ...waitingLines(waiting, style, io.columns))
  if (progress.next && state.status !== 'ended') {
    const planned = stepMs(index.plan, progress.next.path, 'expected')
    const takes = planned === undefined ? '' : `, about ${formatDurationForPeople(planned)}`
    lines.push('', row(style, 'Next', `${progress.next.number} ${progress.next.title}${takes}`))
  }
  if (state.mode === 'dry_run' && state.status === 'ended') {
    const { coverageOf } = await import('../app/run-door.ts')
    lines.push('', ...coverageLines(coverageOf(index, state), style, io.columns))
  }
  return lines
}

function row(style: Style, name: string, text: string): string {
  return `${style.dim(name.padEnd(10))} ${text}`
}

function carriedOut(reader: RunReader, style: Style): readonly string[] {
  const writer = reader.writer()
  if (reader.state.status === 'ended') return []
  if (writer?.presence === 'alive' || writer?.presence === 'elsewhere') return [row(style, 'By', writer.text)]
  const why = reader.state.status === 'paused' ? 'nobody, it is paused' : 'nobody'
  return [row(style, 'By', `${why}; "rollbook resume ${reader.run.id}" goes on`)]
}

/** Follows a run to its end, or to Ctrl-C, which touches nothing. */
async function watch(reader: RunReader, forecaster: RunForecaster, json: boolean, io: CliIo): Promise<ExitCode> {
  if (json) return follow(reader, io, () => say(io, JSON.stringify(jsonOf(reader))))
  const source = foreseen(reader, forecaster)
  const style = makeStyle(io.colour)
  const screen = io.isTTY ? new LiveScreen(source, io) : new PlainScreen(source, io.stdout, io.colour)
  let shown = ''
  try {
    return await follow(reader, io, (events) => {
      screen.turn(events)
      const waiting = waitingLines(waitingOf(reader.index, reader.state), style, io.columns)
      const text = waiting.join('\n')
      if (text !== shown && waiting.length > 0) screen.print(waiting)
      shown = text
    })
  } finally {
    forecaster.stop()
    screen.end()
    if (reader.state.status !== 'ended') note(io, `Run ${reader.run.id} goes on without this screen.`)
  }
}

async function follow(
  reader: RunReader,
  io: CliIo,
  onChange: (events: Awaited<ReturnType<RunReader['refresh']>>) => void,
): Promise<ExitCode> {
  let stopped = false
  let wake: () => void = () => undefined
  const stop = (): void => {
    stopped = true
    wake()
  }
  const remove = io.onInterrupt(stop)
  // What is pressed would be echoed into the live picture, which then no longer knows where it stands.
  const keyboard = new IdleKeyboard(io, stop)
  if (io.interactive) keyboard.listen()
  try {
    onChange([])
    while (!stopped && reader.state.status !== 'ended') {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, lookEveryMs)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      const events = await reader.refresh()
      if (events.length > 0) onChange(events)
    }
  } finally {
    keyboard.close()
    remove()
  }
  return exitCodeOf(reader)
}
