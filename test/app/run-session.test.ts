/** A session beside a broken screen, a full disk, another process. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadPlan } from '../../src/app/load.ts'
import { RunSession, type SessionOptions } from '../../src/app/run-session.ts'
import { EpochLock } from '../../src/node/epoch-lock.ts'
import { thisProcess } from '../../src/node/process-owner.ts'
import type { RunEvent } from '../../src/run/events.ts'
import { RunWorld } from '../support/run-world.ts'

let world: RunWorld
beforeEach(() => {
  world = new RunWorld(`  - id: upgrade
    kind: upgrade
    title: The upgrade
    steps:
      - {id: one, title: Do one, action: local.run, with: {script: "while [ -e hold ]; do sleep 0.05; done; echo one >> effects.log"}}
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

/** Resolves when an event of this type is on disk. */
function toldOf(session: RunSession, type: RunEvent['type']): Promise<void> {
  return new Promise((resolve) => {
    const look = (events: readonly RunEvent[]): void => {
      if (events.some((event) => event.type === type)) resolve()
    }
    look(session.takeEarlier())
    session.onTurn((_, events) => look(events))
  })
}

it('fails, and says why, when a screen is wrong; the run can be resumed', async () => {
  const session = await started()
  session.onTurn(() => {
    throw new Error('the screen is wrong')
  })
  expect(await session.settled()).toBe('failed')
  expect(session.failure).toEqual(new Error('the screen is wrong'))
  await session.close({ drainMs: 60_000 })
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

it('records not even its own words once another process has the run, and begins nothing more', async () => {
  world.write('hold', '')
  const session = await started()
  try {
    await toldOf(session, 'CallStarted')
    new EpochLock(join(session.run.directory, 'lock')).acquire({ ...thisProcess(), host: 'another' }, () => true)
    const written = world.read('.rollbook/runs/r1/journal.jsonl').replaceAll('\0', '')
    rmSync(join(world.root, 'hold'))
    expect(await session.settled()).toBe('failed')
    expect(session.failure).toMatchObject({ code: 'RUN_LOCK_LOST' })
    expect(world.read('.rollbook/runs/r1/journal.jsonl').replaceAll('\0', '')).toBe(written)
    expect(world.read('effects.log')).toBe('one\n')
  } finally {
    await session.close()
  }
})
