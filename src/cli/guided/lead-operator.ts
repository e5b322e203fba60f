/**
 * Leads a person through a run: one question after the other, the live picture in between. What is decided goes into the
 * journal; who decides elsewhere is heard, and the question here is withdrawn.
 */
import type { PromptState } from '../../app/run-door.ts'
import type { RunSession, Standstill } from '../../app/run-session.ts'
import { assertNever } from '../../base/assert.ts'
import { nameOf } from '../event-line.ts'
import type { CliIo } from '../io.ts'
import type { RunScreen } from '../run-screen.ts'
import { makeStyle } from '../style.ts'
import { wrapText } from '../wrap.ts'
import { Asker, Interrupted, Withdrawn } from './ask.ts'
import { askCriterion } from './ask-criterion.ts'
import { askFailure } from './ask-failure.ts'
import { askGate } from './ask-gate.ts'
import { askManual } from './ask-manual.ts'
import { askRollout } from './ask-rollout.ts'
import { askStep } from './ask-step.ts'
import { askUnknown } from './ask-unknown.ts'
import type { IdleKeyboard } from './idle-keyboard.ts'
import { rolloutsUnderWay, steerHere, steeringKey } from './steer-here.ts'
import type { Talk } from './talk.ts'

/**
 * @param keyboard - listens while nothing is asked
 * @param onInterrupt - Ctrl-C at a question: the terminal is in raw mode then and sends no signal
 */
export async function leadOperator(
  session: RunSession,
  io: CliIo,
  screen: RunScreen,
  keyboard: IdleKeyboard,
  onInterrupt: () => void,
): Promise<Standstill> {
  /** Left to somebody else at another terminal. */
  const left = new Set<string>()
  /** Rollouts whose key was told. */
  const told = new Set<string>()
  for (;;) {
    const why = session.standstill()
    if (why === 'ended' || why === 'failed' || why === 'paused') return why
    const prompt = session.state.status === 'pausing' ? undefined : nextPrompt(session, left)
    if (prompt !== undefined) await ask(session, prompt, io, screen, keyboard, onInterrupt, left)
    else if ((await changeOrKey(session, keyboard)) === 'key') await steer(session, io, screen, keyboard, onInterrupt)
    tellKey(session, screen, keyboard, told)
  }
}

/** Until something happens, or the operator wants to say something to a rollout. */
async function changeOrKey(session: RunSession, keyboard: IdleKeyboard): Promise<'change' | 'key'> {
  const over = new AbortController()
  try {
    return await Promise.race([
      session.changed(over.signal).then(() => 'change' as const),
      keyboard.pressed(steeringKey, over.signal).then(() => 'key' as const),
    ])
  } finally {
    over.abort()
  }
}

/** Once for each rollout: nobody guesses a key. */
function tellKey(session: RunSession, screen: RunScreen, keyboard: IdleKeyboard, told: Set<string>): void {
  if (!keyboard.hearsKeys) return
  for (const { path } of rolloutsUnderWay(session)) {
    if (told.has(path)) continue
    told.add(path)
    screen.print([`Press ${steeringKey} to steer ${nameOf(session.index, path)}: pause, skip, retry, promote, stop …`])
  }
}

/** The run goes on meanwhile; the question is withdrawn when it ends, stops, or asks something itself. */
async function steer(
  session: RunSession,
  io: CliIo,
  screen: RunScreen,
  keyboard: IdleKeyboard,
  onInterrupt: () => void,
): Promise<void> {
  const settled = new AbortController()
  const { by } = session.person
  const look = (): void => {
    const over = session.standstill() !== undefined || session.state.status === 'pausing'
    if (over || rolloutsUnderWay(session).length === 0 || session.person.by !== by) settled.abort()
  }
  const unlisten = session.onTurn(look)
  screen.hold()
  try {
    const said = await steerHere(session, new Asker(io, keyboard, settled.signal))
    if (said !== undefined) screen.print(wrapText(said, io.columns - 1))
  } catch (error) {
    if (error instanceof Interrupted) {
      screen.release()
      onInterrupt()
      await session.changed(AbortSignal.timeout(2000))
    } else if (!(error instanceof Withdrawn)) throw error
  } finally {
    unlisten()
    screen.release()
  }
}

function nextPrompt(session: RunSession, left: ReadonlySet<string>): PromptState | undefined {
  return Object.values(session.state.prompts).find((prompt) => !left.has(prompt.prompt))
}

async function ask(
  session: RunSession,
  prompt: PromptState,
  io: CliIo,
  screen: RunScreen,
  keyboard: IdleKeyboard,
  onInterrupt: () => void,
  left: Set<string>,
): Promise<void> {
  const settled = new AbortController()
  const { by } = session.person
  const look = (): void => {
    const open = session.state.prompts[prompt.prompt] !== undefined
    const { status } = session.state
    const stops = status === 'ended' || status === 'pausing' || status === 'paused'
    // Who is asked now is somebody else, and shall read so before answering.
    const handedOver = session.person.by !== by
    if (!open || stops || handedOver || session.failure !== undefined) settled.abort()
  }
  const unlisten = session.onTurn(look)
  screen.hold()
  const style = makeStyle(io.colour)
  const print = (lines: readonly string[]): void => {
    for (const line of lines) io.stdout.write(`${line}\n`)
  }
  const asker = new Asker(io, keyboard, settled.signal)
  const talk: Talk = { session, prompt, io, style, print, asker, keyboard }
  try {
    look()
    const said = await converse(talk)
    if (said === 'left') {
      left.add(prompt.prompt)
      const name = nameOf(session.index, prompt.step)
      screen.print(wrapText(`${name} is left to somebody else; this screen waits. Ctrl-C pauses.`, io.columns - 1))
    }
  } catch (error) {
    if (error instanceof Interrupted) {
      // The screen shows again what the pause waits for.
      screen.release()
      onInterrupt()
      await session.changed(AbortSignal.timeout(2000))
    } else if (error instanceof Withdrawn) {
      if (session.person.by === by) screen.print(wrapText(withdrawnText(session, prompt), io.columns - 1))
    } else throw error
  } finally {
    unlisten()
    screen.release()
  }
}

function converse(talk: Talk): Promise<'said' | 'left'> {
  switch (talk.prompt.kind) {
    case 'step':
      return askStep(talk)
    case 'failure':
      return askFailure(talk)
    case 'manual':
      return askManual(talk)
    case 'gate':
      return askGate(talk)
    case 'unknown':
      return askUnknown(talk)
    case 'criterion':
      return askCriterion(talk)
    case 'rollout':
      return askRollout(talk)
    default:
      return assertNever(talk.prompt.kind)
  }
}

function withdrawnText(session: RunSession, prompt: PromptState): string {
  const name = nameOf(session.index, prompt.step)
  if (session.state.prompts[prompt.prompt]) return `${name} stays open: the run was paused at another terminal.`
  const settled = session.state.answered.find((each) => each.prompt === prompt.prompt)
  if (settled?.answer) return `${name}: ${settled.answer.by} was faster, at another terminal.`
  const vote = session.state.steps[prompt.step]?.votes.at(-1)
  if (settled?.closed === 'decided' && vote) return `${name}: ${vote.by} was faster, at another terminal.`
  return `${name} needs no answer any more${settled?.closed ? `: ${settled.closed}` : ''}.`
}
