import { isClean } from '../app/run-summary.ts'
import { type CommandRun, exitCodes } from './command.ts'
import { type Conduct, conduct, readConduct } from './conduct.ts'
import { say } from './io.ts'
import { sessionOptions } from './run.ts'
import { outcomeWord } from './standing.ts'

/** `rollbook resume RUN`: goes on after a pause, a crash, or an answer from elsewhere. */
export const resume: CommandRun = async (call, io) => {
  const { RunReader } = await import('../app/run-reader.ts')
  const reader = await RunReader.open(io.cwd, call.positionals[0] ?? '')
  if (reader.state.status === 'ended') {
    say(io, `Run ${reader.run.id} has ended (${outcomeWord(reader.state)}); nothing is left to do.`)
    return isClean(reader.index, reader.state) ? exitCodes.clean : exitCodes.findings
  }
  const dryRun = reader.run.meta['mode'] === 'dry_run'
  // Without a terminal nobody can be asked, so a run that began unattended goes on so.
  const unattended = reader.state.mode === 'unattended' && !io.interactive
  const implied = dryRun ? 'dry-run' : unattended ? 'unattended' : undefined
  const given = await readConduct({ ...call, flag: (name) => name === implied || call.flag(name) }, io)
  const { RunSession } = await import('../app/run-session.ts')
  const directory = String(reader.run.meta['directory'] ?? io.cwd)
  const { actionsOfRun } = await import('../app/plugins/actions-of-run.ts')
  const { actions, changes } = await actionsOfRun(reader.plan, reader.run.meta, io.cwd)
  const { keepAnswers, keptAnswers } = await import('../app/kept-answers.ts')
  // Read before anything of the run goes on: answers that cannot be read must not leave it in the middle of a step.
  const own = given.unattended && !given.answers
  const kept = own ? keptAnswers(reader.run, String(reader.run.meta['answers_directory'] ?? directory)) : undefined
  const how: Conduct = kept ? { ...given, answers: kept } : given
  const session = await RunSession.resume({ ...sessionOptions(call, io, directory), actions }, reader.run.id)
  try {
    // Answers that are given take the place of those that the run has.
    if (given.answers) keepAnswers(session.run, given.answers, (text) => session.mask(text))
    for (const message of changes) await session.post('NoticeRecorded', { kind: 'executor_changed', message })
    if (session.state.status === 'paused' || session.state.status === 'pausing')
      await session.post('ResumeRequested', session.person)
  } catch (error) {
    await session.close({ drainMs: 5000 })
    throw error
  }
  return conduct(session, how, io)
}
