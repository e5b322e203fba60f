/** Repairs change what they name and nothing else, also where YAML is written in a less usual way. */
import { describe, expect, test } from 'vitest'
import { changesAt } from '../../src/service/code-actions.ts'
import { diagnose } from '../../src/service/diagnose.ts'
import { applyEdits } from './apply-edits.ts'
import { cursorText } from './cursor-text.ts'

const head = 'rollbook: runbook/v1\nname: night\ntitle: A night\nversion: 1.0.0\n'
const phases = 'phases:\n  - id: prepare\n    kind: preparation\n    title: Prepare\n    steps:\n'
const look = '      - {id: look, title: Look, manual: Look at it}\n'

/** What a repair makes of the lines of a runbook, between its header and the end. */
function repaired(body: string, code: string, title: string): { readonly text: string; readonly safe: boolean } {
  const text = `${head}${body}`
  const { workspace, path } = cursorText(`${text}‸`)
  const found = diagnose(workspace, path)
  const finding = found.find((each) => each.code === code)
  expect(finding, JSON.stringify(found)).toBeDefined()
  const start = workspace.read(path)!.source.lines.offset(finding!.range.start)
  const changes = changesAt(workspace, path, { start, end: start }, found)
  const change = changes.find((each) => each.cures === finding && each.title === title)
  expect(change, changes.map((each) => each.title).join(', ')).toBeDefined()
  return { text: applyEdits(text, change!.edits).slice(head.length), safe: change!.safe }
}

describe('a repair', () => {
  test('takes the key away that is unknown, and not the one with text of several lines above', () => {
    const { text } = repaired(
      `description: >-\n  One\n  two\nstar: 5\n${phases}${look}`,
      'KEY_UNKNOWN',
      'Take "star" away',
    )
    expect(text).toBe(`description: >-\n  One\n  two\n${phases}${look}`)
  })

  test('leaves the colon of a key above that has no value', () => {
    const { text } = repaired(`${phases}${look}owner:\nstar: 5\n`, 'KEY_UNKNOWN', 'Take "star" away')
    expect(text).toBe(`${phases}${look}owner:\n`)
  })

  test('keeps a comment on its line', () => {
    const step = '      - id: go\n        title: Go?\n        gate:\n          type: go_no_go # ask them\n'
    const { text } = repaired(
      `roles: {lead: {title: Lead}}\n${phases}${step}`,
      'GATE_WITHOUT_ROLE',
      'Have the role "lead" decide',
    )
    expect(text).toBe(`roles: {lead: {title: Lead}}\n${phases}${step}          roles: [lead]\n`)
  })

  test('writes roles where an empty list of them stands', () => {
    const gate = (roles: string): string =>
      `roles: {lead: {title: Lead}}\n${phases}      - {id: go, title: Go?, gate: {type: go_no_go, roles: ${roles}}}\n`
    const { text } = repaired(gate('[]'), 'GATE_WITHOUT_ROLE', 'Have the role "lead" decide')
    expect(text).toBe(gate('[lead]'))
  })

  test('declares under a key that stands there without a value', () => {
    const step = '      - {id: look, title: Look, manual: Look at it, role: lead}\n'
    const { text } = repaired(`roles:\n${phases}${step}`, 'ROLE_UNKNOWN', 'Define the role "lead"')
    expect(text).toBe(`roles:\n  lead: {title: Lead}\n${phases}${step}`)
  })

  test('adds a key to the map in braces that lacks it, and not to the one around it', () => {
    const gate = (roles: string): string => `${phases}      - {id: go, title: Go?, gate: {${roles}expires_after: 3d}}\n`
    const { text } = repaired(gate(''), 'KEY_MISSING', 'Add "type"')
    expect(text).toBe(gate('type: TODO, '))
  })

  test('of a bad name changes the name alone', () => {
    const { text, safe } = repaired(
      `roles:\n  operator: {title: Operator}\n  Night Lead: {title: Lead}\n${phases}${look}`,
      'NAME_INVALID',
      'Change to "night_lead"',
    )
    expect(text).toBe(`roles:\n  operator: {title: Operator}\n  night_lead: {title: Lead}\n${phases}${look}`)
    expect(safe).toBe(true)
  })

  test.each([
    ['1.10', '"1.10"'],
    ['True', '"True"'],
    ['0x1F', '"0x1F"'],
  ])('puts %s into quotes as it was written', (written, quoted) => {
    const { text } = repaired(`owner: ${written}\n${phases}${look}`, 'VALUE_TYPE', 'Put it in quotes')
    expect(text).toBe(`owner: ${quoted}\n${phases}${look}`)
  })

  test.each([
    ['90', '90s', false],
    ['1:30', '1m30s', false],
    ['5 minutes', '5m', true],
  ])('makes a duration of %s, and says whether that is sure', (written, duration, sure) => {
    const step = (deadline: string): string =>
      `${phases}      - {id: look, title: Look, manual: Look at it, deadline: ${deadline}}\n`
    const { text, safe } = repaired(step(written), 'DURATION_INVALID', `Change to "${duration}"`)
    expect(text).toBe(step(duration))
    expect(safe).toBe(sure)
  })
})

/** Titles of what is offered about a code. */
function offered(body: string, code: string): readonly string[] {
  const { workspace, path } = cursorText(`${head}${body}‸`)
  const found = diagnose(workspace, path)
  const finding = found.find((each) => each.code === code)!
  const start = workspace.read(path)!.source.lines.offset(finding.range.start)
  return changesAt(workspace, path, { start, end: start }, found).flatMap(({ cures, title }) =>
    cures === finding ? [title] : [],
  )
}

test('a key that stands there already was not meant by one that nobody knows', () => {
  const phase = phases.replace('kind: preparation', 'ind: preparation\n    kind: preparation')
  expect(offered(`${phase}${look}`, 'KEY_UNKNOWN')).toEqual(['Take "ind" away'])
})

test('quotes are no advice where the text would have the wrong shape', () => {
  const body = `${phases}      - {id: 5, title: Look, manual: Look at it}\n`
  expect(offered(body, 'VALUE_TYPE')).toEqual([])
})

test('two bad names in one map are two findings, each at its own key', () => {
  const { workspace, path } = cursorText(`${head}roles:\n  A: {title: A}\n  B: {title: B}\n${phases}${look}‸`)
  expect(diagnose(workspace, path).map(({ code, range: { start, end } }) => [code, start, end])).toEqual([
    ['NAME_INVALID', { line: 6, column: 3 }, { line: 6, column: 4 }],
    ['NAME_INVALID', { line: 7, column: 3 }, { line: 7, column: 4 }],
  ])
})

test.each([
  ['a block', '|\n          Look.\n          ${{ run.id == "TODO" }}\n'],
  ['quotes', '"Look.\n          ${{ run.id == \'TODO\' }}"\n'],
  ['several plain lines', "Look.\n          ${{ run.id == 'TODO' }}\n"],
])('a finding inside of %s is silenced in front of the text', (_, manual) => {
  const step = (comment: string): string =>
    `${phases}      - id: look\n        title: Look\n${comment}        manual: ${manual}`
  const { text } = repaired(step(''), 'PLACEHOLDER_LEFT', 'Silence PLACEHOLDER_LEFT here, with a reason')
  expect(text).toBe(step('        # rollbook: allow PLACEHOLDER_LEFT TODO: say why\n'))
  const { workspace, path } = cursorText(`${head}${text.replace('TODO: say why', 'it is meant')}‸`)
  expect(diagnose(workspace, path)).toEqual([])
})
