import { describe, expect, test } from 'vitest'
import { hover } from '../../src/service/hover.ts'
import { cursorText, sample, sampleInventory } from './cursor-text.ts'

const noon = Date.UTC(2026, 10, 20, 12)
const catalog = `rollbook: catalog/v1
name: releases
products:
  node:
    scheme: dotted
    releases:
      - {version: "3.4"}
      - {version: "3.5", requires: "3.4"}
      - {version: "3.6", requires: "3.5"}
`
const others = {
  'night.inventory.yaml': sampleInventory.replaceAll('kind: node', 'kind: node, time_zone: Asia/Tokyo'),
  'night.values.yaml': 'release: "3.6"\n',
  'releases.yaml': catalog,
}

/** @param end - what is typed at the end of the runbook, with the cursor in it */
function hovered(find: string, end = '', text = sample): string {
  const whole = text + end
  if (!whole.includes(find.replace('‸', ''))) throw new Error(`the runbook has no ${find}`)
  const { workspace, path, offset } = cursorText(whole.replace(find.replace('‸', ''), find), others)
  return hover(workspace, path, offset, noon)?.markdown ?? ''
}

const step = (line: string, on = 'nodes'): string =>
  `      - id: next\n        title: Next\n        manual: Look\n        role: operator\n        on: ${on}\n        ${line}\n`

describe('hover: type and resolved value of an expression, and where it comes from', () => {
  test('an input that the values file gives', () => {
    expect(hovered('${{ inputs.rel‸ease }}')).toMatch(
      /type `version`[\s\S]*Value: `"3\.6"`[\s\S]*`inputs\.release` comes from the values file night\.values\.yaml\./,
    )
  })

  test('an input with a default only', () => {
    expect(hovered('  wa‸it: {')).toMatch(
      /type `duration`, default `"5m"`[\s\S]*Value: `"5m"`[\s\S]*comes from its default/,
    )
  })

  test('an input without a value says so', () => {
    const text = sample.replace('inputs:\n', 'inputs:\n  night: {type: string, required: true}\n')
    expect(hovered('  nig‸ht: {', '', text)).toContain('has no value yet: it has to be given')
  })

  test('a secret says where it comes from, and nothing more', () => {
    const text = sample.replace('inputs:\n', 'inputs:\n  token: {type: secret, from: {env: API_TOKEN}}\n')
    const found = hovered('  tok‸en: {', '', text)
    expect(found).toContain('comes from the environment variable API_TOKEN; it is never shown')
    expect(found).not.toContain('Value')
  })

  test('a value that the input refuses', () => {
    const text = sample.replace('type: version, title', 'type: integer, title')
    expect(hovered('  rel‸ease: {', '', text)).toContain('which it refuses: it must be a whole number')
  })

  test('what is said of each target, target by target', () => {
    expect(hovered('target.ver‸sion', step('when: target.version != "3.6"'))).toMatch(
      /`target\.version`: text[\s\S]*- one: `"3\.4"`\n- two: `""`[\s\S]*From the inventory night\.inventory\.yaml\./,
    )
  })

  test('a condition as a whole', () => {
    expect(hovered('size(targets) ‸> 2', step('when: size(targets) > 2'))).toMatch(/\*\*When\*\*[\s\S]*Value: `true`/)
    expect(hovered('siz‸e(targets)', step('when: size(targets) > 2'))).toMatch(
      /Length of a text[\s\S]*`size\(targets\) > 2`[\s\S]*Value: `true`[\s\S]*From the inventory/,
    )
  })

  test('a selection says what it matches', () => {
    expect(hovered('target.ki‸nd ==')).toContain(
      'Matches 2 of 3 targets of the inventory night.inventory.yaml: one, two.',
    )
  })

  test('a component with its targets, and its version', () => {
    expect(hovered('  nod‸es: {')).toContain('2 targets of the inventory night.inventory.yaml: one, two')
    expect(hovered('nodes.ver‸sion', step('when: nodes.version != ""'))).toMatch(/Value: `"3\.4"`/)
  })

  test('a path of versions, from the catalog', () => {
    const text = sample.replace('title: A night\n', 'title: A night\ncatalog: releases.yaml\n')
    const line = 'description: "Over ${{ versions.path(nodes.version, inputs.release, "node") }}"'.replaceAll(
      '"node"',
      "'node'",
    )
    expect(hovered('versions.pa‸th', step(line), text)).toMatch(
      /`3\.5` → `3\.6`[\s\S]*From the catalog releases\.yaml\./,
    )
  })

  test('what only the run knows says that', () => {
    expect(hovered('steps.look.outco‸me')).toContain('Known when the run gets there.')
  })
})

test('hover: a window in words with the next three openings, without those in a freeze', () => {
  const frozen = sample.replace(
    'components:',
    'freezes:\n  - {from: 2026-11-22, to: 2026-11-23, reason: Fair}\ncomponents:',
  )
  const found = hovered('id: sun‸day', '', frozen)
  expect(found).toContain('Sundays 01:00 to 03:00, Europe/Paris')
  expect(found.match(/^- Sun 2026-\d\d-\d\d 01:00 \+01:00 to 03:00 \+01:00$/gm)).toEqual([
    '- Sun 2026-11-29 01:00 +01:00 to 03:00 +01:00',
    '- Sun 2026-12-06 01:00 +01:00 to 03:00 +01:00',
    '- Sun 2026-12-13 01:00 +01:00 to 03:00 +01:00',
  ])
  expect(found).toContain('Fair')
})

test('hover: a window in the time zone of each target opens as the targets of the inventory see it', () => {
  const found = hovered('id: sun‸day', '', sample.replace('time_zone: Europe/Paris', 'time_zone: target'))
  expect(found).toContain('Next openings in Asia/Tokyo')
  expect(found).toContain('- Sun 2026-11-22 01:00 +09:00 to 03:00 +09:00')
})

test('hover: a requirement with its text, its source and what covers it', () => {
  const found = hovered('covers: [REQ‸-1')
  expect(found).toMatch(
    /\*\*The disk has room\*\*[\s\S]*\*source\*: guide[\s\S]*Covered by:\n\n- Look at the disk `look`/,
  )
  expect(hovered('{id: REQ‸-2')).toContain('Nothing covers it.')
})

test.each([
  [3, undefined],
  [4, 'and 1 more time zone of targets'],
  [5, 'and 2 more time zones of targets'],
])('hover: of %i time zones of targets, those past the third are counted', (count, words) => {
  const zones = ['Asia/Tokyo', 'Europe/Paris', 'Europe/Rome', 'Asia/Dubai', 'Africa/Cairo'].slice(0, count)
  const targets = zones.map((zone, index) => `  t${index}: {kind: node, time_zone: ${zone}}\n`).join('')
  const inventory = `rollbook: inventory/v1\ntargets:\n${targets}`
  const text = sample.replace('time_zone: Europe/Paris', 'time_zone: target').replace('id: sunday', 'id: sun‸day')
  const { workspace, path, offset } = cursorText(text, { 'night.inventory.yaml': inventory })
  const found = hover(workspace, path, offset, noon)?.markdown ?? ''
  expect(/^and .* of targets$/m.exec(found)?.[0]).toBe(words)
})
