import type { JsonObject } from '../base/json.ts'
import { windowWords } from '../plan/calendar-words.ts'
import type { Plan, PlanRollout, PlanWave } from '../plan/model.ts'
import { fitAttempts, targetNeedMs } from '../plan/rollout-need.ts'
import { namesText } from './name-list.ts'
import { count, durationText, wordsOf } from './text.ts'
import { type Content, inlineCode, refs, stepRef } from './view.ts'

/** What a rollout says about lanes, waves, windows, units and stops; what does not apply is empty. */
export function rolloutFacts(plan: Plan, step: PlanRollout): readonly (readonly [string, string | Content])[] {
  return [
    ['Window', windowText(plan, step)],
    ['Fits', fitText(step)],
    ['Lanes', lanesText(step)],
    ['Canary', canaryText(step)],
    ['Waves', wavesText(step)],
    ['Gates', step.gates.length === 0 ? '' : refs(step.gates.map(({ number }) => stepRef(number)))],
    ['Left out when', skipText(step)],
    ['Units', unitText(step)],
    ['Failure domains', domainText(step)],
    ['At risk at most', riskText(step)],
    ['Ahead of the window', stagingText(step)],
    ['Rollback', rollbackText(step)],
    [
      'Stops without progress',
      step.progress_deadline_ms === undefined ? '' : `for ${durationText(step.progress_deadline_ms)}`,
    ],
    ['When something above it stops', step.in_flight === 'finish' ? '' : inFlightTexts[step.in_flight]],
  ]
}

const overrunTexts = {
  finish_unit: 'work in flight is finished',
  rollback: 'work in flight is rolled back',
  stop: 'work in flight is stopped where it stands',
} as const

const inFlightTexts = {
  finish: 'work in flight is finished',
  rollback: 'work in flight is rolled back',
  cancel: 'work in flight is stopped where it stands, and its targets are held',
} as const

function windowText(plan: Plan, { window }: PlanRollout): string {
  if (!window) return ''
  const known = new Map((plan.calendar?.windows ?? []).map((each) => [String(each['id']), each]))
  const named = window.ids.map((id) => `${titleOf(known.get(id), id)}: ${windowWords(known.get(id) ?? {})}`)
  const openings = window.openings === undefined ? '' : `; at most ${count(window.openings, 'opening')}`
  return `${named.join('; or ')}${openings}; at closing time ${overrunTexts[window.overrun]}`
}

function titleOf(window: JsonObject | undefined, id: string): string {
  return typeof window?.['title'] === 'string' ? window['title'] : id
}

function fitText(step: PlanRollout): string {
  const attempts = fitAttempts(step)
  const need = targetNeedMs(step, attempts)
  if (!step.window || need === undefined) return ''
  const reserve = step.window.reserve_ms === 0 ? '' : ` and a reserve of ${durationText(step.window.reserve_ms)}`
  const back = step.rollback.steps.length === 0 ? '' : ', rollback'
  return `a target begins only when ${durationText(need)} are left: ${count(attempts, 'attempt')}${back}${reserve}`
}

function lanesText({ lanes }: PlanRollout): string {
  if (lanes.length < 2) return ''
  const named = namesText(lanes.map(({ title }) => title))
  return `${lanes.length}, each with its own canary and waves: ${named}`
}

function canaryText({ lanes, target_deadline_ms }: PlanRollout): string {
  const wave = lanes[0]?.waves[0]
  if (!wave?.canary) return ''
  const sizes = lanes.map((lane) => lane.waves[0]!.targets.length)
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)]
  const size = least === most ? count(most, 'target') : `${least} to ${count(most, 'target')}`
  const slots = {
    when_done: 'the rest opens when it has ended',
    at_slot: 'the rest opens when the time of the last slot is used up',
    at_slot_per_target: 'the rest opens when the time of every slot is used up',
  }[wave.canary.next]
  const deadline = target_deadline_ms === undefined ? '' : ` (${durationText(target_deadline_ms)} an attempt)`
  const unproven = wave.canary.on_unproven === 'stop_run' ? 'the run' : 'the lane'
  return `${size}${lanes.length > 1 ? ' of each lane' : ''}${paceOf(wave)}; ${slots}${wave.canary.next === 'when_done' ? '' : deadline}; when none of it succeeds, ${unproven} stops`
}

