import { commonOptions } from './arguments.ts'
import type { Command, CommandOption, Completion } from './command.ts'
import { isValueKind, listRuns } from './completion-bash.ts'

/** One line for each command, option and argument. */
export function renderFish(table: readonly Command[]): string {
  return `${[
    '# Completion for rollbook; made by: rollbook completion',
    '# How many arguments stand in front of the cursor; the options that take a value are given.',
    'function __rollbook_place',
    '    set -l tokens (commandline -opc)',
    '    set -l place 0',
    '    set -l skip 1',
    '    for token in $tokens[2..-1]',
    '        if test $skip = 1',
    '            set skip 0',
    "        else if string match -q -- '-*' $token",
    '            contains -- $token $argv; and set skip 1',
    '        else',
    '            set place (math $place + 1)',
    '        end',
    '    end',
    '    echo $place',
    'end',
    '# What only files can tell is asked of the program, with the line as far as it is typed.',
    'function __rollbook_values',
    '    set -l tokens (commandline -opc)',
    '    $tokens[1] completion values $argv -- $tokens[2..-1] 2>/dev/null',
    'end',
    'complete -c rollbook -f',
    `complete -c rollbook -n __fish_use_subcommand -a help -d 'Show help'`,
    `complete -c rollbook -n '__fish_seen_subcommand_from help' -a '${table.map(({ name }) => name).join(' ')}'`,
    ...table.flatMap(commandLines),
  ].join('\n')}\n`
}

function commandLines(command: Command): readonly string[] {
  const here = `__fish_seen_subcommand_from ${command.name}`
  const options = [...command.options, ...commonOptions]
  const valued = options.filter(({ value }) => value !== undefined).flatMap(spelled)
  const places = command.arguments.flatMap((argument, index) => {
    const kind = argument.complete ?? 'none'
    if (kind === 'none') return []
    const at = argument.many === true ? '' : `; and test (__rollbook_place ${valued.join(' ')}) -eq ${index}`
    return [`complete -c rollbook -n ${quote(`${here}${at}`)} ${reply(kind)}`]
  })
  return [
    `complete -c rollbook -n __fish_use_subcommand -a ${command.name} -d ${quote(command.summary)}`,
    ...places,
    ...options.map((option) => {
      const short = option.short === undefined ? '' : ` -s ${option.short}`
      const kind = option.choices ?? option.complete ?? 'file'
      // With `-x` no files are offered beside.
      const value = option.value === undefined ? '' : ` ${kind === 'file' ? '-r' : '-x'} ${reply(kind)}`
      return `complete -c rollbook -n ${quote(here)} -l ${option.name}${short}${value} -d ${quote(option.title)}`
    }),
  ]
}

function spelled({ name, short }: CommandOption): readonly string[] {
  return [`--${name}`, ...(short === undefined ? [] : [`-${short}`])]
}

function reply(kind: Completion): string {
  if (kind === 'file') return '-F'
  if (kind === 'folder') return `-a '(__fish_complete_directories)'`
  if (kind === 'run') return `-a 'last (${listRuns})'`
  if (isValueKind(kind)) return `-a '(__rollbook_values ${kind})'`
  return typeof kind === 'string' ? '' : `-a ${quote(kind.join(' '))}`
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
