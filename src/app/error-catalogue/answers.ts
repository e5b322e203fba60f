import { type ErrorEntry, terminal } from './entry.ts'

const run = '$ rollbook run upgrade.yaml -i inventory.yaml --set release=2.0.0 --unattended'

/** What people say to a run: at a gate, a manual step or a failure, from a file or another terminal. */
export const answerErrors: Readonly<Record<string, ErrorEntry>> = {
  ANSWERS_UNREADABLE: {
    title: 'Answers file cannot be read',
    meaning: 'The file of `--answers` does not exist, or is closed to you.',
    why: 'The path is misspelt or starts from another folder.',
    cure: 'Give the path of a file that begins with `rollbook: answers/v1`.',
    example: terminal(
      `${run} --answers gone.yaml\nrollbook: gone.yaml: the answers file cannot be read: there is no such file [ANSWERS_UNREADABLE]\n  Give the path of a file that begins with "rollbook: answers/v1".`,
    ),
  },
  ANSWERS_INVALID: {
    title: 'Answers file is not understood',
    meaning:
      'An answer lacks a choice or a name, or the file is none of answers. The message begins with file, line and column.',
    why: 'A key or a choice is misspelt.',
    cure: 'Correct that line. Every answer has `choice` and `by`.',
    example: terminal(
      `${run} --answers answers.yaml\nrollbook: answers.yaml:3:10: the answer for "users" has the choice "yes", which there is not [ANSWERS_INVALID]\n  Choices: done, skip, …`,
    ),
  },
  NOTHING_WAITS: {
    title: 'Nothing waits for this answer',
    meaning: 'The run has no open question of this kind, or not at the step that was named.',
    why: 'Somebody has answered already, the run is not there yet, or another command answers it: `approve` is for gates, `answer` for the rest.',
    cure: 'The hint says what the run waits for, and with which command it is answered.',
    example: terminal(
      '$ rollbook approve upgrade-1\nrollbook: run upgrade-1 waits for nothing that this command answers [NOTHING_WAITS]\n  It waits for 1.1.1 Tell the users of 2.0.0, 1.1.2 Tell the support: …',
    ),
  },
  PROMPT_AMBIGUOUS: {
    title: 'The run waits for several answers',
    meaning: 'Several questions are open, and the command does not say which is meant.',
    why: 'Steps or targets run side by side.',
    cure: 'Name the step, and with `--target` the target.',
    example: terminal(
      '$ rollbook answer upgrade-1\nrollbook: run upgrade-1 waits for several: 1.1.1 Tell the users of 2.0.0, 1.1.2 Tell the support [PROMPT_AMBIGUOUS]\n  Name the step.',
    ),
  },
  ROLLOUT_AMBIGUOUS: {
    title: 'Several rollouts are under way',
    meaning: 'The run moves several components at once, and the command does not say which one is meant.',
    why: 'Rollouts of a parallel group run side by side.',
    cure: 'Name the rollout with `--step`.',
    example: terminal(
      '$ rollbook steer twins-1 pause\nrollbook: run twins-1 has several rollouts under way: 1.1.1 Clients, 1.1.2 Agents [ROLLOUT_AMBIGUOUS]\n  Name one with --step NUMBER.',
    ),
  },
  ROLLOUT_UNKNOWN: {
    title: 'No such rollout',
    meaning: 'The run has no rollout under way, or none of that number.',
    why: 'It has not begun yet, has ended, or the number is another step.',
    cure: 'Look where the run is with `rollbook status`.',
    example: terminal(
      '$ rollbook steer upgrade-1 pause\nrollbook: run upgrade-1 has no rollout under way [ROLLOUT_UNKNOWN]\n  "rollbook status upgrade-1" shows where it is.',
    ),
  },
  STEERING_UNKNOWN: {
    title: 'Nothing that can be said to a rollout',
    meaning: 'The word or number behind the run is none that a rollout understands.',
    why: 'It is misspelt, or the number is not a whole one.',
    cure: 'Take one of the words in the hint.',
    example: terminal(
      '$ rollbook steer upgrade-1 halt\nrollbook: "halt" is nothing that can be said to a rollout [STEERING_UNKNOWN]\n  Say one of: pause, resume, stop, skip-target, …',
    ),
  },
  CHOICE_MISSING: {
    title: 'Say what to do',
    meaning: 'After a failure there are several ways to go on, and none was chosen.',
    why: '`--choice` was left out.',
    cure: 'Add `--choice` with one of the words in the hint.',
    example: terminal(
      '$ rollbook answer restart-1\nrollbook: say what to do at 1.1 Restart [CHOICE_MISSING]\n  Add --choice with one of retry, retry_all, skip, mark_done, back_out, abort.',
    ),
  },
  FIELD_UNKNOWN: {
    title: 'Unknown field',
    meaning: 'The manual step has no field of that name in its `form`.',
    why: 'The name is misspelt, or the step has no form.',
    cure: 'Take one of the fields in the hint.',
    example: terminal(
      '$ rollbook answer upgrade-1 users --set tickt=7\nrollbook: "--set tickt=7" names no field of this step [FIELD_UNKNOWN]\n  Fields: ticket.',
    ),
  },
  FIELD_INVALID: {
    title: 'Value that the field does not take',
    meaning: 'The value does not fit the type or the limits of the field.',
    why: 'It is misspelt, or has another form.',
    cure: 'Give it as the message says.',
    example: terminal(
      '$ rollbook answer upgrade-1 users --set ticket=seven\nrollbook: Ticket: Give a whole number. [FIELD_INVALID]',
    ),
  },
  REASON_MISSING: {
    title: 'A reason is needed',
    meaning: 'Ending a run early is a deviation, and the record must say why.',
    why: '`--reason` was left out, or is empty.',
    cure: 'Add `--reason "…"`.',
    example: terminal(
      '$ rollbook abort upgrade-1\nrollbook: an abort needs a reason [REASON_MISSING]\n  Add --reason "…"; it stands in the record.',
    ),
  },
  EVIDENCE_UNREADABLE: {
    title: 'Evidence cannot be read',
    meaning: 'A file that is to be kept as evidence does not exist, or is closed to you. The answer was not given.',
    why: 'The path is misspelt or starts from another folder. Paths in an answers file start at that file.',
    cure: 'Give the path of a file that you may read.',
    example: terminal(
      '$ rollbook answer upgrade-1 users --set ticket=7 --evidence mail=gone.txt\nrollbook: the evidence "mail" cannot be read from …gone.txt [EVIDENCE_UNREADABLE]\n  Give the path of a file that you may read.',
    ),
  },
  MESSAGE_ID_TAKEN: {
    title: 'Another message has that id',
    meaning: 'The letter box of the run holds an unread message of the same id with other words in it.',
    why: 'A program posts messages under ids of its own and has used one twice.',
    cure: 'Post it under an id of its own; the same message twice is no mistake and counts once.',
    example: terminal(
      '$ rollbook approve upgrade-1\nrollbook: another message with the id vote-1 waits to be read [MESSAGE_ID_TAKEN]\n  Post it under an id of its own.',
    ),
  },
}
