/** Runs one bench in a process of its own, so that no bench feels the memory of another; started by main.ts. */
import type { Bench, BenchRow } from './bench.ts'

/** What this process tells its parent. */
export type BenchMessage =
  | { readonly kind: 'title'; readonly title: string }
  | { readonly kind: 'log'; readonly line: string }
  | { readonly kind: 'rows'; readonly rows: readonly BenchRow[] }

const name = process.argv[2] ?? ''
const module = (await import(`./${name}.bench.ts`)) as Record<string, unknown>
const bench = Object.values(module).find(isBench)
if (bench === undefined) throw new Error(`bench/${name}.bench.ts exports no Bench`)

tell({ kind: 'title', title: bench.title })
const rows = await bench.run((line) => tell({ kind: 'log', line }))
tell({ kind: 'rows', rows })
process.disconnect?.()

function tell(message: BenchMessage): void {
  process.send?.(message)
}

function isBench(value: unknown): value is Bench {
  return typeof value === 'object' && value !== null && 'run' in value && 'title' in value
}
