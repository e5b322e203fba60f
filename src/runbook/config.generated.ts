/* Generated from schemas/config.v1.schema.json by "npm run generate". Do not edit. */

/**
 * What Rollbook finds in a project: `rollbook.config.yaml`, in the current folder or the nearest one above it.
 */
export interface Config {
  /**
   * Always `config/v1`. Every file says what it is.
   */
  readonly rollbook: 'config/v1'
  /**
   * Executors besides those that ship with Rollbook. Each is a folder, written with `./` and relative to this file, or an npm package that is installed beside this file or above it. It must hold a `rollbook-executor.json`.
   *
   * @maxItems 100
   *
   * Items: `./executors/shelf`, or the name of a package such as `@acme/rollbook-shelf`.
   */
  readonly executors?: string[]
  /**
   * Whether `validate` may run code of these executors. Without it, it reads only their `rollbook-executor.json`, which tells everything but the rules that are code: `plan` tells those, and runs code always.
   */
  readonly code_at_validate?: boolean
}
