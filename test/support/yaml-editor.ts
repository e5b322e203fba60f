/** The YAML language server that editors use, with nothing but our schema. */
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  type CompletionItem,
  type CompletionList,
  createProtocolConnection,
  type Diagnostic,
  type Hover,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node'

export interface YamlEditor {
  /** What is offered where the bar `‸` stands. */
  completions(marked: string): Promise<readonly CompletionItem[]>
  /** What is shown about the word in front of the bar, as Markdown. */
  hover(marked: string): Promise<string>
  /** What is told about a text. */
  problems(text: string): Promise<readonly Diagnostic[]>
  end(): Promise<void>
}

/** @param folder - where the texts are opened; a modeline may name a schema relative to it */
export async function startYamlEditor(folder: string): Promise<YamlEditor> {
  const program = resolve(import.meta.dirname, '../../node_modules/yaml-language-server/bin/yaml-language-server')
  const child = spawn(process.execPath, [program, '--stdio'], { cwd: folder, stdio: ['pipe', 'pipe', 'ignore'] })
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  )
  const settings = { validate: true, completion: true, hover: true, schemaStore: { enable: false } }
  connection.onRequest('workspace/configuration', ({ items }: { items: readonly { section?: string }[] }) =>
    items.map(({ section }) => (section === 'yaml' ? settings : null)),
  )
  connection.onRequest('client/registerCapability', () => null)
  const told = new Map<string, (diagnostics: readonly Diagnostic[]) => void>()
  connection.onNotification('textDocument/publishDiagnostics', ({ uri, diagnostics }: PublishDiagnosticsParams) =>
    told.get(uri)?.(diagnostics),
  )
  connection.listen()
  const rootUri = pathToFileURL(folder).href
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri,
    workspaceFolders: [{ uri: rootUri, name: 'test' }],
    capabilities: {
      workspace: { configuration: true, workspaceFolders: true },
      textDocument: {
        publishDiagnostics: {},
        completion: { completionItem: { snippetSupport: true, documentationFormat: ['markdown'] } },
        hover: { contentFormat: ['markdown'] },
      },
    },
  })
  await connection.sendNotification('initialized', {})
  await connection.sendNotification('workspace/didChangeConfiguration', { settings: { yaml: settings } })
  let count = 0
  const open = async (text: string): Promise<{ readonly uri: string; readonly found: readonly Diagnostic[] }> => {
    const path = join(folder, `text-${(count += 1)}.yaml`)
    writeFileSync(path, text)
    const uri = pathToFileURL(path).href
    const found = new Promise<readonly Diagnostic[]>((resolveFound) => told.set(uri, resolveFound))
    await connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'yaml', version: 1, text },
    })
    return { uri, found: await found }
  }
  const place = async (marked: string): Promise<object> => {
    const before = marked.slice(0, marked.indexOf('‸')).split('\n')
    const { uri } = await open(marked.replace('‸', ''))
    return { textDocument: { uri }, position: { line: before.length - 1, character: before.at(-1)!.length } }
  }
  return {
    completions: async (marked) => {
      const list = await connection.sendRequest<CompletionList>('textDocument/completion', await place(marked))
      return list.items
    },
    hover: async (marked) => {
      const hover = await connection.sendRequest<Hover | null>('textDocument/hover', await place(marked))
      return (hover?.contents as { readonly value: string } | undefined)?.value ?? ''
    },
    problems: async (text) => (await open(text)).found,
    end: async () => {
      const closed = new Promise((done) => child.on('close', done))
      await connection.sendRequest('shutdown')
      await connection.sendNotification('exit')
      await closed
      connection.dispose()
    },
  }
}
