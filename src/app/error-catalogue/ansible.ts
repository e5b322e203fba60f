import type { InventoryCode } from '../../inventory/index.ts'
import type { ErrorEntry } from './entry.ts'

type AnsibleCode = Extract<InventoryCode, `ANSIBLE_${string}`>

/** Findings about an inventory of Ansible. */
export const ansibleErrors: Readonly<Record<AnsibleCode, ErrorEntry>> = {
  ANSIBLE_LINE: {
    title: 'A line of the Ansible inventory cannot be read',
    meaning: 'At this place a section, a host with variables, a child group or a variable is expected.',
    why: 'A bracket or a quote is not closed, a range runs backwards, or a key means nothing in a group.',
    cure: 'Correct the line; `ansible-inventory --list` should accept it too.',
    example: { kind: 'inventory', bad: '[web\nweb-1', good: '[web]\nweb-1' },
  },
  ANSIBLE_GROUP: {
    title: 'Groups of the Ansible inventory are inconsistent',
    meaning: 'A group that is named as a child does not exist, contains itself, or groups are nested without end.',
    why: 'The name is misspelt, or two groups are each other’s children.',
    cure: 'Add the section, or take the name out.',
    example: {
      kind: 'inventory',
      bad: '[web]\nweb-1\n[shop:children]\nwebb',
      good: '[web]\nweb-1\n[shop:children]\nweb',
    },
  },
  ANSIBLE_TEMPLATE: {
    title: 'A connection setting is a Jinja template',
    meaning: 'Rollbook does not evaluate Jinja, and without this setting it cannot reach the host.',
    why: 'The setting is computed from other variables.',
    cure: 'Give the value itself, or put the host into your SSH configuration.',
    example: {
      kind: 'inventory',
      bad: '[web]\nweb-1 ansible_host={{web_address}}',
      good: '[web]\nweb-1 ansible_host=192.0.2.1',
    },
  },
  ANSIBLE_ENCRYPTED: {
    title: 'Encrypted variables are not read',
    meaning: 'A hint: values of Ansible Vault stay closed, so expressions cannot see them.',
    why: 'Rollbook never asks for the password of a vault.',
    cure: 'Refer to the secrets from the runbook, as inputs of type `secret`; a command may open the vault for them.',
    example: {
      kind: 'inventory',
      bad: 'all:\n  hosts:\n    web-1:\n      site_key: !vault encrypted',
      good: 'all:\n  hosts:\n    web-1:\n      site: zurich',
    },
  },
}
