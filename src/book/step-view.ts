import type { Json, JsonObject } from '../base/json.ts'
import type { Plan, PlanAction, PlanRollout, PlanStep } from '../plan/model.ts'
import { stepMs } from '../plan/timeline.ts'
import type { StepView } from './book-view.ts'
import { groupCommands } from './command-groups.ts'
import { filledInLater } from './filled-in-later.ts'
import { compressNames, namesText } from './name-list.ts'
import { inheritsRaci, roleTitle, whoText } from './plan-words.ts'
import { rolloutFacts } from './rollout-facts.ts'
import {
  badges,
  expiryText,
  failureRuleText,
  failureTexts,
  formTitles,
  gateText,
  gateTitles,
  impactText,
  retryText,
  unknownTexts,
} from './step-words.ts'
import { count, durationText, textsOf, valueText, wordsOf } from './text.ts'
import { type Badge, type Content, type Fact, inlineCode, prose, refs, stepAnchor, stepRef } from './view.ts'

const depthMax = 3

/** A step and everything that it holds, in the order of the document. */
export function stepViews(plan: Plan, step: PlanStep, depth = 0): readonly StepView[] {
  const own = stepView(plan, step, depth)
  const inner = Math.min(depth + 1, depthMax)
  if (step.form === 'group') return [own, ...step.steps.flatMap((child) => stepViews(plan, child, inner))]
  if (step.form === 'rollout') {
    const actions = rolloutStages(step).flatMap((stage) => stageViews(plan, stage, inner))
    return [own, ...actions, ...step.gates.map((gate) => stepView(plan, gate, inner))]
  }
  return [own]
}

interface Stage {
  readonly title: string
  readonly actions: readonly PlanAction[]
}

function rolloutStages(step: PlanRollout): readonly Stage[] {
  return [
    { title: 'Ahead of the window', actions: step.stage },
    { title: 'Before each target', actions: step.preflight },
    { title: 'On each target', actions: step.each },
    { title: 'After each target', actions: step.post_checks },
    { title: 'Health', actions: step.health?.checks ?? [] },
    { title: 'Rollback of a target', actions: step.rollback.steps },
  ]
}

function stageViews(plan: Plan, stage: Stage, depth: number): readonly StepView[] {
  return stage.actions.map((action) => {
    const view = stepView(plan, action, depth)
    return { ...view, form_title: stage.title, ticks: [] }
  })
}

function stepView(plan: Plan, step: PlanStep, depth: number): StepView {
  return {
    number: step.number,
    anchor: stepAnchor(step.number === '' ? step.path : step.number),
    title: step.title,
    depth,
    form: step.form,
    form_title: step.form === 'action' || step.form === 'group' ? formTitles[step.form] : '',
    badges: stepBadges(step),
    skip: step.skip ?? '',
    point_of_no_return: step.point_of_no_return,
    is_group: step.form === 'group',
    description: step.description === undefined ? null : prose(filledInLater(plan, step, step.description)),
    instructions: instructionsOf(plan, step),
    commands: step.form === 'action' && step.skip === undefined ? groupCommands(step.previews, plan.targets) : [],
    facts: stepFacts(plan, step),
    expected_result: filledInLater(plan, step, step.expected_result ?? ''),
    fields: step.form === 'manual' ? step.fields.map(fieldOf) : [],
    evidence: step.evidence.map((item) => ({ title: item.title, required: item.required ? 'required' : 'optional' })),
    criteria: step.form === 'acceptance' ? criteriaOf(plan, step.criteria) : [],
    votes: step.form === 'gate' ? votesOf(plan, step.gate.roles, step.gate.min_approvals) : [],
    failure_rules: step.form === 'rollout' ? step.failure_rules.map(failureRuleText) : [],
    ticks: step.form === 'group' || step.skip !== undefined ? [] : step.form === 'gate' ? ['Go', 'No-go'] : ['Done'],
  }
}

