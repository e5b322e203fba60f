/* Generated from schemas/runbook.v1.schema.json by "npm run generate". Do not edit. */

import type { Json, JsonObject } from '../base/json.ts'

/**
 * A value that is asked for or set when a plan is made: `--set name=value`, a values file, the default, or a question on the terminal. Expressions read it as `inputs.<name>`.
 */
export type Input =
  | StringInput
  | IntegerInput
  | NumberInput
  | BooleanInput
  | DurationInput
  | SizeInput
  | VersionInput
  | EnumInput
  | ListInput
  | SecretInput
  | TargetInput
  | DateTimeInput
  | PathInput
/**
 * What must hold for the change to be accepted. It is exactly one of an `action` that measures it and a `manual` check by a person. Steps of the form `acceptance` capture and verify criteria.
 */
export type AcceptanceCriterion = ActionCriterion | ManualCriterion
/**
 * Exactly one of: `action` (an executor does it), `manual` (a person does it), `gate` (people decide), `rollout` (a component moves to a version), `acceptance` (criteria are captured or verified), `steps` (a group).
 */
export type Step = ActionStep | ManualStep | GateStep | RolloutStep | AcceptanceStep | GroupStep
/**
 * When the rollout may work: the id of a window, several ids (their openings unite), or a map with more about them. Without it only freezes hold it back. A target begins only when its worst case ends inside the opening.
 *
 * @minItems 1
 */
export type RolloutWindow =
  | string
  | string[]
  | {
      /**
       * Ids of windows.
       *
       * @minItems 1
       *
       * Items: Id of a window.
       */
      readonly ids: string[]
      /**
       * What must end inside the opening for a target to begin. `worst_case`: all attempts with their pauses, the rollback and the reserve. `first_attempt`: one attempt, the rollback and the reserve; a retry then begins only where it fits as well.
       */
      readonly fit?: 'worst_case' | 'first_attempt'
      /**
       * Kept free before closing time. Default: none.
       */
      readonly reserve?: string
      /**
       * How many openings each lane may use. An opening that is too short for one target, or of which too little is left when the rollout begins, counts for none. When the last one closes, what has not begun is skipped, and step and run end with the reason that so many targets were not reached. Default: any number.
       */
      readonly openings?: number
      /**
       * What happens at closing time to work in flight. Default: the strictest that the windows say.
       */
      readonly overrun?: 'finish_unit' | 'rollback' | 'stop'
    }
/**
 * What splits the targets into lanes: each lane has its own canary, its own way through the waves and its own windows, and a stop of a lane leaves the others alone. Members of a unit must be in one lane. Default: one lane for all.
 */
export type Lanes =
  | string
  | {
      /**
       * Field, free attribute or expression over `target`; its text names the lane.
       */
      readonly by: string
      /**
       * How many targets of one lane are in progress at once; a percentage is one of the lane. Default: what the rollout allows.
       */
      readonly max_concurrency?: number | string
      /**
       * Number of failed, rolled back or held targets of a lane that is tolerated; the next one stops the lane. Default: what the rollout tolerates.
       */
      readonly max_failures?: number | string
    }
/**
 * What fails together, such as a rack or a region: only so many domains have targets in progress at once, over all lanes. Default: none.
 */
export type FailureDomain =
  | string
  | {
      /**
       * Field, free attribute or expression over `target`; its text names the domain. A target without one is free.
       */
      readonly by: string
      /**
       * How many domains may be away together.
       */
      readonly at_once?: number
    }

/**
 * A runbook says how a system is brought from one version to another: what is checked, what is done, who decides, how it is undone, and when it counts as accepted.
 */
export interface Runbook {
  /**
   * Always `runbook/v1`. Every file says what it is; the file name does not matter.
   */
  readonly rollbook: 'runbook/v1'
  /**
   * Short name of the runbook: lower case letters, digits and hyphens. Runs and documents are filed under it.
   */
  readonly name: string
  /**
   * Title of the procedure, on the first page of the recipe book.
   */
  readonly title: string
  /**
   * Version of the runbook itself, as semantic versioning. A run pins the runbook by its content, so the number is for people.
   */
  readonly version: string
  /**
   * Markdown: summary and scope, the first chapter of the recipe book.
   */
  readonly description?: string
  /**
   * Person or team that answers for the runbook.
   */
  readonly owner?: string
  /**
   * Anything else that your own tools want to find here. Rollbook keeps it and does not read it.
   */
  readonly metadata?: JsonObject
  readonly change?: Change
  /**
   * What the vendor, the law or your own rules demand, so that every demand is traceable to a step.
   */
  readonly requirements?: Requirement[]
  /**
   * Values that differ from run to run, by name. Expressions read them as `inputs.<name>`.
   */
  readonly inputs?: {
    readonly [k: string]: Input
  }
  /**
   * Who takes part, by id.
   */
  readonly roles?: {
    readonly [k: string]: Role
  }
  /**
   * When work may happen. Rollouts name them.
   */
  readonly windows?: Window[]
  /**
   * When nothing may start; they beat every window.
   */
  readonly freezes?: Freeze[]
  readonly break_glass?: BreakGlass
  /**
   * File of published releases that `versions.path` and its like ask: a path, relative to the runbook. `--catalog` on the command line takes its place.
   */
  readonly catalog?: string
  /**
   * Groups of targets that are treated alike, by id.
   */
  readonly components?: {
    readonly [k: string]: Component
  }
  readonly blast_radius?: BlastRadius
  /**
   * Safety rules that hold during the whole run.
   */
  readonly rules?: Rule[]
  /**
   * What must hold for the change to be accepted and signed off.
   */
  readonly acceptance_criteria?: AcceptanceCriterion[]
  /**
   * The procedure, in order.
   *
   * @minItems 1
   */
  readonly phases: Phase[]
}
/**
 * What the change request says. It heads the recipe book and feeds the text of the change request.
 */
export interface Change {
  /**
   * Kind of change in the sense of the change process: `standard` is pre-approved, `normal` goes to the board, `emergency` is approved in a hurry and reviewed afterwards.
   */
  readonly type: 'standard' | 'normal' | 'emergency'
  /**
   * Number of the change request in your own system.
   */
  readonly ticket?: string
  /**
   * Why the change is made, in the words that the approvers should read.
   */
  readonly justification?: string
  /**
   * What can go wrong, how likely it is, and who would notice.
   */
  readonly risk_and_impact?: string
  /**
   * Who is told, by which way, and when.
   */
  readonly communication?: string
}
/**
 * One demand of the vendor, of a law or of your own rules. It must be covered by a step, an acceptance criterion or a rule, or be stated as a note in the documents; so every demand is traceable.
 */
export interface Requirement {
  /**
   * Name of the demand, unique in the runbook; `covers` refers to it.
   */
  readonly id: string
  /**
   * The demand in one or two sentences.
   */
  readonly text: string
  /**
   * Where the demand comes from: the guide, its chapter, a contract.
   */
  readonly source?: string
  /**
   * Markdown for the documents. A demand that only informs, and asks for nothing to be done or checked, is covered by its note.
   */
  readonly note?: string
}
/**
 * A line or a paragraph of text.
 */
export interface StringInput {
  /**
   * `string`: a line or a paragraph of text.
   */
  readonly type: 'string'
  /**
   * The question that a person is asked, and the name in documents. Default: the name of the input.
   */
  readonly title?: string
  /**
   * Markdown: what the value is for and where to find it.
   */
  readonly description?: string
  /**
   * Without a value there is no plan. An input that is not required and has no default is absent, which expressions see as `null`.
   */
  readonly required?: boolean
  /**
   * Value when none is given.
   */
  readonly default?: string
  /**
   * Regular expression that the whole text must match.
   */
  readonly pattern?: string
  /**
   * Fewest characters.
   */
  readonly min_length?: number
  /**
   * Most characters.
   */
  readonly max_length?: number
}
/**
 * A whole number.
 */
