/**
 * How fast the program starts, against Node that does nothing. Rounds of all three alternate, every other one backwards, and
 * the best of each is compared: other work on the machine only ever slows a start down.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Bench, BenchRow } from './bench.ts'

const rounds = 21
const root = join(dirname(process.argv[1] ?? ''), '..')

export const startBench: Bench = {
  name: 'start',
  title: 'Start of the program',
  async run(log) {
    const program = join(root, 'dist/rollbook.mjs')
    const contestants: { readonly figure: string; readonly words: readonly string[]; readonly goal: number }[] = [
      { figure: 'rollbook --version', words: [program, '--version'], goal: 1.5 },
    ]
    const runbook = shippedRunbook()
    if (runbook === undefined) log('no runbook is shipped yet: validate is left out')
    else contestants.push({ figure: `rollbook validate ${runbook}`, words: [program, 'validate', runbook], goal: 3 })

    const nothing: number[] = []
    const ours = contestants.map(() => [] as number[])
    for (let round = 0; round <= rounds; round += 1) {
      const turns = [
        { list: nothing, words: ['-e', '0'] },
        ...contestants.map(({ words }, index) => ({ list: ours[index] ?? [], words })),
      ]
      for (const { list, words } of round % 2 === 0 ? turns : turns.toReversed()) {
        const ms = milliseconds(words)
        // The first round only warms the caches of the disk.
        if (round > 0) list.push(ms)
      }
    }
    const peer = Math.min(...nothing)
    return contestants.map((contestant, index): BenchRow => {
      const own = Math.min(...(ours[index] ?? []))
      const ratio = own / peer
      return {
        figure: contestant.figure,
        ours: own,
        peer,
        peerName: 'node -e 0',
        unit: 'ms',
        ratio,
        goal: `at most ${contestant.goal}`,
        met: ratio <= contestant.goal,
      }
    })
  },
}

function shippedRunbook(): string | undefined {
  const folder = join(root, 'runbooks')
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.yaml')) : []
  const name = names.find((candidate) => candidate === 'helion-stackato.yaml') ?? names[0]
  return name === undefined ? undefined : join('runbooks', name)
}

/** @throws Error when the program does not end well: a failure is not a start */
function milliseconds(words: readonly string[]): number {
  const started = process.hrtime.bigint()
  const { status, stderr } = spawnSync(process.execPath, [...words], { cwd: root, encoding: 'utf8' })
  const ms = Number(process.hrtime.bigint() - started) / 1e6
  if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}: ${stderr}`)
  return ms
}
