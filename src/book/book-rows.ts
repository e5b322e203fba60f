/** Rows of the recipe book's tables, each made from one part of the plan. */
import type { Plan, PlanCriterion, PlanStep, PlanTarget } from '../plan/model.ts'
import type {
  BookView,
  ComponentRow,
  CriterionRow,
  ImpactRow,
  InputRow,
  PrerequisiteRow,
  RaciRow,
  RequirementRow,
  RuleRow,
  SystemRow,
  TargetRow,
} from './book-view.ts'
import { groupCommands } from './command-groups.ts'
import { namesText } from './name-list.ts'
import { coverRef, inheritsRaci, isChange, leafSteps, roleTitle, walkSteps, whoText } from './plan-words.ts'
import { rolesText } from './step-view.ts'
import { impactText } from './step-words.ts'
import { count, durationText, pairsOf, textsOf, valueText, wordsOf } from './text.ts'
import { inlineCode, lines, prose, type Ref, refs, stepRef } from './view.ts'

/** Fields of the change record, in the order of the runbook. */
export function changeRows(plan: Plan): BookView['change'] {
  return Object.entries(plan.change ?? {}).map(([key, value]) => ({
    label: wordsOf(key),
    value: prose(valueText(value)),
  }))
}

export function impactRows(plan: Plan): readonly ImpactRow[] {
  return walkSteps(plan).flatMap((step) =>
    step.impact === undefined || step.skip !== undefined
      ? []
      : [
          {
            step: refs([stepRef(step.number)]),
            title: step.title,
            kind: wordsOf(step.impact.kind),
            downtime: downtimeText(step.impact.downtime_ms),
            affects: step.impact.affects ?? '–',
            on: namesText(step.targets),
          },
        ],
  )
}

function downtimeText(ms: number | undefined): string {
  if (ms === undefined) return '–'
  return ms === 0 ? 'none' : durationText(ms)
}

export function componentRows(plan: Plan): readonly ComponentRow[] {
  const rollouts = leafSteps(plan).filter((step) => step.form === 'rollout')
  return plan.components.map((component) => ({
    id: component.id,
    title: component.title,
    targets: namesText(component.targets),
    count: count(component.targets.length, 'target'),
    versions: unique(component.targets.map((name) => plan.targets[name]?.version ?? '')).join(', ') || '–',
    goal: unique(rollouts.filter((step) => step.component === component.id).map((step) => step.to)).join(', ') || '–',
    after: component.after.join(', '),
    unit: unitText(component.unit),
    impact: component.impact === undefined ? '' : impactText(component.impact),
  }))
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.filter((text) => text !== ''))]
}

export function systemRows(plan: Plan): readonly SystemRow[] {
  return Object.values(plan.systems).map((system) => ({
    name: system.name,
    type: system.kind,
    address: system.address ?? '–',
    settings: pairsOf(system.settings).join('; '),
  }))
}

export function roleRows(plan: Plan): BookView['roles'] {
  const steps = leafSteps(plan)
  return Object.entries(plan.roles).map(([id, role]) => ({
    id,
    title: role.title,
    text: role.description ?? '',
    steps: refs(stretches(steps, (step) => actsIn(plan, step, id))),
  }))
}

/** Steps that follow each other are one place: `1.3–1.19`, which leads to the first. */
function stretches(steps: readonly PlanStep[], wanted: (step: PlanStep) => boolean): readonly Ref[] {
  const found: PlanStep[][] = []
  for (const [index, step] of steps.entries()) {
    if (!wanted(step)) continue
    const last = found.at(-1)
    if (last !== undefined && last.at(-1) === steps[index - 1]) last.push(step)
    else found.push([step])
  }
  return found.flatMap((run) =>
    run.length < 3
      ? run.map((step) => stepRef(step.number))
      : [{ ...stepRef(run[0]!.number), label: `${run[0]!.number}–${run.at(-1)!.number}` }],
  )
}

/** A gate asks the roles it names and nobody else; an acceptance step asks those of its criteria as well. */
function actsIn(plan: Plan, step: PlanStep, role: string): boolean {
  if (step.form === 'gate' && step.gate.roles.length > 0) return step.gate.roles.includes(role)
  if (step.role === role) return true
  return step.form === 'acceptance' && step.criteria.some((id) => judges(plan, id, role))
}

function judges(plan: Plan, criterion: string, role: string): boolean {
  const check = plan.acceptance_criteria.find((candidate) => candidate.id === criterion)?.check
  return check?.kind === 'manual' && check.role === role
}

/** Who is responsible, accountable, consulted and informed, where the runbook says so. */
export function raciRows(plan: Plan): readonly RaciRow[] {
  const items = plan.phases.flatMap((phase) => [phase, ...walkSteps({ ...plan, phases: [phase] })])
  return items.flatMap((item) =>
    item.raci === undefined || ('path' in item && inheritsRaci(plan, item))
      ? []
      : [
          {
            number: item.number,
            title: item.title,
            responsible: rolesText(plan, item.raci['responsible']),
            accountable: rolesText(plan, item.raci['accountable']),
            consulted: rolesText(plan, item.raci['consulted']),
            informed: rolesText(plan, item.raci['informed']),
          },
        ],
  )
}

