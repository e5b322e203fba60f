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
}
