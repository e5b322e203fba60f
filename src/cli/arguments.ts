import { type ParseArgsConfig, parseArgs } from 'node:util'
import { UsageError } from '../base/error.ts'
import { nearestName } from '../base/nearest.ts'
import type { Command, CommandCall, CommandOption } from './command.ts'

/** Options that every command knows. */
export const commonOptions: readonly CommandOption[] = [
  { name: 'help', short: 'h', title: 'Show this help' },
  { name: 'no-color', title: 'No colours, whatever the terminal can do' },
]

/**
 * Reads the words after the command's name.
 *
 * @throws UsageError `OPTION_UNKNOWN`, `OPTION_VALUE_MISSING`, `OPTION_VALUE_UNEXPECTED`, `OPTION_VALUE_UNKNOWN`,
 *   `OPTION_REPEATED`, `ARGUMENT_MISSING`, `ARGUMENT_UNEXPECTED`
 */
export function parseCall(command: Command, words: readonly string[]): CommandCall {
  const known = new Map([...command.options, ...commonOptions].map((option) => [option.name, option]))
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries([...known.values()].map((option) => [option.name, parserOption(option)])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const values = new Map<string, string[]>()
  const positionals: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const option = known.get(token.name)
    if (option === undefined) throw unknownOption(command, token.rawName, known.values())
    const earlier = values.get(option.name) ?? []
    if (earlier.length > 0 && option.value !== undefined && option.repeated !== true) {
      throw wrongUse('OPTION_REPEATED', `option --${option.name} was given twice`, command)
    }
    values.set(option.name, [...earlier, optionValue(command, option, token.value, token.inlineValue === true)])
  }
  const call: CommandCall = {
    command: command.name,
    positionals,
    text: (name) => values.get(name)?.at(-1) ?? known.get(name)?.byDefault,
    list: (name) => values.get(name) ?? [],
    flag: (name) => values.has(name),
  }
  if (!call.flag('help')) checkPositionals(command, positionals)
  return call
}

function parserOption(option: CommandOption): NonNullable<ParseArgsConfig['options']>[string] {
  return {
    type: option.value === undefined ? 'boolean' : 'string',
    multiple: true,
    ...(option.short === undefined ? {} : { short: option.short }),
  }
}

function optionValue(command: Command, option: CommandOption, given: string | undefined, inline: boolean): string {
  if (option.value === undefined) {
    if (given === undefined) return ''
    throw wrongUse('OPTION_VALUE_UNEXPECTED', `option --${option.name} takes no value`, command)
  }
  const wanted = option.value.toUpperCase()
  if (given === undefined) {
    throw wrongUse('OPTION_VALUE_MISSING', `option --${option.name} needs a value: --${option.name} ${wanted}`, command)
  }
  if (!inline && given.startsWith('-') && given.length > 1) {
    const message = `option --${option.name} needs a value, and "${given}" looks like an option`
    const hint = `If "${given}" is meant, write --${option.name}=${given}`
    throw new UsageError('OPTION_VALUE_MISSING', message, { hint })
  }
  if (option.choices !== undefined && !option.choices.includes(given)) {
    const near = nearestName(given, option.choices)
    const message = `option --${option.name} does not know "${given}"`
    const hint = `${near === undefined ? '' : `Did you mean "${near}"? `}It takes ${option.choices.join(', ')}.`
    throw new UsageError('OPTION_VALUE_UNKNOWN', message, { hint })
  }
  return given
}

function checkPositionals(command: Command, positionals: readonly string[]): void {
  const missing = command.arguments.find((argument, index) => argument.required && positionals[index] === undefined)
  if (missing !== undefined) {
    throw wrongUse('ARGUMENT_MISSING', `${command.name} needs ${missing.name.toUpperCase()}`, command)
  }
  const surplus = positionals[command.arguments.length]
  if (surplus !== undefined && command.arguments.at(-1)?.many !== true) {
    throw wrongUse('ARGUMENT_UNEXPECTED', `${command.name} does not expect "${surplus}"`, command)
  }
}

function unknownOption(command: Command, rawName: string, known: Iterable<CommandOption>): UsageError {
  const name = rawName.replace(/^-+/, '')
  const near = nearestName(
    name,
    [...known].map((option) => option.name),
  )
  const hint = near === undefined ? helpHint(command) : `Did you mean "--${near}"?`
  return new UsageError('OPTION_UNKNOWN', `${command.name} has no option "${rawName}"`, { hint })
}

function wrongUse(code: string, message: string, command: Command): UsageError {
  return new UsageError(code, message, { hint: helpHint(command) })
}

function helpHint(command: Command): string {
  return `"rollbook help ${command.name}" shows how it is used.`
}
