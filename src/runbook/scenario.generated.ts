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
   * Where chance starts from. The same seed gives the same simulation, byte for byte; `--seed` wins.
   */
  readonly seed?: number
  /**
   * Instant at which the run starts: RFC 3339 with offset; `--start` wins. Default: the next midnight UTC.
   */
  readonly start?: string
  /**
   * How long things take; the first rule that fits counts.
   */
  readonly durations?: DurationRule[]
  /**
   * What actions give; the first rule that fits counts.
   */
  readonly outputs?: OutputRule[]
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
 * How long calls, manual steps and gates take in the simulation; the first rule that fits counts. What no rule fits takes the expected time of the plan.
 */
export interface DurationRule {
  /**
   * Path of a step in the plan such as `upgrade/nodes`, or its id; what is inside of it is meant as well. Absent: every step.
   */
  readonly step?: string
  /**
   * Name of the action. Absent: every action.
   */
  readonly action?: string
  /**
   * Names of targets. Absent: all.
   *
   * @minItems 1
   *
   * Items: Name of a target of the inventory.
   */
  readonly targets?: string[]
  /**
   * Expression over `target` that says for which targets it holds. Absent: all.
   */
  readonly select?: string
  /**
   * Ids of lanes of a rollout. Absent: all, and what is in no lane.
   *
   * @minItems 1
   *
   * Items: Id of a lane.
   */
  readonly lanes?: string[]
  /**
   * Numbers of the attempts that are meant, from 1; inside of a rollout those of the target. Absent: every attempt.
   *
   * @minItems 1
   *
   * Items: Number of an attempt.
   */
  readonly attempts?: number[]
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
 * What actions give in the simulation; the first rule that fits counts, and what it does not name is made up from the schema of the action's outputs.
 */
export interface OutputRule {
  /**
   * Path of a step in the plan such as `upgrade/nodes`, or its id; what is inside of it is meant as well. Absent: every step.
   */
  readonly step?: string
  /**
   * Name of the action. Absent: every action.
   */
  readonly action?: string
  /**
   * Names of targets. Absent: all.
   *
   * @minItems 1
   *
   * Items: Name of a target of the inventory.
   */
  readonly targets?: string[]
  /**
   * Expression over `target` that says for which targets it holds. Absent: all.
   */
  readonly select?: string
  /**
   * Ids of lanes of a rollout. Absent: all, and what is in no lane.
   *
   * @minItems 1
   *
   * Items: Id of a lane.
   */
  readonly lanes?: string[]
  /**
   * Numbers of the attempts that are meant, from 1; inside of a rollout those of the target. Absent: every attempt.
   *
   * @minItems 1
   *
   * Items: Number of an attempt.
   */
  readonly attempts?: number[]
  /**
   * Values by name of the output.
   */
  readonly give: {}
}
/**
 * Something that goes wrong. It strikes the calls that fit all of `step`, `action`, `targets`, `select`, `lanes` and `attempts`.
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
   * `fail`: the call fails with `class`. `hang`: it never answers. `unhealthy`: the target was changed, and its health checks and criteria say no until it has been rolled back. `disappear`: the target cannot be reached, and what runs on it breaks off. `engine_killed`: the engine itself ends and is started again.
   */
  readonly kind: 'fail' | 'hang' | 'unhealthy' | 'disappear' | 'engine_killed'
  /**
   * Path of a step in the plan such as `upgrade/nodes`, or its id; what is inside of it is meant as well. Absent: every step.
   */
  readonly step?: string
  /**
   * Name of the action. Absent: every action.
   */
  readonly action?: string
  /**
   * Names of targets. Absent: all.
   *
   * @minItems 1
   *
   * Items: Name of a target of the inventory.
   */
  readonly targets?: string[]
  /**
   * Expression over `target` that says for which targets it holds. Absent: all.
   */
  readonly select?: string
  /**
   * Ids of lanes of a rollout. Absent: all, and what is in no lane.
   *
   * @minItems 1
   *
   * Items: Id of a lane.
   */
  readonly lanes?: string[]
  /**
   * Numbers of the attempts that are meant, from 1; inside of a rollout those of the target. Absent: every attempt.
   *
   * @minItems 1
   *
   * Items: Number of an attempt.
   */
  readonly attempts?: number[]
  /**
   * Class of failure, for the kinds `fail` and `disappear`. Default: `process`, and `unreachable` for `disappear`.
   */
  readonly class?: 'unreachable' | 'not_ready' | 'unhealthy' | 'refused' | 'process' | 'timeout' | 'cancelled' | 'unknown'
  /**
   * What the failure says.
   */
  readonly message?: string
  /**
   * How often it strikes at most, over all targets. Default: any number of times, and once for `engine_killed`.
   */
  readonly times?: number
  /**
   * How likely it strikes each time, from 0 to 1, drawn from the seed; for `unhealthy` and `disappear` once per target.
   */
  readonly chance?: number
  /**
   * From where `from` and `until` are counted: the start of the run, the opening of the target's lane, the start of the target's attempt, or the beginning of its verification.
   */
  readonly since?: 'start' | 'lane' | 'attempt' | 'verifying'
  /**
   * It strikes from this time on; a call that began before goes its way, except that `disappear` breaks it off.
   */
  readonly from?: string
  /**
   * It ends at this time: what disappeared comes back.
   */
  readonly until?: string
  /**
   * How long a call goes on before it fails, hangs or kills the engine. Default: at once.
   */
  readonly after?: string
  /**
   * How long the engine is away, for kind `engine_killed`. Default: one minute.
   */
  readonly down_for?: string
}
/**
 * What a person does: at a time, or when a question of a step comes up. Each entry is used once. Without an entry, manual steps are done and gates approved after their expected time, and nobody answers after a failure.
 */
