/** What happened, one line per event worth reading. */
import type { AttemptState, PlanIndex, PlanStep, RunEvent, RunState, StepState } from '../app/run-door.ts'
import { formatDurationForPeople } from '../base/duration.ts'
import { rolloutLines } from './rollout-lines.ts'
import type { Style } from './style.ts'
import { clockTime, counted } from './terminal-text.ts'
import { wrapText } from './wrap.ts'

export interface EventLine {
  readonly at: number
  /** `detail` lines are left out where a live picture shows the same. */
  readonly weight: 'main' | 'detail'
  readonly tone: 'good' | 'bad' | 'warn' | 'people' | 'plain'
  readonly text: string
}

const marks = { good: '✓', bad: '✗', warn: '!', people: '·', plain: '·' } as const

/**
 * Lays a line out with the time and a mark.
 *
 * @param width - columns to break at; absent: one line however long
 */
export function renderEventLine(line: EventLine, style: Style, time: string, width?: number): readonly string[] {
  const paint = {
    good: style.green,
    bad: style.red,
    warn: style.yellow,
    people: style.cyan,
    plain: style.dim,
  }[line.tone]
  const text = line.text.replaceAll(/\s*[\r\n]+\s*/g, ' ')
  const lead = time.length + 3
  const parts = width === undefined ? [text] : wrapText(text, Math.max(20, width - lead))
  return parts.map((part, index) => {
    const shown = line.tone === 'bad' ? style.red(part) : part
    return index === 0 ? `${style.dim(time)} ${paint(marks[line.tone])} ${shown}` : `${' '.repeat(lead)}${shown}`
  })
}

/** @param state - after the turn that recorded the event */
export function eventLines(index: PlanIndex, state: RunState, event: RunEvent): readonly EventLine[] {
  if (event.type === 'RolloutAdvanced') {
    const { step: path, moves } = event.data
    const step = index.byPath.get(path)?.step
    return rolloutLines(moves, event.at, nameOf(index, path), step?.form === 'rollout' && step.lanes.length > 1)
  }
  const line = eventLine(index, state, event)
  return line ? [line] : []
}

