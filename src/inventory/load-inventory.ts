import { parseSource, type SourceDocument } from '../source/parse-source.ts'
import { nodeAt } from '../source/tree.ts'
import { readAnsibleInventory } from './ansible/ansible-inventory.ts'
import { at, Findings } from './findings.ts'
import type { InventoryFile, LoadedInventory } from './model.ts'
import { besidePath, readOwnInventory, tableFiles } from './own-inventory.ts'

export type InventoryFormat = 'own' | 'ansible_yaml' | 'ansible_ini' | 'unknown'

/** Files that belong to an inventory, for the app to read. */
export interface FilesBeside {
  /** Single files; a missing one is told by {@link loadInventory}. */
  readonly files: readonly string[]
  /** Folders to read whole, if they exist. */
  readonly folders: readonly string[]
}

/** Says which other files an inventory consists of, by paths relative to where `main.path` is relative to. */
export function filesBeside(main: InventoryFile): FilesBeside {
  const { format, document } = recognise(main)
  if (format === 'own' && document) return { files: tableFiles(document), folders: [] }
  if (format === 'unknown') return { files: [], folders: [] }
  return { files: [], folders: ['group_vars', 'host_vars'].map((folder) => besidePath(main.path, folder)) }
}

/**
 * Reads an inventory: `inventory/v1`, or an Ansible inventory as YAML or INI. Never throws for any text.
 *
 * @param beside - what {@link filesBeside} asked for, as far as it could be read
 */
export function loadInventory(main: InventoryFile, beside: readonly InventoryFile[] = []): LoadedInventory {
  const findings = new Findings()
  const { format, document } = recognise(main)
  const broken =
    document?.broken === true ||
    (format !== 'ansible_ini' && document?.findings.some((finding) => finding.code !== 'YAML_TAG'))
  if (format !== 'ansible_ini' && document && broken) {
    const [finding] = document.findings
    const range = finding?.range ?? { start: 0, end: 0 }
    findings.add('error', 'INVENTORY_SYNTAX', at(document, range), syntaxMessage(finding?.code), {})
    return { diagnostics: findings.diagnostics }
  }
  if (format === 'unknown' && document) {
    findings.add(
      'error',
      'INVENTORY_KIND',
      at(document, { start: 0, end: document.lines.line(1).length }),
      kindMessage(document),
      {
        hint: 'Start it with `rollbook: inventory/v1`, or give an Ansible inventory.',
      },
    )
    return { diagnostics: findings.diagnostics }
  }
  for (const finding of document?.findings ?? []) {
    if (finding.code === 'YAML_TAG' && format === 'ansible_yaml' && document) {
      findings.add('hint', 'ANSIBLE_ENCRYPTED', at(document, finding.range), 'a tagged value is not read')
    }
  }
  const inventory =
    format === 'own' && document
      ? readOwnInventory(document, beside, findings)
      : readAnsibleInventory(main, format === 'ansible_yaml' ? document : undefined, beside, findings)
  if (inventory && format !== 'own' && Object.keys(inventory.targets).length === 0 && !findings.failed) {
    const range = { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } }
    findings.add('error', 'INVENTORY_EMPTY', { file: main.path, range }, 'the inventory has no hosts')
  }
  const { diagnostics } = findings
  return findings.failed || !inventory ? { diagnostics } : { inventory, diagnostics }
}

/** Whether a text in YAML is an inventory of Ansible. */
export function isAnsibleYaml(main: InventoryFile): boolean {
  const { format, document } = recognise(main)
  return format === 'ansible_yaml' && document?.broken === false
}

/** Tells the format by the ending and the content; a file without a telling ending is INI unless it says what it is. */
function recognise(main: InventoryFile): { readonly format: InventoryFormat; readonly document?: SourceDocument } {
  const yamlEnding = /\.(?:ya?ml|json)$/i.test(main.path)
  if (!yamlEnding && !/^\s*rollbook\s*:/m.test(main.text)) return { format: 'ansible_ini' }
  const document = parseSource(main.text, main.path)
  if (document.root?.kind === 'map' && document.root.byKey.has('rollbook')) {
    const kind = nodeAt(document.root, ['rollbook'])?.value
    return { format: kind === 'inventory/v1' ? 'own' : 'unknown', document }
  }
  return { format: document.broken || looksLikeAnsible(document) ? 'ansible_yaml' : 'unknown', document }
}

function looksLikeAnsible(document: SourceDocument): boolean {
  const { root } = document
  if (root?.kind !== 'map' || root.entries.length === 0) return false
  return root.entries.every(({ node }) => {
    if (node.kind === 'scalar') return node.value === null
    return node.kind === 'map' && node.entries.every(({ key }) => ['hosts', 'children', 'vars'].includes(key.text))
  })
}

function kindMessage(document: SourceDocument): string {
  const kind = nodeAt(document.root, ['rollbook'])?.value
  if (typeof kind !== 'string') return 'the file is no inventory'
  if (/^inventory\/v\d+$/.test(kind)) return `this version of Rollbook cannot read "${kind}"`
  return `the file is a "${kind}", and an inventory is expected`
}

function syntaxMessage(code: string | undefined): string {
  if (code === 'FILE_EMPTY') return 'the inventory is empty'
  if (code === 'KEY_DUPLICATE') return 'the key stands here twice'
  return 'the inventory is no well-formed YAML'
}
