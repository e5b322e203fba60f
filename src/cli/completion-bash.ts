import { commonOptions } from './arguments.ts'
import type { Command, CommandOption, Completion, ValueKind } from './command.ts'
import { valueKinds } from './command.ts'

/** Names of runs are names of folders; to list them the program is not needed. */
export const listRuns = 'ls .rollbook/runs 2>/dev/null'

export function isValueKind(kind: Completion): kind is ValueKind {
  return valueKinds.some((known) => known === kind)
}

/** Completes the command's name, its options and their values, and each argument by its place. Zsh reads it, too. */
export function renderBash(table: readonly Command[]): string {
  const names = table.map((command) => command.name).join(' ')
  return `# Completion for rollbook; made by: rollbook completion
# What only files can tell is asked of the program, with the line as far as it is typed.
_rollbook_values() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$("\${COMP_WORDS[0]}" completion values "$1" -- "\${COMP_WORDS[@]:1:$COMP_CWORD}" 2>/dev/null)" -- "$current"))
  [[ "$1" == input ]] && type compopt &>/dev/null && compopt -o nospace +o filenames 2>/dev/null
  return 0
}
# How many arguments stand in front of the cursor; the options that take a value are given.
_rollbook_place() {
  local i=2
  place=0
  while [ "$i" -lt "$COMP_CWORD" ]; do
    case "\${COMP_WORDS[$i]}" in
      =) i=$((i + 1)) ;;
      -*) if [[ "\${COMP_WORDS[$((i + 1))]}" != "=" && " $1 " == *" \${COMP_WORDS[$i]} "* ]]; then i=$((i + 1)); fi ;;
      *) place=$((place + 1)) ;;
    esac
    i=$((i + 1))
  done
}
_rollbook() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" place
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${names} help --version" -- "$current"))
    return
  fi
  # Bash takes an equals sign for a word of its own.
  if [ "$current" = "=" ]; then current=""; elif [ "$previous" = "=" ]; then previous="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  case "\${COMP_WORDS[1]}" in
    help) COMPREPLY=($(compgen -W "${names}" -- "$current")) ;;
${table.map(commandCase).join('\n')}
  esac
}
complete -o filenames -F _rollbook rollbook
`
}

function commandCase(command: Command): string {
  const options = [...command.options, ...commonOptions]
  const valued = options.filter((option) => option.value !== undefined)
  const values = valued.map(
    (option) =>
      `        ${spelled(option).join('|')}) ${reply(option.choices ?? option.complete ?? 'file')}; return ;;`,
  )
  const places = command.arguments.flatMap((argument, index) => {
    const kind = argument.complete ?? 'none'
    return kind === 'none' ? [] : [`        ${argument.many === true ? '*' : index}) ${reply(kind)} ;;`]
  })
  return [
    `    ${command.name})`,
    ...(values.length === 0 ? [] : ['      case "$previous" in', ...values, '      esac']),
    `      if [[ "$current" == -* ]]; then COMPREPLY=($(compgen -W "${options.map(({ name }) => `--${name}`).join(' ')}" -- "$current")); return; fi`,
    ...(places.length === 0
      ? []
      : [
          `      _rollbook_place "${valued.flatMap(spelled).join(' ')}"`,
          '      case "$place" in',
          ...places,
          '      esac',
        ]),
    '      ;;',
  ].join('\n')
}

function spelled({ name, short }: CommandOption): readonly string[] {
  return [`--${name}`, ...(short === undefined ? [] : [`-${short}`])]
}

function reply(kind: Completion): string {
  if (kind === 'file') return 'COMPREPLY=($(compgen -f -- "$current"))'
  if (kind === 'folder') return 'COMPREPLY=($(compgen -d -- "$current"))'
  if (kind === 'run') return `COMPREPLY=($(compgen -W "last $(${listRuns})" -- "$current"))`
  if (kind === 'none') return ':'
  if (isValueKind(kind)) return `_rollbook_values ${kind}`
  if (typeof kind === 'string') return ':'
  return `COMPREPLY=($(compgen -W "${kind.join(' ')}" -- "$current"))`
}
