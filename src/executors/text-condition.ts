/** Conditions on a text, shared by the checks: `contains`, `not_contains`, `matches`. */
import type { JsonObject } from '../base/json.ts'
import type { JsonSchema } from '../ports/executor.ts'
import { optionalText, textList, wrong } from './arguments.ts'
import { list, text } from './schema.ts'

/** Longest text that a pattern is tried on, characters: a hostile text must not hold the engine up. */
const textCharsMax = 262_144

export const textConditions: Readonly<Record<string, JsonSchema>> = {
  contains: list('Contains', 'Texts that must all occur.', text('Text', 'Compared letter by letter.')),
  not_contains: list('Does not contain', 'Texts of which none may occur.', text('Text', 'Compared letter by letter.')),
  matches: text(
    'Matches',
    'Regular expression (JavaScript) that must match somewhere; `^` and `$` stand for the ends of a line.',
  ),
}

/** @returns sentences about what does not hold; empty when all does */
export function unmetConditions(args: JsonObject, content: string, noun: string): readonly string[] {
  const pattern = optionalText(args, 'matches')
  return [
    ...textList(args, 'contains')
      .filter((each) => !content.includes(each))
      .map((each) => `${noun} does not contain "${each}"`),
    ...textList(args, 'not_contains')
      .filter((each) => content.includes(each))
      .map((each) => `${noun} contains "${each}"`),
    ...(pattern === undefined || compilePattern(pattern, 'matches').test(content.slice(0, textCharsMax))
      ? []
      : [`${noun} does not match /${pattern}/`]),
  ]
}

export function compilePattern(pattern: string, name: string): RegExp {
  try {
    return new RegExp(pattern, 'm')
  } catch {
    throw wrong(name, 'a regular expression')
  }
}

/** For `check` of an action: sentences about a pattern that cannot be read. */
export function patternProblems(args: JsonObject, name: string): readonly string[] {
  const pattern = args[name]
  if (typeof pattern !== 'string' || pattern.includes('${{')) return []
  try {
    new RegExp(pattern, 'm')
    return []
  } catch (error) {
    return [`\`${name}\` is not a regular expression: ${error instanceof Error ? error.message : String(error)}`]
  }
}
