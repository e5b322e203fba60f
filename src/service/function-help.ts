/** Functions of expressions as completion, hover and signature help show them. */

import { functionNames } from '../expression/function-names.ts'
import { expressionFunctions } from '../expression/functions.ts'

export interface FunctionHelp {
  readonly name: string
  /** What it is called on: a word such as `versions`, a kind of value, or nothing. */
  readonly on: string | undefined
  /** As shown: `versions.less(a, b)`. */
  readonly signature: string
  readonly arguments: readonly string[]
  readonly description: string
  readonly example: string
}

const ofCel: readonly (readonly [signature: string, description: string, example: string])[] = [
  ['has(member)', 'Says whether a member is there.', 'has(steps.look.outputs.version)'],
  ['size(value)', 'Length of a text, a list or a map.', 'size(targets) > 2'],
  ['int(value)', 'A value as a whole number.', 'int(outputs.exit_code) == 0'],
  ['double(value)', 'A value as a number.', 'double(outputs.load) < 1.5'],
  ['duration(text)', 'A length of time to calculate with.', 'duration(inputs.wait) > duration("5m")'],
  ['list.all(item, condition)', 'Whether a condition holds for every element.', 'targets.all(t, t.version != "")'],
  ['list.exists(item, condition)', 'Whether a condition holds for any element.', 'targets.exists(t, t.kind == "node")'],
  [
    'list.exists_one(item, condition)',
    'Whether a condition holds for exactly one element.',
    'targets.exists_one(t, t.member == "primary")',
  ],
  ['list.map(item, value)', 'What an expression gives for every element.', 'targets.map(t, t.name)'],
  [
    'list.filter(item, condition)',
    'The elements for which a condition holds.',
    'targets.filter(t, t.site == "berlin")',
  ],
  ['list.size()', 'How many elements there are.', 'unit.members.size() == 2'],
  ['string.size()', 'How many characters there are.', 'inputs.note.size() > 0'],
  ['string.contains(text)', 'Whether a text holds another one.', 'outputs.stdout.contains("ready")'],
  ['string.startsWith(text)', 'Whether a text begins with another one.', 'target.name.startsWith("dea")'],
  ['string.endsWith(text)', 'Whether a text ends with another one.', 'target.address.endsWith(".internal")'],
  ['string.matches(pattern)', 'Whether a regular expression matches anywhere.', 'target.name.matches("^node-[0-9]+$")'],
  ['string.split(separator)', 'The parts between separators.', 'inputs.names.split(",")'],
  ['string.trim()', 'The text without blanks at both ends.', 'outputs.stdout.trim() == "ok"'],
  ['string.lowerAscii()', 'The text in lower case.', 'target.site.lowerAscii()'],
  ['string.upperAscii()', 'The text in upper case.', 'target.site.upperAscii()'],
  ['list.join(separator)', 'One text of all elements.', 'targets.map(t, t.name).join(", ")'],
]

function helpOf(signature: string, description: string, example: string): FunctionHelp {
  const [, on, name = '', inner = ''] = /^(?:(\w+)\.)?(\w+)\((.*)\)$/.exec(signature) ?? []
  return { name, on, signature, arguments: inner === '' ? [] : inner.split(', '), description, example }
}

/** In the order in which they are suggested. */
export const functionHelp: readonly FunctionHelp[] = [
  ...expressionFunctions.map(({ name, description, example }) => helpOf(name, description, example)),
  ...ofCel.map((row) => helpOf(...row)).filter(({ name }) => functionNames.has(name)),
]
