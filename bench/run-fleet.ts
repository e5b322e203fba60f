/**
 * Plays one run over a fleet of Sockets with the whole run program, `run-fleet.ts TARGETS`, in a process of its own, and
 * prints what it cost as JSON.
 */

import * as calendar from '../src/calendar/index.ts'
import { allActions } from '../src/executors/index.ts'
import type { Inventory } from '../src/inventory/index.ts'
import { checkFile } from '../src/language/check-file.ts'
import { compilePlan } from '../src/plan/compile.ts'
import type { Plan } from '../src/plan/model.ts'
import { runbookPlaces } from '../src/service/runbook-places.ts'
import { simulateRun } from '../src/simulation/simulate-run.ts'
import { parseSource } from '../src/source/parse-source.ts'

export interface RunCost {
  readonly records: number
  /** Of the processor. */
  readonly seconds: number
  readonly peakMiB: number
}

/** Hours from UTC at which the targets' clocks stand, and the quarters in between that are in use. */
const zones: readonly string[] = [
  ...Array.from({ length: 27 }, (_, index) => `Etc/GMT${index < 13 ? `+${index}` : `-${index - 12}`}`),
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Asia/Kabul',
  'Asia/Tehran',
  'Asia/Yangon',
  'Australia/Darwin',
  'Australia/Adelaide',
  'Australia/Eucla',
  'America/St_Johns',
  'Pacific/Chatham',
  'Pacific/Marquesas',
]

/**
 * The vendor's policy, with a rollback, and health looked at twice within its ten minutes; before and behind it what looks at
 * every target once more, because a step costs as much as has happened in it, not as much as the fleet is large each time.
 */
const runbook = `rollbook: runbook/v1
name: bench
title: Sockets
version: 1.0.0
windows:
  - {id: night, days: [sun], start: "01:00", duration: 2h, time_zone: target}
components:
  sockets: {select: target.kind == "socket", unit: unit}
acceptance_criteria:
  - {id: healthy, title: Healthy, severity: must, baseline: true, action: cato.kpi, on: sockets, with: {require: nothing}}
phases:
  - id: prepare
    kind: preparation
    title: Preparation
    steps:
      - {id: connected, title: Connected, action: cato.socket_connected, on: sockets, max_concurrency: 50}
      - {id: before, title: Before, acceptance: baseline}
  - id: upgrade
    kind: upgrade
    title: Upgrade
    steps:
      - id: sockets
        title: Sockets
        rollout:
          component: sockets
          to: "18.4.1"
          window: {ids: [night], fit: first_attempt}
          lanes: target.time_zone
          max_concurrency: "100%"
          max_failures: "100%"
          canary: {count: 5, spread_over: site, select: target.member == "primary", stagger: 5m, next: at_slot}
          waves:
            - {id: primaries, select: target.member == "primary"}
            - {id: secondaries, select: target.member == "secondary"}
          unit: {order: [primary, secondary], skip_rest_when: [failed, rolled_back, skipped, held]}
          preflight: [{id: connected, action: cato.socket_connected}]
          each: [{id: install, action: cato.upgrade, with: {to: "18.4.1", until: switched}}]
          health: {checks: [{id: kpi, action: cato.kpi}], interval: 5m, min_healthy_time: 10m}
          deadline: 18m
          retry: {max_attempts: 2, at: deadline}
          rollback: {mode: auto, steps: [{id: back, action: cato.rollback_state}]}
  - id: accept
    kind: acceptance
    title: Acceptance
    steps:
      - {id: after, title: After, acceptance: final}
`

/** Pairs, spread over all time zones. */
function inventory(count: number): Inventory {
  const targets = Array.from({ length: count }, (_, index) => {
    const unit = `site-${index >> 1}`
    const name = `${unit}-${index % 2 === 0 ? 'a' : 'b'}`
    const target = {
      name,
      kind: 'socket',
      system: 'account',
      roles: [],
      version: '17.0',
      site: unit,
      unit,
      member: index % 2 === 0 ? 'primary' : 'secondary',
      time_zone: zones[(index >> 1) % zones.length]!,
      attributes: {},
    }
    return [name, target] as const
  })
  const account = { name: 'account', kind: 'cato', address: 'https://cato.example.com', settings: {} }
  return { systems: { account }, targets: Object.fromEntries(targets), secrets: {} } as unknown as Inventory
}

function planFor(count: number): Plan {
  const checked = checkFile(runbook, 'bench.yaml', { actions: allActions })
  if (checked.content?.kind !== 'runbook') throw new Error(JSON.stringify(checked.diagnostics))
  const { plan, diagnostics } = compilePlan({
    runbook: checked.content.runbook,
    places: runbookPlaces(parseSource(runbook, 'bench.yaml')),
    hash: `sha256:${'0'.repeat(64)}`,
    inventory: inventory(count),
    inputs: {},
    actions: allActions,
    calendar: { ...calendar, files: {}, now: Date.UTC(2026, 11, 1) },
  })
  if (!plan) throw new Error(JSON.stringify(diagnostics))
  return plan
}

const byName = new Map(allActions.map((action) => [action.name, action]))
const plan = planFor(Number(process.argv[2]))
const before = process.cpuUsage()
const run = simulateRun(plan, {
  start: Date.UTC(2026, 11, 5),
  findAction: (name) => byName.get(name),
  keepEvents: false,
})
const { user, system } = process.cpuUsage(before)
if ([...run.targets.values()].some(({ state }) => state !== 'succeeded'))
  throw new Error(`the run ended ${run.outcome}`)
const cost: RunCost = {
  records: run.records,
  seconds: (user + system) / 1e6,
  peakMiB: process.resourceUsage().maxRSS / 1024,
}
console.log(JSON.stringify(cost))