export interface IntegerInput {
  /**
   * `integer`: a whole number.
   */
  readonly type: 'integer'
  /**
   * The question that a person is asked, and the name in documents. Default: the name of the input.
   */
  readonly title?: string
  /**
   * Markdown: what the value is for and where to find it.
   */
  readonly description?: string
  /**
   * Without a value there is no plan. An input that is not required and has no default is absent, which expressions see as `null`.
   */
  readonly required?: boolean
  /**
   * Value when none is given.
   */
  readonly default?: number
  /**
   * Least value that is accepted.
   */
  readonly min?: number
  /**
   * Greatest value that is accepted.
   */
  readonly max?: number
}
/**
 * A number, with or without decimals.
 */
export interface NumberInput {
  /**
   * `number`: a number, with or without decimals.
   */
  readonly type: 'number'
  /**
   * The question that a person is asked, and the name in documents. Default: the name of the input.
   */
  readonly title?: string
  /**
   * Markdown: what the value is for and where to find it.
   */
  readonly description?: string
  /**
   * Without a value there is no plan. An input that is not required and has no default is absent, which expressions see as `null`.
   */
  readonly required?: boolean
  /**
   * Value when none is given.
   */
  readonly default?: number
  /**
   * Least value that is accepted.
   */
  readonly min?: number
  /**
   * Greatest value that is accepted.
   */
  readonly max?: number
}
/**
 * Yes or no: `true` or `false`.
 */
export interface BooleanInput {
  /**
   * `boolean`: yes or no: `true` or `false`.
   */
  readonly type: 'boolean'
  /**
   * The question that a person is asked, and the name in documents. Default: the name of the input.
   */
  readonly title?: string
  /**
   * Markdown: what the value is for and where to find it.
   */
  readonly description?: string
  /**
   * Without a value there is no plan. An input that is not required and has no default is absent, which expressions see as `null`.
   */
  readonly required?: boolean
  /**
   * Value when none is given.
   */
  readonly default?: boolean
}
/**
 * A length of time with units, such as `90s`. In expressions it is text; `duration(inputs.x)` makes a CEL duration of it.
 */
export interface DurationInput {
  /**
   * `duration`: a length of time with units, such as `90s`. In expressions it is text; `duration(inputs.x)` makes a CEL duration of it.
   */
  readonly type: 'duration'
  /**
   * The question that a person is asked, and the name in documents. Default: the name of the input.
   */
  readonly title?: string
  /**
   * Markdown: what the value is for and where to find it.
   */
  readonly description?: string
  /**
   * Without a value there is no plan. An input that is not required and has no default is absent, which expressions see as `null`.
   */
  readonly required?: boolean
  /**
   * Value when none is given.
   */
  readonly default?: string
  /**
   * Shortest length that is accepted.
   */
  readonly min?: string
  /**
   * Longest length that is accepted.
   */
  readonly max?: string
}
/**
 * An amount of bytes with a unit, such as `7GB`.
 */
export interface SizeInput {
  /**
   * `size`: an amount of bytes with a unit, such as `7GB`.
   */
  readonly type: 'size'
  /**
   * The question that a person is asked, and the name in documents. Default: the name of the input.
   */
  readonly title?: string
  /**
   * Markdown: what the value is for and where to find it.
   */
  readonly description?: string
  /**
   * Without a value there is no plan. An input that is not required and has no default is absent, which expressions see as `null`.
   */
  readonly required?: boolean
  /**
   * Value when none is given.
   */
  readonly default?: string
  /**
   * Least amount that is accepted.
   */
  readonly min?: string
  /**
   * Greatest amount that is accepted.
   */
  readonly max?: string
}
/**
 * A version of a product. It is compared part by part, never as text.
 */
export interface VersionInput {
  /**
   * `version`: a version of a product. It is compared part by part, never as text.
   */
  readonly type: 'version'
  /**
   * The question that a person is asked, and the name in documents. Default: the name of the input.
   */
  readonly title?: string
  /**
   * Markdown: what the value is for and where to find it.
   */
  readonly description?: string
  /**
   * Without a value there is no plan. An input that is not required and has no default is absent, which expressions see as `null`.
   */
  readonly required?: boolean
  /**
   * Value when none is given.
   */
  readonly default?: string
  /**
   * Regular expression that the whole version must match.
   */
  readonly pattern?: string
  /**
   * Oldest version that is accepted.
   */
  readonly min?: string
  /**
   * Newest version that is accepted.
   */
  readonly max?: string
}
/**
 * One of a fixed set of words.
 */
export interface EnumInput {
  /**
   * `enum`: one of a fixed set of words.
   */
  readonly type: 'enum'
  /**
   * The question that a person is asked, and the name in documents. Default: the name of the input.
   */
  readonly title?: string
  /**
   * Markdown: what the value is for and where to find it.
   */
  readonly description?: string
  /**
   * Without a value there is no plan. An input that is not required and has no default is absent, which expressions see as `null`.
   */
  readonly required?: boolean
  /**
   * The words to choose from, in the order in which they are offered.
   *
   * @minItems 1
   *
   * Items: One word.
   */
  readonly options: string[]
  /**
   * Value when none is given; one of the options.
   */
  readonly default?: string
}
/**
 * Several values of one type, in order.
 */
export interface ListInput {
  /**
   * `list`: several values of one type, in order.
   */
  readonly type: 'list'
  /**
   * The question that a person is asked, and the name in documents. Default: the name of the input.
   */
  readonly title?: string
  /**
   * Markdown: what the value is for and where to find it.
   */
  readonly description?: string
  /**
   * Without a value there is no plan. An input that is not required and has no default is absent, which expressions see as `null`.
   */
  readonly required?: boolean
  readonly items?: ListItems
  /**
   * Value when none is given.
   */
  readonly default?: readonly Json[]
  /**
   * Fewest items.
   */
  readonly min_items?: number
  /**
   * Most items.
   */
  readonly max_items?: number
}
/**
 * What every item of the list must be. Default: text.
 */
export interface ListItems {
  /**
   * Type of every item.
   */
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'duration' | 'size' | 'version' | 'enum' | 'target' | 'path'
  /**
   * Regular expression that every item of type `string` or `version` must match as a whole.
   */
  readonly pattern?: string
  /**
   * The words to choose from, for items of type `enum`.
   *
   * @minItems 1
   *
   * Items: One word.
   */
  readonly options?: string[]
  /**
   * Least value of an item of type `integer` or `number`.
   */
  readonly min?: number
  /**
   * Greatest value of an item of type `integer` or `number`.
   */
  readonly max?: number
}
/**
 * A password, token or key. Its value never appears in a file, argument, journal or document; it can stand only where an action allows a secret.
 */
export interface SecretInput {
  /**
   * `secret`: a password, token or key. Its value never appears in a file, argument, journal or document; it can stand only where an action allows a secret.
   */
  readonly type: 'secret'
  /**
   * The question that a person is asked, and the name in documents. Default: the name of the input.
   */
  readonly title?: string
  /**
   * Markdown: what the value is for and where to find it.
   */
  readonly description?: string
  /**
   * Without it no run begins. When this is `false`, a variable that is not set or is empty, or a file that is not there, is no mistake: the secret then counts as not given, and the arguments that would carry it are left out. A notice in the record says so.
   */
  readonly required?: boolean
  readonly from: SecretSource
}
/**
 * Where the secret is read from when it is needed: exactly one of `env`, `file` and `command`. The value itself never stands in a file of Rollbook.
 */
export interface SecretSource {
  /**
   * Name of an environment variable of the engine.
   */
  readonly env?: string
  /**
   * Path of a file that holds nothing but the secret; one line end at its end is dropped.
   */
  readonly file?: string
  /**
   * A command and its arguments, one list item each, run without a shell. Its standard output is the secret; one line end at its end is dropped.
   *
   * @minItems 1
   *
   * Items: The command, or one argument.
   */
  readonly command?: string[]
}
/**
 * The name of one target of the inventory.
 */
export interface TargetInput {
  /**
   * `target`: the name of one target of the inventory.
   */
  readonly type: 'target'
  /**
   * The question that a person is asked, and the name in documents. Default: the name of the input.
   */
  readonly title?: string
  /**
   * Markdown: what the value is for and where to find it.
   */
  readonly description?: string
  /**
   * Without a value there is no plan. An input that is not required and has no default is absent, which expressions see as `null`.
   */
  readonly required?: boolean
  /**
   * Value when none is given.
   */
  readonly default?: string
}
/**
 * An instant: RFC 3339 with offset, such as `2026-12-06T01:00:00+01:00`. In expressions it is text; `timestamp(inputs.x)` makes a CEL timestamp of it.
 */
