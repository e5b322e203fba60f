/**
 * SSH: the port against a loop of multiplexed `ssh` processes, on an sshd fleet of loopback addresses. Rounds of both
 * alternate and medians are compared. Targets and controller share the machine: CPU is the sturdier figure.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { descendantsOf, type Sshd, startSshd } from '../test/support/sshd.ts'
import type { Bench, BenchRow } from './bench.ts'
import { countsDaemons, measureProcess, median, type ProcessCost } from './process-cost.ts'

interface Case {
  readonly work: 'ten' | 'rolling'
  readonly title: string
  readonly hosts: number
  readonly rounds: number
  readonly wallGoal: number
  readonly cpuGoal: number | undefined
}

const cases: readonly Case[] = [
  { work: 'ten', title: '10 steps on 50 hosts', hosts: 50, rounds: 5, wallGoal: 0.85, cpuGoal: 0.75 },
  { work: 'ten', title: '10 steps on 200 hosts', hosts: 200, rounds: 3, wallGoal: 0.85, cpuGoal: 0.75 },
  { work: 'rolling', title: 'rolling over 100 hosts', hosts: 100, rounds: 5, wallGoal: 1.1, cpuGoal: undefined },
]
const heldHosts = 200
const memoryMiBMax = 400
const peerName = 'ssh processes over ControlMaster'
const folder = dirname(process.argv[1] ?? '')

export const sshBench: Bench = {
  name: 'ssh',
  title: 'SSH, 50 hosts at once, journal on',
  async run(log) {
    if (!countsDaemons) log('no process namespaces here: the peer’s masters do not count, which favours the peer')
    const addresses = Array.from({ length: heldHosts }, (_, index) => `127.0.10.${index + 1}`)
    const fleet = await startSshd({ addresses, config: ['MaxSessions 1000'] })
    const program = join(folder, `ssh-ours.${process.pid}.run.mjs`)
    try {
      const source = join(folder, 'ssh-ours.ts')
      const options = { bundle: true, format: 'esm', platform: 'node', packages: 'external' } as const
      await build({ entryPoints: [source], outfile: program, ...options })
      const rows: BenchRow[] = []
      for (const each of cases) rows.push(...(await runCase(each, fleet, program, log)))
      rows.push(await memoryRow(fleet, program))
      return rows
    } finally {
      rmSync(program, { force: true })
      await fleet.stop()
    }
  },
}

async function runCase(each: Case, fleet: Sshd, program: string, log: (line: string) => void): Promise<BenchRow[]> {
  const hosts = fleet.addresses.slice(0, each.hosts)
  const ours: ProcessCost[] = []
  const peer: ProcessCost[] = []
  for (let round = 0; round < each.rounds; round += 1) {
    peer.push(
      await measureProcess([join(folder, 'ssh-loop.sh'), each.work, fleet.configFile, sockets(fleet), ...hosts]),
    )
    ours.push(await measureProcess([process.execPath, program, each.work, journal(fleet), fleet.configFile, ...hosts]))
    log(`${each.title}, round ${round + 1} of ${each.rounds}: ${told(ours.at(-1)!)}, peer ${told(peer.at(-1)!)}`)
  }
  const rowOf = (what: string, pick: (cost: ProcessCost) => number, goal: number): BenchRow => {
    const own = median(ours.map(pick)) / 1000
    const other = median(peer.map(pick)) / 1000
    const ratio = own / other
    const figure = `${each.title}, ${what}`
    return { figure, ours: own, peer: other, peerName, unit: 's', ratio, goal: `at most ${goal}`, met: ratio <= goal }
  }
  const wall = rowOf('time', ({ wallMs }) => wallMs, each.wallGoal)
  return each.cpuGoal === undefined ? [wall] : [wall, rowOf('controller CPU', ({ cpuMs }) => cpuMs, each.cpuGoal)]
}

/** Proportional memory of our process and all masters while every host is held. */
async function memoryRow(fleet: Sshd, program: string): Promise<BenchRow> {
  const words = [program, 'hold', journal(fleet), fleet.configFile, ...fleet.addresses]
  const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] })
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve())
    child.once('exit', (code) => reject(new Error(`ended with ${code}`)))
  })
  const all = [child.pid!, ...descendantsOf([child.pid!])]
  const own = all.reduce((sum, pid) => sum + proportionalMiB(pid), 0)
  const masters = all.filter((pid) => pid !== child.pid).reduce((sum, pid) => sum + proportionalMiB(pid), 0)
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.stdin.end()
  await ended
  return {
    figure: `memory with ${heldHosts} hosts held`,
    ours: own,
    peer: masters,
    peerName: 'the masters alone',
    unit: 'MiB',
    ratio: own / masters,
    goal: `at most ${memoryMiBMax} MiB`,
    met: own <= memoryMiBMax,
  }
}

function proportionalMiB(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

/** A new journal for every round. */
function journal(fleet: Sshd): string {
  return mkdtempSync(join(fleet.directory, 'journal-'))
}

function sockets(fleet: Sshd): string {
  const path = join(fleet.directory, 's')
  mkdirSync(path, { recursive: true, mode: 0o700 })
  return path
}

function told({ wallMs, cpuMs }: ProcessCost): string {
  return `${(wallMs / 1000).toFixed(2)} s, ${(cpuMs / 1000).toFixed(2)} CPU s`
}
