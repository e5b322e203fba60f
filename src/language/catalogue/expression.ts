import type { CatalogueEntry, Words } from './entry.ts'

/** The expression checker words its own findings; it knows the types. */
const message = (words: Words): string => words['message'] ?? ''
const hint = (words: Words): string | undefined => words['hint']

const look = (when: string) =>
  ({ at: 'steps', yaml: `- id: look\n  title: Look\n  manual: Look at it\n  when: ${when}` }) as const

/** In the order of the reference page. */
export const expressionCodes = [
  'EXPRESSION_SYNTAX',
  'EXPRESSION_UNCLOSED',
  'EXPRESSION_TOO_LARGE',
  'EXPRESSION_UNKNOWN_NAME',
  'EXPRESSION_UNKNOWN_FUNCTION',
  'EXPRESSION_UNKNOWN_MEMBER',
  'EXPRESSION_TYPE',
  'EXPRESSION_SECRET',
  'EXPRESSION_WRAPPED',
] as const

/** Findings about expressions. */
export const expressionEntries: Readonly<Record<(typeof expressionCodes)[number], CatalogueEntry>> = {
  EXPRESSION_SYNTAX: {
    title: 'Expression that cannot be read',
    severity: 'error',
    message,
    hint,
    explanation:
      'Expressions are CEL: `target.kind == "node" && inputs.count > 3`. Text stands in quotes, lists in brackets.',
    bad: look("'1 +'"),
    good: look("'1 + 1 == 2'"),
  },
  EXPRESSION_UNCLOSED: {
    title: 'Expression that is never closed',
    severity: 'error',
    message,
    hint,
    explanation: 'Inside text an expression starts with `${{` and ends with `}}`.',
    bad: { at: 'steps', yaml: '- id: look\n  title: Look\n  manual: "Mode ${{ run.mode"' },
    good: { at: 'steps', yaml: '- id: look\n  title: Look\n  manual: "Mode ${{ run.mode }}"' },
  },
  EXPRESSION_TOO_LARGE: {
    title: 'Expression too large',
    severity: 'error',
    message,
    hint,
    explanation: 'Expressions have limits on length, nesting and cost, so that a run cannot hang in one.',
    bad: look(`'${'('.repeat(100)}true${')'.repeat(100)}'`),
    good: look("'true'"),
  },
  EXPRESSION_UNKNOWN_NAME: {
    title: 'Unknown variable',
    severity: 'error',
    message,
    hint,
    explanation:
      'The variable does not exist at this place. `target` exists where a step runs on targets, `outputs` where an action has ended, variables of `for_each` inside their group.',
    bad: look('\'target_name == "core"\''),
    good: look('\'run.mode == "live"\''),
  },
  EXPRESSION_UNKNOWN_FUNCTION: {
    title: 'Unknown function',
    severity: 'error',
    message,
    hint,
    explanation: 'Expressions have a fixed set of functions; the reference of the language lists them.',
    bad: look("'sizee(targets) > 3'"),
    good: look("'size(targets) > 3'"),
  },
  EXPRESSION_UNKNOWN_MEMBER: {
    title: 'Unknown member',
    severity: 'error',
    message,
    hint,
    explanation:
      'The value has no member of this name: an input that is not declared, a step that does not exist, an output that the action does not give.',
    bad: look('\'inputs.relase == "4"\''),
    good: {
      at: 'top',
      yaml: `inputs:
  release: {type: version, required: true}
phases:
  - id: prepare
    kind: preparation
    title: Prepare
    steps:
      - {id: look, title: Look, manual: Look at it, when: 'inputs.release == "4"'}`,
    },
  },
  EXPRESSION_TYPE: {
    title: 'Wrong type in an expression',
    severity: 'error',
    message,
    hint,
    explanation:
      'The parts of the expression do not fit together, or it gives something else than what is needed here: conditions give true or false.',
    bad: look("'1 + 1'"),
    good: look("'1 + 1 == 2'"),
  },
  EXPRESSION_SECRET: {
    title: 'Secret that would be changed or compared',
    severity: 'error',
    message,
    hint,
    explanation:
      'A secret can only be handed on as a whole to an action that takes one. Changing or comparing it would let it leak as text.',
    bad: {
      at: 'top',
      yaml: `inputs:
  token: {type: secret, from: {env: TOKEN}}
phases:
  - id: prepare
    kind: preparation
    title: Prepare
    steps:
      - {id: look, title: Look, manual: Look at it, when: 'inputs.token == "x"'}`,
    },
    good: look("'true'"),
  },
  EXPRESSION_WRAPPED: {
    title: 'Expression with braces where none are needed',
    severity: 'error',
    message: (w) => `${w['key']} is an expression already`,
    hint: () => 'leave out ${{ and }}',
    explanation: 'Keys such as `when` and `select` hold nothing but an expression, so they need no `${{ }}`.',
    bad: look('"${{ size(targets) > 3 }}"'),
    good: look('size(targets) > 3'),
  },
}
