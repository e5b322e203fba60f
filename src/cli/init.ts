import { join } from 'node:path'
import type { LoadedPlan } from '../app/load.ts'
import { scratchFiles } from '../app/scaffold/scratch.ts'
import { shippedFiles, shippedValues } from '../app/scaffold/shipped.ts'
import { fromScratch, type ShippedSystem, shippedSystems } from '../app/scaffold/systems.ts'
import { writeNewFiles } from '../app/scaffold/write-files.ts'
import { RollbookError, UsageError } from '../base/error.ts'
import { nearestName } from '../base/nearest.ts'
import { type CommandCall, type CommandRun, exitCodes } from './command.ts'
import { noteDiagnostics } from './diagnostic-lines.ts'
import { BrokenOff, type InitQuestions, initQuestions } from './init-questions.ts'
import { notEmpty, scratchOptions } from './init-scratch.ts'
import { type CliIo, note, say } from './io.ts'
import { makeStyle } from './style.ts'
import { counted, listed } from './terminal-text.ts'

/** `rollbook init [SYSTEM]`: a runbook to begin with, and what goes with it. */
export const init: CommandRun = async (call, io) => {
  try {
    return await begin(call, io)
  } catch (error) {
    if (!(error instanceof BrokenOff)) throw error
    note(io, 'Broken off; nothing was written.')
    return exitCodes.findings
  }
}

const begin: CommandRun = async (call, io) => {
  const ask = io.interactive && !call.flag('yes') ? initQuestions(io) : undefined
  const id = call.positionals[0] ?? (await ask?.choose('What do you upgrade?', choices))
  if (id === undefined) {
    throw new UsageError('ARGUMENT_MISSING', 'init needs SYSTEM, since nobody can be asked', {
      hint: `There are ${listed(systemIds)}.`,
    })
  }
  const system = shippedSystems.find((each) => each.id === id)
  if (system === undefined && id !== fromScratch) throw unknownSystem(id)
  const name = await nameFor(call, system, ask)
  const folder = call.text('directory') ?? '.'
  const files = system ? await shipped(system, name, call, ask) : scratchFiles(await scratchOptions(name, call, ask))
  if (
    ask &&
    !(await ask.confirm(`Write ${counted(files.size, 'file')} into ${folder === '.' ? 'this folder' : folder}?`))
  ) {
    note(io, 'Nothing was written.')
    return exitCodes.findings
  }
  const written = await writeNewFiles(files, folder, io.cwd)
  const at = (part = ''): string => join(folder, `${name}${part}.yaml`)
  const { loadPlan } = await import('../app/load.ts')
  const loaded = await loadPlan({ runbook: at(), inventory: at('.inventory'), values: at('.values'), cwd: io.cwd })
  noteDiagnostics(
    loaded.diagnostics.filter(({ severity }) => severity !== 'hint'),
    io,
  )
  tell({ written, loaded, files, at, system }, io)
  return loaded.plan ? exitCodes.clean : exitCodes.findings
}

const choices: readonly { readonly id: string; readonly title: string }[] = [
  ...shippedSystems,
  { id: fromScratch, title: 'Something else, from scratch: hosts, one first and then the others' },
]
const systemIds: readonly string[] = choices.map(({ id }) => id)

function unknownSystem(id: string): UsageError {
  const near = nearestName(id, systemIds)
  return new UsageError('SYSTEM_UNKNOWN', `no runbook ships for "${id}"`, {
    hint: near === undefined ? `There are ${listed(systemIds)}.` : `Did you mean "${near}"?`,
  })
}

/** What a runbook may be called: its files and its runs go by that name. */
export function nameProblem(name: string): string | undefined {
  return /^[a-z][a-z0-9-]{0,63}$/.test(name) ? undefined : 'lower case letters, digits and hyphens, a letter first'
}

async function nameFor(call: CommandCall, system: ShippedSystem | undefined, ask?: InitQuestions): Promise<string> {
  const standard = system?.runbook ?? 'upgrade'
  const given = call.text('name')
  // The name of a runbook that ships may hold a dot, which a file may and a new name need not.
  const name =
    given ??
    (await ask?.text('What is it called?', standard.replaceAll('.', '-'), nameProblem)) ??
    standard.replaceAll('.', '-')
  const problem = nameProblem(name)
  if (problem === undefined) return name
  throw new RollbookError('SCAFFOLD_NAME', `"${name}" cannot be the name of a runbook`, {
    hint: `It needs ${problem}.`,
  })
}

async function shipped(
  system: ShippedSystem,
  name: string,
  call: CommandCall,
  ask?: InitQuestions,
): Promise<ReadonlyMap<string, string>> {
  const values = Object.fromEntries(
    call.list('set').map((pair) => {
      const [, key, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? []
      if (key !== undefined && value !== undefined) return [key, value]
      throw new UsageError('SET_MALFORMED', `"${pair}" is not of the form name=value`)
    }),
  )
  const { release } = await shippedValues(system)
  if (ask && release !== undefined && values['release'] === undefined) {
    values['release'] = await ask.text('Which release is installed by it?', release, notEmpty)
  }
  return await shippedFiles(system, name, values)
}

interface Made {
  readonly written: readonly string[]
  readonly loaded: LoadedPlan
  readonly files: ReadonlyMap<string, string>
  /** Path of a file by its part, such as `.inventory`; without one the runbook. */
  at(part?: string): string
  readonly system: ShippedSystem | undefined
}

function tell({ written, loaded, files, at, system }: Made, io: CliIo): void {
  const style = makeStyle(io.colour)
  for (const path of written) say(io, `${style.green('+')} ${path}`)
  if (written.length < files.size)
    say(io, style.dim(`${counted(files.size - written.length, 'file')} were there already, with the same text.`))
  if (!loaded.plan) return
  const { steps, targets, phases } = loaded.plan.totals
  say(io)
  say(io, `It can be planned: ${counted(steps, 'step')} in ${counted(phases, 'phase')}, ${counted(targets, 'target')}.`)
  say(io)
  say(io, 'What to do next:')
  const plan = `${at()} -i ${at('.inventory')} --values ${at('.values')}`
  const next: readonly (readonly [string, string])[] = [
    [
      system ? 'put your own targets in place of the examples' : 'say more: requirements, windows, what users notice',
      `$EDITOR ${at('.inventory')} ${at()}`,
    ],
    ['what will happen, to whom, how long', `rollbook plan ${plan}`],
    ['play it through, with nothing touched', `rollbook simulate ${plan}`],
    ...(system ? [['an emulated system to practise on', `rollbook emulate ${system.emulator}`] as const] : []),
    ['the real thing, step by step', `rollbook run ${plan}`],
  ]
  for (const [why, command] of next) say(io, `  ${command}\n      ${style.dim(why)}`)
}
