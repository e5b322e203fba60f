/** Builds plans for tests: every option a test sets means something in it. */
import type { Json, JsonObject } from '../../src/base/json.ts'
import type {
  Plan,
  PlanAcceptance,
  PlanAction,
  PlanCriterion,
  PlanGate,
  PlanGroup,
  PlanLane,
  PlanManual,
  PlanPhase,
  PlanRollout,
  PlanRule,
  PlanStep,
  PlanStepBase,
  PlanTarget,
  PlanWave,
  PlanWaveTarget,
} from '../../src/plan/model.ts'
import type { Capabilities } from '../../src/ports/executor.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type Options<Step extends PlanStepBase> = Partial<Omit<Mutable<Step>, 'form' | 'path' | 'id' | 'number'>>

export const reads: Capabilities = {
  effect: 'none',
  idempotent: true,
  probe: false,
  dry_run: false,
  reversible: false,
  resumable: false,
}
export const changes: Capabilities = {
  effect: 'change',
  idempotent: false,
  probe: false,
  dry_run: false,
  reversible: false,
  resumable: false,
}

function base(id: string): PlanStepBase {
  return {
    path: id,
    id,
    number: '',
    title: `Do ${id}`,
    targets: [],
    retry: { max_attempts: 1, delay_ms: 0, backoff: 1, max_delay_ms: 0, classes: [] },
    on_failure: 'stop',
    on_unknown: 'ask',
    duration: { expected_ms: 1000, worst_ms: 2000 },
    point_of_no_return: false,
    evidence: [],
    covers: [],
    bindings: {},
  }
}

export function action(id: string, options: Options<PlanAction> = {}): PlanAction {
  return {
    form: 'action',
    action: 'test.act',
    capabilities: changes,
    with: {},
    previews: [],
    max_concurrency: 1,
    ...base(id),
    ...options,
  }
}

export function check(id: string, options: Options<PlanAction> = {}): PlanAction {
  return action(id, { capabilities: reads, ...options })
}

export function manual(id: string, options: Options<PlanManual> = {}): PlanManual {
  return { form: 'manual', instructions: `Please ${id}`, fields: [], ...base(id), ...options }
}

export function gate(id: string, options: Partial<PlanGate['gate']> = {}, more: Options<PlanGate> = {}): PlanGate {
  return {
    form: 'gate',
    ...base(id),
    ...more,
    gate: {
      type: 'go_no_go',
      roles: ['change_manager'],
      min_approvals: 1,
      exclude_initiator: false,
      on_expiry: 'no_go',
      ...options,
    },
  }
}

export function group(id: string, steps: readonly PlanStep[], options: Options<PlanGroup> = {}): PlanGroup {
  return { form: 'group', parallel: false, ...base(id), ...options, steps }
}

export function acceptance(id: string, moment: 'baseline' | 'final', criteria: readonly string[]): PlanAcceptance {
  return { form: 'acceptance', moment, criteria, ...base(id) }
}

export function rollout(id: string, targets: readonly string[], options: Options<PlanRollout> = {}): PlanRollout {
  return {
    form: 'rollout',
    component: 'nodes',
    to: '2.0.0',
    max_concurrency: 1,
    max_failures: 0,
    stage: [],
    each: [action('install')],
    preflight: [],
    post_checks: [],
    target_retry: { max_attempts: 1, delay_ms: 0, backoff: 1, max_delay_ms: 0, classes: [], at: 'failure' },
    rollback: { mode: 'never', scope: 'target', steps: [] },
    unit: { one_at_a_time: true, skip_rest_when: ['failed', 'rolled_back', 'held'], fit_whole: false },
    domains_at_once: 1,
    failure_rules: [],
    in_flight: 'finish',
    lanes: targets.length === 0 ? [] : [laneOf('all', [wave('all', targets)])],
    gates: [],
    ...base(id),
    ...options,
    targets,
  }
}

export function laneOf(id: string, waves: readonly PlanWave[], options: Partial<Mutable<PlanLane>> = {}): PlanLane {
  return { title: `Lane ${id}`, ...options, id, waves }
}