export interface DateTimeInput {
  /**
   * `date_time`: an instant: RFC 3339 with offset, such as `2026-12-06T01:00:00+01:00`. In expressions it is text; `timestamp(inputs.x)` makes a CEL timestamp of it.
   */
  readonly type: 'date_time'
  /**
   * The question that a person is asked, and the name in documents. Default: the name of the input.
   */
  readonly title?: string
  /**
   * Markdown: what the value is for and where to find it.
   */
  readonly description?: string
  /**
   * Without a value there is no plan. An input that is not required and has no default is absent, which expressions see as `null`.
   */
  readonly required?: boolean
  /**
   * Value when none is given.
   */
  readonly default?: string
  /**
   * Earliest instant that is accepted.
   */
  readonly min?: string
  /**
   * Latest instant that is accepted.
   */
  readonly max?: string
}
/**
 * A path of a file or folder where the engine runs; a relative one starts at the folder where the command was given.
 */
export interface PathInput {
  /**
   * `path`: a path of a file or folder where the engine runs; a relative one starts at the folder where the command was given.
   */
  readonly type: 'path'
  /**
   * The question that a person is asked, and the name in documents. Default: the name of the input.
   */
  readonly title?: string
  /**
   * Markdown: what the value is for and where to find it.
   */
  readonly description?: string
  /**
   * Without a value there is no plan. An input that is not required and has no default is absent, which expressions see as `null`.
   */
  readonly required?: boolean
  /**
   * Value when none is given.
   */
  readonly default?: string
}
/**
 * Who may do or decide something. Steps name the role that does them, gates the roles that vote.
 */
export interface Role {
  /**
   * Name of the role for people.
   */
  readonly title: string
  /**
   * What the role is responsible for.
   */
  readonly description?: string
}
/**
 * When work may happen. It has one of three forms: it repeats (`start` and `duration`, on `days` or `dates`, or every day), it opens once (`from`, `to`), or it is read from an iCalendar file (`calendar`). Rollouts name windows; several of them unite. Times are those of the clock on the wall; a night on which the clocks change is no longer and no shorter than any other.
 */
export interface Window {
  /**
   * Name of the window, unique in the runbook. Rollouts refer to it in `window`.
   */
  readonly id: string
  /**
   * What people call it. Default: its id.
   */
  readonly title?: string
  /**
   * Markdown for the people who read the recipe book; it may hold `${{ … }}` expressions.
   */
  readonly description?: string
  /**
   * Days of the week on which it opens: `mon` `tue` `wed` `thu` `fri` `sat` `sun`, alone or behind `first` to `fifth` or `last`, such as `second tue` of the month. Not together with `dates`.
   *
   * @minItems 1
   *
   * Items: One day of the week, or one of them in each month.
   */
  readonly days?: string[]
  /**
   * Days of the month on which it opens: numbers from 1 to 31, and `last`. A month without that day is passed over.
   *
   * @minItems 1
   *
   * Items: A number from 1 to 31, or `last`.
   */
  readonly dates?: (number | string)[]
  /**
   * Time of day at which it opens, in quotes.
   */
  readonly start?: string
  /**
   * How long it stays open: elapsed time, at most 31 days.
   */
  readonly duration?: string
  /**
   * When a window that opens once begins: a day, a time on the local clock, or an instant with an offset or `Z`. A day counts whole.
   */
  readonly from?: string
  /**
   * When a window that opens once ends; a day counts whole.
   */
  readonly to?: string
  /**
   * Name of an iCalendar file beside the runbook whose entries are the openings. It is read when the plan is made and pinned with it.
   */
  readonly calendar?: string
  /**
   * IANA name of the zone in which the times are read, or `target`: the zone of each target. Offsets such as `+02:00` are refused.
   */
  readonly time_zone?: string
  /**
   * What happens at closing time to work in flight. `finish_unit`: it is finished. `rollback`: it is rolled back. `stop`: it is stopped where it stands.
   */
  readonly overrun?: 'finish_unit' | 'rollback' | 'stop'
}
/**
 * When nothing may start, whatever the windows say. It has one of two forms: `from` and `to`, or the entries of an iCalendar file (`calendar`), whose titles are the reasons and whose organizers are the owners.
 */
export interface Freeze {
  /**
   * When it begins: a day, a time on the local clock, or an instant with an offset or `Z`. A day counts whole.
   */
  readonly from?: string
  /**
   * When it ends; a day counts whole.
   */
  readonly to?: string
  /**
   * Name of an iCalendar file beside the runbook. It is read when the plan is made and pinned with it.
   */
  readonly calendar?: string
  /**
   * Why, for those who wait. Needed beside `from` and `to`; beside `calendar` it stands in for entries without a title.
   */
  readonly reason?: string
  /**
   * Whom to ask about it.
   */
  readonly owner?: string
  /**
   * IANA name of the zone in which the times are read, or `target`: the clock of each target, so that a day reaches each of them in its own time.
   */
  readonly time_zone?: string
  /**
   * What happens to work in flight when it begins. Default: what the window that it closes says.
   */
  readonly overrun?: 'finish_unit' | 'rollback' | 'stop'
}
/**
 * Who may override windows and freezes while a run is under way, and for how long. Without it nobody may. Each use needs a reason, ends by itself, and stands in the journal and in every document.
 */
export interface BreakGlass {
  /**
   * Roles whose people may do it.
   *
   * @minItems 1
   *
   * Items: Id of a role.
   */
  readonly roles: string[]
  /**
   * After so long at most windows and freezes hold again.
   */
  readonly max_duration: string
}
/**
 * Targets that are upgraded alike. Steps name it in `on`, rollouts in `component`.
 */
export interface Component {
  /**
   * Name of the component for people. Default: its id.
   */
  readonly title?: string
  /**
   * Markdown: what it does and what depends on it.
   */
  readonly description?: string
  /**
   * Expression over `target` that says which targets belong to the component.
   */
  readonly select: string
  /**
   * How versions of this component are read.
   */
  readonly version?: {
    /**
     * `dotted`: numbers between dots, compared one by one. `semver`: semantic versioning with pre-releases. `debian`: epoch, upstream version and revision. `train`: major, minor and build, with a word in front or behind the minor.
     */
    readonly scheme: 'dotted' | 'semver' | 'debian' | 'train'
  }
  /**
   * What makes units: targets with the same text must not be away together, such as the two members of an HA pair. The name of a field or free attribute, or an expression over `target`.
   */
  readonly unit?: string
  readonly impact?: Impact
  /**
   * Components that come before this one.
   *
   * Items: Id of a component.
   */
  readonly after?: string[]
}
/**
 * What users notice while a step runs. Shown in the plan, before the step and in the recipe book.
 */
export interface Impact {
  /**
   * `none`: nobody notices. `degraded`: slower or partly missing. `read_only`: can be read, not changed. `outage`: gone.
   */
  readonly kind: 'none' | 'degraded' | 'read_only' | 'outage'
  /**
   * How long users notice it, per target.
   */
  readonly downtime?: string
  /**
   * Who or what is affected.
   */
  readonly affects?: string
}
/**
 * How much may be at risk at the same moment: in progress, failed or held. Checked before each start. Percentages are those of the rollout and are rounded down, with a minimum of one.
 */
export interface BlastRadius {
  /**
   * Largest number or share of targets.
   */
  readonly max_targets?: number | string
  /**
   * Largest number or share of units, such as sites, of which a member is at risk; a target without a unit counts as one of its own.
   */
  readonly max_units?: number | string
  /**
   * @deprecated
   * The former name of `max_units`.
   */
  readonly max_sites?: number | string
}
/**
 * A safety rule. It is checked before each effect, in simulation and live alike; when it does not hold, the effect does not start.
 */
