/** What a dry run has shown, and what it has not. */
import { assertNever } from '../base/assert.ts'
import type { PlanAction, PlanStep } from '../plan/model.ts'
import type { Coverage } from './events.ts'
import type { PlanIndex } from './plan-index.ts'
import { criterionPath } from './plan-index.ts'
import type { RunState, StepTargetState } from './state.ts'

/** `left_out`: the runbook itself passes it over, so there is nothing to cover. */
export type CoverageKind = Coverage | 'left_out'

/** The smallest thing that can be covered: one call on one target, one manual step, one gate. */
export interface CoverageItem {
  /** Number of the step; a criterion of an acceptance step has its own line. */
  readonly number: string
  readonly title: string
  /** Empty text: control. */
  readonly target: string
  readonly kind: CoverageKind
  /** Why, in words. */
  readonly reason?: string
}

export interface DryRunFinding {
  readonly number: string
  readonly title: string
  readonly target: string
  readonly message: string
  readonly advice?: string
}

export interface CoverageCount {
  /** Steps whose weakest item is of this kind. */
  readonly steps: number
  readonly items: number
}

export interface RunCoverage {
  readonly counts: Readonly<Record<CoverageKind, CoverageCount>>
  readonly items: readonly CoverageItem[]
  /** What would stop the real run. */
  readonly findings: readonly DryRunFinding[]
  /** Checks that failed after a change which was only rehearsed: they say nothing about the real run. */
  readonly inconclusive: readonly DryRunFinding[]
}

/** Strongest first: a step is as well covered as its weakest item. */
const order: readonly CoverageKind[] = ['checked', 'simulated', 'assumed', 'not_covered']

export function coverageOf(index: PlanIndex, state: RunState): RunCoverage {
  const items: CoverageItem[] = []
  const findings: DryRunFinding[] = []
  const inconclusive: DryRunFinding[] = []
  const counts: Record<CoverageKind, { steps: number; items: number }> = {
    checked: { steps: 0, items: 0 },
    simulated: { steps: 0, items: 0 },
    assumed: { steps: 0, items: 0 },
    not_covered: { steps: 0, items: 0 },
    left_out: { steps: 0, items: 0 },
  }
  /** Targets that an earlier step would have changed by now; empty text stands for control, which may reach anything. */
  const changed = new Set<string>()
  for (const step of index.ordered) {
    const ofStep = itemsOf(index, state, step, changed)
    for (const { item, finding, conclusive } of ofStep) {
      items.push(item)
      counts[item.kind].items += 1
      if (finding) (conclusive ? findings : inconclusive).push(finding)
    }
    const kinds = ofStep.map(({ item }) => item.kind)
    const weakest = order.findLast((kind) => kinds.includes(kind)) ?? 'left_out'
    counts[weakest].steps += 1
  }
  return { counts, items, findings, inconclusive }
}

interface Found {
  readonly item: CoverageItem
  readonly finding?: DryRunFinding
  readonly conclusive: boolean
}

function itemsOf(index: PlanIndex, state: RunState, step: PlanStep, changed: Set<string>): readonly Found[] {
  const current = state.steps[step.path]
  const whole = (kind: CoverageKind, reason?: string): readonly Found[] => [
    {
      item: { number: step.number, title: step.title, target: '', kind, ...(reason ? { reason } : {}) },
      conclusive: true,
    },
  ]
  if (current?.status === 'skipped' && Object.keys(current.targets).length === 0 && !isPeoples(step)) {
    const uncovered = current.reason?.startsWith('not covered') === true
    return whole(uncovered ? 'not_covered' : 'left_out', current.reason)
  }
  switch (step.form) {
    case 'action':
      return ofAction(state, step, step, changed)
    case 'manual':
      return whole(current?.reason?.startsWith('its condition') ? 'left_out' : 'not_covered', 'a person does it')
    case 'gate':
      return whole('not_covered', 'people decide it')
    case 'rollout':
      return [...step.preflight, ...step.each, ...(step.health?.checks ?? [])].flatMap((action) =>
        ofAction(state, step, { ...action, targets: step.targets }, changed),
      )
    case 'acceptance':
      return step.criteria.flatMap((id) => ofCriterion(index, state, step, id))
    case 'group':
      return []
    default:
      return assertNever(step)
  }
}

