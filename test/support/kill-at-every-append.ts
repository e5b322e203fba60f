/**
 * Kills the real program by SIGKILL at every append of a run's journal, one process per place, and goes on by
 * `rollbook resume` until nothing does. Production code has no hook for this: the program is bundled with a journal store
 * whose writer ends the process.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'

/**
 * `torn`: the batch is only half in the file, so nothing of it counts; `flushed`: it is on disk, and nothing that follows
 * from it has started.
 */
export type DeathMoment = 'torn' | 'flushed'

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  readonly err: string
}

const source = `
import { appendFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { makeNodeIo } from './src/cli/node-io.ts'
import { runCli } from './src/cli/run-cli.ts'
import { JournalStore } from './src/node/journal-store.ts'

const [moment, at, ...words] = process.argv.slice(2)
let appends = 0
const die = () => { process.kill(process.pid, 'SIGKILL'); for (;;); }
const open = JournalStore.prototype.open
JournalStore.prototype.open = async function (directory, onRecord) {
  const opened = await open.call(this, directory, onRecord)
  const { writer } = opened
  const append = writer.append.bind(writer)
  writer.append = async (events) => {
    appends += 1
    if (appends === Number(at) && moment === 'torn') {
      const segment = readdirSync(directory).filter((name) => /^journal(-\\d+)?\\.jsonl$/.test(name)).sort().at(-1)
      appendFileSync(join(directory, segment), JSON.stringify(events[0]).slice(0, 40))
      die()
    }
    const records = await append(events)
    if (appends === Number(at) && moment === 'flushed') die()
    return records
  }
  return opened
}
process.exitCode = await runCli(words, makeNodeIo())
if (moment === 'count') process.stderr.write('\\nappends: ' + appends + '\\n')
process.exit(process.exitCode)
`

export class MortalProgram {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** Bundled as the program that ships is, with chunks, so that each of the many processes starts fast. */
  static async build(): Promise<MortalProgram> {
    const folder = mkdtempSync(join(tmpdir(), 'rollbook-mortal-'))
    await build({
      stdin: {
        contents: source,
        resolveDir: resolve(import.meta.dirname, '../..'),
        loader: 'ts',
        sourcefile: 'mortal.ts',
      },
      outdir: folder,
      entryNames: 'mortal',
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      platform: 'node',
      format: 'esm',
      target: 'node20.19',
      external: ['ssh2', 'cpu-features'],
      banner: {
        js: "import { createRequire as testMakeRequire } from 'node:module'; const require = testMakeRequire(import.meta.url);",
      },
      logLevel: 'error',
    })
    return new MortalProgram(folder)
  }

  /** Runs a command line that dies at its append number `at`, counted from 1. */
  runToDeath(moment: DeathMoment, at: number, words: readonly string[], cwd: string): Promise<Ended> {
    return this.#run([moment, String(at), ...words], cwd)
  }

  /** Runs a command line that lives. */
  run(words: readonly string[], cwd: string): Promise<Ended> {
    return this.#run(['live', '0', ...words], cwd)
  }

  /** Runs a command line and counts its appends. */
  async count(words: readonly string[], cwd: string): Promise<Ended & { readonly appends: number }> {
    const ended = await this.#run(['count', '0', ...words], cwd)
    return { ...ended, appends: Number(/appends: (\d+)/.exec(ended.err)?.[1] ?? 0) }
  }

  #run(args: readonly string[], cwd: string): Promise<Ended> {
    const child = spawn(process.execPath, [join(this.#folder, 'mortal.mjs'), ...args], {
      cwd,
      env: { ...process.env, NO_COLOR: '1', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk) => (out += chunk))
    child.stderr.on('data', (chunk) => (err += chunk))
    return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, out, err })))
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

export interface DeathsOptions {
  readonly program: MortalProgram
  /** Makes a fresh world and gives its folder, where the commands run. */
  world(): string | Promise<string>
  /** Words of the command that starts the run, and of the one that goes on. */
  readonly start: readonly string[]
  readonly resume: readonly string[]
  /** Answers what only a person can, when the resumed run waits; gives false when there is nothing to say. */
  help?(root: string): Promise<boolean>
  /** Looks at the far side when the run is over. */
  check(root: string, place: string, last: Ended): void | Promise<void>
  /** Each place takes two processes; 3 takes every third one. */
  readonly every?: number
  /** Processes at once. */
  readonly concurrency?: number
}

/** @returns the number of places at which the program was killed */
export async function dieEverywhere(options: DeathsOptions): Promise<number> {
  const { program, start } = options
  const whole = await options.world()
  const { appends, ...first } = await program.count(start, whole)
  await options.check(whole, 'without a death', first)
  const places: (readonly [DeathMoment, number])[] = []
  for (let at = 1; at <= appends; at += options.every ?? 1) places.push(['torn', at], ['flushed', at])
  let next = 0
  const worker = async (): Promise<void> => {
    for (let place = places[next++]; place !== undefined; place = places[next++]) await dieAt(options, place)
  }
  await Promise.all(Array.from({ length: options.concurrency ?? 2 }, worker))
  return places.length
}

async function dieAt(options: DeathsOptions, [moment, at]: readonly [DeathMoment, number]): Promise<void> {
  const { program, start, resume } = options
  const place = `killed at append ${at}, ${moment}`
  const root = await options.world()
  const killed = await program.runToDeath(moment, at, start, root)
  // A run of other length ends before this place; then there is only the end to check.
  if (killed.signal !== 'SIGKILL') return options.check(root, `${place}: ended before`, killed)
  let last = await program.run(resume, root)
  for (let round = 0; last.code === 1 && round < 5 && (await options.help?.(root)) === true; round += 1)
    last = await program.run(resume, root)
  await options.check(root, place, last)
}
