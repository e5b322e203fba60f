import type { Choice, PlanGate } from '../../app/run-door.ts'
import { counted, dayAndTime } from '../terminal-text.ts'
import { wrapText } from '../wrap.ts'
import type { Option } from './ask.ts'
import { markdownLines } from './markdown.ts'
import { stepHead } from './step-card.ts'
import { type Aside, commonOptions, menu, printHead, type Said, settle, stepOf, type Talk } from './talk.ts'

/** A decision of people, with name, role and reason. */
export function askGate(talk: Talk): Promise<Said> {
  const { prompt, style, io, print } = talk
  const step = stepOf(talk) as PlanGate
  printHead(talk)
  const kind = step.gate.type === 'go_no_go' ? 'go or no-go' : 'approval'
  print([
    ...stepHead(step, style, io.columns, style.yellow(kind)),
    ...(step.description ? markdownLines(step.description, style, io.columns - 1) : []),
    ...(prompt.message === step.title ? [] : wrapText(prompt.message, io.columns - 1)),
    '',
    ...gateFacts(talk, step),
    '',
  ])
  const go = step.gate.type === 'go_no_go' ? ['Go …', 'No-go …'] : ['Approve …', 'Refuse …']
  const own: readonly Option<Choice | Aside>[] = [
    { value: 'approve', title: go[0] ?? '' },
    { value: 'reject', title: go[1] ?? '' },
    {
      value: 'leave',
      title: 'Leave it to somebody else',
      description: 'Wait here for "rollbook approve" at another terminal.',
    },
  ]
  return menu(
    talk,
    'What is the decision?',
    () => [...own, ...commonOptions(talk)],
    (choice) => vote(talk, step, choice === 'approve' ? 'approve' : 'reject'),
  )
}

function gateFacts({ session, prompt, style }: Talk, step: PlanGate): readonly string[] {
  const { gate } = step
  const row = (name: string, text: string): string => `${style.dim(name.padEnd(10))} ${text}`
  const titles = gate.roles.map((role) => session.plan.roles[role]?.title ?? role)
  const votes = session.state.steps[prompt.step]?.votes ?? []
  const approvals = votes.filter((each) => each.decision === 'approve')
  return [
    row('Decided by', titles.length > 0 ? titles.join(' or ') : 'anybody'),
    ...(gate.min_approvals > 1
      ? [row('Needs', `${counted(gate.min_approvals, 'approval')}, has ${approvals.length}`)]
      : []),
    ...(gate.exclude_initiator ? [row('Not by', `${session.state.initiator}, who started the run`)] : []),
    ...votes.map((each) =>
      row(
        each.decision === 'approve' ? 'Approved' : 'Refused',
        `${each.by}${each.role ? ` as ${each.role}` : ''}${each.reason ? `: ${each.reason}` : ''}`,
      ),
    ),
    ...(prompt.expiresAt === undefined
      ? []
      : [row('Until', `${dayAndTime(prompt.expiresAt)}, then ${gate.on_expiry.replace('_', '-')}`)]),
  ]
}

async function vote(talk: Talk, step: PlanGate, decision: 'approve' | 'reject'): Promise<'said' | 'again'> {
  const { session, asker, prompt } = talk
  const { roles } = step.gate
  const by = await asker.text({ title: 'Who decides?', byDefault: session.person.by })
  const role =
    roles.length > 1
      ? await asker.choose(
          'In which role?',
          roles.map((each) => ({ value: each, title: session.plan.roles[each]?.title ?? each })),
        )
      : roles[0]
  const reason = await asker.text({
    title: decision === 'approve' ? 'On what grounds? (may be empty)' : 'Why not? (nothing: go back)',
  })
  if (decision === 'reject' && reason.trim() === '') return 'again'
  const person = {
    by: by.trim(),
    ...(role === undefined ? {} : { role }),
    ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
  }
  const result = await session.vote(prompt.prompt, decision, person)
  return settle(talk, result)
}
