/** Words of people that go into the record. */
import type { Choice } from '../../app/run-door.ts'
import type { Asker } from './ask.ts'

/** Choices that depart from the runbook, and therefore say why. */
const reasonNeeded: readonly string[] = ['skip', 'mark_done', 'waive', 'abort', 'back_out', 'not_tested']

const questions: Readonly<Record<string, string>> = {
  skip: 'Why is it skipped?',
  mark_done: 'How do you know that it is done?',
  waive: 'Why is it waived?',
  abort: 'Why is the run aborted?',
  back_out: 'Why is it backed out?',
  not_tested: 'Why is it not tested?',
  fail: 'What went wrong?',
}

/**
 * Asks for the reason of a choice, where one is due.
 *
 * @returns undefined when no reason belongs to the choice; `'back'` when the operator thought again
 */
export async function askReason(asker: Asker, choice: Choice): Promise<{ readonly reason?: string } | 'back'> {
  const question = questions[choice]
  if (question === undefined) return {}
  const needed = reasonNeeded.includes(choice)
  const text = await asker.text({ title: `${question} (${needed ? 'nothing: go back' : 'may be empty'})` })
  if (text.trim() !== '') return { reason: text.trim() }
  return needed ? 'back' : {}
}
