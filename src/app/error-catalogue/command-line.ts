import { type ErrorEntry, terminal } from './entry.ts'

/** Wrong use of a command: what was typed does not fit the table of commands. */
export const commandLineErrors: Readonly<Record<string, ErrorEntry>> = {
  COMMAND_UNKNOWN: {
    title: 'Unknown command',
    meaning: 'The first word after `rollbook` names no command.',
    why: 'It is misspelt, or belongs to another version of Rollbook.',
    cure: 'Take the command that is proposed; `rollbook help` lists them all.',
    example: terminal(
      '$ rollbook palan\nrollbook: there is no command "palan" [COMMAND_UNKNOWN]\n  Did you mean "rollbook plan"?',
    ),
  },
  ARGUMENT_MISSING: {
    title: 'Argument missing',
    meaning: 'The command needs a word that was not given, such as the file or the run it is about.',
    why: 'It was forgotten, or a variable of a script is empty.',
    cure: 'Add it; `rollbook help COMMAND` shows the order.',
    example: terminal(
      '$ rollbook plan\nrollbook: plan needs RUNBOOK [ARGUMENT_MISSING]\n  "rollbook help plan" shows how it is used.',
    ),
  },
  ARGUMENT_UNEXPECTED: {
    title: 'Argument too many',
    meaning: 'There are more words than the command takes.',
    why: 'Often a value with a space stands without quotes, or a name stands where an option is meant.',
    cure: 'Put quotes around the value, or leave the word out.',
    example: terminal(
      '$ rollbook plan upgrade.yaml inventory.yaml\nrollbook: plan does not expect "inventory.yaml" [ARGUMENT_UNEXPECTED]\n  "rollbook help plan" shows how it is used.',
    ),
  },
  OPTION_UNKNOWN: {
    title: 'Unknown option',
    meaning: 'The command has no option of that name.',
    why: 'It is misspelt, belongs to another command, or stands before the command.',
    cure: 'Take the option that is proposed, and write options after the command.',
    example: terminal(
      '$ rollbook plan upgrade.yaml --inventroy inventory.yaml\nrollbook: plan has no option "--inventroy" [OPTION_UNKNOWN]\n  Did you mean "--inventory"?',
    ),
  },
  OPTION_MISSING: {
    title: 'Option missing',
    meaning: 'The command cannot do its work without an option that was left out.',
    why: 'A handover, for example, needs the name of the one who takes over.',
    cure: 'Add the option that the message names.',
    example: terminal('$ rollbook handover upgrade-1\nrollbook: say who takes over [OPTION_MISSING]\n  Add --to NAME.'),
  },
  OPTION_REPEATED: {
    title: 'Option given twice',
    meaning: 'An option that holds one value was given several.',
    why: 'Which of them is meant cannot be known, so none is taken.',
    cure: 'Give it once. Options that may be repeated say so in the help.',
    example: terminal(
      '$ rollbook plan upgrade.yaml -i inventory.yaml -i hosts.ini\nrollbook: option --inventory was given twice [OPTION_REPEATED]\n  "rollbook help plan" shows how it is used.',
    ),
  },
  OPTION_VALUE_MISSING: {
    title: 'Option without its value',
    meaning: 'The option needs a value, and none follows, or what follows looks like another option.',
    why: 'The value was forgotten, a variable of a script is empty, or the value itself begins with a dash.',
    cure: 'Add the value. One that begins with a dash is written with an equals sign: `--reason=-`.',
    example: terminal(
      '$ rollbook plan upgrade.yaml -i --values\nrollbook: option --inventory needs a value, and "--values" looks like an option [OPTION_VALUE_MISSING]\n  If "--values" is meant, write --inventory=--values',
    ),
  },
  OPTION_VALUE_UNEXPECTED: {
    title: 'Switch with a value',
    meaning: 'The option is a switch: it is there or not, and takes no value.',
    why: 'A value was written behind an equals sign.',
    cure: 'Write the option alone, or leave it out.',
    example: terminal(
      '$ rollbook plan upgrade.yaml --json=yes\nrollbook: option --json takes no value [OPTION_VALUE_UNEXPECTED]\n  "rollbook help plan" shows how it is used.',
    ),
  },
  OPTION_VALUE_UNKNOWN: {
    title: 'Value that the option does not take',
    meaning: 'The option takes one of a few words, or a number, and was given something else.',
    why: 'The value is misspelt.',
    cure: 'Take one of the values in the message.',
    example: terminal(
      '$ rollbook validate --format jsn\nrollbook: option --format does not know "jsn" [OPTION_VALUE_UNKNOWN]\n  Did you mean "json"? It takes pretty, concise, json, sarif, github.',
    ),
  },
  OPTIONS_CONFLICT: {
    title: 'Options that exclude each other',
    meaning: 'Each of the options is right, but not together, or not in this kind of run.',
    why: 'Lines for programs and recorded answers belong to runs that ask nobody.',
    cure: 'Follow the hint: mostly `--unattended` is missing.',
    example: terminal(
      '$ rollbook run upgrade.yaml -i inventory.yaml --set release=2.0.0 --events\nrollbook: --events is for runs that nobody is asked about [OPTIONS_CONFLICT]\n  Add --unattended, or leave it out to be led through the run.',
    ),
  },
  NOT_A_TERMINAL: {
    title: 'Nobody can be asked',
    meaning: 'A guided run leads an operator through its steps, and there is no terminal to do so.',
    why: 'The command runs in a script, a pipeline or a scheduler, or its input comes from a file.',
    cure: 'Add `--unattended`, or start it in a terminal.',
    example: terminal(
      '$ rollbook run upgrade.yaml -i inventory.yaml --set release=2.0.0 < /dev/null\nrollbook: a guided run needs a terminal, and this is none [NOT_A_TERMINAL]\n  Add --unattended to run without being asked; …',
    ),
  },
  TOPIC_UNKNOWN: {
    title: 'Nothing to explain',
    meaning: '`rollbook explain` knows no code and no action of that name.',
    why: 'It is misspelt.',
    cure: 'Take the name that is proposed; `rollbook explain` alone lists everything.',
    example: terminal(
      '$ rollbook explain KEY_UNKNOWM\nrollbook: there is no code and no action "KEY_UNKNOWM" [TOPIC_UNKNOWN]\n  Did you mean "KEY_UNKNOWN"?',
    ),
  },
  SCHEMA_UNKNOWN: {
    title: 'Unknown kind of file',
    meaning: 'There is no schema of that name.',
    why: 'The kind is misspelt, or has another version.',
    cure: '`rollbook schema` alone lists the kinds.',
    example: terminal(
      '$ rollbook schema runbok\nrollbook: there is no kind of file "runbok" [SCHEMA_UNKNOWN]\n  Did you mean "runbook/v1"?',
    ),
  },
  KINDS_DIFFER: {
    title: 'Files of two kinds',
    meaning: 'Two files were to be compared, and one is a runbook, say, and the other an inventory.',
    why: 'The names were mixed up, or an inventory stands without `-i` in front of it.',
    cure: 'Compare two files of the same kind. What plans are made with is given by options: `-i`, `--values`, `--set`.',
    example: terminal(
      '$ rollbook diff upgrade.yaml inventory.yaml\nrollbook: "upgrade.yaml" is of the kind runbook/v1, and "inventory.yaml" of inventory/v1 [KINDS_DIFFER]\n  Compare two files of the same kind.',
    ),
  },
  REVISION_UNREADABLE: {
    title: 'Revision cannot be read',
    meaning: 'A file was named as `REVISION:PATH`, and Git could not give it.',
    why: 'There is no such revision, the file is not in it, the folder is in no repository, or Git is not installed.',
    cure: '`git log -- PATH` lists the revisions of a file. The path is relative to the current folder.',
    example: terminal(
      '$ rollbook diff nowhere:upgrade.yaml upgrade.yaml\nrollbook: "nowhere:upgrade.yaml" cannot be read: … [REVISION_UNREADABLE]\n  Write REVISION:PATH, such as HEAD:upgrade.yaml; the path is relative to the current folder.',
    ),
  },
  MIGRATION_UNKNOWN: {
    title: 'Unknown migration',
    meaning: '`rollbook migrate --only` was given a name that no migration has.',
    why: 'It is misspelt, or belongs to a newer Rollbook.',
    cure: '`rollbook migrate --list` lists them.',
    example: terminal(
      '$ rollbook migrate --only key-speling\nrollbook: there is no migration "key-speling" [MIGRATION_UNKNOWN]\n  Did you mean "key-spelling"?',
    ),
  },
  SHELL_UNKNOWN: {
    title: 'Shell without completion',
    meaning: 'There is no completion script for that shell.',
    why: 'Completion is made for the shells in the hint only.',
    cure: 'Name one of them.',
    example: terminal(
      '$ rollbook completion tcsh\nrollbook: there is no completion for "tcsh" [SHELL_UNKNOWN]\n  It is made for bash, zsh and fish.',
    ),
  },
}
