/**
 * Says something to a run from any terminal. Every letter goes through the letter box. When a process carries the run
 * out, it answers; when none does, this process takes the lock, records what was said, and starts no effect.
 */
import { RollbookError } from '../base/error.ts'
import type { JsonObject } from '../base/json.ts'
import { EmbeddedHost } from '../interpreter/embedded-host.ts'
import { Inbox, type InboxReply } from '../node/inbox.ts'
import { JournalStore } from '../node/journal-store.ts'
import { ownerText, takenOverText } from '../node/process-owner.ts'
import { lockRun, writerOf } from '../node/run-lock.ts'
import { type RunDirectory, readPlan } from '../node/run-store.ts'
import { releaseTargets } from '../node/target-locks.ts'
import type { Plan } from '../plan/model.ts'
import type { RunEvent } from '../run/events.ts'
import { makeRunProgram } from '../run/program.ts'
import type { RunState } from '../run/state.ts'
import type { SpokenType } from './letter-shape.ts'
import { clockOf } from './rehearsal-clock.ts'
import { receiveLetter } from './run-letters.ts'
import { targetsOf } from './run-targets.ts'

export interface Letter {
  readonly type: SpokenType
  /** The event's data; `by` says who speaks. */
  readonly data: JsonObject & { readonly by: string }
  /** Id of the prompt that is answered. */
  readonly of?: string
}

export interface Delivered extends InboxReply {
  /** `process`: whoever carries the run out has taken it; `journal`: nobody does, it was recorded here. */
  readonly by: 'process' | 'journal'
}

/**
 * @param root - folder that holds `.rollbook`
 * @param patienceMs - how long a living process may take to answer
 * @throws RollbookError `RUN_SILENT` when the process that carries the run out does not answer; the letter stays
 */
export async function sayToRun(
  root: string,
  run: RunDirectory,
  letter: Letter,
  patienceMs = 15_000,
): Promise<Delivered> {
  const inbox = new Inbox(run.directory)
  const { type, data, of } = letter
  const id = inbox.post({ type, data: { data, ...(of ? { of } : {}) } })
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += 500) {
    const writer = writerOf(run)
    if (writer === undefined || writer.presence === 'gone') {
      const recorded = await recordHere(root, run, inbox)
      const reply = await inbox.waitForReply(id, recorded ? 0 : 500)
      if (reply) return { ...reply, by: recorded ? 'journal' : 'process' }
      continue
    }
    const reply = await inbox.waitForReply(id, 500)
    if (reply) return { ...reply, by: 'process' }
  }
  const owner = writerOf(run)?.owner
  throw new RollbookError('RUN_SILENT', `${owner ? ownerText(owner) : 'nobody'} has not answered yet`, {
    hint: 'What you said is kept in the letter box of the run and is read as soon as that process, or a resumed one, looks.',
  })
}

/** @returns false when another process was faster with the lock */
async function recordHere(root: string, run: RunDirectory, inbox: Inbox): Promise<boolean> {
  let lock: ReturnType<typeof lockRun>
  try {
    lock = lockRun(run)
  } catch (error) {
    if (error instanceof RollbookError && error.code.startsWith('RUN_LOCKED')) return false
    throw error
  }
  const plan = readPlan(run) as unknown as Plan
  const clock = clockOf(run)
  // No zones: calls that follow are recorded as wanted, and started by whoever resumes the run.
  const host = new EmbeddedHost<RunState, RunEvent>({
    run: run.id,
    directory: run.directory,
    program: makeRunProgram(plan) as never,
    journals: new JournalStore({ mayWrite: () => lock.check() }),
    clock,
    fenceOf: () => 0,
  })
  try {
    await host.start()
    const notice = async (kind: 'taken_over' | 'torn_tail', message: string): Promise<void> => {
      const at = clock.now()
      await host.post(run.id, {
        id: `NoticeRecorded/${kind}/${at}`,
        type: 'NoticeRecorded',
        at,
        data: { kind, message },
      })
    }
    if (lock.tookOverFrom) await notice('taken_over', takenOverText(lock.tookOverFrom))
    if (host.tornBytes > 0) await notice('torn_tail', `${host.tornBytes} bytes of a torn write were cut`)
    await inbox.drain((letter) => receiveLetter(host, run.id, letter, clock.now()))
    if (host.state.status === 'ended') releaseTargets(root, run.id, targetsOf(plan))
  } finally {
    try {
      await host.stop()
    } finally {
      lock.release()
    }
  }
  return true
}
