/**
 * Which targets of a step are worth a look: those of which something was heard since they were looked at last, and the
 * first of those that were not begun. Without it each event would have every target of a fleet looked at again.
 *
 * Invariants:
 * 1. Nothing of it is recorded: it is worked out from the state when a step is first asked about.
 * 2. It is told of each event that is about one target; any other event throws it away, and all targets are looked at once more.
 * 3. Targets come up in their order, so that what is concluded is the same as if all had been looked at.
 */
import { firstDue, makeAgenda, schedule } from '../rollout/agenda.ts'
import type { RunEvent } from './events.ts'
import { criterionPath, undoPath } from './plan-index.ts'
import type { RunState, StepState, StepTargetState } from './state.ts'

type Kind = 'fresh' | 'active' | 'failed' | 'done'

export class WorkList {
  /** Names in their order; empty text: control. */
  readonly targets: readonly string[]
  readonly #step: StepState
  readonly #placeOf: ReadonlyMap<string, number>
  readonly #kinds: Kind[]
  /** What was said of each target when it was looked at. */
  readonly #isBlocked: Uint8Array
  /** Places that are worth a look, the lowest first. */
  readonly #looks: ReturnType<typeof makeAgenda>
  readonly #heard = new Set<number>()
  readonly #watched = new Set<number>()
  readonly #counts: Record<Kind, number>
  #blocked = 0
  #fresh = 0

  constructor(step: StepState, targets: readonly string[]) {
    this.targets = targets
    this.#step = step
    this.#placeOf = new Map(targets.map((target, place) => [target, place]))
    this.#kinds = targets.map((target) => kindOf(step.targets[target]))
    this.#isBlocked = new Uint8Array(targets.length)
    this.#looks = makeAgenda(targets.length)
    this.#counts = { fresh: 0, active: 0, failed: 0, done: 0 }
    for (const [place, kind] of this.#kinds.entries()) {
      this.#counts[kind] += 1
      if (kind !== 'fresh') schedule(this.#looks, place, place)
    }
  }

  /** Begun and not over. */
  get active(): number {
    return this.#counts.active
  }

  get failed(): number {
    return this.#counts.failed
  }

  /** Something outside must happen first, for at least one of those that were looked at. */
  get isBlocked(): boolean {
    return this.#blocked > 0
  }

  /** The event is folded in by the time of the next {@link next}. */
  hear(target: string): void {
    const place = this.#placeOf.get(target)
    if (place !== undefined) this.#heard.add(place)
  }

  /** Takes in what was heard. To be called once before targets are gone through. */
  refresh(): void {
    for (const place of this.#watched) this.#heard.add(place)
    this.#watched.clear()
    for (const place of this.#heard) {
      const kind = kindOf(this.#step.targets[this.targets[place]!])
      this.#counts[this.#kinds[place]!] -= 1
      this.#counts[kind] += 1
      this.#kinds[place] = kind
      this.#say(place, false)
      if (kind !== 'fresh') schedule(this.#looks, place, place)
    }
    this.#heard.clear()
  }

  /** The next place that is worth a look; -1 when there is none. */
  next(): number {
    while (this.#fresh < this.targets.length && this.#kinds[this.#fresh] !== 'fresh') this.#fresh += 1
    const look = firstDue(this.#looks)
    const fresh = this.#fresh === this.targets.length ? -1 : this.#fresh
    return look !== -1 && (fresh === -1 || look < fresh) ? look : fresh
  }

  isFresh(place: number): boolean {
    return this.#kinds[place] === 'fresh'
  }

  /**
   * It was looked at, and there is nothing to record.
   *
   * @param watch - what was said hangs on more than the target: it is looked at again each time
   */
  looked(place: number, said: 'blocked' | 'final', watch = false): void {
    schedule(this.#looks, place, Number.POSITIVE_INFINITY)
    if (place === this.#fresh) this.#fresh += 1
    this.#say(place, said === 'blocked')
    if (watch) this.#watched.add(place)
  }

  #say(place: number, isBlocked: boolean): void {
    this.#blocked += Number(isBlocked) - this.#isBlocked[place]!
    this.#isBlocked[place] = Number(isBlocked)
  }
}

function kindOf(target: StepTargetState | undefined): Kind {
  switch (target?.status) {
    case undefined:
      return 'fresh'
    case 'succeeded':
    case 'skipped':
      return 'done'
    case 'failed':
      return 'failed'
    default:
      return 'active'
  }
}

const lists = new WeakMap<StepState, WorkList>()

/** @param targets - asked for only when the list has to be made */
export function workListOf(step: StepState, targets: () => readonly string[]): WorkList {
  let list = lists.get(step)
  if (!list) lists.set(step, (list = new WorkList(step, targets())))
  list.refresh()
  return list
}

/** To be called before the event changes the state. */
export function tellWorkLists(state: RunState, event: RunEvent): void {
  switch (event.type) {
    case 'CallRequested':
    case 'CallUnsettled':
    case 'TargetPassed':
    case 'TargetFailed':
      return tell(state, event.data.step, event.data.target)
    case 'CallStarted':
      return tellOfCall(state, event.data.call)
    case 'CallSucceeded':
    case 'CallFailed':
      return tellOfCall(state, event.of ?? '')
    case 'AcceptanceRecorded':
      return tell(state, criterionPath(event.data.step, event.data.criterion), event.data.target)
    case 'TimerSet':
      return tell(state, event.data.step, event.data.target)
    case 'TimerFired': {
      const timer = state.timers[event.of ?? '']
      // The end of a time for people is about all that they were asked.
      return timer?.why === 'expiry' ? forget(state) : tell(state, timer?.step, timer?.target)
    }
    case 'RolloutAdvanced':
    case 'NoticeRecorded':
      return
    default:
      return forget(state)
  }
}

function tellOfCall(state: RunState, id: string): void {
  const call = state.calls[id]
  tell(state, call?.step, call?.target)
}

function tell(state: RunState, path: string | undefined, target: string | undefined): void {
  const step = path === undefined ? undefined : state.steps[path]
  if (path === undefined || target === undefined || !step) return
  lists.get(step)?.hear(target)
  // What there is to undo is what was done.
  const undo = state.steps[undoPath(path)]
  if (undo) lists.delete(undo)
}

function forget(state: RunState): void {
  for (const step of Object.values(state.steps)) lists.delete(step)
}
