import { type ErrorEntry, terminal } from './entry.ts'

/** A run's directory: the journal, the evidence and what was pinned at the start; most are told by `rollbook verify`. */
export const recordErrors: Readonly<Record<string, ErrorEntry>> = {
  JOURNAL_CHAIN_BROKEN: {
    title: 'The journal cannot be trusted from a record on',
    meaning:
      'Each record holds the hash of the one before it, and at one place they do not fit. What stands before it is intact.',
    why: 'The file was edited, mixed with another, or damaged by the disk.',
    cure: 'Put the run directory back from a copy. Rollbook does not go on with such a run and changes nothing in it.',
    example: terminal(
      '$ rollbook verify upgrade-1\nRun upgrade-1 is NOT intact\n  41 records in an unbroken chain, 3 pieces of evidence\n✗ the journal cannot be trusted from record 42 on (journal.jsonl, byte 9000): its bytes do not fit its hash, and intact records follow [JOURNAL_CHAIN_BROKEN]',
    ),
  },
  JOURNAL_VERSION_UNKNOWN: {
    title: 'The journal was written by another version',
    meaning: 'The journal says that it is in a format that this Rollbook does not read.',
    why: 'A newer Rollbook began the run.',
    cure: 'Use the Rollbook that wrote it, or a newer one.',
    example: terminal(
      '$ rollbook resume upgrade-1\nrollbook: journal.jsonl is written as journal/v9, and this Rollbook reads journal/v1 [JOURNAL_VERSION_UNKNOWN]\n  Use the Rollbook that wrote it, or a newer one.',
    ),
  },
  JOURNAL_TORN: {
    title: 'The last write did not end',
    meaning:
      'A warning: behind the last whole record stands the beginning of another. Nothing that was confirmed is lost, because nothing starts before its record is on the disk.',
    why: 'The process was killed, or the power failed, in the middle of a write.',
    cure: 'Nothing. `rollbook resume` cuts the rest off and says so in the record.',
    example: terminal(
      '$ rollbook verify upgrade-1\nRun upgrade-1 is intact\n  41 records in an unbroken chain, 3 pieces of evidence\n! 112 bytes of an unfinished write stand behind record 41; resuming cuts them [JOURNAL_TORN]',
    ),
  },
  JOURNAL_EMPTY: {
    title: 'Nothing has been recorded',
    meaning: 'A warning: the run was pinned, and its first record never reached the disk, so nothing has happened.',
    why: 'The process ended between the two.',
    cure: '`rollbook resume` begins the run as it was meant.',
    example: terminal(
      '$ rollbook verify upgrade-1\nRun upgrade-1 is intact\n  0 records in an unbroken chain, 0 pieces of evidence\n! nothing has been recorded [JOURNAL_EMPTY]',
    ),
  },
  JOURNAL_WRITE_FAILED: {
    title: 'The journal cannot be written',
    meaning:
      'A record did not reach the disk. What the disk holds is not known any more, so this process stops recording for good and starts nothing else.',
    why: 'The disk is full or broken, a quota is used up, or a network share went away.',
    cure: 'Make room or repair the disk, then `rollbook resume`.',
    example: terminal(
      '$ rollbook resume upgrade-1 --unattended\nrollbook: the journal in .rollbook/runs/upgrade-1 could not be written to disk: ENOSPC: no space left on device [JOURNAL_WRITE_FAILED]\n  What the disk holds is no longer known, so this process stops recording for good. Make room or repair the disk, then "rollbook resume".',
    ),
  },
  EVIDENCE_MISSING: {
    title: 'Evidence is gone',
    meaning: 'The journal refers to a piece of evidence that is not in the run directory.',
    why: 'The file was removed, or the directory was copied without all of its files.',
    cure: 'Put the file back from a copy of the run directory.',
    example: terminal(
      '$ rollbook verify upgrade-1\nRun upgrade-1 is NOT intact\n  41 records in an unbroken chain, 3 pieces of evidence\n✗ evidence "mail-users.txt" (8f14e45fceea…) of record 17 is not in the run directory [EVIDENCE_MISSING]',
    ),
  },
  EVIDENCE_DAMAGED: {
    title: 'Evidence has changed',
    meaning: 'A piece of evidence does not have the hash that the journal recorded for it.',
    why: 'The file was edited, or damaged by the disk.',
    cure: 'Put the file back from a copy of the run directory.',
    example: terminal(
      '$ rollbook verify upgrade-1\nRun upgrade-1 is NOT intact\n  41 records in an unbroken chain, 3 pieces of evidence\n✗ evidence "mail-users.txt" (8f14e45fceea…) of record 17 is not what was kept [EVIDENCE_DAMAGED]',
    ),
  },
  EVIDENCE_UNREFERENCED: {
    title: 'Evidence that no record names',
    meaning: 'A warning: a piece of evidence lies in the run directory, and no record refers to it.',
    why: 'Evidence is kept before its record is written, and the process ended between the two.',
    cure: 'Nothing. It may stay, or be removed.',
    example: terminal(
      '$ rollbook verify upgrade-1\nRun upgrade-1 is intact\n  41 records in an unbroken chain, 3 pieces of evidence\n! evidence 8f14e45fceea… is referred to by no record: a crash came between keeping and recording it [EVIDENCE_UNREFERENCED]',
    ),
  },
  SOURCE_DAMAGED: {
    title: 'A pinned file has changed',
    meaning: 'The run keeps the very files it began with, and one of them is not what it was.',
    why: 'The copy in the run directory was edited or removed.',
    cure: 'Put it back from a copy of the run directory. To run another version of the runbook, begin another run.',
    example: terminal(
      '$ rollbook verify upgrade-1\nRun upgrade-1 is NOT intact\n  41 records in an unbroken chain, 3 pieces of evidence\n✗ run upgrade-1 cannot be trusted: sources/upgrade.yaml is not what was pinned when the run began [SOURCE_DAMAGED]',
    ),
  },
  PLAN_DAMAGED: {
    title: 'The pinned plan has changed',
    meaning: 'The run keeps the plan it began with, and it is not what it was.',
    why: 'The file in the run directory was edited or removed.',
    cure: 'Put it back from a copy of the run directory.',
    example: terminal(
      '$ rollbook verify upgrade-1\nRun upgrade-1 is NOT intact\n  41 records in an unbroken chain, 3 pieces of evidence\n✗ run upgrade-1 cannot be trusted: plan.json is not what was pinned when the run began [PLAN_DAMAGED]',
    ),
  },
  TARGET_LOCKS_DAMAGED: {
    title: 'The table of locks cannot be read',
    meaning: 'The file that says which run holds which target is no table of locks, so nobody can tell which are free.',
    why: 'Something else wrote to `.rollbook/locks/targets.json`, or the disk damaged it.',
    cure: 'See that no run of this folder is under way, then remove the file.',
    example: terminal(
      '$ rollbook run upgrade.yaml -i inventory.yaml\nrollbook: "….rollbook/locks/targets.json" is no table of locks [TARGET_LOCKS_DAMAGED]\n  It says which run holds which target. When no run of this folder is under way, remove it.',
    ),
  },
  RUN_DAMAGED: {
    title: 'The run cannot be trusted',
    meaning:
      'A file that the run needs to go on is missing, unreadable or changed; or its journal holds no record although the run has begun, so what it did is not known any more.',
    why: 'Something in the run directory was edited, removed, or damaged by the disk.',
    cure: 'Put the run directory back from a copy; `rollbook verify` says what is wrong. Without a copy of a lost journal, find out on the targets what has been done, and begin another run for the rest: to start this one over might do everything twice.',
    example: terminal(
      '$ rollbook resume upgrade-1\nrollbook: run upgrade-1 cannot be trusted: plan.json is not what was pinned when the run began [RUN_DAMAGED]\n  Put the run directory back from a copy; a run goes on only with the very files it began with.',
    ),
  },
}
