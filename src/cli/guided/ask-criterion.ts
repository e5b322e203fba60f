import type { Choice } from '../../app/run-door.ts'
import type { Option } from './ask.ts'
import { markdownLines } from './markdown.ts'
import { stepHead } from './step-card.ts'
import { commonOptions, giveChoice, menu, printHead, type Said, stepOf, type Talk } from './talk.ts'

/** A criterion that a person judges. */
export function askCriterion(talk: Talk): Promise<Said> {
  const { session, prompt, style, io, print } = talk
  const step = stepOf(talk)
  const criterion = session.plan.acceptance_criteria.find((each) => each.id === prompt.criterion)
  const where = prompt.target ? ` on ${prompt.target}` : ''
  printHead(talk)
  print([
    ...stepHead(step, style, io.columns, style.dim(criterion?.severity ?? '')),
    style.bold(`${criterion?.title ?? prompt.criterion}${where}`),
    ...markdownLines(prompt.message, style, io.columns - 3).map((line) => `  ${line}`),
    '',
  ])
  const own: readonly Option<Choice>[] = [
    { value: 'pass', title: 'It holds' },
    { value: 'fail', title: 'It does not hold …' },
    { value: 'not_tested', title: 'It cannot be tested …' },
    { value: 'waive', title: 'Waive it …', description: 'It does not hold, and that is accepted for a reason.' },
  ]
  const offered = own.filter(({ value }) => prompt.choices.includes(value))
  return menu(
    talk,
    'What is the verdict?',
    () => [...offered, ...commonOptions(talk)],
    (choice) => giveChoice(talk, choice),
  )
}
