/** What every question to the operator shares: the head of the card, the menu, and the ways out of it. */
import type { Choice, PlanStep, PromptState } from '../../app/run-door.ts'
import { backOutRefusal, progressOf, stepsToBackOut } from '../../app/run-door.ts'
import type { RunSession } from '../../app/run-session.ts'
import { formatDurationForPeople } from '../../base/duration.ts'
import type { CliIo } from '../io.ts'
import { standingLines } from '../standing.ts'
import type { Style } from '../style.ts'
import { counted } from '../terminal-text.ts'
import type { Asker, Option } from './ask.ts'
import { detailLines } from './details.ts'
import type { IdleKeyboard } from './idle-keyboard.ts'
import { openShell } from './open-shell.ts'
import { askReason } from './people.ts'

export interface Talk {
  readonly session: RunSession
  readonly prompt: PromptState
  readonly io: CliIo
  readonly style: Style
  readonly asker: Asker
  readonly keyboard: IdleKeyboard
  print(lines: readonly string[]): void
}

/** Ways out of a menu that are no answer to the prompt. */
export type Aside = 'details' | 'pause' | 'leave' | `shell:${string}`

export type Said = 'said' | 'left'

/** Rule and standing: above every card. */
export function printHead({ session, io, style, print }: Talk): void {
  const { index, state } = session
  const now = io.now()
  const columns = io.columns - 1
  print([
    '',
    style.dim('─'.repeat(Math.max(1, columns))),
    ...standingLines({ index, state, progress: progressOf(index, state, now), now }, style, columns),
    '',
  ])
}

/** The step that the prompt is about, or the one that holds it. */
export function stepOf({ session, prompt }: Talk): PlanStep {
  for (let path = prompt.step; path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('/')))) {
    const step = session.index.byPath.get(path)?.step
    if (step && step.number !== '') return step
  }
  throw new Error(`prompt ${prompt.prompt} is about no step of the plan`)
}

/** The choices that every prompt may offer, in words. */
export function commonOptions(talk: Talk): readonly Option<Choice | Aside>[] {
  const { session, prompt } = talk
  const standing = { index: session.index, state: session.state }
  const has = (choice: Choice): boolean => prompt.choices.includes(choice)
  const refusal = backOutRefusal(standing)
  const undo = progressOf(session.index, session.state, talk.io.now()).backOut
  const count = stepsToBackOut(standing).length
  const backOut: Option<Choice> = {
    value: 'back_out',
    title: 'Back out …',
    description: `Undoes ${counted(count, 'step')} in reverse order, about ${formatDurationForPeople(undo.expectedMs)}, and ends the run.`,
    ...(refusal ? { refusal: 'no way back any more' } : {}),
  }
  const abort: Option<Choice> = {
    value: 'abort',
    title: 'Abort …',
    description: 'Ends the run as it is. Cleanups that are due still run; nothing else is undone.',
  }
  return [
    { value: 'details', title: 'Show all details' },
    { value: 'pause', title: 'Pause the run', description: 'Ends this command; "rollbook resume" goes on from here.' },
    ...(has('back_out') ? [backOut] : []),
    ...(has('abort') ? [abort] : []),
  ]
}

export function shellOptions(talk: Talk, targets: readonly string[]): readonly Option<Aside>[] {
  const reachable = targets.filter((name) => talk.session.shellOn(name) !== undefined).slice(0, 5)
  return reachable.map((name) => ({
    value: `shell:${name}`,
    title: `Open a shell on ${name}`,
    description: 'Come back here by leaving it.',
  }))
}

/**
 * Asks until something is said that settles the prompt, or the operator leaves it.
 *
 * @param answer - gives the answer; `'again'` when the run refused it or the operator thought again
 */
export async function menu(
  talk: Talk,
  title: string,
  options: () => readonly Option<Choice | Aside>[],
  answer: (choice: Choice) => Promise<'said' | 'again'>,
): Promise<Said> {
  for (;;) {
    const chosen = await talk.asker.choose(title, options())
    if (chosen === 'details') {
      const layout = { columns: talk.io.columns, cwd: talk.io.cwd }
      talk.print(await detailLines(talk.session, stepOf(talk), talk.style, layout))
    } else if (chosen === 'pause') {
      await talk.session.post('PauseRequested', { ...talk.session.person })
      return 'said'
    } else if (chosen === 'leave') return 'left'
    else if (isShell(chosen)) talk.print([await shell(talk, chosen.slice('shell:'.length))])
    else if ((await answer(chosen)) === 'said') return 'said'
  }
}

function isShell(chosen: Choice | Aside): chosen is `shell:${string}` {
  return chosen.startsWith('shell:')
}

async function shell(talk: Talk, target: string): Promise<string> {
  const argv = talk.session.shellOn(target)
  if (argv === undefined) return `${target} is not reached by SSH.`
  talk.print([talk.style.dim(argv.join(' '))])
  return talk.keyboard.lend(() => openShell(argv))
}

/** Gives a plain answer, with its reason where one is due. */
export async function giveChoice(
  talk: Talk,
  choice: Choice,
  more: Omit<NonNullable<Parameters<RunSession['answer']>[2]>, 'reason'> = {},
): Promise<'said' | 'again'> {
  const reason = await askReason(talk.asker, choice)
  if (reason === 'back') return 'again'
  const result = await talk.session.answer(talk.prompt.prompt, choice, { ...more, ...reason })
  return settle(talk, result)
}

export function settle(talk: Talk, result: Awaited<ReturnType<RunSession['answer']>>): 'said' | 'again' {
  if (result.kind !== 'refused') return 'said'
  talk.print([talk.style.yellow(`Refused: ${result.reason}`)])
  return 'again'
}
