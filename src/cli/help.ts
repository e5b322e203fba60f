import { commonOptions } from './arguments.ts'
import type { Command, CommandArgument, CommandGroup, CommandOption } from './command.ts'
import { makeStyle } from './style.ts'
import { wrapText } from './wrap.ts'

export interface HelpLayout {
  readonly columns: number
  readonly colour: boolean
}

const groupTitles = {
  write: 'Write and review',
  run: 'Run',
  prove: 'Document and prove',
  more: 'More',
} as const satisfies Record<CommandGroup, string>

/** The page of `rollbook help`: every command with one line. */
export function renderOverview(commands: readonly Command[], layout: HelpLayout): string {
  const style = makeStyle(layout.colour)
  const about = 'rollbook runs upgrades from runbooks: validated, planned, run and documented from one definition'
  const lines = [
    ...wrapText(about, layout.columns).map((line) => line.replace(/^rollbook/, style.bold('rollbook'))),
    '',
    `Usage: rollbook ${style.cyan('COMMAND')} [arguments] [options]`,
  ]
  const width = Math.max(...commands.map((command) => command.name.length))
  for (const [group, title] of Object.entries(groupTitles)) {
    const members = commands.filter((command) => command.group === group)
    if (members.length === 0) continue
    const rows = members.map((command) => [command.name, command.summary] as const)
    lines.push('', style.bold(title), ...columnsOf(rows, width, layout))
  }
  const more = 'rollbook help COMMAND tells more about one command, rollbook --version prints the version.'
  lines.push('', ...wrapText(more, layout.columns))
  return `${lines.join('\n')}\n`
}

/** The page of `rollbook help NAME`. */
export function renderCommandHelp(command: Command, layout: HelpLayout): string {
  const style = makeStyle(layout.colour)
  const lines = [
    `Usage: rollbook ${style.cyan(usageOf(command))}`,
    '',
    ...wrapText(`${command.summary}.`, layout.columns),
  ]
  if (command.details !== undefined) lines.push('', ...wrapText(command.details, layout.columns))
  const argumentRows = command.arguments.map((argument) => [argument.name.toUpperCase(), argument.title] as const)
  const optionRows = [...command.options, ...commonOptions].map(
    (option) => [optionLabel(option), optionTitle(option)] as const,
  )
  const width = Math.min(34, Math.max(...[...argumentRows, ...optionRows].map(([label]) => label.length)))
  if (argumentRows.length > 0) lines.push('', style.bold('Arguments'), ...columnsOf(argumentRows, width, layout))
  lines.push('', style.bold('Options'), ...columnsOf(optionRows, width, layout))
  if (command.examples.length > 0) {
    lines.push(
      '',
      style.bold('Examples'),
      ...command.examples.flatMap((example) => exampleLines(example, layout.columns)),
    )
  }
  return `${lines.join('\n')}\n`
}

/** A command line, broken before an option the way a shell continues it, so that it can be copied. */
function exampleLines(example: string, columns: number): readonly string[] {
  const [head = '', ...options] = example.split(/ (?=--?[a-z])/)
  const lines = [head]
  for (const option of options) {
    const last = lines.at(-1) ?? ''
    if (last.length + option.length + (lines.length === 1 ? 5 : 7) <= columns)
      lines[lines.length - 1] = `${last} ${option}`
    else lines.push(option)
  }
  return lines.map((line, index) => `${index === 0 ? '  ' : '    '}${line}${index < lines.length - 1 ? ' \\' : ''}`)
}

/** `plan RUNBOOK [options]`, without the program's name. */
export function usageOf(command: Command): string {
  const required = command.options.length === 0 ? [] : ['[options]']
  return [command.name, ...command.arguments.map(argumentUsage), ...required].join(' ')
}

function argumentUsage(argument: CommandArgument): string {
  const name = argument.name.toUpperCase() + (argument.many === true ? '…' : '')
  return argument.required ? name : `[${name}]`
}

function optionLabel(option: CommandOption): string {
  const short = option.short === undefined ? '    ' : `-${option.short}, `
  return `${short}--${option.name}${option.value === undefined ? '' : ` ${option.value.toUpperCase()}`}`
}

/** What an option does, with its choices and its default. */
export function optionTitle(option: CommandOption): string {
  const choices = option.choices === undefined ? '' : `: ${option.choices.join(', ')}`
  const byDefault = option.byDefault === undefined ? '' : ` (default ${option.byDefault})`
  return `${option.title}${choices}${byDefault}${option.repeated === true ? '; may be repeated' : ''}`
}

function columnsOf(rows: readonly (readonly [string, string])[], width: number, layout: HelpLayout): readonly string[] {
  const style = makeStyle(layout.colour)
  const textWidth = Math.max(24, layout.columns - width - 5)
  return rows.flatMap(([label, text]) => {
    const [first = '', ...rest] = wrapText(text, textWidth)
    const padded = label.padEnd(width)
    const head =
      label.length > width
        ? [`  ${style.cyan(label)}`, `${' '.repeat(width + 4)}${first}`]
        : [`  ${style.cyan(padded)}  ${first}`]
    return [...head, ...rest.map((line) => `${' '.repeat(width + 4)}${line}`)]
  })
}
