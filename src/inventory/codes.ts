/** Every finding about an inventory: title and what to do, for `rollbook explain` and the reference page. */
export const inventoryCodes = {
  INVENTORY_SYNTAX: {
    title: 'The inventory cannot be read',
    explanation: 'The file is not well formed, so nothing in it can be relied on.',
  },
  INVENTORY_KIND: {
    title: 'The file is no inventory',
    explanation:
      'An inventory starts with `rollbook: inventory/v1`. An Ansible inventory, as YAML or INI, is read as it is.',
  },
  INVENTORY_KEY_UNKNOWN: {
    title: 'Unknown key in the inventory',
    explanation: 'Only the keys of the schema are accepted; anything of your own belongs into `attributes`.',
  },
  INVENTORY_KEY_MISSING: {
    title: 'A key is missing in the inventory',
    explanation: 'The schema demands the key at this place.',
  },
  INVENTORY_VALUE: {
    title: 'A value of the inventory is not accepted',
    explanation: 'The value has the wrong type or form. A version that looks like a number must stand in quotes.',
  },
  INVENTORY_SYSTEM_UNKNOWN: {
    title: 'Unknown system',
    explanation: 'A target names a system that `systems` does not define.',
  },
  INVENTORY_TARGET_DUPLICATE: {
    title: 'A target is defined twice',
    explanation: 'Names of targets are unique over the file and all of its tables.',
  },
  INVENTORY_EMPTY: {
    title: 'The inventory has no targets',
    explanation: 'Neither `targets` nor the tables of `targets_from` give a target.',
  },
  INVENTORY_TABLE: {
    title: 'A table of targets cannot be read',
    explanation: 'The CSV file is missing, malformed, or lacks a column that the inventory names.',
  },
  INVENTORY_SECRET_TEXT: {
    title: 'A secret stands in the inventory',
    explanation:
      'Secrets are never kept as text. Refer to them: `{secret: {env: NAME}}` in an inventory of Rollbook, or an input of type `secret` in the runbook.',
  },
  INVENTORY_SECRET_SOURCE: {
    title: 'A reference to a secret is malformed',
    explanation: 'It has exactly one of `env` (a name), `file` (a path) and `command` (a list of words).',
  },
  INVENTORY_HOST_KEY_CHECK: {
    title: 'Host keys are not checked',
    explanation: 'Anybody between here and the target can then pose as the target. Every run records that.',
  },
  ANSIBLE_LINE: {
    title: 'A line of the Ansible inventory cannot be read',
    explanation: 'Expected is a section, a host with variables, a child group or a variable.',
  },
  ANSIBLE_GROUP: {
    title: 'Groups of the Ansible inventory are inconsistent',
    explanation: 'A group is undefined or contains itself.',
  },
  ANSIBLE_TEMPLATE: {
    title: 'A connection setting is a Jinja template',
    explanation: 'Rollbook does not evaluate Jinja; give the value itself.',
  },
  ANSIBLE_ENCRYPTED: {
    title: 'Encrypted variables are not read',
    explanation: 'Values of Ansible Vault stay closed. Refer to the secrets from the runbook instead.',
  },
} as const

export type InventoryCode = keyof typeof inventoryCodes
