import { expect, it } from 'vitest'
import { loadPlan } from '../../src/app/load.ts'
import { RunSession } from '../../src/app/run-session.ts'
import type { RunEvent } from '../../src/run/events.ts'
import { RunWorld } from '../support/run-world.ts'

it('a run stands still only when its last records are on disk and everybody was told of them', async () => {
  const world = new RunWorld(`  - id: upgrade
    kind: upgrade
    title: The upgrade
    steps:
      - {id: one, title: Do one, action: local.run, with: {script: "echo one"}}
      - {id: two, title: Do two, action: local.run, with: {script: "echo two"}}
`)
  const options = { root: world.root, directory: world.root, by: 'Ines', env: process.env, rollbookVersion: 'test' }
  const { plan, sources } = await loadPlan({ runbook: 'run.yaml', inventory: 'inventory.yaml', cwd: world.root })
  const session = await RunSession.start(options, { plan: plan!, sources, mode: 'unattended', id: 'r1' })
  const told: RunEvent[] = [...session.takeEarlier()]
  session.onTurn((_, events) => told.push(...events))
  try {
    // Looks between the writing of a record and the word that it is on disk, too.
    while (session.standstill() === undefined) await new Promise((resolve) => setImmediate(resolve))
    expect(session.standstill()).toBe('ended')
    const types = told.map((event) => event.type)
    expect(types.filter((type) => type === 'StepEnded')).toHaveLength(2)
    expect(types.at(-1)).toBe('RunEnded')
  } finally {
    await session.close()
    world.remove()
  }
})
