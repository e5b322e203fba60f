import { UsageError } from '../base/error.ts'
import { type Command, type CommandRun, exitCodes, type ValueKind, valueKinds } from './command.ts'
import { commands } from './commands.ts'
import { renderBash } from './completion-bash.ts'
import { renderFish } from './completion-fish.ts'
import { say } from './io.ts'
import { listed } from './terminal-text.ts'

/** `rollbook completion SHELL`: the table of commands as a shell's completion script. */
export const completion: CommandRun = async (call, io) => {
  const [shell = '', kind, ...words] = call.positionals
  if (shell === 'values' && valueKinds.includes(kind as ValueKind)) {
    const { completionValues } = await import('./completion-values.ts')
    for (const value of await completionValues(kind as ValueKind, words, io.cwd)) say(io, value)
    return exitCodes.clean
  }
  const render = shells[shell]
  if (render === undefined) {
    throw new UsageError('SHELL_UNKNOWN', `there is no completion for "${shell}"`, {
      hint: `It is made for ${listed(Object.keys(shells))}.`,
    })
  }
  if (kind !== undefined) {
    throw new UsageError('ARGUMENT_UNEXPECTED', `completion ${shell} does not expect "${kind}"`, {
      hint: '"rollbook help completion" shows how it is used.',
    })
  }
  io.stdout.write(render(commands))
  return exitCodes.clean
}

const shells: Readonly<Record<string, (commands: readonly Command[]) => string>> = {
  bash: renderBash,
  zsh: (table) => `autoload -U +X bashcompinit && bashcompinit\n${renderBash(table)}`,
  fish: renderFish,
}
