import type { Json } from '../../base/json.ts'
import type { OffsetRange } from '../../source/tree.ts'
import type { Place } from '../findings.ts'

/** A variable and where it stands. */
export interface Variable {
  readonly value: Json
  readonly place: Place
  readonly range: OffsetRange
}

export type Variables = ReadonlyMap<string, Variable>

export interface Group {
  readonly name: string
  readonly hosts: Set<string>
  readonly children: Set<string>
  readonly vars: Map<string, Variable>
  /** From `group_vars/`. */
  readonly fileVars: Map<string, Variable>
}

export interface Host {
  readonly name: string
  readonly vars: Map<string, Variable>
  /** From `host_vars/`. */
  readonly fileVars: Map<string, Variable>
  readonly place: Place
  readonly range: OffsetRange
}

/** Hosts and groups of one inventory, whatever its format. `all` is above every group. */
export class AnsibleGraph {
  readonly groups: Map<string, Group> = new Map()
  readonly hosts: Map<string, Host> = new Map()
  private depthsKnown: ReadonlyMap<string, number> | undefined

  constructor() {
    this.group('all')
  }

  group(name: string): Group {
    const known = this.groups.get(name)
    if (known) return known
    const fresh: Group = { name, hosts: new Set(), children: new Set(), vars: new Map(), fileVars: new Map() }
    this.groups.set(name, fresh)
    return fresh
  }

  host(name: string, place: Place, range: OffsetRange): Host {
    const known = this.hosts.get(name)
    if (known) return known
    const fresh: Host = { name, vars: new Map(), fileVars: new Map(), place, range }
    this.hosts.set(name, fresh)
    return fresh
  }

  /** Names of a group that contains itself, if there is one. */
  cycle(): readonly string[] | undefined {
    const done = new Set<string>()
    const walk = (name: string, path: readonly string[]): readonly string[] | undefined => {
      if (path.includes(name)) return [...path.slice(path.indexOf(name)), name]
      if (done.has(name)) return undefined
      for (const child of this.groups.get(name)?.children ?? []) {
        const found = walk(child, [...path, name])
        if (found) return found
      }
      done.add(name)
      return undefined
    }
    for (const name of this.groups.keys()) {
      const found = walk(name, [])
      if (found) return found
    }
    return undefined
  }

  /** All groups of a host except `all`, nearest to the top first: the order in which their variables apply. */
  groupsOf(host: string): readonly Group[] {
    const found = new Set<string>()
    const add = (name: string): void => {
      if (found.has(name)) return
      found.add(name)
      for (const group of this.groups.values()) if (group.children.has(name)) add(group.name)
    }
    for (const group of this.groups.values()) if (group.hosts.has(host)) add(group.name)
    found.delete('all')
    const depths = this.depths()
    return [...found]
      .map((name) => this.groups.get(name)!)
      .sort(
        (a, b) => depths.get(a.name)! - depths.get(b.name)! || priority(a) - priority(b) || (a.name < b.name ? -1 : 1),
      )
  }

  /**
   * Variables of a host as Ansible applies them, the last one wins: groups of the inventory (`all` first, then by depth,
   * priority and name), `group_vars/` in the same order, the host's own, `host_vars/`.
   */
  variablesOf(host: Host): Variables {
    const groups = this.groupsOf(host.name)
    const all = this.group('all')
    const layers = [
      all.vars,
      ...groups.map((group) => group.vars),
      all.fileVars,
      ...groups.map((group) => group.fileVars),
      host.vars,
      host.fileVars,
    ]
    const result = new Map<string, Variable>()
    for (const layer of layers) for (const [name, variable] of layer) result.set(name, variable)
    result.delete('ansible_group_priority')
    return result
  }

  /** Longest way from `all`, counted in groups. */
  private depths(): ReadonlyMap<string, number> {
    if (this.depthsKnown) return this.depthsKnown
    const parents = new Map<string, string[]>()
    for (const group of this.groups.values()) {
      for (const child of group.children) parents.set(child, [...(parents.get(child) ?? []), group.name])
    }
    const depths = new Map<string, number>([['all', 0]])
    const depth = (name: string): number => {
      const known = depths.get(name)
      if (known !== undefined) return known
      const above = (parents.get(name) ?? []).filter((parent) => parent !== name)
      const value = 1 + Math.max(0, ...above.map(depth))
      depths.set(name, value)
      return value
    }
    for (const name of this.groups.keys()) depth(name)
    this.depthsKnown = depths
    return depths
  }
}

function priority(group: Group): number {
  const value = (group.fileVars.get('ansible_group_priority') ?? group.vars.get('ansible_group_priority'))?.value
  return typeof value === 'number' ? value : Number.parseInt(String(value ?? '1'), 10) || 1
}
