import { UsageError } from '../base/error.ts'
import { nearestName } from '../base/nearest.ts'
import { version } from '../base/version.ts'
import { parseCall } from './arguments.ts'
import { type Command, type ExitCode, exitCodes } from './command.ts'
import { commands } from './commands.ts'
import { reportFailure } from './failure-report.ts'
import { renderCommandHelp, renderOverview } from './help.ts'
import type { CliIo } from './io.ts'

/**
 * Runs one command line.
 *
 * @param words - what follows the program's name
 * @param table - the commands; tests hand in their own
 * @returns the exit code; nothing is thrown
 */
export async function runCli(
  words: readonly string[],
  io: CliIo,
  table: readonly Command[] = commands,
): Promise<ExitCode> {
  const ownIo = words.includes('--no-color') ? { ...io, colour: false, errorColour: false } : io
  try {
    return await dispatch(words, ownIo, table)
  } catch (error) {
    return reportFailure(error, words, ownIo)
  }
}

async function dispatch(words: readonly string[], io: CliIo, table: readonly Command[]): Promise<ExitCode> {
  const [name, ...rest] = words.filter((word, index) => !(word === '--no-color' && index === 0))
  if (name === '--version' || name === '-V' || name === 'version') {
    io.stdout.write(`${version}\n`)
    return exitCodes.clean
  }
  if (name === undefined || name === '--help' || name === '-h') {
    const out = name === undefined ? io.stderr : io.stdout
    out.write(renderOverview(table, io))
    return name === undefined ? exitCodes.wrongUse : exitCodes.clean
  }
  if (name === 'help') {
    const topic = rest.find((word) => !word.startsWith('-'))
    io.stdout.write(topic === undefined ? renderOverview(table, io) : renderCommandHelp(findCommand(topic, table), io))
    return exitCodes.clean
  }
  const command = findCommand(name, table)
  const call = parseCall(command, rest)
  if (call.flag('help')) {
    io.stdout.write(renderCommandHelp(command, io))
    return exitCodes.clean
  }
  const run = await command.load()
  return await run(call, io)
}

function findCommand(name: string, table: readonly Command[]): Command {
  const command = table.find((candidate) => candidate.name === name)
  if (command !== undefined) return command
  if (name.startsWith('-')) {
    throw new UsageError('OPTION_UNKNOWN', `there is no option "${name}" before a command`, {
      hint: 'Options stand after the command; "rollbook help" lists the commands.',
    })
  }
  const names = table.map((candidate) => candidate.name)
  const near = nearestName(name, names) ?? names.find((candidate) => candidate.startsWith(name))
  const hint = near === undefined ? '"rollbook help" lists the commands.' : `Did you mean "rollbook ${near}"?`
  throw new UsageError('COMMAND_UNKNOWN', `there is no command "${name}"`, { hint })
}
