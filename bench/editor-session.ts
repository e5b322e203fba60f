/** One language server with one open file, as an editor talks to it. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node'
import type { Keystroke, Place } from './editor-typing.ts'

export interface EditorSession {
  /** From handing the text over to its findings, in milliseconds. */
  readonly openedMs: number
  /** @returns milliseconds from the key to the findings of the text that it made */
  type(stroke: Keystroke): Promise<number>
  /** @returns milliseconds from the key to what may follow */
  complete(place: Place): Promise<number>
  /** Milliseconds that the server has kept a processor busy. */
  processorMs(): number
  /** In MiB. */
  memory(): { readonly present: number; readonly most: number }
  end(): void
}

/** Between two keys nothing may be left over that would be taken for an answer to the second. */
const restMs = 40

export async function startEditor(command: readonly string[], folder: string, text: string): Promise<EditorSession> {
  const child = spawn(process.execPath, [...command], { cwd: folder, stdio: ['pipe', 'pipe', 'ignore'] })
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout!),
    new StreamMessageWriter(child.stdin!),
  )
  const uri = pathToFileURL(join(folder, 'large.yaml')).href
  const settings = { validate: true, completion: true, hover: true, schemaStore: { enable: false } }
  connection.onRequest(
    'workspace/configuration',
    ({ items }: { readonly items: readonly { readonly section?: string }[] }) =>
      items.map(({ section }) => (section === 'yaml' ? settings : null)),
  )
  connection.onRequest('client/registerCapability', () => null)
  const heard = new Findings(uri)
  connection.onNotification('textDocument/publishDiagnostics', (params: Published) => heard.take(params))
  connection.listen()
  const rootUri = pathToFileURL(folder).href
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri,
    workspaceFolders: [{ uri: rootUri, name: 'bench' }],
    capabilities: {
      workspace: { configuration: true, workspaceFolders: true },
      textDocument: { publishDiagnostics: { versionSupport: true }, completion: {} },
    },
  })
  await connection.sendNotification('initialized', {})
  await connection.sendNotification('workspace/didChangeConfiguration', { settings: { yaml: settings } })
  await pause(1000)
  let version = 1
  const began = performance.now()
  const opened = heard.next(version)
  await connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'yaml', version, text },
  })
  const openedMs = (await opened) - began
  await pause(1000)
  const change = ({ line, start, end, endLine, text: typed }: Keystroke): Promise<void> => {
    version += 1
    const range = { start: { line, character: start }, end: { line: endLine ?? line, character: end } }
    return connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [{ range, text: typed }],
    })
  }
  const type = async (stroke: Keystroke): Promise<number> => {
    const typed = performance.now()
    const told = heard.next(version + 1)
    await change(stroke)
    const took = (await told) - typed
    await pause(restMs)
    return took
  }
  return {
    openedMs,
    type,
    complete: async ({ keystroke, undo, line, character }) => {
      const typed = performance.now()
      const told = heard.next(version + 1)
      await change(keystroke)
      const position = { line, character }
      await connection.sendRequest('textDocument/completion', { textDocument: { uri }, position })
      const took = performance.now() - typed
      await told
      await pause(restMs)
      await type(undo)
      return took
    },
    processorMs: () => {
      // Fields 14 and 15 of proc(5) are ticks of 10 ms in user and system mode; the name before may hold spaces.
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      return 10 * (Number(fields[11]) + Number(fields[12]))
    },
    memory: () => {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
      const mebibytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024
      return { present: mebibytes('VmRSS'), most: mebibytes('VmHWM') }
    },
    end: () => {
      connection.dispose()
      child.kill()
    },
  }
}

interface Published {
  readonly uri: string
  readonly version?: number
}

/** The findings of one file as they come in. A server that does not say of which version they are tells once per pause. */
class Findings {
  private readonly uri: string
  private waiting: { readonly version: number; readonly tell: (at: number) => void } | undefined

  constructor(uri: string) {
    this.uri = uri
  }

  /** @returns the instant at which the findings of the version have come, by `performance.now()` */
  next(version: number): Promise<number> {
    return new Promise((tell) => {
      this.waiting = { version, tell }
    })
  }

  take({ uri, version }: Published): void {
    if (uri !== this.uri || this.waiting === undefined) return
    if (version !== undefined && version < this.waiting.version) return
    const { tell } = this.waiting
    this.waiting = undefined
    tell(performance.now())
  }
}
