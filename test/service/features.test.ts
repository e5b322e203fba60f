import { describe, expect, test } from 'vitest'
import { changesAt } from '../../src/service/code-actions.ts'
import { diagnose } from '../../src/service/diagnose.ts'
import { foldsIn, selectionsAt } from '../../src/service/folding.ts'
import { hover } from '../../src/service/hover.ts'
import { inlayNotes } from '../../src/service/inlay-notes.ts'
import { lensesIn } from '../../src/service/lenses.ts'
import { linksIn } from '../../src/service/links.ts'
import { rememberPlan } from '../../src/service/made-plans.ts'
import { makePlan } from '../../src/service/make-plan.ts'
import { definitionsAt, highlightsAt, placesAt, renameAt } from '../../src/service/navigation.ts'
import { semanticTokens } from '../../src/service/semantic-tokens.ts'
import { signatureAt } from '../../src/service/signature.ts'
import { outlineOfDocument, workspaceSymbols } from '../../src/service/symbols.ts'
import type { Workspace } from '../../src/service/workspace.ts'
import { applyEdits } from './apply-edits.ts'
import { completionsAt, cursorText, labelsAt, sample, sampleInventory } from './cursor-text.ts'

const others = {
  'night.inventory.yaml': sampleInventory,
  'night.values.yaml': 'release: "3.6"\n',
  'night.answers.yaml': 'rollbook: answers/v1\nanswers:\n  tell: {choice: done, by: Mara}\n',
  'night.scenario.yaml':
    'rollbook: scenario/v1\nname: n\ntitle: N\nfaults:\n  - {id: f, kind: fail, step: look, targets: [one]}\n',
}
const noon = Date.UTC(2026, 10, 20, 12)

function inSample(find: string, marked = find.replace(/$/, '‸')): string {
  if (!sample.includes(find)) throw new Error(`the sample has no ${find}`)
  return sample.replace(find, marked)
}

function textAt(workspace: Workspace, path: string, range: { start: number; end: number }): string {
  return workspace.document(path)!.text.slice(range.start, range.end)
}

describe('schema completion', () => {
  const step = (typed: string): string => `${sample}      - id: next\n        title: Next\n        ${typed}`
  test.each<[string, string, readonly string[]]>([
    [
      'the six forms of a step come before its other keys',
      step('‸'),
      ['action', 'manual', 'gate', 'rollout', 'acceptance', 'steps'],
    ],
    ['keys of the form that was chosen', step('gate:\n          ‸'), ['type']],
    ['values of a key with a choice', step('on_failure: ‸'), ['stop', 'continue', 'ask', 'back_out']],
    ['names of actions', step('action: ‸'), ['check.disk', 'check.memory']],
    ['arguments of the action', step('action: check.disk\n        with:\n          ‸'), ['path', 'min_free']],
    ['arguments in braces', step('action: check.disk\n        with: {path: /, ‸'), ['min_free']],
    ['ids of roles', step('role: ‸'), ['operator', 'lead']],
    ['ids of requirements that are not there yet', step('covers: [REQ-1, ‸'), ['REQ-2']],
    ['ids of components, and control', step('on: ‸'), ['nodes', 'control']],
    ['ids of windows', step('rollout:\n          window: ‸'), ['sunday']],
    ['ids of components in a rollout', step('rollout:\n          component: ‸'), ['nodes']],
    ['ids of criteria', step('acceptance: final\n        criteria:\n          - ‸'), ['works']],
    ['durations', step('deadline: ‸'), ['${{ inputs.wait }}']],
    ['types of inputs', 'rollbook: runbook/v1\ninputs:\n  a:\n    type: ‸', ['string', 'integer', 'version']],
    ['keys of an input of that type', 'rollbook: runbook/v1\ninputs:\n  a:\n    type: secret\n    ‸', ['from']],
    ['time zones', 'rollbook: runbook/v1\nwindows:\n  - id: a\n    time_zone: ‸', ['target', 'UTC']],
    ['kinds of phases', 'rollbook: runbook/v1\nphases:\n  - id: a\n    kind: ‸', ['preparation', 'backup', 'upgrade']],
    ['what a new file may be', '‸', ['rollbook: runbook/v1']],
    ['keys of an inventory', 'rollbook: inventory/v1\n‸', ['systems', 'targets']],
    ['names of systems in an inventory', `${sampleInventory}  four: {kind: node, system: ‸`, ['cluster']],
    ['keys of a scenario', 'rollbook: scenario/v1\nfaults:\n  - id: a\n    ‸', ['kind']],
    ['keys of a catalog', 'rollbook: catalog/v1\n‸', ['products']],
  ])('%s', (_, marked, wanted) => {
    const labels = labelsAt(marked, others)
    expect(labels).toEqual(expect.arrayContaining([...wanted]))
  })

  test('required keys come first, keys that are there do not come, and ranks put the fit before the rest', () => {
    const labels = labelsAt('rollbook: runbook/v1\nphases:\n  - id: a\n    ‸')
    expect(labels.slice(0, 3)).toEqual(['kind', 'title', 'steps'])
    expect(labels).not.toContain('id')
  })

  test('an action that needs arguments brings them along', () => {
    const [disk] = completionsAt(step('action: check.tc‸')).filter(({ label }) => label === 'check.tcp')
    expect(disk).toMatchObject({ kind: 'action', isSnippet: true })
    expect(disk!.insert).toMatch(/^check\.tcp\n {8}with:\n {10}\w+: \$\{1\}/)
    expect(disk!.documentation).toContain('Arguments')
  })
})

