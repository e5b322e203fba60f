import type { Json, JsonObject } from '../../base/json.ts'
import { parseSource, type SourceDocument } from '../../source/parse-source.ts'
import { at, type Findings } from '../findings.ts'
import type { Inventory, InventoryFile, InventoryTarget } from '../model.ts'
import { looksSecret } from '../secrets.ts'
import { AnsibleGraph, type Host, type Variable, type Variables } from './groups.ts'
import { readIni } from './ini.ts'
import { readSshArguments } from './ssh-arguments.ts'
import { addVariables, readYaml } from './yaml.ts'

/**
 * Reads an Ansible inventory as it is. Groups become roles; connection variables become `connection`; variables named
 * `rollbook_<field>` become fields of the target; all others become attributes, except secrets.
 *
 * @param document - the YAML, or undefined for INI
 * @param beside - files below `group_vars/` and `host_vars/`
 */
export function readAnsibleInventory(
  main: InventoryFile,
  document: SourceDocument | undefined,
  beside: readonly InventoryFile[],
  findings: Findings,
): Inventory {
  const graph = readAnsibleGraph(main, document, beside, findings)
  const cycle = graph.cycle()
  if (cycle) {
    const start = { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } }
    findings.add(
      'error',
      'ANSIBLE_GROUP',
      { file: main.path, range: start },
      `a group contains itself: ${cycle.join(' > ')}`,
    )
    return { systems: {}, targets: {}, secrets: {} }
  }
  const told = new Set<Variable>()
  const targets = [...graph.hosts.values()].map((host) => makeTarget(host, graph, findings, told))
  return { systems: {}, targets: Object.fromEntries(targets.map((target) => [target.name, target])), secrets: {} }
}

/** The graph alone, for comparing with what Ansible itself reads. */
export function readAnsibleGraph(
  main: InventoryFile,
  document: SourceDocument | undefined,
  beside: readonly InventoryFile[],
  findings: Findings,
): AnsibleGraph {
  const graph = new AnsibleGraph()
  if (document) readYaml(document, graph, findings)
  else readIni(main, graph, findings)
  for (const file of beside) readVariableFile(file, graph, findings)
  return graph
}

/** `group_vars/web.yml`, `host_vars/n1/main.yaml`, with or without an ending. */
function readVariableFile(file: InventoryFile, graph: AnsibleGraph, findings: Findings): void {
  const match = /(?:^|[/\\])(group_vars|host_vars)[/\\]([^/\\]+?)(?:\.(?:ya?ml|json))?(?:[/\\].*)?$/.exec(file.path)
  if (!match) return
  const owner = match[1] === 'group_vars' ? graph.groups.get(match[2]!) : graph.hosts.get(match[2]!)
  if (!owner) return
  const start = { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } }
  if (file.text.startsWith('$ANSIBLE_VAULT')) {
    findings.add(
      'hint',
      'ANSIBLE_ENCRYPTED',
      { file: file.path, range: start },
      `the encrypted file "${file.path}" is not read`,
    )
    return
  }
  const document = parseSource(file.text, file.path)
  const [finding] = document.findings
  if (document.broken && finding?.code !== 'FILE_EMPTY') {
    findings.add(
      'error',
      'INVENTORY_SYNTAX',
      at(document, finding?.range ?? { start: 0, end: 0 }),
      `"${file.path}" is no well-formed YAML`,
    )
  }
  if (document.root?.kind === 'map') addVariables(owner.fileVars, document.root, document)
}

const ownFields = ['kind', 'address', 'version', 'site', 'time_zone', 'unit', 'member', 'system'] as const

