/**
 * How long an editor waits for `rollbook lsp`, against the YAML language server with our schema, both over their pipes on
 * the same text. The peer checks the schema alone; ours checks meaning and expressions, too. Rounds of both alternate.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  createProtocolConnection,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node'
import type { Bench, BenchRow } from './bench.ts'
import { largeRunbook } from './large-runbook.ts'

const root = join(dirname(process.argv[1] ?? ''), '..')
const sizes = [
  { lines: 3000, rounds: 11, diagnosticsGoal: 4, completionGoal: 10 },
  { lines: 50_000, rounds: 3, diagnosticsGoal: 4, completionGoal: 4 },
]

export const editorBench: Bench = {
  name: 'editor',
  title: 'Language server beside the YAML language server',
  async run(log) {
    const rows: BenchRow[] = []
    for (const { lines, rounds, diagnosticsGoal, completionGoal } of sizes) {
      const folder = mkdtempSync(join(tmpdir(), 'rollbook-bench-'))
      copyFileSync(join(root, 'schemas/runbook.v1.schema.json'), join(folder, 'runbook.v1.schema.json'))
      const text = largeRunbook(lines)
      writeFileSync(join(folder, 'large.yaml'), text)
      const ours = await start([join(root, 'dist/rollbook.mjs'), 'lsp'], folder, text)
      const peer = await start(
        [join(root, 'node_modules/yaml-language-server/bin/yaml-language-server'), '--stdio'],
        folder,
        text,
      )
      for (let round = 0; round < rounds; round += 1) {
        for (const editor of round % 2 === 0 ? [ours, peer] : [peer, ours]) await editor.round(round)
      }
      log(`${lines} lines: ours ${ours.words()}; peer ${peer.words()}`)
      const row = (figure: string, own: number, other: number, unit: string, goal: number): BenchRow => {
        const ratio = own / other
        return {
          figure: `${figure}, ${lines} lines`,
          ours: own,
          peer: other,
          peerName: 'YAML language server',
          unit,
          ratio,
          goal: `at most ${1 / goal}`,
          met: ratio <= 1 / goal,
        }
      }
      rows.push(
        row('keystroke to diagnostics, p95', p95(ours.diagnostics), p95(peer.diagnostics), 'ms', diagnosticsGoal),
        row(
          'completion right behind a keystroke, p95',
          p95(ours.completion),
          p95(peer.completion),
          'ms',
          completionGoal,
        ),
        row('memory', ours.memory(), peer.memory(), 'MiB', 1),
      )
      ours.end()
      peer.end()
      rmSync(folder, { recursive: true, force: true })
    }
    return rows
  },
}

function p95(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))] ?? Number.NaN
}

interface Editor {
  readonly diagnostics: number[]
  readonly completion: number[]
  round(number: number): Promise<void>
  memory(): number
  words(): string
  end(): void
}

async function start(command: readonly string[], folder: string, text: string): Promise<Editor> {
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
  let tell: ((count: number) => void) | undefined
  connection.onNotification(
    'textDocument/publishDiagnostics',
    (params: { readonly uri: string; readonly diagnostics: readonly unknown[] }) => {
      if (params.uri === uri) tell?.(params.diagnostics.length)
    },
  )
  connection.listen()
  const rootUri = pathToFileURL(folder).href
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri,
    workspaceFolders: [{ uri: rootUri, name: 'bench' }],
    capabilities: {
      workspace: { configuration: true, workspaceFolders: true },
      textDocument: { publishDiagnostics: {}, completion: {} },
    },
  })
  await connection.sendNotification('initialized', {})
  await connection.sendNotification('workspace/didChangeConfiguration', { settings: { yaml: settings } })
  const opened = nextCount(
    (call) => (tell = call),
    () => true,
  )
  await connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'yaml', version: 1, text },
  })
  await opened
  return measure(child, connection, uri, text, (call) => (tell = call))
}

function nextCount(listen: (call: (count: number) => void) => void, isIt: (count: number) => boolean): Promise<void> {
  return new Promise((resolve) => listen((count) => isIt(count) && resolve()))
}

function measure(
  child: ChildProcess,
  connection: ProtocolConnection,
  uri: string,
  text: string,
  listen: (call: (count: number) => void) => void,
): Editor {
  const diagnostics: number[] = []
  const completion: number[] = []
  const lines = text.split('\n')
  const line = lines.findIndex((each, index) => index > lines.length / 2 && /^ {8}title:/.test(each))
  let version = 1
  const edit = (start: number, end: number, typed: string): Promise<void> =>
    connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: (version += 1) },
      contentChanges: [{ range: { start: { line, character: start }, end: { line, character: end } }, text: typed }],
    })
  return {
    diagnostics,
    completion,
    round: async () => {
      // One letter makes a wrong key of a right one; taking it away cures that.
      for (const [start, end, typed, wrong] of [
        [9, 9, 'x', true],
        [9, 10, '', false],
      ] as const) {
        const began = performance.now()
        const told = nextCount(listen, (count) => count > 0 === wrong)
        await edit(start, end, typed)
        await told
        diagnostics.push(performance.now() - began)
      }
      const began = performance.now()
      await edit(0, 0, '        \n')
      await connection.sendRequest('textDocument/completion', {
        textDocument: { uri },
        position: { line, character: 8 },
      })
      completion.push(performance.now() - began)
      await connection.sendNotification('textDocument/didChange', {
        textDocument: { uri, version: (version += 1) },
        contentChanges: [{ range: { start: { line, character: 0 }, end: { line: line + 1, character: 0 } }, text: '' }],
      })
      // Whatever is told of that must not be taken for an answer of the next round.
      await new Promise((resolve) => setTimeout(resolve, text.length > 1_000_000 ? 3000 : 600))
    },
    memory: () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
    words: () =>
      `diagnostics ${diagnostics.map(Math.round).join(' ')}, completion ${completion.map(Math.round).join(' ')}`,
    end: () => {
      connection.dispose()
      child.kill()
    },
  }
}
