import { UsageError } from '../base/error.ts'
import { type Command, type CommandRun, exitCodes, type ValueKind, valueKinds } from './command.ts'
import { commands } from './commands.ts'
import { renderBash } from './completion-bash.ts'
import { renderFish } from './completion-fish.ts'
import { say } from './io.ts'

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
      hint: `It is made for ${Object.keys(shells).join(', ')}.`,
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
