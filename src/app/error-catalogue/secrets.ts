import { type ErrorEntry, terminal } from './entry.ts'

const run = '$ rollbook run upgrade.yaml -i inventory.yaml --set release=2.0.0 --unattended'

/** Where secrets are read from, before a run begins. Their texts never stand in a message. */
export const secretErrors: Readonly<Record<string, ErrorEntry>> = {
  SECRET_MISSING: {
    title: 'A secret is not there',
    meaning:
      'The environment variable or the file from which the runbook or the inventory reads a secret does not exist or cannot be read.',
    why: 'The variable is not exported, the path is misspelt, or the file is closed to you. Paths start at the file that names them.',
    cure: 'Set the variable, for example from a password manager, or check the path and its rights. A secret that the run can do without is declared with `required: false`: then nothing is missed, and the arguments that would carry it are left out.',
    example: terminal(
      `${run}\nrollbook: secret "token": the environment has no variable SHOP_TOKEN [SECRET_MISSING]\n  Set SHOP_TOKEN before starting, for example from a password manager.`,
    ),
  },
  SECRET_FILE_OPEN: {
    title: 'Everybody can read the file of a secret',
    meaning:
      'The rights of the file let every user of this machine in, so it keeps no secret, and Rollbook does not use it.',
    why: 'It was made with the usual rights of new files.',
    cure: 'Run `chmod 600 FILE`, and think about whether somebody has read it already.',
    example: terminal(
      `${run}\nrollbook: secret "token": everybody on this machine can get at token.txt [SECRET_FILE_OPEN]\n  Run: chmod 600 token.txt`,
    ),
  },
  SECRET_COMMAND_FAILED: {
    title: 'The command that gives a secret failed',
    meaning: 'The command ended with an error, took too long, printed too much, or could not be started.',
    why: 'Often the password manager is locked, or the program is not installed here.',
    cure: 'Run the command by hand: it must print the secret and nothing else, without asking.',
    example: terminal(
      `${run}\nrollbook: secret "token": pass ended with exit code 1 [SECRET_COMMAND_FAILED]\n  Run the command by hand; it must print the secret and nothing else.`,
    ),
  },
  SECRET_EMPTY: {
    title: 'A secret is empty',
    meaning: 'The place was found, and there is nothing in it.',
    why: 'The variable is set to nothing, or the wrong entry is named.',
    cure: 'Check that the right place is named.',
    example: terminal(
      `${run}\nrollbook: secret "token": variable SHOP_TOKEN gives nothing [SECRET_EMPTY]\n  Check that the right place is named.`,
    ),
  },
  SECRET_TOO_SHORT: {
    title: 'A secret is too short to be hidden',
    meaning:
      'Secrets are masked wherever they turn up in an output. A text of a few characters occurs everywhere, so it cannot be masked.',
    why: 'A PIN, a placeholder, or something that is no secret was declared as one.',
    cure: 'Use a longer secret, or an ordinary input when it is none.',
    example: terminal(
      `${run}\nrollbook: secret "token" is shorter than … characters [SECRET_TOO_SHORT]\n  So short a text cannot be hidden in what is written. Use a longer one, or no secret input.`,
    ),
  },
}
