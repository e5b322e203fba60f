import { hasExpression, splitTemplate } from '../expression/index.ts'
import type { Plan, PlanStep } from '../plan/model.ts'
import { walkSteps } from './plan-words.ts'

const stepName = /\bsteps(?:\.([A-Za-z_]\w*)|\["([^"]+)"\])/g
const plainName = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/

/**
 * An author's text for people: what only the run can tell becomes a blank that names where it comes from, such as
 * `‹filled in by 2.3 Upgrade the Sockets›`, in place of an expression.
 */
export function filledInLater(plan: Plan, step: PlanStep, text: string): string {
  if (!hasExpression(text)) return text
  return splitTemplate(text)
    .parts.map((part) => (part.kind === 'expression' ? `‹${blankText(plan, step, part.text)}›` : part.text))
    .join('')
}

function blankText(plan: Plan, step: PlanStep, expression: string): string {
  const ids = new Set([...expression.matchAll(stepName)].map(([, name, quoted]) => name ?? quoted ?? ''))
  const sources = [...ids].flatMap((id) => nearest(plan, step, id) ?? [])
  if (sources.length > 0)
    return `filled in by ${sources.map(({ number, title }) => `${number} ${title}`).join(' and ')}`
  return plainName.test(expression) ? expression : 'filled in during the run'
}

/** A loop makes several steps of one id: the one that shares the most with the place of the reader is meant. */
function nearest(plan: Plan, step: PlanStep, id: string): PlanStep | undefined {
  let best: PlanStep | undefined
  for (const each of walkSteps(plan)) {
    if (each.number === '' || each.path.slice(each.path.lastIndexOf('/') + 1) !== id) continue
    if (best === undefined || shared(each.path, step.path) > shared(best.path, step.path)) best = each
  }
  return best
}

function shared(one: string, other: string): number {
  let length = 0
  while (length < one.length && one[length] === other[length]) length += 1
  return length
}
