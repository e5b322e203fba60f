/* Generated from schemas/executor.v1.schema.json by "npm run generate". Do not edit. */

import type { JsonObject } from '../base/json.ts'

/**
 * What an executor from elsewhere says of itself without any of its code being run: `rollbook-executor.json`, made by `rollbook executor manifest`.
 */
export interface ExecutorManifest {
  /**
   * Always `executor/v1`. Every file says what it is.
   */
  readonly rollbook: 'executor/v1'
  /**
   * Version of the executor contract that it keeps.
   */
  readonly contract: number
  /**
   * Prefix of its actions: lower case letters, digits and underscores.
   */
  readonly name: string
  /**
   * Version of the package, as its `package.json` has it.
   */
  readonly version?: string
  /**
   * Name for people.
   */
  readonly title: string
  /**
   * Markdown, a few sentences: what it reaches, and what it needs.
   */
  readonly description: string
  /**
   * ES module that exports the executor: a path that begins with `./` and stays inside of this folder.
   */
  readonly module: string
  /**
   * Name under which the module exports it.
   */
  readonly export?: string
  /**
   * ES module whose export `conformance` says how each action is exercised; `rollbook executor test` needs it.
   */
  readonly conformance?: string
  /**
   * What each action is, as its code says it.
   *
   * @minItems 1
   */
  readonly actions: Action[]
}
/**
 * One action, as in the executor contract.
 */
export interface Action {
  /**
   * `<executor>.<verb or noun>`.
   */
  readonly name: string
  /**
   * A few words for people.
   */
  readonly title: string
  /**
   * Markdown: what it does, what it needs, what it does not do.
   */
  readonly description: string
  /**
   * JSON Schema of the arguments.
   */
  readonly with: JsonObject
  /**
   * JSON Schema of the outputs.
   */
  readonly outputs: JsonObject
  readonly capabilities: Capabilities
  /**
   * The arguments of a call decide its capabilities; what they decide, only code can tell.
   */
  readonly capabilities_vary?: boolean
  readonly duration: ActionDuration
  /**
   * Where a call makes sense.
   */
  readonly runs_on: 'target' | 'control' | 'both'
  /**
   * Arguments of one sensible call.
   */
  readonly example: JsonObject
}
/**
 * What may be done with the action.
 */
export interface Capabilities {
  /**
   * `none` reads only, `change` alters something, `disruptive` is noticed by users.
   */
  readonly effect: 'none' | 'change' | 'disruptive'
  /**
   * Twice equals once.
   */
  readonly idempotent: boolean
  /**
   * Can tell afterwards whether the effect happened.
   */
  readonly probe: boolean
  /**
   * Has a rehearsal that changes nothing.
   */
  readonly dry_run: boolean
  /**
   * Has an inverse of its own.
   */
  readonly reversible: boolean
  /**
   * Goes on without us, and a second call attaches to it.
   */
  readonly resumable: boolean
  /**
   * It changes something of which nothing could be taken back.
   */
  readonly leaves_nothing_to_undo?: true
}
/**
 * Hints for planning, milliseconds.
 */
export interface ActionDuration {
  /**
   * Typical time in milliseconds.
   */
  readonly expected_ms: number
  /**
   * Longest time in milliseconds.
   */
  readonly worst_ms: number
}
