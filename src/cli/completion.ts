import { UsageError } from '../base/error.ts'
import { commonOptions } from './arguments.ts'
import { type Command, type CommandRun, type Completion, exitCodes } from './command.ts'
import { commands } from './commands.ts'

/** `rollbook completion SHELL`: the table of commands as a shell's completion script. */
export const completion: CommandRun = async (call, io) => {
  const shell = call.positionals[0] ?? ''
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

const listRuns = 'ls .rollbook/runs 2>/dev/null'

/** Completes the command's name, then its options, an option's values, and the kind of its first argument. */
function renderBash(table: readonly Command[]): string {
  const cases = table.map((command) => {
    const options = [...command.options, ...commonOptions]
    const valued = options.filter((option) => option.value !== undefined)
    const values = valued.map(
      (option) =>
        `        ${[`--${option.name}`, ...(option.short === undefined ? [] : [`-${option.short}`])].join('|')}) ${bashReply(option.choices ?? option.complete ?? 'file')}; return ;;`,
    )
    return [
      `    ${command.name})`,
      ...(values.length === 0 ? [] : ['      case "$previous" in', ...values, '      esac']),
      `      if [[ "$current" == -* ]]; then COMPREPLY=($(compgen -W "${options.map((option) => `--${option.name}`).join(' ')}" -- "$current")); return; fi`,
      `      ${bashReply(command.arguments[0]?.complete ?? 'none')} ;;`,
    ].join('\n')
  })
  return `# Completion for rollbook; made by: rollbook completion
_rollbook() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${[...table.map((command) => command.name), 'help'].join(' ')} --version" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
    help) COMPREPLY=($(compgen -W "${table.map((command) => command.name).join(' ')}" -- "$current")) ;;
${cases.join('\n')}
  esac
}
complete -o filenames -F _rollbook rollbook
`
}

function bashReply(kind: Completion): string {
  if (kind === 'file') return 'COMPREPLY=($(compgen -f -- "$current"))'
  if (kind === 'folder') return 'COMPREPLY=($(compgen -d -- "$current"))'
  if (kind === 'run') return `COMPREPLY=($(compgen -W "$(${listRuns})" -- "$current"))`
  if (kind === 'none') return ':'
  const words = kind === 'command' ? commands.map((command) => command.name) : kind
  return `COMPREPLY=($(compgen -W "${words.join(' ')}" -- "$current"))`
}

function renderFish(table: readonly Command[]): string {
  const lines = [
    '# Completion for rollbook; made by: rollbook completion',
    'complete -c rollbook -f',
    `complete -c rollbook -n __fish_use_subcommand -a help -d 'Show help'`,
  ]
  for (const command of table) {
    const here = `-n '__fish_seen_subcommand_from ${command.name}'`
    lines.push(`complete -c rollbook -n __fish_use_subcommand -a ${command.name} -d ${quote(command.summary)}`)
    const first = command.arguments[0]?.complete ?? 'none'
    if (first !== 'none') lines.push(`complete -c rollbook ${here} ${fishReply(first)}`)
    for (const option of [...command.options, ...commonOptions]) {
      const short = option.short === undefined ? '' : ` -s ${option.short}`
      const value = option.value === undefined ? '' : ` -r ${fishReply(option.choices ?? option.complete ?? 'file')}`
      lines.push(`complete -c rollbook ${here} -l ${option.name}${short}${value} -d ${quote(option.title)}`)
    }
  }
  return `${lines.join('\n')}\n`
}

function fishReply(kind: Completion): string {
  if (kind === 'file') return '-F'
  if (kind === 'folder') return `-a '(__fish_complete_directories)'`
  if (kind === 'run') return `-a '(${listRuns})'`
  if (kind === 'none') return ''
  return `-a ${quote((kind === 'command' ? commands.map((command) => command.name) : kind).join(' '))}`
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