export interface Rule {
  /**
   * Name of the rule, unique in the runbook.
   */
  readonly id: string
  /**
   * The rule as a sentence for people.
   */
  readonly title: string
  /**
   * Expression that must be true before each effect, over `target`, `change`, `unit`, `units`, `targets`, components, `inputs` and `steps`. Versions are those of this moment.
   */
  readonly check?: string
  /**
   * Expression that must be true when a rollout ends or its window closes, over `units`, `targets`, components, `inputs` and `steps`.
   */
  readonly at_close?: string
  /**
   * What to do when the rule does not hold; expressions in it see what the rule sees.
   */
  readonly hint?: string
  /**
   * Roles of which one may let a broken rule pass, with a reason, for one effect. Without it nobody may.
   *
   * @minItems 1
   *
   * Items: Id of a role.
   */
  readonly override_by?: string[]
  /**
   * Requirements that this place fulfils.
   *
   * Items: Id of a requirement.
   */
  readonly covers?: string[]
}
/**
 * An action measures it.
 */
export interface ActionCriterion {
  /**
   * Name of the criterion, unique in the runbook.
   */
  readonly id: string
  /**
   * What must hold, as a sentence.
   */
  readonly title: string
  /**
   * Markdown: background, how it is measured.
   */
  readonly description?: string
  /**
   * `must`: the change is not accepted without it. `should`: it is reported and may be accepted with a reason.
   */
  readonly severity?: 'must' | 'should'
  /**
   * Captured before the change by `acceptance: baseline`, and compared with it by `acceptance: final`.
   */
  readonly baseline?: boolean
  /**
   * Requirements that this place fulfils.
   *
   * Items: Id of a requirement.
   */
  readonly covers?: string[]
  /**
   * The action that does it, as `<executor>.<name>`. `rollbook explain check.disk` prints the arguments of one.
   */
  readonly action: string
  /**
   * Arguments of the action, as its own schema demands. Text may hold `${{ … }}` expressions; one that is the whole value keeps its type.
   */
  readonly with?: JsonObject
  /**
   * Where the step runs: `control` (the default: where the engine runs), the id of a component (on each of its targets), an expression that selects targets, or a list of target names.
   *
   * @minItems 1
   */
  readonly on?: string | string[]
  /**
   * Expression over `outputs` (of the action now), `baseline` (its outputs before the change) and `target`. Default: the action succeeded.
   */
  readonly pass_when?: string
}
/**
 * A person checks it and says whether it holds.
 */
export interface ManualCriterion {
  /**
   * Name of the criterion, unique in the runbook.
   */
  readonly id: string
  /**
   * What must hold, as a sentence.
   */
  readonly title: string
  /**
   * Markdown: background, how it is measured.
   */
  readonly description?: string
  /**
   * `must`: the change is not accepted without it. `should`: it is reported and may be accepted with a reason.
   */
  readonly severity?: 'must' | 'should'
  /**
   * Captured before the change by `acceptance: baseline`, and compared with it by `acceptance: final`.
   */
  readonly baseline?: boolean
  /**
   * Requirements that this place fulfils.
   *
   * Items: Id of a requirement.
   */
  readonly covers?: string[]
  /**
   * Markdown: what the person looks at, and when it counts as passed.
   */
  readonly manual: string
  /**
   * Role that checks it.
   */
  readonly role?: string
}
/**
 * A part of the procedure with a kind of its own. Phases run in order.
 */
export interface Phase {
  /**
   * Name of the phase, unique in the runbook.
   */
  readonly id: string
  /**
   * `preparation`: what is arranged before. `backup`: what makes the way back possible. `connectivity`: what must be reachable. `qualification`: representative targets first. `upgrade`: the change itself. `acceptance`: proof that it went well. `closing`: what is put back and written down.
   */
  readonly kind: 'preparation' | 'backup' | 'connectivity' | 'qualification' | 'upgrade' | 'acceptance' | 'closing'
  /**
   * Name of the phase for people; chapter heading in the recipe book.
   */
  readonly title: string
  /**
   * Markdown: introduction to the chapter.
   */
  readonly description?: string
  readonly raci?: Raci
  /**
   * The steps, in the order in which they run.
   *
   * @minItems 1
   */
  readonly steps: Step[]
}
/**
 * Who is involved. On a phase it holds for all steps that have none of their own.
 */
export interface Raci {
  /**
   * Roles that do the work.
   *
   * Items: Id of a role.
   */
  readonly responsible?: string[]
  /**
   * The one role that answers for it.
   */
  readonly accountable?: string
  /**
   * Roles that are asked before.
   *
   * Items: Id of a role.
   */
  readonly consulted?: string[]
  /**
   * Roles that are told.
   *
   * Items: Id of a role.
   */
  readonly informed?: string[]
}
/**
 * An executor does it.
 */
export interface ActionStep {
  /**
   * Name of the step, unique in the runbook. Expressions read its results as `steps.<id>`.
   */
  readonly id: string
  /**
   * What happens, in a few words; it may hold `${{ … }}` expressions.
   */
  readonly title: string
  /**
   * Markdown for the people who read the recipe book or do the step; it may hold `${{ … }}` expressions.
   */
  readonly description?: string
  /**
   * Expression that decides whether the step is done; when it is false the step is skipped with that reason. Per target when it names `target`.
   */
  readonly when?: string
  /**
   * The action that does it, as `<executor>.<name>`. `rollbook explain check.disk` prints the arguments of one.
   */
  readonly action: string
  /**
   * Arguments of the action, as its own schema demands. Text may hold `${{ … }}` expressions; one that is the whole value keeps its type.
   */
  readonly with?: JsonObject
  /**
   * Where the step runs: `control` (the default: where the engine runs), the id of a component (on each of its targets), an expression that selects targets, or a list of target names.
   *
   * @minItems 1
   */
  readonly on?: string | string[]
  /**
   * How many targets are worked on at once: a number or a percentage. Default: 1 for an action that changes something, all for one that only reads.
   */
  readonly max_concurrency?: number | string
  /**
   * Role that does the step or answers for it. Default: the first role of the runbook.
   */
  readonly role?: string
  /**
   * Longest time the step may take, per attempt and target. Silence past it is a failure of class `timeout`.
   */
  readonly deadline?: string
  readonly retry?: Retry
  /**
   * What a failure that no retry healed leads to. `stop`: the run stops at a safe point. `continue`: the failure is recorded and the run goes on. `ask`: a person decides (unattended: the run is held). `back_out`: everything done so far is undone in reverse order.
   */
  readonly on_failure?: 'stop' | 'continue' | 'ask' | 'back_out'
  /**
   * What to do when it cannot be told whether an effect happened, for example after a crash. `ask`: a person decides. `hold`: the run waits for a person even when it could ask. `fail`: it counts as failed.
   */
  readonly on_unknown?: 'ask' | 'hold' | 'fail'
  readonly duration?: DurationEstimate
  readonly impact?: Impact
  /**
   * The inverse of the step: steps that undo it, in the order in which they run, or the word `undo` for the action’s own inverse. Everything that changes something needs one, or is a point of no return.
   */
  readonly back_out?: 'undo' | Step[]
  /**
   * From here on there is no way back. A gate and a backup must come before it.
   */
  readonly point_of_no_return?: boolean
  readonly cleanup?: Cleanup
  /**
   * What people should see when it went well.
   */
  readonly expected_result?: string
  /**
   * What is kept as proof of the step, with its hash, besides the output that is kept anyway.
   */
  readonly evidence?: EvidenceItem[]
  /**
   * Values that the step keeps, by name. Each is an expression over `outputs`, what the action gave. Later expressions read them as `steps.<id>.outputs.<name>`. Default: the outputs of the action as they are.
   */
  readonly outputs?: {
    /**
     * Expression over `outputs`.
     */
    readonly [k: string]: string
  }
  /**
   * Requirements that this place fulfils.
   *
   * Items: Id of a requirement.
   */
  readonly covers?: string[]
  readonly raci?: Raci
  /**
   * Siblings in a parallel group that must be done before this step starts. It has no meaning anywhere else, because steps run in order.
   *
   * @minItems 1
   *
   * Items: Id of a step in the same parallel group.
   */
  readonly after?: string[]
}
/**
 * What is tried again before a failure counts.
 */
