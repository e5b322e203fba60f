/** One handler per request of the protocol; each asks the service and turns offsets into lines and columns. */
import {
  type CodeAction,
  CodeActionKind,
  type Command,
  CompletionItemKind,
  type Connection,
  type DocumentSymbol,
  FoldingRangeKind,
  InsertTextFormat,
  InsertTextMode,
  MarkupKind,
  type Position,
  type Range,
  ResponseError,
  type SelectionRange,
  type ServerCapabilities,
  SymbolKind,
  TextDocumentSyncKind,
  type TextEdit,
  type CompletionItem as WireCompletion,
} from 'vscode-languageserver/node'
import type { Diagnostic } from '../base/diagnostic.ts'
import { changesAt, safeFixes } from '../service/code-actions.ts'
import { complete } from '../service/completion.ts'
import type { CompletionItem } from '../service/completion-item.ts'
import { diagnoseInSteps, knownFindings } from '../service/diagnose.ts'
import { foldsIn, selectionsAt } from '../service/folding.ts'
import { formatText } from '../service/format.ts'
import { hover } from '../service/hover.ts'
import { inlayNotes } from '../service/inlay-notes.ts'
import { type Lens, lensesIn } from '../service/lenses.ts'
import { linksIn } from '../service/links.ts'
import { definitionsAt, highlightsAt, nameAt, placesAt, renameAt } from '../service/navigation.ts'
import { semanticTokens, tokenKinds } from '../service/semantic-tokens.ts'
import { signatureAt } from '../service/signature.ts'
import {
  type DomainSymbol,
  type SymbolKind as OwnKind,
  outlineOfDocument,
  workspaceSymbols,
} from '../service/symbols.ts'
import { type OffsetRange, startOfLine } from '../source/index.ts'
import { wireDiagnostic } from './convert-diagnostic.ts'
import { LatestWork } from './requests/latest-work.ts'
import type { Session } from './server.ts'
import { View } from './view.ts'

export const capabilities: ServerCapabilities = {
  positionEncoding: 'utf-16',
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
  completionProvider: { triggerCharacters: ['.', ' ', '{', '"', "'", ':', '-'] },
  hoverProvider: true,
  signatureHelpProvider: { triggerCharacters: ['(', ','] },
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  renameProvider: { prepareProvider: true },
  documentSymbolProvider: true,
  workspaceSymbolProvider: true,
  foldingRangeProvider: true,
  selectionRangeProvider: true,
  semanticTokensProvider: { full: true, legend: { tokenTypes: [...tokenKinds], tokenModifiers: ['definition'] } },
  inlayHintProvider: true,
  codeLensProvider: { resolveProvider: false },
  documentLinkProvider: { resolveProvider: false },
  documentFormattingProvider: true,
  codeActionProvider: {
    codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite, 'source.fixAll.rollbook'],
  },
}

