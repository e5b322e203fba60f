import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { parse, parseDocument, stringify } from 'yaml'
import type { Json, JsonObject } from '../../src/base/json.ts'
import { type Comparison, compareFiles } from '../../src/diff/index.ts'
import { formatText } from '../../src/service/format.ts'

const schemaOf = (kind: string): JsonObject =>
  JSON.parse(readFileSync(`schemas/${kind}.v1.schema.json`, 'utf8')) as JsonObject
const runbookSchema = schemaOf('runbook')

const base = `rollbook: runbook/v1
name: night
title: A night
version: 1.0.0
requirements:
  - {id: R-1, text: One, source: guide}
  - {id: R-2, text: Two, source: guide}
inputs:
  release: {type: version, title: Release, required: true}
  wait: {type: duration, title: Wait, default: 90m}
roles: {operator: {title: Operator}}
windows:
  - {id: sunday, days: [sat, sun], start: "01:00", duration: 2h, time_zone: Europe/Paris}
freezes: [{from: 2026-12-20, to: 2027-01-03, reason: Year end}]
components: {nodes: {select: 'target.kind == "node"'}}
acceptance_criteria:
  - {id: up, title: Up, manual: Look}
  - {id: fast, title: Fast, manual: Look}
phases:
  - id: prepare
    kind: preparation
    title: Preparation
    steps:
      - {id: tell, title: Tell them, manual: Tell them, covers: [R-1, R-2]}
      - {id: disk, title: Disk, action: check.disk, on: nodes, with: {path: /srv, min_free: 7GB}, deadline: 5m}
      - {id: go, title: Go?, gate: {type: go_no_go, roles: [operator]}}
  - id: work
    kind: upgrade
    title: Work
    steps:
      - id: roll
        title: Roll
        rollout:
          component: nodes
          to: "\${{ inputs.release }}"
          canary: {count: 1}
          waves: [{id: some, select: target.site == "a"}, {id: rest, select: "true"}]
          each: [{id: install, action: ssh.run, with: {command: [install]}}]
          deadline: 15m
`

const compare = (to: string, from = base, schema = runbookSchema): Comparison =>
  compareFiles(parse(from) as JsonObject, parse(to) as JsonObject, schema)
const edited = (from: string, to: string): Comparison => {
  expect(base).toContain(from)
  return compare(base.replace(from, to))
}

describe('what changes in meaning', () => {
  it.each<[string, string, string, object]>([
    [
      'an input',
      'default: 90m',
      'default: 2h',
      { area: 'inputs', kind: 'changed', subject: 'wait', key: 'default', from: '1h30m', to: '2h' },
    ],
    [
      'a deadline',
      'deadline: 5m',
      'deadline: 6m',
      { area: 'steps', subject: 'prepare/disk', key: 'deadline', to: '6m' },
    ],
    [
      'an argument',
      'path: /srv',
      'path: /',
      { area: 'steps', subject: 'prepare/disk', key: 'with.path', from: '/srv' },
    ],
    ['targets', 'on: nodes', 'on: control', { area: 'steps', subject: 'prepare/disk', key: 'on' }],
    [
      'instructions',
      'manual: Tell them',
      'manual: Ask them',
      { area: 'steps', subject: 'prepare/tell', key: 'manual' },
    ],
    ['a gate', 'type: go_no_go', 'type: approval', { area: 'steps', subject: 'prepare/go', key: 'gate.type' }],
    ['a window', 'duration: 2h', 'duration: 3h', { area: 'windows', subject: 'sunday', key: 'duration', from: '2h' }],
    ['a freeze', '2027-01-03', '2027-01-05', { area: 'freezes', kind: 'removed' }],
    [
      'a canary',
      'count: 1',
      'count: "10%"',
      { area: 'steps', subject: 'work/roll', key: 'rollout.canary.count', to: '10%' },
    ],
    ['a select', '"node"', '"edge"', { area: 'components', subject: 'nodes', key: 'select' }],
    [
      'what covers',
      'covers: [R-1, R-2]',
      'covers: [R-1]',
      { area: 'requirements', subject: 'R-2', key: 'covered by', from: ['tell'], to: [] },
    ],
    ['a name', 'name: night', 'name: day', { area: 'runbook', subject: '', key: 'name' }],
  ])('%s', (_, from, to, found) => {
    expect(edited(from, to).differences[0]).toMatchObject(found)
  })

  it('a step that is gone, one that is new, one that moved', () => {
    const go = '      - {id: go, title: Go?, gate: {type: go_no_go, roles: [operator]}}\n'
    expect(compare(base.replace(go, '')).differences).toMatchObject([{ kind: 'removed', subject: 'prepare/go' }])
    expect(compare(base, base.replace(go, '')).differences).toMatchObject([{ kind: 'added', subject: 'prepare/go' }])
    const moved = base.replace(go, '').replace('      - id: roll', `${go}      - id: roll`)
    expect(compare(moved).differences).toEqual([
      { area: 'steps', kind: 'moved', subject: 'go', from: 'prepare', to: 'work' },
    ])
  })

  it('the order of steps, of waves and of phases', () => {
    const disk = base.slice(base.indexOf('      - {id: disk'), base.indexOf('      - {id: go'))
    const tell = base.slice(base.indexOf('      - {id: tell'), base.indexOf('      - {id: disk'))
    expect(compare(base.replace(tell + disk, disk + tell)).differences).toEqual([
      { area: 'steps', kind: 'ordered', subject: 'prepare', from: ['tell', 'disk', 'go'], to: ['disk', 'tell', 'go'] },
    ])
    const waves = edited(
      '[{id: some, select: target.site == "a"}, {id: rest, select: "true"}]',
      '[{id: rest, select: "true"}, {id: some, select: target.site == "a"}]',
    )
    expect(waves.differences).toMatchObject([
      { kind: 'ordered', subject: 'work/roll', key: 'rollout.waves', to: ['rest', 'some'] },
    ])
    const value = parse(base) as { phases: Json[] }
    const phases = compare(stringify({ ...value, phases: value.phases.toReversed() }))
    expect(phases.differences).toMatchObject([{ area: 'phases', kind: 'ordered', to: ['work', 'prepare'] }])
  })
})

