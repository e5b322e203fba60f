import type { OperatorCommand } from '../app/run-door.ts'
import type { RunReader } from '../app/run-reader.ts'
import { parseDuration } from '../base/duration.ts'
import { RollbookError, UsageError } from '../base/error.ts'
import type { CommandCall, CommandRun } from './command.ts'
import { nameOf } from './event-line.ts'
import { deliver, personOf, readRunOf } from './say-to-run.ts'
import { type SteeringWord, steeringWords } from './steering-words.ts'

/** `rollbook steer RUN WORD [NAME]`: the operator's hand on a rollout that is under way, from any terminal. */
export const steer: CommandRun = async (call, io) => {
  const word = call.positionals[1] as SteeringWord | undefined
  if (word === undefined || !steeringWords.includes(word))
    throw new UsageError('STEERING_UNKNOWN', `"${word ?? ''}" is nothing that can be said to a rollout`, {
      hint: `Say one of: ${steeringWords.join(', ')}.`,
    })
  const reader = await readRunOf(call, io)
  const step = rolloutOf(reader, call)
  const command = commandOf(reader, step, word, call, reader.now())
  const data = { step, command: { ...command }, ...personOf(call) }
  return deliver(reader, { type: 'RolloutCommanded', data }, doneText(reader, step, word, call), call, io)
}

/** The rollout that is meant: the one under way, or the one that `--step` names. */
function rolloutOf(reader: RunReader, call: CommandCall): string {
  const { index, state } = reader
  const rollouts = index.ordered.filter((step) => step.form === 'rollout')
  const wanted = call.text('step')
  const found =
    wanted === undefined
      ? rollouts.filter((step) => state.steps[step.path]?.status === 'running')
      : rollouts.filter((step) => [step.number, step.id, step.path].includes(wanted))
  if (found.length === 1) return found[0]!.path
  if (found.length > 1)
    throw new UsageError(
      'ROLLOUT_AMBIGUOUS',
      `run ${reader.run.id} has several rollouts under way: ${found.map((step) => nameOf(index, step.path)).join(', ')}`,
      { hint: 'Name one with --step NUMBER.' },
    )
  if (wanted !== undefined)
    throw new RollbookError('ROLLOUT_UNKNOWN', `run ${reader.run.id} has no rollout "${wanted}"`, {
      hint:
        rollouts.length === 0
          ? 'Its plan has no rollout at all.'
          : `Its rollouts: ${rollouts.map((step) => nameOf(index, step.path)).join(', ')}.`,
    })
  throw new RollbookError('ROLLOUT_UNKNOWN', `run ${reader.run.id} has no rollout under way`, {
    hint: `"rollbook status ${reader.run.id}" shows where it is.`,
  })
}

function commandOf(
  reader: RunReader,
  step: string,
  word: SteeringWord,
  call: CommandCall,
  now: number,
): OperatorCommand {
  const subject = (what: string): string => {
    const name = call.positionals[2]
    if (name === undefined) throw new UsageError('ARGUMENT_MISSING', `"${word}" needs ${what}`)
    return name
  }
  switch (word) {
    case 'pause':
    case 'resume':
      return { do: word }
    case 'stop':
      return { do: 'stop_rollout' }
    case 'skip-target':
      return { do: 'skip_target', target: subject('the name of a target') }
    case 'retry-target':
      return { do: 'retry_target', target: subject('the name of a target') }
    case 'rollback-target':
      return { do: 'rollback_target', target: subject('the name of a target') }
    case 'promote':
      return { do: 'promote', lane: laneOf(reader, step, call) }
    case 'stop-lane':
      return { do: 'stop_lane', lane: subject('the name of a lane') }
    case 'stop-wave': {
      const wave = call.text('wave')
      if (wave === undefined) throw new UsageError('OPTION_MISSING', '"stop-wave" needs --wave NAME')
      return { do: 'stop_wave', lane: laneOf(reader, step, call), wave }
    }
    case 'concurrency': {
      const to = Number(subject('how many targets may be in progress at once'))
      if (!Number.isInteger(to) || to < 1)
        throw new UsageError('STEERING_UNKNOWN', `"${call.positionals[2]}" is no whole number from 1`)
      return { do: 'change_concurrency', to }
    }
    case 'break-glass':
      return { do: 'break_glass', until: now + glassMs(call) }
  }
}

/** The lane that is named, or the only one. */
function laneOf(reader: RunReader, step: string, call: CommandCall): string {
  const named = call.positionals[2]
  if (named !== undefined) return named
  const lanes = Object.keys(reader.state.steps[step]?.rollout?.lanes ?? {})
  if (lanes.length === 1) return lanes[0]!
  throw new UsageError('ARGUMENT_MISSING', `"${call.positionals[1]}" needs the name of a lane`, {
    hint: `Lanes: ${lanes.slice(0, 10).join(', ')}${lanes.length > 10 ? ' and more' : ''}.`,
  })
}

/** `0s` takes it back. */
function glassMs(call: CommandCall): number {
  const text = call.text('for')
  if (text === undefined)
    throw new UsageError('OPTION_MISSING', '"break-glass" needs --for DURATION', {
      hint: 'For example --for 2h; --for 0s takes it back.',
    })
  const ms = parseDuration(text)
  if (ms === undefined)
    throw new UsageError('OPTION_VALUE_UNKNOWN', `"${text}" is no duration`, { hint: 'For example 30m, 2h or 1h30m.' })
  return ms
}

function doneText(reader: RunReader, step: string, word: SteeringWord, call: CommandCall): string {
  const name = nameOf(reader.index, step)
  const subject = call.positionals[2] ?? ''
  switch (word) {
    case 'pause':
      return `${name}: nothing more begins; what is in progress goes on to its end.`
    case 'resume':
      return `${name} goes on.`
    case 'stop':
      return `${name} stops; what is in progress ends as the runbook says.`
    case 'skip-target':
      return `${name}: ${subject} is skipped.`
    case 'retry-target':
      return `${name}: ${subject} is tried again.`
    case 'rollback-target':
      return `${name}: ${subject} is taken back.`
    case 'promote':
      return `${name}: the next wave opens as soon as the present one has ended.`
    case 'stop-lane':
      return `${name}: lane ${subject} stops.`
    case 'stop-wave':
      return `${name}: wave ${call.text('wave')} stops.`
    case 'concurrency':
      return `${name}: ${subject} targets at once from now on.`
    case 'break-glass':
      return `${name}: windows and freezes do not count for ${call.text('for')}.`
  }
}
