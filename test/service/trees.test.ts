import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { allActions } from '../../src/executors/index.ts'
import { coverageOf } from '../../src/service/coverage-tree.ts'
import { namesIn } from '../../src/service/names.ts'
import { type PhaseTreeItem, phaseTree } from '../../src/service/phase-tree.ts'
import { type ReadDocument, Workspace } from '../../src/service/workspace.ts'
import { sample } from './cursor-text.ts'

function read(text: string): ReadDocument {
  const workspace = new Workspace({ actions: allActions })
  workspace.update('night.yaml', text)
  return workspace.read('night.yaml')!
}

function lines(items: readonly PhaseTreeItem[], level = 0): readonly string[] {
  return items.flatMap(({ kind, title, detail, place, children }) => [
    `${'  '.repeat(level)}${kind} ${title} [${detail}] ${place}`.trimEnd(),
    ...lines(children, level + 1),
  ])
}

describe('the tree of phases', () => {
  test('names steps, waves, calls, back-outs and cleanups, each with the path of the plan', () => {
    const tree = phaseTree(
      read(`rollbook: runbook/v1
name: night
phases:
  - id: work
    kind: upgrade
    title: Work
    steps:
      - id: gate
        gate: {type: go_no_go, roles: [lead, operator]}
      - id: both
        title: Both
        parallel: true
        steps:
          - {id: look, title: Look, action: check.disk, covers: [REQ-1], cleanup: {after: nodes, action: check.port}}
          - {id: ask, manual: Ask, role: lead, point_of_no_return: true, back_out: [{id: undo, action: check.disk}]}
      - id: nodes
        title: All nodes
        rollout:
          component: nodes
          canary: {count: 1}
          waves: [{id: first}, {id: rest, title: The rest}]
          each: [{id: install, action: debian.install}]
          health: {checks: [{id: up, action: check.port}]}
`),
    )
    expect(lines(tree)).toEqual([
      'phase Work [upgrade] work',
      '  step gate [gate · lead · operator] work/gate',
      '  step Both [side by side] work/both',
      '    step Look [check.disk] work/both/look',
      '      cleanup check.port [check.port] work/both/look/cleanup',
      '    step ask [by hand · lead] work/both/ask',
      '      back_out undo [check.disk] work/both/ask/back_out/undo',
      '  step All nodes [rollout · nodes] work/nodes',
      '    wave canary [canary]',
      '    wave first [wave]',
      '    wave The rest [wave]',
      '    call install [each · debian.install] work/nodes/each/install',
      '    call up [health · check.port] work/nodes/health/up',
    ])
    const [work] = tree
    expect(work?.children[1]?.children[0]?.covers).toEqual(['REQ-1'])
    expect(work?.children[1]?.children[1]?.point_of_no_return).toBe(true)
  })

  test('a step without an id has no path, and neither has what it holds', () => {
    const [work] = phaseTree(
      read('rollbook: runbook/v1\nphases:\n  - id: work\n    steps:\n      - steps: [{id: a, manual: Do}]\n'),
    )
    expect(lines([work!])).toEqual(['phase work [] work', '  step group [group]', '    step a [by hand]'])
  })

  test('every range holds what its item points at', () => {
    const check = (items: readonly PhaseTreeItem[]): void => {
      for (const { range, selection, children } of items) {
        expect(range.start).toBeLessThanOrEqual(selection.start)
        expect(range.end).toBeGreaterThanOrEqual(selection.end)
        check(children)
      }
    }
    check(phaseTree(read(sample)))
  })
})

describe('coverage', () => {
  test('tells for each requirement what covers it, and counts those that are covered', () => {
    const { requirements, covered } = coverageOf(read(sample))
    expect(covered).toBe(1)
    expect(requirements.map(({ id, text, covered_by }) => [id, text, covered_by.map((place) => place.title)])).toEqual([
      ['REQ-1', 'The disk has room', ['Look at the disk']],
      ['REQ-2', 'It is tested', []],
    ])
  })

  test('a note alone covers a demand that only informs', () => {
    const text = sample.replace('text: It is tested, ', 'text: It is tested, note: The vendor does it, ')
    expect(coverageOf(read(text)).covered).toBe(2)
  })

  const shipped = readdirSync('runbooks').filter((name) => /^rollbook: runbook/m.test(readText(name)))

  test.each(shipped)('%s: every use of a requirement belongs to a place that covers it', (name) => {
    const document = read(readText(name))
    const uses = namesIn(document).filter(({ kind, isDefinition }) => kind === 'requirement' && !isDefinition)
    const { requirements } = coverageOf(document)
    for (const { name: id, range } of uses) {
      const places = requirements.find((requirement) => requirement.id === id)!.covered_by
      expect(
        places.some((place) => place.range.start <= range.start && range.end <= place.range.end),
        id,
      ).toBe(true)
    }
    expect(requirements.filter(({ covered_by, note }) => covered_by.length === 0 && note === '')).toEqual([])
  })
})

function readText(name: string): string {
  return readFileSync(`runbooks/${name}`, 'utf8')
}
