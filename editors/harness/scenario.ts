import type { Workbench } from './workbench.ts'
import type { Folder } from './workspace.ts'

/** What a scenario acts on: a workbench of its own, with a folder of its own open. */
export interface Stage {
  readonly workbench: Workbench
  readonly folder: Folder
  /** Keeps what is shown now as docs/pictures/NAME.png, when pictures are wanted. */
  picture(name: string): Promise<void>
}

/** One thing that an author does, and what the workbench must show then. */
export interface Scenario {
  /** Short, for `--only`. */
  readonly name: string
  /** A sentence about what holds when it passes. */
  readonly title: string
  play(stage: Stage): Promise<void>
}
