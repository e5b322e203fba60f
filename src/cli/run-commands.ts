import type { Command, CommandArgument, CommandOption } from './command.ts'
import { steeringWords } from './steering-words.ts'

const runArgument: CommandArgument = {
  name: 'run',
  title: 'Run, a beginning of its id, or last',
  required: true,
  complete: 'run',
}
const json: CommandOption = { name: 'json', title: 'Print JSON for programs' }
const by: CommandOption = {
  name: 'by',
  value: 'name',
  title: 'Who speaks; the user of this machine unless said otherwise',
  complete: 'none',
}
const role: CommandOption = { name: 'role', value: 'role', title: 'In which role', complete: 'role' }
const reason: CommandOption = {
  name: 'reason',
  value: 'text',
  title: 'Why; it stands in the record',
  complete: 'none',
}

/** How a run is carried out; the same for `run` and `resume`. */
const conductOptions: readonly CommandOption[] = [
  { name: 'unattended', short: 'u', title: 'Never ask; what nobody has answered makes the run wait' },
  {
    name: 'answers',
    value: 'file',
    title: 'YAML file with recorded answers for gates, manual steps and failures',
    complete: 'file',
  },
  by,
  role,
  { name: 'break-lock', title: 'Take over locks whose holder on another host is known to have ended' },
  { name: 'json', title: 'Print one JSON object at the end; for runs that ask nobody' },
  { name: 'events', title: 'Print every event as a line of JSON; for runs that ask nobody' },
]

/**
 * The commands that carry a run out and those that speak to it from another terminal.
 *
 * @param planSources - the options that say what a plan is made from
 */