/** @param present - gives the session, which a change of settings replaces */
export function answerRequests(connection: Connection, present: () => Session): void {
  const at = (uri: string): View => new View(present(), uri)
  connection.onCompletion(({ textDocument, position }) => {
    const view = at(textDocument.uri)
    const items = complete(view.workspace, view.path, view.offset(position))
    return { isIncomplete: false, items: items.map((item, index) => wireCompletion(item, index, view)) }
  })
  connection.onHover(({ textDocument, position }) => {
    const view = at(textDocument.uri)
    const found = hover(view.workspace, view.path, view.offset(position), Date.now())
    return found
      ? { contents: { kind: MarkupKind.Markdown, value: found.markdown }, range: view.range(found.range) }
      : null
  })
  connection.onSignatureHelp(({ textDocument, position }) => {
    const view = at(textDocument.uri)
    const found = signatureAt(view.workspace, view.path, view.offset(position))
    if (!found) return null
    const signatures = found.signatures.map((help) => ({
      label: help.signature,
      documentation: { kind: MarkupKind.Markdown, value: `${help.description}\n\n\`${help.example}\`` },
      parameters: help.arguments.map((label) => ({ label })),
    }))
    return { signatures, activeSignature: found.active, activeParameter: found.argument }
  })
  connection.onDefinition(({ textDocument, position }) => {
    const view = at(textDocument.uri)
    return definitionsAt(view.workspace, view.path, view.offset(position)).map((place) => view.location(place))
  })
  connection.onReferences(({ textDocument, position, context }) => {
    const view = at(textDocument.uri)
    const places = placesAt(view.workspace, view.path, view.offset(position))
    return places
      .filter(({ name }) => context.includeDeclaration || !name.isDefinition)
      .map((place) => view.location(place))
  })
  connection.onDocumentHighlight(({ textDocument, position }) => {
    const view = at(textDocument.uri)
    return highlightsAt(view.workspace, view.path, view.offset(position)).map(({ range, name }) => ({
      range: view.range(range),
      kind: name.isDefinition ? 3 : 2,
    }))
  })
  connection.onPrepareRename(({ textDocument, position }) => {
    const view = at(textDocument.uri)
    const name = nameAt(view.workspace, view.path, view.offset(position))
    return name ? { range: view.range(name.range), placeholder: name.name } : null
  })
  connection.onRenameRequest(({ textDocument, position, newName }) => {
    const view = at(textDocument.uri)
    const renaming = renameAt(view.workspace, view.path, view.offset(position), newName)
    if (renaming.kind === 'refused') throw new ResponseError(-32803, renaming.reason)
    const changes: Record<string, TextEdit[]> = {}
    for (const { place, text } of renaming.edits) {
      const { uri, range } = view.location(place)
      const edits = changes[uri] ?? []
      changes[uri] = [...edits, { range, newText: text }]
    }
    return { changes }
  })
  connection.onDocumentSymbol(({ textDocument }) => {
    const view = at(textDocument.uri)
    return outlineOfDocument(view.workspace, view.path).map((symbol) => wireSymbol(symbol, view))
  })
  connection.onWorkspaceSymbol(({ query }) => {
    const session = present()
    return workspaceSymbols(session.workspace, query)
      .slice(0, 500)
      .map((symbol) => ({
        name: symbol.name,
        kind: symbolKinds[symbol.kind],
        containerName: symbol.title,
        location: new View(session, session.paths.uriOf(symbol.path)).location(symbol),
      }))
  })
  connection.onFoldingRanges(({ textDocument }) => {
    const view = at(textDocument.uri)
    return foldsIn(view.workspace, view.path).map((fold) => ({
      startLine: fold.start - 1,
      endLine: fold.end - 1,
      ...(fold.kind === 'comment' ? { kind: FoldingRangeKind.Comment } : {}),
    }))
  })
  connection.onSelectionRanges(({ textDocument, positions }) => {
    const view = at(textDocument.uri)
    return positions.map((position) => {
      const ranges = selectionsAt(view.workspace, view.path, view.offset(position))
      const chain = ranges.reduceRight<SelectionRange | undefined>(
        (parent, range) => ({ range: view.range(range), ...(parent ? { parent } : {}) }),
        undefined,
      )
      return chain ?? { range: { start: position, end: position } }
    })
  })
  connection.languages.semanticTokens.on(({ textDocument }) => {
    const view = at(textDocument.uri)
    const data: number[] = []
    let last: Position = { line: 0, character: 0 }
    for (const token of semanticTokens(view.workspace, view.path)) {
      const { start, end } = view.range(token.range)
      if (start.line !== end.line) continue
      const sameLine = start.line === last.line
      data.push(
        start.line - last.line,
        sameLine ? start.character - last.character : start.character,
        end.character - start.character,
        tokenKinds.indexOf(token.kind),
        token.isDefinition ? 1 : 0,
      )
      last = start
    }
    return { data }
  })
  connection.languages.inlayHint.on(({ textDocument, range }) => {
    const view = at(textDocument.uri)
    const seen = { start: view.offset(range.start), end: view.offset(range.end) }
    return inlayNotes(view.workspace, view.path, Date.now(), seen).map((note) => ({
      position: view.range({ start: note.offset, end: note.offset }).start,
      label: note.text,
      paddingLeft: true,
      ...(note.tooltip === undefined ? {} : { tooltip: note.tooltip }),
    }))
  })
  connection.onCodeLens(({ textDocument }) => {
    const view = at(textDocument.uri)
    return lensesIn(view.workspace, view.path).map((lens) => ({
      range: view.range(lens.range),
      command: lensCommand(lens, view),
    }))
  })
  connection.onDocumentLinks(({ textDocument }) => {
    const view = at(textDocument.uri)
    return linksIn(view.workspace, view.path).map(({ range, path }) => ({
      range: view.range(range),
      target: view.uriOf(path),
    }))
  })
  connection.onDocumentFormatting(({ textDocument }) => {
    const view = at(textDocument.uri)
    const text = formatText(view.text)
    if (text === view.text) return []
    return [{ range: view.range({ start: 0, end: view.text.length }), newText: text }]
  })
  const findings = new LatestWork()
  let questions = 0
  connection.onCodeAction(async ({ textDocument: { uri }, range, context }) => {
    questions += 1
    const { workspace, path } = at(uri)
    const before = workspace.document(path)?.text
    // A long text is not held up for it: the findings are made in pieces, unless they are there.
    const found =
      knownFindings(workspace, path) ??
      (await findings.ask(`actions ${questions}`, () => diagnoseInSteps(workspace, path)))
    const view = at(uri)
    const isStale = view.workspace !== workspace || workspace.document(path)?.text !== before
    return found === undefined || isStale ? [] : codeActions(view, range, context.only, found)
  })
}

/** Carried out by the editor; every command has one argument, an object with the `uri`. */
function lensCommand(lens: Lens, view: View): Command {
  const { title } = lens
  const { uri } = view
  switch (lens.command) {
    case 'plan':
    case 'simulate':
      return { title, command: `rollbook.${lens.command}`, arguments: [{ uri }] }
    case 'emulate':
      return { title, command: 'rollbook.runAgainstEmulator', arguments: [{ uri, system: lens.system }] }
    case 'references': {
      const locations = lens.places.map((range) => view.location({ path: view.path, range }))
      const position = view.range(lens.range).start
      return { title, command: 'rollbook.showReferences', arguments: [{ uri, position, locations }] }
    }
  }
}