function makeTarget(host: Host, graph: AnsibleGraph, findings: Findings, told: Set<Variable>): InventoryTarget {
  const variables = graph.variablesOf(host)
  const fields: Record<string, string> = {}
  const attributes: Record<string, Json> = {}
  for (const [name, variable] of variables) {
    const field = ownFields.find((candidate) => name === `rollbook_${candidate}`)
    if (field !== undefined) fields[field] = String(variable.value)
    else if (looksSecret(name)) tellSecret(name, variable, findings, told)
    else if (!connectionVariables.has(name)) attributes[name] = variable.value
  }
  const connection = connectionOf(variables, findings, told)
  const address = connection['host'] as string | undefined
  const roles = graph
    .groupsOf(host.name)
    .map((group) => group.name)
    .filter((name) => name !== 'ungrouped')
  return {
    kind: 'host',
    address: address ?? host.name,
    ...fields,
    name: host.name,
    roles,
    attributes,
    ...(Object.keys(connection).length === 0 ? {} : { connection }),
  }
}

/** Each setting, and the variables that give it: the first that is set wins. */
const connectionSources = {
  host: ['ansible_host', 'ansible_ssh_host'],
  port: ['ansible_port', 'ansible_ssh_port'],
  user: ['ansible_user', 'ansible_ssh_user'],
  identity_file: ['ansible_ssh_private_key_file', 'ansible_private_key_file'],
} as const

const argumentVariables = ['ansible_ssh_common_args', 'ansible_ssh_extra_args'] as const
const connectionVariables: ReadonlySet<string> = new Set([
  ...Object.values(connectionSources).flat(),
  ...argumentVariables,
  'ansible_host_key_checking',
  'ansible_ssh_host_key_checking',
])

function connectionOf(variables: Variables, findings: Findings, told: Set<Variable>): JsonObject {
  const connection: Record<string, Json> = {}
  for (const name of argumentVariables) {
    const variable = variables.get(name)
    if (!variable || isTemplate(name, variable, findings, told)) continue
    const { options, ...known } = readSshArguments(String(variable.value))
    Object.assign(connection, known)
    if (Object.keys(options).length > 0)
      connection['options'] = { ...(connection['options'] as JsonObject), ...options }
    if (known.host_key_check === 'off') tellUnchecked(variable, findings, told)
  }
  for (const [setting, names] of Object.entries(connectionSources)) {
    const name = names.find((candidate) => variables.has(candidate))
    const variable = name === undefined ? undefined : variables.get(name)
    if (name === undefined || !variable || isTemplate(name, variable, findings, told)) continue
    connection[setting] = setting === 'port' ? Number(variable.value) : String(variable.value)
  }
  const check = variables.get('ansible_host_key_checking') ?? variables.get('ansible_ssh_host_key_checking')
  if (check && (check.value === false || /^(?:false|no|off)$/i.test(String(check.value)))) {
    connection['host_key_check'] = 'off'
    tellUnchecked(check, findings, told)
  }
  return connection
}

function tellSecret(name: string, variable: Variable, findings: Findings, told: Set<Variable>): void {
  if (told.has(variable)) return
  told.add(variable)
  findings.add(
    'warning',
    'INVENTORY_SECRET_TEXT',
    at(variable.place, variable.range),
    `the secret "${name}" is not taken over`,
    {
      hint: 'Declare an input of type `secret` in the runbook and hand it to the action that needs it.',
    },
  )
}

function tellUnchecked(variable: Variable, findings: Findings, told: Set<Variable>): void {
  if (told.has(variable)) return
  told.add(variable)
  findings.add('warning', 'INVENTORY_HOST_KEY_CHECK', at(variable.place, variable.range), 'host keys are not checked')
}

function isTemplate(name: string, variable: Variable, findings: Findings, told: Set<Variable>): boolean {
  if (typeof variable.value !== 'string' || !variable.value.includes('{{')) return false
  if (!told.has(variable)) {
    told.add(variable)
    findings.add(
      'error',
      'ANSIBLE_TEMPLATE',
      at(variable.place, variable.range),
      `"${name}" is a Jinja template, which cannot be evaluated here`,
      {
        hint: 'Write the value itself.',
      },
    )
  }
  return true
}
