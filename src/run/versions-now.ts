/**
 * Which version each target has at this moment of the run, and whether it is being worked on: a fold over the same
 * records as everything else, so that a resumed run knows it again.
 *
 * A version changes when an action tells it (`version_keys`), when a rollout has done its work on a target (its `to`), and
 * when the target was rolled back (what it had when the rollout began). While a rollout is at work, a target keeps the
 * version that was known last.
 */
import type { JsonObject } from '../base/json.ts'
import type { PlanAction } from '../plan/model.ts'
import { type TargetNow, targetAtStart } from '../plan/rule-world.ts'
import type { RunEvent, RunEventData } from './events.ts'
import type { PlanIndex } from './plan-index.ts'
import { rolloutPart, versionAfter } from './rule-change.ts'
import type { CallState, RunState, TargetVersion } from './state.ts'

/** As rules see a target. */
export function versionNow(index: PlanIndex, state: RunState, name: string): TargetNow {
  const target = index.plan.targets[name]
  const known = state.versions[name]
  if (!known) return target ? targetAtStart(target) : { version: '', previous: '', busy: false }
  return {
    version: known.version,
    previous: known.previous,
    busy: known.rollout !== undefined || known.work.length > 0,
  }
}

/** To be called before the event changes the rest of the state. */
export function evolveVersions(index: PlanIndex, state: RunState, event: RunEvent): void {
  switch (event.type) {
    case 'CallRequested':
      return requested(index, state, event.data)
    case 'CallSucceeded':
      return succeeded(index, state, event.of ?? '', event.data)
    case 'CallFailed': {
      const call = state.calls[event.of ?? '']
      if (call) ended(state, call.step, call.target)
      return
    }
    case 'TargetPassed':
      return passed(index, state, event.data)
    case 'PromptAnswered': {
      const prompt = state.prompts[event.of ?? '']
      if (prompt?.kind === 'unknown' && event.data.choice !== 'retry') ended(state, prompt.step, prompt.target ?? '')
      return
    }
    case 'RolloutAdvanced':
      for (const move of event.data.moves)
        if (move.kind === 'target') moved(index, state, event.data.step, move.target, move.to)
      return cameToRest(state, event.data)
    default:
  }
}

function entryOf(index: PlanIndex, state: RunState, name: string): TargetVersion | undefined {
  const target = index.plan.targets[name]
  if (!target) return undefined
  const { version, previous } = targetAtStart(target)
  return (state.versions[name] ??= { version, previous, work: [] })
}

function actionAt(index: PlanIndex, path: string): PlanAction | undefined {
  const step = index.byPath.get(path)?.step
  return step?.form === 'action' ? step : undefined
}

function requested(index: PlanIndex, state: RunState, data: RunEventData['CallRequested']): void {
  const step = actionAt(index, data.step)
  if (!step || step.capabilities.effect === 'none' || (data.op !== 'perform' && data.op !== 'undo')) return
  const entry = entryOf(index, state, data.target)
  if (!entry) return
  if (!entry.work.includes(data.step)) entry.work.push(data.step)
  const part = rolloutPart(index, data.step)
  // From its first change on: of two targets that may begin together, one must be the first.
  if (part && part.stage !== 'other') entry.rollout = part.rollout.path
}

function ended(state: RunState, step: string, target: string): void {
  const entry = state.versions[target]
  if (entry) entry.work = entry.work.filter((path) => path !== step)
}

function succeeded(index: PlanIndex, state: RunState, id: string, data: RunEventData['CallSucceeded']): void {
  const call = state.calls[id]
  const step = call && actionAt(index, call.step)
  if (!call || !step) return
  if (call.op === 'probe' && data.state !== 'applied') return
  ended(state, call.step, call.target)
  if (call.op === 'dry_run') return assume(index, state, step, call.target, call.with)
  const entry = tells(step) ? entryOf(index, state, call.target) : state.versions[call.target]
  if (entry) learn(index, state, step, call, entry, data.outputs)
}

function tells(step: PlanAction): boolean {
  return step.version_keys !== undefined
}

function learn(
  index: PlanIndex,
  state: RunState,
  step: PlanAction,
  call: CallState,
  entry: TargetVersion,
  outputs: JsonObject,
): void {
  const { now, previous } = step.version_keys ?? {}
  const told = now === undefined ? undefined : outputs[now]
  if (typeof told === 'string' && told !== '') {
    setVersion(entry, told)
    entry.told = true
  } else if (step.capabilities.effect !== 'none' && !rolloutPart(index, step.path)) {
    const to = versionAfter(index, state, step, call.target, call.with, call.op === 'undo')
    if (to !== '') setVersion(entry, to)
  }
  const before = previous === undefined ? undefined : outputs[previous]
  // Where nothing was to be done, both are the same.
  if (typeof before === 'string' && before !== entry.version) entry.previous = before
}

/** A dry run changes nothing, so what the next steps would find is taken from the plan. */
function passed(index: PlanIndex, state: RunState, data: RunEventData['TargetPassed']): void {
  if (data.coverage !== 'assumed') return
  const step = actionAt(index, data.step)
  const preview = step?.previews.find(({ target }) => target === data.target)
  if (step) assume(index, state, step, data.target, preview?.with ?? {})
}

function assume(index: PlanIndex, state: RunState, step: PlanAction, target: string, args: JsonObject): void {
  const part = rolloutPart(index, step.path)
  if (part && (part.stage !== 'each' || part.rollout.each.at(-1)?.path !== step.path)) return
  const to = target === '' ? '' : versionAfter(index, state, step, target, args, false)
  const entry = to === '' ? undefined : entryOf(index, state, target)
  if (entry) setVersion(entry, to)
}

function moved(index: PlanIndex, state: RunState, path: string, name: string, to: string): void {
  const step = index.byPath.get(path)?.step
  const entry = step?.form === 'rollout' ? entryOf(index, state, name) : undefined
  if (step?.form !== 'rollout' || !entry) return
  switch (to) {
    case 'in_progress':
      entry.before ??= entry.version
      entry.told = false
      return
    case 'rolling_back':
      entry.told = false
      return
    case 'verifying':
    case 'proven':
    case 'succeeded':
      if (entry.told !== true && entry.before !== undefined) setVersion(entry, step.to)
      break
    case 'rolled_back':
      if (entry.told !== true && entry.before !== undefined) setVersion(entry, entry.before)
      break
    default:
  }
  if (!ends.has(to)) return
  delete entry.rollout
  delete entry.before
  delete entry.told
}

const ends: ReadonlySet<string> = new Set(['succeeded', 'rolled_back', 'failed', 'skipped', 'held'])

function setVersion(entry: TargetVersion, version: string): void {
  if (entry.version === version) return
  if (entry.version !== '') entry.previous = entry.version
  entry.version = version
}

/** A lane whose window closed, or in which work ended after it had. What is in flight in it is looked at when judging. */
function cameToRest(state: RunState, { step, moves }: RunEventData['RolloutAdvanced']): void {
  const lanes = state.steps[step]?.rollout?.lanes
  for (const move of moves) {
    const closes = move.kind === 'lane' && move.to === 'window_closed'
    const endsLate = move.kind === 'target' && ends.has(move.to) && lanes?.[move.lane]?.window === 'closed'
    if (closes || endsLate) state.resting = { step, lane: move.lane, seq: state.seq }
  }
}