function codeActions(
  view: View,
  range: Range,
  only: readonly string[] | undefined,
  found: readonly Diagnostic[],
): CodeAction[] {
  const wants = (kind: string): boolean =>
    only === undefined || only.some((each) => kind === each || kind.startsWith(`${each}.`))
  const edit = (edits: readonly { readonly range: OffsetRange; readonly text: string }[]): CodeAction['edit'] => ({
    changes: { [view.uri]: edits.map((each) => ({ range: view.range(each.range), newText: each.text })) },
  })
  const offsets = { start: view.offset(range.start), end: view.offset(range.end) }
  const actions = changesAt(view.workspace, view.path, offsets, found).map(
    (change): CodeAction => ({
      title: change.safe || change.kind === 'refactor' ? change.title : `${change.title} (look at it afterwards)`,
      kind: change.kind === 'fix' ? CodeActionKind.QuickFix : CodeActionKind.RefactorRewrite,
      edit: edit(change.edits)!,
      ...(change.kind === 'fix' && change.safe ? { isPreferred: true } : {}),
      ...(change.cures ? { diagnostics: [wireDiagnostic(change.cures, view.paths)] } : {}),
    }),
  )
  const document = view.workspace.read(view.path)
  const safe = document ? safeFixes(document.source, found) : []
  const all: CodeAction[] =
    safe.length > 0 && only?.some((each) => 'source.fixAll.rollbook'.startsWith(each)) === true
      ? [{ title: 'Make all safe changes', kind: 'source.fixAll.rollbook', edit: edit(safe)! }]
      : []
  return [...actions.filter(({ kind }) => wants(kind ?? '')), ...all]
}

const completionKinds: Readonly<Record<CompletionItem['kind'], CompletionItemKind>> = {
  key: CompletionItemKind.Property,
  value: CompletionItemKind.EnumMember,
  action: CompletionItemKind.Function,
  name: CompletionItemKind.Reference,
  variable: CompletionItemKind.Variable,
  member: CompletionItemKind.Field,
  function: CompletionItemKind.Method,
  snippet: CompletionItemKind.Snippet,
}

function wireCompletion(item: CompletionItem, index: number, view: View): WireCompletion {
  return {
    label: item.label,
    kind: completionKinds[item.kind],
    ...(item.detail === undefined ? {} : { detail: item.detail }),
    // Editors show the detail of the chosen row only, and this in every row; some details are the label once more.
    ...(item.detail === undefined || item.kind === 'function' || item.detail === item.label
      ? {}
      : { labelDetails: { description: item.detail } }),
    ...(item.documentation === undefined
      ? {}
      : { documentation: { kind: MarkupKind.Markdown, value: item.documentation } }),
    sortText: String(index).padStart(5, '0'),
    filterText: item.filter ?? item.label,
    insertTextFormat: item.isSnippet === true ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    textEdit: { range: view.range(item.range), newText: view.keepsBlanks ? item.insert : likeItsLine(item, view) },
    ...(view.keepsBlanks ? { insertTextMode: InsertTextMode.asIs } : {}),
    ...(item.goesOn === true ? { command: { title: 'Suggest', command: 'editor.action.triggerSuggest' } } : {}),
  }
}

/** Without the blanks that the editor puts in front of further lines, those of the line that it begins in. */
function likeItsLine({ insert, range }: CompletionItem, view: View): string {
  const line = startOfLine(view.text, range.start)
  const blanks = /^ */.exec(view.text.slice(line, range.start))![0]
  return insert.replaceAll(`\n${blanks}`, '\n')
}

const symbolKinds: Readonly<Record<OwnKind, SymbolKind>> = {
  phase: SymbolKind.Module,
  step: SymbolKind.Method,
  call: SymbolKind.Function,
  wave: SymbolKind.Event,
  component: SymbolKind.Class,
  role: SymbolKind.Interface,
  input: SymbolKind.Variable,
  criterion: SymbolKind.Boolean,
  requirement: SymbolKind.Key,
  window: SymbolKind.Constant,
  rule: SymbolKind.Operator,
  fault: SymbolKind.Event,
  target: SymbolKind.Object,
  system: SymbolKind.Package,
  section: SymbolKind.Namespace,
  release: SymbolKind.Constant,
}

function wireSymbol(symbol: DomainSymbol, view: View): DocumentSymbol {
  const { start, end } = symbol.range
  return {
    name: symbol.name.trim() === '' ? '(without a name)' : symbol.name,
    detail: symbol.detail,
    kind: symbolKinds[symbol.kind],
    range: view.range({ start: Math.min(start, symbol.selection.start), end: Math.max(end, symbol.selection.end) }),
    selectionRange: view.range(symbol.selection),
    children: symbol.children.map((child) => wireSymbol(child, view)),
  }
}
