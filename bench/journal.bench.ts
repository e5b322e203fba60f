/**
 * The journal against bare loops that write, flush and parse the same bytes without keeping any promise. Rounds of both
 * sides alternate, and the best round of each is compared: other work on the machine moves a figure by ten times, and
 * only ever for the worse.
 */
import { Buffer } from 'node:buffer'
import { closeSync, fdatasyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { JournalStore } from '../src/node/journal-store.ts'
import type { JournalEvent, JournalWriter } from '../src/ports/journal.ts'
import type { Bench, BenchRow } from './bench.ts'

const rounds = 12
const singleRecords = 2_000
const writers = 200
const recordsPerWriter = 500
const resumeRecords = 1_000_000

/** A usual record, recorded now; its line is about 300 bytes long. */
function event(n: number): JournalEvent {
  return {
    id: `upgrade.node-${n % 200}.install#${n}`,
    type: 'EffectEnded',
    at: Date.now(),
    of: `call-${n}`,
    data: { outcome: 'succeeded', free_gb: 7.8 },
  }
}

/** Seconds that `work` takes. */
async function seconds(work: () => void | Promise<void>): Promise<number> {
  const started = process.hrtime.bigint()
  await work()
  return Number(process.hrtime.bigint() - started) / 1e9
}

/** Writes and flushes the same bytes over and over; gives flushes per second. */
async function bare(path: string, bytes: Buffer, times: number, laidOut: boolean): Promise<number> {
  const fd = openSync(path, 'w')
  if (laidOut) {
    writeSync(fd, Buffer.alloc(bytes.length * times))
    fdatasyncSync(fd)
  }
  const taken = await seconds(() => {
    for (let n = 0; n < times; n += 1) {
      writeSync(fd, bytes, 0, bytes.length, n * bytes.length)
      fdatasyncSync(fd)
    }
  })
  closeSync(fd)
  rmSync(path)
  return times / taken
}

async function withJournal(directory: string, work: (writer: JournalWriter) => Promise<void>): Promise<number> {
  const { writer } = await new JournalStore().open(directory, () => {})
  const taken = await seconds(() => work(writer))
  await writer.close()
  return taken
}

async function single(directory: string): Promise<number> {
  const taken = await withJournal(directory, async (writer) => {
    for (let n = 0; n < singleRecords; n += 1) await writer.append([event(n)])
  })
  rmSync(directory, { recursive: true })
  return singleRecords / taken
}

async function concurrent(directory: string): Promise<number> {
  const taken = await withJournal(directory, async (writer) => {
    const loop = async (first: number): Promise<void> => {
      for (let n = 0; n < recordsPerWriter; n += 1) await writer.append([event(first * recordsPerWriter + n)])
    }
    await Promise.all(Array.from({ length: writers }, (_, first) => loop(first)))
  })
  rmSync(directory, { recursive: true })
  return (writers * recordsPerWriter) / taken
}

interface Rates {
  readonly ours: number[]
  readonly peer: number[]
  readonly laidOut: number[]
}

async function writing(root: string, log: (line: string) => void): Promise<BenchRow[]> {
  const one: Rates = { ours: [], peer: [], laidOut: [] }
  const many: Rates = { ours: [], peer: [], laidOut: [] }
  const line = Buffer.from(`${'x'.repeat(299)}\n`)
  const block = Buffer.concat(Array.from({ length: writers }, () => line))
  for (let round = 0; round <= rounds; round += 1) {
    const path = join(root, 'bare')
    const turns: readonly (readonly [number[], () => Promise<number>])[] = [
      [one.peer, () => bare(path, line, singleRecords, false)],
      [one.ours, () => single(join(root, 'single'))],
      [one.laidOut, () => bare(path, line, singleRecords, true)],
      [many.peer, async () => writers * (await bare(path, block, recordsPerWriter, false))],
      [many.ours, () => concurrent(join(root, 'concurrent'))],
      [many.laidOut, async () => writers * (await bare(path, block, recordsPerWriter, true))],
    ]
    const figures: (readonly [number[], number])[] = []
    // Every other round goes backwards, so that no side always follows the same one.
    for (const [list, measure] of round % 2 === 0 ? turns : turns.toReversed()) figures.push([list, await measure()])
    // The first round warms the compiler up.
    if (round > 0) for (const [list, figure] of figures) list.push(figure)
    log(`round ${round}: ${figures.map(([, figure]) => Math.round(figure)).join(' ')}`)
  }
  const appended = 'bare append + fdatasync'
  const over = 'bare write + fdatasync into laid-out blocks (for information)'
  return [
    row('journal, 1 writer', 'flushes/s', Math.max(...one.ours), Math.max(...one.peer), appended, 0.9),
    row('journal, 1 writer', 'flushes/s', Math.max(...one.ours), Math.max(...one.laidOut), over, 0),
    row('journal, 200 writers', 'records/s', Math.max(...many.ours), Math.max(...many.peer), `${appended} of 200`, 0.4),
    row('journal, 200 writers', 'records/s', Math.max(...many.ours), Math.max(...many.laidOut), `${over} of 200`, 0),
  ]
}

async function resuming(root: string, log: (line: string) => void): Promise<BenchRow[]> {
  const directory = join(root, 'resume')
  await withJournal(directory, async (writer) => {
    for (let n = 0; n < resumeRecords; n += 1000) {
      await writer.append(Array.from({ length: 1000 }, (_, k) => event(n + k)))
    }
  })
  // The peer gets the same records as one plain file.
  const paths = Array.from({ length: 99 }, (_, n) => n + 1).map((n) =>
    join(directory, n === 1 ? 'journal.jsonl' : `journal-${String(n).padStart(6, '0')}.jsonl`),
  )
  const ours: number[] = []
  const peer: number[] = []
  for (let round = 0; round < 5; round += 1) {
    let seen = 0
    ours.push(
      await seconds(async () => {
        const { writer } = await new JournalStore().open(directory, () => {
          seen += 1
        })
        await writer.close()
      }),
    )
    if (seen !== resumeRecords) throw new Error(`resumed ${seen} records`)
    peer.push(await seconds(() => parseLines(paths)))
    log(`resume round ${round}: ${ours.at(-1)?.toFixed(2)} s, parsing alone ${peer.at(-1)?.toFixed(2)} s`)
  }
  const name = 'read, split and JSON.parse each line'
  return [row('journal, resume of 1,000,000 records', 's', Math.min(...ours), Math.min(...peer), name, 3, 'at most')]
}

function parseLines(paths: readonly string[]): void {
  let parsed = 0
  for (const path of paths) {
    let text: string
    try {
      text = readFileSync(path, 'utf8')
    } catch {
      break
    }
    for (const line of text.split('\n')) {
      if (line === '') continue
      JSON.parse(line)
      parsed += 1
    }
  }
  if (parsed < resumeRecords) throw new Error(`parsed ${parsed} lines`)
}

function row(
  figure: string,
  unit: string,
  ours: number,
  peer: number,
  peerName: string,
  limit: number,
  sense: 'at least' | 'at most' = 'at least',
): BenchRow {
  const ratio = ours / peer
  const met = sense === 'at least' ? ratio >= limit : ratio <= limit
  return { figure, ours, peer, peerName, unit, ratio, goal: limit === 0 ? 'none' : `${sense} ${limit}`, met }
}

export const bench: Bench = {
  name: 'journal',
  title: 'Journal: appending and resuming',
  async run(log) {
    const root = mkdtempSync(join(process.env['ROLLBOOK_BENCH_DIR'] ?? tmpdir(), 'rollbook-bench-'))
    try {
      return [...(await writing(root, log)), ...(await resuming(root, log))]
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  },
}