function eventLine(index: PlanIndex, state: RunState, event: RunEvent): EventLine | undefined {
  const line = (tone: EventLine['tone'], text: string, weight: EventLine['weight'] = 'main'): EventLine => ({
    at: event.at,
    tone,
    text,
    weight,
  })
  switch (event.type) {
    case 'RunStarted': {
      const { title, version } = index.plan.runbook
      return line('plain', `${modeText(event.data.mode)} of ${title} ${version} begun by ${event.data.by}`)
    }
    case 'EngineStarted':
      return state.engines.length > 1
        ? line('plain', `taken up by ${event.data.by} in process ${event.data.pid} on ${event.data.host}`)
        : undefined
    case 'PhaseStarted': {
      const phase = index.plan.phases.find((each) => each.id === event.data.phase)
      return line('plain', `Phase ${phase?.number}/${index.plan.phases.length} ${phase?.title}`)
    }
    case 'StepStarted': {
      const { step } = placeOf(index, event.data.step)
      if (!step || step.form === 'group') return undefined
      const where = step.targets.length > 1 ? ` on ${step.targets.length} targets` : ''
      return line('plain', `${nameOf(index, event.data.step)}${where} begins`, 'detail')
    }
    case 'StepEnded':
      return stepEnded(index, state, event, line)
    case 'StepReopened': {
      const scope = event.data.scope === 'all' ? 'on all targets' : 'on the failed targets'
      return line('people', `${nameOf(index, event.data.step)}: tried again ${scope}, says ${event.data.by}`)
    }
    case 'TargetPassed':
      return line('plain', `${at(index, event.data)}: ${event.data.reason}`, 'detail')
    case 'TargetFailed':
      return line('bad', `${at(index, event.data)}: ${event.data.message}`)
    case 'RuleBroken':
      return line('bad', `${at(index, event.data)}: rule "${event.data.title}" would be broken`)
    case 'CallSucceeded':
      return callEnded(index, state, event.of ?? '', line)
    case 'CallFailed': {
      const { step, target } = callPlace(event.of ?? '')
      const advice = event.data.advice ? ` ${event.data.advice}` : ''
      return line('bad', `${at(index, { step, target })}: ${event.data.message} (${event.data.class}).${advice}`)
    }
    case 'CallUnsettled': {
      const then = {
        repeat: 'it is done again',
        probe: 'its probe is asked',
        ask: 'a person is asked',
        fail: 'it failed',
      }
      return line('warn', `${at(index, event.data)}: ${event.data.reason}; ${then[event.data.resolution]}`)
    }
    case 'TimerSet': {
      const { why, step, target } = event.data
      if (why !== 'retry' || step === undefined) return undefined
      const wait = formatDurationForPeople(Math.max(0, event.data.at - event.at))
      return line('warn', `${at(index, { step, target: target ?? '' })}: again in ${wait}`)
    }
    case 'PromptOpened': {
      if (event.data.kind === 'step') return undefined
      const { kind, roles, expires_at } = event.data
      const who = roles.length > 0 ? roles.map((role) => roleTitle(index, role)).join(' or ') : 'a person'
      const until = expires_at === undefined ? '' : `, until ${clockTime(expires_at, event.at)}`
      const wants = {
        gate: 'a decision',
        manual: 'the work',
        criterion: 'a verdict',
        failure: 'a decision',
        rollout: 'a decision',
      } as const
      const what = kind === 'unknown' ? 'word how it ended' : wants[kind]
      return line('people', `${nameOf(index, event.data.step)} waits for ${what} by ${who}${until}`)
    }
    case 'PromptAnswered':
      return answered(index, state, event, line)
    case 'PromptClosed':
      return event.data.reason === 'expired'
        ? line('warn', `${closedName(index, state, event.data.prompt)}: nobody decided in time`)
        : undefined
    case 'VoteCast': {
      const { by, role, decision, reason } = event.data
      const who = role ? `${by} (${roleTitle(index, role)})` : by
      const text = `${closedName(index, state, event.data.prompt)}: ${who} ${decision === 'approve' ? 'approves' : 'refuses'}${because(reason)}`
      return line(decision === 'approve' ? 'people' : 'bad', text)
    }
    case 'AcceptanceRecorded': {
      const { criterion, target, verdict, reason, moment } = event.data
      const title = index.plan.acceptance_criteria.find((each) => each.id === criterion)?.title ?? criterion
      const where = target === '' ? '' : ` on ${target}`
      const good = verdict === 'pass' || verdict === 'waived'
      const text = `${moment === 'baseline' ? 'baseline' : 'acceptance'}: ${title}${where}: ${verdict.replaceAll('_', ' ')}${because(reason)}`
      return line(good ? 'good' : verdict === 'not_tested' ? 'plain' : 'bad', text, good ? 'detail' : 'main')
    }
    case 'RolloutCommanded': {
      const { command, by, reason } = event.data
      const about = 'target' in command ? ` ${command.target}` : 'lane' in command ? ` ${command.lane}` : ''
      return line(
        'people',
        `${nameOf(index, event.data.step)}: ${by} says ${command.do.replaceAll('_', ' ')}${about}${because(reason)}`,
      )
    }
    case 'PauseRequested':
      return line('people', `${event.data.by} asks for a pause at the next safe point${because(event.data.reason)}`)
    case 'RunPaused':
      return line('warn', 'paused; nothing is in flight')
    case 'ResumeRequested':
      return line('people', `${event.data.by} goes on`)
    case 'AbortRequested': {
      const how = event.data.back_out ? 'backs out' : 'aborts the run'
      return line('warn', `${event.data.by} ${how}${because(event.data.reason)}`)
    }
    case 'HandedOver':
      return line('people', `${event.data.by} hands over to ${event.data.to}${because(event.data.note)}`)
    case 'NoticeRecorded':
      return line('warn', event.data.message)
    case 'BackOutStarted':
      return line('warn', `back-out of ${counted(event.data.steps.length, 'step')}${because(event.data.reason)}`)
    case 'RunEnding':
      // A rehearsal goes to its end whatever it meets; its coverage says whether there are findings.
      return event.data.outcome === 'succeeded' || (state.mode === 'dry_run' && event.data.outcome === 'failed')
        ? undefined
        : line('warn', `the run is ending: ${event.data.outcome.replaceAll('_', ' ')}`)
    case 'RunEnded': {
      const took = formatDurationForPeople(event.at - state.startedAt)
      const good = event.data.outcome === 'succeeded'
      if (state.mode === 'dry_run' && (good || event.data.outcome === 'failed'))
        return line('plain', `dry run ended after ${took}`)
      return line(
        good ? 'good' : 'bad',
        `${event.data.outcome.replaceAll('_', ' ')} after ${took}${because(event.data.reason)}`,
      )
    }
    default:
      return undefined
  }
}

type MakeLine = (tone: EventLine['tone'], text: string, weight?: EventLine['weight']) => EventLine

