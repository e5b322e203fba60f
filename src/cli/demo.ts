import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startStackatoEmulator } from '../app/stackato-emulator.ts'
import { UsageError } from '../base/error.ts'
import { type CommandRun, type ExitCode, exitCodes } from './command.ts'
import { type CliIo, say } from './io.ts'
import { runCli } from './run-cli.ts'
import { makeStyle } from './style.ts'

/** The network breaks when this many files of the release have been fetched; the step's own retry policy cures it. */
const fault = 'network-during-download:2'
/** Emulated seconds in one real second. */
const speed = 600

/** `rollbook demo`: the main job from YAML to a finished upgrade, on an emulated cluster. */
export const demo: CommandRun = async (call, io) => {
  const system = call.positionals[0] ?? 'stackato'
  if (system !== 'stackato')
    throw new UsageError('DEMO_UNKNOWN', `there is no demo of "${system}"`, { hint: 'There is stackato.' })
  const guided = call.flag('guided')
  if (guided && !io.interactive)
    throw new UsageError('NOT_A_TERMINAL', 'the guided demo asks questions, and this is no terminal')
  const style = makeStyle(io.colour)
  const folder = prepare(join(io.cwd, '.demo', 'stackato'))
  const at = { ...io, cwd: folder }
  const act = actor(at, style)

  say(io, style.bold('Rollbook demo: upgrade an emulated Helion Stackato cluster, from YAML to the report'))
  const emulator = await startStackatoEmulator({ directory: join(folder, 'cluster'), speed, faults: [fault] })
  try {
    say(
      io,
      style.dim(
        `Six nodes behind real SSH servers on this machine, ${speed} times as fast as life; one network failure is on its way.`,
      ),
    )
    const plan = ['helion-stackato.yaml', '-i', 'cluster/inventory.yaml', '--values', 'values.yaml']
    await act('Check the runbook', ['validate', 'helion-stackato.yaml'])
    await act('Look at the plan', ['plan', ...plan, '--only-phase', 'upgrade'])
    await act('Write the recipe book', ['book', ...plan, '-o', 'recipe-book.html'])
    const how = guided ? [] : ['--unattended', '--answers', 'answers.yaml']
    const ran = await act(guided ? 'Run it, with you as the operator' : 'Run it, with recorded answers', [
      'run',
      ...plan,
      '--id',
      'demo',
      ...how,
    ])
    await act('Write the report', ['report', 'demo', '-o', 'report.html'])
    const verified = await act('Prove that the report can be trusted', ['verify', 'demo'])
    closing(io, folder, ran, style)
    return ran === exitCodes.clean ? verified : ran
  } finally {
    await emulator.close()
  }
}

/** A fresh folder with the shipped runbook, its answers and values. What an earlier demo left is removed. */
function prepare(folder: string): string {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const shipped = shippedRunbooks()
  for (const [from, to] of [
    ['helion-stackato.yaml', 'helion-stackato.yaml'],
    ['helion-stackato.answers.yaml', 'answers.yaml'],
    ['helion-stackato.values.yaml', 'values.yaml'],
  ] as const) {
    copyFileSync(join(shipped, from), join(folder, to))
  }
  return folder
}

/** The program lies in `dist` or `dist/chunks`, in tests in `src/cli`; the runbooks in the package's top folder. */
function shippedRunbooks(): string {
  for (const up of ['..', '../..', '../../..']) {
    const candidate = fileURLToPath(new URL(`${up}/runbooks`, import.meta.url))
    try {
      if (readdirSync(candidate).includes('helion-stackato.yaml')) return candidate
    } catch {
      // Not here; one folder up.
    }
  }
  throw new Error('the shipped runbooks are missing from this installation')
}

/** Shows a command line as a user would type it, runs it, and goes on only when it does what the demo promises. */
function actor(
  io: CliIo,
  style: ReturnType<typeof makeStyle>,
): (title: string, words: readonly string[]) => Promise<ExitCode> {
  let count = 0
  return async (title, words) => {
    count += 1
    say(io)
    say(io, style.bold(`${count}  ${title}`))
    say(io, style.dim(`$ rollbook ${words.join(' ')}`))
    say(io)
    const code = await runCli(words, io)
    const goesOn = code === exitCodes.clean || words[0] === 'run'
    if (!goesOn) throw new Error(`the demo cannot go on: "rollbook ${words.join(' ')}" ended with exit code ${code}`)
    return code
  }
}

function closing(io: CliIo, folder: string, ran: ExitCode, style: ReturnType<typeof makeStyle>): void {
  const short = relative(io.cwd, folder) || basename(folder)
  say(io)
  say(
    io,
    style.bold(
      ran === exitCodes.clean
        ? 'Done: the cluster is upgraded and accepted.'
        : 'The run has not ended as planned; the report tells why.',
    ),
  )
  say(io)
  const places = [
    ['Recipe book', 'recipe-book.html'],
    ['Report', 'report.html'],
    ['Runbook', 'helion-stackato.yaml'],
    ['Journal', '.rollbook/runs/demo/journal.jsonl'],
    ['What the cluster saw', 'cluster/effects.jsonl'],
  ] as const
  for (const [title, file] of places) say(io, `${style.dim(title.padEnd(21))} ${join(short, file)}`)
}
