/** What the emulators' commands share. */
import { join } from 'node:path'
import { UsageError } from '../base/error.ts'
import type { CommandCall } from './command.ts'
import { type CliIo, say } from './io.ts'
import { renderTable } from './table.ts'

export interface FaultRow {
  readonly name: string
  readonly parameters: string
  readonly when: string
  readonly what: string
}

/** Folder of the emulator: the one that was given, or one per system below the current folder. */
export function directoryOf(call: CommandCall, io: CliIo): string {
  return join(io.cwd, call.text('directory') ?? `.rollbook/emulators/${call.positionals[0] ?? ''}`)
}

export function numberOf(call: CommandCall, option: string): number | undefined {
  const text = call.text(option)
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value)) return value
  throw new UsageError('OPTION_VALUE_UNKNOWN', `option --${option} needs a number, and "${text}" is none`)
}

export function listFaults(faults: readonly FaultRow[], call: CommandCall, io: CliIo): void {
  if (call.flag('json')) {
    say(io, JSON.stringify({ faults }))
    return
  }
  const columns = [{ title: 'Fault' }, { title: 'When', wraps: true }, { title: 'What happens', wraps: true }]
  const rows = faults.map((fault) => [`${fault.name}${fault.parameters}`, fault.when, fault.what])
  io.stdout.write(renderTable(columns, rows, io))
}

/** Resolves at Ctrl-C. */
export function interrupted(io: CliIo): Promise<void> {
  return new Promise((resolve) => {
    const remove = io.onInterrupt(() => {
      remove()
      resolve()
    })
  })
}
