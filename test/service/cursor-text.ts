/** Texts in which a bar says where the cursor stands. */
import { parseCalendar } from '../../src/calendar/index.ts'
import { allActions } from '../../src/executors/index.ts'
import { complete } from '../../src/service/completion.ts'
import type { CompletionItem } from '../../src/service/completion-item.ts'
import { Workspace, type WorkspaceSettings } from '../../src/service/workspace.ts'

export interface CursorText {
  readonly workspace: Workspace
  readonly path: string
  readonly offset: number
}

/** @param others - further files of the workspace, by path */
export function cursorText(
  marked: string,
  others: Readonly<Record<string, string>> = {},
  settings: Partial<WorkspaceSettings> = {},
): CursorText {
  const offset = marked.indexOf('‸')
  if (offset < 0) throw new Error('there is no cursor in the text')
  const path = 'night.yaml'
  const workspace = new Workspace({
    actions: allActions,
    parseCalendar,
    files: { read: (name) => others[name], below: () => Object.keys(others) },
    ...settings,
  })
  workspace.update(path, marked.replace('‸', ''))
  return { workspace, path, offset }
}

export function completionsAt(
  marked: string,
  others: Readonly<Record<string, string>> = {},
): readonly CompletionItem[] {
  const { workspace, path, offset } = cursorText(marked, others)
  return complete(workspace, path, offset)
}

export function labelsAt(marked: string, others: Readonly<Record<string, string>> = {}): readonly string[] {
  return completionsAt(marked, others).map(({ label }) => label)
}

/** A runbook with everything that has a name. */
export const sample = `rollbook: runbook/v1
name: night
title: A night
version: 1.0.0
requirements:
  - {id: REQ-1, text: The disk has room, source: guide}
  - {id: REQ-2, text: It is tested, source: guide}
inputs:
  release: {type: version, title: Release, required: true}
  wait: {type: duration, title: Wait, default: 5m}
roles:
  operator: {title: Operator}
  lead: {title: Lead}
windows:
  - {id: sunday, days: [sun], start: "01:00", duration: 2h, time_zone: Europe/Paris}
components:
  nodes: {select: 'target.kind == "node"'}
acceptance_criteria:
  - {id: works, title: It works, severity: must, manual: Look, role: operator}
phases:
  - id: prepare
    kind: preparation
    title: Prepare
    steps:
      - id: look
        title: Look at the disk
        action: check.disk
        with: {path: /, min_free: 7GB}
        on: nodes
        covers: [REQ-1]
      - id: tell
        title: Tell \${{ inputs.release }}
        manual: Tell them
        role: operator
        when: steps.look.outcome == "succeeded" && inputs.release != ""
        duration: {expected: 5m, worst: 10m}
`
export const sampleInventory = `rollbook: inventory/v1
systems:
  cluster: {kind: stackato, address: "https://cluster.example"}
targets:
  one: {kind: node, system: cluster, version: "3.4"}
  two: {kind: node}
  three: {kind: router}
`
