import { type CatalogueEntry, quoted } from './entry.ts'

/** In the order of the reference page. */
export const syntaxCodes = [
  'FILE_NOT_TEXT',
  'FILE_TOO_LARGE',
  'FILE_TOO_DEEP',
  'FILE_EMPTY',
  'YAML_SYNTAX',
  'YAML_UNQUOTED_COLON',
  'YAML_UNQUOTED_EXPRESSION',
  'YAML_INDENTATION',
  'YAML_TAB',
  'YAML_UNCLOSED',
  'YAML_RESERVED_CHARACTER',
  'YAML_SEVERAL_DOCUMENTS',
  'YAML_TAG',
  'YAML_DIRECTIVE',
  'YAML_KEY',
  'YAML_MERGE_KEY',
  'YAML_ALIAS_UNKNOWN',
  'YAML_ALIAS_CIRCULAR',
  'YAML_ALIASES_TOO_MANY',
  'YAML_NUMBER',
  'KEY_DUPLICATE',
] as const

/** Findings about the file as YAML. */
export const syntaxEntries: Readonly<Record<(typeof syntaxCodes)[number], CatalogueEntry>> = {
  FILE_NOT_TEXT: {
    title: 'Not a text file',
    severity: 'error',
    message: () => 'the file is not UTF-8 text',
    hint: () => 'save the file as UTF-8',
    explanation: 'All files of Rollbook are UTF-8 text. The file holds bytes that no UTF-8 text can hold.',
    bad: { at: 'file', yaml: '\uFFFE' },
    good: { at: 'steps', yaml: '- {id: look, title: Look, manual: Look at it}' },
  },
  FILE_TOO_LARGE: {
    title: 'File too large',
    severity: 'error',
    message: (w) => `the file is larger than ${w['limit']}`,
    hint: () => 'put large lists of targets into a CSV file and name it in "targets_from"',
    explanation: 'Files have a limit, so that no file can bring the program or the editor to its knees.',
    bad: { at: 'file', yaml: '# a file of more than 4 MiB' },
    good: { at: 'steps', yaml: '- {id: look, title: Look, manual: Look at it}' },
  },
  FILE_TOO_DEEP: {
    title: 'Nested too deeply',
    severity: 'error',
    message: (w) => `more than ${w['limit']} maps and lists stand inside each other`,
    explanation: 'Nesting has a limit, so that no file can bring the program or the editor to its knees.',
    bad: { at: 'file', yaml: `a: ${'['.repeat(200)}${']'.repeat(200)}` },
    good: { at: 'steps', yaml: '- {id: look, title: Look, manual: Look at it}' },
  },
  FILE_EMPTY: {
    title: 'Empty file',
    severity: 'error',
    message: () => 'the file holds nothing but comments or white space',
    hint: () => 'start with "rollbook: runbook/v1"',
    explanation: 'A file says what it is in its key `rollbook`. `rollbook init` writes a runbook to start from.',
    bad: { at: 'file', yaml: '# nothing here yet' },
    good: { at: 'steps', yaml: '- {id: look, title: Look, manual: Look at it}' },
  },
  YAML_SYNTAX: {
    title: 'YAML syntax',
    severity: 'error',
    message: (w) => w['problem'] ?? 'this cannot be read as YAML',
    explanation:
      'The text is not YAML. Only the first mistake is told, because what comes after it often follows from it.',
    bad: { at: 'steps', yaml: '- id: look\n  title\n  manual: Look at it' },
    good: { at: 'steps', yaml: '- id: look\n  title: Look\n  manual: Look at it' },
  },
  YAML_UNQUOTED_COLON: {
    title: 'Colon inside an unquoted value',
    severity: 'error',
    message: (w) => `a colon followed by a space starts a mapping inside ${quoted(w['text'])}`,
    hint: () => 'put the whole value in quotes',
    explanation: 'In YAML `a: b` is a mapping wherever it stands. A text that holds a colon and a space needs quotes.',
    bad: { at: 'steps', yaml: '- id: look\n  title: Step one: look\n  manual: Look at it' },
    good: { at: 'steps', yaml: '- id: look\n  title: "Step one: look"\n  manual: Look at it' },
  },
  YAML_UNQUOTED_EXPRESSION: {
    title: 'Expression without quotes',
    severity: 'error',
    message: () => 'inside [ ] and { } an expression needs quotes, because its braces start a map',
    hint: () => 'put the expression in quotes',
    explanation: 'Braces have a meaning of their own inside `[ ]` and `{ }`. Quotes take it away.',
    bad: {
      at: 'steps',
      yaml: '- id: look\n  title: Look\n  action: ssh.run\n  with: {command: [cat, ${{ inputs.file }}]}',
    },
    good: {
      at: 'top',
      yaml: `inputs:
  file: {type: path, required: true}
components:
  nodes: {select: target.kind == "node"}
phases:
  - id: prepare
    kind: preparation
    title: Prepare
    steps:
      - id: look
        title: Look
        action: check.command
        on: nodes
        with: {command: [cat, "\${{ inputs.file }}"]}`,
    },
  },
  YAML_INDENTATION: {
    title: 'Indentation',
    severity: 'error',
    message: (w) =>
      w['expected'] && w['key']
        ? `${quoted(w['key'])} is indented by ${w['found']} spaces, but the key above it by ${w['expected']}`
        : w['key']
          ? `${quoted(w['key'])} is indented by ${w['found']} spaces, which fits to nothing above it`
          : `this line is indented by ${w['found']} spaces, which fits to nothing above it`,
    hint: () => 'keys of one mapping start in the same column',
    explanation:
      'YAML reads structure from indentation: the keys of one map and the items of one list start in the same column.',
    bad: { at: 'steps', yaml: '- id: look\n   title: Look\n  manual: Look at it' },
    good: { at: 'steps', yaml: '- id: look\n  title: Look\n  manual: Look at it' },
  },
  YAML_TAB: {
    title: 'Tab as indentation',
    severity: 'error',
    message: () => 'a tab cannot indent in YAML',
    hint: () => 'use spaces',
    explanation: 'YAML allows only spaces as indentation, because a tab is as wide as each editor likes.',
    bad: { at: 'steps', yaml: '- id: look\n\ttitle: Look\n  manual: Look at it' },
    good: { at: 'steps', yaml: '- id: look\n  title: Look\n  manual: Look at it' },
  },
  YAML_UNCLOSED: {
    title: 'Never closed',
    severity: 'error',
    message: (w) => `what starts here with ${w['open']} is never closed with ${w['close']}`,
    explanation: 'A quote or bracket was opened and its partner is missing, so all that follows is read as part of it.',
    bad: { at: 'steps', yaml: '- id: look\n  title: "Look\n  manual: Look at it' },
    good: { at: 'steps', yaml: '- id: look\n  title: "Look"\n  manual: Look at it' },
  },
  YAML_RESERVED_CHARACTER: {
    title: 'Reserved character',
    severity: 'error',
    message: (w) => `a value cannot start with ${w['character']}`,
    hint: () => 'put the value in quotes',
    explanation: 'YAML keeps `@`, `` ` `` and `%` at the start of a value for itself. Quotes make them ordinary.',
    bad: { at: 'steps', yaml: '- id: look\n  title: "@home"\n  manual: @home' },
    good: { at: 'steps', yaml: '- id: look\n  title: "@home"\n  manual: "@home"' },
  },
  YAML_SEVERAL_DOCUMENTS: {
    title: 'Several documents in one file',
    severity: 'error',
    message: () => 'a second document starts here',
    hint: () => 'put each document into a file of its own',
    explanation: 'A file is one runbook, inventory or scenario. `---` starts another YAML document.',
    bad: { at: 'file', yaml: 'rollbook: runbook/v1\n---\nrollbook: runbook/v1' },
    good: { at: 'steps', yaml: '- {id: look, title: Look, manual: Look at it}' },
  },
  YAML_TAG: {
    title: 'Tag',
    severity: 'error',
    message: (w) => `the tag ${quoted(w['tag'])} is not part of the language`,
    hint: () => 'leave the tag out',
    explanation:
      'Tags ask the reader of a file to make something else than text, numbers, lists and maps. Files of Rollbook are plain data.',
    bad: { at: 'steps', yaml: '- id: look\n  title: !special Look\n  manual: Look at it' },
    good: { at: 'steps', yaml: '- id: look\n  title: Look\n  manual: Look at it' },
  },
  YAML_DIRECTIVE: {
    title: 'Other YAML version',
    severity: 'error',
    message: (w) => `the file asks for YAML ${w['version']}, and the language is YAML 1.2`,
    hint: () => 'leave the line with %YAML out',
    explanation: 'In YAML 1.1 words such as `yes` and `on` are not text. All files of Rollbook are YAML 1.2.',
    bad: { at: 'file', yaml: '%YAML 1.1\n---\nrollbook: runbook/v1' },
    good: { at: 'steps', yaml: '- {id: look, title: Look, manual: Look at it}' },
  },
  YAML_KEY: {
    title: 'Key that is not text',
    severity: 'error',
    message: () => 'a key must be text',
    hint: (w) => (w['braces'] ? 'an expression in braces needs a dollar sign and quotes: "${{ … }}"' : undefined),
    explanation:
      'Keys are names. A map, a list or nothing at all cannot be a name. Often braces were meant as an expression.',
    bad: { at: 'steps', yaml: '- id: look\n  title: Look\n  manual: {{ inputs.text }}' },
    good: {
      at: 'top',
      yaml: `inputs:
  text: {type: string}
phases:
  - id: prepare
    kind: preparation
    title: Prepare
    steps:
      - id: look
        title: Look
        manual: "\${{ inputs.text }}"`,
    },
  },
  YAML_MERGE_KEY: {
    title: 'Merge key',
    severity: 'error',
    message: () => 'the merge key "<<" is not part of the language',
    hint: () => 'write the keys out, or refer to the whole map with an alias',
    explanation:
      'Merge keys were never part of YAML 1.2, and readers disagree about them. An alias (`*name`) for a whole value is allowed.',
    bad: { at: 'steps', yaml: '- {id: look, title: Look, <<: {manual: Look at it}}' },
    good: { at: 'steps', yaml: '- {id: look, title: Look, manual: Look at it}' },
  },
  YAML_ALIAS_UNKNOWN: {
    title: 'Unknown alias',
    severity: 'error',
    message: (w) => `no anchor ${quoted(w['name'])} stands before this alias`,
    hint: () => 'a text that starts with an asterisk needs quotes',
    explanation:
      '`*name` stands for the value that was marked with `&name` before. A text that merely starts with an asterisk needs quotes.',
    bad: { at: 'steps', yaml: '- {id: look, title: Look, manual: *text }' },
    good: { at: 'steps', yaml: '- {id: look, title: &text Look, manual: *text }' },
  },
  YAML_ALIAS_CIRCULAR: {
    title: 'Alias inside its own anchor',
    severity: 'error',
    message: (w) => `the alias ${quoted(w['name'])} stands inside the value that it refers to`,
    explanation: 'A value cannot contain itself.',
    bad: { at: 'steps', yaml: '- {id: look, title: Look, manual: &a [*a ]}' },
    good: { at: 'steps', yaml: '- {id: look, title: &text Look, manual: *text }' },
  },
  YAML_ALIASES_TOO_MANY: {
    title: 'Too many aliases',
    severity: 'error',
    message: (w) => `the file has more than ${w['limit']} aliases, or they grow to too many values`,
    explanation: 'Aliases of aliases grow without bound, so their number and what they grow to have limits.',
    bad: { at: 'file', yaml: `a: &a x\nb: [${'*a , '.repeat(201)}]` },
    good: { at: 'steps', yaml: '- {id: look, title: &text Look, manual: *text }' },
  },
  YAML_NUMBER: {
    title: 'Number that cannot be kept',
    severity: 'error',
    message: (w) => `the number ${w['text']} is too large to be kept exactly`,
    hint: () => 'put it in quotes if it is a name and not an amount',
    explanation: 'Numbers are kept with about 15 digits. Infinity and "not a number" are no amounts at all.',
    bad: { at: 'top', yaml: 'metadata: {serial: 12345678901234567890}' },
    good: { at: 'top', yaml: 'metadata: {serial: "12345678901234567890"}' },
  },
  KEY_DUPLICATE: {
    title: 'Key written twice',
    severity: 'error',
    message: (w) => `the key ${quoted(w['key'])} stands twice in the same mapping`,
    hint: () => 'remove one of the two',
    explanation: 'Readers of YAML disagree about which of two equal keys counts, so there must be only one.',
    bad: { at: 'steps', yaml: '- id: look\n  title: Look\n  manual: Look at it\n  title: Look again' },
    good: { at: 'steps', yaml: '- id: look\n  title: Look\n  manual: Look at it' },
  },
}
