/** The tree of requirements, each with what covers it. */
import * as vscode from 'vscode'
import type { ActiveRunbook } from '../active-runbook.ts'
import { countFindings, countsText } from '../finding-counts.ts'
import { showPlace } from '../places.ts'
import type { CoverageAnswer } from '../requests.ts'

type Requirement = CoverageAnswer['requirements'][number]
type Place = Requirement['covered_by'][number]

export type CoverageNode =
  | { readonly kind: 'requirement'; readonly requirement: Requirement }
  | { readonly kind: 'place'; readonly place: Place; readonly requirement: Requirement }

export class CoverageTree implements vscode.TreeDataProvider<CoverageNode> {
  private readonly runbook: ActiveRunbook
  private readonly changed = new vscode.EventEmitter<void>()
  private uncoveredOnly = false

  readonly onDidChangeTreeData: vscode.Event<void> = this.changed.event

  constructor(runbook: ActiveRunbook) {
    this.runbook = runbook
    runbook.onDidChangeTrees(() => this.changed.fire())
    vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      const own = runbook.coverage?.uri
      if (own !== undefined && uris.some((uri) => uri.toString() === vscode.Uri.parse(own).toString()))
        this.changed.fire()
    })
  }

  /** `47 of 51 covered`; undefined without requirements. */
  get summary(): string | undefined {
    const { coverage } = this.runbook
    if (!coverage || coverage.requirements.length === 0) return undefined
    return `${coverage.covered} of ${coverage.requirements.length} covered`
  }

  /** How many nothing covers. */
  get uncovered(): number {
    const { coverage } = this.runbook
    return coverage ? coverage.requirements.length - coverage.covered : 0
  }

  showUncoveredOnly(only: boolean): void {
    this.uncoveredOnly = only
    this.changed.fire()
  }

  getChildren(node?: CoverageNode): CoverageNode[] {
    if (!node) {
      const all = this.runbook.coverage?.requirements ?? []
      return all
        .filter((requirement) => !this.uncoveredOnly || !isCovered(requirement))
        .map((requirement) => ({ kind: 'requirement', requirement }))
    }
    if (node.kind === 'place') return []
    const { requirement } = node
    return requirement.covered_by.map((place) => ({ kind: 'place', place, requirement }))
  }

  getTreeItem(node: CoverageNode): vscode.TreeItem {
    const uri = vscode.Uri.parse(this.runbook.coverage?.uri ?? '')
    return node.kind === 'place' ? placeItem(uri, node.place) : requirementItem(uri, node.requirement)
  }
}

function isCovered({ covered_by, note }: Requirement): boolean {
  return covered_by.length > 0 || note !== ''
}

function requirementItem(uri: vscode.Uri, requirement: Requirement): vscode.TreeItem {
  const { id, text, source, note, covered_by, range, selection } = requirement
  const state = covered_by.length > 0 ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None
  const item = new vscode.TreeItem(id === '' ? text : id, state)
  const found = countsText(countFindings(vscode.languages.getDiagnostics(uri), range))
  item.description = [found, text].filter((part) => part !== '').join(' · ')
  item.iconPath = requirementIcon(requirement)
  item.tooltip = [text, source, note, isCovered(requirement) ? '' : 'Nothing covers it.'].filter(Boolean).join('\n')
  item.contextValue = isCovered(requirement) ? 'covered' : 'uncovered'
  item.command = showPlace(uri, selection)
  return item
}

function requirementIcon({ covered_by, note }: Requirement): vscode.ThemeIcon {
  if (covered_by.length > 0) return new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'))
  if (note !== '') return new vscode.ThemeIcon('note')
  return new vscode.ThemeIcon('circle-large-outline', new vscode.ThemeColor('list.warningForeground'))
}

function placeItem(uri: vscode.Uri, { kind, title, id, selection }: Place): vscode.TreeItem {
  const item = new vscode.TreeItem(title, vscode.TreeItemCollapsibleState.None)
  item.description = [kind.replace('_', '-'), ...(id === title ? [] : [id])].join(' · ')
  item.iconPath = new vscode.ThemeIcon(
    kind === 'criterion' ? 'checklist' : kind === 'rule' ? 'shield' : 'arrow-small-right',
  )
  item.command = showPlace(uri, selection)
  return item
}
