import type { Choice } from '../../app/run-door.ts'
import type { Option } from './ask.ts'
import { stepCard } from './step-card.ts'
import { type Aside, commonOptions, giveChoice, menu, printHead, type Said, stepOf, type Talk } from './talk.ts'

/** Before a step: what it will do, then what the operator wants. */
export function askStep(talk: Talk): Promise<Said> {
  const step = stepOf(talk)
  printHead(talk)
  talk.print([...stepCard(talk.session, step, talk.style, talk.io.columns), ''])
  const phase = talk.session.index.byPath.get(step.path)?.phase
  const title = talk.session.plan.phases.find((each) => each.id === phase)?.title ?? 'this phase'
  const own: readonly Option<Choice | Aside>[] = [
    { value: 'run', title: 'Run this step' },
    {
      value: 'run_phase',
      title: `Run it and the rest of "${title}"`,
      description: 'Gates, manual steps and failures still ask.',
    },
    { value: 'skip', title: 'Skip it …', description: 'It is left out, with your reason in the record.' },
    { value: 'mark_done', title: 'Mark it done …', description: 'It was done by other means; say how you know.' },
  ]
  return menu(
    talk,
    'What now?',
    () => [...own, ...commonOptions(talk)],
    (choice) => giveChoice(talk, choice),
  )
}
