/** Fifteen mistakes that authors of YAML make every day, in this language. */
const head = `rollbook: runbook/v1
name: demo
title: Demo
version: 1.0.0
roles:
  operator: {title: Operator}
phases:
  - id: one
    kind: preparation
    title: One
    steps:
`

function steps(...lines: readonly string[]): string {
  return `${head}${lines.map((line) => `      ${line}\n`).join('')}`
}

export interface Mistake {
  readonly name: string
  readonly text: string
  readonly code: string
  readonly message: string
  readonly hint?: string
  /** What is underlined. */
  readonly marks: string
  /** The first quick fix, and whether it is safe. */
  readonly fix: string
  readonly safe: boolean
  /** The lines that the fix changes, as they are then. */
  readonly becomes: readonly string[]
}

const good = ['- id: a', '  title: A', '  action: check.tcp', '  with: {host: example.org, port: 443}']

export const fifteenMistakes: readonly Mistake[] = [
  {
    name: 'unknown key (typo)',
    text: steps(...good, '  dedaline: 5m'),
    code: 'KEY_UNKNOWN',
    message: 'unknown key "dedaline" in an action step',
    hint: 'did you mean "deadline"?',
    marks: 'dedaline',
    fix: 'Change to "deadline"',
    safe: true,
    becomes: ['        deadline: 5m'],
  },
  {
    name: 'wrong word for a form',
    text: steps('- id: a', '  title: A', '  acton: check.tcp', '  with: {host: example.org, port: 443}'),
    code: 'FORM_MISSING',
    message: 'the step "a" has no form; it needs exactly one of action, manual, gate, rollout, acceptance, steps',
    hint: '"acton": did you mean "action"?',
    marks: 'acton',
    fix: 'Change to "action"',
    safe: true,
    becomes: ['        action: check.tcp'],
  },
  {
    name: 'form missing',
    text: steps('- id: a', '  title: A'),
    code: 'FORM_MISSING',
    message: 'the step "a" has no form; it needs exactly one of action, manual, gate, rollout, acceptance, steps',
    marks: 'id',
    fix: 'Make it a manual step',
    safe: false,
    becomes: ['        manual: TODO'],
  },
  {
    name: 'required key missing',
    text: steps('- id: a', '  action: check.tcp', '  with: {host: example.org, port: 443}'),
    code: 'KEY_MISSING',
    message: 'the step "a" needs the key "title"',
    hint: 'what happens, in a few words',
    marks: 'id',
    fix: 'Add "title"',
    safe: false,
    becomes: ['      - title: TODO', '        id: a'],
  },
  {
    name: 'wrong value of a choice',
    text: steps(...good, '  on_failure: stopp'),
    code: 'VALUE_NOT_ALLOWED',
    message: '"stopp" is not a value of "on_failure"; values: stop, continue, ask, back_out',
    hint: 'did you mean "stop"?',
    marks: 'stopp',
    fix: 'Change to "stop"',
    safe: true,
    becomes: ['        on_failure: stop'],
  },
  {
    name: 'wrong type',
    text: steps('- id: a', '  title: A', '  action: check.tcp', '  with: {host: example.org, port: "443"}'),
    code: 'VALUE_TYPE',
    message: '"port" must be a whole number, and this is the text "443"',
    hint: 'write 443 without quotes',
    marks: '"443"',
    fix: 'Write 443 without quotes',
    safe: true,
    becomes: ['        with: {host: example.org, port: 443}'],
  },
  {
    name: 'pattern',
    text: steps(...good, '  deadline: 5 minutes'),
    code: 'DURATION_INVALID',
    message: '"5 minutes" is not a duration',
    hint: 'write 5m',
    marks: '5 minutes',
    fix: 'Change to "5m"',
    safe: true,
    becomes: ['        deadline: 5m'],
  },
  {
    name: 'key of another form',
    text: steps('- id: a', '  title: A', '  manual: Look', '  role: operator', '  retry: {max_attempts: 2}'),
    code: 'KEY_MISPLACED',
    message: '"retry" belongs to an action step, and this is a manual step',
    hint: 'remove the key, or change the form',
    marks: 'retry',
    fix: 'Take "retry" away',
    safe: false,
    becomes: [],
  },
  {
    name: 'scalar where a map is expected',
    text: steps(...good, '  retry: 3'),
    code: 'VALUE_TYPE',
    message: '"retry" must be a mapping, and this is the number 3',
    hint: 'for example {max_attempts: 3, delay: 30s, backoff: 2, max_delay: 5m}',
    marks: '3',
    fix: 'Write {max_attempts: 3}',
    safe: false,
    becomes: ['        retry: {max_attempts: 3}'],
  },
  {
    name: 'reference to an unknown step',
    text: steps(
      '- id: both',
      '  title: Both',
      '  parallel: true',
      '  steps:',
      '    - {id: look, title: Look, manual: Look, role: operator}',
      '    - {id: next, title: Next, manual: Look, role: operator, after: [lok]}',
    ),
    code: 'STEP_UNKNOWN',
    message: 'there is no step "lok"',
    hint: 'did you mean "look"?',
    marks: 'lok',
    fix: 'Change to "look"',
    safe: true,
    becomes: ['          - {id: next, title: Next, manual: Look, role: operator, after: [look]}'],
  },
  {
    name: 'duplicate id',
    text: steps(...good, ...good),
    code: 'ID_DUPLICATE',
    message: 'the step id "a" is used twice',
    hint: 'give one of them another id',
    marks: 'a',
    fix: 'Change to "a_2"',
    safe: false,
    becomes: ['      - id: a_2'],
  },
  {
    name: 'duplicate key',
    text: steps(...good, '  title: Again'),
    code: 'KEY_DUPLICATE',
    message: 'the key "title" stands twice in the same mapping',
    hint: 'remove one of the two',
    marks: 'title',
    fix: 'Take this "title" away',
    safe: false,
    becomes: [],
  },
  {
    name: 'unquoted colon',
    text: steps('- id: a', '  title: Step one: look', '  manual: Look', '  role: operator'),
    code: 'YAML_UNQUOTED_COLON',
    message: 'a colon followed by a space starts a mapping inside "Step one: look"',
    hint: 'put the whole value in quotes',
    marks: 'Step one: look',
    fix: 'Put the value in quotes',
    safe: true,
    becomes: ['        title: "Step one: look"'],
  },
  {
    name: 'bad indentation',
    text: steps('- id: a', '   title: A', '  manual: Look', '  role: operator'),
    code: 'YAML_INDENTATION',
    message: '"title" is indented by 9 spaces, but the key above it by 8',
    hint: 'keys of one mapping start in the same column',
    marks: 'title',
    fix: 'Indent it by 8 blanks, like the line above',
    safe: false,
    becomes: ['        title: A'],
  },
  {
    name: 'tab',
    text: steps('- id: a', '  title: A', '\tmanual: Look', '  role: operator'),
    code: 'YAML_TAB',
    message: 'a tab cannot indent in YAML',
    hint: 'use spaces',
    marks: '\t',
    fix: 'Indent it by 8 blanks, like the line above',
    safe: false,
    becomes: ['        manual: Look'],
  },
]
