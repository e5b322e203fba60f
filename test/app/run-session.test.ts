/** A session beside a broken screen, a full disk, another process. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadPlan } from '../../src/app/load.ts'
import { RunSession, type SessionOptions } from '../../src/app/run-session.ts'
import { RunWorld } from '../support/run-world.ts'

let world: RunWorld
beforeEach(() => {
  world = new RunWorld(`  - id: upgrade
    kind: upgrade
    title: The upgrade
    steps:
      - {id: one, title: Do one, action: local.run, with: {script: "echo one >> effects.log"}}
      - {id: two, title: Do two, action: local.run, with: {script: "echo two >> effects.log"}}
`)
})
afterEach(() => world.remove())

function options(): SessionOptions {
  return { root: world.root, directory: world.root, by: 'Ines', env: process.env, rollbookVersion: 'test' }
}

async function started(): Promise<RunSession> {
  const { plan, sources } = await loadPlan({ runbook: 'run.yaml', inventory: 'inventory.yaml', cwd: world.root })
  return RunSession.start(options(), { plan: plan!, sources, mode: 'unattended', id: 'r1' })
}

it('fails, and says why, when a screen is wrong; the run can be resumed', async () => {
  const session = await started()
  session.onTurn(() => {
    throw new Error('the screen is wrong')
  })
  expect(await session.settled()).toBe('failed')
  expect(session.failure).toEqual(new Error('the screen is wrong'))
  await session.close({ drainMs: 5000 })
  const again = await RunSession.resume(options(), 'r1')
  try {
    await again.settled()
    console.log(JSON.stringify(again.state.prompts), world.read('.rollbook/runs/r1/journal.jsonl'))
    expect(await again.settled()).toBe('ended')
    expect([again.state.outcome, world.read('effects.log')]).toEqual(['succeeded', 'one\ntwo\n'])
  } finally {
    await again.close()
  }
})
