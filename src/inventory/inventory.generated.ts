/* Generated from schemas/inventory.v1.schema.json by "npm run generate". Do not edit. */

import type { JsonObject } from '../base/json.ts'

/**
 * An inventory says what there is to upgrade and how it is reached: targets by name, and the systems through which some of them are reached. Secrets stand in it as references only.
 */
export interface Inventory {
  /**
   * Always `inventory/v1`. Every file says what it is; the file name does not matter.
   */
  readonly rollbook: 'inventory/v1'
  /**
   * Name of the inventory for people, such as the environment.
   */
  readonly name?: string
  /**
   * Markdown: what the inventory covers and who keeps it.
   */
  readonly description?: string
  /**
   * Controllers, APIs and clusters through which targets are reached, by name.
   */
  readonly systems?: {
    readonly [k: string]: System
  }
  readonly defaults?: Target
  /**
   * Targets by name. A target is the smallest thing that has a version: a node, a host, a device.
   */
  readonly targets?: {
    readonly [k: string]: Target
  }
  /**
   * Tables with one target per row, for fleets that are kept elsewhere.
   *
   * @minItems 1
   */
  readonly targets_from?: Table[]
}
/**
 * A controller, an API or a cluster that is spoken to as a whole.
 */
export interface System {
  /**
   * Kind of system, as its executor calls it.
   */
  readonly kind: string
  /**
   * URL or host name.
   */
  readonly address?: string
  /**
   * What the executor wants to know about the system. A secret is `{secret: {env: NAME}}`, `{secret: {file: PATH}}` or `{secret: {command: [...]}}`.
   */
  readonly settings?: JsonObject
}
/**
 * The smallest thing that has a version.
 */
export interface Target {
  /**
   * Kind of target, for selections such as `target.kind == "node"`. Default: `host`.
   */
  readonly kind?: string
  /**
   * Host name or IP address. Default: the name of the target.
   */
  readonly address?: string
  /**
   * What the target does; selections and orders read it.
   *
   * Items: One role.
   */
  readonly roles?: string[]
  /**
   * Version that is installed. In quotes, or YAML reads `3.10` as the number 3.1.
   */
  readonly version?: string
  /**
   * Where the target stands.
   */
  readonly site?: string
  /**
   * IANA time zone of the place, for windows in local time.
   */
  readonly time_zone?: string
  /**
   * Name shared by targets that must not be away together, such as the members of an HA pair.
   */
  readonly unit?: string
  /**
   * Part that the target plays in its unit.
   */
  readonly member?: string
  /**
   * Name of the system through which the target is reached.
   */
  readonly system?: string
  readonly connection?: Connection
  /**
   * Anything else, for expressions: `target.attributes.<name>`. A secret is `{secret: {env: NAME}}`, `{secret: {file: PATH}}` or `{secret: {command: [...]}}`.
   */
  readonly attributes?: JsonObject
}
/**
 * How SSH reaches the target, beyond what the user's own OpenSSH configuration says.
 */
export interface Connection {
  /**
   * Host name or IP address to connect to. Default: the address of the target.
   */
  readonly host?: string
  /**
   * TCP port.
   */
  readonly port?: number
  /**
   * Login name.
   */
  readonly user?: string
  /**
   * Path of the private key.
   */
  readonly identity_file?: string
  /**
   * Host to go through, `user@host:port`; several with commas between.
   */
  readonly jump?: string
  /**
   * File of host keys to trust instead of the user's own.
   */
  readonly known_hosts_file?: string
  /**
   * OpenSSH client configuration to use instead of the user's own.
   */
  readonly config_file?: string
  /**
   * `yes`: only known host keys. `accept-new`: a host seen for the first time is trusted from then on. `off`: nothing is checked; the run says so loudly and records it.
   */
  readonly host_key_check?: 'yes' | 'accept-new' | 'off'
  /**
   * Further OpenSSH client options by name.
   */
  readonly options?: {
    /**
     * Value of the option.
     */
    readonly [k: string]: string
  }
}
/**
 * A CSV file with a header line and one target per row.
 */
export interface Table {
  /**
   * Path, relative to the inventory.
   */
  readonly csv: string
  /**
   * Character between fields.
   */
  readonly delimiter?: ',' | ';' | '\t' | '|'
  /**
   * Which column of the file gives which field of the target: field first, header text second. An empty cell counts as not given.
   */
  readonly columns: {
    /**
     * Column with the name of the target.
     */
    readonly name: string
    /**
     * Column with its kind.
     */
    readonly kind?: string
    /**
     * Column with its address.
     */
    readonly address?: string
    /**
     * Column with its roles, separated by blanks, commas or semicolons.
     */
    readonly roles?: string
    /**
     * Column with its version.
     */
    readonly version?: string
    /**
     * Column with its site.
     */
    readonly site?: string
    /**
     * Column with its time zone.
     */
    readonly time_zone?: string
    /**
     * Column with its unit.
     */
    readonly unit?: string
    /**
     * Column with its part in the unit.
     */
    readonly member?: string
    /**
     * Column with its system.
     */
    readonly system?: string
    /**
     * Column with the host to connect to.
     */
    readonly host?: string
    /**
     * Column with the TCP port.
     */
    readonly port?: string
    /**
     * Column with the login name.
     */
    readonly user?: string
  }
  /**
   * Further columns to keep as attributes: attribute first, header text second.
   */
  readonly attributes?: {
    /**
     * Text of the header.
     */
    readonly [k: string]: string
  }
  readonly defaults?: Target
}
