/** How long the way back takes: the run goes as expected up to the last place from which there is one, and is turned back. */
import { noRetry } from '../plan/defaults.ts'
import type { Plan, PlanManual, PlanStep } from '../plan/model.ts'
import { withChildren } from '../plan/place-cleanups.ts'
import type { PlanWayBack } from '../plan/timeline.ts'
import { type SimulateOptions, simulateInSteps } from './simulate-run.ts'

/**
 * Played in pieces.
 *
 * @param pieceMax - records handled between two pauses
 * @returns undefined when nothing is undone, or the run does not come as far on the expected way
 */
export function* wayBackInSteps(
  plan: Plan,
  options: Pick<SimulateOptions, 'start' | 'findAction'>,
  pieceMax: number,
): Generator<void, PlanWayBack | undefined> {
  const steps = plan.phases.flatMap((phase) => phase.steps)
  const crossing = steps.findIndex((step) => withChildren(step).some(isCrossing))
  const last = steps[crossing < 0 ? steps.length - 1 : crossing - 1]
  if (!last || !steps.some((step) => withChildren(step).some(leavesSomething))) return undefined
  const pause = pauseBehind(last)
  let began: number | undefined
  const watched: SimulateOptions = {
    ...options,
    keepEvents: false,
    turnBackAt: pause.path,
    watch: (event) => {
      if (event.type === 'BackOutStarted') began = event.at
    },
  }
  const run = yield* simulateInSteps(withPause(plan, last, pause), watched, pieceMax)
  if (began === undefined || run.outcome !== 'backed_out') return undefined
  let before = began
  const undone = run.steps
    .filter((step) => step.outcome === 'backed_out')
    .map((step) => ({ path: step.path, at: step.endedAt ?? run.end }))
    // At one instant what came later is undone first.
    .reverse()
    .toSorted((a, b) => a.at - b.at)
    .map(({ path, at }) => {
      const ms = at - before
      before = at
      return { path, ms }
    })
  return undone.length === 0 ? undefined : { after: last.path, ms: run.end - began, steps: undone }
}

function isCrossing(step: PlanStep): boolean {
  return step.point_of_no_return && step.skip === undefined
}

function leavesSomething(step: PlanStep): boolean {
  return step.back_out !== undefined || step.cleanup_of !== undefined
}

/** Nobody ever answers it: the run is turned back there. */
function pauseBehind({ path, number }: PlanStep): PlanManual {
  return {
    form: 'manual',
    path: `${path}/turn_back`,
    id: 'turn_back',
    number: `${number}t`,
    title: 'Turn back',
    targets: [],
    retry: noRetry,
    on_failure: 'stop',
    on_unknown: 'ask',
    duration: { expected_ms: 3_600_000, worst_ms: 3_600_000 },
    point_of_no_return: false,
    evidence: [],
    covers: [],
    bindings: {},
    instructions: '',
    fields: [],
  }
}

function withPause(plan: Plan, last: PlanStep, pause: PlanManual): Plan {
  const phases = plan.phases.map((phase) => {
    const at = phase.steps.indexOf(last)
    return at < 0 ? phase : { ...phase, steps: [...phase.steps.slice(0, at + 1), pause, ...phase.steps.slice(at + 1)] }
  })
  return { ...plan, phases }
}
