/** A small account of Sockets and the vendor's policy, for the numbers of the vendor's guide. */
import type { Plan } from '../../src/plan/model.ts'
import type { ScenarioModel } from '../../src/simulation/scenario-model.ts'
import { simulateRun } from '../../src/simulation/simulate-run.ts'
import type { SimulatedRun, SimulatedTarget } from '../../src/simulation/simulated-run.ts'
import { findAction, planFrom, scenarioFrom } from '../support/rehearsal.ts'

export interface AccountOptions {
  /** When the wave behind the canary opens. */
  readonly next?: 'at_slot' | 'at_slot_per_target'
  /** Length of the window, such as `2h`. */
  readonly window?: string
  readonly fit?: 'worst_case' | 'first_attempt'
  /** Of one attempt. Default: the vendor's 17 minutes, which leave no second to spare. */
  readonly deadline?: string
  /** From start to start in the wave behind the canary. */
  readonly stagger?: string
  /** The vendor counts the way back as part of the 17 minutes: without rollback steps nothing is kept free for it. */
  readonly rollback?: false
}

/** The vendor's rules in the words of the language. */
export function catoRunbook(options: AccountOptions = {}): string {
  return `rollbook: runbook/v1
name: cato-release
title: Gradual upgrade of the Sockets
version: 1.0.0
roles: {operator: {title: Operator}}
windows:
  - {id: maintenance, days: [sun], start: "01:00", duration: ${options.window ?? '2h'}, time_zone: target, overrun: finish_unit}
components:
  sockets: {select: target.kind == "socket", unit: site}
phases:
  - id: upgrade
    kind: upgrade
    title: Upgrade
    steps:
      - id: sockets
        title: Five first, then the rest, secondaries last
        on_failure: continue
        rollout:
          component: sockets
          to: "18.4.1"
          window: {ids: [maintenance], fit: ${options.fit ?? 'first_attempt'}, openings: 1}
          lanes: target.time_zone
          max_concurrency: "100%"
          max_failures: "100%"
          canary:
            count: 5
            spread_over: site
            prefer: unit.size > 1
            select: target.member != "secondary"
            stagger: 5m
            next: ${options.next ?? 'at_slot'}
            max_failures: 4
            on_unproven: stop_lane
          waves:
            - {id: primaries, select: target.member != "secondary", stagger: ${options.stagger ?? '0s'}}
            - {id: secondaries, select: target.member == "secondary"}
          unit: {order: [primary, secondary], skip_rest_when: [failed, rolled_back, skipped, held]}
          preflight: [{id: connected, action: cato.socket_connected}]
          each: [{id: install, action: cato.upgrade, with: {to: "18.4.1", until: switched}}]
          health: {checks: [{id: kpi, action: cato.kpi}], interval: 30s, min_healthy_time: 10m}
          deadline: ${options.deadline ?? '17m'}
          retry: {max_attempts: 2, at: deadline}
${options.rollback === false ? '' : '          rollback: {mode: auto, steps: [{id: back, action: cato.rollback_state}]}\n'}          on_failure:
            - {class: unreachable, do: skip}
            - {class: not_ready, do: skip}
            - {class: unhealthy, do: ${options.rollback === false ? 'fail' : 'rollback'}, then: stop_lane}
            - {class: refused, do: skip, then: stop_run}
            - {class: process, do: retry}
            - {class: timeout, do: retry}
            - {do: fail}
`
}

/** @param zones - sites by time zone: `s` a single Socket, `h` a pair of primary and secondary */
export function catoInventory(zones: Readonly<Record<string, string>>): string {
  const lines: string[] = []
  for (const [zone, sites] of Object.entries(zones)) {
    const short = zone.split('/').at(-1)!.toLowerCase()
    for (const [index, kind] of [...sites].entries()) {
      const site = `${short}-${index + 1}`
      const socket = (name: string, member: string): string =>
        `  ${name}: {kind: socket, system: account, site: ${site}, time_zone: ${zone}, version: "17.0", member: ${member}, unit: ${site}}`
      lines.push(socket(kind === 'h' ? `${site}a` : site, 'primary'))
      if (kind === 'h') lines.push(socket(`${site}b`, 'secondary'))
    }
  }
  return `rollbook: inventory/v1\nsystems: {account: {kind: cato, address: "https://cato.example.com"}}\ntargets:\n${lines.join('\n')}\n`
}

export function catoPlan(zones: Readonly<Record<string, string>>, options: AccountOptions = {}): Plan {
  return planFrom(catoRunbook(options), catoInventory(zones))
}

/** Seven minutes to the switch, checks without length: then the vendor's 17 minutes come out. */
const vendorTimes = `durations:
  - {action: cato.upgrade, fixed: 7m}
  - {fixed: 0s}
`

/** Sunday 6 December 2026, one o'clock in Berlin. */
export const berlinOpens: number = Date.UTC(2026, 11, 6, 0, 0)

/** @param faults - lines of the list `faults` of a scenario */
export function rehearse(plan: Plan, faults = '', start: number = berlinOpens): SimulatedRun {
  return simulateRun(plan, { scenario: catoScenario(faults), start, findAction })
}

export function catoScenario(faults = ''): ScenarioModel {
  return scenarioFrom(faults === '' ? vendorTimes : `${vendorTimes}faults:\n${faults.replaceAll(/^/gm, '  ')}\n`)
}

const minute = 60_000

/** Minutes since the opening of the target's lane. */
export function startsOf(run: SimulatedRun, target: SimulatedTarget): readonly number[] {
  const lane = run.lanes.find(({ id }) => id === target.lane)
  if (lane?.openedAt === undefined || target.startedAt === undefined) return []
  return [target.startedAt, ...target.retriedAt].map((at) => (at - lane.openedAt!) / minute)
}

export function endOf(run: SimulatedRun, target: SimulatedTarget): number | undefined {
  const lane = run.lanes.find(({ id }) => id === target.lane)
  if (lane?.openedAt === undefined || target.endedAt === undefined) return undefined
  return (target.endedAt - lane.openedAt) / minute
}
