/** The shipped runbook for Cato Sockets, planned over a small account and played through on virtual time. */
import { readFileSync } from 'node:fs'
import type { GivenInput } from '../../src/plan/inputs.ts'
import type { Plan } from '../../src/plan/model.ts'
import { simulateRun } from '../../src/simulation/simulate-run.ts'
import type { SimulatedRun } from '../../src/simulation/simulated-run.ts'
import { berlinOpens, catoInventory, catoScenario, endOf, startsOf } from '../simulation/cato-account.ts'
import { findAction, planFrom } from '../support/rehearsal.ts'

export const shippedText: string = readFileSync('runbooks/cato-sockets.yaml', 'utf8')

/** The watch of the runbook ends a little before the vendor's; checks that take no time leave room for all of it. */
const vendorInputs: Readonly<Record<string, GivenInput>> = {
  release: given('18.4.1'),
  kpi_watch: given('10m'),
  // The vendor's numbers have the rest start together.
  rest_stagger: given('0s'),
}

function given(value: string): GivenInput {
  return { value, source: 'set' }
}

export interface ShippedOptions {
  readonly edit?: (text: string) => string
  readonly inputs?: Readonly<Record<string, string>>
}

/** @param zones - sites by time zone: `s` a single Socket, `h` a pair */
export function shippedPlan(zones: Readonly<Record<string, string>>, options: ShippedOptions = {}): Plan {
  const inputs = Object.fromEntries(Object.entries(options.inputs ?? {}).map(([name, value]) => [name, given(value)]))
  const text = options.edit ? options.edit(shippedText) : shippedText
  if (options.edit && text === shippedText) throw new Error('the runbook has changed; the test edits nothing')
  return planFrom(text, catoInventory(zones), { ...vendorInputs, ...inputs })
}

export function play(plan: Plan, faults = '', start: number = berlinOpens): SimulatedRun {
  return simulateRun(plan, { scenario: catoScenario(faults), start, findAction })
}

export interface Fate {
  /** Minutes since the window of the target opened. */
  readonly starts: readonly number[]
  readonly end: number | undefined
  readonly state: string
}

export function fateOf(run: SimulatedRun, name: string): Fate {
  const target = run.targets.get(name)
  if (!target) throw new Error(`there is no target ${name}`)
  return { starts: startsOf(run, target), end: endOf(run, target), state: target.state }
}

/** Minutes from the opening of a lane until the Sockets behind the initial group may start. */
export function gateOf(run: SimulatedRun, zone: string): number | undefined {
  const lane = run.lanes.find(({ id }) => id === zone)
  return lane?.gateOpenedAt === undefined ? undefined : (lane.gateOpenedAt - lane.openedAt!) / 60_000
}

/** The hash does not match, so the try breaks off after four minutes. */
export function badHash(id: string, target: string, attempts?: string): string {
  const tries = attempts === undefined ? '' : `, attempts: ${attempts}`
  return `- {id: ${id}, kind: fail, class: not_ready, action: cato.upgrade, targets: [${target}], after: 4m${tries}}`
}
