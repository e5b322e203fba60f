/** A real client of the editor protocol, over the pipes of `rollbook lsp`. */
import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  type ClientCapabilities,
  createProtocolConnection,
  type InitializeResult,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node'
import { type BundledProgram, bundleProgram } from './bundled-program.ts'

export interface LanguageClient {
  readonly connection: ProtocolConnection
  readonly capabilities: InitializeResult['capabilities']
  uri(path: string): string
  open(path: string, text: string): void
  /** Replaces the whole text, as a new version. */
  change(path: string, text: string): void
  /** The findings of the present version. */
  diagnostics(path: string): Promise<PublishDiagnosticsParams>
  /** How often findings of a file came. */
  publications(path: string): number
  request<T>(method: string, params: unknown): Promise<T>
  /** Says goodbye as the protocol wants it; gives the exit code. */
  end(): Promise<number | null>
}

/** The program as the command line would start it, bundled afresh from the sources. */
export function languageServerProgram(): Promise<BundledProgram> {
  return bundleProgram(
    `import { serveLanguage } from './src/lsp/server.ts'
     process.exitCode = await serveLanguage(process.stdin, process.stdout, process.cwd())
     process.exit()`,
  )
}

export async function startLanguageClient(
  command: readonly string[],
  folder: string,
  initializationOptions: unknown = {},
  clientCapabilities: ClientCapabilities = {},
): Promise<LanguageClient> {
  const root = resolve(folder)
  const child = spawn(process.execPath, [...command], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] })
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout!),
    new StreamMessageWriter(child.stdin!),
  )
  const versions = new Map<string, number>()
  const published = new Map<string, PublishDiagnosticsParams>()
  const counts = new Map<string, number>()
  const waiting = new Map<string, ((params: PublishDiagnosticsParams) => void)[]>()
  connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
    published.set(params.uri, params)
    counts.set(params.uri, (counts.get(params.uri) ?? 0) + 1)
    if (params.version !== versions.get(params.uri)) return
    for (const tell of waiting.get(params.uri) ?? []) tell(params)
    waiting.delete(params.uri)
  })
  connection.listen()
  const uri = (path: string): string => pathToFileURL(resolve(root, path)).href
  const { capabilities } = await connection.sendRequest<InitializeResult>('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(root).href,
    workspaceFolders: [{ uri: pathToFileURL(root).href, name: 'test' }],
    capabilities: clientCapabilities,
    initializationOptions,
  })
  await connection.sendNotification('initialized', {})
  const notify = (method: string, params: unknown): void => void connection.sendNotification(method, params)
  return {
    connection,
    capabilities,
    uri,
    open: (path, text) => {
      versions.set(uri(path), 1)
      notify('textDocument/didOpen', { textDocument: { uri: uri(path), languageId: 'rollbook', version: 1, text } })
    },
    change: (path, text) => {
      const version = (versions.get(uri(path)) ?? 0) + 1
      versions.set(uri(path), version)
      notify('textDocument/didChange', { textDocument: { uri: uri(path), version }, contentChanges: [{ text }] })
    },
    diagnostics: (path) => {
      const known = published.get(uri(path))
      if (known !== undefined && known.version === versions.get(uri(path))) return Promise.resolve(known)
      return new Promise((tell) => waiting.set(uri(path), [...(waiting.get(uri(path)) ?? []), tell]))
    },
    publications: (path) => counts.get(uri(path)) ?? 0,
    request: <T>(method: string, params: unknown): Promise<T> => connection.sendRequest<T>(method, params),
    end: () => goodbye(connection, child),
  }
}

async function goodbye(connection: ProtocolConnection, child: ChildProcess): Promise<number | null> {
  const closed = new Promise<number | null>((done) => child.on('close', done))
  await connection.sendRequest('shutdown')
  await connection.sendNotification('exit')
  const code = await closed
  connection.dispose()
  return code
}
