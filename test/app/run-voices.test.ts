import { join } from 'node:path'
import { expect, it } from 'vitest'
import { loadPlan } from '../../src/app/load.ts'
import { sayToRun } from '../../src/app/run-message.ts'
import { RunSession } from '../../src/app/run-session.ts'
import { EpochLock } from '../../src/node/epoch-lock.ts'
import { Inbox } from '../../src/node/inbox.ts'
import { thisProcess } from '../../src/node/process-owner.ts'
import { lockRun } from '../../src/node/run-lock.ts'
import { createRun, openRun } from '../../src/node/run-store.ts'
import { RunWorld } from '../support/run-world.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

it('RUN_SILENT: who waits for a living process that does not look is told, and the letter stays', async () => {
  const root = temporaryFolder()
  const run = createRun(root, { id: 'a', createdAt: 0, sources: [], plan: {}, meta: {} })
  const lock = lockRun(run)
  await expect(sayToRun(root, run, { type: 'PauseRequested', data: { by: 'Ines' } }, 500)).rejects.toMatchObject({
    code: 'RUN_SILENT',
    message: expect.stringContaining(`process ${process.pid}`) as string,
  })
  lock.release()
  const letters: string[] = []
  await new Inbox(run.directory).drain(async (letter) => {
    letters.push(letter.type)
    return { outcome: 'accepted' }
  })
  expect(letters).toEqual(['PauseRequested'])
})

it('RUN_LOCK_LOST: a session whose lock another host has broken writes nothing more', async () => {
  const world = new RunWorld(`  - id: prepare
    kind: preparation
    title: Preparation
    steps:
      - {id: tell, title: Tell, role: operator, manual: Tell them.}
`)
  const options = { root: world.root, directory: world.root, by: 'Ines', env: {}, rollbookVersion: 'test' }
  const { plan, sources } = await loadPlan({ runbook: 'run.yaml', inventory: 'inventory.yaml', cwd: world.root })
  const session = await RunSession.start(options, { plan: plan!, sources, mode: 'unattended', id: 'r1' })
  try {
    await session.post('PauseRequested', { by: 'Ines' })
    const written = session.lastHash
    new EpochLock(join(session.run.directory, 'lock')).acquire({ ...thisProcess(), host: 'another' }, () => true)
    await expect(session.post('ResumeRequested', { by: 'Ines' })).rejects.toMatchObject({ code: 'RUN_LOCK_LOST' })
    expect(session.lastHash).toBe(written)
  } finally {
    await session.close()
    world.remove()
  }
})

it('a process that is gone is told of also when the next one only records what somebody says', async () => {
  const world = new RunWorld(`  - id: prepare
    kind: preparation
    title: Preparation
    steps:
      - {id: tell, title: Tell, role: operator, manual: Tell them.}
`)
  try {
    await world.start()
    const run = openRun(world.root, 'r1')
    lockRun(run, { owner: { ...thisProcess(), process_started: 'before', pid: 4711 } })
    const said = await sayToRun(world.root, run, { type: 'PauseRequested', data: { by: 'Ines' } })
    expect(said).toEqual({ outcome: 'accepted', by: 'journal' })
    expect(world.read('.rollbook/runs/r1/journal.jsonl')).toContain('taken over from process 4711')
  } finally {
    world.remove()
  }
})