export interface Retry {
  /**
   * Number of attempts, the first one included.
   */
  readonly max_attempts: number
  /**
   * Pause before the second attempt. Default: none.
   */
  readonly delay?: string
  /**
   * Factor by which each pause is longer than the one before; 1 keeps it.
   */
  readonly backoff?: number
  /**
   * No pause is longer than this.
   */
  readonly max_delay?: string
  /**
   * Classes of failure that are tried again. Default: those that can heal, `unreachable`, `not_ready`, `timeout` and `process`.
   *
   * Items: Class of failure.
   */
  readonly classes?: ('unreachable' | 'not_ready' | 'unhealthy' | 'refused' | 'process' | 'timeout' | 'cancelled' | 'unknown')[]
  /**
   * Expression that must be true for another attempt.
   */
  readonly when?: string
}
/**
 * How long the step takes, for the plan, the documents and the question whether it still fits. It overrides the estimate of the action.
 */
export interface DurationEstimate {
  /**
   * How long it usually takes.
   */
  readonly expected: string
  /**
   * How long it takes when it goes badly but still well. Default: the deadline, else twice the expected time.
   */
  readonly worst?: string
}
/**
 * Puts a lasting effect of this step back however the run ends: after the named step, or when the run fails, is aborted or backed out before it. Such as maintenance mode, which must never stay on.
 */
export interface Cleanup {
  /**
   * Id of a later step. The cleanup runs when that step is done.
   */
  readonly after: string
  /**
   * What the cleanup does, for people. Default: the title of the step with “clean up”.
   */
  readonly title?: string
  /**
   * Markdown: details for people.
   */
  readonly description?: string
  /**
   * The action that does it, as `<executor>.<name>`. `rollbook explain check.disk` prints the arguments of one.
   */
  readonly action: string
  /**
   * Arguments of the action, as its own schema demands. Text may hold `${{ … }}` expressions; one that is the whole value keeps its type.
   */
  readonly with?: JsonObject
  /**
   * Where the cleanup runs. Default: where the step runs.
   *
   * @minItems 1
   */
  readonly on?: string | string[]
  /**
   * Longest time the cleanup may take, per target.
   */
  readonly deadline?: string
  readonly retry?: Retry
  readonly duration?: DurationEstimate
  readonly impact?: Impact
}
/**
 * One proof.
 */
export interface EvidenceItem {
  /**
   * Name of the proof, unique in the step.
   */
  readonly id: string
  /**
   * What the proof is.
   */
  readonly title: string
  /**
   * The step is not done without it.
   */
  readonly required?: boolean
}
/**
 * A person does it, says that it is done, and enters what the form asks for.
 */
export interface ManualStep {
  /**
   * Name of the step, unique in the runbook. Expressions read its results as `steps.<id>`.
   */
  readonly id: string
  /**
   * What happens, in a few words; it may hold `${{ … }}` expressions.
   */
  readonly title: string
  /**
   * Markdown for the people who read the recipe book or do the step; it may hold `${{ … }}` expressions.
   */
  readonly description?: string
  /**
   * Expression that decides whether the step is done; when it is false the step is skipped with that reason. Per target when it names `target`.
   */
  readonly when?: string
  /**
   * Markdown: what to do, command by command. It may hold `${{ … }}` expressions.
   */
  readonly manual: string
  /**
   * What the person enters when the step is done.
   *
   * @minItems 1
   */
  readonly form?: FormField[]
  /**
   * Where the step runs: `control` (the default: where the engine runs), the id of a component (on each of its targets), an expression that selects targets, or a list of target names.
   *
   * @minItems 1
   */
  readonly on?: string | string[]
  /**
   * Role that does the step or answers for it. Default: the first role of the runbook.
   */
  readonly role?: string
  /**
   * Longest time the step may take, per attempt and target. Silence past it is a failure of class `timeout`.
   */
  readonly deadline?: string
  /**
   * What a failure that no retry healed leads to. `stop`: the run stops at a safe point. `continue`: the failure is recorded and the run goes on. `ask`: a person decides (unattended: the run is held). `back_out`: everything done so far is undone in reverse order.
   */
  readonly on_failure?: 'stop' | 'continue' | 'ask' | 'back_out'
  readonly duration?: DurationEstimate
  readonly impact?: Impact
  /**
   * The inverse of the step: steps that undo it, in the order in which they run, or the word `undo` for the action’s own inverse. Everything that changes something needs one, or is a point of no return.
   */
  readonly back_out?: 'undo' | Step[]
  /**
   * From here on there is no way back. A gate and a backup must come before it.
   */
  readonly point_of_no_return?: boolean
  readonly cleanup?: Cleanup
  /**
   * What people should see when it went well.
   */
  readonly expected_result?: string
  /**
   * What is kept as proof of the step, with its hash, besides the output that is kept anyway.
   */
  readonly evidence?: EvidenceItem[]
  /**
   * Requirements that this place fulfils.
   *
   * Items: Id of a requirement.
   */
  readonly covers?: string[]
  readonly raci?: Raci
  /**
   * Siblings in a parallel group that must be done before this step starts. It has no meaning anywhere else, because steps run in order.
   *
   * @minItems 1
   *
   * Items: Id of a step in the same parallel group.
   */
  readonly after?: string[]
}
/**
 * One thing that the person enters. Expressions read it as `steps.<id>.outputs.<field>`.
 */
export interface FormField {
  /**
   * Name of the field, unique in the form.
   */
  readonly id: string
  /**
   * The question.
   */
  readonly title: string
  /**
   * What is entered.
   */
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'enum' | 'duration' | 'size' | 'version' | 'date_time'
  /**
   * The step is not done without it.
   */
  readonly required?: boolean
  /**
   * The words to choose from, for type `enum`.
   *
   * @minItems 1
   *
   * Items: One word.
   */
  readonly options?: string[]
}
/**
 * People decide whether the run goes on.
 */
export interface GateStep {
  /**
   * Name of the step, unique in the runbook. Expressions read its results as `steps.<id>`.
   */
  readonly id: string
  /**
   * What happens, in a few words; it may hold `${{ … }}` expressions.
   */
  readonly title: string
  /**
   * Markdown for the people who read the recipe book or do the step; it may hold `${{ … }}` expressions.
   */
  readonly description?: string
  /**
   * Expression that decides whether the step is done; when it is false the step is skipped with that reason. Per target when it names `target`.
   */
  readonly when?: string
  readonly gate: Gate
  /**
   * Role that calls the vote. It needs no vote itself.
   */
  readonly role?: string
  readonly duration?: DurationEstimate
  /**
   * Requirements that this place fulfils.
   *
   * Items: Id of a requirement.
   */
  readonly covers?: string[]
  readonly raci?: Raci
  /**
   * What is kept as proof of the step, with its hash, besides the output that is kept anyway.
   */
  readonly evidence?: EvidenceItem[]
  /**
   * What people should see when it went well.
   */
  readonly expected_result?: string
  /**
   * Siblings in a parallel group that must be done before this step starts. It has no meaning anywhere else, because steps run in order.
   *
   * @minItems 1
   *
   * Items: Id of a step in the same parallel group.
   */
  readonly after?: string[]
}
/**
 * A decision by people: votes of roles, until enough say yes or one says no.
 */
export interface Gate {
  /**
   * `go_no_go`: shall we go on? A no stops the run at a safe point. `approval`: what was reviewed is approved; it is bound to the digest of the plan.
   */
  readonly type: 'go_no_go' | 'approval'
  /**
   * Roles whose people may vote.
   *
   * @minItems 1
   *
   * Items: Id of a role.
   */
  readonly roles: string[]
  /**
   * Number of different people who must say yes.
   */
  readonly min_approvals?: number
  /**
   * The person who started the run may not vote.
   */
  readonly exclude_initiator?: boolean
  /**
   * How long the gate waits for votes. Default: for ever.
   */
  readonly expires_after?: string
  /**
   * What silence means when the gate expires.
   */
  readonly on_expiry?: 'no_go' | 'go' | 'ask'
  /**
   * The question that people answer, Markdown. Default: the title of the step.
   */
  readonly prompt?: string
}
/**
 * A component moves to a version.
 */
