import type { FailureClass } from '../base/failure.ts'
import type { Json, JsonObject } from '../base/json.ts'
import type { SystemView, TargetView } from '../ports/executor.ts'
import type { Ports } from '../ports/ports.ts'

/**
 * How an executor is exercised: what the kit cannot know by itself. Everything that is said here is about the world
 * around the actions; what the actions promise stands in the actions.
 */
export interface ConformanceDescription<World extends TestWorld = TestWorld> {
  /**
   * Ways to get something to exercise the executor on, by name: an emulator, a laboratory. The first is taken unless
   * another is asked for. Each is started at least twice, side by side.
   */
  readonly systems: Readonly<Record<string, (start: WorldStart) => Promise<World>>>
  readonly cases: readonly ConformanceCase<World>[]
}

export interface WorldStart {
  /** An empty folder that goes away afterwards; relative paths of files start here. */
  readonly directory: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Something real to exercise an executor on. */
export interface TestWorld {
  /** Where actions run that run on a target. */
  readonly target?: TargetView
  /** The inventory's systems. */
  readonly systems?: readonly SystemView[]
  /** Texts of secrets by the name that references use; at least eight characters each. */
  readonly secrets?: Readonly<Record<string, string>>
  /** Ports that this world brings; by default those of a real run. */
  readonly ports?: Partial<Ports>
  close(): Promise<void>
}

/** One way to call an action; an action may have several. */
export interface ConformanceCase<World extends TestWorld = TestWorld> {
  readonly action: string
  /** What is special about it, when an action has several. */
  readonly title?: string
  /** Arguments, with references where secrets belong. */
  readonly with: JsonObject | ((world: World) => JsonObject)
  /** Only for actions that run on both. Default: the target. */
  readonly on?: 'target' | 'control'
  /** Brings the world to where it stands before the effect, whatever happened before. */
  prepare(world: World): Promise<void> | void
  /**
   * Everything that the action could change, past the executor: equal values mean that nothing changed. Ids and
   * instants that differ from call to call are left out.
   */
  look(world: World): Promise<Json> | Json
  /** Resolves when the far side has ended what it does by itself. Default: it does nothing by itself. */
  settle?(world: World): Promise<void>
  /** Longest time of one call in the checks that end early, milliseconds. Default 2000, or five times an undisturbed one. */
  readonly deadlineMs?: number
  /** How the action answers to trouble in its own way, with the reason. Shown in the report as declared. */
  readonly declares?: Partial<Readonly<Record<Trouble, Declared>>>
}

/**
 * - `refused`: no connection comes about
 * - `denied`: the far side says that we may not
 * - `silent`: the far side takes the request and never answers
 * - `dropped`: the connection breaks after the request was carried out
 * - `malformed`: the far side answers something that nobody can read
 */
export const troubles = ['refused', 'denied', 'silent', 'dropped', 'malformed'] as const
export type Trouble = (typeof troubles)[number]

export interface Declared {
  /** `success`: the trouble does not matter to the action. */
  readonly ends: readonly (FailureClass | 'success')[]
  /** One sentence for the report. */
  readonly because: string
}

/** Gives a description its types, whatever its worlds are. */
export function defineConformance<World extends TestWorld>(
  description: ConformanceDescription<World>,
): ConformanceDescription {
  return description as unknown as ConformanceDescription
}