/** What must hold, be done or be decided before the first step that alters a target. */
export function prerequisiteRows(plan: Plan): readonly PrerequisiteRow[] {
  const steps = leafSteps(plan)
  const first = steps.findIndex((step) => isChange(step) && step.skip === undefined)
  return steps
    .slice(0, first < 0 ? steps.length : first)
    .filter((step) => step.skip === undefined)
    .map((step) => ({
      step: refs([stepRef(step.number)]),
      title: step.title,
      who: whoText(plan, step),
      on: step.form === 'action' ? namesText(step.targets) : '',
    }))
}

const sourceTexts = {
  default: 'default',
  set: 'command line',
  values: 'values file',
  asked: 'asked for',
  environment: 'environment',
} as const

export function inputRows(plan: Plan): readonly InputRow[] {
  return Object.entries(plan.inputs).map(([name, input]) => ({
    name: inlineCode(name),
    title: input.title,
    value: valueText(input.value) || '–',
    source: sourceTexts[input.source],
  }))
}

/** Who has to agree before the run: the roles of the gates, or the change's owner when there are none. */
export function approvalRows(plan: Plan): BookView['approvals'] {
  const gates = leafSteps(plan).filter((step) => step.form === 'gate')
  const rows = gates.flatMap((step) =>
    (step.gate.roles.length === 0 ? [''] : step.gate.roles).map((role) => ({
      who: role === '' ? 'Anyone' : roleTitle(plan, role),
      what: `Step ${step.number} ${step.title}`,
    })),
  )
  const plan_approval = { who: plan.runbook.owner ?? 'Owner of the change', what: 'This plan as a whole' }
  return [plan_approval, ...rows]
}

export function criterionRows(plan: Plan): readonly CriterionRow[] {
  return plan.acceptance_criteria.map((criterion) => ({
    id: criterion.id,
    title: criterion.title,
    severity: criterion.severity,
    baseline: criterion.baseline ? 'yes' : 'no',
    on: criterion.targets.length === 0 && criterion.check.kind === 'manual' ? '–' : namesText(criterion.targets),
    how: criterionHow(plan, criterion),
    commands: criterion.check.kind === 'action' ? groupCommands(criterion.check.previews, plan.targets) : [],
    pass_when:
      criterion.check.kind === 'action' && criterion.check.pass_when !== undefined
        ? inlineCode(criterion.check.pass_when)
        : null,
    covers: criterion.covers.join(', '),
  }))
}

function criterionHow(plan: Plan, criterion: PlanCriterion): string {
  const { check } = criterion
  if (check.kind === 'action') return `Measured by ${check.action}`
  const who = check.role === undefined ? 'the operator' : roleTitle(plan, check.role)
  return `Judged by ${who}: ${check.instructions}`
}

export function requirementRows(plan: Plan): readonly RequirementRow[] {
  return plan.requirements.map((requirement) => ({
    id: requirement.id,
    text: requirement.text,
    source: requirement.source ?? '',
    covered_by: refs(requirement.covered_by.map((id) => coverRef(plan, id))),
    note: requirement.note ?? '',
    covered: requirement.covered_by.length > 0 || requirement.note !== undefined,
  }))
}

/** Targets that a book lists one by one: a file with 100,000 rows opens in no browser. */
const targetsMax = 2000

/** Empty when all targets are listed. */
export function targetsNote(plan: Plan): string {
  const all = Object.keys(plan.targets).length
  return all <= targetsMax
    ? ''
    : `The first ${targetsMax} of ${all} targets. All of them stand in the plan, whose digest covers them: "rollbook plan --json" prints them.`
}

export function targetRows(plan: Plan): readonly TargetRow[] {
  const targets = Object.values(plan.targets)
  return targets.slice(0, targetsMax).map((target) => ({
    name: target.name,
    type: target.kind,
    address: target.address ?? '–',
    roles: target.roles.join(', ') || '–',
    version: target.version ?? '–',
    place: lines(placeLines(target)),
    more: lines([...pairsOf(target.connection ?? {}), ...pairsOf(target.attributes)]),
  }))
}

function placeLines(target: PlanTarget): readonly string[] {
  const named: readonly (readonly [string, string | undefined])[] = [
    ['site', target.site],
    ['zone', target.time_zone],
    ['unit', target.unit],
    ['member', target.member],
    ['system', target.system],
  ]
  return named.flatMap(([label, value]) => (value === undefined ? [] : [`${label} ${value}`]))
}

export function ruleRows(plan: Plan): readonly RuleRow[] {
  return plan.rules.map((rule) => ({
    id: rule.id,
    title: rule.title,
    check: inlineCode(rule.check ?? rule.at_close ?? ''),
    moment: rule.check === undefined ? 'when the window closes' : 'before each effect',
    covers: textsOf(rule.covers).join(', '),
  }))
}

/** Targets may name their unit themselves; then there is nothing else that makes one. */
function unitText(unit: string | undefined): string {
  if (unit === undefined) return ''
  return unit === 'unit' ? 'in units' : `one unit per ${unit}`
}
