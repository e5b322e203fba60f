/* Generated from schemas/scenario.v1.schema.json by "npm run generate". Do not edit. */

/**
 * A scenario says how the world behaves in a simulation: how long things take, what fails, what people do.
 */
export interface Scenario {
  /**
   * Always `scenario/v1`. Every file says what it is; the file name does not matter.
   */
  readonly rollbook: 'scenario/v1'
  /**
   * Short name: lower case letters, digits and hyphens.
   */
  readonly name: string
  /**
   * What the scenario plays through.
   */
  readonly title?: string
  /**
   * Markdown: what it shows and what is expected.
   */
  readonly description?: string
  /**
   * Where chance starts from. The same seed gives the same simulation.
   */
  readonly seed?: number
  /**
   * Instant at which the run starts: RFC 3339 with offset.
   */
  readonly start?: string
  /**
   * How long things take; the first rule that fits counts.
   */
  readonly durations?: DurationRule[]
  /**
   * What goes wrong.
   */
  readonly faults?: Fault[]
  /**
   * What people do.
   */
  readonly operator?: OperatorCommand[]
}
/**
 * How long actions take in the simulation; the first rule that fits counts. What no rule fits takes the expected time of the plan.
 */
export interface DurationRule {
  /**
   * Path of the step in the plan, such as `upgrade/nodes`, or its id. Absent: every step.
   */
  readonly step?: string
  /**
   * Name of the action. Absent: every action.
   */
  readonly action?: string
  /**
   * Expression over `target` that says for which targets it holds. Absent: all.
   */
  readonly select?: string
  /**
   * Always this long.
   */
  readonly fixed?: string
  /**
   * Anything between two bounds, each length as likely as the next.
   */
  readonly range?: {
    /**
     * Shortest time.
     */
    readonly min: string
    /**
     * Longest time.
     */
    readonly max: string
  }
  /**
   * A log-normal distribution, as repair and installation times have it.
   */
  readonly distribution?: {
    /**
     * Half of all times are shorter.
     */
    readonly p50: string
    /**
     * Of 20 times, 19 are shorter.
     */
    readonly p95: string
  }
}
/**
 * Something that goes wrong.
 */
export interface Fault {
  /**
   * Name of the fault, unique in the scenario; the simulation says when it struck.
   */
  readonly id: string
  /**
   * What goes wrong, for people.
   */
  readonly title?: string
  /**
   * Path of the step in the plan, such as `upgrade/nodes`, or its id. Absent: every step.
   */
  readonly step?: string
  /**
   * Name of the action. Absent: every action.
   */
  readonly action?: string
  /**
   * Expression over `target` that says for which targets it holds. Absent: all.
   */
  readonly select?: string
  /**
   * `fail`: the action fails with `class`. `hang`: it never answers. `unhealthy`: it works, and health checks fail from then on. `disappear`: the target cannot be reached. `engine_killed`: the engine itself ends and is resumed.
   */
  readonly kind: 'fail' | 'hang' | 'unhealthy' | 'disappear' | 'engine_killed'
  /**
   * Class of failure, for kind `fail`.
   */
  readonly class?: 'unreachable' | 'not_ready' | 'unhealthy' | 'refused' | 'process' | 'timeout' | 'cancelled' | 'unknown'
  /**
   * What the failure says.
   */
  readonly message?: string
  /**
   * Numbers of the attempts that it strikes, from 1. Absent: every attempt.
   *
   * @minItems 1
   *
   * Items: Number of an attempt.
   */
  readonly attempts?: number[]
  /**
   * How often it strikes at most, over all targets.
   */
  readonly times?: number
  /**
   * How likely it strikes each time, from 0 to 1; drawn from the seed.
   */
  readonly chance?: number
  /**
   * It strikes only from this time after the start of the run.
   */
  readonly from?: string
  /**
   * It ends this long after the start of the run: what disappeared comes back.
   */
  readonly until?: string
  /**
   * How long the action works before it strikes. Default: at once.
   */
  readonly after?: string
}
/**
 * What a person does at a time, or when a gate or question comes up.
 */
export interface OperatorCommand {
  /**
   * Time after the start of the run.
   */
  readonly at?: string
  /**
   * Path or id of the step whose gate or question is answered.
   */
  readonly step?: string
  /**
   * What the person does.
   */
  readonly do: 'go' | 'no_go' | 'done' | 'retry' | 'skip' | 'mark_done' | 'back_out' | 'pause' | 'resume' | 'abort'
  /**
   * Who does it.
   */
  readonly by?: string
  /**
   * How long the person takes to answer. Default: at once.
   */
  readonly after?: string
}
