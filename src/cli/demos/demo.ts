import type { JumpingClock } from '../../app/rehearsal-clock.ts'

/** What `rollbook demo` shows of one system: a shipped runbook, a system that really runs on this machine, and faults on their way. */
export interface Demo {
  /** Goes on after `Rollbook demo: `; lower case, no full stop. */
  readonly title: string
  /** Names of files in `runbooks/`. They are copied into the folder of the demo. */
  readonly shipped: {
    /** Keeps its name. */
    readonly runbook: string
    /** Becomes `values.yaml`: values of the inputs. */
    readonly values: string
    /** Becomes `answers.yaml`: recorded decisions of people. */
    readonly answers: string
    /** Whatever else the runbook reads; these keep their names. */
    readonly more?: readonly string[]
  }
  /** Inventory that the system writes, relative to the folder of the demo. */
  readonly inventory: string
  /** Further words of `rollbook plan`, so that the plan on the screen is the part worth reading. */
  readonly plan: readonly string[]
  /** Said at the end of a run that went well. */
  readonly done: string
  /** The run is meant to end with failures: then only what follows it says whether all went as it should. */
  readonly hasTroubles?: boolean
  /** File with what the system saw, relative to the folder of the demo. */
  readonly seen: { readonly title: string; readonly file: string }
  /** Shown before the run, behind the recipe book. */
  readonly before?: readonly DemoAct[]
  /** Shown behind the report. */
  readonly after?: readonly DemoAct[]
  /** Starts the system; whatever it writes stays below the folder. */
  start(folder: string): Promise<DemoSystem>
}

/** A command line that a demo shows besides those that every demo has. */
export interface DemoAct {
  /** Sentence without a full stop. */
  readonly title: string
  readonly words: readonly string[]
}

export interface DemoSystem {
  /** One sentence: what runs, how fast, and which faults are on their way. */
  readonly about: string
  /** The demo goes by this clock, which the system turns or shares. */
  readonly clock?: JumpingClock
  /** Variables that the runbook reads its secrets from. */
  readonly env?: Readonly<Record<string, string>>
  close(): Promise<void>
}
