import { type ErrorEntry, terminal } from './entry.ts'

/** What goes wrong before there is a plan: files, values, choices. */
export const loadingErrors: Readonly<Record<string, ErrorEntry>> = {
  SYSTEM_UNKNOWN: {
    title: 'No runbook for that system',
    meaning: '`rollbook init` has no runbook for a system of that name.',
    why: 'It is misspelt, or none ships for it.',
    cure: 'Take the name that is proposed, or `scratch` for a runbook with one component.',
    example: terminal(
      '$ rollbook init stakato-3.0 --yes\nrollbook: no runbook ships for "stakato-3.0" [SYSTEM_UNKNOWN]\n  Did you mean "stackato-3.0"?',
    ),
  },
  SCAFFOLD_NAME: {
    title: 'Name that cannot be used',
    meaning: 'A name for a new runbook, its component or one of its hosts holds signs that such a name cannot have.',
    why: 'Files, runs and expressions go by these names, so that blanks and most signs would be in the way.',
    cure: 'Take lower case letters, digits and hyphens. What people read goes into the title.',
    example: terminal(
      '$ rollbook init cato --name Night --yes\nrollbook: "Night" cannot be the name of a runbook [SCAFFOLD_NAME]\n  It needs lower case letters, digits and hyphens, a letter first.',
    ),
  },
  FILE_EXISTS: {
    title: 'File is there already',
    meaning:
      'A new file was to be written where one with another text is. It was left alone, and so was everything else.',
    why: 'The command ran here before, or the name is taken.',
    cure: 'Take another name or another folder, or move the file out of the way.',
    example: terminal(
      '$ rollbook init scratch --yes\nrollbook: "upgrade.yaml" is there already, and is left as it is [FILE_EXISTS]\n  Take another name with --name, or another folder with --directory. Nothing was written.',
    ),
  },
  FILE_UNREADABLE: {
    title: 'File cannot be read',
    meaning: 'A file or folder that was named does not exist, is of the wrong sort, or is closed to you.',
    why: 'The path is misspelt or starts from another folder than the current one, or rights are missing.',
    cure: 'Check the path from the folder in which the command runs.',
    example: terminal(
      '$ rollbook plan gone.yaml -i inventory.yaml\nrollbook: the runbook "gone.yaml" cannot be read: there is no such file [FILE_UNREADABLE]\n  Did you mean "done.yaml"?',
    ),
  },
  FILE_REFUSED: {
    title: 'File that the system refuses',
    meaning: 'The operating system did not let Rollbook read, make or write a file or a folder.',
    why: 'Rights are missing, the disk is full, or a part of the path is a file where a folder should be.',
    cure: 'Cure what the message names, or work in another folder. What was done before the refusal is kept.',
    example: terminal(
      '$ rollbook init cato --yes -d upgrade.yaml\nrollbook: "upgrade.yaml/cato-sockets.yaml" cannot be opened: a part of its path is a file [FILE_REFUSED]',
    ),
  },
  NOTHING_TO_CHECK: {
    title: 'No file to check',
    meaning: 'None of the folders that were named, nor the current one, holds a file of Rollbook. Nothing was checked.',
    why: 'The path is wrong, or the files lack the key `rollbook` that says what they are.',
    cure: 'Name the folder or the files. Whatever is named is checked, also an Ansible inventory.',
    example: terminal(
      '$ rollbook validate docs\nrollbook: there is nothing to check in "docs" [NOTHING_TO_CHECK]\n  In a folder those files count that end in .yaml or .yml and have a key "rollbook"; any other file has to be named.',
    ),
  },
  NOT_A_RUNBOOK: {
    title: 'Another file stands where the runbook belongs',
    meaning: 'The file is right in itself, and no runbook.',
    why: 'The runbook and the inventory were exchanged.',
    cure: 'Give the runbook as the first word and the inventory with `-i`.',
    example: terminal(
      '$ rollbook plan inventory.yaml -i inventory.yaml\nrollbook: "inventory.yaml" is a file of the kind inventory, and a runbook is expected [NOT_A_RUNBOOK]',
    ),
  },
  NOT_A_CATALOG: {
    title: 'Another file stands where the catalog belongs',
    meaning:
      'The file that `catalog` of the runbook or `--catalog` names is right in itself, and no catalog of releases.',
    why: 'Two files were exchanged.',
    cure: 'Name a file that begins with `rollbook: catalog/v1`.',
    example: terminal(
      '$ rollbook plan upgrade.yaml -i inventory.yaml --catalog inventory.yaml\nrollbook: "inventory.yaml" is a file of the kind inventory, and a catalog is expected [NOT_A_CATALOG]',
    ),
  },
  INVENTORY_MISSING: {
    title: 'No inventory given',
    meaning:
      'The runbook names targets or systems, and only an inventory knows them. A runbook that works on control alone needs none.',
    why: '`--inventory` was left out.',
    cure: 'Add `-i FILE`.',
    example: terminal(
      '$ rollbook plan twins.yaml\nrollbook: an inventory is needed [INVENTORY_MISSING]\n  Give it with --inventory FILE.',
    ),
  },
  SET_MALFORMED: {
    title: 'Value of an input without its name',
    meaning: '`--set` takes the name of an input, an equals sign and a value.',
    why: 'The equals sign is missing, or the name before it.',
    cure: 'Write `--set name=value`, in quotes when the value has spaces.',
    example: terminal(
      '$ rollbook plan upgrade.yaml -i inventory.yaml --set 2.0.0\nrollbook: "--set 2.0.0" is not understood [SET_MALFORMED]\n  Write --set name=value.',
    ),
  },
  VALUES_FILE: {
    title: 'The values file is no map',
    meaning: 'A values file holds one line per input: its name, a colon and its value.',
    why: 'The file is a list or a single value, or cannot be read as YAML.',
    cure: 'Write `release: "2.0.0"`, one line per input.',
    example: terminal(
      '$ rollbook plan upgrade.yaml -i inventory.yaml --values list.yaml\nlist.yaml:1:1 error the values file must be a map of input names to values [VALUES_FILE]',
    ),
  },
  INPUT_MISSING: {
    title: 'An input has no value',
    meaning: 'The runbook demands a value that has no default, and there is nobody to ask.',
    why: 'The command does not run on a terminal, where it would ask.',
    cure: 'Add `--set name=value`, or an entry in the file of `--values`.',
    example: terminal(
      '$ rollbook plan upgrade.yaml -i inventory.yaml\nrollbook: these inputs need a value: release [INPUT_MISSING]\n  Give them with --set release=…, or in a file with --values FILE.',
    ),
  },
  INPUT_UNKNOWN: {
    title: 'Unknown input',
    meaning: 'A value was given for an input that the runbook does not declare.',
    why: 'The name is misspelt, or the values belong to another version of the runbook.',
    cure: 'Take the name that is proposed, or leave the value out.',
    example: terminal(
      '$ rollbook plan upgrade.yaml -i inventory.yaml --set release=2.0.0 --set relase=2\nupgrade.yaml:5:1 error the runbook has no input "relase" [INPUT_UNKNOWN]\n  Did you mean "release"?',
    ),
  },
  INPUT_VALUE: {
    title: 'The value of an input is not accepted',
    meaning: 'The value does not fit the type or the limits that the runbook declares for this input.',
    why: 'It is misspelt, or has another unit or form.',
    cure: 'Give a value as the message describes it.',
    example: terminal(
      '$ rollbook plan upgrade.yaml -i inventory.yaml --set release=2.0.0 --set mode=slow\nupgrade.yaml:7:… error the input "mode" must be one of fast, careful, and is "slow" [INPUT_VALUE]',
    ),
  },
  INPUT_SECRET: {
    title: 'A secret was given as text',
    meaning: 'Values of secret inputs are never taken from the command line or from a values file.',
    why: 'There they would stand in the history of the shell, in the list of processes and in the record.',
    cure: 'Put the secret where the runbook says under `from`: an environment variable, a file or a command.',
    example: terminal(
      '$ rollbook plan upgrade.yaml -i inventory.yaml --set release=2.0.0 --set token=hunter22\nupgrade.yaml:8:… error the secret "token" must not be given as text [INPUT_SECRET]\n  It is read from the environment variable SHOP_TOKEN.',
    ),
  },
  PHASE_UNKNOWN: {
    title: 'Unknown phase',
    meaning: '`--only-phase` names no phase of the plan.',
    why: 'It is misspelt.',
    cure: 'Take the id or the number of a phase from the hint.',
    example: terminal(
      '$ rollbook plan upgrade.yaml -i inventory.yaml --set release=2.0.0 --only-phase prepair\nrollbook: there is no phase "prepair" [PHASE_UNKNOWN]\n  Its phases are: prepare.',
    ),
  },
}