export interface RolloutStep {
  /**
   * Name of the step, unique in the runbook. Expressions read its results as `steps.<id>`.
   */
  readonly id: string
  /**
   * What happens, in a few words; it may hold `${{ … }}` expressions.
   */
  readonly title: string
  /**
   * Markdown for the people who read the recipe book or do the step; it may hold `${{ … }}` expressions.
   */
  readonly description?: string
  /**
   * Expression that decides whether the step is done; when it is false the step is skipped with that reason. Per target when it names `target`.
   */
  readonly when?: string
  readonly rollout: Rollout
  /**
   * Role that does the step or answers for it. Default: the first role of the runbook.
   */
  readonly role?: string
  /**
   * Longest time the whole rollout may take.
   */
  readonly deadline?: string
  /**
   * What a failure that no retry healed leads to. `stop`: the run stops at a safe point. `continue`: the failure is recorded and the run goes on. `ask`: a person decides (unattended: the run is held). `back_out`: everything done so far is undone in reverse order.
   */
  readonly on_failure?: 'stop' | 'continue' | 'ask' | 'back_out'
  /**
   * What to do when it cannot be told whether an effect happened, for example after a crash. `ask`: a person decides. `hold`: the run waits for a person even when it could ask. `fail`: it counts as failed.
   */
  readonly on_unknown?: 'ask' | 'hold' | 'fail'
  readonly duration?: DurationEstimate
  readonly impact?: Impact
  /**
   * The inverse of the step: steps that undo it, in the order in which they run, or the word `undo` for the action’s own inverse. Everything that changes something needs one, or is a point of no return.
   */
  readonly back_out?: 'undo' | Step[]
  /**
   * From here on there is no way back. A gate and a backup must come before it.
   */
  readonly point_of_no_return?: boolean
  readonly cleanup?: Cleanup
  /**
   * What people should see when it went well.
   */
  readonly expected_result?: string
  /**
   * What is kept as proof of the step, with its hash, besides the output that is kept anyway.
   */
  readonly evidence?: EvidenceItem[]
  /**
   * Requirements that this place fulfils.
   *
   * Items: Id of a requirement.
   */
  readonly covers?: string[]
  readonly raci?: Raci
  /**
   * Siblings in a parallel group that must be done before this step starts. It has no meaning anywhere else, because steps run in order.
   *
   * @minItems 1
   *
   * Items: Id of a step in the same parallel group.
   */
  readonly after?: string[]
}
/**
 * Moves the targets of a component to a version: lane by lane through canary and waves, target by target through its steps, within windows and limits, and back when something goes wrong.
 */
export interface Rollout {
  /**
   * Id of the component that moves.
   */
  readonly component: string
  /**
   * Version to reach. A target that has it already is skipped, unless `up_to_date` says otherwise.
   */
  readonly to: string
  /**
   * What becomes of targets that have the version already. `skip`: they take no part. `include`: they take part like any other, for what changes without the version, such as the image that they are built from.
   */
  readonly up_to_date?: 'skip' | 'include'
  readonly window?: RolloutWindow
  readonly lanes?: Lanes
  readonly canary?: Canary
  /**
   * Waves in order, after the canary. Default: one wave with all targets.
   *
   * @minItems 1
   * @maxItems 100
   */
  readonly waves?: Wave[]
  /**
   * What becomes of targets that no wave selects. `error`: the plan is refused. `last`: they form the last wave.
   */
  readonly remainder?: 'error' | 'last'
  /**
   * In which order targets come. Default: the order of the inventory.
   */
  readonly order?: {
    /**
     * Expression over `target` that gives a text or a list of texts; the target takes the place of the first entry of `sequence` that it holds.
     */
    readonly by: string
    /**
     * Values in order. An entry may be an expression that gives a list, such as an input; its elements take that place.
     *
     * @minItems 1
     *
     * Items: One value of `by`.
     */
    readonly sequence: string[]
    /**
     * Where targets come that hold none of the values; `error` refuses the plan.
     */
    readonly unmatched?: 'first' | 'last' | 'error'
    /**
     * Targets that hold this value come at the very end, whatever else they hold.
     */
    readonly always_last?: string
  }
  readonly unit?: RolloutUnit
  readonly failure_domain?: FailureDomain
  /**
   * How many targets are in progress at once over all lanes: a number or a percentage. Default: 1.
   */
  readonly max_concurrency?: number | string
  /**
   * Number of failed, rolled back or held targets that is tolerated; the next one stops the rollout. Default: 0.
   */
  readonly max_failures?: number | string
  readonly blast_radius?: BlastRadius
  /**
   * For every wave that does not say it itself, not for the canary. Targets per batch; the next batch begins when all of this one ended. Default: no batches.
   */
  readonly batch_size?: number | string
  /**
   * For every wave that does not say it itself, not for the canary. Number of failed, rolled back or held targets of a batch that is tolerated; the next one stops the lane. A percentage is one of the batch. Default: any number, within the other limits.
   */
  readonly batch_max_failures?: number | string
  /**
   * For every wave that does not say it itself, not for the canary. How many targets of the wave may be in progress, failed or held at once; a percentage is one of the wave in its lane. Default: no limit.
   */
  readonly max_unavailable?: number | string
  /**
   * For every wave that does not say it itself, not for the canary. From one start to the next, in each lane. Default: none.
   */
  readonly stagger?: string
  /**
   * For every wave that does not say it itself, not for the canary. From an end to the next start, in each lane. Default: none.
   */
  readonly cooldown?: string
  /**
   * For every wave that does not say it itself, not for the canary. From the last end of the wave to the opening of the next wave. Default: none.
   */
  readonly soak?: string
  /**
   * For every wave that does not say it itself, not for the canary. Expression over `target`, `unit` and `steps`, looked at when the target would begin: when it is true the target is skipped. `unit.states` tells where the other members stand, `unit.outputs` what was done to them gave. Default: nothing is skipped.
   */
  readonly skip_when?: string
  /**
   * What is done ahead, outside the window too, such as a download: it must not change what runs. A target whose `when` is false for all of them is not staged. What fails is tried again within the attempt, so the actions of `each` must not rely on it.
   *
   * @minItems 1
   */
  readonly stage?: TargetAction[]
  /**
   * How many targets are staged at once. Default: as many as may be in progress at once.
   */
  readonly stage_concurrency?: number | string
  /**
   * Longest time for the staging of one target. Default: the deadline of an attempt.
   */
  readonly stage_deadline?: string
  /**
   * Checks on a target before it is touched; a failure is of class `not_ready`.
   *
   * @minItems 1
   */
  readonly preflight?: TargetAction[]
  /**
   * What is done on each target, in order.
   *
   * @minItems 1
   */
  readonly each: TargetAction[]
  /**
   * What must be true of a target once, right after the change and before its health is watched.
   *
   * @minItems 1
   */
  readonly post_checks?: TargetAction[]
  /**
   * When a target counts as healthy after the change.
   */
  readonly health?: {
    /**
     * Actions that must all succeed.
     *
     * @minItems 1
     */
    readonly checks: HealthCheck[]
    /**
     * Pause between two rounds of checks. Default: `10s`.
     */
    readonly interval?: string
    /**
     * The checks must succeed without a break for this long. Default: one round is enough.
     */
    readonly min_healthy_time?: string
    /**
     * Failed rounds that are forgiven before the target counts as unhealthy.
     */
    readonly failures_allowed?: number
    /**
     * What a check means that cannot tell. `ask`: a person decides. `hold`: the target is held. `fail`: it counts as unhealthy.
     */
    readonly on_unknown?: 'ask' | 'hold' | 'fail'
  }
  /**
   * Longest time for one attempt on a target, preflight and health included. Silence past it is a failure of class `timeout`. A rollout with a window needs it.
   */
  readonly deadline?: string
  /**
   * When no target ends for so long while work is in progress, the rollout stops. Default: none.
   */
  readonly progress_deadline?: string
  readonly retry?: RolloutRetry
  /**
   * How a target goes back.
   */
  readonly rollback?: {
    /**
     * `auto`: whenever the failure table, a stop or the end of a window wants it. `ask`: a target that fails is held and a person is asked whether to put it back, also where a row of the failure table says `rollback`; nothing else begins until then. `never`: the steps are written down for people only, and a row that says `rollback` is an error.
     */
    readonly mode: 'auto' | 'ask' | 'never'
    /**
     * What puts one target back, in order.
     *
     * @minItems 1
     */
    readonly steps: TargetAction[]
    /**
     * What goes back when one target does. `target`: itself. `unit`, `wave`, `component`, `run`: everything in it that was upgraded, too; targets then stay open until nothing can take them back. With `mode: ask` a person puts back one target at a time.
     */
    readonly scope?: 'target' | 'unit' | 'wave' | 'component' | 'run'
    /**
     * Longest time for the rollback of a target. Default: the deadline of an attempt.
     */
    readonly deadline?: string
    /**
     * Time that is kept free at the end of a window for the rollback of a target that begins. `0s` is for targets that go back by themselves within their deadline. Default: the deadline of the rollback.
     */
    readonly keep_free?: string
  }
  /**
   * What a failed target leads to, by class of failure; the first row that matches wins. Default: it is tried again while a try is left, then rolled back as `rollback` says, and counts towards `max_failures`.
   *
   * @minItems 1
   *
   * Items: One row of the table.
   */
  readonly on_failure?: {
    /**
     * Class of failure this row is for. Absent: all classes.
     */
    readonly class?: 'unreachable' | 'not_ready' | 'unhealthy' | 'refused' | 'process' | 'timeout' | 'cancelled' | 'unknown'
    /**
     * `retry`: try again; the row counts only while a try is left, so a row after it says what happens when none is. `rollback`: put the target back, after asking when `rollback.mode` is `ask`. `skip`: leave it as it is, not counted as failed. `fail`: count it as failed. `hold`: leave it as it is until a person decides.
     */
    readonly do: 'retry' | 'rollback' | 'skip' | 'fail' | 'hold'
    /**
     * What happens to the rest. `continue`: it goes on within its limits. `stop_wave`, `stop_lane`, `stop_rollout`, `stop_run`: nothing else begins there. `ask`: nothing else begins until a person has decided.
     */
    readonly then?: 'continue' | 'stop_wave' | 'stop_lane' | 'stop_rollout' | 'stop_run' | 'ask'
  }[]
  /**
   * What happens to work in progress when something above it stops. `finish`: it goes on to its end. `rollback`: it is put back. `cancel`: it is stopped where it stands and held.
   */
  readonly in_flight?: 'finish' | 'rollback' | 'cancel'
}
/**
 * The first targets of each lane: nothing else of the lane begins before they have proven the change. It inherits nothing from the rollout.
 */
