import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planDigest } from '../../src/plan/digest.ts'
import type { Plan } from '../../src/plan/model.ts'
import { compileText, inventoryText, planOf } from './compile-text.ts'

const runbook = `owner: Team
description: What it is about
inputs: {release: {type: version, title: Release, default: "2.0"}}
roles: {operator: {title: Operator}, boss: {title: Boss}}
windows: [{id: night, title: Night, days: [sun], start: "01:00", duration: 4h, time_zone: UTC}]
freezes: [{from: 2026-12-20, to: 2027-01-03, reason: Year end, owner: CAB, time_zone: UTC}]
break_glass: {roles: [boss], max_duration: 2h}
blast_radius: {max_targets: 3}
components: {nodes: {title: Nodes, select: target.kind == "node", unit: site}}
rules: [{id: calm, title: Calm, check: "inputs.release != ''"}]
acceptance_criteria: [{id: up, title: Up, action: t.look, on: nodes, pass_when: outputs.ok == true}]
phases:
  - id: a
    kind: preparation
    title: Prepare
    steps:
      - id: look
        title: Look
        description: Look well
        action: t.look
        on: nodes
        with: {path: /srv, name: "\${{ target.name }}"}
        duration: {expected: 3m}
        expected_result: Fine
      - {id: go, title: Go, gate: {type: go_no_go, roles: [boss], min_approvals: 1, prompt: Shall we?}}
      - {id: hand, title: By hand, manual: Turn the key, form: [{id: note, title: Note, type: string}]}
  - id: b
    kind: upgrade
    title: Upgrade
    steps:
      - id: on
        title: Maintenance
        action: t.change
        on: [core]
        with: {enabled: true}
        retry: {max_attempts: 2, delay: 5s}
        on_failure: stop
        back_out: [{id: off, title: "Off", action: t.change, with: {enabled: false}}]
        cleanup: {after: roll, action: t.change, with: {enabled: false}}
      - id: roll
        title: Roll
        rollout:
          component: nodes
          to: "\${{ inputs.release }}"
          order: {by: target.roles, sequence: [dea, router]}
          max_failures: 1
          max_concurrency: 2
          window: {ids: [night], reserve: 5m}
          lanes: {by: site, max_failures: 1}
          canary: {title: First, count: 1, prefer: target.name == "core", stagger: 5m, next: at_slot}
          waves: [{id: rest, title: The rest, select: "true", soak: 1h, gate: {type: approval, roles: [boss]}}]
          unit: {order: [primary], one_at_a_time: true}
          failure_domain: site
          stage: [{id: fetch, title: Fetch, action: t.look, when: target.site == "a"}]
          post_checks: [{id: see, action: t.look}]
          health: {checks: [{action: t.look}], min_healthy_time: 10m}
          deadline: 17m
          retry: {max_attempts: 2, at: deadline}
          rollback: {mode: auto, steps: [{id: back, action: t.change}]}
          skip_when: unit.size > 5
          each: [{id: install, title: Install, action: t.fixed}]
          on_failure: [{class: unhealthy, do: fail}]
      - {id: check, title: Check, acceptance: final}
`

const digestOf = (text: string, inventory: string = inventoryText): string =>
  planOf(compileText(text, {}, inventory)).digest
const original = digestOf(runbook)

/** Replaces once, and fails when there is nothing to replace: an edit that edits nothing would prove nothing. */
function edit(text: string, [from, to]: readonly [string, string]): string {
  expect(text).toContain(from)
  return text.replace(from, to)
}

const cosmetic: readonly (readonly [string, string])[] = [
  ['owner: Team', 'owner: Others'],
  ['description: What it is about', 'description: Something else'],
  ['title: Release', 'title: The release'],
  ['title: Nodes', 'title: All nodes'],
  ['title: Calm', 'title: Calm down'],
  ['title: Up,', 'title: It is up,'],
  ['title: Prepare', 'title: "# Preparation"'],
  ['title: Look\n', 'title: Look again\n'],
  ['description: Look well', 'description: Look better'],
  ['expected: 3m', 'expected: 30m'],
  ['expected_result: Fine', 'expected_result: Good'],
  ['prompt: Shall we?', 'prompt: Shall we go on?'],
  ['title: Note', 'title: Remark'],
  ['title: Install', 'title: Put it in'],
  ['{path: /srv, name: "${{ target.name }}"}', '{name: "${{ target.name }}", path: /srv}'],
  ['title: Night', 'title: Sunday night'],
  ['reason: Year end', 'reason: The year ends'],
  ['owner: CAB', 'owner: Board'],
  ['title: First', 'title: Initial group'],
  ['title: The rest', 'title: All others'],
  ['title: Fetch', 'title: Download'],
  ['inputs: {', '# a remark\ninputs: {'],
]

