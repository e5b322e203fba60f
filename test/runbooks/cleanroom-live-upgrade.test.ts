import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadPlan } from '../../src/app/load.ts'
import { loadScenario, type SimulatedLane, type SimulatedRun, simulatePlan } from '../../src/app/simulate.ts'
import type { Json } from '../../src/base/json.ts'
import { rolloutPicture } from '../../src/book/rollout-waves.ts'
import { allActions } from '../../src/executors/index.ts'
import { checkFile } from '../../src/language/check-file.ts'
import type { Plan, PlanStep } from '../../src/plan/model.ts'
import { outlookOf } from '../../src/simulation/outlook.ts'
import { scenarioFrom } from '../support/rehearsal.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const name = 'runbooks/cleanroom-live-upgrade'
const minute = 60_000

async function planWith(set: readonly string[] = []): Promise<Plan> {
  const loaded = await loadPlan({
    runbook: `${name}.yaml`,
    inventory: `${name}.inventory.yaml`,
    values: `${name}.values.yaml`,
    cwd: root,
    set,
  })
  expect(loaded.diagnostics).toEqual([])
  return loaded.plan!
}

function stepsOf(plan: Plan): readonly PlanStep[] {
  const all = (step: PlanStep): PlanStep[] => [step, ...(step.form === 'group' ? step.steps.flatMap(all) : [])]
  return plan.phases.flatMap((phase) => phase.steps.flatMap(all))
}

type Shows = (step: PlanStep) => Json

const tells =
  (...words: readonly string[]): Shows =>
  (step) =>
    step.form === 'manual' && words.every((word) => step.instructions.includes(word))
const targets = (step: PlanStep): string => ('targets' in step ? step.targets.join() : '')
/** A rollout of this component to the new release. */
const moves =
  (component: string, more: (step: PlanStep & { form: 'rollout' }) => boolean = () => true): Shows =>
  (step) =>
    step.form === 'rollout' && step.component === component && step.to === '4.6.1' && more(step)

/** Id, what covers it, and what about that step shows it. */
const demands: readonly (readonly [id: string, step: string, shows: Shows])[] = [
  ['CLR-01', 'tell_users', tells('clients:', 'servers with the agent:', 'maintenance of the servers:')],
  ['CLR-03', 'controllers_together', moves('controllers')],
  ['CLR-05', 'tell_users', tells('four hours in all', 'support')],
  ['CLR-07', 'acceptance_document', tells('acceptance document')],
  ['CLR-08', 'acceptance_document', tells('web applications, SAMLv2 federation, direct access', 'really delivered')],
  ['CLR-09', 'flows', (step) => step.form === 'action' && targets(step).split(',').length === 5],
  [
    'CLR-10',
    'download_edges',
    (step) => step.form === 'action' && step.action === 'debian.download' && targets(step) === 'edge-1,edge-2',
  ],
  ['CLR-11', 'back_up_database', (step) => step.form === 'action' && targets(step) === 'controller-a'],
  ['CLR-11', 'back_up_servers', (step) => step.form === 'action' && targets(step).split(',').length === 5],
  ['CLR-12', 'pilot_clients', moves('pilot_clients', (step) => targets(step) === 'workstation-01')],
  ['CLR-12', 'pilot_agents', moves('pilot_agents', (step) => targets(step) === 'agent-01')],
  ['CLR-13', 'go', (step) => step.form === 'gate' && step.gate.roles.join() === 'change_manager'],
  ['CLR-14', 'tell_users', tells('the connection drops', 'applications that need it end')],
  [
    'CLR-15',
    'clients',
    moves('clients', (step) => /HTML5 and web applications go on/.test(step.impact?.affects ?? '')),
  ],
  ['CLR-16', 'clients', moves('clients', (step) => step.impact?.downtime_ms === 5 * minute)],
  ['CLR-17', 'agents', moves('agents', (step) => /direct access.*RDP with agent/.test(step.impact?.affects ?? ''))],
  ['CLR-18', 'agents', moves('agents', (step) => step.impact?.downtime_ms === 5 * minute)],
  ['CLR-19', 'agents', moves('agents', (step) => step.window?.ids.join() === 'outside_hours')],
  [
    'CLR-20',
    'controllers_in_turn',
    moves('controllers', (step) => step.impact?.affects === 'all services of the platform'),
  ],
  ['CLR-22', 'edges', moves('edges', (step) => step.impact?.kind === 'outage')],
  ['CLR-24', 'html5', moves('html5')],
  ['CLR-25', 'edges', moves('edges', (step) => step.targets.length === 2 && step.max_concurrency === 1)],
  ['CLR-30', 'final', (step) => step.form === 'acceptance'],
  ['CLR-31', 'sign', tells('ends the operation')],
]

