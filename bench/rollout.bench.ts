/**
 * The rollout core on a fleet of Sockets over virtual time, against a bare loop that pops five events per target from a
 * heap of objects. Rounds of both alternate, their time is that of the processor, and the median of their ratios counts,
 * because the machine is never alone. Beside it the whole run program over the same policy, which does far more per target.
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Bench, BenchRow } from './bench.ts'
import { median } from './process-cost.ts'
import { makeFleet, runBare, runFleet } from './rollout-fleet.ts'
import type { FleetSize } from './rollout-size.ts'
import type { RunCost } from './run-fleet.ts'

const targets = 100_000
const zones = 38
const rounds = 9
const sizeRounds = 3

export const rolloutBench: Bench = {
  name: 'rollout',
  title: 'Rollout core: 100,000 Sockets in 38 time zones succeed in the simulation',
  async run(log) {
    runBare(targets, zones)
    runFleet(makeFleet(targets, zones))
    const pairs = Array.from({ length: rounds }, () => pair())
    const bare = median(pairs.map((each) => each.bare))
    const sizes = Array.from({ length: sizeRounds }, () => ({ small: measure(1_000), large: measure(1_000_000) }))
    for (const { small, large } of sizes) log(`1,000: ${JSON.stringify(small)}; 1,000,000: ${JSON.stringify(large)}`)
    const run = { small: measureRun(5_000), large: measureRun(targets) }
    log(`whole run: 5,000: ${JSON.stringify(run.small)}; 100,000: ${JSON.stringify(run.large)}`)
    const peer = { peer: bare, peerName: 'bare loop over a heap of objects', unit: '/s', goal: '≥ 0.25' }
    return [
      atLeast(0.25, {
        ...peer,
        figure: 'Answers and due times taken',
        ours: median(pairs.map((each) => each.inputs)),
        ratio: median(pairs.map((each) => each.inputs / each.bare)),
      }),
      atLeast(0.25, {
        ...peer,
        figure: 'Events recorded',
        ours: median(pairs.map((each) => each.events)),
        ratio: median(pairs.map((each) => each.events / each.bare)),
      }),
      {
        ...peer,
        goal: 'none, for information',
        met: true,
        figure: 'Records of the whole run program, with steps, calls and words',
        ours: run.large.records / run.large.seconds,
        ratio: run.large.records / run.large.seconds / bare,
      },
      atMost(1.5, {
        figure: 'Time per record of the whole run program with 100,000 targets',
        ours: (run.large.seconds / run.large.records) * 1e6,
        peer: (run.small.seconds / run.small.records) * 1e6,
        peerName: 'with 5,000',
        unit: 'µs',
      }),
      atMost(1, {
        figure: 'Peak memory of a process with 1,000,000 targets',
        ours: Math.max(...sizes.map((each) => each.large.peakMiB)),
        peer: 1024,
        peerName: 'the limit',
        unit: 'MiB',
      }),
      atMost(1.5, flat(sizes, 'Time per input with 1,000,000 targets', 'nanosecondsPerInput', 'ns')),
      atMost(1.5, flat(sizes, 'Memory held per target of 1,000,000', 'bytesPerTarget', 'bytes')),
    ]
  },
}

/** All in events per second. */
function pair(): { readonly bare: number; readonly inputs: number; readonly events: number } {
  const bare = runBare(targets, zones)
  const ours = runFleet(makeFleet(targets, zones))
  return { bare: bare.events / bare.seconds, inputs: ours.inputs / ours.seconds, events: ours.events / ours.seconds }
}

function measure(count: number): FleetSize {
  return inProcess('./rollout-size.ts', count) as FleetSize
}

function measureRun(count: number): RunCost {
  return inProcess('./run-fleet.ts', count) as RunCost
}

function inProcess(script: string, count: number): unknown {
  const words = ['../.ci/run-ts.mjs', script].map((file) => fileURLToPath(new URL(file, import.meta.url)))
  return JSON.parse(execFileSync(process.execPath, [...words, String(count)], { encoding: 'utf8' }))
}

function atLeast(least: number, row: Omit<BenchRow, 'met'>): BenchRow {
  return { ...row, met: row.ratio >= least }
}

/** The round with the median ratio. */
function flat(
  sizes: readonly { readonly small: FleetSize; readonly large: FleetSize }[],
  figure: string,
  of: 'nanosecondsPerInput' | 'bytesPerTarget',
  unit: string,
): Omit<BenchRow, 'met' | 'ratio' | 'goal'> {
  const sorted = sizes.toSorted((a, b) => a.large[of] / a.small[of] - b.large[of] / b.small[of])
  const middle = sorted[Math.floor(sorted.length / 2)]!
  return { figure, ours: middle.large[of], peer: middle.small[of], peerName: 'with 1,000', unit }
}

function atMost(most: number, row: Omit<BenchRow, 'met' | 'ratio' | 'goal'>): BenchRow {
  const ratio = row.ours / row.peer
  return { ...row, ratio, goal: `≤ ${most}`, met: ratio <= most }
}
