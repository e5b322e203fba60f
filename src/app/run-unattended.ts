/** Carries a run without asking anyone: recorded answers, answers from other terminals, and otherwise it stands. */
import { readFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { RollbookError, UsageError } from '../base/error.ts'
import type { EvidenceRef } from '../ports/executor.ts'
import type { PromptState } from '../run/state.ts'
import { type Answer, AnswerBook, parseAnswers } from './answers.ts'
import { evidenceMedia } from './evidence-media.ts'
import type { RunSession, Standstill } from './run-session.ts'

export interface RecordedAnswers {
  readonly book: AnswerBook
  /** Evidence files stand relative to it. */
  readonly directory: string
  /** As it was given. */
  readonly path: string
  /** What the file says. */
  readonly text: string
}

/** @throws UsageError `ANSWERS_UNREADABLE`; RollbookError `ANSWERS_INVALID` */
export function readAnswers(path: string, cwd: string): RecordedAnswers {
  const file = resolve(cwd, path)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : ''
    const reason = code === 'ENOENT' ? ': there is no such file' : code === 'EISDIR' ? ': it is a folder' : ''
    throw new UsageError('ANSWERS_UNREADABLE', `${path}: the answers file cannot be read${reason}`, {
      hint: 'Give the path of a file that begins with "rollbook: answers/v1".',
      cause,
    })
  }
  return { book: new AnswerBook(parseAnswers(text, path)), directory: dirname(file), path, text }
}

export interface UnattendedOptions {
  readonly answers?: RecordedAnswers
  /** Starts the steps of a run that was begun guided: nobody is there to be asked before each one. */
  readonly startSteps: boolean
  /** A recorded answer that the run refused, or that could not be given. */
  onRefused(prompt: PromptState, reason: string): void
}

/** Goes on until nothing does, and says why. Nobody is asked; letters from other terminals are taken by the session. */
export async function carryUnattended(session: RunSession, options: UnattendedOptions): Promise<Standstill> {
  const given = new Set<string>()
  let giving: Promise<unknown> = Promise.resolve()
  let fail: (error: unknown) => void = () => undefined
  const failed = new Promise<never>((_, reject) => {
    fail = reject
  })
  // It is waited for below; until then nobody need have heard of it.
  failed.catch(() => undefined)
  options.answers?.book.recall(session.index, session.state)

  const look = (): void => {
    for (const prompt of Object.values(session.state.prompts)) {
      if (given.has(prompt.prompt)) continue
      given.add(prompt.prompt)
      giving = giving.then(() => answer(session, prompt, options)).catch(fail)
    }
  }
  const stop = session.onTurn(look)
  try {
    look()
    for (;;) {
      const before = giving
      await giving
      // An answer that cannot be given ends the carrying, also while something else of the run goes on.
      const why = await Promise.race([failed, session.settled()])
      // What was answered meanwhile may have set things going again.
      if (before === giving && session.standstill() === why) return why
    }
  } finally {
    stop()
  }
}

async function answer(session: RunSession, prompt: PromptState, options: UnattendedOptions): Promise<void> {
  if (prompt.kind === 'step' && options.startSteps) {
    await session.answer(prompt.prompt, 'run_phase')
    return
  }
  // A gate may take several votes; each recorded answer is handed out once, so this ends.
  while (session.state.prompts[prompt.prompt] !== undefined) {
    const recorded = options.answers?.book.take(session.index, prompt)
    if (!recorded || !options.answers) return
    try {
      const result = await giveAnswer(session, prompt, recorded, options.answers.directory)
      if (result.kind === 'refused') options.onRefused(prompt, result.reason)
    } catch (error) {
      if (!(error instanceof RollbookError)) throw error
      options.onRefused(prompt, error.message)
    }
  }
}

async function giveAnswer(session: RunSession, prompt: PromptState, recorded: Answer, directory: string) {
  const { by, role, reason, choice } = recorded
  if (choice === 'approve' || choice === 'reject') {
    return session.vote(prompt.prompt, choice, { by, ...(role ? { role } : {}), ...(reason ? { reason } : {}) })
  }
  const evidence: EvidenceRef[] = []
  for (const [id, path] of Object.entries(recorded.evidence ?? {}))
    evidence.push(await attachEvidence(session, id, resolve(directory, path)))
  return session.answer(prompt.prompt, choice, {
    by,
    ...(role ? { role } : {}),
    ...(reason ? { reason } : {}),
    ...(recorded.form ? { form: recorded.form } : {}),
    ...(evidence.length > 0 ? { evidence } : {}),
  })
}

/** What keeps evidence: a session, or the store of a run that nobody carries out. */
export interface EvidenceKeeper {
  keepEvidence(name: string, media: string, content: Uint8Array): Promise<EvidenceRef>
}

/**
 * @param id - of the evidence that the step wants; the reference's name begins with it
 * @throws RollbookError `EVIDENCE_UNREADABLE`
 */
export async function attachEvidence(keeper: EvidenceKeeper, id: string, path: string): Promise<EvidenceRef> {
  let content: Buffer
  try {
    content = readFileSync(path)
  } catch (cause) {
    throw new RollbookError('EVIDENCE_UNREADABLE', `the evidence "${id}" cannot be read from ${path}`, {
      hint: 'Give the path of a file that you may read.',
      cause,
    })
  }
  return keeper.keepEvidence(`${id}-${basename(path)}`, evidenceMedia(path), content)
}
