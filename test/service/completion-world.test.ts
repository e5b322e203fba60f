/** Completion from what the files around know: targets and sites, files, codes, names that another file asks for. */
import { describe, expect, test } from 'vitest'
import { complete } from '../../src/service/completion.ts'
import { cursorText, labelsAt, sample, sampleInventory } from './cursor-text.ts'

const others = {
  'night.inventory.yaml': sampleInventory
    .replace('one: {kind: node', 'one: {kind: node, site: berlin, roles: [dea], attributes: {rack: r1}')
    .replace('two: {kind: node', 'two: {kind: node, site: berlin')
    .replace('three: {kind: router', 'three: {kind: router, site: paris'),
  'night.ics': 'BEGIN:VCALENDAR\nEND:VCALENDAR\n',
  'releases.yaml': 'rollbook: catalog/v1\nname: a\nproducts: {}\n',
}
const step = (line: string): string =>
  `${sample}      - id: next\n        title: Next\n        on: nodes\n        ${line}`
const head = 'rollbook: runbook/v1\n'

describe('completion from the inventory', () => {
  test.each<[string, string, readonly string[]]>([
    ['targets in a list', step('x: 1').replace('on: nodes\n        x: 1', 'on: [‸'), ['one', 'two', 'three']],
    [
      'targets below a list',
      step('x: 1').replace('on: nodes\n        x: 1', 'on:\n          - ‸'),
      ['one', 'two', 'three'],
    ],
    ['sites, those of most targets first', step('when: target.site == "‸'), ['berlin', 'paris']],
    ['kinds, in quotes', step(`when: 'target.kind != "ro‸`), ['node', 'router']],
    ['names of targets of a list', step(`when: targets.exists(t, t.name == "‸`), ['one', 'two', 'three']],
    ['roles', step(`when: '"‸`), ['dea']],
    ['what targets are grouped by', `${head}components:\n  a:\n    unit: ‸`, ['kind', 'site', 'system', 'version']],
    ['attributes too', step('rollout:\n          lanes: ‸'), ['kind', 'site', 'time_zone', 'rack']],
  ])('%s', (_, marked, wanted) => {
    expect(labelsAt(marked, others)).toEqual(expect.arrayContaining([...wanted]))
  })

  test('the order is that of how many targets have it, and what was typed is replaced', () => {
    const { workspace, path, offset } = cursorText(step('when: target.site == "be‸"'), others)
    const items = complete(workspace, path, offset)
    expect(items.map(({ label }) => label)).toEqual(['berlin', 'paris'])
    expect(items[0]?.range).toEqual({ start: offset - 2, end: offset })
  })

  test('a target of an inventory has what the others have', () => {
    const { workspace } = cursorText(`${sample}‸`, others)
    const text = `${others['night.inventory.yaml']}  four:\n    site: `
    workspace.update('night.inventory.yaml', text)
    expect(complete(workspace, 'night.inventory.yaml', text.length).map(({ label }) => label)).toEqual(
      expect.arrayContaining(['berlin', 'paris']),
    )
  })
})

test.each<[string, string, readonly string[]]>([
  ['days of windows', `${head}windows:\n  - id: a\n    days: [sun, ‸`, ['mon', 'sat', 'second tue']],
  ['catalogs of the folder', `${head}catalog: ‸`, ['releases.yaml']],
  ['calendar files of the folder', `${head}windows:\n  - id: a\n    calendar: ‸`, ['night.ics']],
  ['codes that can be silenced', `# rollbook: allow ‸\n${sample}`, ['INPUT_UNUSED', 'CHANGE_WITHOUT_BACK_OUT']],
  [
    'functions on what a call gives',
    step('when: targets.filter(t, t.kind == "node").‸'),
    ['size()', 'all(item, condition)'],
  ],
  ['functions on what two calls give', step('when: targets.map(t, t.name).join(",").‸'), ['contains(text)', 'size()']],
])('completion of %s', (_, marked, wanted) => {
  expect(labelsAt(marked, others)).toEqual(expect.arrayContaining([...wanted]))
})

test('no day comes twice, and no error can be silenced', () => {
  expect(labelsAt(`${head}windows:\n  - id: a\n    days: [sun, ‸`, others)).not.toContain('sun')
  expect(labelsAt(`# rollbook: allow ‸\n${sample}`, others)).not.toContain('STEP_UNKNOWN')
})

test('files of values and of answers are completed from their runbook', () => {
  const { workspace } = cursorText(`${sample}‸`, others)
  workspace.update('night.values.yaml', 'wait: 3m\n')
  expect(complete(workspace, 'night.values.yaml', 9)[0]).toMatchObject({ label: 'release', insert: 'release: ' })
  const answers = 'rollbook: answers/v1\nanswers:\n  '
  workspace.update('night.answers.yaml', answers)
  expect(complete(workspace, 'night.answers.yaml', answers.length).map(({ label }) => label)).toEqual(['tell'])
})