export function stepBadges(step: PlanStep): readonly Badge[] {
  const found: Badge[] = []
  if (step.point_of_no_return) found.push(badges.point_of_no_return)
  if (step.skip !== undefined) found.push(badges.skip)
  if (step.form === 'gate') found.push(badges.gate)
  if (step.form === 'manual') found.push(badges.manual)
  if (step.form === 'acceptance') found.push(badges.acceptance)
  if (step.form === 'rollout') found.push(badges.rollout)
  if (step.form === 'group' && step.parallel) found.push(badges.parallel)
  if (step.form === 'action') found.push(effectBadge(step))
  if (step.cleanup_of !== undefined) found.push(badges.cleanup)
  return found
}

function effectBadge(step: PlanAction): Badge {
  return step.capabilities.effect === 'none' ? badges.read : badges[step.capabilities.effect]
}

function instructionsOf(plan: Plan, step: PlanStep): StepView['instructions'] {
  const text = step.form === 'manual' ? step.instructions : step.form === 'gate' ? step.gate.prompt : undefined
  return text === undefined ? null : prose(filledInLater(plan, step, text))
}

function fieldOf(field: {
  readonly title: string
  readonly type: string
  readonly required: boolean
  readonly options?: readonly string[]
}): StepView['fields'][number] {
  const type = field.options === undefined ? wordsOf(field.type) : `One of: ${field.options.join(', ')}`
  return { title: field.title, type, required: field.required ? 'required' : 'optional' }
}

function criteriaOf(plan: Plan, ids: readonly string[]): StepView['criteria'] {
  return plan.acceptance_criteria
    .filter((criterion) => ids.includes(criterion.id))
    .map((criterion) => ({
      id: criterion.id,
      title: criterion.title,
      on: criterion.targets.length === 0 ? '' : namesText(criterion.targets),
    }))
}

function votesOf(plan: Plan, roles: readonly string[], approvals: number): StepView['votes'] {
  const who = roles.length === 0 ? 'Anyone' : roles.map((role) => roleTitle(plan, role)).join(' or ')
  return Array.from({ length: Math.min(approvals, 6) }, () => ({ who }))
}

/** What is known about a step, one line each; what does not apply is left out. */
function stepFacts(plan: Plan, step: PlanStep): readonly Fact[] {
  const facts: (readonly [string, string | Content])[] = [
    ['Who', step.form === 'group' ? '' : whoText(plan, step)],
    ['On', onText(step)],
    ['At once', concurrencyText(step)],
    ['Goal', step.form === 'rollout' ? `version ${step.to}` : ''],
    ...(step.form === 'rollout' ? rolloutFacts(plan, step) : []),
    ['Only when', step.when === undefined ? '' : inlineCode(step.when)],
    ['With', bindingsText(step.bindings)],
    ['Duration', timeText(plan, step)],
    ['Deadline', deadlineText(step)],
    ['Impact', step.impact === undefined ? '' : impactText(step.impact)],
    ['Decision', step.form === 'gate' ? gateText(step.gate, (role) => roleTitle(plan, role)) : ''],
    ['Kind', step.form === 'gate' ? gateTitles[step.gate.type] : ''],
    ['Expires', step.form === 'gate' ? expiryText(step.gate) : ''],
    ['Health', healthText(step)],
    ['Tolerated failures', toleratedText(step)],
    ['Retry', retryText(step.form === 'rollout' ? step.target_retry : step.retry)],
    ['If it fails', step.form === 'group' ? '' : failureTexts[step.on_failure]],
    ['If nobody can tell', unknownText(step)],
    ['Back-out', backOutText(step)],
    ['Puts back', cleanupText(plan, step)],
    ['Covers', step.covers.join(', ')],
    ['Responsibility', inheritsRaci(plan, step) ? '' : raciText(plan, step.raci)],
  ]
  return facts.filter(([, value]) => value !== '').map(([label, value]) => ({ label, value }))
}

function onText(step: PlanStep): string {
  if (step.form === 'gate' || step.form === 'group') return ''
  if (step.form === 'action' && step.previews.length > 0 && step.skip === undefined) return ''
  if (step.targets.length === 0) return step.form === 'action' ? 'control (where the engine runs)' : ''
  const names = namesText(step.targets)
  return compressNames(step.targets).length === 1
    ? names
    : `${names}${step.targets.length > 3 ? ` – ${count(step.targets.length, 'target')}` : ''}`
}

