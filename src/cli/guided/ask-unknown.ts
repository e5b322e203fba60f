import type { Choice } from '../../app/run-door.ts'
import { wrapText } from '../wrap.ts'
import type { Option } from './ask.ts'
import { previewLines, stepHead } from './step-card.ts'
import { commonOptions, giveChoice, menu, printHead, type Said, shellOptions, stepOf, type Talk } from './talk.ts'

/** Nobody can say how an effect ended: the one question that Rollbook never answers by itself. */
export function askUnknown(talk: Talk): Promise<Said> {
  const { session, prompt, style, io, print } = talk
  const step = stepOf(talk)
  const target = prompt.target ?? ''
  const place = target === '' ? 'this machine' : target
  const reason = session.state.steps[prompt.step]?.targets[target]?.reason ?? 'its answer is missing'
  printHead(talk)
  print(stepHead(step, style, io.columns, style.yellow('nobody knows how it ended')))
  const text = [
    `This was begun on ${place}, and then ${reason}. It may have taken effect wholly, partly or not at all.`,
    'It is not repeated blindly, because doing it twice may do harm. Look there, then say what you found.',
  ]
  print(text.flatMap((line) => wrapText(line, io.columns - 1)))
  const previews = session.previews(step).filter((each) => (each.target ?? '') === target)
  print(['', ...previewLines(previews, style, io.columns - 2).map((line) => `  ${line}`), ''])
  const own: readonly Option<Choice>[] = [
    { value: 'mark_done', title: 'It took effect: go on …' },
    { value: 'retry', title: 'It did not take effect: do it now', description: 'The deviation stands in the record.' },
    { value: 'skip', title: 'Leave this target out …' },
    { value: 'fail', title: 'It failed: decide about the step …' },
  ]
  const names = target === '' ? [] : [target]
  return menu(
    talk,
    `What did you find on ${place}?`,
    () => [...shellOptions(talk, names), ...own, ...commonOptions(talk)],
    (choice) => giveChoice(talk, choice),
  )
}
