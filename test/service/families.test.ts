import { expect, test } from 'vitest'
import { inventoryOf, runbookOf, valuesOf } from '../../src/service/families.ts'
import { Workspace } from '../../src/service/workspace.ts'
import { sample, sampleInventory } from './cursor-text.ts'

const values = 'release: "3.6"\n'

function among(files: Readonly<Record<string, string>>, open: string): Workspace {
  const workspace = new Workspace({
    actions: [],
    files: { read: (name) => files[name], below: () => Object.keys(files) },
  })
  workspace.update(open, sample)
  return workspace
}

test('a runbook that is not saved yet is no inventory of its own, and has no values', () => {
  const path = 'untitled:Untitled-1'
  const two = { 'a.inventory.yaml': sampleInventory, 'b.inventory.yaml': sampleInventory, 'a.values.yaml': values }
  const workspace = among(two, path)
  expect([runbookOf(workspace, path), inventoryOf(workspace, path), valuesOf(workspace, path)]).toEqual([
    path,
    undefined,
    undefined,
  ])
})

test('files of the same name belong together, asked of any of them', () => {
  const files = { 'night.inventory.yaml': sampleInventory, 'night.values.yaml': values, 'b.inventory.yaml': '' }
  const workspace = among(files, 'night.yaml')
  expect(inventoryOf(workspace, 'night.yaml')).toBe('night.inventory.yaml')
  expect(valuesOf(workspace, 'night.yaml')).toBe('night.values.yaml')
  expect(runbookOf(workspace, 'night.values.yaml')).toBe('night.yaml')
})
