import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadPlan } from '../../src/app/load.ts'
import { parseCalendar } from '../../src/calendar/index.ts'
import { allActions } from '../../src/executors/index.ts'
import { nodeFiles } from '../../src/lsp/node-files.ts'
import { makePlan, planInSteps } from '../../src/service/make-plan.ts'
import { Workspace } from '../../src/service/workspace.ts'

const now = Date.UTC(2026, 10, 20, 12)
const shipped = readdirSync('runbooks').filter((name) => existsBeside(name))

function existsBeside(name: string): boolean {
  return name.endsWith('.yaml') && readdirSync('runbooks').includes(name.replace(/\.yaml$/, '.inventory.yaml'))
}

function shippedWorkspace(): Workspace {
  return new Workspace({ actions: allActions, parseCalendar, files: nodeFiles('runbooks') })
}

describe('the plan of the editor is the plan of the command line', () => {
  test.each(shipped)('%s', async (name) => {
    const loaded = await loadPlan({
      runbook: name,
      inventory: name.replace(/\.yaml$/, '.inventory.yaml'),
      values: name.replace(/\.yaml$/, '.values.yaml'),
      cwd: 'runbooks',
      now,
      timeline: {},
    })
    const made = makePlan(shippedWorkspace(), name, { now })
    expect(made?.reason).toBeUndefined()
    expect(made?.plan?.digest).toBe(loaded.plan?.digest)
    expect(made?.plan?.timeline).toEqual(loaded.plan?.timeline)
    expect(made?.diagnostics.map(({ code }) => code)).toEqual(loaded.diagnostics.map(({ code }) => code))
  })
})

test('it is made in many pieces', () => {
  const steps = planInSteps(shippedWorkspace(), 'cato-sockets.yaml', { now })
  let pauses = 0
  for (let step = steps.next(); step.done !== true; step = steps.next()) pauses += 1
  expect(pauses).toBeGreaterThan(10)
})

describe('why there is no plan', () => {
  const runbook = readFileSync('runbooks/helion-stackato.yaml', 'utf8')
  test.each<[string, string, Readonly<Record<string, string>>, RegExp]>([
    ['an error', runbook.replace('name:', 'nam:'), {}, /^the runbook has errors$/],
    ['no inventory', runbook, {}, /^it needs an inventory$/],
    [
      'no values',
      runbook,
      { 'a.inventory.yaml': readFileSync('runbooks/helion-stackato.inventory.yaml', 'utf8') },
      /^it needs a value of ".*"/,
    ],
  ])('%s', (_, text, files, reason) => {
    const workspace = new Workspace({
      actions: allActions,
      parseCalendar,
      files: { read: (path) => files[path], below: () => Object.keys(files) },
    })
    workspace.update('a.yaml', text)
    const made = makePlan(workspace, 'a.yaml', { now })
    expect(made?.plan).toBeUndefined()
    expect(made?.reason).toMatch(reason)
  })
})
