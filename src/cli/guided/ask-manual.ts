import { resolve } from 'node:path'
import { readFormValue } from '../../app/form-value.ts'
import type { Choice, EvidenceRef, PlanFormField, PlanManual } from '../../app/run-door.ts'
import { attachEvidence } from '../../app/run-unattended.ts'
import { RollbookError } from '../../base/error.ts'
import type { Json } from '../../base/json.ts'
import { dayAndTime } from '../terminal-text.ts'
import type { Option } from './ask.ts'
import { markdownLines } from './markdown.ts'
import { stepHead } from './step-card.ts'
import { type Aside, commonOptions, giveChoice, menu, printHead, type Said, stepOf, type Talk } from './talk.ts'

/** Work that a person does: instructions, then the form and the evidence. */
export function askManual(talk: Talk): Promise<Said> {
  const { session, prompt, style, io, print } = talk
  const step = stepOf(talk) as PlanManual
  const role = step.role ? (session.plan.roles[step.role]?.title ?? step.role) : 'a person'
  printHead(talk)
  print([
    ...stepHead(step, style, io.columns, style.yellow(`done by ${role}`)),
    ...(step.description ? markdownLines(step.description, style, io.columns - 1) : []),
    '',
    ...markdownLines(prompt.message, style, io.columns - 3).map((line) => `  ${line}`),
    ...(step.expected_result ? ['', `${style.dim('Expect'.padEnd(10))} ${step.expected_result}`] : []),
    ...(prompt.expiresAt === undefined ? [] : [`${style.dim('Until'.padEnd(10))} ${dayAndTime(prompt.expiresAt)}`]),
    '',
  ])
  const asks = step.fields.length + step.evidence.length > 0
  const own: readonly Option<Choice | Aside>[] = [
    { value: 'done', title: asks ? 'It is done …' : 'It is done' },
    { value: 'skip', title: 'Skip it …', description: 'It is left out, with your reason in the record.' },
    { value: 'mark_done', title: 'Mark it done …', description: 'It was done otherwise; say how you know.' },
    { value: 'fail', title: 'It could not be done …' },
    {
      value: 'leave',
      title: 'Leave it to somebody else',
      description: 'Wait here for "rollbook answer" at another terminal.',
    },
  ]
  const offered = own.filter(({ value }) => value === 'leave' || prompt.choices.includes(value as Choice))
  return menu(
    talk,
    'How did it go?',
    () => [...offered, ...commonOptions(talk)],
    async (choice) => {
      if (choice !== 'done') return giveChoice(talk, choice)
      const form: Record<string, Json> = {}
      for (const field of step.fields) {
        const value = await askField(talk, field)
        if (value !== '') form[field.id] = value
      }
      const evidence = await askEvidence(talk, step)
      return giveChoice(talk, choice, {
        ...(step.fields.length > 0 ? { form } : {}),
        ...(evidence.length > 0 ? { evidence } : {}),
      })
    },
  )
}

async function askField({ asker }: Talk, field: PlanFormField): Promise<Json> {
  const optional = field.required ? '' : ' (may be empty)'
  if (field.type === 'boolean') {
    const choices = [
      { value: true, title: 'Yes' },
      { value: false, title: 'No' },
    ]
    return asker.choose<boolean>(field.title, choices)
  }
  if (field.options && field.options.length > 0) {
    const choices = field.options.map((option) => ({ value: option, title: option }))
    return asker.choose(field.title, field.required ? choices : [...choices, { value: '', title: '(nothing)' }])
  }
  const check = (text: string): string | undefined => {
    const read = readFormValue(field, text)
    return 'problem' in read ? read.problem : undefined
  }
  const text = await asker.text({ title: `${field.title}${hints[field.type] ?? ''}${optional}`, check })
  const read = readFormValue(field, text)
  return 'value' in read ? read.value : ''
}

const hints: Readonly<Record<string, string>> = {
  duration: ', such as 1h30m',
  size: ', such as 7GB',
  date_time: ', such as 2027-01-04T01:00:00Z',
  integer: ', a whole number',
}

/** Evidence is a file: asked for by its path, kept under its hash. */
async function askEvidence({ asker, session, io, print }: Talk, step: PlanManual): Promise<readonly EvidenceRef[]> {
  const kept: EvidenceRef[] = []
  for (const wanted of step.evidence) {
    for (;;) {
      const optional = wanted.required ? '' : ' (nothing: none)'
      const path = await asker.text({
        title: `Evidence, path of a file: ${wanted.title}${optional}`,
        check: (text) => (wanted.required && text.trim() === '' ? 'This evidence is required.' : undefined),
      })
      if (path.trim() === '') break
      try {
        kept.push(await attachEvidence(session, wanted.id, resolve(io.cwd, path.trim())))
        break
      } catch (error) {
        if (!(error instanceof RollbookError)) throw error
        print([error.message])
      }
    }
  }
  return kept
}