export interface Canary {
  /**
   * What people call it. Default: "Canary".
   */
  readonly title?: string
  /**
   * How many targets of each lane: a number, or a share of the lane. A lane with fewer that can be chosen takes those. Default: all that `select` gives.
   */
  readonly count?: number | string
  /**
   * Expression over `target` and `unit` that says who may be chosen. Default: every target.
   */
  readonly select?: string
  /**
   * Expression over `target` and `unit`: targets for which it is true are chosen first. Among equals the order of the rollout decides.
   */
  readonly prefer?: string
  /**
   * No two of the chosen targets of a lane share this text, such as the site; a target with an empty text shares it with nobody.
   */
  readonly spread_over?: string
  /**
   * How many targets of the canary are in progress at once; a percentage is one of the canary in its lane. Default: what the lane and the rollout allow.
   */
  readonly max_concurrency?: number | string
  /**
   * From one start to the next, in each lane. Default: none.
   */
  readonly stagger?: string
  /**
   * From an end to the next start, in each lane. Default: none.
   */
  readonly cooldown?: string
  /**
   * From the last end of the canary to the opening of the next wave. Default: none.
   */
  readonly soak?: string
  readonly gate?: Gate
  /**
   * Expression over `target`, `unit` and `steps`, looked at when the target would begin: when it is true the target is skipped. `unit.states` tells where the other members stand, `unit.outputs` what was done to them gave. Default: nothing is skipped.
   */
  readonly skip_when?: string
  /**
   * Number of failed, rolled back or held targets of the canary that is tolerated in a lane; the next one stops the lane. Default: 0.
   */
  readonly max_failures?: number | string
  /**
   * When the next wave opens, once all of the canary ended. `when_done`: at once. `at_slot`: when the time of the last slot is used up, which is the stagger for each start and then the deadline, twice when any of the canary retried. `at_slot_per_target`: the same, with each target's own number of attempts. Slots need a `deadline`.
   */
  readonly next?: 'when_done' | 'at_slot' | 'at_slot_per_target'
  /**
   * What stops when the canary of a lane is empty, or when none of it succeeded.
   */
  readonly on_unproven?: 'stop_run' | 'stop_lane'
}
/**
 * Targets that go together, in each lane. Of what a wave does not say itself it inherits `batch_size`, `batch_max_failures`, `max_unavailable`, `stagger`, `cooldown`, `soak` and `skip_when` from the rollout, and nothing else.
 */
export interface Wave {
  /**
   * Name of the wave, unique in the rollout. `canary`, `remainder` and `all` are taken.
   */
  readonly id: string
  /**
   * What people call it. Default: its id.
   */
  readonly title?: string
  /**
   * Markdown for the people who read the recipe book; it may hold `${{ … }}` expressions.
   */
  readonly description?: string
  /**
   * Expression over `target` and `unit` that says which targets belong to the wave. Each target that is not in the canary must be in exactly one wave, or in the remainder.
   */
  readonly select: string
  /**
   * Targets per batch; the next batch begins when all of this one ended. Default: what the rollout says, else no batches.
   */
  readonly batch_size?: number | string
  /**
   * Number of failed, rolled back or held targets of a batch that is tolerated; the next one stops the lane. A percentage is one of the batch. Default: what the rollout says, else any number, within the other limits.
   */
  readonly batch_max_failures?: number | string
  /**
   * How many targets of the wave are in progress at once; a percentage is one of the wave in its lane. Default: what the lane and the rollout allow.
   */
  readonly max_concurrency?: number | string
  /**
   * How many targets of the wave may be in progress, failed or held at once; a percentage is one of the wave in its lane. Default: what the rollout says, else no limit.
   */
  readonly max_unavailable?: number | string
  /**
   * From one start to the next, in each lane. Default: what the rollout says, else none.
   */
  readonly stagger?: string
  /**
   * From an end to the next start, in each lane. Default: what the rollout says, else none.
   */
  readonly cooldown?: string
  /**
   * From the last end of the wave to the opening of the next wave. Default: what the rollout says, else none.
   */
  readonly soak?: string
  readonly gate?: Gate
  /**
   * Expression over `target`, `unit` and `steps`, looked at when the target would begin: when it is true the target is skipped. `unit.states` tells where the other members stand, `unit.outputs` what was done to them gave. Default: what the rollout says, else nothing is skipped.
   */
  readonly skip_when?: string
  /**
   * Number of failed, rolled back or held targets of the wave that is tolerated in a lane; the next one stops the lane. Default: what the lane and the rollout tolerate.
   */
  readonly max_failures?: number | string
}
/**
 * How the members of a unit go. The component says with `unit` which targets form one.
 */
export interface RolloutUnit {
  /**
   * Values of `target.member` in the order in which members of one unit go, within a wave. Members that hold none of them go last, as the rollout orders them.
   *
   * @minItems 1
   *
   * Items: A value of `target.member`.
   */
  readonly order?: string[]
  /**
   * The next member begins only when the one before it has ended. `false` lets all members of a unit be away together.
   */
  readonly one_at_a_time?: boolean
  /**
   * Ends of a member after which the members that have not begun are skipped, so that a unit in trouble does not lose its next member. Default: `[failed, rolled_back, held]`.
   *
   * Items: How a member ended.
   */
  readonly skip_rest_when?: ('succeeded' | 'rolled_back' | 'failed' | 'skipped' | 'held')[]
  /**
   * A member begins only when the members after it in the same wave would still fit into the opening.
   */
  readonly fit_whole?: boolean
}
/**
 * An action on each target of a rollout.
 */
