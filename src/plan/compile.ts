import type { Diagnostic } from '../base/diagnostic.ts'
import type { JsonObject } from '../base/json.ts'
import type { Catalog } from '../catalog/index.ts'
import type { Inventory } from '../inventory/index.ts'
import type { Runbook } from '../runbook/runbook.generated.ts'
import { planComponents } from './components.ts'
import { planCoverage } from './coverage.ts'
import { planCriteria } from './criteria.ts'
import { planDigest } from './digest.ts'
import { type GivenInput, type MissingInput, resolveInputs } from './inputs.ts'
import type { Plan, PlanComponent, PlanPhase, PlanRule } from './model.ts'
import { placeCleanups } from './place-cleanups.ts'
import type { RunbookPlaces } from './places.ts'
import { type CalendarTools, planCalendar } from './plan-calendar.ts'
import { StepPlanner } from './plan-steps.ts'
import { type PlannableAction, Planning } from './planning.ts'
import { type PlayPlan, reportLongLanes } from './report-long-lanes.ts'
import { reportRules } from './report-rules.ts'
import { PlanReporter } from './reporter.ts'
import { planRaci } from './step-parts.ts'
import { planTotals } from './totals.ts'

export interface CompileRequest {
  /** Passed the schema and the semantic checks. */
  readonly runbook: Runbook
  /** File of the runbook and places in it, for findings. */
  readonly places: RunbookPlaces
  /** `sha256:` and 64 hex digits over the bytes of the runbook. */
  readonly hash: string
  readonly inventory: Inventory
  /** Values from outside, by input name. */
  readonly inputs: Readonly<Record<string, GivenInput>>
  readonly actions: readonly PlannableAction[]
  /** Published releases that expressions ask. */
  readonly catalog?: Catalog | undefined
  /** Targets that no rollout takes, because a follow-up is about others. */
  readonly leaveOut?: ReadonlySet<string>
  /** SHA-256 of a text as 64 hex digits. Default: one without the platform, which is slow for a large fleet. */
  readonly sha256?: (text: string) => string
  /** Needed when the runbook has windows or freezes. */
  readonly calendar?: CalendarTools | undefined
  /** For rollouts that may use only so many openings; handed in, because only a simulation can tell who gets through. */
  readonly play?: PlayPlan | undefined
}

export interface Compiled {
  /** Absent after an error. */
  readonly plan?: Plan
  readonly diagnostics: readonly Diagnostic[]
  /** Inputs that still need a value, in the order of the runbook. */
  readonly missing: readonly MissingInput[]
}

/** Resolves a runbook for one inventory and one set of inputs. Everything that can be known before the run is fixed here. */
export function compilePlan(request: CompileRequest): Compiled {
  const steps = compileInSteps(request)
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value
}

/** {@link compilePlan} in pieces, about one per step: between two of them the caller may do something else, or give up. */
export function* compileInSteps(request: CompileRequest): Generator<void, Compiled> {
  const { runbook, inventory } = request
  const reporter = new PlanReporter(request.places)
  const names = new Set(Object.keys(inventory.targets))
  const { inputs, secrets, missing } = resolveInputs(runbook.inputs ?? {}, request.inputs, names, reporter)
  // Without the inputs everything else would only echo what is missing.
  if (reporter.failed) return { diagnostics: reporter.diagnostics, missing }
  const planning = new Planning({
    reporter,
    inputs,
    targets: inventory.targets,
    systems: inventory.systems,
    actions: request.actions,
    defaultRole: Object.keys(runbook.roles ?? {})[0],
    catalog: request.catalog,
    leaveOut: request.leaveOut,
    blastRadius: runbook.blast_radius,
    schemes: new Map(
      Object.entries(runbook.components ?? {}).map(([id, { version }]) => [id, version?.scheme ?? 'dotted']),
    ),
  })
  planning.calendar = planCalendar(runbook, request.calendar, planning)
  yield
  const components = planComponents(runbook.components ?? {}, planning)
  planning.components = new Map(components.map((component) => [component.id, component]))
  const criteria = planCriteria(runbook.acceptance_criteria ?? [], planning)
  const steps = new StepPlanner(planning, criteria)
  const phases = placeCleanups(yield* planPhases(runbook, steps, planning), steps.cleanups, reporter)
  yield
  if (reporter.failed) return { diagnostics: reporter.diagnostics, missing }
  const rules = (runbook.rules ?? []).map(planRule)
  const plan: Omit<Plan, 'digest'> = {
    rollbook: 'plan/v1',
    runbook: headOf(request),
    ...(runbook.change === undefined ? {} : { change: runbook.change as unknown as JsonObject }),
    requirements: planCoverage(runbook.requirements ?? [], phases, criteria, rules),
    inputs,
    roles: runbook.roles ?? {},
    targets: inventory.targets,
    systems: inventory.systems,
    secrets: { ...inventory.secrets, ...secrets },
    components: components as readonly PlanComponent[],
    rules,
    acceptance_criteria: criteria,
    ...(request.catalog ? { catalog: request.catalog } : {}),
    ...(planning.calendar ? { calendar: planning.calendar.plan } : {}),
    phases,
    totals: planTotals(phases, names.size),
  }
  yield
  reportRules(plan, reporter)
  yield
  if (reporter.failed) return { diagnostics: reporter.diagnostics, missing }
  const made: Plan = { ...plan, digest: planDigest(plan, request.sha256) }
  if (planning.limited.size > 0 && request.calendar) {
    const timeline = request.play?.(made, request.calendar.now)
    if (timeline) reportLongLanes(timeline, planning.limited, reporter)
  }
  return { plan: made, diagnostics: reporter.diagnostics, missing }
}

function* planPhases(runbook: Runbook, steps: StepPlanner, planning: Planning): Generator<void, readonly PlanPhase[]> {
  const phases: PlanPhase[] = []
  for (const [index, phase] of runbook.phases.entries()) {
    const source = ['phases', index]
    const raci = planRaci(phase.raci, undefined)
    phases.push({
      id: phase.id,
      number: `${index + 1}`,
      kind: phase.kind,
      title: phase.title,
      ...(phase.description === undefined
        ? {}
        : { description: planning.text(phase.description, {}, [...source, 'description']) }),
      ...raci,
      steps: yield* steps.listInSteps(phase.steps, {
        parent: phase.id,
        number: `${index + 1}`,
        source: [...source, 'steps'],
        bindings: {},
        role: planning.defaultRole,
        raci: raci.raci,
      }),
    })
  }
  return phases
}

function planRule({
  id,
  title,
  check,
  at_close,
  hint,
  override_by,
  covers,
}: NonNullable<Runbook['rules']>[number]): PlanRule {
  return {
    id,
    title,
    ...(check === undefined ? {} : { check }),
    ...(at_close === undefined ? {} : { at_close }),
    ...(hint === undefined ? {} : { hint }),
    ...(override_by === undefined ? {} : { override_by }),
    covers: covers ?? [],
  }
}

function headOf({ runbook, places, hash }: CompileRequest): Plan['runbook'] {
  return {
    name: runbook.name,
    title: runbook.title,
    version: runbook.version,
    ...(runbook.description === undefined ? {} : { description: runbook.description }),
    ...(runbook.owner === undefined ? {} : { owner: runbook.owner }),
    file: places.file,
    hash,
  }
}