const effective: readonly (readonly [string, string])[] = [
  ['default: "2.0"', 'default: "3.0"'],
  ['select: target.kind == "node"', 'select: target.kind == "node" && target.name != "core"'],
  ['check: "inputs.release != \'\'"', 'check: "inputs.release == \'2.0\'"'],
  ['pass_when: outputs.ok == true', 'pass_when: outputs.ok == false'],
  ['path: /srv', 'path: /etc'],
  ['action: t.look\n        on: nodes', 'action: t.look\n        on: [core]'],
  ['min_approvals: 1', 'min_approvals: 2'],
  ['roles: [boss]', 'roles: [operator]'],
  ['manual: Turn the key', 'manual: Turn the other key'],
  ['type: string}', 'type: boolean}'],
  ['max_attempts: 2', 'max_attempts: 3'],
  ['delay: 5s', 'delay: 6s'],
  ['on_failure: stop', 'on_failure: back_out'],
  ['title: "Off", action: t.change, with: {enabled: false}', 'title: "Off", action: t.change, with: {enabled: true}'],
  ['cleanup: {after: roll, action: t.change, with: {enabled: false}}', 'cleanup: {after: roll, action: t.look}'],
  ['sequence: [dea, router]', 'sequence: [router, dea]'],
  ['max_failures: 1', 'max_failures: 2'],
  ['class: unhealthy, do: fail', 'class: unhealthy, do: skip'],
  ['action: t.fixed', 'action: t.change'],
  ['days: [sun]', 'days: [mon]'],
  ['duration: 4h', 'duration: 5h'],
  ['to: 2027-01-03', 'to: 2027-01-04'],
  ['max_duration: 2h', 'max_duration: 3h'],
  ['max_targets: 3', 'max_targets: 2'],
  ['reserve: 5m', 'reserve: 6m'],
  ['reserve: 5m', 'reserve: 5m, openings: 1'],
  ['{by: site, max_failures: 1}', '{by: site, max_failures: 2}'],
  ['lanes: {by: site', 'lanes: {by: kind'],
  ['canary: {title: First, count: 1', 'canary: {title: First, count: 2'],
  ['prefer: target.name == "core"', 'prefer: target.name == "dea-1"'],
  ['stagger: 5m', 'stagger: 6m'],
  ['next: at_slot', 'next: when_done'],
  ['soak: 1h', 'soak: 2h'],
  ['type: approval', 'type: go_no_go'],
  ['unit: {order: [primary], one_at_a_time: true}', 'unit: {one_at_a_time: false}'],
  ['unit: site', 'unit: target.name'],
  ['failure_domain: site', 'failure_domain: kind'],
  ['when: target.site == "a"', 'when: target.site == "b"'],
  ['id: see, action: t.look', 'id: see, action: t.change'],
  ['min_healthy_time: 10m', 'min_healthy_time: 9m'],
  ['deadline: 17m', 'deadline: 18m'],
  ['at: deadline', 'at: failure'],
  ['mode: auto', 'mode: ask'],
  ['skip_when: unit.size > 5', 'skip_when: unit.size > 6'],
  ['acceptance: final', 'acceptance: baseline'],
  ['kind: upgrade', 'kind: qualification'],
]

describe('the digest of a plan', () => {
  it.each(cosmetic)('is kept when %j becomes %j', (from, to) => {
    expect(digestOf(edit(runbook, [from, to]))).toBe(original)
  })

  it.each(effective)('changes when %j becomes %j', (from, to) => {
    expect(digestOf(edit(runbook, [from, to]))).not.toBe(original)
  })

  it.each([
    ['site: a}', 'site: c}'],
    ['version: "1.0", site: a}', 'version: "1.1", site: a}'],
    ['https://lab.example.com', 'https://other.example.com'],
  ])('changes when the inventory says %j instead of %j', (from, to) => {
    expect(digestOf(runbook, edit(inventoryText, [from, to]))).not.toBe(original)
  })

  it('is kept by any set of cosmetic edits, and changed by any effective one among them', () => {
    fc.assert(
      fc.property(
        fc.subarray([...cosmetic]),
        fc.option(fc.constantFrom(...effective), { nil: undefined }),
        (edits, change) => {
          const edited = edits.reduce((text, [from, to]) => text.replace(from, to), runbook)
          expect(digestOf(edited)).toBe(original)
          if (change && edited.includes(change[0]))
            expect(digestOf(edited.replace(change[0], change[1]))).not.toBe(original)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('does not depend on the order of keys', () => {
    const { digest, ...plan } = planOf(compileText(runbook))
    const shuffle = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffle)
      if (typeof value !== 'object' || value === null) return value
      return Object.fromEntries(
        Object.entries(value)
          .toReversed()
          .map(([key, item]) => [key, shuffle(item)]),
      )
    }
    expect(planDigest(shuffle(plan) as Omit<Plan, 'digest'>)).toBe(digest)
    expect(planDigest(JSON.parse(JSON.stringify(plan)) as Omit<Plan, 'digest'>)).toBe(digest)
  })

  it('is a sha256', () => {
    expect(original).toMatch(/^sha256:[0-9a-f]{64}$/)
  })
})
