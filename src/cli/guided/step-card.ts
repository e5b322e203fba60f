/** What an operator reads before deciding about a step. */
import { type PlanStep, stepMs } from '../../app/run-door.ts'
import type { StepPreview } from '../../app/run-preview.ts'
import type { RunSession } from '../../app/run-session.ts'
import { formatDurationForPeople } from '../../base/duration.ts'
import type { Style } from '../style.ts'
import { counted, fitLine, spread, textWidth } from '../terminal-text.ts'
import { wrapText } from '../wrap.ts'
import { markdownLines } from './markdown.ts'

/** Lines of a preview that a card shows; the details show all. */
const previewLinesMax = 8

export function stepHead(step: PlanStep, style: Style, columns: number, tag = ''): readonly string[] {
  const lead = `${step.number}  `
  const room = columns - 1 - textWidth(tag) - 2 - lead.length
  return wrapText(step.title, Math.max(20, room)).map((line, index) =>
    index === 0
      ? spread(style.bold(`${lead}${line}`), tag, columns - 1)
      : style.bold(`${' '.repeat(lead.length)}${line}`),
  )
}

export function stepCard(session: RunSession, step: PlanStep, style: Style, columns: number): readonly string[] {
  return [
    ...stepHead(step, style, columns, effectTag(step, style)),
    ...(step.description ? markdownLines(step.description, style, columns - 1) : []),
    '',
    ...workLines(session, step, style, columns),
    ...factLines(session, step, style, columns),
  ]
}

function effectTag(step: PlanStep, style: Style): string {
  const effects = effectsOf(step)
  if (effects.includes('disruptive')) return style.yellow('users notice')
  return effects.includes('change') ? style.cyan('changes something') : style.dim('only looks')
}

function effectsOf(step: PlanStep): readonly string[] {
  if (step.form === 'action') return [step.capabilities.effect]
  if (step.form === 'rollout') return step.each.map((action) => action.capabilities.effect)
  return []
}

/** A row of the card: a dim name, then text that hangs beside it. */
function row(name: string, text: readonly string[], style: Style): readonly string[] {
  return text.map((line, index) => `${style.dim((index === 0 ? name : '').padEnd(10))} ${line}`)
}

function workLines(session: RunSession, step: PlanStep, style: Style, columns: number): readonly string[] {
  const room = columns - 12
  const previews = session.previews(step)
  const what = wrapText(doesWhat(session, step), room)
  const shown = previewLines(previews, style, room)
  const cut = shown.length > previewLinesMax ? shown.slice(0, previewLinesMax - 1) : shown
  const more =
    shown.length > cut.length
      ? [style.dim(`… ${counted(shown.length - cut.length, 'more line')}, see the details`)]
      : []
  return [
    ...row('Does', what, style),
    ...row(
      '',
      [...cut, ...more].map((line) => fitLine(line, room)),
      style,
    ),
  ]
}

function doesWhat(session: RunSession, step: PlanStep): string {
  switch (step.form) {
    case 'action': {
      const { targets, max_concurrency } = step
      if (targets.length === 0) return `${step.action} on control`
      if (targets.length === 1) return `${step.action} on ${targets[0]}`
      const atOnce = Math.min(max_concurrency, targets.length)
      return `${step.action} on ${targets.length} targets, ${atOnce === 1 ? 'one after the other' : `${atOnce} at once`}`
    }
    case 'rollout': {
      const tolerated =
        step.max_failures === 0 ? 'stops at the first failure' : `tolerates ${counted(step.max_failures, 'failure')}`
      return `moves ${counted(step.targets.length, 'target')} of ${step.component} to ${step.to}, ${step.max_concurrency} at once; ${tolerated}`
    }
    case 'acceptance': {
      const count = counted(step.criteria.length, 'criterion', 'criteria')
      const titles = session.plan.acceptance_criteria
        .filter((each) => step.criteria.includes(each.id))
        .map((each) => each.title)
      return `${step.moment === 'baseline' ? 'captures' : 'verifies'} ${count}: ${titles.join(', ')}`
    }
    default:
      return ''
  }
}

/** Calls that read the same on every target are shown once, with the names of the targets. */
export function previewLines(previews: readonly StepPreview[], style: Style, width: number): readonly string[] {
  const groups = new Map<string, string[]>()
  for (const { text, target } of previews) {
    // Executors begin with the target's name; here it stands beside the call.
    const bare = target !== undefined && text.startsWith(`${target}: `) ? text.slice(target.length + 2) : text
    groups.set(bare, [...(groups.get(bare) ?? []), target ?? ''])
  }
  const several = groups.size > 1
  return [...groups].flatMap(([text, names]) => {
    const who = names.filter((name) => name !== '')
    const lines = text.split('\n').flatMap((line) => wrapKeeping(line, width - 2))
    const head = several && who.length > 0 ? [style.dim(`${listNames(who)}:`)] : []
    const tail = !several && who.length > 1 ? [style.dim(`on ${listNames(who)}`)] : []
    return [...head, ...lines.map((line) => style.cyan(several ? `  ${line}` : line)), ...tail]
  })
}

/** Long commands are broken at spaces, never cut: they must be readable to the end. */
function wrapKeeping(line: string, width: number): readonly string[] {
  if (line.length <= width) return [line]
  return wrapText(line, Math.max(20, width - 2)).map((part, index) => (index === 0 ? part : `  ${part}`))
}

function listNames(names: readonly string[]): string {
  return names.length > 6 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ')
}

function factLines(session: RunSession, step: PlanStep, style: Style, columns: number): readonly string[] {
  const room = columns - 12
  const facts: (readonly [string, string])[] = []
  const { impact, expected_result, role } = step
  if (impact) {
    const downtime =
      impact.downtime_ms === undefined ? '' : `, ${formatDurationForPeople(impact.downtime_ms)} of downtime`
    facts.push(['Impact', `${impact.kind}${downtime}${impact.affects ? `: ${impact.affects}` : ''}`])
  }
  if (expected_result) facts.push(['Expect', expected_result])
  const expected = stepMs(session.plan, step.path, 'expected') ?? 0
  if (expected > 0) {
    const worst = stepMs(session.plan, step.path, 'worst') ?? 0
    const more = worst > expected ? `, at worst ${formatDurationForPeople(worst)}` : ''
    facts.push(['Takes', `${formatDurationForPeople(expected)}${more}`])
  }
  facts.push(...undoFact(session, step))
  if (role) facts.push(['Role', session.plan.roles[role]?.title ?? role])
  const lines = facts.flatMap(([name, text]) => row(name, wrapText(text, room), style))
  return step.point_of_no_return
    ? [...lines, ...row('', [style.red(style.bold('After this there is no way back.'))], style)]
    : lines
}

function undoFact(session: RunSession, step: PlanStep): readonly (readonly [string, string])[] {
  if (step.back_out === 'undo') return [['Undo', 'by the action itself']]
  if (step.back_out !== undefined) return [['Undo', step.back_out.map((inverse) => inverse.title).join(', then ')]]
  const cleanup = session.index.cleanupOf.get(step.path)
  return cleanup ? [['Undo', `${cleanup.number} ${cleanup.title}`]] : []
}
