/** The language server: translates between the editor protocol and the language service, and decides nothing. */

import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import {
  type Connection,
  createConnection,
  type InitializeParams,
  InsertTextMode,
  StreamMessageReader,
  StreamMessageWriter,
  TextDocuments,
} from 'vscode-languageserver/node'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { checkAnswers, isAnswersFile } from '../app/answers.ts'
import { emulatorOfExecutor } from '../app/emulators.ts'
import { actionInfosOf, executorsOf } from '../app/plugins/actions-in-use.ts'
import { configName } from '../app/plugins/find-config.ts'
import { parseCalendar } from '../calendar/index.ts'
import { diagnoseInSteps } from '../service/diagnose.ts'
import { Workspace, type WorkspaceSettings } from '../service/workspace.ts'
import { wireDiagnostic } from './convert-diagnostic.ts'
import { answerRequests, capabilities } from './features.ts'
import { LatePlans } from './late-plans.ts'
import { nodeFiles } from './node-files.ts'
import { makePaths, type Paths } from './paths.ts'
import { answerOwnRequests } from './requests/answer-requests.ts'
import { SlicedWork } from './sliced-work.ts'

/** What an editor may set, under `rollbook` or as initialization options. */
export interface EditorSettings {
  /** Path of the inventory that targets are checked against. */
  readonly inventory?: string
  /** Path of the values that plans are made with. */
  readonly values?: string
}

/** What one session with an editor works on. */
export interface Session {
  readonly connection: Connection
  readonly documents: TextDocuments<TextDocument>
  readonly paths: Paths
  readonly workspace: Workspace
  /** The editor inserts further lines of a completion as they are; others indent them like the line they begin in. */
  readonly keepsBlanks: boolean
}

/**
 * Serves one editor until it says goodbye or its input ends.
 *
 * @param cwd - folder that counts when the editor names none
 * @returns the exit code that the protocol asks for
 */
export function serveLanguage(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  cwd: string,
): Promise<number> {
  const connection = createConnection(new StreamMessageReader(input), new StreamMessageWriter(output))
  const documents = new TextDocuments(TextDocument)
  let server: Server | undefined
  connection.onInitialize((params) => {
    const paths = makePaths(folderOf(params) ?? cwd)
    server = new Server(connection, documents, paths, (params.initializationOptions ?? {}) as EditorSettings)
    server.refreshes = params.capabilities.workspace?.inlayHint?.refreshSupport === true
    const modes = params.capabilities.textDocument?.completion?.completionItem?.insertTextModeSupport?.valueSet ?? []
    server.session = { ...server.session, keepsBlanks: modes.includes(InsertTextMode.asIs) }
    return { capabilities, serverInfo: { name: 'rollbook' } }
  })
  const present = (): Session => {
    if (server === undefined) throw new Error('the editor asks before it has said who it is')
    return server.session
  }
  answerRequests(connection, present)
  answerOwnRequests(connection, present)
  documents.onDidChangeContent(({ document }) => server?.changed(document))
  documents.onDidClose(({ document }) => server?.closed(document.uri))
  connection.onDidChangeConfiguration(({ settings }) => {
    const own = (settings as { readonly rollbook?: EditorSettings } | null)?.rollbook
    if (own) server?.configure(own)
  })
  connection.onDidChangeWatchedFiles(() => server?.filesChanged())
  documents.listen(connection)
  return new Promise((resolve) => {
    connection.onShutdown(() => server?.stop())
    connection.onExit(() => resolve(0))
    input.on('end', () => resolve(0))
    connection.listen()
  })
}

function folderOf({ workspaceFolders, rootUri }: InitializeParams): string | undefined {
  const uri = workspaceFolders?.[0]?.uri ?? rootUri
  return uri?.startsWith('file:') === true ? fileURLToPath(uri) : undefined
}

class Server {
  private readonly work = new SlicedWork()
  private readonly plans: LatePlans
  session: Session
  /** The editor can be told to ask for hints again. */
  refreshes = false

  constructor(connection: Connection, documents: TextDocuments<TextDocument>, paths: Paths, settings: EditorSettings) {
    const workspace = new Workspace(settingsFor(paths, settings))
    this.session = { connection, documents, paths, workspace, keepsBlanks: false }
    this.plans = new LatePlans(
      () => ({ workspace: this.session.workspace, paths: documents.all().map(({ uri }) => paths.pathOf(uri)) }),
      () => {
        if (this.refreshes) void connection.languages.inlayHint.refresh()
      },
      (error) => connection.console.error(String(error)),
    )
  }

  changed(document: TextDocument): void {
    const { paths, workspace } = this.session
    const path = paths.pathOf(document.uri)
    workspace.update(path, document.getText(), document.version)
    this.plans.later()
    this.diagnose(document.uri)
    // What others say may depend on it; they wait until the one that is typed in is done.
    if (path === workspace.settings.inventory || path.endsWith('.csv')) this.diagnoseAll()
  }

  closed(uri: string): void {
    const { connection, paths, workspace } = this.session
    this.work.end(uri)
    workspace.close(paths.pathOf(uri))
    void connection.sendDiagnostics({ uri, diagnostics: [] })
  }

  configure(settings: EditorSettings): void {
    const { paths, documents } = this.session
    const workspace = new Workspace(settingsFor(paths, settings))
    for (const document of documents.all()) {
      workspace.update(paths.pathOf(document.uri), document.getText(), document.version)
    }
    this.session = { ...this.session, workspace }
    this.plans.later()
    this.diagnoseAll()
  }

  filesChanged(): void {
    const { inventory, values } = this.session.workspace.settings
    this.configure({ ...(inventory === undefined ? {} : { inventory }), ...(values === undefined ? {} : { values }) })
  }

  stop(): void {
    this.plans.end()
    for (const { uri } of this.session.documents.all()) this.work.end(uri)
  }

  private diagnoseAll(): void {
    for (const { uri } of this.session.documents.all()) this.diagnose(uri)
  }

  private diagnose(uri: string): void {
    const { connection, documents, paths, workspace } = this.session
    this.work.start(
      uri,
      () => diagnoseInSteps(workspace, paths.pathOf(uri)),
      (found) => {
        const version = documents.get(uri)?.version
        const diagnostics = found.map((diagnostic) => wireDiagnostic(diagnostic, paths))
        void connection.sendDiagnostics({ uri, diagnostics, ...(version === undefined ? {} : { version }) })
      },
      (error) => connection.console.error(`${paths.pathOf(uri)}: ${String(error)}`),
    )
  }
}

/** @throws RollbookError when the configuration of the folder cannot be used */
function settingsFor({ folder }: Paths, { inventory, values }: EditorSettings): WorkspaceSettings {
  const known = executorsOf(folder)
  return {
    actions: actionInfosOf(known),
    emulators: emulatorOfExecutor,
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    findings: known.diagnostics,
    parseCalendar,
    files: nodeFiles(folder),
    checkOther: (text, path) =>
      isAnswersFile(text) && !path.endsWith(configName) ? checkAnswers(text, path) : undefined,
    ...(inventory === undefined || inventory === '' ? {} : { inventory }),
    ...(values === undefined || values === '' ? {} : { values }),
  }
}