export interface TargetAction {
  /**
   * Name of the step, unique in its list.
   */
  readonly id: string
  /**
   * What happens, in a few words. Default: the title of the action.
   */
  readonly title?: string
  /**
   * Markdown for the people who read the recipe book or do the step; it may hold `${{ … }}` expressions.
   */
  readonly description?: string
  /**
   * Expression that decides whether the step is done; when it is false the step is skipped with that reason. Per target when it names `target`.
   */
  readonly when?: string
  /**
   * The action that does it, as `<executor>.<name>`. `rollbook explain check.disk` prints the arguments of one.
   */
  readonly action: string
  /**
   * Arguments of the action, as its own schema demands. Text may hold `${{ … }}` expressions; one that is the whole value keeps its type.
   */
  readonly with?: JsonObject
  /**
   * Longest time the step may take, per attempt and target. Silence past it is a failure of class `timeout`.
   */
  readonly deadline?: string
  readonly retry?: Retry
  /**
   * What to do when it cannot be told whether an effect happened, for example after a crash. `ask`: a person decides. `hold`: the run waits for a person even when it could ask. `fail`: it counts as failed.
   */
  readonly on_unknown?: 'ask' | 'hold' | 'fail'
  readonly duration?: DurationEstimate
  /**
   * Values that the step keeps, by name. Each is an expression over `outputs`, what the action gave. Later expressions read them as `steps.<id>.outputs.<name>`. Default: the outputs of the action as they are.
   */
  readonly outputs?: {
    /**
     * Expression over `outputs`.
     */
    readonly [k: string]: string
  }
  /**
   * Requirements that this place fulfils.
   *
   * Items: Id of a requirement.
   */
  readonly covers?: string[]
  /**
   * What people should see when it went well.
   */
  readonly expected_result?: string
}
/**
 * An action that must succeed for the target to count as healthy.
 */
export interface HealthCheck {
  /**
   * Name of the check, unique in its list. Default: the name of the action.
   */
  readonly id?: string
  /**
   * What is checked. Default: the title of the action.
   */
  readonly title?: string
  /**
   * Expression that decides whether the step is done; when it is false the step is skipped with that reason. Per target when it names `target`.
   */
  readonly when?: string
  /**
   * The action that does it, as `<executor>.<name>`. `rollbook explain check.disk` prints the arguments of one.
   */
  readonly action: string
  /**
   * Arguments of the action, as its own schema demands. Text may hold `${{ … }}` expressions; one that is the whole value keeps its type.
   */
  readonly with?: JsonObject
  /**
   * Longest time the step may take, per attempt and target. Silence past it is a failure of class `timeout`.
   */
  readonly deadline?: string
  /**
   * Requirements that this place fulfils.
   *
   * Items: Id of a requirement.
   */
  readonly covers?: string[]
}
/**
 * Whether a target is tried again as a whole before its failure counts: from its preflight on.
 */
export interface RolloutRetry {
  /**
   * Number of attempts, the first one included.
   */
  readonly max_attempts: number
  /**
   * Pause before the second attempt. Default: none.
   */
  readonly delay?: string
  /**
   * Factor by which each pause is longer than the one before; 1 keeps it.
   */
  readonly backoff?: number
  /**
   * No pause is longer than this.
   */
  readonly max_delay?: string
  /**
   * Classes of failure that are tried again. Default: those that can heal, `unreachable`, `not_ready`, `timeout` and `process`.
   *
   * Items: Class of failure.
   */
  readonly classes?: ('unreachable' | 'not_ready' | 'unhealthy' | 'refused' | 'process' | 'timeout' | 'cancelled' | 'unknown')[]
  /**
   * Expression that must be true for another attempt. It sees `target`, `unit`, `steps` and `outputs`, what the action that failed gave.
   */
  readonly when?: string
  /**
   * When the next attempt begins. `failure`: after the failure and the delay. `deadline`: when the time of this attempt is used up, also when it failed early. `deadline` needs the `deadline` of the rollout.
   */
  readonly at?: 'failure' | 'deadline'
}
/**
 * Acceptance criteria are captured or verified.
 */
export interface AcceptanceStep {
  /**
   * Name of the step, unique in the runbook. Expressions read its results as `steps.<id>`.
   */
  readonly id: string
  /**
   * What happens, in a few words; it may hold `${{ … }}` expressions.
   */
  readonly title: string
  /**
   * Markdown for the people who read the recipe book or do the step; it may hold `${{ … }}` expressions.
   */
  readonly description?: string
  /**
   * Expression that decides whether the step is done; when it is false the step is skipped with that reason. Per target when it names `target`.
   */
  readonly when?: string
  /**
   * `baseline`: criteria with `baseline: true` are captured before the change. `final`: all criteria are verified and compared with the baseline.
   */
  readonly acceptance: 'baseline' | 'final'
  /**
   * Only these criteria. Default: all that fit the moment.
   *
   * @minItems 1
   *
   * Items: Id of an acceptance criterion.
   */
  readonly criteria?: string[]
  /**
   * Role that does the step or answers for it. Default: the first role of the runbook.
   */
  readonly role?: string
  /**
   * Longest time the step may take, per attempt and target. Silence past it is a failure of class `timeout`.
   */
  readonly deadline?: string
  /**
   * What a failure that no retry healed leads to. `stop`: the run stops at a safe point. `continue`: the failure is recorded and the run goes on. `ask`: a person decides (unattended: the run is held). `back_out`: everything done so far is undone in reverse order.
   */
  readonly on_failure?: 'stop' | 'continue' | 'ask' | 'back_out'
  readonly duration?: DurationEstimate
  /**
   * Requirements that this place fulfils.
   *
   * Items: Id of a requirement.
   */
  readonly covers?: string[]
  readonly raci?: Raci
  /**
   * What is kept as proof of the step, with its hash, besides the output that is kept anyway.
   */
  readonly evidence?: EvidenceItem[]
  /**
   * What people should see when it went well.
   */
  readonly expected_result?: string
  /**
   * Siblings in a parallel group that must be done before this step starts. It has no meaning anywhere else, because steps run in order.
   *
   * @minItems 1
   *
   * Items: Id of a step in the same parallel group.
   */
  readonly after?: string[]
}
/**
 * Several steps as one: in order, side by side with `parallel`, or once per item with `for_each`.
 */
export interface GroupStep {
  /**
   * Name of the step, unique in the runbook. Expressions read its results as `steps.<id>`.
   */
  readonly id: string
  /**
   * What happens, in a few words; it may hold `${{ … }}` expressions.
   */
  readonly title: string
  /**
   * Markdown for the people who read the recipe book or do the step; it may hold `${{ … }}` expressions.
   */
  readonly description?: string
  /**
   * Expression that decides whether the step is done; when it is false the step is skipped with that reason. Per target when it names `target`.
   */
  readonly when?: string
  /**
   * The steps run side by side; `after` puts one behind another.
   */
  readonly parallel?: boolean
  /**
   * Runs the group once per item, in order. The key is the name of a variable that expressions inside the group read; the value is a list, or an expression that gives one and is known when the plan is made.
   */
  readonly for_each?: {
    /**
     * A list, or one whole `${{ … }}` expression that gives a list.
     */
    readonly [k: string]: string | readonly Json[]
  }
  /**
   * The steps, in the order in which they run.
   *
   * @minItems 1
   */
  readonly steps: Step[]
  /**
   * Role of the steps inside that have none of their own.
   */
  readonly role?: string
  /**
   * Longest time the whole group may take.
   */
  readonly deadline?: string
  /**
   * What a failure that no retry healed leads to. `stop`: the run stops at a safe point. `continue`: the failure is recorded and the run goes on. `ask`: a person decides (unattended: the run is held). `back_out`: everything done so far is undone in reverse order.
   */
  readonly on_failure?: 'stop' | 'continue' | 'ask' | 'back_out'
  readonly duration?: DurationEstimate
  readonly impact?: Impact
  readonly cleanup?: Cleanup
  /**
   * Requirements that this place fulfils.
   *
   * Items: Id of a requirement.
   */
  readonly covers?: string[]
  readonly raci?: Raci
  /**
   * What people should see when it went well.
   */
  readonly expected_result?: string
  /**
   * Siblings in a parallel group that must be done before this step starts. It has no meaning anywhere else, because steps run in order.
   *
   * @minItems 1
   *
   * Items: Id of a step in the same parallel group.
   */
  readonly after?: string[]
}
