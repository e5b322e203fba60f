import { makeLineIndex } from '../../source/line-index.ts'
import { at, type Findings, type Place } from '../findings.ts'
import type { InventoryFile } from '../model.ts'
import type { AnsibleGraph, Group } from './groups.ts'
import { expandHostPattern } from './host-pattern.ts'
import { readLiteral } from './python-literal.ts'
import { shellWords } from './shell-words.ts'

type Section = { readonly kind: 'hosts' | 'children' | 'vars'; readonly group: Group }

/** Reads Ansible's INI format into the graph. */
export function readIni(file: InventoryFile, graph: AnsibleGraph, findings: Findings): void {
  new IniReader(file, graph, findings).read()
}

class IniReader {
  private readonly file: InventoryFile
  private readonly graph: AnsibleGraph
  private readonly findings: Findings
  private readonly place: Place
  private readonly declared = new Set<string>(['all', 'ungrouped'])
  private readonly referred = new Map<string, { readonly start: number; readonly end: number }>()
  private section: Section
  private offset = 0

  constructor(file: InventoryFile, graph: AnsibleGraph, findings: Findings) {
    this.file = file
    this.graph = graph
    this.findings = findings
    this.place = { file: file.path, lines: makeLineIndex(file.text) }
    this.section = { kind: 'hosts', group: graph.group('ungrouped') }
  }

  read(): void {
    for (const line of this.file.text.split('\n')) {
      this.readLine(line.replace(/\r$/, ''))
      this.offset += line.length + 1
    }
    for (const [name, range] of this.referred) {
      if (this.declared.has(name)) continue
      this.findings.add('error', 'ANSIBLE_GROUP', at(this.place, range), `the group "${name}" is not defined`, {
        hint: `Add a section [${name}].`,
      })
    }
  }

  private readLine(line: string): void {
    const text = line.trim()
    if (text === '' || text.startsWith('#') || text.startsWith(';')) return
    const header = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$/.exec(text)
    if (header) this.openSection(header[1]!, header[2], line)
    else if (text.startsWith('[') && text.endsWith(']') && this.section.kind !== 'hosts')
      this.refuse(line, 'a section is written [group], [group:children] or [group:vars]')
    else if (this.section.kind === 'hosts') this.readHosts(line)
    else if (this.section.kind === 'children') this.readChild(line)
    else this.readVariable(line)
  }

  private openSection(name: string, kind: string | undefined, line: string): void {
    if (kind !== undefined && kind !== 'children' && kind !== 'vars') {
      this.refuse(line, `there is no section of the kind ":${kind}", only ":children" and ":vars"`)
      return
    }
    if (kind === 'vars') this.refer(name, line)
    else this.declared.add(name)
    this.section = { kind: kind ?? 'hosts', group: this.graph.group(name) }
  }

  private readHosts(line: string): void {
    const words = shellWords(line, true)
    const [first, ...assignments] = words ?? []
    if (!first) {
      if (words === undefined) this.refuse(line, 'a quote never ends')
      return
    }
    const pattern = expandHostPattern(first.text)
    if (!pattern) {
      this.refuse(line, `the range in "${first.text}" cannot be expanded`)
      return
    }
    const range = { start: this.offset + first.start, end: this.offset + first.start + first.text.length }
    const hosts = pattern.names.map((name) => this.graph.host(name, this.place, range))
    for (const host of hosts) {
      this.section.group.hosts.add(host.name)
      if (pattern.port !== undefined) host.vars.set('ansible_port', { value: pattern.port, place: this.place, range })
    }
    for (const word of assignments) {
      const equals = word.text.indexOf('=')
      if (equals <= 0) {
        this.refuse(line, `"${word.text}" is no variable; write name=value`)
        continue
      }
      const where = { start: this.offset + word.start, end: this.offset + word.start + word.text.length }
      const variable = { value: readLiteral(word.text.slice(equals + 1)), place: this.place, range: where }
      for (const host of hosts) host.vars.set(word.text.slice(0, equals), variable)
    }
  }

  private readChild(line: string): void {
    const name = line.replace(/\s*#.*$/, '').trim()
    if (/\s/.test(name)) {
      this.refuse(line, 'a child is the name of one group')
      return
    }
    this.refer(name, line)
    this.graph.group(name)
    this.section.group.children.add(name)
  }

  private readVariable(line: string): void {
    const equals = line.indexOf('=')
    if (equals < 0) {
      this.refuse(line, 'a variable is written name=value')
      return
    }
    const name = line.slice(0, equals).trim()
    const value = line.slice(equals + 1).trim()
    const start = this.offset + line.indexOf(name)
    const range = { start, end: this.offset + line.trimEnd().length }
    this.section.group.vars.set(name, { value: readLiteral(value), place: this.place, range })
  }

  private refer(name: string, line: string): void {
    const start = this.offset + line.indexOf(name)
    if (!this.referred.has(name)) this.referred.set(name, { start, end: start + name.length })
  }

  private refuse(line: string, why: string): void {
    const start = this.offset + (line.length - line.trimStart().length)
    const range = { start, end: this.offset + line.trimEnd().length }
    this.findings.add('error', 'ANSIBLE_LINE', at(this.place, range), `the line cannot be read: ${why}`)
  }
}
