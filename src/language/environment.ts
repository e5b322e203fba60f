import type { parseCalendar } from '../calendar/index.ts'
import type { Inventory } from '../inventory/index.ts'
import type { Action } from '../ports/executor.ts'

/** What checks need to know of an action. Every `Action` is one. */
export type ActionInfo = Pick<
  Action,
  | 'name'
  | 'title'
  | 'description'
  | 'with'
  | 'outputs'
  | 'capabilities'
  | 'capabilitiesOf'
  | 'runs_on'
  | 'duration'
  | 'example'
  | 'check'
>

/** What surrounds a file when it is checked. */
export interface CheckEnvironment {
  readonly actions: readonly ActionInfo[]
  /** When given, targets and selections are checked against it. */
  readonly inventory?: Pick<Inventory, 'targets' | 'systems'>
  /** Reads windows and freezes. Handed in, because most runbooks have none and time zones are a lot to load. */
  readonly parseCalendar?: typeof parseCalendar
  /** Remembers expressions in which nothing was wrong, for a caller that checks one text version after version. */
  readonly clean?: CleanExpressions
}

/** By all that the finding depends on. */
export interface CleanExpressions {
  has(key: string): boolean
  add(key: string): unknown
}
