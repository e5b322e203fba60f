import { commonOptions } from '../../src/cli/arguments.ts'
import type { Command, CommandOption } from '../../src/cli/command.ts'
import { optionTitle, usageOf } from '../../src/cli/help.ts'

/** The reference page of the command line, from the table that also makes the help. */
export function commandLinePage(commands: readonly Command[]): string {
  return `${[
    '# The command line',
    '',
    '<!-- Generated from src/cli/commands.ts by "npm run generate". Do not edit. -->',
    '',
    'Options stand after the command; `--` ends them. Exit codes are the same for every command: 0 clean, 1 there is something to',
    'look at, 2 wrong use, 3 Rollbook itself failed ([why](../decisions/0005-exit-codes.md)). Every command knows these:',
    '',
    ...optionRows(commonOptions),
    ...commands.flatMap(section),
  ].join('\n')}\n`
}

function section(command: Command): readonly string[] {
  const details = command.details === undefined ? [] : ['', cell(command.details)]
  const rows = command.arguments.map((argument) => `| \`${argument.name.toUpperCase()}\` | ${cell(argument.title)} |`)
  const options = command.options.length === 0 ? [] : ['', ...optionRows(command.options)]
  return [
    '',
    `## ${command.name}`,
    '',
    `${command.summary}.`,
    ...details,
    '',
    '```text',
    `rollbook ${usageOf(command)}`,
    '```',
    ...(rows.length === 0 ? [] : ['', '| Argument | |', '| --- | --- |', ...rows]),
    ...options,
    ...(command.examples.length === 0 ? [] : ['', 'For example:', '', '```text', ...command.examples, '```']),
  ]
}

function optionRows(options: readonly CommandOption[]): readonly string[] {
  const rows = options.map((option) => {
    const value = option.value === undefined ? '' : ` ${option.value.toUpperCase()}`
    const names = [`--${option.name}${value}`, ...(option.short === undefined ? [] : [`-${option.short}`])]
    return `| ${names.map((name) => `\`${name.replaceAll('|', '\\|')}\``).join(', ')} | ${cell(optionTitle(option))} |`
  })
  return ['| Option | |', '| --- | --- |', ...rows]
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
}
