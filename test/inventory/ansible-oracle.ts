import { execFileSync } from 'node:child_process'
import type { Json, JsonObject } from '../../src/base/json.ts'

/** What Ansible and we must agree on: the variables and groups of each host. */
export interface AnsibleReading {
  readonly [host: string]: { readonly groups: readonly string[]; readonly vars: JsonObject }
}

export function ansibleIsInstalled(): boolean {
  try {
    execFileSync('ansible-inventory', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Asks Ansible itself. @param inventory - path of the inventory file */
export function askAnsible(inventory: string): AnsibleReading {
  const printed = execFileSync('ansible-inventory', ['-i', inventory, '--list'], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8', ANSIBLE_DEPRECATION_WARNINGS: 'false' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const { _meta: meta, ...groups } = JSON.parse(printed) as {
    _meta: { hostvars: Record<string, JsonObject> }
  } & Record<string, { hosts?: string[]; children?: string[] }>
  const reading: Record<string, { groups: string[]; vars: JsonObject }> = {}
  for (const name of hostsBelow('all', groups)) {
    const own = Object.keys(groups).filter(
      (group) => group !== 'all' && group !== 'ungrouped' && hostsBelow(group, groups).has(name),
    )
    reading[name] = { groups: own.toSorted(), vars: sorted(meta.hostvars[name] ?? {}) as JsonObject }
  }
  return sorted(reading as unknown as Json) as unknown as AnsibleReading
}

type Groups = Readonly<Record<string, { hosts?: string[]; children?: string[] }>>

function hostsBelow(group: string, groups: Groups): ReadonlySet<string> {
  const { hosts = [], children = [] } = groups[group] ?? {}
  return new Set([...hosts, ...children.flatMap((child) => [...hostsBelow(child, groups)])])
}

/** Keys in order, so that the golden files do not depend on Ansible's. */
export function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => sorted(item))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  )
}
