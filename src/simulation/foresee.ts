/** How a run goes on from where it stands: its own records replayed, then the virtual world. Pure, and done in pieces. */
import type { Plan } from '../plan/model.ts'
import type { RunEvent } from '../run/events.ts'
import { indexPlan } from '../run/plan-index.ts'
import { makeRunProgram } from '../run/program.ts'
import type { RunForecast } from '../run/progress.ts'
import { resultKey } from '../run/state.ts'
import { FarSide, type KnownAction } from './far-side.ts'
import { People } from './people.ts'
import { calmScenario } from './scenario-model.ts'
import { FleetFacts } from './target-facts.ts'
import { VirtualHost, type VirtualWorld } from './virtual-host.ts'

export interface ForesightOptions {
  /** Milliseconds since the epoch. */
  readonly now: number
  findAction(name: string): KnownAction | undefined
}

/** A window a year away is still reached. */
const horizonMs = 800 * 86_400_000

/**
 * @param records - of the run, from its first one on
 * @param pieceMax - records handled between two pauses
 * @returns pauses in between, so that the caller can do something else; at last the forecast, undefined for a run that
 *   has not begun, has ended, is paused, turns back, or only rehearses
 */
export function* foresee(
  plan: Plan,
  records: readonly RunEvent[],
  options: ForesightOptions,
  pieceMax: number,
): Generator<void, RunForecast | undefined> {
  const { now } = options
  const index = indexPlan(plan)
  const facts = new FleetFacts()
  const lanes: Record<string, Record<string, number>> = {}
  const rollouts: Record<string, number> = {}
  /** When something happened last; a timer that nobody waits for any more is nothing. */
  let lastAt = now
  const onAssumption = (): void => undefined
  const far = new FarSide({
    plan,
    index,
    scenario: calmScenario,
    seed: calmScenario.seed,
    pace: 'expected',
    start: now,
    findAction: options.findAction,
    facts,
    baselineOf: (criterion, target) => {
      const { acceptance, acceptanceLast } = host.state
      return acceptance[acceptanceLast[resultKey('baseline', criterion, target)] ?? -1]?.outputs
    },
    onStrike: onAssumption,
    onAssumption,
  })
  const people = new People({ index, scenario: calmScenario, far, start: now, onSaid: onAssumption, onAssumption })
  const world: VirtualWorld = {
    answer: (call, at) => far.answer(call, at),
    drop: (call, at, why) => far.drop(call, at, why),
    replayed: (event) => facts.notice(event),
    waiting: (prompt, host) => people.waiting(prompt, host),
    notice: (event, state, host) => {
      if (event.type !== 'TimerFired') lastAt = event.at
      facts.notice(event)
      people.notice(event, state, host)
      if (event.type !== 'RolloutAdvanced') return
      const { step } = event.data
      for (const move of event.data.moves) {
        if (move.kind === 'lane' && move.to === 'ended') (lanes[step] ??= {})[move.lane] = event.at
        if (move.kind === 'rollout' && move.to === 'ended') rollouts[step] = event.at
      }
    },
  }
  const host = new VirtualHost(() => makeRunProgram(plan), now, { run: 'forecast', world, keep: false })
  for (let from = 0; from < records.length; from += pieceMax) {
    host.replay(records.slice(from, from + pieceMax))
    yield
  }
  const { status, mode } = host.state
  if (mode === 'dry_run' || status !== 'running') return undefined
  host.takeUp(now)
  let how = host.run(now + horizonMs, host.seq + pieceMax)
  while (how === 'cut' && host.now < now + horizonMs) {
    yield
    const before = host.seq
    how = host.run(now + horizonMs, before + pieceMax)
    if (how === 'cut' && host.seq === before) break
  }
  const { state } = host
  const asked = Object.values(state.prompts)[0]?.message.split('\n')[0]
  const outcome = state.status === 'ended' ? (state.outcome ?? 'failed') : 'waiting'
  const reason = state.status === 'ended' ? state.reason : asked
  return {
    madeAt: now,
    endAt: state.endedAt ?? lastAt,
    outcome,
    ...(reason === undefined ? {} : { reason }),
    lanes,
    rollouts,
  }
}
