import type { SourceDocument } from '../../source/parse-source.ts'
import type { MapEntry, MapNode, SourceNode } from '../../source/tree.ts'
import { at, type Findings } from '../findings.ts'
import type { AnsibleGraph, Group, Variable } from './groups.ts'
import { expandHostPattern } from './host-pattern.ts'

/** Reads Ansible's YAML format into the graph. */
export function readYaml(document: SourceDocument, graph: AnsibleGraph, findings: Findings): void {
  const { root } = document
  if (root?.kind !== 'map') return
  for (const entry of root.entries) readGroup(entry, graph, document, findings, 0)
}

function readGroup(
  entry: MapEntry,
  graph: AnsibleGraph,
  document: SourceDocument,
  findings: Findings,
  depth: number,
): void {
  const group = graph.group(entry.key.text)
  const content = mapOrNothing(entry, document, findings)
  for (const part of content?.entries ?? []) {
    const { text } = part.key
    const inside = mapOrNothing(part, document, findings)
    if (text === 'hosts') readHosts(inside, group, graph, document, findings)
    else if (text === 'vars') addVariables(group.vars, inside, document)
    else if (text === 'children') {
      if (depth > 100)
        findings.add('error', 'ANSIBLE_GROUP', at(document, part.key.range), 'the groups are nested too deeply')
      else
        for (const child of inside?.entries ?? []) {
          group.children.add(child.key.text)
          readGroup(child, graph, document, findings, depth + 1)
        }
    } else {
      findings.add(
        'warning',
        'ANSIBLE_LINE',
        at(document, part.key.range),
        `"${text}" means nothing in a group and is left out`,
        {
          hint: 'A group has `hosts`, `children` and `vars`.',
        },
      )
    }
  }
}

function readHosts(
  node: MapNode | undefined,
  group: Group,
  graph: AnsibleGraph,
  document: SourceDocument,
  findings: Findings,
): void {
  for (const entry of node?.entries ?? []) {
    const pattern = expandHostPattern(entry.key.text)
    if (!pattern) {
      findings.add(
        'error',
        'ANSIBLE_LINE',
        at(document, entry.key.range),
        `the range in "${entry.key.text}" cannot be expanded`,
      )
      continue
    }
    const content = mapOrNothing(entry, document, findings)
    for (const name of pattern.names) {
      const host = graph.host(name, document, entry.key.range)
      group.hosts.add(name)
      if (pattern.port !== undefined) {
        host.vars.set('ansible_port', { value: pattern.port, place: document, range: entry.key.range })
      }
      addVariables(host.vars, content, document)
    }
  }
}

/** Adds every entry of a map as a variable. */
export function addVariables(
  variables: Map<string, Variable>,
  node: MapNode | undefined,
  document: SourceDocument,
): void {
  for (const entry of node?.entries ?? []) {
    const range = { start: entry.key.range.start, end: entry.node.range.end }
    variables.set(entry.key.text, { value: entry.node.value, place: document, range })
  }
}

function mapOrNothing(entry: MapEntry, document: SourceDocument, findings: Findings): MapNode | undefined {
  const { node } = entry
  if (node.kind === 'map') return node
  if (isNothing(node)) return undefined
  findings.add('error', 'ANSIBLE_LINE', at(document, node.range), `"${entry.key.text}" must be a map`)
  return undefined
}

function isNothing(node: SourceNode): boolean {
  return node.kind === 'scalar' && node.value === null
}