/** @param targets - names, or with their unit, rank and domain */
export function wave(
  id: string,
  targets: readonly (string | PlanWaveTarget)[],
  options: Partial<Omit<Mutable<PlanWave>, 'id' | 'targets'>> = {},
): PlanWave {
  return {
    title: `Wave ${id}`,
    stagger_ms: 0,
    cooldown_ms: 0,
    soak_ms: 0,
    ...options,
    id,
    targets: targets.map((target) => (typeof target === 'string' ? { name: target } : target)),
  }
}

export function criterion(
  id: string,
  options: { targets?: readonly string[]; pass_when?: string; severity?: 'must' | 'should' } = {},
): PlanCriterion {
  return {
    id,
    title: `Criterion ${id}`,
    severity: options.severity ?? 'must',
    baseline: true,
    covers: [],
    targets: options.targets ?? [],
    check: {
      kind: 'action',
      action: 'test.measure',
      capabilities: reads,
      with: {},
      previews: [],
      ...(options.pass_when ? { pass_when: options.pass_when } : {}),
    },
  }
}

export interface PlanOptions {
  readonly targets?: readonly string[]
  readonly inputs?: Readonly<Record<string, Json>>
  readonly rules?: readonly PlanRule[]
  readonly criteria?: readonly PlanCriterion[]
}

/** A plan with one phase per list of steps; paths and numbers are filled in as the planner does. */
export function plan(phases: readonly (readonly PlanStep[])[], options: PlanOptions = {}): Plan {
  const targets = Object.fromEntries(
    (options.targets ?? []).map((name): [string, PlanTarget] => [
      name,
      { name, kind: 'node', roles: [], attributes: {} },
    ]),
  )
  return {
    rollbook: 'plan/v1',
    runbook: { name: 'test', title: 'Test', version: '1.0.0', file: 'test.yaml', hash: 'sha256:0' },
    requirements: [],
    inputs: Object.fromEntries(
      Object.entries(options.inputs ?? {}).map(([name, value]) => [
        name,
        { title: name, type: 'string', value, source: 'set' as const },
      ]),
    ),
    roles: {},
    targets,
    systems: {},
    components: [],
    rules: options.rules ?? [],
    acceptance_criteria: options.criteria ?? [],
    phases: phases.map((steps, index): PlanPhase => {
      const id = `phase${index + 1}`
      return {
        id,
        number: `${index + 1}`,
        kind: 'upgrade',
        title: `Phase ${index + 1}`,
        steps: place(steps, id, `${index + 1}.`),
      }
    }),
    totals: {
      phases: phases.length,
      steps: 0,
      targets: 0,
      manual_steps: 0,
      gates: 0,
      changes: 0,
    },
    digest: 'sha256:test',
  }
}

function place<Step extends PlanStep>(steps: readonly Step[], parent: string, prefix: string): Step[] {
  return steps.map((step, index): Step => {
    const path = `${parent}/${step.id}`
    const number = `${prefix}${index + 1}`
    const placed = {
      ...step,
      path,
      number,
      ...(step.cleanup_of === undefined ? {} : { cleanup_of: `${parent}/${step.cleanup_of}` }),
    }
    if (placed.form === 'group') Object.assign(placed, { steps: place(placed.steps, path, `${number}.`) })
    if (placed.form === 'rollout') {
      Object.assign(placed, {
        stage: place(placed.stage, `${path}/stage`, `${number}.`),
        each: place(placed.each, `${path}/each`, `${number}.`),
        post_checks: place(placed.post_checks, `${path}/post_checks`, `${number}.`),
        gates: place(placed.gates, `${path}/gate`, `${number}.`),
        preflight: place(placed.preflight, `${path}/preflight`, `${number}.`),
        rollback: { ...placed.rollback, steps: place(placed.rollback.steps, `${path}/rollback`, `${number}.`) },
        ...(placed.health
          ? { health: { ...placed.health, checks: place(placed.health.checks, `${path}/health`, `${number}.`) } }
          : {}),
      })
    }
    if (Array.isArray(placed.back_out))
      Object.assign(placed, { back_out: place(placed.back_out as PlanStep[], `${path}/back_out`, `${number}b`) })
    return placed
  })
}

export type TestArguments = JsonObject
