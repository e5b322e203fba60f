import { dirname, resolve } from 'node:path'
import type { FollowUp } from '../app/follow-up.ts'
import type { LoadedPlan } from '../app/load.ts'
import { currentUser } from '../app/person.ts'
import type { JumpingClock, Turning } from '../app/rehearsal-clock.ts'
import type { Plan } from '../app/run-door.ts'
import { RollbookError } from '../base/error.ts'
import { version } from '../base/version.ts'
import { type CommandCall, type CommandRun, exitCodes } from './command.ts'
import { conduct, readConduct } from './conduct.ts'
import { type CliIo, note } from './io.ts'
import { counted } from './terminal-text.ts'

/** `rollbook run RUNBOOK`: guided on a terminal, unattended when told so. */
export const run: CommandRun = async (call, io) => {
  const how = await readConduct(call, io)
  const clockFile = call.text('clock')
  const clock = clockFile === undefined ? undefined : await readClock(clockFile, io)
  // The plan counts from the instant at which the run begins, on the clock of the run: so its windows are those to come.
  const start = clock === undefined ? io.now() : await nowOn(clock)
  const loaded = await load(call, how.unattended ? { ...io, interactive: false } : io, start)
  if (loaded === undefined) return exitCodes.findings
  const { plan, sources, actions, executors, followUp } = loaded
  checkDigest(plan, call.text('expect-digest'))
  const { RunSession } = await import('../app/run-session.ts')
  const { answersSource } = await import('../app/kept-answers.ts')
  const id = call.text('id')
  const directory = followUp?.directory ?? dirname(resolve(io.cwd, call.positionals[0] ?? ''))
  const session = await RunSession.start(
    { ...sessionOptions(call, io, directory), actions },
    {
      plan,
      sources: how.answers ? [...sources, answersSource(how.answers)] : sources,
      mode: call.flag('dry-run') ? 'dry_run' : how.unattended ? 'unattended' : 'guided',
      meta: {
        ...(executors.length === 0 ? {} : { executors: executors.map((executor) => ({ ...executor })) }),
        ...(followUp ? { of: followUp.of, only: followUp.only } : {}),
        ...(how.answers ? { answers_directory: how.answers.directory } : {}),
      },
      ...(clock === undefined ? {} : { clock }),
      ...(id === undefined ? {} : { id }),
    },
  )
  if (followUp) note(io, followUpText(followUp))
  for (const { key, near } of how.answers?.book.strangers(session.index) ?? []) {
    const hint = near === undefined ? '' : ` Did you mean "${near}"?`
    note(
      io,
      `${how.answers?.path}: the runbook has no step, gate or criterion "${key}": this answer is never given.${hint}`,
    )
  }
  return conduct(session, how, io)
}

function followUpText({ of, only, targets }: FollowUp): string {
  const names = `${targets.slice(0, 5).join(', ')}${targets.length > 5 ? ' and more' : ''}`
  return `Follows up run ${of}: ${counted(targets.length, 'target')} that ended as ${only.join(' or ').replaceAll('_', ' ')} (${names}).`
}

async function readClock(file: string, io: CliIo): Promise<Turning> {
  const { readTurning } = await import('../app/rehearsal-clock.ts')
  return readTurning(file, io.cwd)
}

async function nowOn(turning: Turning): Promise<number> {
  const { nowOf } = await import('../app/rehearsal-clock.ts')
  return nowOf(turning)
}

/** Nobody is asked for an input of a run that is to ask nobody. */
async function load(
  call: CommandCall,
  io: CliIo,
  start: number,
): Promise<(LoadedPlan & { readonly plan: Plan; readonly followUp?: FollowUp }) | undefined> {
  const { loadCalledPlan } = await import('./plan.ts')
  const loaded = await loadCalledPlan(call, io, { start })
  const { noteDiagnostics, tellWithoutPlan } = await import('./diagnostic-lines.ts')
  if (!loaded.plan) {
    tellWithoutPlan(loaded.diagnostics, call, io)
    return undefined
  }
  noteDiagnostics(
    loaded.diagnostics.filter(({ severity }) => severity !== 'hint'),
    io,
  )
  return { ...loaded, plan: loaded.plan }
}

/** @throws RollbookError `PLAN_DIGEST_DIFFERS` */
function checkDigest(plan: Plan, expected: string | undefined): void {
  if (expected === undefined) return
  const bare = (digest: string): string => digest.replace(/^sha256:/, '')
  if (bare(expected).length >= 8 && bare(plan.digest).startsWith(bare(expected))) return
  throw new RollbookError('PLAN_DIGEST_DIFFERS', `this plan is not the approved one: its digest is ${plan.digest}`, {
    hint: 'What happens to which target has changed since the approval. Compare by "rollbook plan", and have it approved again.',
  })
}

/** Options of a session that a command line gives. */
export function sessionOptions(
  call: CommandCall,
  io: CliIo,
  directory: string,
): {
  readonly root: string
  readonly directory: string
  readonly by: string
  readonly role?: string
  readonly env: CliIo['env']
  readonly rollbookVersion: string
  readonly breakLock: boolean
  readonly clock?: JumpingClock
} {
  const role = call.text('role')
  return {
    root: io.cwd,
    directory,
    by: call.text('by') ?? currentUser(),
    ...(role === undefined ? {} : { role }),
    env: io.env,
    rollbookVersion: version,
    breakLock: call.flag('break-lock'),
    ...(io.clock ? { clock: io.clock } : {}),
  }
}
