/** Carries a session to its end, to a pause, or until it waits: with people, or without asking. */
import type { PlanIndex, RunState } from '../app/run-door.ts'
import type { RunForecaster } from '../app/run-forecaster.ts'
import type { RunSession, Standstill } from '../app/run-session.ts'
import { summaryOf } from '../app/run-summary.ts'
import { carryUnattended, type RecordedAnswers } from '../app/run-unattended.ts'
import { UsageError } from '../base/error.ts'
import { type CommandCall, type ExitCode, exitCodes } from './command.ts'
import { nameOf } from './event-line.ts'
import { type CliIo, say } from './io.ts'
import { endLines, exitCodeOf } from './run-end.ts'
import { EventsScreen, LiveScreen, PlainScreen, type RunScreen, type ScreenSource } from './run-screen.ts'
import { makeStyle } from './style.ts'
import { wrapText } from './wrap.ts'

export interface Conduct {
  readonly unattended: boolean
  readonly answers?: RecordedAnswers
  /** One JSON object at the end on stdout, and nothing else there. */
  readonly json: boolean
  /** Every event as a line of JSON on stdout. */
  readonly events: boolean
}

/**
 * Reads how a run is to be carried out.
 *
 * @throws UsageError `NOT_A_TERMINAL`, `OPTIONS_CONFLICT`
 */
export async function readConduct(call: CommandCall, io: CliIo): Promise<Conduct> {
  const dryRun = call.flag('dry-run')
  const unattended = call.flag('unattended') || dryRun
  const json = call.flag('json')
  const events = call.flag('events')
  if (!unattended && (json || events)) {
    throw new UsageError('OPTIONS_CONFLICT', `--${json ? 'json' : 'events'} is for runs that nobody is asked about`, {
      hint: 'Add --unattended, or leave it out to be led through the run.',
    })
  }
  if (!unattended && !io.interactive) {
    throw new UsageError('NOT_A_TERMINAL', 'a guided run needs a terminal, and this is none', {
      hint: 'Add --unattended to run without being asked; gates and manual steps are then answered by --answers FILE or from another terminal.',
    })
  }
  const file = call.text('answers')
  if (file === undefined) return { unattended, json, events }
  if (!unattended) {
    throw new UsageError('OPTIONS_CONFLICT', '--answers is for unattended runs', { hint: 'Add --unattended.' })
  }
  const { readAnswers } = await import('../app/run-unattended.ts')
  return { unattended, json, events, answers: readAnswers(file, io.cwd) }
}

export async function conduct(session: RunSession, how: Conduct, terminal: CliIo): Promise<ExitCode> {
  // Screens tell the time of the run, which in a rehearsal is not that of the machine.
  const io: CliIo = { ...terminal, now: () => session.now() }
  const out = how.json || how.events ? io.stderr : io.stdout
  const style = makeStyle(out === io.stdout ? io.colour : io.errorColour)
  const { RunForecaster } = await import('../app/run-forecaster.ts')
  const { directory } = session.run
  const forecaster = new RunForecaster({ directory, plan: session.plan, now: () => session.now() })
  const screen = makeScreen(session, how, io, forecaster)
  const unlisten = [
    session.onTurn((_, events) => screen.turn(events)),
    session.onLine((call, line) => screen.line(call.id, line)),
  ]
  let why: Standstill | 'left'
  try {
    screen.turn(session.takeEarlier())
    why = await carry(session, how, io, screen)
  } catch (error) {
    // Whatever went wrong here, the run is let go in order: what is in flight gets the time to say how it ended.
    await session.close({ drainMs: 5000 })
    throw error
  } finally {
    for (const stop of unlisten) stop()
    forecaster.stop()
    screen.end()
  }
  // A run that was left stops here: what is in flight belongs to whoever resumes it.
  await session.close({ drainMs: why === 'left' ? 0 : 5000 })
  if (why === 'failed') throw session.failure
  for (const line of endLines(session, why, io, style)) out.write(`${line}\n`)
  if (how.json || how.events) {
    const summary = summaryOf(
      session.index,
      session.state,
      { directory: session.run.directory, lastHash: session.lastHash },
      io.now(),
    )
    say(io, how.events ? JSON.stringify({ summary }) : JSON.stringify(summary, undefined, 2))
  }
  return why === 'ended' ? exitCodeOf(session) : exitCodes.findings
}

/** What a live screen looks at: the session as it is at the moment, and when it is expected to end. */
export function foreseen(
  source: { readonly index: PlanIndex; readonly state: RunState },
  forecaster: RunForecaster,
): ScreenSource {
  return {
    index: source.index,
    get state() {
      return source.state
    },
    get forecast() {
      return forecaster.latest
    },
  }
}

function makeScreen(session: RunSession, how: Conduct, io: CliIo, forecaster: RunForecaster): RunScreen {
  if (how.events) return new EventsScreen(io.stdout)
  if (how.json) return new PlainScreen(session, io.stderr, io.errorColour)
  return io.isTTY ? new LiveScreen(foreseen(session, forecaster), io) : new PlainScreen(session, io.stdout, io.colour)
}

/** The first Ctrl-C pauses at the next safe point, the second one leaves. */
async function carry(session: RunSession, how: Conduct, io: CliIo, screen: RunScreen): Promise<Standstill | 'left'> {
  let presses = 0
  let leave: () => void = () => undefined
  const left = new Promise<'left'>((resolve) => {
    leave = () => resolve('left')
  })
  const onInterrupt = (): void => {
    presses += 1
    const why = session.standstill()
    if (presses > 1 || why === 'ended' || why === 'failed' || why === 'paused') return leave()
    const busy = Object.values(session.state.calls).map(
      (call) => `${nameOf(session.index, call.step)}${call.target ? ` on ${call.target}` : ''}`,
    )
    const first = [...new Set(busy)].slice(0, 3).join(', ')
    const more = busy.length > 3 ? ` and ${busy.length - 3} more` : ''
    const when = first ? ` when this is done: ${first}${more}` : ''
    const text = `Pausing${when}. Ctrl-C again leaves at once; the record stays whole.`
    screen.print(io.isTTY ? wrapText(text, io.columns - 1) : [text])
    void session.post('PauseRequested', { ...session.person, reason: 'Ctrl-C' }).catch(leave)
  }
  const remove = io.onInterrupt(onInterrupt)
  try {
    if (how.unattended) return await Promise.race([left, unattended(session, how, screen)])
    const [{ leadOperator }, { IdleKeyboard }] = await Promise.all([
      import('./guided/lead-operator.ts'),
      import('./guided/idle-keyboard.ts'),
    ])
    const keyboard = new IdleKeyboard(io, onInterrupt)
    keyboard.listen()
    try {
      return await Promise.race([left, leadOperator(session, io, screen, keyboard, onInterrupt)])
    } finally {
      keyboard.close()
    }
  } finally {
    remove()
  }
}

function unattended(session: RunSession, how: Conduct, screen: RunScreen): Promise<Standstill> {
  return carryUnattended(session, {
    ...(how.answers ? { answers: how.answers } : {}),
    startSteps: true,
    onRefused: (prompt, reason) =>
      screen.print([`The recorded answer for ${nameOf(session.index, prompt.step)} was refused: ${reason}`]),
  })
}
