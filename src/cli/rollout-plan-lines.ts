import type { PlanStep } from '../app/load.ts'
import { formatDurationForPeople } from '../base/duration.ts'

type Rollout = Extract<PlanStep, { readonly form: 'rollout' }>
type Lane = Rollout['lanes'][number]
type Wave = Lane['waves'][number]

/** Lanes that are shown one by one. */
const lanesMax = 6
/** Targets of a canary that are named. */
const namesMax = 5

/** Lanes with their waves, and the window, as far as a rollout has them. */
export function rolloutLines({ lanes, window, gates }: Rollout): readonly string[] {
  const plain = lanes.length < 2 && (lanes[0]?.waves.length ?? 0) < 2
  const shown = plain ? [] : lanes.slice(0, lanesMax).map((lane) => laneLine(lane, lanes.length > 1))
  const more = plain || lanes.length <= lanesMax ? [] : [`… and ${lanes.length - lanesMax} more lanes`]
  return [
    ...(window ? [windowLine(window)] : []),
    ...shown,
    ...more,
    ...gates.map(
      (gate) => `${gate.number} gate before "${gate.id}": ${gate.gate.min_approvals} of ${gate.gate.roles.join(', ')}`,
    ),
  ]
}

function windowLine({ ids, openings, reserve_ms, overrun }: NonNullable<Rollout['window']>): string {
  const parts = [
    `in window ${ids.join(' or ')}`,
    ...(openings === undefined ? [] : [openings === 1 ? 'one opening' : `${openings} openings`]),
    ...(reserve_ms === 0 ? [] : [`${formatDurationForPeople(reserve_ms)} kept free`]),
    `at closing time ${overrun.replaceAll('_', ' ')}`,
  ]
  return parts.join(', ')
}

function laneLine({ title, waves, time_zone: zone }: Lane, named: boolean): string {
  const parts = waves.filter(({ targets }) => targets.length > 0).map(waveText)
  const where = zone === undefined || zone === title ? '' : ` (${zone})`
  return `${named ? `${title}${where}: ` : ''}${parts.join(' → ')}`
}

function waveText({ id, targets, canary, soak_ms }: Wave): string {
  const names = targets.slice(0, namesMax).map(({ name }) => name)
  const more = targets.length > namesMax ? ` and ${targets.length - namesMax} more` : ''
  const who = canary ? ` ${names.join(', ')}${more}` : ` ${targets.length}`
  return `${id}${who}${soak_ms === 0 ? '' : ` (soak ${formatDurationForPeople(soak_ms)})`}`
}
