import type { Choice } from '../../app/run-door.ts'
import { wrapText } from '../wrap.ts'
import type { Option } from './ask.ts'
import { stepHead } from './step-card.ts'
import { commonOptions, giveChoice, menu, printHead, type Said, stepOf, type Talk } from './talk.ts'

const options: readonly Option<Choice>[] = [
  {
    value: 'rollback',
    title: 'Put it back',
    description: 'By the steps of the rollback; the rollout waits for nobody then.',
  },
  { value: 'go_on', title: 'Leave it as it is and go on', description: 'The next targets begin.' },
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
    () => [...options.filter(({ value }) => prompt.choices.includes(value)), ...commonOptions(talk)],
    (choice) => giveChoice(talk, choice),
  )
}
