import { type ForeseenBreak, foreseeRules } from './foresee-rules.ts'
import type { Plan } from './model.ts'
import type { PlanReporter } from './reporter.ts'

/** Tells which safety rules the plan would break, and where a rollback would leave it without a way on. */
export function reportRules(plan: Omit<Plan, 'digest'>, reporter: PlanReporter): void {
  const { broken, stuck } = foreseeRules(plan)
  const pathOf = ({ rule, moment }: ForeseenBreak): readonly (string | number)[] => [
    'rules',
    plan.rules.findIndex(({ id }) => id === rule.id),
    moment,
  ]
  if (broken) {
    const may = broken.rule.override_by
    const tell = may === undefined ? reporter.error.bind(reporter) : reporter.warning.bind(reporter)
    tell(
      'PLAN_RULE_BROKEN',
      pathOf(broken),
      `${placeOf(broken)} the rule "${broken.rule.id}" would be broken: ${sentence(broken)}`,
      may === undefined
        ? 'The run would stop there.'
        : `The run would stop there, until ${may.join(' or ')} lets it pass.`,
    )
  }
  for (const { rollout, target, then } of stuck) {
    reporter.warning(
      'PLAN_RULE_STUCK',
      pathOf(then),
      `after a rollback of ${target} in step ${rollout.number} "${rollout.title}" there is no way on: ${placeOf(then)} the rule "${then.rule.id}" would be broken: ${sentence(then)}`,
      'Decide before that rollback how to go on: mend the target and bring it forward again, or stop and escalate.',
    )
  }
}

function placeOf({ step, target, moment }: ForeseenBreak): string {
  const where = `step ${step.number} "${step.title}"`
  if (moment === 'at_close') return `at the end of ${where}`
  return `in ${where}${target === '' ? '' : ` on ${target}`}`
}

function sentence({ rule, reason }: ForeseenBreak): string {
  return `${rule.title}${reason === '' ? '' : ` (${reason})`}`
}
