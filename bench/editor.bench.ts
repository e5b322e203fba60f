/**
 * How long an editor waits for `rollbook lsp`, beside the YAML language server with our schema: both over their pipes, on
 * the same text, with the same keystrokes in turn, so that a busy machine hits both. The peer checks the schema alone;
 * ours checks meaning and expressions, too.
 *
 * What a person waits for counts, so the pause that the peer makes after each keystroke (200 ms) is part of its time; a
 * row for information leaves it out.
 */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Bench, BenchRow } from './bench.ts'
import { type EditorSession, startEditor } from './editor-session.ts'
import { type Keystroke, type Place, typingIn } from './editor-typing.ts'
import { largeRunbook } from './large-runbook.ts'

const root = join(dirname(process.argv[1] ?? ''), '..')
const sizes = [
  { lines: 3000, rounds: 8, long: true, diagnosticsGoal: 4, completionGoal: 10 },
  { lines: 50_000, rounds: 2, long: false, diagnosticsGoal: 4, completionGoal: 4 },
]
/** Of the peer, in its source. */
const peerPauseMs = 200

export const editorBench: Bench = {
  name: 'editor',
  title: 'Language server beside the YAML language server',
  async run(log) {
    const rows: BenchRow[] = []
    for (const size of sizes) rows.push(...(await runSize(size, log)))
    return rows
  },
}

async function runSize(
  { lines, rounds, long, diagnosticsGoal, completionGoal }: (typeof sizes)[number],
  log: (line: string) => void,
): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rollbook-bench-'))
  copyFileSync(join(root, 'schemas/runbook.v1.schema.json'), join(folder, 'runbook.v1.schema.json'))
  const text = largeRunbook(lines)
  writeFileSync(join(folder, 'large.yaml'), text)
  const peerPath = join(root, 'node_modules/yaml-language-server/bin/yaml-language-server')
  const ours = await startEditor([join(root, 'dist/rollbook.mjs'), 'lsp'], folder, text)
  const peer = await startEditor([peerPath, '--stdio'], folder, text)
  try {
    const figures = { ours: newFigures(), peer: newFigures() }
    const sessions = [
      [ours, figures.ours],
      [peer, figures.peer],
    ] as const
    const typing = typingIn(text, long)
    // What runs for the first time is compiled on the way; nobody feels that in a session of hours.
    for (const stroke of typing.strokes) for (const [session] of sessions) await session.type(stroke)
    for (const figure of [figures.ours, figures.peer]) figure.processor = 0
    for (let round = 0; round < rounds; round += 1) {
      const turn = round % 2 === 0 ? sessions : [...sessions].reverse()
      for (const stroke of typing.strokes) for (const [session, own] of turn) await typeOne(session, own, stroke)
      for (const place of typing.places) for (const [session, own] of turn) await completeAt(session, own, place)
    }
    log(`${lines} lines, ours: ${words(figures.ours)}`)
    log(`${lines} lines, peer: ${words(figures.peer)}`)
    return rowsOf(
      lines,
      figures,
      { ours: ours.memory(), peer: peer.memory() },
      { ours, peer },
      {
        diagnosticsGoal,
        completionGoal,
      },
    )
  } finally {
    ours.end()
    peer.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Figures {
  readonly diagnostics: number[]
  readonly completion: number[]
  /** By kind of keystroke. */
  readonly byKind: Map<string, number[]>
  /** Milliseconds of processor time for all keystrokes. */
  processor: number
}

function newFigures(): Figures {
  return { diagnostics: [], completion: [], byKind: new Map(), processor: 0 }
}

async function typeOne(session: EditorSession, figures: Figures, stroke: Keystroke): Promise<void> {
  const before = session.processorMs()
  const took = await session.type(stroke)
  figures.processor += session.processorMs() - before
  figures.diagnostics.push(took)
  figures.byKind.set(stroke.kind, [...(figures.byKind.get(stroke.kind) ?? []), took])
}

async function completeAt(session: EditorSession, figures: Figures, place: Place): Promise<void> {
  figures.completion.push(await session.complete(place))
}

function rowsOf(
  lines: number,
  { ours, peer }: { readonly ours: Figures; readonly peer: Figures },
  memory: { readonly ours: Memory; readonly peer: Memory },
  opened: { readonly ours: EditorSession; readonly peer: EditorSession },
  { diagnosticsGoal, completionGoal }: { readonly diagnosticsGoal: number; readonly completionGoal: number },
): readonly BenchRow[] {
  const row = (figure: string, own: number, other: number, unit: string, goal?: number): BenchRow => ({
    figure: `${figure}, ${lines.toLocaleString('en-US')} lines`,
    ours: own,
    peer: other,
    peerName: 'YAML language server',
    unit,
    ratio: own / other,
    goal: goal === undefined ? 'none, for information' : `at most ${Number((1 / goal).toPrecision(3))}`,
    met: goal === undefined || own / other <= 1 / goal,
  })
  const [own, other] = [ours.diagnostics, peer.diagnostics]
  return [
    row('keystroke to diagnostics, p95', at(own, 0.95), at(other, 0.95), 'ms', diagnosticsGoal),
    row('keystroke to diagnostics, p50', at(own, 0.5), at(other, 0.5), 'ms'),
    row(
      `keystroke to diagnostics, p95, less the ${peerPauseMs} ms that the peer waits`,
      at(own, 0.95),
      at(other, 0.95) - peerPauseMs,
      'ms',
    ),
    row('processor time of a keystroke', ours.processor / own.length, peer.processor / other.length, 'ms'),
    row(
      'completion right behind a keystroke, p95',
      at(ours.completion, 0.95),
      at(peer.completion, 0.95),
      'ms',
      completionGoal,
    ),
    row('completion right behind a keystroke, p50', at(ours.completion, 0.5), at(peer.completion, 0.5), 'ms'),
    row('opening to diagnostics', opened.ours.openedMs, opened.peer.openedMs, 'ms'),
    row('memory after the same work', memory.ours.present, memory.peer.present, 'MiB', 1),
    row('most memory on the way', memory.ours.most, memory.peer.most, 'MiB', 1),
  ]
}

type Memory = ReturnType<EditorSession['memory']>

/** @param part - 0.95 for p95 */
function at(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

function words({ byKind, completion }: Figures): string {
  const kinds = [...byKind].map(
    ([kind, values]) => `${kind} ${Math.round(at(values, 0.5))}/${Math.round(at(values, 1))}`,
  )
  return [...kinds, `completion ${Math.round(at(completion, 0.5))}/${Math.round(at(completion, 1))}`].join(', ')
}