function stepEnded(
  index: PlanIndex,
  state: RunState,
  event: Extract<RunEvent, { type: 'StepEnded' }>,
  line: MakeLine,
): EventLine | undefined {
  const { step: path, outcome, reason, by } = event.data
  const { step } = placeOf(index, path)
  if (step?.form === 'group' && outcome === 'succeeded') return undefined
  const name = nameOf(index, path)
  const done = state.steps[path]
  const took = done?.startedAt === undefined ? '' : ` (${formatDurationForPeople(event.at - done.startedAt)})`
  const who = by ? `, says ${by}` : ''
  switch (outcome) {
    case 'succeeded': {
      const count = step?.targets.length ?? 0
      const summary = count > 1 ? undefined : onlySummary(done)
      const said = step?.form === 'gate' ? '' : who
      return line('good', `${name}${count > 1 ? ` on ${count} targets` : ''}${took}${said}${because(summary)}`)
    }
    case 'failed':
      return line('bad', `${name} failed${took}${because(reason)}`)
    case 'skipped':
      return line('plain', `${name} skipped${who}${because(reason)}`)
    case 'marked_done':
      return line('people', `${name} marked done${who}${because(reason)}`)
    case 'backed_out':
      return line('good', `${name} is undone`)
  }
}

function callEnded(index: PlanIndex, state: RunState, call: string, line: MakeLine): EventLine | undefined {
  const { step, target } = callPlace(call)
  const attempt = attemptOf(state, call)
  const planned = index.byPath.get(step)?.step
  // The end of a step with one target says all of this.
  const alone =
    planned !== undefined && planned.number !== '' && planned.targets.length <= 1 && !step.endsWith('/back_out')
  if (!attempt || attempt.op === 'criterion' || (alone && attempt.op !== 'probe')) return undefined
  const where = at(index, { step, target })
  if (attempt.op === 'probe')
    return line('warn', `${where}: the probe says ${(attempt.probe ?? 'unknown').replaceAll('_', ' ')}`)
  const took = formatDurationForPeople((attempt.endedAt ?? 0) - (attempt.startedAt ?? attempt.requestedAt))
  return line('good', `${where} (${took})${attempt.summary ? `: ${attempt.summary}` : ''}`, 'detail')
}

function answered(
  index: PlanIndex,
  state: RunState,
  event: Extract<RunEvent, { type: 'PromptAnswered' }>,
  line: MakeLine,
): EventLine | undefined {
  const { choice, by, reason } = event.data
  const prompt = state.answered.find((each) => each.prompt === event.of)
  const ends = choice === 'abort' || choice === 'back_out'
  // Whatever else is said shows in what follows from it at once, with the name of who said it.
  if (!ends && choice !== 'fail' && prompt?.kind !== 'unknown') return undefined
  const tone = ends ? 'warn' : 'people'
  const word = choice.replaceAll('_', ' ')
  return line(tone, `${closedName(index, state, event.of ?? '')}: ${by} says ${word}${because(reason)}`)
}

/** What the only target of a step reports about its last try. */
function onlySummary(step: StepState | undefined): string | undefined {
  const targets = Object.values(step?.targets ?? {})
  return targets.length === 1 ? targets[0]?.attempts.at(-1)?.summary : undefined
}

function attemptOf(state: RunState, call: string): AttemptState | undefined {
  const { step, target } = callPlace(call)
  return state.steps[step]?.targets[target]?.attempts.find((attempt) => attempt.call === call)
}

/** Ids of calls are `path@target#delivery`. */
function callPlace(call: string): { readonly step: string; readonly target: string } {
  const from = call.indexOf('@')
  return { step: call.slice(0, from), target: call.slice(from + 1, call.lastIndexOf('#')) }
}

/** The step that people know by a number, for a path that may be one of its parts. */
function placeOf(index: PlanIndex, path: string): { readonly step?: PlanStep; readonly part?: PlanStep } {
  const part = index.byPath.get(path)?.step
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const step = index.byPath.get(at)?.step
    if (step && step.number !== '') return { step, ...(part ? { part } : {}) }
  }
  return part ? { part } : {}
}

/** `2.3 Upgrade the nodes` */
export function nameOf(index: PlanIndex, path: string): string {
  const { step, part } = placeOf(index, path)
  if (!step) return part?.title ?? path
  return part && part !== step ? `${step.number} ${part.title}` : `${step.number} ${step.title}`
}

/** The runbook's own word for a role; people are addressed by it, commands by the id. */
export function roleTitle(index: PlanIndex, role: string): string {
  return index.plan.roles[role]?.title ?? role
}

function at(index: PlanIndex, place: { readonly step: string; readonly target: string }): string {
  return `${nameOf(index, place.step)}${place.target === '' ? '' : ` on ${place.target}`}`
}

function closedName(index: PlanIndex, state: RunState, prompt: string): string {
  const found = state.prompts[prompt] ?? state.answered.find((each) => each.prompt === prompt)
  return found ? nameOf(index, found.step) : prompt
}

function because(reason: string | undefined): string {
  return reason ? `: ${reason}` : ''
}

function modeText(mode: RunState['mode']): string {
  return { guided: 'guided run', unattended: 'unattended run', dry_run: 'dry run (nothing is changed)' }[mode]
}