function concurrencyText(step: PlanStep): string {
  if (step.form !== 'rollout' && step.form !== 'action') return ''
  if (step.targets.length < 2) return ''
  const most = Math.min(step.max_concurrency, step.targets.length)
  return most === 1 ? 'one target after another' : `up to ${count(most, 'target')}`
}

/** From its beginning to its end as the simulator plays it; what stands inside a rollout takes its time on each target. */
function timeText(plan: Plan, step: PlanStep): string {
  const expected = stepMs(plan, step.path, 'expected')
  const worst = stepMs(plan, step.path, 'worst')
  if (expected !== undefined) return bothText(expected, worst ?? expected)
  const { expected_ms, worst_ms } = step.duration
  if (worst_ms === 0) return ''
  const each = step.form === 'action' && step.targets.length > 1 ? ', each time' : ''
  return `${bothText(expected_ms, worst_ms)}${each}`
}

function bothText(expected: number, worst: number): string {
  if (expected === worst) return expected === 0 ? '' : durationText(expected)
  return `${durationText(expected)} expected, ${durationText(worst)} at worst`
}

function deadlineText(step: PlanStep): string {
  if (step.form === 'rollout' && step.target_deadline_ms !== undefined)
    return `${durationText(step.target_deadline_ms)} per target and attempt`
  return step.deadline_ms === undefined ? '' : durationText(step.deadline_ms)
}

function healthText(step: PlanStep): string {
  if (step.form !== 'rollout' || step.health === undefined) return ''
  const { interval_ms, min_healthy_time_ms, failures_allowed } = step.health
  const allowed =
    failures_allowed === 0 ? 'no failed check is allowed' : `${count(failures_allowed, 'failed check')} allowed`
  return `checked every ${durationText(interval_ms)}, healthy for ${durationText(min_healthy_time_ms)} without a break, ${allowed}`
}

function toleratedText(step: PlanStep): string {
  if (step.form !== 'rollout') return ''
  return step.max_failures === 0
    ? 'none: the first failed target stops the rollout'
    : `${count(step.max_failures, 'target')}; the next one stops the rollout`
}

/** Only where it can happen: an effect that cannot simply be done again. */
function unknownText(step: PlanStep): string {
  const doubtful = step.form === 'action' && step.capabilities.effect !== 'none' && !step.capabilities.idempotent
  return doubtful ? unknownTexts[step.on_unknown] : ''
}

function backOutText(step: PlanStep): string | Content {
  if (step.back_out === undefined) return ''
  if (step.back_out === 'undo') return 'by the inverse that the action itself has'
  return refs(step.back_out.map((inverse) => stepRef(inverse.number)))
}

function cleanupText(plan: Plan, step: PlanStep): string | Content {
  if (step.cleanup_of === undefined) return ''
  const owner = findStep(plan, step.cleanup_of)
  return owner === undefined
    ? 'however the run ends'
    : refs([{ ...stepRef(owner.number), label: `what step ${owner.number} does, however the run ends` }])
}

function findStep(plan: Plan, path: string): PlanStep | undefined {
  const search = (steps: readonly PlanStep[]): PlanStep | undefined => {
    for (const step of steps) {
      const found = step.path === path ? step : step.form === 'group' ? search(step.steps) : undefined
      if (found !== undefined) return found
    }
    return undefined
  }
  return search(plan.phases.flatMap((phase) => phase.steps))
}

function bindingsText(bindings: JsonObject): string {
  return Object.entries(bindings)
    .map(([name, value]) => `${name} = ${valueText(value)}`)
    .join(', ')
}

function raciText(plan: Plan, raci: JsonObject | undefined): string {
  if (raci === undefined) return ''
  return Object.entries(raci)
    .map(([key, value]) => `${wordsOf(key)}: ${rolesText(plan, value)}`)
    .join(' · ')
}

export function rolesText(plan: Plan, value: Json | undefined): string {
  return textsOf(value)
    .map((role) => plan.roles[role]?.title ?? role)
    .join(', ')
}
