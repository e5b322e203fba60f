import { describe, expect, it } from 'vitest'
import { parseCalendar } from '../../src/calendar/index.ts'
import { checkFile } from '../../src/language/check-file.ts'
import { sampleActions } from './sample-actions.ts'

const target = (name: string, more: object) =>
  [name, { name, kind: 'socket', roles: [], attributes: {}, ...more }] as const
const inventory = {
  systems: {},
  targets: Object.fromEntries([
    target('a-1', { site: 'a', member: 'primary', time_zone: 'Europe/Berlin', attributes: { rack: 'r1' } }),
    target('a-2', { site: 'a', member: 'secondary', time_zone: 'Europe/Berlin' }),
  ]),
}

interface Given {
  readonly top?: string
  readonly keys?: readonly string[]
  readonly component?: string
  readonly mode?: 'auto' | 'ask' | 'never'
}

/** What is told about a runbook with one rollout, besides what every such runbook is told. */
function told({ top = '', keys = [], component = 'unit: site', mode = 'auto' }: Given): readonly string[] {
  const text = `rollbook: runbook/v1
name: sample
title: Sample
version: 1.0.0
roles: {boss: {title: Boss}}
${top}components: {sockets: {select: target.kind == "socket", ${component}}}
phases:
  - id: upgrade
    kind: upgrade
    title: Upgrade
    steps:
      - id: before
        title: Look
        action: check.disk
        on: sockets
        with: {free: 7GB}
      - id: sockets
        title: Sockets
        rollout:
          component: sockets
          to: "18.0"
          each:
            - {id: measure, action: check.disk, with: {free: 7GB}}
            - {id: install, action: ssh.run, with: {command: [install]}}
          rollback: {mode: ${mode}, steps: [{id: back, action: ssh.run, with: {command: [back]}}]}
${keys.map((line) => `          ${line}\n`).join('')}${keys.some((line) => line.startsWith('deadline')) ? '' : '          deadline: 17m\n'}`
  const { diagnostics } = checkFile(text, 'sample.yaml', { actions: sampleActions, inventory, parseCalendar })
  return diagnostics.map(({ code, message, hint }) => `${code} ${message}${hint === undefined ? '' : ` (${hint})`}`)
}

const night = 'windows: [{id: night, days: [sun], start: "01:00", duration: 2h}]\n'

describe('nothing is told about', () => {
  it.each<readonly [string, Given]>([
    ['lanes by a field', { keys: ['lanes: time_zone'] }],
    ['lanes by an attribute', { keys: ['lanes: rack'] }],
    ['lanes by an expression', { keys: ['lanes: {by: target.site + target.time_zone}'] }],
    ['a unit by an expression', { component: 'unit: target.attributes.rack' }],
    [
      'a canary in full',
      {
        keys: [
          'canary: {title: First, count: 5, select: target.member == "primary", prefer: unit.size > 1, spread_over: site, stagger: 5m, next: at_slot, on_unproven: stop_lane}',
        ],
      },
    ],
    [
      'where the other members stand',
      { keys: ['skip_when: unit.members.exists(m, m.member == "primary" && unit.states[m.name] == "rolled_back")'] },
    ],
    ['what was done to the other members gave', { keys: ['skip_when: unit.outputs["a-1"].measure.free_bytes < 10'] }],
    [
      'what a step before gave on the target',
      { keys: ['skip_when: steps.before.targets[target.name].outputs.free_bytes < 10'] },
    ],
    [
      'a condition of a wave alone',
      {
        keys: [
          'waves: [{id: first, select: unit.members.size() == 2, skip_when: run.mode == "guided"}]',
          'remainder: last',
        ],
      },
    ],
    [
      'whether to try again',
      { keys: ['retry: {max_attempts: 2, at: deadline, when: outputs.connected == true && unit.size == 1}'] },
    ],
    [
      'another action of the same rollout',
      {
        keys: [
          'post_checks: [{id: again, action: check.disk, with: {free: 7GB}, when: steps.measure.outputs.free_bytes > 10}]',
        ],
      },
    ],
    [
      'windows and freezes that hold inputs',
      {
        top: `inputs: {start: {type: string, required: true}, last: {type: string, required: true}}\nwindows: [{id: night, days: [sun], start: "\${{ inputs.start }}", duration: 2h}]\nfreezes: [{from: 2026-12-20, to: "\${{ inputs.last }}", reason: Year end}]\n`,
        keys: ['window: night'],
      },
    ],
    [
      'windows named in all three ways',
      {
        top: night.replace(
          '[',
          '[{id: day, start: "10:00", duration: 1h}, {id: once, from: 2026-12-01, to: 2026-12-02}, ',
        ),
        keys: ['window: {ids: [night, day, once], fit: first_attempt, reserve: 5m, openings: 1, overrun: stop}'],
      },
    ],
    [
      'a calendar file that nobody has read yet',
      {
        top: 'windows: [{id: agreed, calendar: changes.ics}]\nfreezes: [{calendar: freezes.ics, owner: CAB}]\n',
        keys: ['window: [agreed]'],
      },
    ],
    ['gates', { keys: ['canary: {count: 1, gate: {type: approval, roles: [boss]}}'] }],
    ['a row that rolls back after asking', { mode: 'ask', keys: ['on_failure: [{do: rollback}]'] }],
    [
      'a table that tries again first and says what follows',
      {
        keys: [
          'on_failure: [{class: not_ready, do: retry}, {class: not_ready, do: skip, then: stop_wave}, {do: rollback}]',
        ],
      },
    ],
  ])('%s', (_, given) => {
    expect(told(given)).toEqual([])
  })
})

