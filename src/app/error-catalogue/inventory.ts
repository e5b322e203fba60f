import type { InventoryCode } from '../../inventory/index.ts'
import type { ErrorEntry, FileExample } from './entry.ts'

const own = (bad: string, good: string, beside?: Readonly<Record<string, string>>): FileExample => ({
  kind: 'inventory',
  bad: `rollbook: inventory/v1\n${bad}`,
  good: `rollbook: inventory/v1\n${good}`,
  ...(beside === undefined ? {} : { beside }),
})

type OwnCode = Extract<InventoryCode, `INVENTORY_${string}`>

/** Findings about an inventory. */
export const inventoryErrors: Readonly<Record<OwnCode, ErrorEntry>> = {
  INVENTORY_SYNTAX: {
    title: 'The inventory cannot be read',
    meaning: 'The file is not well formed, so nothing in it can be relied on.',
    why: 'A bracket or a quote is not closed, or the indentation does not fit.',
    cure: 'Correct the place that the message names; `rollbook validate` says more about it.',
    example: own('targets: {web-1: {kind: host}', 'targets: {web-1: {kind: host}}'),
  },
  INVENTORY_KIND: {
    title: 'The file is no inventory',
    meaning:
      'The file says of itself that it is something else, or says nothing and does not look like an inventory of Ansible.',
    why: 'The runbook and the inventory were exchanged, or the first line was forgotten.',
    cure: 'Start the file with `rollbook: inventory/v1`. An Ansible inventory, as YAML or INI, is read as it is.',
    example: {
      kind: 'inventory',
      bad: 'servers: {web-1: {kind: host}}',
      good: 'rollbook: inventory/v1\ntargets: {web-1: {kind: host}}',
    },
  },
  INVENTORY_KEY_UNKNOWN: {
    title: 'Unknown key in the inventory',
    meaning: 'The key does not exist at this place.',
    why: 'It is misspelt, or it is something of your own.',
    cure: 'Take the key that is proposed, or put what is your own under `attributes`, where expressions can read it.',
    example: own('targets: {web-1: {adress: 192.0.2.1}}', 'targets: {web-1: {address: 192.0.2.1}}'),
  },
  INVENTORY_KEY_MISSING: {
    title: 'A key is missing in the inventory',
    meaning: 'At this place the key must stand.',
    why: 'It was forgotten, or is indented under another one.',
    cure: 'Add it; the reference of inventories describes it.',
    example: own(
      'systems: {shop: {}}\ntargets: {web-1: {system: shop}}',
      'systems: {shop: {kind: cluster}}\ntargets: {web-1: {system: shop}}',
    ),
  },
  INVENTORY_VALUE: {
    title: 'A value of the inventory is not accepted',
    meaning: 'The value has the wrong type or form, or is out of range.',
    why: 'Often a version stands without quotes: YAML takes 3.10 for the number 3.1.',
    cure: 'Write it as the message says.',
    example: own('targets: {web-1: {version: 3.10}}', 'targets: {web-1: {version: "3.10"}}'),
  },
  INVENTORY_SYSTEM_UNKNOWN: {
    title: 'Unknown system',
    meaning: 'A target belongs to a system that `systems` does not define.',
    why: 'The name is misspelt.',
    cure: 'Take the name that is proposed, or define the system.',
    example: own(
      'systems: {shop: {kind: cluster}}\ntargets: {web-1: {system: shpo}}',
      'systems: {shop: {kind: cluster}}\ntargets: {web-1: {system: shop}}',
    ),
  },
  INVENTORY_TARGET_DUPLICATE: {
    title: 'A target is defined twice',
    meaning: 'Names of targets are unique over the file and all of its tables.',
    why: 'A table holds a row twice, or a target stands in a table and in the file.',
    cure: 'Remove one of them.',
    example: own(
      'targets: {web-1: {kind: host}}\ntargets_from: [{csv: web.csv, columns: {name: Host}}]',
      'targets: {web-2: {kind: host}}\ntargets_from: [{csv: web.csv, columns: {name: Host}}]',
      { 'web.csv': 'Host\nweb-1\n' },
    ),
  },
  INVENTORY_EMPTY: {
    title: 'The inventory has no targets',
    meaning: 'Neither `targets` nor the tables of `targets_from` give a target, and there is no system either.',
    why: 'The key is misspelt or indented under another one, or a table is empty.',
    cure: 'Add a target; or leave the inventory out, when the runbook only works on control.',
    example: own('name: shop', 'name: shop\ntargets: {web-1: {kind: host}}'),
  },
  INVENTORY_TABLE: {
    title: 'A table of targets cannot be read',
    meaning: 'The CSV file is missing or malformed, or lacks a column that the inventory names.',
    why: 'The path does not start at the inventory, a cell with a delimiter stands without quotes, or the header was renamed.',
    cure: 'Correct the row or the column that the message names.',
    example: own(
      'targets_from: [{csv: web.csv, columns: {name: Name}}]',
      'targets_from: [{csv: web.csv, columns: {name: Host}}]',
      { 'web.csv': 'Host\nweb-1\n' },
    ),
  },
  INVENTORY_SECRET_TEXT: {
    title: 'A secret stands in the inventory',
    meaning:
      'A setting whose name says that it is a secret holds it as text, where everybody who sees the file can read it.',
    why: 'It was copied from another tool.',
    cure: 'Refer to it: `{secret: {env: NAME}}` in an inventory of Rollbook, or an input of type `secret` in the runbook. Change the password too.',
    example: own(
      'targets: {web-1: {attributes: {password: hunter22}}}',
      'targets: {web-1: {attributes: {password: {secret: {env: WEB_PASSWORD}}}}}',
    ),
  },
  INVENTORY_SECRET_SOURCE: {
    title: 'A reference to a secret is malformed',
    meaning: 'A reference has exactly one of `env` (a name), `file` (a path) and `command` (a list of words).',
    why: 'Two of them were given, none, or a command as one text.',
    cure: 'Keep one of them, the place where the secret really is.',
    example: own(
      'targets: {web-1: {attributes: {key: {secret: {env: WEB_KEY, file: key.txt}}}}}',
      'targets: {web-1: {attributes: {key: {secret: {env: WEB_KEY}}}}}',
    ),
  },
  INVENTORY_HOST_KEY_CHECK: {
    title: 'Host keys are not checked',
    meaning: 'A warning: anybody between here and the target can pose as the target. Every run records that.',
    why: 'The check is switched off in the inventory.',
    cure: 'Leave the setting out, and put the keys of the hosts into your `known_hosts`.',
    example: own(
      'targets: {web-1: {connection: {host_key_check: off}}}',
      'targets: {web-1: {connection: {user: deploy}}}',
    ),
  },
}