describe('what changes nothing', () => {
  it.each<[string, string, string]>([
    ['a comment', 'name: night', '# why\nname: night # so'],
    ['another spelling of a duration', 'default: 90m', 'default: 1h30m'],
    ['ISO 8601', 'deadline: 15m', 'deadline: PT15M'],
    [
      'a default that is written out',
      'canary: {count: 1}',
      'canary: {count: 1, next: when_done}\n          remainder: error',
    ],
    ['the order of keys', '{type: duration, title: Wait, default: 90m}', '{default: 90m, title: Wait, type: duration}'],
    ['the order of days', '[sat, sun]', '[sun, sat]'],
    ['the order of what is covered', 'covers: [R-1, R-2]', 'covers: [R-2, R-1]'],
    ['blanks in an expression', '${{ inputs.release }}', '${{inputs.release}}'],
    ['blanks in a condition', 'target.site == "a"', 'target.site=="a"'],
    ['quotes', 'min_free: 7GB', 'min_free: "7GB"'],
    ['blocks for flow', 'roles: {operator: {title: Operator}}', 'roles:\n  operator:\n    title: Operator'],
    [
      'requirements in another order',
      '  - {id: R-1, text: One, source: guide}\n  - {id: R-2, text: Two, source: guide}',
      '  - {id: R-2, text: Two, source: guide}\n  - {id: R-1, text: One, source: guide}',
    ],
  ])('%s', (_, from, to) => {
    expect(edited(from, to)).toEqual({ differences: [], words: [] })
  })

  it.each([
    ['a title', 'title: Tell them', 'title: Tell all', 'prepare/tell'],
    ['the version of the runbook', 'version: 1.0.0', 'version: 1.1.0', ''],
    ['a reason', 'reason: Year end', 'reason: Holidays', '2026-12-20 to 2027-01-03'],
    ['the words of a requirement', 'text: One', 'text: First', 'R-1'],
  ])('%s is for people', (_, from, to, subject) => {
    const { differences, words } = edited(from, to)
    expect(differences).toEqual([])
    expect(words).toMatchObject([{ subject }])
  })

  it('blanks inside of quotes count', () => {
    expect(edited('target.site == "a"', 'target.site == "a "').differences).toHaveLength(1)
  })
})

describe('every file that ships', () => {
  const files: readonly (readonly [string, string])[] = [
    ['runbook', 'stackato-3.0'],
    ['runbook', 'helion-stackato'],
    ['runbook', 'aviatrix-platform'],
    ['runbook', 'cleanroom-live-upgrade'],
    ['runbook', 'cato-sockets'],
    ['inventory', 'stackato-3.0.inventory'],
    ['scenario', 'stackato-3.0.scenario'],
    ['catalog', 'aviatrix.catalog'],
  ]
  it.each(files)('as %s %s means the same as itself in the usual form', (kind, name) => {
    const text = readFileSync(`runbooks/${name}.yaml`, 'utf8')
    expect(compare(formatText(text), text, schemaOf(kind))).toEqual({ differences: [], words: [] })
    expect(compare(stringify(parse(text)), text, schemaOf(kind))).toEqual({ differences: [], words: [] })
  })

  test('and any order of keys is the same', () => {
    const text = readFileSync('runbooks/cato-sockets.yaml', 'utf8')
    const value = parse(text) as JsonObject
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (numbers) => {
        const mixed = shuffled(value, numbers) as JsonObject
        expect(compareFiles(value, mixed, runbookSchema)).toEqual({ differences: [], words: [] })
      }),
      { numRuns: 20 },
    )
  })

  test('and one value that changes is found, whichever', () => {
    const document = parseDocument(base)
    const leaves = pathsOf(document.toJS() as Json, []).filter((path) => path[0] !== 'rollbook')
    fc.assert(
      fc.property(fc.constantFrom(...leaves), (path) => {
        const copy = parseDocument(base)
        const old = copy.getIn(path)
        copy.setIn(path, typeof old === 'number' ? old + 1 : typeof old === 'boolean' ? !old : `${String(old)}x`)
        const { differences, words } = compare(copy.toString())
        expect(differences.length + words.length, path.join('.')).toBeGreaterThan(0)
      }),
      { numRuns: 60 },
    )
  })
})

function shuffled(value: Json, numbers: Iterator<number>): Json {
  if (Array.isArray(value)) return value.map((item: Json) => shuffled(item, numbers))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, member]) => ({ key, member, rank: numbers.next().value ?? 0 }))
  return Object.fromEntries(
    entries.toSorted((a, b) => a.rank - b.rank).map(({ key, member }) => [key, shuffled(member as Json, numbers)]),
  )
}

function pathsOf(value: Json, path: readonly (string | number)[]): readonly (readonly (string | number)[])[] {
  if (Array.isArray(value)) return value.flatMap((item: Json, index) => pathsOf(item, [...path, index]))
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, member]) => pathsOf(member as Json, [...path, key]))
  }
  return [path]
}
