/** The operator's hand on a rollout from the terminal that shows it: what `rollbook steer` says, chosen from a menu. */
import type { OperatorCommand, PlanStep, RolloutState } from '../../app/run-door.ts'
import type { RunSession } from '../../app/run-session.ts'
import { parseDuration } from '../../base/duration.ts'
import { nameOf } from '../event-line.ts'
import type { Asker, Option } from './ask.ts'

/** Pressed at the live picture. */
export const steeringKey = 's'

type Word = OperatorCommand['do'] | 'back'

interface Wish {
  readonly command: OperatorCommand
  readonly reason?: string
}

/** How many names make a list that people still choose from; above it they type. */
const listMax = 14

/** Rollouts that are under way, in the order of the plan. */
export function rolloutsUnderWay({ index, state }: Pick<RunSession, 'index' | 'state'>): readonly PlanStep[] {
  return index.ordered.filter((step) => {
    const current = state.steps[step.path]
    return step.form === 'rollout' && current?.status === 'running' && current.rollout?.ended === false
  })
}

/**
 * Asks what to say to a rollout, and says it.
 *
 * @returns what became of it, for the screen; undefined when the operator thought again
 */
export async function steerHere(session: RunSession, asker: Asker): Promise<string | undefined> {
  const steps = rolloutsUnderWay(session)
  const step =
    steps.length > 1
      ? await asker.choose(
          'Which rollout?',
          steps.map((each) => ({ value: each, title: nameOf(session.index, each.path) })),
        )
      : steps[0]
  const rollout = step && session.state.steps[step.path]?.rollout
  if (!step || !rollout) return 'No rollout is under way, so there is nothing to steer.'
  const word = await asker.choose<Word>(`What shall ${nameOf(session.index, step.path)} do?`, optionsFor(rollout))
  const wish = word === 'back' ? undefined : await wishFor(word, rollout, asker, session.now())
  if (!wish) return undefined
  const reason = wish.reason === undefined ? {} : { reason: wish.reason }
  const said = await session.post('RolloutCommanded', {
    step: step.path,
    command: wish.command,
    ...session.person,
    ...reason,
  })
  return said.kind === 'refused' ? `Refused: ${said.reason}` : undefined
}

function optionsFor({ paused }: RolloutState): readonly Option<Word>[] {
  return [
    { value: 'back', title: 'Nothing, back to the picture' },
    paused === undefined
      ? { value: 'pause', title: 'Pause', description: 'Nothing more begins; what is in progress goes on to its end.' }
      : { value: 'resume', title: 'Go on' },
    { value: 'skip_target', title: 'Skip a target …' },
    { value: 'retry_target', title: 'Try a target again …' },
    { value: 'rollback_target', title: 'Put a target back …' },
    {
      value: 'promote',
      title: 'Open the next wave now …',
      description: 'As soon as the present one has ended, without its soak, slot and gate.',
    },
    { value: 'change_concurrency', title: 'Change how many go at once …' },
    { value: 'stop_lane', title: 'Stop a lane …' },
    {
      value: 'stop_rollout',
      title: 'Stop the rollout …',
      description: 'What is in progress ends as the runbook says; the rest is skipped.',
    },
    {
      value: 'break_glass',
      title: 'Break glass …',
      description: 'Windows and freezes do not count for a while; only for the roles that the runbook names.',
    },
  ]
}

async function wishFor(
  word: OperatorCommand['do'],
  rollout: RolloutState,
  asker: Asker,
  now: number,
): Promise<Wish | undefined> {
  switch (word) {
    case 'pause':
    case 'resume':
      return { command: { do: word } }
    case 'stop_rollout': {
      const reason = await askWhy(asker, 'Why is it stopped?')
      return reason === undefined ? undefined : { command: { do: word }, reason }
    }
    case 'skip_target': {
      const target = await askTarget(rollout, asker)
      const reason = target === undefined ? undefined : await askWhy(asker, `Why is ${target} skipped?`)
      return target === undefined || reason === undefined ? undefined : { command: { do: word, target }, reason }
    }
    case 'retry_target':
    case 'rollback_target': {
      const target = await askTarget(rollout, asker)
      return target === undefined ? undefined : { command: { do: word, target } }
    }
    case 'promote':
    case 'stop_lane': {
      const lane = await askLane(rollout, asker)
      return lane === undefined ? undefined : { command: { do: word, lane } }
    }
    case 'change_concurrency': {
      const text = await asker.text({ title: 'How many at once? (nothing: go back)', check: wholeNumber })
      return text.trim() === '' ? undefined : { command: { do: word, to: Number(text) } }
    }
    case 'break_glass': {
      const text = await asker.text({
        title: 'For how long, for example 2h? (nothing: go back; 0s takes it back)',
        check: duration,
      })
      if (text.trim() === '') return undefined
      const reason = await askWhy(asker, 'Why do windows and freezes not count?')
      const until = now + (parseDuration(text.trim()) ?? 0)
      return reason === undefined ? undefined : { command: { do: word, until }, reason }
    }
    case 'stop_wave':
      throw new Error('a wave is stopped from another terminal, by its name')
  }
}

async function askWhy(asker: Asker, title: string): Promise<string | undefined> {
  const text = (await asker.text({ title: `${title} (nothing: go back)` })).trim()
  return text === '' ? undefined : text
}

function askLane({ lanes }: RolloutState, asker: Asker): Promise<string | undefined> {
  return askName('lane', Object.keys(lanes), asker)
}

/** Those that are not through well: of a large fleet most are, and nobody wants these. */
function askTarget({ targets }: RolloutState, asker: Asker): Promise<string | undefined> {
  const all = Object.keys(targets)
  const left = all.filter((name) => targets[name]?.state !== 'succeeded')
  return askName('target', left.length > 0 && left.length <= listMax ? left : all, asker)
}

async function askName(what: 'lane' | 'target', names: readonly string[], asker: Asker): Promise<string | undefined> {
  if (names.length === 1 && what === 'lane') return names[0]
  if (names.length <= listMax) {
    const back: Option<string | undefined> = { value: undefined, title: 'None, back to the picture' }
    return asker.choose(`Which ${what}?`, [back, ...names.map((name) => ({ value: name, title: name }))])
  }
  const known = new Set(names)
  const check = (text: string): string | undefined =>
    text.trim() === '' || known.has(text.trim()) ? undefined : `There is no ${what} "${text.trim()}" in this rollout.`
  const text = await asker.text({ title: `Which ${what}? (nothing: go back)`, check })
  return text.trim() === '' ? undefined : text.trim()
}

function wholeNumber(text: string): string | undefined {
  return text.trim() === '' || /^[1-9]\d{0,6}$/.test(text.trim()) ? undefined : 'A whole number from 1.'
}

function duration(text: string): string | undefined {
  return text.trim() === '' || parseDuration(text.trim()) !== undefined ? undefined : 'Such as 30m, 2h or 1h30m.'
}