function isPeoples(step: PlanStep): boolean {
  return step.form === 'manual' || step.form === 'gate'
}

function ofAction(state: RunState, owner: PlanStep, action: PlanAction, changed: Set<string>): readonly Found[] {
  const conclusive = (name: string): boolean =>
    !changed.has(name) && !changed.has('') && !(name === '' && changed.size > 0)
  const names = action.targets.length > 0 ? action.targets : ['']
  const found = names.map((name): Found => {
    const target = state.steps[action.path]?.targets[name]
    const place = { number: owner.number || action.number, title: action.title, target: name }
    if (target?.status === 'failed' && !conclusive(name)) {
      const reason = 'judged only after the change'
      return { item: { ...place, kind: 'not_covered', reason }, finding: findingOf(place, target), conclusive: false }
    }
    const { kind, reason } = kindOf(target)
    return {
      item: { ...place, kind, ...(reason ? { reason } : {}) },
      conclusive: true,
      ...(target?.status === 'failed' ? { finding: findingOf(place, target) } : {}),
    }
  })
  if (action.capabilities.effect !== 'none') for (const name of names) changed.add(name)
  return found
}

function kindOf(target: StepTargetState | undefined): { readonly kind: CoverageKind; readonly reason?: string } {
  if (target === undefined) return { kind: 'not_covered', reason: 'not reached' }
  const reason = target.reason ? { reason: target.reason } : {}
  if (target.status === 'skipped') return { kind: 'left_out', ...reason }
  if (target.coverage !== undefined) return { kind: target.coverage, ...reason }
  if (target.status === 'succeeded' || target.status === 'failed') return { kind: 'checked', ...reason }
  return { kind: 'not_covered', reason: 'not finished' }
}

function findingOf(
  place: { readonly number: string; readonly title: string; readonly target: string },
  target: StepTargetState,
): DryRunFinding {
  const { number, title, target: name } = place
  const advice = target.attempts.at(-1)?.advice
  return { number, title, target: name, message: target.reason ?? 'failed', ...(advice ? { advice } : {}) }
}

function ofCriterion(
  index: PlanIndex,
  state: RunState,
  step: Extract<PlanStep, { form: 'acceptance' }>,
  id: string,
): readonly Found[] {
  const criterion = index.plan.acceptance_criteria.find((each) => each.id === id)
  if (!criterion) return []
  const names = criterion.targets.length > 0 ? criterion.targets : ['']
  return names.map((name): Found => {
    const place = { number: step.number, title: criterion.title, target: name }
    const result = state.acceptance.findLast(
      (each) => each.criterion === id && each.target === name && each.moment === step.moment,
    )
    const called = state.steps[criterionPath(step.path, id)]?.targets[name]
    if (step.moment === 'final') {
      const asked = called?.status === 'succeeded'
      const reason = 'the criterion can be measured; whether it holds is seen after the change'
      return {
        item: asked
          ? { ...place, kind: 'simulated', reason }
          : { ...place, kind: 'not_covered', reason: 'not measured' },
        conclusive: true,
      }
    }
    if (result === undefined || result.verdict === 'not_tested')
      return { item: { ...place, kind: 'not_covered', reason: result?.reason ?? 'not reached' }, conclusive: true }
    const fails = result.verdict === 'fail' || result.verdict === 'unknown'
    const message = result.reason ?? 'does not hold'
    return {
      item: { ...place, kind: 'checked' },
      conclusive: true,
      ...(fails && criterion.severity === 'must' ? { finding: { ...place, message } } : {}),
    }
  })
}