export interface OperatorCommand {
  /**
   * Time after the start of the run.
   */
  readonly at?: string
  /**
   * Path or id of the step whose question is answered, or of the rollout that is told something; not needed when there is only one rollout.
   */
  readonly step?: string
  /**
   * What the person does. `go` and `no_go` decide a gate, `pass` and `fail` judge a criterion; `done` to `stop` answer the other questions; `pause` to `abort` speak to the run; the rest speak to a rollout.
   */
  do:
    | 'go'
    | 'no_go'
    | 'pass'
    | 'fail'
    | 'done'
    | 'retry'
    | 'skip'
    | 'mark_done'
    | 'waive'
    | 'go_on'
    | 'rollback'
    | 'stop'
    | 'back_out'
    | 'pause'
    | 'resume'
    | 'abort'
    | 'pause_rollout'
    | 'resume_rollout'
    | 'stop_rollout'
    | 'skip_target'
    | 'retry_target'
    | 'rollback_target'
    | 'promote'
    | 'stop_lane'
    | 'stop_wave'
    | 'change_concurrency'
    | 'break_glass'
  /**
   * Name of the target, for `skip_target`, `retry_target` and `rollback_target`.
   */
  readonly target?: string
  /**
   * Id of the lane, for `promote`, `stop_lane` and `stop_wave`.
   */
  readonly lane?: string
  /**
   * Id of the wave, for `stop_wave`.
   */
  readonly wave?: string
  /**
   * Targets at once, for `change_concurrency`.
   */
  readonly to?: number
  /**
   * How long windows and freezes do not count, for `break_glass`.
   */
  readonly for?: string
  /**
   * Who does it.
   */
  readonly by?: string
  /**
   * Role in which it is done. Default: the one that is asked for.
   */
  readonly role?: string
  /**
   * Why.
   */
  readonly reason?: string
  /**
   * What is entered in the form of a manual step, by id of the field.
   */
  readonly form?: {}
  /**
   * How long the person takes to answer. Default: the expected time of the step, and at once after a failure.
   */
  readonly after?: string
}