describe('the runbook for Cleanroom', () => {
  let plan: Plan
  beforeAll(async () => {
    plan = await planWith()
  })
  const step = (id: string, from: Plan = plan): PlanStep => stepsOf(from).find((candidate) => candidate.id === id)!
  const rollout = (id: string, from: Plan = plan): PlanStep & { form: 'rollout' } => {
    const found = step(id, from)
    if (found?.form !== 'rollout') throw new Error(`${id} is no rollout`)
    return found
  }

  it('has no finding, not even a hint', () => {
    const text = readFileSync(`${root}/${name}.yaml`, 'utf8')
    expect(checkFile(text, 'cleanroom-live-upgrade.yaml', { actions: allActions }).diagnostics).toEqual([])
  })

  it.each(demands)('%s is covered by step "%s" in the right form', (id, stepId, shows) => {
    const found = step(stepId)
    expect(found, stepId).toBeDefined()
    expect(found.covers).toContain(id)
    expect(shows(found)).toBe(true)
  })

  it('covers every demand of the guide', () => {
    const covered = new Set([
      ...stepsOf(plan).flatMap((each) => each.covers),
      ...plan.rules.flatMap((rule) => rule.covers),
      ...plan.acceptance_criteria.flatMap((criterion) => criterion.covers),
    ])
    expect(plan.requirements.map((each) => each.id).filter((id) => !covered.has(id))).toEqual([])
    expect(plan.requirements).toHaveLength(31)
  })

  it('CLR-02, CLR-24: clients, agents, Mediation Controllers, Edge Gateways, HTML5 Gateways, in this order', () => {
    const order = stepsOf(plan)
      .filter((each) => each.form === 'rollout' && each.skip === undefined && !each.id.startsWith('pilot'))
      .map((each) => each.id)
    expect(order).toEqual(['clients', 'agents', 'controllers_in_turn', 'edges', 'html5'])
  })

  it('CLR-04: planning and preparation, upgrading, validation', () => {
    expect(plan.phases.map((phase) => phase.kind)).toEqual([
      'preparation',
      'connectivity',
      'backup',
      'qualification',
      'upgrade',
      'upgrade',
      'acceptance',
      'closing',
    ])
  })

  it('CLR-13: nothing is upgraded for all before the qualification has its gate, and a malfunction stops it', () => {
    const order = stepsOf(plan).map((each) => each.id)
    for (const after of ['clients', 'agents', 'controllers_in_turn'])
      expect(order.indexOf('go')).toBeLessThan(order.indexOf(after))
    expect(order.indexOf('no_malfunction')).toBeLessThan(order.indexOf('go'))
    expect(step('no_malfunction').on_failure).not.toBe('continue')
  })

  it('CLR-27, CLR-28: the slave first, or both in parallel; never both ways', async () => {
    const members = (found: PlanStep & { form: 'rollout' }): readonly string[] =>
      found.lanes
        .flatMap((lane) => lane.waves.flatMap((wave) => wave.targets))
        .toSorted((one, other) => (one.rank ?? 0) - (other.rank ?? 0))
        .map((target) => target.name)
    expect(members(rollout('controllers_in_turn'))).toEqual(['controller-b', 'controller-a'])
    expect(rollout('controllers_in_turn').max_concurrency).toBe(1)
    expect(step('controllers_together').skip).toBeDefined()
    const parallel = await planWith(['controllers_together=true'])
    expect(step('controllers_in_turn', parallel).skip).toBeDefined()
    expect(rollout('controllers_together', parallel).max_concurrency).toBe(2)
    expect(rollout('controllers_together', parallel).unit.one_at_a_time).toBe(false)
  })

  it('CLR-28: the recipe book draws the slave before the master', () => {
    const { picture } = rolloutPicture(plan, rollout('controllers_in_turn'))
    expect(picture.boxes.map((box) => box.lines)).toEqual([['controller-b'], ['controller-a']])
  })

  it('CLR-26: a rule holds both Mediation Controllers to one version', () => {
    expect(plan.rules.filter((rule) => rule.covers.includes('CLR-26'))).toMatchObject([{ id: 'controllers-level' }])
  })

  it('CLR-29: acceptance reads the versions of Mediation Controllers and Edge Gateways', () => {
    const criteria = plan.acceptance_criteria.filter((criterion) => criterion.covers.includes('CLR-29'))
    expect(criteria.map((criterion) => criterion.id)).toEqual(['controller-version', 'edge-version', 'packages'])
  })

  it('CLR-05, CLR-06, CLR-21, CLR-23: each server step leaves room for its own window and what goes wrong in it', () => {
    for (const id of ['controllers_in_turn', 'edges']) expect(rollout(id).impact?.downtime_ms).toBe(60 * minute)
    for (const id of ['controllers_in_turn', 'edges', 'html5']) expect(rollout(id).window?.ids).toEqual(['maintenance'])
  })

  it('CLR-02, CLR-12, CLR-13: rings go one after the other, a few of the first ring at different sites before all others', () => {
    const [lane] = rollout('clients').lanes
    expect(lane!.waves.map((wave) => [wave.id, wave.targets.map((target) => target.name)])).toEqual([
      ['canary', ['workstation-02', 'workstation-03', 'workstation-04', 'workstation-05']],
      ['ring_1', ['workstation-06']],
      ['ring_2', ['workstation-07', 'workstation-08']],
      ['ring_3', ['workstation-09', 'workstation-10']],
      ['ring_4', ['workstation-11', 'workstation-12', 'workstation-13']],
    ])
  })
})