describe('completion in `${{ }}`', () => {
  const step = (typed: string): string =>
    `${sample}      - id: next\n        title: Next\n        on: nodes\n        ${typed}`
  test.each<[string, readonly string[]]>([
    ['when: ‸', ['inputs', 'target', 'steps', 'versions', 'has(member)']],
    ['when: inputs.‸', ['release', 'wait']],
    ['when: inputs.rel‸', ['release', 'wait']],
    ['description: about ${{ inputs.‸ }}', ['release', 'wait']],
    ['when: steps.‸', ['look', 'tell']],
    ['when: steps.look.‸', ['outcome', 'outputs', 'targets']],
    ['when: steps.look.outputs.‸', ['free_bytes']],
    ['when: target.‸', ['name', 'kind', 'version']],
    ['when: targets[0].‸', ['name', 'kind', 'version']],
    ['when: targets.‸', ['all(item, condition)', 'filter(item, condition)']],
    ['when: targets.exists(t, t.‸', ['name', 'site']],
    ['when: target.version.‸', ['major', 'minor', 'startsWith(text)']],
    ['when: versions.‸', ['less(a, b)', 'compare(a, b)']],
    ['when: systems.‸', ['cluster']],
    ['when: nodes.‸', ['targets', 'version']],
  ])('%s', (typed, wanted) => {
    expect(labelsAt(step(typed), others)).toEqual(expect.arrayContaining([...wanted]))
  })

  test('inside of a text nothing is offered', () => {
    expect(labelsAt(step('when: inputs.release == "in‸'))).toEqual([])
  })
})

test('snippets: whole phases, steps, rollouts, windows', () => {
  expect(labelsAt(`${sample}  - ‸`)).toEqual(expect.arrayContaining(['phase backup', 'phase upgrade']))
  expect(labelsAt(`${sample}      - ‸`)).toEqual(expect.arrayContaining(['rollout', 'gate', 'manual step']))
  expect(labelsAt('rollbook: runbook/v1\nwindows:\n  - ‸')).toEqual(expect.arrayContaining(['window every week']))
})

