import { expect, it } from 'vitest'
import { loadPlan } from '../../src/app/load.ts'
import { RunSession } from '../../src/app/run-session.ts'
import { Inbox } from '../../src/node/inbox.ts'
import { RunWorld } from '../support/run-world.ts'

it('a letter of the wrong form is refused with the reason, and the run goes on', async () => {
  const world = new RunWorld(`  - id: prepare
    kind: preparation
    title: Preparation
    steps:
      - {id: tell, title: Tell, role: operator, manual: Tell them.}
`)
  const options = { root: world.root, directory: world.root, by: 'Ines', env: {}, rollbookVersion: 'test' }
  const { plan, sources } = await loadPlan({ runbook: 'run.yaml', inventory: 'inventory.yaml', cwd: world.root })
  const session = await RunSession.start(options, { plan: plan!, sources, mode: 'unattended', id: 'r1' })
  const inbox = new Inbox(session.run.directory)
  const say = (type: string, data: object, of?: string) =>
    inbox.waitForReply(inbox.post({ type, data: { data, ...(of ? { of } : {}) } as never }), 60_000)
  const by = { by: 'Ines' }
  const skip = { ...by, choice: 'skip' }
  try {
    for (const [type, data, of, about] of [
      ['PauseRequested', {}, undefined, '"by" of "PauseRequested" must be a text'],
      ['PromptAnswered', { ...skip, reason: 7 }, 'p1', '"reason" of "PromptAnswered" must be a text'],
      ['PromptAnswered', { ...skip, form: [] }, 'p1', '"form" of "PromptAnswered" must be a map'],
      ['PromptAnswered', { ...skip, evidence: [{}] }, 'p1', 'must be a list of references to evidence'],
      ['VoteCast', { ...by, prompt: 'p1', decision: 'perhaps' }, undefined, 'must be approve or reject'],
      ['AbortRequested', { ...by, reason: 'late', now: 'yes', back_out: false }, undefined, '"now"'],
      ['HandedOver', by, undefined, '"to" of "HandedOver" must be a text'],
      ['RolloutCommanded', { ...by, step: 's' }, undefined, 'must be a command to a rollout'],
      ['RolloutCommanded', { ...by, step: 's', command: { do: 'open_gate', wave: 0 } }, undefined, 'a command'],
      ['RolloutCommanded', { ...by, step: 's', command: { do: 'break_glass' } }, undefined, 'a command'],
      ['RunEnded', { ...by, outcome: 'succeeded' }, undefined, 'a letter cannot say "RunEnded"'],
    ] as const)
      expect(await say(type, data, of)).toEqual({
        outcome: 'refused',
        reason: expect.stringContaining(about) as string,
      })
    expect(session.standstill()).toBe('waiting')
    const done = await say('PromptAnswered', { by: 'Ines', choice: 'done' }, 'p1')
    expect([done, await session.settled()]).toEqual([{ outcome: 'accepted' }, 'ended'])
  } finally {
    await session.close()
    world.remove()
  }
})
