/** A run of the fixture plan through the real run core: what the world answers is scripted, everything else is decided. */
import { createHash } from 'node:crypto'
import type { FailureClass } from '../../src/base/failure.ts'
import type { JsonObject } from '../../src/base/json.ts'
import { initialFacts, type JournalFacts, noteRecord } from '../../src/book/journal-facts.ts'
import type { Plan } from '../../src/plan/model.ts'
import type { RunEvent } from '../../src/run/events.ts'
import { makeRunProgram, type RunCommand } from '../../src/run/program.ts'
import type { PromptState, RunState } from '../../src/run/state.ts'

export interface ScriptedCall {
  readonly action: string
  readonly target: string
  readonly step: string
  readonly attempt: number
}

export interface Answer {
  readonly took_ms: number
  readonly summary?: string
  readonly changed?: boolean
  readonly outputs?: JsonObject
  readonly evidence?: readonly {
    readonly name: string
    readonly sha256: string
    readonly bytes: number
    readonly media: string
  }[]
  readonly failure?: { readonly class: FailureClass; readonly message: string; readonly advice?: string }
}

export interface Script {
  readonly startedAt: number
  answer(call: ScriptedCall): Answer
  /** What people say to an open prompt; `undefined`: nobody answers. */
  say(prompt: PromptState, state: RunState): readonly Partial<RunEvent>[]
}

export interface ScriptedRun {
  /** What a journal would hold, in order. */
  readonly events: readonly RunEvent[]
  readonly state: RunState
  readonly facts: JournalFacts
}

/** One thing happens at a time; time moves on by what the script says each call takes. */
export function runScript(plan: Plan, script: Script): ScriptedRun {
  const program = makeRunProgram(plan)
  let state = program.init('2026-11-21-stackato-01')
  let facts = initialFacts()
  let seq = 0
  let now = script.startedAt
  const events: RunEvent[] = []
  const queue: RunEvent[] = []
  const push = (event: Partial<RunEvent>): void => {
    queue.push({ id: `e${seq}-${queue.length}`, at: now, data: {}, ...event } as RunEvent)
  }
  const timers: { id: string; at: number }[] = []
  const obey = (command: RunCommand): void => {
    // What the core concludes belongs to the same turn, before anything else is heard.
    if (command.do === 'post') queue.unshift({ ...command.event, at: now })
    if (command.do === 'timer') timers.push({ id: command.id, at: command.at })
    if (command.do !== 'call') return
    const input = command.input as unknown as ScriptedCall
    const { took_ms, failure, outputs = {}, evidence = [], summary, changed } = script.answer(input)
    push({ type: 'CallStarted', data: { call: command.id, fence: 1 } })
    const at = now + took_ms
    if (failure === undefined)
      push({
        type: 'CallSucceeded',
        of: command.id,
        at,
        data: {
          outputs,
          evidence,
          ...(summary === undefined ? {} : { summary }),
          ...(changed === undefined ? {} : { changed }),
        },
      })
    else push({ type: 'CallFailed', of: command.id, at, data: { ...failure, evidence: [] } })
  }
  push({
    type: 'RunStarted',
    data: {
      by: 'Jörg Müller',
      role: 'operator',
      run: state.run,
      mode: 'unattended',
      plan_digest: plan.digest,
      runbook: { name: plan.runbook.name, version: plan.runbook.version, hash: plan.runbook.hash },
      rollbook_version: '0.1.0',
    },
  })
  for (let turns = 0; turns < 2000 && state.status !== 'ended'; turns += 1) {
    const event = queue.shift()
    if (event === undefined) {
      const said = Object.values(state.prompts).flatMap((prompt) => script.say(prompt, state))
      if (said.length > 0) {
        now += 60_000
        said.forEach(push)
        continue
      }
      const due = timers.sort((a, b) => a.at - b.at).shift()
      if (due === undefined) break
      if (state.timers[due.id] === undefined) continue
      now = Math.max(now, due.at)
      push({ type: 'TimerFired', of: due.id, data: {} })
      continue
    }
    now = Math.max(now, event.at)
    const placed = { ...event, at: now }
    if (program.accepts(state, placed).kind !== 'new') continue
    seq += 1
    events.push(placed)
    state = program.evolve(state, placed, seq)
    facts = noteRecord(facts, placed, seq, createHash('sha256').update(`${seq}`).digest('hex'))
    for (const command of program.decide(state, placed)) obey(command)
  }
  return { state, facts, events }
}

