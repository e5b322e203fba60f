import type { Choice, StepState } from '../../app/run-door.ts'
import { counted } from '../terminal-text.ts'
import { wrapText } from '../wrap.ts'
import type { Option } from './ask.ts'
import { stepHead } from './step-card.ts'
import {
  type Aside,
  commonOptions,
  giveChoice,
  menu,
  printHead,
  type Said,
  shellOptions,
  stepOf,
  type Talk,
} from './talk.ts'

interface Failed {
  readonly target: string
  readonly class: string
  readonly message: string
  readonly advice?: string
  readonly attempts: number
}

/** After a failure: which targets, why, what may help, and what can be done. */
export function askFailure(talk: Talk): Promise<Said> {
  const { session, prompt, style, io, print } = talk
  const step = stepOf(talk)
  const failed = failedTargets(session.state.steps, prompt.step)
  printHead(talk)
  print(stepHead(step, style, io.columns, style.red('failed')))
  if (failed.length === 0) print(wrapText(prompt.message, io.columns - 1))
  for (const each of failed.slice(0, 10)) print(failedLines(each, talk))
  if (failed.length > 10) print([`  … and ${counted(failed.length - 10, 'more target')}, see the details`])
  print([''])
  const names = failed.map((each) => each.target).filter((name) => name !== '')
  return menu(
    talk,
    'What now?',
    () => [...retryOptions(talk, failed), ...otherOptions(talk), ...shellOptions(talk, names), ...commonOptions(talk)],
    (choice) => giveChoice(talk, choice),
  )
}

function failedTargets(steps: Readonly<Record<string, StepState>>, path: string): readonly Failed[] {
  const found = new Map<string, Failed>()
  for (const step of Object.values(steps)) {
    if (step.path !== path && !step.path.startsWith(`${path}/`)) continue
    for (const [name, target] of Object.entries(step.targets)) {
      if (target.status !== 'failed') continue
      const last = target.attempts.at(-1)
      found.set(name, {
        target: name,
        class: target.class ?? last?.class ?? 'process',
        message: target.reason ?? last?.message ?? 'no reason given',
        ...(last?.advice ? { advice: last.advice } : {}),
        attempts: target.attempts.filter((attempt) => attempt.op !== 'probe').length,
      })
    }
  }
  return [...found.values()]
}

function failedLines(failed: Failed, { style, io }: Talk): readonly string[] {
  const tries = failed.attempts > 1 ? `, ${counted(failed.attempts, 'try', 'tries')}` : ''
  const head = `${style.red('✗')} ${style.bold(failed.target || 'control')} ${style.dim(`(${failed.class}${tries})`)}`
  const indent = (text: string): readonly string[] => wrapText(text, io.columns - 5).map((line) => `    ${line}`)
  return [
    head,
    ...indent(failed.message),
    ...(failed.advice ? indent(failed.advice).map((line) => style.cyan(line)) : []),
  ]
}

function retryOptions({ prompt, session }: Talk, failed: readonly Failed[]): readonly Option<Choice>[] {
  const all = session.index.byPath.get(prompt.step)?.step.targets.length ?? 0
  const partly = all > failed.length && failed.length > 0
  const options: Option<Choice>[] = []
  if (prompt.choices.includes('retry')) {
    const title = partly ? `Try again on the ${counted(failed.length, 'failed target')}` : 'Try again'
    options.push({ value: 'retry', title })
  }
  if (prompt.choices.includes('retry_all') && partly)
    options.push({ value: 'retry_all', title: `Try again on all ${all} targets` })
  return options
}

function otherOptions({ prompt }: Talk): readonly Option<Choice | Aside>[] {
  const options: readonly Option<Choice>[] = [
    {
      value: 'skip',
      title: 'Go on without it …',
      description: 'The step counts as skipped, with your reason in the record.',
    },
    {
      value: 'mark_done',
      title: 'Mark it done …',
      description: 'You have put it right by other means; say how you know.',
    },
    {
      value: 'waive',
      title: 'Waive the criterion …',
      description: 'It does not hold, and the run goes on with your reason.',
    },
  ]
  return options.filter(({ value }) => prompt.choices.includes(value))
}
