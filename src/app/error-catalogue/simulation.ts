import { type ErrorEntry, terminal } from './entry.ts'

/** Wrong use of simulations. */
export const simulationErrors: Readonly<Record<string, ErrorEntry>> = {
  NOT_A_SCENARIO: {
    title: 'File is no scenario',
    meaning: 'The file given with `--scenario` says that it is something else.',
    why: 'Runbook and scenario were swapped, or the key `rollbook` at its top names another kind.',
    cure: 'Give a file that begins with `rollbook: scenario/v1`; `rollbook schema scenario` prints what may stand in it.',
    example: terminal(
      '$ rollbook simulate restart.yaml -i inventory.yaml --scenario upgrade.yaml\nrollbook: "upgrade.yaml" is a file of the kind runbook [NOT_A_SCENARIO]\n  A scenario begins with "rollbook: scenario/v1".',
    ),
  },
  START_INVALID: {
    title: 'Start is no instant',
    meaning: 'The value of `--start` does not say one moment that is the same everywhere.',
    why: 'The offset from UTC is missing, or the date does not exist.',
    cure: 'Write date, time and offset, such as `2026-12-06T01:00:00+01:00` or `2026-12-06T00:00:00Z`.',
    example: terminal(
      '$ rollbook simulate restart.yaml -i inventory.yaml --start 2026-12-06T01:00\nrollbook: "2026-12-06T01:00" is no instant [START_INVALID]\n  Write a date, a time and an offset, such as 2026-12-06T01:00:00+01:00.',
    ),
  },
  OPTION_NUMBER_INVALID: {
    title: 'Option wants a whole number',
    meaning: 'An option that takes a whole number was given something else, or one outside of its bounds.',
    why: 'Often a unit, a sign or a decimal point.',
    cure: 'Write the number alone, within the bounds of the message.',
    example: terminal(
      '$ rollbook simulate restart.yaml -i inventory.yaml --runs many\nrollbook: --runs takes a whole number from 1 to 100000, not "many" [OPTION_NUMBER_INVALID]\n  Write for example --runs 20.',
    ),
  },
}
