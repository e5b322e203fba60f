import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UsageError } from '../base/error.ts'
import { type CommandRun, type ExitCode, exitCodes } from './command.ts'
import type { Demo } from './demos/demo.ts'
import { defaultDemo, demos } from './demos/index.ts'
import { type CliIo, say } from './io.ts'
import { runCli } from './run-cli.ts'
import { makeStyle, type Style } from './style.ts'
import { listed } from './terminal-text.ts'
import { wrapText } from './wrap.ts'

/** `rollbook demo`: the main job from YAML to a finished upgrade, on an emulated system. */
export const demo: CommandRun = async (call, io) => {
  const system = call.positionals[0] ?? defaultDemo
  const shown = await demoOf(system)
  const guided = call.flag('guided')
  if (guided && !io.interactive)
    throw new UsageError('NOT_A_TERMINAL', 'the guided demo asks questions, and this is no terminal')
  const style = makeStyle(io.colour)
  const folder = prepare(join(io.cwd, '.demo', system), shown)

  say(io, style.bold(`Rollbook demo: ${shown.title}`))
  const started = await shown.start(folder)
  try {
    for (const line of wrapText(started.about, io.columns)) say(io, style.dim(line))
    const { clock } = started
    const time = clock ? { clock, now: () => clock.now() } : {}
    const act = actor({ ...io, ...time, cwd: folder, env: { ...io.env, ...started.env } }, style)
    const { runbook } = shown.shipped
    const plan = [runbook, '-i', shown.inventory, '--values', 'values.yaml']
    await act('Check the runbook', ['validate', runbook])
    await act('Look at the plan', ['plan', ...plan, ...shown.plan])
    await act('Write the recipe book', ['book', ...plan, '-o', 'recipe-book.html'])
    for (const { title, words } of shown.before ?? []) await act(title, words)
    const how = guided ? [] : ['--unattended', '--answers', 'answers.yaml']
    const title = guided ? 'Run it, with you as the operator' : 'Run it, with recorded answers'
    const ran = await act(title, ['run', ...plan, '--id', 'demo', ...how])
    await act('Write the report', ['report', 'demo', '-o', 'report.html'])
    let after: ExitCode = exitCodes.clean
    for (const { title, words } of shown.after ?? []) {
      const code = await act(title, words)
      if (code !== exitCodes.clean) after = code
    }
    const verified = await act('Prove that the report can be trusted', ['verify', 'demo'])
    const went = shown.hasTroubles ? after : ran
    closing(io, folder, went, shown, style)
    return went === exitCodes.clean ? verified : went
  } finally {
    await started.close()
  }
}

async function demoOf(system: string): Promise<Demo> {
  const load = Object.hasOwn(demos, system) ? demos[system] : undefined
  if (load === undefined) {
    const names = Object.keys(demos)
    throw new UsageError('DEMO_UNKNOWN', `there is no demo of "${system}"`, {
      hint: `There are ${listed(names)}.`,
    })
  }
  return await load()
}

/** A fresh folder with the shipped runbook, its answers and values. What an earlier demo left is removed. */
function prepare(folder: string, { shipped }: Demo): string {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const from = shippedRunbooks(shipped.runbook)
  for (const name of [shipped.runbook, ...(shipped.more ?? [])]) copyFileSync(join(from, name), join(folder, name))
  copyFileSync(join(from, shipped.answers), join(folder, 'answers.yaml'))
  copyFileSync(join(from, shipped.values), join(folder, 'values.yaml'))
  return folder
}

/** The program lies in `dist` or `dist/chunks`, in tests in `src/cli`; the runbooks in the package's top folder. */
function shippedRunbooks(runbook: string): string {
  for (const up of ['..', '../..', '../../..']) {
    const candidate = fileURLToPath(new URL(`${up}/runbooks`, import.meta.url))
    try {
      if (readdirSync(candidate).includes(runbook)) return candidate
    } catch {
      // Not here; one folder up.
    }
  }
  throw new Error('the shipped runbooks are missing from this installation')
}

/** Shows a command line as a user would type it, runs it, and goes on only when it does what the demo promises. */
function actor(io: CliIo, style: Style): (title: string, words: readonly string[]) => Promise<ExitCode> {
  let count = 0
  return async (title, words) => {
    count += 1
    say(io)
    say(io, style.bold(`${count}  ${title}`))
    say(io, style.dim(`$ rollbook ${words.join(' ')}`))
    say(io)
    const code = await runCli(words, io)
    const goesOn = code === exitCodes.clean || words[0] === 'run' || words[0] === 'compare'
    if (!goesOn) throw new Error(`the demo cannot go on: "rollbook ${words.join(' ')}" ended with exit code ${code}`)
    return code
  }
}

function closing(io: CliIo, folder: string, ran: ExitCode, shown: Demo, style: Style): void {
  const short = relative(io.cwd, folder) || basename(folder)
  say(io)
  const ended = ran === exitCodes.clean ? shown.done : 'The run has not ended as planned; the report tells why.'
  say(io, style.bold(ended))
  say(io)
  const places = [
    ['Recipe book', 'recipe-book.html'],
    ['Report', 'report.html'],
    ['Runbook', shown.shipped.runbook],
    ['Journal', '.rollbook/runs/demo/journal.jsonl'],
    [shown.seen.title, shown.seen.file],
  ] as const
  for (const [title, file] of places) say(io, `${style.dim(title.padEnd(21))} ${join(short, file)}`)
}