export function runCommands(planSources: readonly CommandOption[]): readonly Command[] {
  return [
    {
      name: 'run',
      summary: 'Run a runbook, guided on a terminal',
      group: 'run',
      details:
        'Keeps everything in .rollbook/runs of the current folder, flushed before it happens, so that "rollbook resume" can go on after a pause, a crash or a power cut. Ctrl-C pauses at the next safe point; a second one leaves at once. Ends with 0 when the run has succeeded or a dry run has no findings, and with 1 otherwise.',
      arguments: [{ name: 'runbook', title: 'Runbook to run; none with --of', required: false, complete: 'file' }],
      options: [
        ...planSources,
        { name: 'dry-run', title: 'Check all that can be checked and change nothing; ends with its coverage' },
        ...conductOptions,
        { name: 'id', value: 'id', title: 'Name of the run', complete: 'none' },
        {
          name: 'clock',
          value: 'file',
          title: 'For a rehearsal: go by the clock of an emulator, as its state.json tells',
          complete: 'file',
        },
        {
          name: 'expect-digest',
          value: 'sha256',
          title: 'Refuse unless the plan has this digest, or one that begins so',
          complete: 'none',
        },
      ],
      examples: [
        'rollbook run upgrade.yaml -i inventory.yaml',
        'rollbook run upgrade.yaml -i inventory.yaml --dry-run',
        'rollbook run upgrade.yaml -i inventory.yaml --unattended --answers answers.yaml',
        'rollbook run --only skipped,failed --of last',
      ],
      load: async () => (await import('./run.ts')).run,
    },
    {
      name: 'resume',
      summary: 'Go on with a run that was paused, interrupted or answered',
      group: 'run',
      details:
        'Done steps are not repeated. What was in flight when its process died is probed where the action has a probe, repeated only when that is declared safe, and otherwise a person is asked. Recorded answers are kept with the run; --answers takes their place.',
      arguments: [runArgument],
      options: conductOptions,
      examples: ['rollbook resume last', 'rollbook resume last --unattended'],
      load: async () => (await import('./resume.ts')).resume,
    },
    {
      name: 'runs',
      summary: 'List the runs of this folder',
      group: 'run',
      arguments: [],
      options: [json],
      examples: ['rollbook runs'],
      load: async () => (await import('./runs.ts')).runs,
    },
    {
      name: 'status',
      summary: 'Show where a run is, what it waits for and whether there is a way back',
      group: 'run',
      details:
        'Reads the journal and nothing else, also while another process carries the run out. Ends with 1 while the run waits, is paused or has not succeeded.',
      arguments: [
        { ...runArgument, title: 'Run, a beginning of its id, or last, which it is by default', required: false },
      ],
      options: [{ name: 'watch', short: 'w', title: 'Follow it to its end; Ctrl-C ends the watching only' }, json],
      examples: ['rollbook status', 'rollbook status last --watch'],
      load: async () => (await import('./status.ts')).status,
    },
    {
      name: 'approve',
      summary: 'Decide a gate of a run',
      group: 'run',
      details: 'The first decision counts: saying the same again changes nothing, saying something else is refused.',
      arguments: [
        runArgument,
        { name: 'step', title: 'Gate, by number or id, when several wait', required: false, complete: 'step' },
      ],
      options: [{ name: 'no-go', title: 'Refuse instead; needs a reason' }, reason, by, role, json],
      examples: [
        'rollbook approve last --role change_manager --reason "CAB 4711"',
        'rollbook approve last 2.1 --no-go --reason "Storm warning"',
      ],
      load: async () => (await import('./approve.ts')).approve,
    },
    {
      name: 'answer',
      summary: 'Complete a manual step of a run, or answer what it asks',
      group: 'run',
      arguments: [
        runArgument,
        {
          name: 'step',
          title: 'Step or criterion, by number or id, when several wait',
          required: false,
          complete: 'step',
        },
      ],
      options: [
        {
          name: 'choice',
          value: 'choice',
          title: 'What to do; a manual step is done unless said otherwise',
          choices: [
            'done',
            'skip',
            'mark_done',
            'fail',
            'retry',
            'retry_all',
            'waive',
            'pass',
            'not_tested',
            'run',
            'run_phase',
            'go_on',
            'rollback',
            'stop',
            'back_out',
            'abort',
          ],
        },
        { name: 'set', value: 'field=value', title: 'Field of the form', repeated: true, complete: 'none' },
        { name: 'evidence', value: '[id=]file', title: 'File to keep as evidence', repeated: true, complete: 'file' },
        { name: 'target', value: 'name', title: 'Target, when several of one step wait', complete: 'target' },
        reason,
        by,
        role,
        json,
      ],
      examples: [
        'rollbook answer last 1.4 --set ticket=4711 --evidence screenshot=mail.png',
        'rollbook answer last 3.2 --choice retry',
      ],
      load: async () => (await import('./answer.ts')).answer,
    },
    {
      name: 'pause',
      summary: 'Pause a run at the next safe point',
      group: 'run',
      arguments: [runArgument],
      options: [reason, by, role, json],
      examples: ['rollbook pause last --reason "Disk alarm, looking"'],
      load: async () => (await import('./pause.ts')).pause,
    },
    {
      name: 'steer',
      summary: 'Steer a rollout that is under way: pause, skip, retry, promote, stop, break glass',
      group: 'run',
      details:
        'pause and resume hold starts and let them go; what is in progress goes on. skip-target, retry-target and rollback-target take the name of a target; promote, stop-lane and stop-wave the name of a lane. promote opens the next wave as soon as the present one has ended, without its soak, slot and gate. concurrency takes a number. break-glass overrides windows and freezes for a while, if the runbook says who may; --for 0s takes it back.',
      arguments: [
        runArgument,
        { name: 'word', title: 'What to do', required: true, complete: steeringWords },
        { name: 'name', title: 'Target, lane or number that it is about', required: false, complete: 'target' },
      ],
      options: [
        { name: 'step', value: 'number', title: 'Rollout, when several are under way', complete: 'none' },
        { name: 'wave', value: 'name', title: 'Wave to stop, for stop-wave', complete: 'none' },
        { name: 'for', value: 'duration', title: 'How long the glass stays broken, for break-glass', complete: 'none' },
        reason,
        by,
        role,
        json,
      ],
      examples: [
        'rollbook steer last pause --reason "Looking at the first sites"',
        'rollbook steer last skip-target paris-1 --reason "Building works"',
        'rollbook steer last promote Europe/Paris',
        'rollbook steer last break-glass --for 2h --role change_manager --reason "CAB 4711"',
      ],
      load: async () => (await import('./steer.ts')).steer,
    },
    {
      name: 'abort',
      summary: 'End a run, and undo what was done if wanted',
      group: 'run',
      details: 'Cleanups that are due, such as leaving maintenance mode, run whatever happened before.',
      arguments: [runArgument],
      options: [
        { name: 'back-out', title: 'Undo what was done, in reverse order' },
        { name: 'now', title: 'Call off what is in flight instead of waiting for it' },
        reason,
        by,
        role,
        json,
      ],
      examples: ['rollbook abort last --back-out --reason "The window closes"'],
      load: async () => (await import('./abort.ts')).abort,
    },
    {
      name: 'handover',
      summary: 'Hand a run over to another operator',
      group: 'run',
      arguments: [runArgument],
      options: [{ name: 'to', value: 'name', title: 'Who takes over', complete: 'none' }, reason, by, role, json],
      examples: ['rollbook handover last --to "Night shift" --reason "Phase 2 is done"'],
      load: async () => (await import('./handover.ts')).handover,
    },
    {
      name: 'compare',
      summary: 'Hold a run that has ended against its simulation, target by target',
      group: 'prove',
      details:
        'Simulates the pinned plan from the instant at which the run began, with the faults of a scenario if one is given, and lists every target whose end, number of tries or class of failure differs. Ends with 1 when one does, or when a fault of the scenario never struck.',
      arguments: [runArgument],
      options: [
        { name: 'scenario', value: 'file', title: 'What went wrong, as a scenario', complete: 'file' },
        {
          name: 'start',
          value: 'instant',
          title: 'When the simulation begins; when the run began unless said otherwise',
        },
        json,
      ],
      examples: ['rollbook compare last', 'rollbook compare last --scenario night.scenario.yaml'],
      load: async () => (await import('./compare.ts')).compare,
    },
    {
      name: 'verify',
      summary: 'Check the journal, the evidence and the sources of a run',
      group: 'prove',
      details: 'Reads the chain of hashes from the first record to the last, and every file that a record refers to.',
      arguments: [runArgument],
      options: [json],
      examples: ['rollbook verify last'],
      load: async () => (await import('./verify.ts')).verify,
    },
  ]
}