/** A working day: agents wait for its evening, servers for the night of a Saturday. */
const workingDay = Date.parse('2027-01-08T09:00:00+01:00')
const hour = 60 * minute

describe('the runbook for Cleanroom, simulated', () => {
  let plan: Plan
  beforeAll(async () => {
    // As a platform in use has it; the rehearsal has seconds.
    plan = await planWith(['ring_soak=1d'])
  })
  const findAction = (name: string) => allActions.find((action) => action.name === name)
  const stepIn = (run: SimulatedRun, path: string) => run.steps.find((found) => found.path === path)!

  it.each(['expected', 'worst'] as const)(
    'CLR-05, CLR-06, CLR-21, CLR-23: on the %s way the servers are done, validated and signed for within four hours, in their window',
    (way) => {
      const run = outlookOf(plan, { start: workingDay, findAction })[way]
      expect(run.outcome).toBe('succeeded')
      const lane = (step: string): SimulatedLane => run.lanes.find((found) => found.step === step)!
      const first = lane('upgrade/controllers_in_turn')
      const begins = first.windows.find((window) => window.from >= (first.openedAt ?? 0))!
      expect(begins.to! - begins.from).toBe(4 * hour)
      expect(new Date(begins.from).toISOString()).toBe('2027-01-16T20:00:00.000Z')
      const servers = lane('upgrade/html5').endedAt! - begins.from
      expect(servers).toBeLessThanOrEqual(way === 'expected' ? 30 * minute : 3 * hour)
      const controllers = first.endedAt! - begins.from
      expect(controllers).toBeLessThanOrEqual(hour)
      expect(lane('upgrade/edges').endedAt! - first.endedAt!).toBeLessThanOrEqual(hour)
      expect(stepIn(run, 'close/sign').endedAt! - begins.from).toBeLessThanOrEqual(4 * hour)
    },
  )

  it('CLR-19: agents are upgraded outside working hours only, and rings follow each other a day apart', () => {
    const { run } = simulatePlan(plan, { start: workingDay, runs: 1, actions: allActions })
    expect(run.outcome).toBe('succeeded')
    for (const name of ['agent-01', 'agent-02', 'agent-03']) {
      const hourThere = (new Date(run.targets.get(name)!.startedAt!).getUTCHours() + 1) % 24
      expect(hourThere >= 20 || hourThere < 6, name).toBe(true)
    }
    const begun = (name: string): number => run.targets.get(name)!.startedAt!
    expect(begun('workstation-06') - begun('workstation-05')).toBeGreaterThanOrEqual(24 * hour)
    expect(begun('workstation-11') - begun('workstation-10')).toBeGreaterThanOrEqual(24 * hour)
    expect(begun('controller-a')).toBeGreaterThan(begun('controller-b'))
    expect(begun('html5-1')).toBeGreaterThan(begun('edge-2'))
  })

  it.each([
    ['are upgraded when no malfunction', 0, 'succeeded', true],
    ['are not touched when a malfunction', 1, 'waiting', false],
  ] as const)('CLR-13: the others %s was noted in the qualification', (_, malfunctions, outcome, isDone) => {
    const scenario = scenarioFrom(`operator: [{step: try_out, do: done, form: {malfunctions: ${malfunctions}}}]`)
    const { run } = simulatePlan(plan, { start: workingDay, runs: 1, actions: allActions, scenario })
    expect(run.outcome).toBe(outcome)
    expect(run.assumptions.filter((each) => each.includes('malfunctions'))).toEqual([])
    expect(run.targets.get('workstation-01')!.state).toBe('succeeded')
    for (const name of ['workstation-02', 'agent-02', 'controller-b'])
      expect(run.targets.get(name)?.state === 'succeeded', name).toBe(isDone)
  })

  it('CLR-05, CLR-25: a night in which things go wrong, with the support on the phone, ends within its window', async () => {
    const { scenario, diagnostics } = await loadScenario(`${name}.scenario.yaml`, plan, root)
    expect(diagnostics).toEqual([])
    const { run } = simulatePlan(plan, {
      start: Date.parse(scenario!.start!),
      runs: 1,
      actions: allActions,
      scenario: scenario!,
    })
    expect(run.outcome).toBe('succeeded')
    expect([...run.strikes.values()].every((count) => count > 0)).toBe(true)
    const window = run.lanes.find((lane) => lane.step === 'upgrade/html5')!.windows.at(-1)!
    expect(stepIn(run, 'close/sign').endedAt!).toBeLessThanOrEqual(window.to!)
    expect(run.assumptions).toEqual([])
    expect(run.targets.get('workstation-09')).toMatchObject({ state: 'skipped' })
  })
})
