import { placeholder } from '../placeholder.ts'
import { type CatalogueEntry, didYouMean, quoted } from './entry.ts'

const goodSteps = { at: 'steps', yaml: '- id: look\n  title: Look\n  manual: Look at it' } as const

/** In the order of the reference page. */
export const schemaCodes = [
  'KIND_MISSING',
  'KIND_UNKNOWN',
  'KIND_NEWER',
  'KEY_UNKNOWN',
  'KEY_DEPRECATED',
  'KEY_MISPLACED',
  'KEY_MISSING',
  'FORM_MISSING',
  'FORM_SEVERAL',
  'VALUE_TYPE',
  'VALUE_NOT_ALLOWED',
  'VALUE_INVALID',
  'VALUE_OUT_OF_RANGE',
  'DURATION_INVALID',
  'SIZE_INVALID',
  'COUNT_INVALID',
  'VERSION_INVALID',
  'NAME_INVALID',
  'LIST_DUPLICATE',
  'GATE_WITHOUT_ROLE',
  'PLACEHOLDER_LEFT',
] as const

/** Findings about keys and values, one by one. */
export const schemaEntries: Readonly<Record<(typeof schemaCodes)[number], CatalogueEntry>> = {
  KIND_MISSING: {
    title: 'File that does not say what it is',
    severity: 'error',
    message: () => 'the file does not say what it is: the key "rollbook" is missing',
    hint: () => 'start the file with "rollbook: runbook/v1", or another kind',
    explanation:
      'Every file names its kind and language version in the key `rollbook`; the name of the file does not matter. Kinds: `runbook/v1`, `inventory/v1`, `scenario/v1`.',
    bad: { at: 'file', yaml: 'name: upgrade' },
    good: goodSteps,
  },
  KIND_UNKNOWN: {
    title: 'Unknown kind of file',
    severity: 'error',
    message: (w) => `unknown kind of file ${quoted(w['kind'])}; kinds: ${w['kinds']}`,
    hint: didYouMean,
    explanation:
      'Every file names its kind and language version in the key `rollbook`. A version that is newer than the program needs a newer program.',
    bad: { at: 'file', yaml: 'rollbook: runbok/v1' },
    good: goodSteps,
  },
  KIND_NEWER: {
    title: 'Written for a newer version',
    severity: 'error',
    message: (w) => `this file is written for ${w['kind']}, and this program reads ${w['newest']} at most`,
    hint: () => 'update Rollbook; an older file is read by every newer program, not the other way round',
    explanation:
      'Every file names the version of the language in the key `rollbook`. An older version is read for ever. Of a newer one nobody can know here what it means, so it is refused as a whole instead of being read in part.',
    bad: { at: 'file', yaml: 'rollbook: runbook/v2' },
    good: goodSteps,
  },
  KEY_DEPRECATED: {
    title: 'Deprecated key',
    severity: 'warning',
    message: (w) => `the key ${quoted(w['key'])} is deprecated; it is called ${quoted(w['replacement'])} now`,
    hint: (w) =>
      w['double']
        ? `remove it: ${quoted(w['replacement'])} stands beside it, and counts`
        : `"rollbook migrate" rewrites it (${w['migration']})`,
    explanation:
      'The key was renamed. It is read as before and always will be; the present name is the one in the documentation, and the one that completion offers.',
    bad: { at: 'top', yaml: 'blast_radius: {max_sites: "5%"}' },
    good: { at: 'top', yaml: 'blast_radius: {max_units: "5%"}' },
  },
  KEY_UNKNOWN: {
    title: 'Unknown key',
    severity: 'error',
    message: (w) => `unknown key ${quoted(w['key'])} in ${w['owner']}`,
    hint: (w) => didYouMean(w) ?? (w['keys'] ? `keys: ${w['keys']}` : undefined),
    explanation: 'A key that nothing reads is a mistake: what was meant would silently not happen.',
    bad: { at: 'steps', yaml: '- id: look\n  title: Look\n  manual: Look at it\n  dedline: 5m' },
    good: { at: 'steps', yaml: '- id: look\n  title: Look\n  manual: Look at it\n  deadline: 5m' },
  },
  KEY_MISPLACED: {
    title: 'Key of another form',
    severity: 'error',
    message: (w) => `${quoted(w['key'])} belongs to ${w['forms']}, and this is ${w['form']}`,
    hint: () => 'remove the key, or change the form',
    explanation: 'A step or criterion has one form, and each form has keys of its own.',
    bad: { at: 'steps', yaml: '- id: look\n  title: Look\n  manual: Look at it\n  retry: {max_attempts: 2}' },
    good: goodSteps,
  },
  KEY_MISSING: {
    title: 'Missing key',
    severity: 'error',
    message: (w) => `${w['owner']} needs the key ${quoted(w['key'])}`,
    hint: (w) => w['description'],
    explanation: 'Without this key there is no telling what was meant.',
    bad: { at: 'steps', yaml: '- id: look\n  manual: Look at it' },
    good: goodSteps,
  },
  FORM_MISSING: {
    title: 'No form',
    severity: 'error',
    message: (w) => `${w['owner']} has no form; it needs exactly one of ${w['forms']}`,
    hint: (w) => (w['nearest'] ? `${quoted(w['key'])}: did you mean ${quoted(w['nearest'])}?` : undefined),
    explanation:
      'A step is exactly one of `action`, `manual`, `gate`, `rollout`, `acceptance` and `steps`; a criterion is one of `action` and `manual`. The key says who or what does it.',
    bad: { at: 'steps', yaml: '- id: look\n  title: Look' },
    good: goodSteps,
  },
  FORM_SEVERAL: {
    title: 'Several forms',
    severity: 'error',
    message: (w) => `${w['owner']} has several forms: ${w['forms']}`,
    hint: () => 'split it, or put steps into a group',
    explanation: 'A step is exactly one thing, so that it has one outcome. Two things are two steps.',
    bad: { at: 'steps', yaml: '- id: look\n  title: Look\n  manual: Look at it\n  acceptance: final' },
    good: goodSteps,
  },
  VALUE_TYPE: {
    title: 'Wrong type of value',
    severity: 'error',
    message: (w) => `${w['key']} must be ${w['expected']}, and this is ${w['found']}`,
    hint: (w) => w['advice'],
    explanation:
      'A text, a number, a list and a map are different things. In YAML a number or `true` becomes text in quotes, and text never needs to look like a number.',
    bad: { at: 'steps', yaml: '- id: look\n  title: Look\n  manual: Look at it\n  covers: STK-04' },
    good: {
      at: 'top',
      yaml: `requirements:
  - {id: STK-04, text: Enough disk}
phases:
  - id: prepare
    kind: preparation
    title: Prepare
    steps:
      - {id: look, title: Look, manual: Look at it, covers: [STK-04]}`,
    },
  },
  VALUE_NOT_ALLOWED: {
    title: 'Value that is not one of the choices',
    severity: 'error',
    message: (w) => `${quoted(w['value'])} is not a value of ${w['key']}; values: ${w['values']}`,
    hint: didYouMean,
    explanation: 'This key takes one of a fixed set of words.',
    bad: { at: 'steps', yaml: '- id: look\n  title: Look\n  manual: Look at it\n  on_failure: stopp' },
    good: { at: 'steps', yaml: '- id: look\n  title: Look\n  manual: Look at it\n  on_failure: stop' },
  },
  VALUE_INVALID: {
    title: 'Value of the wrong shape',
    severity: 'error',
    message: (w) => `${quoted(w['value'])} cannot be ${w['key']}: ${w['expected']}`,
    hint: (w) => w['advice'],
    explanation: 'The value has the right type and the wrong shape.',
    bad: { at: 'top', yaml: 'name: My Runbook' },
    good: goodSteps,
  },
  VALUE_OUT_OF_RANGE: {
    title: 'Value out of range',
    severity: 'error',
    message: (w) => `${w['key']} must ${w['expected']}`,
    hint: (w) => w['advice'],
    explanation: 'The value is too small, too large, too short or too long.',
    bad: { at: 'steps', yaml: '- id: look\n  title: Look\n  acceptance: baseline\n  criteria: []' },
    good: goodSteps,
  },
  DURATION_INVALID: {
    title: 'Not a duration',
    severity: 'error',
    message: (w) => `${quoted(w['value'])} is not a duration`,
    hint: (w) => (w['nearest'] ? `write ${w['nearest']}` : 'write a number with a unit, such as 90s, 17m or 1h30m'),
    explanation:
      'Durations carry units: `90s`, `17m`, `1h30m`, `250ms`, or ISO 8601 such as `PT1H30M`. A bare number would be seconds to one reader and minutes to another.',
    bad: { at: 'steps', yaml: '- id: look\n  title: Look\n  manual: Look at it\n  deadline: 5 minutes' },
    good: { at: 'steps', yaml: '- id: look\n  title: Look\n  manual: Look at it\n  deadline: 5m' },
  },
  SIZE_INVALID: {
    title: 'Not a size',
    severity: 'error',
    message: (w) => `${quoted(w['value'])} is not a size`,
    hint: () => 'write a number with a unit, such as 7GB or 512MB',
    explanation: 'Sizes carry units: `7GB`, `512 MB`, `1.3GiB`.',
    bad: {
      at: 'top',
      yaml: 'inputs:\n  free: {type: size, default: 7 gigabytes}\nphases:\n  - id: prepare\n    kind: preparation\n    title: Prepare\n    steps:\n      - {id: look, title: Look, manual: "${{ inputs.free }}"}',
    },
    good: {
      at: 'top',
      yaml: `inputs:
  free: {type: size, default: 7GB}
phases:
  - id: prepare
    kind: preparation
    title: Prepare
    steps:
      - {id: look, title: Look, manual: "At least \${{ inputs.free }}"}`,
    },
  },
  COUNT_INVALID: {
    title: 'Not a count',
    severity: 'error',
    message: (w) => `${quoted(w['value'])} is not a count`,
    hint: () => 'write a whole number such as 5, or a percentage in quotes such as "25%"',
    explanation: 'A count is a whole number or a percentage in quotes.',
    bad: {
      at: 'steps',
      yaml: '- id: look\n  title: Look\n  action: check.command\n  on: target.kind == "node"\n  max_concurrency: half\n  with: {command: [uptime]}',
    },
    good: {
      at: 'steps',
      yaml: '- id: look\n  title: Look\n  action: check.command\n  on: target.kind == "node"\n  max_concurrency: "50%"\n  with: {command: [uptime]}',
    },
  },
  VERSION_INVALID: {
    title: 'Not a version',
    severity: 'error',
    message: (w) => `${quoted(w['value'])} is not a version`,
    hint: (w) => (w['quoted'] ? `put it in quotes: "${w['value']}"` : undefined),
    explanation: 'A version is text. `3.4` without quotes is a number in YAML, and `3.10` would become `3.1`.',
    bad: {
      at: 'top',
      yaml: 'inputs:\n  release: {type: version, default: 3.4}\nphases:\n  - id: prepare\n    kind: preparation\n    title: Prepare\n    steps:\n      - {id: look, title: Look, manual: "${{ inputs.release }}"}',
    },
    good: {
      at: 'top',
      yaml: `inputs:
  release: {type: version, default: "3.4"}
phases:
  - id: prepare
    kind: preparation
    title: Prepare
    steps:
      - {id: look, title: Look, manual: "Read about \${{ inputs.release }}"}`,
    },
  },
  NAME_INVALID: {
    title: 'Not a name',
    severity: 'error',
    message: (w) => `${quoted(w['value'])} cannot be ${w['key']}: ${w['expected']}`,
    hint: (w) => (w['nearest'] ? `write ${quoted(w['nearest'])}` : undefined),
    explanation:
      'Names that expressions use are lower case letters, digits and underscores, starting with a letter, so that `steps.my_step` can be written.',
    bad: { at: 'steps', yaml: '- id: Look Here\n  title: Look\n  manual: Look at it' },
    good: { at: 'steps', yaml: '- id: look_here\n  title: Look\n  manual: Look at it' },
  },
  LIST_DUPLICATE: {
    title: 'Same item twice',
    severity: 'error',
    message: (w) => `${quoted(w['value'])} stands twice in ${w['key']}`,
    explanation: 'Every item of this list must be there once.',
    bad: {
      at: 'top',
      yaml: 'inputs:\n  colour: {type: enum, options: [red, red]}\nphases:\n  - id: prepare\n    kind: preparation\n    title: Prepare\n    steps:\n      - {id: look, title: Look, manual: "${{ inputs.colour }}"}',
    },
    good: goodSteps,
  },
  GATE_WITHOUT_ROLE: {
    title: 'Gate without role',
    severity: 'error',
    message: (w) => `${w['owner']} names no role that may decide`,
    hint: () => 'add "roles" with at least one role',
    explanation: 'A gate that nobody may open stops the run for ever; one that everybody may open is no gate.',
    bad: { at: 'steps', yaml: '- id: go\n  title: Go?\n  gate: {type: go_no_go}' },
    good: {
      at: 'top',
      yaml: `roles:
  manager: {title: Manager}
phases:
  - id: prepare
    kind: preparation
    title: Prepare
    steps:
      - {id: go, title: Go?, gate: {type: go_no_go, roles: [manager]}}`,
    },
  },
  PLACEHOLDER_LEFT: {
    title: 'Placeholder that was left',
    severity: 'warning',
    message: (w) => `${w['key']} still holds the placeholder ${quoted(placeholder)}`,
    hint: () => 'write what belongs there',
    explanation:
      'Quick fixes write `TODO` where only the author knows what belongs there. It is told where it is the whole value, a part of a path or a text in an expression; in a sentence it is an ordinary word. It stays a warning: a plan can be made and played with it, so that the rest can be looked at, and it is told with every plan until something else stands there. Where the word is meant, it can be silenced with a reason.',
    bad: { at: 'steps', yaml: '- id: look\n  title: Look\n  manual: TODO' },
    good: { at: 'steps', yaml: '- id: look\n  title: Look\n  manual: Look at the list of TODO items' },
  },
}
