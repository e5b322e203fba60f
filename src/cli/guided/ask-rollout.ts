import type { Choice } from '../../app/run-door.ts'
import { wrapText } from '../wrap.ts'
import type { Option } from './ask.ts'
import { stepHead } from './step-card.ts'
import { commonOptions, giveChoice, menu, printHead, type Said, stepOf, type Talk } from './talk.ts'

const options: readonly Option<Choice>[] = [
  { value: 'go_on', title: 'Go on with the rollout', description: 'The next targets begin.' },
  {
    value: 'stop',
    title: 'Stop the rollout',
    description: 'What is in progress ends as the runbook says; the rest is skipped.',
  },
]

/** A target failed in a way that the runbook wants people asked about; nothing more begins meanwhile. */
export function askRollout(talk: Talk): Promise<Said> {
  const { prompt, style, io, print } = talk
  printHead(talk)
  print(stepHead(stepOf(talk), style, io.columns, style.yellow('asks')))
  print(wrapText(prompt.message, io.columns - 1))
  print([''])
  return menu(
    talk,
    'What now?',
    () => [...options, ...commonOptions(talk)],
    (choice) => giveChoice(talk, choice),
  )
}