describe('expressions see what exists at their place', () => {
  it.each<readonly [string, string]>([
    ['lanes: {by: unit.gone}', 'EXPRESSION_UNKNOWN_MEMBER "unit" has no member "gone" (it has: name, size, members)'],
    ['lanes: target.roles', 'EXPRESSION_TYPE the expression must give text, and gives a list'],
    [
      'failure_domain: target.attribute',
      'EXPRESSION_UNKNOWN_MEMBER "target" has no member "attribute" (did you mean "attributes"?)',
    ],
    [
      'canary: {count: 1, spread_over: targets.size()}',
      'EXPRESSION_TYPE the expression must give text, and gives a number',
    ],
    [
      'canary: {count: 1, prefer: steps.before.outputs.free_bytes > 1}',
      'EXPRESSION_UNKNOWN_NAME there is no "steps" here',
    ],
    [
      'canary: {count: 1, select: "unit.states.size() == 1"}',
      'EXPRESSION_UNKNOWN_MEMBER "unit" has no member "states"',
    ],
    ['waves: [{id: w, select: run.mode == "guided"}]', 'EXPRESSION_UNKNOWN_NAME there is no "run" here'],
    [
      'waves: [{id: w, select: target.member}]',
      'EXPRESSION_TYPE the expression must give true or false, and gives text',
    ],
    ['skip_when: unit.state == "held"', 'EXPRESSION_UNKNOWN_MEMBER "unit" has no member "state"'],
    [
      'skip_when: unit.outputs["a-1"].instal.code == 1',
      'EXPRESSION_UNKNOWN_MEMBER "outputs of the rollout" has no member "instal" (did you mean "install"?)',
    ],
    ['skip_when: unit.outputs["a-1"].measure.free == 1', 'EXPRESSION_UNKNOWN_MEMBER'],
    ['skip_when: outputs.code == 1', 'EXPRESSION_UNKNOWN_NAME there is no "outputs" here'],
    [
      'retry: {max_attempts: 2, when: unit.size}',
      'EXPRESSION_TYPE the expression must give true or false, and gives a number',
    ],
    ['canary: {count: 1, title: "${{ target.name }}"}', 'EXPRESSION_UNKNOWN_NAME there is no "target" here'],
  ])('%s', (key, expected) => {
    expect(told({ keys: [key] })).toEqual([expect.stringContaining(expected)])
  })
})

describe('one mistake gives one finding', () => {
  it.each<readonly [string, Given, string]>([
    [
      'a misspelt window',
      { top: night, keys: ['window: nigth'] },
      'WINDOW_UNKNOWN there is no window "nigth" (did you mean "night"?)',
    ],
    [
      'a misspelt key of a window',
      { top: night.replace('days', 'day'), keys: ['window: night'] },
      'KEY_UNKNOWN unknown key "day" in the window "night" (did you mean "days"?)',
    ],
    [
      'a day that is none',
      { top: night.replace('sun', 'sunday'), keys: ['window: night'] },
      'CALENDAR_DAY "sunday" is not a day (did you mean "sun"?)',
    ],
    [
      'a start without quotes that is a number',
      { top: night.replace('"01:00"', '1'), keys: ['window: night'] },
      'VALUE_TYPE',
    ],
    [
      'a window without times',
      { top: 'windows: [{id: night}]\n', keys: ['window: night'] },
      'CALENDAR_FORM window "night" has no times',
    ],
    [
      'a date that not every month has',
      { top: 'windows: [{id: night, dates: [31], start: "01:00", duration: 2h}]\n', keys: ['window: night'] },
      'CALENDAR_DATE_RARE',
    ],
    [
      'a freeze without a reason',
      { top: 'freezes: [{from: 2026-12-20, to: 2027-01-03}]\n' },
      'CALENDAR_REASON a freeze without a reason',
    ],
    [
      'a misspelt attribute',
      { keys: ['lanes: {by: rak}'] },
      'GROUPING_UNKNOWN no target has a field or an attribute "rak" (did you mean "rack"?)',
    ],
    ['a unit of nothing', { component: 'unit: pair' }, 'GROUPING_UNKNOWN no target has a field or an attribute "pair"'],
    [
      'a role that is missing',
      { top: 'break_glass: {roles: [bos], max_duration: 2h}\n' },
      'ROLE_UNKNOWN there is no role "bos" (did you mean "boss"?)',
    ],
    [
      'a row that rolls back where nothing does',
      { mode: 'never', keys: ['on_failure: [{do: rollback}]'] },
      'ROLLBACK_MODE this row rolls back, and by "rollback.mode: never" nothing ever does',
    ],
    [
      'a stop that rolls back where people are asked first',
      { mode: 'ask', keys: ['in_flight: rollback'] },
      'ROLLBACK_MODE "in_flight" rolls back at once, and by "rollback.mode: ask" a person is asked first',
    ],
    [
      'the end of a window that cannot ask',
      { mode: 'ask', top: night.replace('2h', '2h, overrun: rollback'), keys: ['window: night'] },
      'ROLLBACK_MODE closing this window rolls back at once',
    ],
    [
      'a row behind one for all',
      { keys: ['on_failure: [{do: fail}, {class: unhealthy, do: skip}]'] },
      'FAILURE_ROW_UNREACHABLE this row never counts: a row before it takes every class',
    ],
    [
      'a second row that tries again',
      { keys: ['on_failure: [{class: unhealthy, do: retry}, {class: unhealthy, do: retry}]'] },
      'FAILURE_ROW_UNREACHABLE this row never counts: a row before it takes "unhealthy"',
    ],
  ])('%s', (_, given, expected) => {
    expect(told(given)).toEqual(expected === '' ? [] : [expect.stringContaining(expected)])
  })
})