const minute = 60_000

/** The night as it went: a download that failed once, a vote of two, a shift change, a criterion that was waived. */
export const fixtureScript: Script = {
  startedAt: Date.UTC(2026, 10, 22, 0, 0, 0),
  answer({ action, step, target, attempt }): Answer {
    if (step === 'upgrade/hops[0]/download' && attempt === 1)
      return {
        took_ms: 3 * minute,
        failure: {
          class: 'unreachable',
          message: 'connection to images.example.com:443 was reset after 1.1 GB',
          advice: 'Run it again when the upstream answers.',
        },
      }
    if (action === 'stackato.node_upgrade' && step.startsWith('upgrade/nodes'))
      return { took_ms: 14 * minute, summary: 'upgraded to 3.6.1', outputs: { version: '3.6.1' } }
    if (action === 'stackato.node_upgrade')
      return { took_ms: 11 * minute, summary: '4.2 GB in the cache', outputs: { bytes: 4_200_000_000 } }
    if (action === 'check.disk')
      return target === 'core-1'
        ? { took_ms: 700, summary: '31.2 GB free', outputs: { free: '31.2 GB' } }
        : { took_ms: 800, summary: 'enough space', outputs: { free: '12.4 GB' } }
    if (action === 'stackato.data_export')
      return {
        took_ms: 21 * minute,
        summary: '14.8 GB written',
        outputs: { archive: '/srv/backup/cluster-before-3.6.1.tgz' },
        evidence: [{ name: 'hash/export.sha256', sha256: '9c'.repeat(32), bytes: 98, media: 'text/plain' }],
      }
    if (action === 'check.http') return { took_ms: 300, summary: '200 OK', outputs: { status: 200 } }
    return { took_ms: 1500, summary: 'ready', outputs: { ready: true, count: 12 } }
  },
  say(prompt) {
    if (prompt.kind === 'gate')
      return [
        {
          type: 'HandedOver',
          data: { by: 'Jörg Müller', role: 'operator', to: 'Amélie Dubois', note: 'Backup is done, gate is open' },
        },
        {
          type: 'VoteCast',
          data: { by: 'Reto Keller', role: 'change_manager', prompt: prompt.prompt, decision: 'approve' },
        },
        {
          type: 'VoteCast',
          data: {
            by: 'Zoë Brunner',
            role: 'owner',
            prompt: prompt.prompt,
            decision: 'approve',
            reason: 'Window confirmed 👍',
          },
        },
      ]
    if (prompt.kind === 'manual')
      return [
        {
          type: 'PromptAnswered',
          of: prompt.prompt,
          data: {
            by: 'Reto Keller',
            role: 'change_manager',
            choice: 'done',
            form: { sent_at: '2026-11-20T09:00:00+01:00', channel: 'mail' },
            evidence: [{ name: 'mail.eml', sha256: '5e'.repeat(32), bytes: 3120, media: 'message/rfc822' }],
          },
        },
      ]
    if (prompt.kind === 'criterion')
      return [
        {
          type: 'PromptAnswered',
          of: prompt.prompt,
          data: { by: 'Zoë Brunner', role: 'owner', choice: 'not_tested', reason: 'no test account at night' },
        },
      ]
    return [
      { type: 'PromptAnswered', of: prompt.prompt, data: { by: 'Amélie Dubois', role: 'operator', choice: 'retry' } },
    ]
  },
}
