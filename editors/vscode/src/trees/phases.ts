/** The tree of phases, steps, waves and calls. */
import * as vscode from 'vscode'
import type { ActiveRunbook } from '../active-runbook.ts'
import { countFindings, countsText, holds } from '../finding-counts.ts'
import { showPlace } from '../places.ts'
import type { OutlineAnswer } from '../requests.ts'

export type PhaseNode = OutlineAnswer['phases'][number]

const icons: Readonly<Record<string, string>> = {
  phase: 'milestone',
  action: 'zap',
  manual: 'person',
  gate: 'law',
  rollout: 'rocket',
  acceptance: 'checklist',
  steps: 'list-tree',
  back_out: 'discard',
  cleanup: 'clear-all',
  wave: 'layers',
  call: 'symbol-method',
}

export class PhaseTree implements vscode.TreeDataProvider<PhaseNode> {
  private readonly runbook: ActiveRunbook
  private readonly parents = new Map<PhaseNode, PhaseNode>()
  private readonly changed = new vscode.EventEmitter<void>()

  readonly onDidChangeTreeData: vscode.Event<void> = this.changed.event

  constructor(runbook: ActiveRunbook) {
    this.runbook = runbook
    runbook.onDidChangeTrees(() => {
      this.parents.clear()
      for (const phase of this.roots) this.link(phase)
      this.changed.fire()
    })
    vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      if (uris.some((uri) => uri.toString() === this.uri?.toString())) this.changed.fire()
    })
  }

  private get roots(): readonly PhaseNode[] {
    return this.runbook.outline?.phases ?? []
  }

  /** Of the runbook. */
  get uri(): vscode.Uri | undefined {
    const { outline } = this.runbook
    return outline && vscode.Uri.parse(outline.uri)
  }

  getChildren(node?: PhaseNode): PhaseNode[] {
    return [...(node?.children ?? this.roots)]
  }

  getParent(node: PhaseNode): PhaseNode | undefined {
    return this.parents.get(node)
  }

  getTreeItem(node: PhaseNode): vscode.TreeItem {
    const { uri } = this
    const counts = countFindings(uri ? vscode.languages.getDiagnostics(uri) : [], node.range)
    const found = countsText(counts)
    const state = node.children.length === 0 ? vscode.TreeItemCollapsibleState.None : collapsible(node)
    const item = new vscode.TreeItem(node.title, state)
    item.description = [found, node.detail].filter((part) => part !== '').join(' · ')
    item.iconPath = new vscode.ThemeIcon(icons[node.form ?? node.kind] ?? 'circle-outline', colourOf(counts))
    item.tooltip = tooltip(node, found)
    item.contextValue = node.kind
    if (uri) item.command = showPlace(uri, node.selection)
    return item
  }

  /** The innermost node at a place of the text. */
  nodeAt(place: vscode.Position): PhaseNode | undefined {
    let found: PhaseNode | undefined
    for (let nodes = this.roots; ; nodes = found.children) {
      const next = nodes.find(({ range }) => isInside(range, place))
      if (!next) return found
      found = next
    }
  }

  private link(node: PhaseNode): void {
    for (const child of node.children) {
      this.parents.set(child, node)
      this.link(child)
    }
  }
}

function collapsible({ kind }: PhaseNode): vscode.TreeItemCollapsibleState {
  return kind === 'phase' ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed
}

function colourOf({ errors, warnings }: ReturnType<typeof countFindings>): vscode.ThemeColor | undefined {
  if (errors > 0) return new vscode.ThemeColor('list.errorForeground')
  return warnings > 0 ? new vscode.ThemeColor('list.warningForeground') : undefined
}

function tooltip(node: PhaseNode, found: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString()
  text.appendMarkdown('**').appendText(node.title).appendMarkdown('**')
  if (node.place !== '') text.appendMarkdown(`  \n\`${node.place}\``)
  if (node.detail !== '') text.appendMarkdown('  \n').appendText(node.detail)
  if (node.covers.length > 0) text.appendMarkdown('  \ncovers ').appendText(node.covers.join(', '))
  if (node.point_of_no_return) text.appendMarkdown('  \n**point of no return**')
  if (found !== '') text.appendMarkdown('  \n').appendText(found)
  return text
}

/** The cursor anywhere in the first line of a step belongs to the step. */
function isInside({ start, end }: PhaseNode['range'], place: vscode.Position): boolean {
  return holds({ start: { line: start.line, character: 0 }, end }, place)
}