function wavesText({ lanes }: PlanRollout): string {
  const waves = (lanes[0]?.waves ?? []).filter((wave) => !wave.canary)
  if (waves.length < 2 && paceOf(waves[0]) === '') return ''
  return waves.map((wave) => `${wave.title}${paceOf(wave)}`).join('; then ')
}

/** `, 5 min from start to start, then 2 h of soak`. */
function paceOf(wave: PlanWave | undefined): string {
  if (!wave) return ''
  const parts = [
    wave.batch_size === undefined ? '' : `in batches of ${wave.batch_size}`,
    wave.max_concurrency === undefined ? '' : `up to ${wave.max_concurrency} at once`,
    wave.stagger_ms === 0 ? '' : `${durationText(wave.stagger_ms)} from start to start`,
    wave.cooldown_ms === 0 ? '' : `${durationText(wave.cooldown_ms)} from an end to the next start`,
    wave.soak_ms === 0 ? '' : `then ${durationText(wave.soak_ms)} of soak`,
  ].filter((part) => part !== '')
  return parts.length === 0 ? '' : `, ${parts.join(', ')}`
}

function skipText({ lanes }: PlanRollout): string | Content {
  const conditions = new Set((lanes[0]?.waves ?? []).flatMap(({ skip_when }) => skip_when ?? []))
  const [only] = conditions
  if (only === undefined) return ''
  return conditions.size === 1 ? inlineCode(only) : [...conditions].join('; or ')
}

function unitText({ lanes, unit }: PlanRollout): string {
  const members = lanes.flatMap((lane) =>
    lane.waves.flatMap((wave) => wave.targets.flatMap((target) => target.unit ?? [])),
  )
  const units = new Set(members).size
  if (units === 0 || units === members.length) return ''
  const pace = unit.one_at_a_time ? 'members one after another' : 'members may be away together'
  const rest =
    unit.skip_rest_when.length === 0
      ? ''
      : `; when one is ${unit.skip_rest_when.map((end) => end.replaceAll('_', ' ')).join(', ')}, the others are skipped`
  return `${count(units, 'unit')} of ${count(members.length, 'target')}, ${pace}${rest}`
}

function domainText({ lanes, domains_at_once }: PlanRollout): string {
  const domains = lanes.flatMap((lane) =>
    lane.waves.flatMap((wave) => wave.targets.flatMap(({ domain }) => domain ?? [])),
  )
  const different = new Set(domains).size
  return different === 0 ? '' : `${different}, at most ${domains_at_once} away at once`
}

function riskText({ blast_radius: limit }: PlanRollout): string {
  if (!limit) return ''
  const parts = [
    limit.max_targets === undefined ? '' : count(limit.max_targets, 'target'),
    limit.max_units === undefined ? '' : count(limit.max_units, 'unit'),
  ].filter((part) => part !== '')
  return `${parts.join(', ')}: in progress, failed or held`
}

function stagingText(step: PlanRollout): string {
  if (step.stage.length === 0) return ''
  const without = step.lanes.flatMap((lane) =>
    lane.waves.flatMap((wave) => wave.targets.filter(({ stage }) => stage === false)),
  )
  const atOnce = step.stage_concurrency === undefined ? '' : `up to ${step.stage_concurrency} at once`
  const deadline = step.stage_deadline_ms === undefined ? '' : `within ${durationText(step.stage_deadline_ms)} a target`
  const except = without.length === 0 ? '' : `not for ${count(without.length, 'target')}`
  return [atOnce, deadline, except].filter((part) => part !== '').join(', ')
}

function rollbackText({ rollback }: PlanRollout): string {
  if (rollback.steps.length === 0) return ''
  const mode = { auto: 'by itself', ask: 'when a person agrees', never: 'never by itself' }[rollback.mode]
  const scope = rollback.scope === 'target' ? '' : `, the whole ${wordsOf(rollback.scope).toLowerCase()} with it`
  const deadline = rollback.deadline_ms === undefined ? '' : `, within ${durationText(rollback.deadline_ms)}`
  return `${mode}${scope}${deadline}`
}
