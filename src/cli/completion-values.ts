/** What a shell offers that only files can tell: inputs, phases, steps and roles of a runbook or run; what can be explained. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { isMap, isSeq, parseDocument } from 'yaml'
import type { ValueKind } from './command.ts'

/**
 * @param words - the command line so far, without the program, the last word perhaps half typed
 * @returns words to offer; none when what they would be read from is missing or broken
 */
export async function completionValues(
  kind: ValueKind,
  words: readonly string[],
  cwd: string,
): Promise<readonly string[]> {
  try {
    return await values[kind](words, cwd)
  } catch {
    // Nobody wants an error in the middle of a line.
    return []
  }
}

type Values = (words: readonly string[], cwd: string) => Promise<readonly string[]>

const values: Readonly<Record<ValueKind, Values>> = {
  input: async (words, cwd) => keysOf(await runbookOf(words, cwd), 'inputs').map((name) => `${name}=`),
  role: async (words, cwd) => {
    const runbook = await runbookOf(words, cwd)
    return runbook ? keysOf(runbook, 'roles') : Object.keys((await planOf(words, cwd)).roles)
  },
  phase: async (words, cwd) => {
    const runbook = await runbookOf(words, cwd)
    return runbook ? idsOf(runbook, ['phases']) : (await planOf(words, cwd)).phases.map(({ id }) => id)
  },
  step: async (words, cwd) => {
    const found: string[] = []
    const take = (steps: readonly { readonly id: string; readonly steps?: unknown }[]): void => {
      for (const step of steps) {
        found.push(step.id)
        if (Array.isArray(step.steps)) take(step.steps as readonly { readonly id: string }[])
      }
    }
    const plan = await planOf(words, cwd)
    for (const { steps } of plan.phases) take(steps)
    return [...new Set([...found, ...plan.acceptance_criteria.map(({ id }) => id)])]
  },
  target: async (words, cwd) => Object.keys((await planOf(words, cwd)).targets),
  topic: async (_, cwd) => {
    const { explainedAreas } = await import('../app/explain.ts')
    return (await explainedAreas(cwd)).flatMap(({ topics }) => topics.map(({ name }) => name))
  },
}

/** The first word that is a file which says that it is a runbook. */
async function runbookOf(words: readonly string[], cwd: string): Promise<ReturnType<typeof parseDocument> | undefined> {
  for (const word of words.slice(1).filter((each) => /\.ya?ml$/.test(each))) {
    const text = await readFile(resolve(cwd, word), 'utf8').catch(() => '')
    if (/^rollbook: runbook\//m.test(text)) return parseDocument(text, { logLevel: 'silent' })
  }
  return undefined
}

async function planOf(words: readonly string[], cwd: string): Promise<import('../app/load.ts').Plan> {
  const { RunReader } = await import('../app/run-reader.ts')
  const run = words.slice(1).find((word) => !word.startsWith('-')) ?? 'last'
  return (await RunReader.open(cwd, run)).plan
}

function keysOf(document: ReturnType<typeof parseDocument> | undefined, section: string): readonly string[] {
  const map = document?.get(section)
  return isMap(map) ? map.items.map(({ key }) => String(key)) : []
}

function idsOf(document: ReturnType<typeof parseDocument>, path: readonly string[]): readonly string[] {
  const list = document.getIn(path)
  return isSeq(list) ? list.items.flatMap((item) => (isMap(item) ? String(item.get('id')) : [])) : []
}
