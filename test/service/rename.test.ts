/** Rename reaches every file that belongs to a runbook, and no other one. */
import { expect, test } from 'vitest'
import { renameAt } from '../../src/service/navigation.ts'
import { cursorText } from './cursor-text.ts'

const runbook = `rollbook: runbook/v1
name: night
title: A night
version: 1.0.0
inputs:
  release: {type: version, required: true}
roles:
  lead: {title: Lead}
components:
  nodes: {select: 'target.name in ["one", "two"] || "one" == target.name || target.site == "one"'}
acceptance_criteria:
  - {id: works, title: It works, manual: Look}
phases:
  - id: upgrade
    kind: upgrade
    title: Upgrade
    steps:
      - id: install
        title: Install
        rollout:
          component: nodes
          to: "\${{ inputs.release }}"
          each: [{id: install, action: ssh.run, with: {command: [install]}}, {id: check, action: ssh.run, with: {command: [check]}}]
      - {id: tell, title: Tell, manual: Tell them, role: lead}
`
const files = {
  'night.scenario.yaml': `rollbook: scenario/v1
name: play
durations:
  - {step: install/install, fixed: 5m}
  - {step: "install/check", fixed: 5m}
  - {step: check, fixed: 5m}
  - {step: 'upgrade/install', fixed: 5m}
operator:
  - {at: 5m, step: tell, do: done, role: lead}
`,
  'night.answers.yaml':
    'rollbook: answers/v1\nanswers:\n  upgrade/tell: {choice: done, by: Ada}\n  works: {choice: pass, by: Ada}\n',
  'night.values.yaml': 'release: "2.0"\n',
  'compose.yaml': 'release: "3"\nservices:\n  one: {image: nodes}\n',
  'night.inventory.yaml': 'rollbook: inventory/v1\ntargets:\n  one: {kind: node}\n  two: {kind: node}\n',
}

/** The lines that a rename changes, by file. */
function renamed(marked: string): readonly string[] {
  const { workspace, path, offset } = cursorText(marked, files)
  const renaming = renameAt(workspace, path, offset, 'fresh')
  if (renaming.kind === 'refused') return [renaming.reason]
  return renaming.edits
    .map(({ place, text }) => {
      const { source } = workspace.read(place.path)!
      const { line } = source.lines.position(place.range.start)
      const start = source.lines.offset({ line, column: 1 })
      const written = source.lines.line(line)
      const [from, to] = [place.range.start - start, place.range.end - start]
      return `${place.path.replace('night.', '')}: ${`${written.slice(0, from)}${text}${written.slice(to)}`.trim()}`
    })
    .toSorted()
}

test('a step is renamed in paths of scenarios and answers, and an action of the same name is not', () => {
  expect(renamed(runbook.replace('- id: install', '- id: ins‸tall'))).toEqual([
    'scenario.yaml: - {step: "fresh/check", fixed: 5m}',
    "scenario.yaml: - {step: 'upgrade/fresh', fixed: 5m}",
    'scenario.yaml: - {step: fresh/install, fixed: 5m}',
    'yaml: - id: fresh',
  ])
  expect(renamed(runbook.replace('{id: tell', '{id: te‸ll'))).toEqual([
    'answers.yaml: upgrade/fresh: {choice: done, by: Ada}',
    'scenario.yaml: - {at: 5m, step: fresh, do: done, role: lead}',
    'yaml: - {id: fresh, title: Tell, manual: Tell them, role: lead}',
  ])
})

test('an action of a rollout is renamed behind its step, and by itself', () => {
  expect(renamed(runbook.replace('{id: check', '{id: ch‸eck')).filter((line) => line.startsWith('scenario'))).toEqual([
    'scenario.yaml: - {step: "install/fresh", fixed: 5m}',
    'scenario.yaml: - {step: fresh, fixed: 5m}',
  ])
  expect(renamed(runbook.replace('[{id: install', '[{id: in‸stall')).filter((line) => line.startsWith('scen'))).toEqual(
    ['scenario.yaml: - {step: install/fresh, fixed: 5m}'],
  )
})

test('phases, criteria and roles are renamed in scenarios and answers', () => {
  expect(renamed(runbook.replace('id: upgrade', 'id: up‸grade'))).toEqual([
    'answers.yaml: fresh/tell: {choice: done, by: Ada}',
    "scenario.yaml: - {step: 'fresh/install', fixed: 5m}",
    'yaml: - id: fresh',
  ])
  expect(renamed(runbook.replace('id: works', 'id: wo‸rks'))).toContain('answers.yaml: fresh: {choice: pass, by: Ada}')
  expect(renamed(runbook.replace('lead: {', 'le‸ad: {'))).toContain(
    'scenario.yaml: - {at: 5m, step: tell, do: done, role: fresh}',
  )
})

test('an input is renamed in its values, and not in a file that only has the same key', () => {
  expect(renamed(runbook.replace('release: {', 'rel‸ease: {'))).toEqual([
    'values.yaml: fresh: "2.0"',
    'yaml: fresh: {type: version, required: true}',
    'yaml: to: "${{ inputs.fresh }}"',
  ])
})

test('a target is renamed wherever an expression compares its name, and nowhere else', () => {
  const found = renamed(runbook.replace('["one"', '["o‸ne"'))
  expect(found).toEqual([
    'inventory.yaml: fresh: {kind: node}',
    `yaml: nodes: {select: 'target.name in ["fresh", "two"] || "one" == target.name || target.site == "one"'}`,
    `yaml: nodes: {select: 'target.name in ["one", "two"] || "fresh" == target.name || target.site == "one"'}`,
  ])
})