describe('hover docs', () => {
  test.each<[string, string, RegExp]>([
    ['a key', inSample('cove', 'cove‸'), /Requirements that this place fulfils/],
    ['an action', inSample('check.di', 'check.di‸'), /Arguments/],
    ['an argument', inSample('min_fr', 'min_fr‸'), /min_free/],
    ['a requirement where it is covered', inSample('covers: [REQ', 'covers: [REQ‸'), /The disk has room/],
    ['an input in an expression', inSample('&& inputs.rel', '&& inputs.rel‸'), /type `version`/],
    ['a step in an expression', inSample('steps.lo', 'steps.lo‸'), /Look at the disk/],
    ['a member with its type', inSample('steps.look.outco', 'steps.look.outco‸'), /steps\.look\.outcome`: text/],
    [
      'a window in words with its next openings',
      inSample('id: sun', 'id: sun‸'),
      /Sundays 01:00 to 03:00[\s\S]*2026-11-22/,
    ],
    ['a component', inSample('on: no', 'on: no‸'), /target\.kind/],
  ])('%s', (_, marked, wanted) => {
    const { workspace, path, offset } = cursorText(marked, others)
    expect(hover(workspace, path, offset, noon)?.markdown).toMatch(wanted)
  })
})

describe('definition of ids', () => {
  test.each<[string, string, string]>([
    ['a role', inSample('role: oper', 'role: oper‸'), 'operator'],
    ['a step in an expression', inSample('steps.lo', 'steps.lo‸'), 'look'],
    ['an input in a text', inSample('${{ inputs.re', '${{ inputs.re‸'), 'release'],
    ['a component', inSample('on: no', 'on: no‸'), 'nodes'],
    ['a requirement', inSample('covers: [RE', 'covers: [RE‸'), 'REQ-1'],
  ])('%s', (_, marked, name) => {
    const { workspace, path, offset } = cursorText(marked, others)
    const [place, ...more] = definitionsAt(workspace, path, offset)
    expect(more).toEqual([])
    expect(textAt(workspace, place!.path, place!.range)).toBe(name)
    expect(place!.range.start).toBeLessThan(sample.indexOf('phases:') + (name === 'look' ? 200 : 0))
  })

  test('a system from an expression leads into the inventory', () => {
    const { workspace, path, offset } = cursorText(
      `${sample}        deadline: 5m\n        title2: "\${{ systems.clu‸ster.address }}"\n`,
      others,
    )
    expect(definitionsAt(workspace, path, offset).map((place) => place.path)).toEqual(['night.inventory.yaml'])
  })
})

test('references: a step in expressions, answers and scenarios; an input in the values', () => {
  const step = cursorText(inSample('id: lo', 'id: lo‸'), others)
  expect(placesAt(step.workspace, step.path, step.offset).map((place) => place.path)).toEqual([
    'night.yaml',
    'night.yaml',
    'night.scenario.yaml',
  ])
  const input = cursorText(inSample('  rele', '  rele‸'), others)
  expect(placesAt(input.workspace, input.path, input.offset).map((place) => place.path)).toEqual([
    'night.yaml',
    'night.yaml',
    'night.yaml',
    'night.values.yaml',
  ])
  const target = cursorText(sample.replace('‸', '') + '        # ‸', others)
  const inventory = sampleInventory.indexOf('  one') + 3
  expect(placesAt(target.workspace, 'night.inventory.yaml', inventory).map((place) => place.path)).toEqual([
    'night.inventory.yaml',
    'night.scenario.yaml',
  ])
  expect(highlightsAt(step.workspace, step.path, step.offset)).toHaveLength(2)
})

describe('rename of ids', () => {
  test('changes every place in every file, and nothing else; afterwards there is nothing new to tell', () => {
    const { workspace, path, offset } = cursorText(inSample('id: te', 'id: te‸'), others)
    const before = diagnose(workspace, path)
    const renaming = renameAt(workspace, path, offset, 'announce')
    if (renaming.kind === 'refused') throw new Error(renaming.reason)
    expect(renaming.edits.map(({ place }) => place.path)).toEqual(['night.yaml', 'night.answers.yaml'])
    let text = workspace.document(path)!.text
    for (const { place, text: name } of [...renaming.edits].reverse())
      if (place.path === path) text = text.slice(0, place.range.start) + name + text.slice(place.range.end)
    workspace.update(path, text)
    expect(diagnose(workspace, path).map(({ code }) => code)).toEqual(before.map(({ code }) => code))
  })

  test.each<[string, RegExp]>([
    ['look', /there is a step "look" already/],
    ['Tell Them', /cannot be the name of a step/],
  ])('to %s is refused', (name, reason) => {
    const { workspace, path, offset } = cursorText(inSample('id: te', 'id: te‸'), others)
    expect(renameAt(workspace, path, offset, name)).toEqual({ kind: 'refused', reason: expect.stringMatching(reason) })
  })
})

test('document symbols / outline: phases and steps in the words of the domain, not the nodes of YAML', () => {
  const { workspace, path } = cursorText(`${sample}‸`)
  const print = (symbols: ReturnType<typeof outlineOfDocument>, pad = ''): string[] =>
    symbols.flatMap((symbol) => [
      `${pad}${symbol.name} (${symbol.kind}) ${symbol.detail}`.trimEnd(),
      ...print(symbol.children, `${pad}  `),
    ])
  expect(print(outlineOfDocument(workspace, path))).toMatchInlineSnapshot(`
    [
      "Requirements (section) 2",
      "  REQ-1 (requirement) The disk has room",
      "  REQ-2 (requirement) It is tested",
      "Inputs (section) 2",
      "  release (input) version",
      "  wait (input) duration",
      "Roles (section) 2",
      "  operator (role) Operator",
      "  lead (role) Lead",
      "Windows (section) 1",
      "  sunday (window)",
      "Components (section) 1",
      "  nodes (component)",
      "Acceptance criteria (section) 1",
      "  It works (criterion) works",
      "Prepare (phase) prepare · preparation",
      "  Look at the disk (step) look · check.disk",
      "  Tell \${{ inputs.release }} (step) tell · manual",
    ]
  `)
})

test('document symbols / outline: a rollout with its canary, its waves and what is done to each target', () => {
  const rollout = `      - id: roll
        title: Roll
        rollout:
          component: nodes
          to: "1"
          canary: {title: First ones, count: 1}
          waves:
            - {id: rest, title: The rest}
          each:
            - {id: put, action: check.disk}
`
  const { workspace, path } = cursorText(`${sample}${rollout}‸`)
  const own = (text: string): readonly string[] => {
    workspace.update(path, text)
    const step = outlineOfDocument(workspace, path).at(-1)?.children.at(-1)
    return (step?.children ?? []).map(({ name, detail }) => `${name}, ${detail}`)
  }
  expect(own(sample + rollout)).toEqual(['First ones, canary', 'The rest, rest · wave', 'put, each · check.disk'])
  expect(own(sample + rollout.replace('title: First ones, ', ''))[0]).toBe('Canary, canary')
})

test('multi-file / workspace: symbols of all files are found by a few of their letters', () => {
  const { workspace } = cursorText(`${sample}‸`, others)
  expect(workspaceSymbols(workspace, 'clst').map(({ name, path }) => `${path} ${name}`)).toEqual([
    'night.inventory.yaml cluster',
  ])
})

test('folding and selection ranges', () => {
  const { workspace, path, offset } = cursorText(inSample('id: lo', 'id: lo‸'))
  const lines = sample.split('\n')
  const folded = foldsIn(workspace, path).map(
    ({ start, end }) => `${lines[start - 1]!.trim()} … ${lines[end - 1]!.trim()}`,
  )
  expect(folded).toContain('phases: … duration: {expected: 5m, worst: 10m}')
  expect(folded).toContain('- id: look … covers: [REQ-1]')
  const texts = selectionsAt(workspace, path, offset).map((range) => textAt(workspace, path, range))
  expect(texts[0]).toBe('look')
  expect(texts[1]).toBe('id: look')
  expect(texts.at(-1)).toBe(sample)
  for (const [index, text] of texts.entries()) expect(text.length).toBeGreaterThanOrEqual(texts[index - 1]?.length ?? 0)
})

test('semantic tokens: names, actions, and the parts of expressions', () => {
  const { workspace, path } = cursorText(`${sample}‸`)
  const tokens = semanticTokens(workspace, path).map(
    ({ kind, range, isDefinition }) => `${textAt(workspace, path, range)} ${kind}${isDefinition ? ' definition' : ''}`,
  )
  expect(tokens).toEqual(
    expect.arrayContaining([
      'check.disk function',
      'look enumMember definition',
      'look enumMember',
      'outcome property',
      'nodes class definition',
      'target variable',
    ]),
  )
})

describe('inlay hints', () => {
  const covered = sample.replace(
    '        role: operator\n        when',
    '        role: operator\n        covers: [REQ-2]\n        when',
  )
  const shown = (text: string, now = noon): readonly string[] => {
    const { workspace, path } = cursorText(`${text}‸`, others)
    const made = makePlan(workspace, path, { now })
    if (made) rememberPlan(workspace, path, made)
    return inlayNotes(workspace, path, now).map(
      (note) => `${text.slice(0, note.offset).split('\n').at(-1)}‹${note.text}›`,
    )
  }

  test('resolved counts of components, steps, rollouts and waves', () => {
    const rollout = `${covered}      - id: up
        title: Up
        rollout:
          component: nodes
          to: "3.6"
          deadline: 5m
          waves:
            - {id: first, select: target.name == "one"}
            - {id: rest}
          each:
            - {id: see, action: check.disk, with: {path: /, min_free: 1GB}}
          on_failure: [{do: skip}]
      - {id: all, title: All, manual: Look, role: operator, on: 'target.kind != ""'}
`
    const notes = shown(rollout).filter((note) => note.includes('target'))
    expect(notes).toEqual([
      `  nodes: {select: 'target.kind == "node"'‹matches 2 targets›`,
      '        on: nodes‹matches 2 targets›',
      '          component: nodes‹rolls out to 2 targets›',
      '            - {id: first, select: target.name == "one"‹matches 1 target›',
      `      - {id: all, title: All, manual: Look, role: operator, on: 'target.kind != ""'‹matches 3 targets›`,
    ])
  })

  test('worst cases as the simulator plays the plan, of the runbook and of its phases', () => {
    expect(shown(covered).filter((note) => note.includes('worst'))).toEqual([
      'title: A night‹worst case 10 min 30 s›',
      '    title: Prepare‹worst case 10 min 30 s›',
    ])
  })

  test.each<[string, number, string]>([
    ['within a week', noon, 'opens Sun 01:00 Europe/Paris'],
    ['open now', Date.UTC(2026, 10, 22, 0, 30), 'open until Sun 03:00 Europe/Paris'],
  ])('next opening of a window, %s', (_, now, words) => {
    expect(shown(covered, now).filter((note) => note.includes('open'))).toEqual([`  - {id: sunday‹${words}›`])
  })

  test('a window that opens later is told with its date', () => {
    const late = covered.replace(
      'days: [sun], start: "01:00", duration: 2h',
      'from: 2026-12-20T20:00, to: 2026-12-20T23:00',
    )
    expect(shown(late).find((note) => note.includes('open'))).toContain('opens Sun 2026-12-20 20:00 Europe/Paris')
  })
})

test('code lens: plan, simulate, run against the emulator, and what covers or uses something', () => {
  const { workspace, path } = cursorText(
    `${sample.replace('covers: [REQ-1]', 'covers: [REQ-1, REQ-2]')}        covers: [REQ-1]\n‸`,
    {},
    { emulators: { check: 'somewhere', cato: 'cato' } },
  )
  expect(lensesIn(workspace, path).map(({ title }) => title)).toEqual([
    'Plan',
    'Simulate',
    'Run against emulator',
    '2 steps cover this',
    '1 step covers this',
    'used twice',
    'used nowhere',
    'used twice',
    'used nowhere',
    'used nowhere',
    'used once',
  ])
})

test('code lens: a criterion is counted where somebody names it', () => {
  const named = `${sample}      - {id: after, title: After, acceptance: final, criteria: [works]}\n‸`
  const { workspace, path } = cursorText(named)
  const [last] = lensesIn(workspace, path).slice(-1)
  expect([last?.title, last && textAt(workspace, path, last.range)]).toEqual(['used once', 'works'])
})

describe('code lens: while the text cannot be read', () => {
  const shown = (workspace: Workspace, path: string): readonly string[] =>
    lensesIn(workspace, path).map(({ title, range }) => `${title}: ${textAt(workspace, path, range)}`)

  test('those of the last readable text stay above their words', () => {
    const { workspace, path } = cursorText(`${sample}‸`)
    const before = shown(workspace, path)
    workspace.update(path, sample.replace('components:\n', 'freezes:\n  - {from: "2026\ncomponents:\n'))
    expect(workspace.read(path)?.root).toBeUndefined()
    expect(shown(workspace, path)).toEqual(before)
    workspace.update(path, sample)
    expect(shown(workspace, path)).toEqual(before)
  })

  test('that of a word which is typed in goes', () => {
    const { workspace, path } = cursorText(`${sample}‸`)
    const before = shown(workspace, path)
    workspace.update(path, sample.replace('  lead: {title: Lead}', '  chief: {title: "Lead}'))
    const now = shown(workspace, path)
    expect(before).toContain('used nowhere: lead')
    expect(now).toEqual(before.filter((lens) => lens !== 'used nowhere: lead'))
  })

  test('there are none of a text that could never be read', () => {
    const { workspace, path } = cursorText('rollbook: runbook/v1\nname: "night\n‸')
    expect(lensesIn(workspace, path)).toEqual([])
  })
})

test('document links: catalog, calendar files, the schema', () => {
  const { workspace, path } = cursorText(
    '# yaml-language-server: $schema=../schemas/a.json\nrollbook: runbook/v1\ncatalog: releases.yaml\nwindows:\n  - {id: a, calendar: nights/a.ics}‸',
  )
  expect(linksIn(workspace, path).map((link) => link.path)).toEqual([
    'releases.yaml',
    'nights/a.ics',
    '../schemas/a.json',
  ])
})

test('signature help: the function, and the argument at hand', () => {
  const { workspace, path, offset } = cursorText(
    `${sample}      - id: next\n        when: versions.less(inputs.release, ‸`,
  )
  const help = signatureAt(workspace, path, offset)!
  expect(help.signatures[help.active]).toMatchObject({ signature: 'versions.less(a, b)' })
  expect(help.argument).toBe(1)
})

describe('quick fixes: applied, the finding is gone', () => {
  test.each<[string, string, string]>([
    ['KEY_UNKNOWN', sample.replace('covers: [REQ-1]', 'cov‸res: [REQ-1]'), 'Change to "covers"'],
    [
      'ROLE_UNKNOWN',
      sample.replace('role: operator\n        when', 'role: nobo‸dy\n        when'),
      'Define the role "nobody"',
    ],
    [
      'EXPRESSION_UNKNOWN_MEMBER',
      sample.replace('&& inputs.release', '&& inputs.rel‸ease2'),
      'Define the input "release2"',
    ],
    ['INPUT_UNUSED', sample.replace('  wait: {', '  wa‸it: {'), 'Silence INPUT_UNUSED here, with a reason'],
    [
      'REQUIREMENT_UNKNOWN',
      sample.replace('covers: [REQ-1]', 'covers: [REQ-1, REQ-‸9]'),
      'Define the requirement "REQ-9"',
    ],
  ])('%s', (code, marked, title) => {
    const { workspace, path, offset } = cursorText(marked)
    const found = diagnose(workspace, path)
    expect(found.map((finding) => finding.code)).toContain(code)
    const change = changesAt(workspace, path, { start: offset, end: offset }, found).find(
      (each) => each.title === title,
    )
    expect(change?.cures?.code).toBe(code)
    workspace.update(path, applyEdits(workspace.document(path)!.text, change!.edits))
    expect(diagnose(workspace, path).map((finding) => finding.code)).not.toContain(code)
  })
})

describe('refactorings leave a runbook without errors', () => {
  test.each<[string, string, RegExp]>([
    [
      'Make it the input "min_free"',
      sample.replace('min_free: 7GB', 'min_free: 7G‸B'),
      /min_free: \{type: string, title: Min free, default: 7GB\}[\s\S]*min_free: "\$\{\{ inputs\.min_free \}\}"/,
    ],
    [
      'Wrap the step in a group',
      sample.replace('title: Look', 'title: ‸Look'),
      /- id: look_group\n {8}title: .*\n {8}steps:\n {10}- id: look\n {12}title: Look at the disk/,
    ],
    ['Add a back-out', sample.replace('manual: Tell', 'manual: ‸Tell'), /back_out:\n {10}- \{id: undo_tell/],
    ['Say that this step covers REQ-2', sample.replace('manual: Tell', 'manual: ‸Tell'), /covers: \[REQ-2\]/],
    [
      'Wrap 2 steps in a group',
      sample.replace('title: Look at the disk', 'title: ‸Look at the disk'),
      /- id: look_group\n {8}title: Group\n {8}steps:\n {10}- id: look\n[\s\S]*\n {10}- id: tell\n {12}title: Tell/,
    ],
    [
      'Say that this step covers REQ-2',
      sample.replace('action: check.disk', 'action: check‸.disk'),
      /covers: \[REQ-1, REQ-2\]/,
    ],
    [
      'Use the action check.http',
      `${sample}      - id: next\n        title: Next\n        action: local.r‸un\n        with:\n          script: curl -sf https://example.org/health\n`,
      /action: check\.http\n {8}with: \{url: "https:\/\/example\.org\/health"\}/,
    ],
    [
      'Use the action debian.service_restart',
      `${sample}      - id: next\n        title: Next\n        on: nodes\n        deadline: 5m\n        action: ssh.r‸un\n        with: {command: [sudo, systemctl, restart, nginx]}\n        back_out: [{id: back, title: Back, manual: Undo}]\n`,
      /action: debian\.service_restart\n {8}with: \{service: nginx\}/,
    ],
    [
      'Use the action wait.for',
      `${sample}      - id: next\n        title: Next\n        action: local.r‸un\n        with: {command: [sleep, "30"]}\n`,
      /action: wait\.for\n {8}with: \{duration: 30s\}/,
    ],
  ])('%s', (title, marked, wanted) => {
    const { workspace, path, offset } = cursorText(marked)
    // More than one step is marked for a group of several.
    const end = title === 'Wrap 2 steps in a group' ? workspace.document(path)!.text.length - 5 : offset
    const change = changesAt(workspace, path, { start: offset, end }, []).find((each) => each.title === title)
    expect(change, title).toBeDefined()
    const text = applyEdits(workspace.document(path)!.text, change?.edits ?? [])
    expect(text).toMatch(wanted)
    workspace.update(path, text)
    expect(
      diagnose(workspace, path)
        .filter(({ severity }) => severity === 'error')
        .map(({ code }) => code)
        .filter((code) => code !== 'REQUIREMENT_NOT_COVERED'),
    ).toEqual([])
  })
})
