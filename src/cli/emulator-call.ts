/** What the emulators' commands share. */
import { resolve } from 'node:path'
import { UsageError } from '../base/error.ts'
import type { CommandCall } from './command.ts'
import { type CliIo, note, say } from './io.ts'
import { makeStyle } from './style.ts'
import { renderTableOrBlocks } from './table.ts'

export interface FaultRow {
  readonly name: string
  readonly parameters: string
  readonly when: string
  readonly what: string
}

/** What the emulated clock shows at the start: the option --start. @throws UsageError `OPTION_VALUE_UNKNOWN` */
export function instantOf(call: CommandCall): number | undefined {
  const text = call.text('start')
  if (text === undefined) return undefined
  const at = Date.parse(text)
  if (!Number.isNaN(at)) return at
  throw new UsageError('OPTION_VALUE_UNKNOWN', `option --start needs an instant, and "${text}" is none`, {
    hint: 'Write 2027-03-14T05:00:00Z.',
  })
}

/** Folder of the emulator: the one that was given, or one per system below the current folder. */
export function directoryOf(call: CommandCall, io: CliIo): string {
  return resolve(io.cwd, call.text('directory') ?? `.rollbook/emulators/${call.positionals[0] ?? ''}`)
}

export function numberOf(call: CommandCall, option: string): number | undefined {
  const text = call.text(option)
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value)) return value
  throw new UsageError('OPTION_VALUE_UNKNOWN', `option --${option} needs a number, and "${text}" is none`, {
    hint: `Write for example --${option} 20.`,
  })
}

export function listFaults(faults: readonly FaultRow[], call: CommandCall, io: CliIo): void {
  if (call.flag('json')) {
    say(io, JSON.stringify({ faults }))
    return
  }
  const columns = [{ title: 'Fault' }, { title: 'When', wraps: true }, { title: 'What happens', wraps: true }]
  const rows = faults.map((fault) => [`${fault.name}${fault.parameters}`, fault.when, fault.what])
  io.stdout.write(renderTableOrBlocks(columns, rows, io))
}

/** Options without those that were left out. */
export function given<Options extends object>(
  options: Options,
): { readonly [Name in keyof Options]?: Exclude<Options[Name], undefined> } {
  const kept = Object.entries(options).filter(([, value]) => value !== undefined)
  return Object.fromEntries(kept) as { [Name in keyof Options]?: Exclude<Options[Name], undefined> }
}

/**
 * Shows where a running emulator can be reached, and keeps it until Ctrl-C.
 *
 * @param show - `json`: the places for programs; `print`: the same for people, as lines before {@link sayPlaces}
 */
export async function keepUntilInterrupted(
  emulator: { close(): Promise<void> },
  show: { readonly json: () => Readonly<Record<string, unknown>>; readonly print: () => void },
  call: CommandCall,
  io: CliIo,
): Promise<void> {
  try {
    if (call.flag('json')) say(io, JSON.stringify(show.json()))
    else show.print()
    await interrupted(io)
    note(io, 'Stopping the emulator …')
  } finally {
    await emulator.close()
  }
}

/** Titles and places, the last lines of what is printed for people. */
export function sayPlaces(places: readonly (readonly [title: string, place: string])[], io: CliIo): void {
  const style = makeStyle(io.colour)
  say(io)
  for (const [title, place] of places) say(io, `${style.dim(title.padEnd(13))} ${place}`)
  say(io)
  say(io, 'Ctrl-C stops it.')
}

/** Resolves at Ctrl-C. */
function interrupted(io: CliIo): Promise<void> {
  return new Promise((resolve) => {
    const remove = io.onInterrupt(() => {
      remove()
      resolve()
    })
  })
}
