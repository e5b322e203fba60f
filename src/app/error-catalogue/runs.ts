import { type ErrorEntry, terminal } from './entry.ts'

const run = '$ rollbook run upgrade.yaml -i inventory.yaml --set release=2.0.0'

/** Beginning a run, finding it again, and who may carry it out. */
export const runErrors: Readonly<Record<string, ErrorEntry>> = {
  PLAN_DIGEST_DIFFERS: {
    title: 'The plan is not the approved one',
    meaning:
      'The digest of the effects differs from the one that was given with `--expect-digest`. Nothing was started.',
    why: 'The runbook, the inventory, an input or a version of Rollbook has changed since the approval.',
    cure: 'Compare by `rollbook plan`, and have the new plan approved.',
    example: terminal(
      `${run} --unattended --expect-digest 0f3c5a9b\nrollbook: this plan is not the approved one: its digest is sha256:… [PLAN_DIGEST_DIFFERS]\n  What happens to which target has changed since the approval. …`,
    ),
  },
  RUN_EXISTS: {
    title: 'A run of that name exists',
    meaning: 'Every run has a directory of its own, and this one is taken. The existing run is untouched.',
    why: '`--id` names a run that was begun before, perhaps by a script that was started twice.',
    cure: 'Go on with it by `rollbook resume`, or choose another id.',
    example: terminal(
      `${run} --unattended --id upgrade-1\nrollbook: there is already a run upgrade-1 [RUN_EXISTS]\n  Go on with it by "rollbook resume upgrade-1", or choose another id.`,
    ),
  },
  RUN_ID_INVALID: {
    title: 'Name that no run can have',
    meaning: 'The id of a run is the name of a folder, and this text cannot be one.',
    why: 'It holds a slash, a space or another sign, begins with a dot, or is `last`, which stands for the latest run.',
    cure: 'Use letters, digits, dots, dashes and underscores.',
    example: terminal(
      `${run} --unattended --id last\nrollbook: "last" cannot name a run [RUN_ID_INVALID]\n  Use letters, digits, dots, dashes and underscores; "last" stands for the latest run.`,
    ),
  },
  RUN_UNKNOWN: {
    title: 'Unknown run',
    meaning: 'No run in this folder has an id that begins like this.',
    why: 'It is misspelt, or the run was begun in another folder: runs are kept in `.rollbook/runs` of the folder in which they were begun.',
    cure: 'Take one of the proposed ids, or go to the right folder; `rollbook runs` lists the runs.',
    example: terminal(
      '$ rollbook status upgrade-9\nrollbook: there is no run "upgrade-9" [RUN_UNKNOWN]\n  Did you mean upgrade-1 or …',
    ),
  },
  FOLLOW_UP_END_UNKNOWN: {
    title: 'No end that can be followed up',
    meaning: 'A word behind `--only` is none of the ends of a target that a second run can take up.',
    why: 'It is misspelt, or it is an end that leaves nothing to do.',
    cure: 'Take words of the hint, parted by commas.',
    example: terminal(
      '$ rollbook run --of restart-1 --only broken --unattended\nrollbook: "broken" is no end of a target that a run can follow up [FOLLOW_UP_END_UNKNOWN]\n  Give one or more of skipped, failed, rolled_back, held, parted by commas.',
    ),
  },
  FOLLOW_UP_OPEN: {
    title: 'The earlier run has not ended',
    meaning: 'A second run is to take up what an earlier one left, and that one still goes on or waits.',
    why: 'It was paused, it waits for people, or another process carries it out.',
    cure: 'Finish or abort it first.',
    example: terminal(
      '$ rollbook run --of twins-1 --unattended\nrollbook: run twins-1 has not ended, so what is left of it is not known yet [FOLLOW_UP_OPEN]\n  "rollbook status twins-1" shows where it is.',
    ),
  },
  FOLLOW_UP_EMPTY: {
    title: 'Nothing to follow up',
    meaning: 'No target of the earlier run ended in the way that `--only` asks for.',
    why: 'All succeeded, ended otherwise, or the run had no rollout.',
    cure: 'Look at its report, and say other ends with `--only`.',
    example: terminal(
      '$ rollbook run --of done-1 --only held --unattended\nrollbook: no target of run done-1 ended as held [FOLLOW_UP_EMPTY]\n  "rollbook report done-1" tells how each of them ended.',
    ),
  },
  COMPARE_OPEN: {
    title: 'Nothing to compare yet',
    meaning: 'A run is held against its simulation by how its targets ended, and this one has not ended.',
    why: 'It was paused, it waits for people, or another process carries it out.',
    cure: 'Wait for its end.',
    example: terminal(
      '$ rollbook compare twins-1\nrollbook: run twins-1 has not ended [COMPARE_OPEN]\n  "rollbook status twins-1" shows where it is.',
    ),
  },
  CLOCK_UNREADABLE: {
    title: 'No clock in this file',
    meaning: 'A rehearsal is to go by the clock of an emulator, and the file does not say how it turns.',
    why: 'The file is another one, or the emulator runs at the pace of life.',
    cure: 'Give the `state.json` that a running emulator with `--speed` writes.',
    example: terminal(
      '$ rollbook run restart.yaml -i inventory.yaml --unattended --clock inventory.yaml\nrollbook: "inventory.yaml" cannot be read as JSON [CLOCK_UNREADABLE]\n  Give the state.json of a running emulator that has a speed.',
    ),
  },
  RUN_AMBIGUOUS: {
    title: 'Several runs begin like this',
    meaning: 'A beginning of an id is enough only when one run has it.',
    why: 'There are several runs with that beginning.',
    cure: 'Give more of the id, or `last` for the latest run.',
    example: terminal(
      '$ rollbook status upgrade\nrollbook: "upgrade" could be any of 2 runs: upgrade-1, upgrade-2 [RUN_AMBIGUOUS]\n  Give more of the id.',
    ),
  },
  RUN_LOCKED: {
    title: 'The run is being carried out',
    meaning: 'Another process on this machine carries the run out. Only one may, so that nothing happens twice.',
    why: 'It was begun or resumed in another terminal that is still open.',
    cure: 'Speak to it by `rollbook approve`, `answer` or `pause`, watch it by `rollbook status RUN --watch`, or end that process first.',
    example: terminal(
      '$ rollbook resume upgrade-1\nrollbook: run upgrade-1 is being carried out by ines on host core, process 4711, since 2026-11-22T00:00:00.000Z [RUN_LOCKED]\n  Answer it with "rollbook approve", follow it with "rollbook status upgrade-1 --watch", or end that process first.',
    ),
  },
  RUN_LOCKED_ELSEWHERE: {
    title: 'The run is held by another machine',
    meaning: 'A process on another host holds the run, and from here it cannot be seen whether it still lives.',
    why: 'The folder of runs is shared, or that machine went down without ending its run.',
    cure: 'Make sure that the process has ended, then repeat with `--break-lock`.',
    example: terminal(
      '$ rollbook resume upgrade-1\nrollbook: run upgrade-1 is being carried out by ines on host other, process 4711, since 2026-11-22T00:00:00.000Z [RUN_LOCKED_ELSEWHERE]\n  Whether that process still lives cannot be seen from here. Make sure that it has ended, then repeat with --break-lock.',
    ),
  },
  RUN_LOCK_LOST: {
    title: 'Another process has taken the run over',
    meaning:
      'This process held the run and does no more. It stops recording at once, so that the journal has one writer.',
    why: 'Somebody took the lock over by `--break-lock`, or removed it by hand.',
    cure: 'Go on in the other process. When there is none, `rollbook resume` takes the run up again.',
    example: terminal(
      '$ rollbook run upgrade.yaml -i inventory.yaml --id upgrade-1\nrollbook: run upgrade-1 is carried out by another process now [RUN_LOCK_LOST]\n  This process may write nothing more.',
    ),
  },
  RUN_SILENT: {
    title: 'The run does not answer',
    meaning:
      'What you said lies in the letter box of the run, and the process that carries it out has not taken it yet.',
    why: 'That process is stopped, or very busy.',
    cure: 'Look whether it still works. The letter is kept: it is read as soon as that process, or a resumed one, looks.',
    example: terminal(
      '$ rollbook approve upgrade-1\nrollbook: ines on host core, process 4711, since 2026-11-22T00:00:00.000Z has not answered yet [RUN_SILENT]\n  What you said is kept in the letter box of the run and is read as soon as that process, or a resumed one, looks.',
    ),
  },
  TARGETS_LOCKED: {
    title: 'Targets are held by another run',
    meaning: 'A run that has begun, and has not ended, works on some of the same targets. Nothing was started.',
    why: 'Two runs on one target would undo each other’s work.',
    cure: 'Finish or abort the other run first.',
    example: terminal(
      '$ rollbook resume upgrade-2\nrollbook: held by another run: web-1 by run upgrade-1 (ines on core, since 2026-11-22T00:00:00.000Z) [TARGETS_LOCKED]\n  Finish or abort run upgrade-1 first: two runs must not touch one target.',
    ),
  },
}
