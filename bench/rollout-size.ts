/** Simulates one fleet in a process of its own, `rollout-size.ts TARGETS`, and prints what it cost as JSON. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type FleetRun, makeFleet, runFleet } from './rollout-fleet.ts'

export interface FleetSize {
  readonly nanosecondsPerInput: number
  readonly peakMiB: number
  /** What the finished rollout holds, by target. */
  readonly bytesPerTarget: number
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const targets = Number(process.argv[2])
/** A lane has as many targets in every fleet, so that only the number of lanes grows. */
const laneSize = 1_000

// The first runs of a process compile; what is measured is the work, not that.
runFleet(makeFleet(20_000, 20))
runFleet(makeFleet(20_000, 20))
const lanes = Math.max(1, Math.round(targets / laneSize))
const rounds = Math.max(1, Math.round(300_000 / targets))
const times: number[] = []
const held = (): number => {
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
const before = held()
const kept: FleetRun[] = []
for (let round = 0; round < rounds; round += 1) {
  const run = runFleet(makeFleet(targets, lanes))
  kept.push(run)
  times.push(run.seconds / run.inputs)
}
const bytes = (held() - before) / (targets * kept.length)
times.sort((a, b) => a - b)
const size: FleetSize = {
  nanosecondsPerInput: times[Math.floor(times.length / 2)]! * 1e9,
  peakMiB: process.resourceUsage().maxRSS / 1024,
  bytesPerTarget: bytes,
}
console.log(JSON.stringify(size))
