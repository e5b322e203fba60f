/** What the commands for another terminal share: find the run, say something, tell what became of it. */
import { currentUser } from '../app/person.ts'
import type { PlanIndex, PromptState } from '../app/run-door.ts'
import { type Delivered, type Letter, sayToRun } from '../app/run-message.ts'
import { RunReader } from '../app/run-reader.ts'
import { summaryOf } from '../app/run-summary.ts'
import { matchingPrompts, waitingOf } from '../app/run-waiting.ts'
import { RollbookError, UsageError } from '../base/error.ts'
import { type CommandCall, type ExitCode, exitCodes } from './command.ts'
import { nameOf } from './event-line.ts'
import { type CliIo, note, say } from './io.ts'
import { waitingLines } from './run-end.ts'
import { outcomeWord } from './standing.ts'
import { makeStyle } from './style.ts'

/** Opens the run that the first argument names. */
export function readRunOf(call: CommandCall, io: CliIo): Promise<RunReader> {
  return RunReader.open(io.cwd, call.positionals[0] ?? '')
}

/** Who speaks, in which role, and why, as far as the options say. */
export function personOf(call: CommandCall): { readonly by: string; readonly role?: string; readonly reason?: string } {
  const role = call.text('role')
  const reason = call.text('reason')
  return {
    by: call.text('by') ?? currentUser(),
    ...(role === undefined ? {} : { role }),
    ...(reason === undefined ? {} : { reason }),
  }
}

/**
 * The prompt that a person means: the only one that fits, or the last one of its kind that was decided, so that saying
 * the same twice is told apart from saying something new.
 *
 * @throws UsageError `PROMPT_AMBIGUOUS`, RollbookError `NOTHING_WAITS`
 */
export function promptOf(reader: RunReader, call: CommandCall, wanted: (prompt: PromptState) => boolean): PromptState {
  const { index, state } = reader
  const place = call.positionals[1]
  const target = call.text('target')
  const open = matchingPrompts(index, Object.values(state.prompts), place, target).filter(wanted)
  if (open.length === 1) return open[0] as PromptState
  if (open.length > 1) {
    throw new UsageError('PROMPT_AMBIGUOUS', `run ${reader.run.id} waits for several: ${namesOf(index, open)}`, {
      hint: place === undefined ? 'Name the step.' : 'Add --target NAME.',
    })
  }
  const earlier = matchingPrompts(index, state.answered, place, target).filter(wanted).at(-1)
  if (earlier) return earlier
  throw nothingWaits(reader, place)
}

function namesOf(index: PlanIndex, prompts: readonly PromptState[]): string {
  return prompts
    .map((prompt) => `${nameOf(index, prompt.step)}${prompt.target ? ` on ${prompt.target}` : ''}`)
    .join(', ')
}

function nothingWaits(reader: RunReader, place: string | undefined): RollbookError {
  const { state, index } = reader
  const what = place === undefined ? 'waits for nothing that this command answers' : `waits for nothing at "${place}"`
  const waiting = waitingOf(index, state)
  const hint =
    waiting.length > 0
      ? `It waits for ${waiting.map((each) => `${each.step} ${each.title}`).join(', ')}: ${waiting[0]?.command}`
      : state.status === 'ended'
        ? `It has ended: ${outcomeWord(state)}.`
        : undefined
  return new RollbookError('NOTHING_WAITS', `run ${reader.run.id} ${what}`, { hint })
}

/** Delivers a letter and tells what became of it. A refusal ends with 1, an identical repeat with 0. */
export async function deliver(
  reader: RunReader,
  letter: Letter,
  done: string,
  call: CommandCall,
  io: CliIo,
): Promise<ExitCode> {
  const delivered = await sayToRun(io.cwd, reader.run, letter)
  await reader.refresh()
  if (call.flag('json')) say(io, JSON.stringify(jsonOf(reader, delivered), undefined, 2))
  else tell(reader, delivered, done, io)
  return delivered.outcome === 'refused' ? exitCodes.findings : exitCodes.clean
}

function jsonOf(reader: RunReader, delivered: Delivered): object {
  const { index, state, run, lastHash } = reader
  return { ...delivered, run: summaryOf(index, state, { directory: run.directory, lastHash }, reader.now()) }
}

function tell(reader: RunReader, delivered: Delivered, done: string, io: CliIo): void {
  const style = makeStyle(io.colour)
  if (delivered.outcome === 'refused') {
    const errors = makeStyle(io.errorColour)
    note(io, `${errors.red('rollbook:')} refused: ${delivered.reason}`)
    return
  }
  const { state, index, run } = reader
  say(io, delivered.outcome === 'duplicate' ? 'That was said already; nothing changes.' : done)
  if (state.status === 'ended') {
    say(io, `The run has ended: ${outcomeWord(state)}.`)
    return
  }
  const waiting = waitingLines(waitingOf(index, state), style, io.columns)
  if (waiting.length > 0) for (const line of ['', 'It waits for', ...waiting]) say(io, line)
  if (delivered.by === 'journal') {
    say(io)
    say(io, `Nobody carries the run out at the moment: "rollbook resume ${run.id}" goes on.`)
  }
}
