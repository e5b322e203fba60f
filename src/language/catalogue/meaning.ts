import { type CatalogueEntry, didYouMean, quoted } from './entry.ts'

const phase = (steps: string, kind = 'preparation', id = 'prepare') =>
  `  - id: ${id}\n    kind: ${kind}\n    title: Phase\n    steps:\n${steps.replaceAll(/^/gm, '      ')}`
const look = '- {id: look, title: Look, manual: Look at it}'
const goodSteps = { at: 'steps', yaml: look } as const
const unknownHint = (words: Readonly<Record<string, string>>): string | undefined =>
  didYouMean(words) ?? (words['known'] ? `known: ${words['known']}` : undefined)
const command = 'action: ssh.run, on: target.kind == "node", deadline: 5m, with: {command: [reboot]}'
const gate = '- {id: go, title: Go?, gate: {type: go_no_go, roles: [manager]}}'
const roles = 'roles:\n  manager: {title: Manager}\n'

/** In the order of the reference page. */
export const meaningCodes = [
  'ID_DUPLICATE',
  'STEP_UNKNOWN',
  'COMPONENT_UNKNOWN',
  'ROLE_UNKNOWN',
  'CRITERION_UNKNOWN',
  'REQUIREMENT_UNKNOWN',
  'REQUIREMENT_NOT_COVERED',
  'TARGET_UNKNOWN',
  'TARGETS_NONE',
  'ACTION_UNKNOWN',
  'ACTION_ELSEWHERE',
  'ARGUMENT_REFUSED',
  'AFTER_NOT_IN_PARALLEL',
  'AFTER_UNREACHABLE',
  'AFTER_CIRCULAR',
  'CLEANUP_NOT_LATER',
  'POINT_OF_NO_RETURN_WITHOUT_GATE',
  'POINT_OF_NO_RETURN_WITHOUT_BACKUP',
  'CHANGE_WITHOUT_BACK_OUT',
  'UNDO_NOT_POSSIBLE',
  'DEADLINE_MISSING',
  'BASELINE_NOT_CAPTURED',
  'INPUT_UNUSED',
  'INPUT_DEFAULT_INVALID',
  'SECRET_EXPOSED',
  'SUPPRESSION_WITHOUT_REASON',
  'SUPPRESSION_UNUSED',
  'SUPPRESSION_REFUSED',
] as const

/** Findings about what a runbook means. */
export const meaningEntries: Readonly<Record<(typeof meaningCodes)[number], CatalogueEntry>> = {
  ID_DUPLICATE: {
    title: 'Id used twice',
    severity: 'error',
    message: (w) => `the ${w['kind']} id ${quoted(w['id'])} is used twice`,
    hint: () => 'give one of them another id',
    explanation:
      'Ids are what other places and expressions refer to, so each may stand for one thing only. Step ids are unique in the whole runbook.',
    bad: { at: 'steps', yaml: `${look}\n${look}` },
    good: { at: 'steps', yaml: `${look}\n- {id: look_again, title: Look, manual: Look at it}` },
  },
  STEP_UNKNOWN: {
    title: 'Unknown step',
    severity: 'error',
    message: (w) => `there is no step ${quoted(w['id'])}`,
    hint: unknownHint,
    explanation: 'The id belongs to no step of this runbook.',
    bad: {
      at: 'steps',
      yaml: '- {id: look, title: Look, manual: Look, cleanup: {after: later, action: check.command, on: [core], with: {command: [uptime]}}}',
    },
    good: goodSteps,
  },
  COMPONENT_UNKNOWN: {
    title: 'Unknown component',
    severity: 'error',
    message: (w) => `there is no component ${quoted(w['id'])}`,
    hint: unknownHint,
    explanation: 'Steps and rollouts name components by their key under `components`.',
    bad: { at: 'steps', yaml: '- {id: look, title: Look, manual: Look at it, on: nodes}' },
    good: {
      at: 'top',
      yaml: `components:\n  nodes: {select: 'target.kind == "node"'}\nphases:\n${phase('- {id: look, title: Look, manual: Look at it, on: nodes}')}`,
    },
  },
  ROLE_UNKNOWN: {
    title: 'Unknown role',
    severity: 'error',
    message: (w) => `there is no role ${quoted(w['id'])}`,
    hint: unknownHint,
    explanation: 'Roles are declared under `roles`, so that documents can say who they are.',
    bad: { at: 'steps', yaml: '- {id: look, title: Look, manual: Look at it, role: operator}' },
    good: {
      at: 'top',
      yaml: `roles:\n  operator: {title: Operator}\nphases:\n${phase('- {id: look, title: Look, manual: Look at it, role: operator}')}`,
    },
  },
  CRITERION_UNKNOWN: {
    title: 'Unknown acceptance criterion',
    severity: 'error',
    message: (w) => `there is no acceptance criterion ${quoted(w['id'])}`,
    hint: unknownHint,
    explanation: 'Criteria are declared under `acceptance_criteria`.',
    bad: { at: 'steps', yaml: '- {id: verify, title: Verify, acceptance: final, criteria: [uplink]}' },
    good: {
      at: 'top',
      yaml: `acceptance_criteria:\n  - {id: uplink, title: The uplink works, manual: Look at the light}\nphases:\n${phase('- {id: verify, title: Verify, acceptance: final, criteria: [uplink]}', 'acceptance')}`,
    },
  },
  REQUIREMENT_UNKNOWN: {
    title: 'Unknown requirement',
    severity: 'error',
    message: (w) => `there is no requirement ${quoted(w['id'])}`,
    hint: unknownHint,
    explanation: '`covers` names requirements by their id under `requirements`.',
    bad: { at: 'steps', yaml: '- {id: look, title: Look, manual: Look at it, covers: [STK-04]}' },
    good: {
      at: 'top',
      yaml: `requirements:\n  - {id: STK-04, text: Enough disk}\nphases:\n${phase('- {id: look, title: Look, manual: Look at it, covers: [STK-04]}')}`,
    },
  },
  REQUIREMENT_NOT_COVERED: {
    title: 'Requirement that nothing covers',
    severity: 'error',
    message: (w) => `nothing covers the requirement ${quoted(w['id'])}`,
    hint: () => 'name it in "covers" of a step, criterion or rule, or give it a "note" when it only informs',
    explanation:
      'A demand that no step, acceptance criterion or rule names would be forgotten in the night of the change. A demand that asks for nothing to be done is covered by its `note`, which stands in the documents.',
    bad: { at: 'top', yaml: 'requirements:\n  - {id: STK-04, text: Enough disk}' },
    good: {
      at: 'top',
      yaml: 'requirements:\n  - {id: STK-03, text: Upgrade in place is possible, note: Upgrade in place is possible from 3.0 on.}',
    },
  },
  TARGET_UNKNOWN: {
    title: 'Unknown target',
    severity: 'error',
    message: (w) => `the inventory has no target ${quoted(w['id'])}`,
    hint: didYouMean,
    explanation: 'A list of names in `on` names targets of the inventory. This is checked when an inventory is given.',
    bad: { at: 'steps', yaml: '- {id: look, title: Look, manual: Look at it, on: [nowhere]}' },
    good: { at: 'steps', yaml: '- {id: look, title: Look, manual: Look at it, on: [core]}' },
  },
  TARGETS_NONE: {
    title: 'Nothing is selected',
    severity: 'warning',
    message: (w) => `${w['owner']} selects no target of the inventory`,
    hint: () => 'look at the expression and at the inventory',
    explanation:
      'A component or step that selects nothing would be done in no time, and nobody would notice that it did nothing. This is checked when an inventory is given.',
    bad: { at: 'top', yaml: 'components:\n  sockets: {select: \'target.kind == "socket"\'}' },
    good: { at: 'top', yaml: 'components:\n  nodes: {select: \'target.kind == "node"\'}' },
  },
  ACTION_UNKNOWN: {
    title: 'Unknown action',
    severity: 'error',
    message: (w) => `there is no action ${quoted(w['id'])}`,
    hint: unknownHint,
    explanation:
      'Actions are given by executors, as `<executor>.<name>`. An executor from a package must be named in `rollbook.config.yaml`.',
    bad: { at: 'steps', yaml: '- {id: look, title: Look, action: check.comand, with: {command: [uptime]}}' },
    good: {
      at: 'steps',
      yaml: '- {id: look, title: Look, action: check.command, on: target.kind == "node", with: {command: [uptime]}}',
    },
  },
  ACTION_ELSEWHERE: {
    title: 'Action at the wrong place',
    severity: 'error',
    message: (w) => `${w['action']} runs on ${w['expected']}, and this step runs on ${w['found']}`,
    hint: (w) => w['advice'],
    explanation:
      'Some actions need a target to connect to, others make sense only where the engine runs. `on` says where a step runs; without it that is control.',
    bad: {
      at: 'steps',
      yaml: '- {id: look, title: Look, action: ssh.run, deadline: 5m, back_out: [{id: back, title: Back, manual: Undo it}], with: {command: [uptime]}}',
    },
    good: {
      at: 'steps',
      yaml: '- {id: look, title: Look, action: check.command, on: target.kind == "node", with: {command: [uptime]}}',
    },
  },
  ARGUMENT_REFUSED: {
    title: 'Arguments that do not fit together',
    severity: 'error',
    message: (w) => `${w['action']}: ${w['problem']}`,
    explanation: 'Each argument is fine by itself, and the action refuses them together.',
    bad: {
      at: 'steps',
      yaml: '- {id: look, title: Look, action: check.file, on: target.kind == "node", with: {path: /etc/hosts, matches: "("}}',
    },
    good: {
      at: 'steps',
      yaml: '- {id: look, title: Look, action: check.file, on: target.kind == "node", with: {path: /etc/hosts, matches: localhost}}',
    },
  },
  AFTER_NOT_IN_PARALLEL: {
    title: '"after" outside a parallel group',
    severity: 'error',
    message: (w) => `"after" of the step ${quoted(w['id'])} has no meaning, because the steps around it run in order`,
    hint: () => 'remove it, or put the steps into a group with "parallel: true"',
    explanation:
      'Steps run in the order in which they are written. Only inside a group with `parallel: true` is there anything to wait for.',
    bad: { at: 'steps', yaml: `${look}\n- {id: next, title: Next, manual: Look, after: [look]}` },
    good: {
      at: 'steps',
      yaml: `- id: both\n  title: Both\n  parallel: true\n  steps:\n    ${look}\n    - {id: next, title: Next, manual: Look, after: [look]}`,
    },
  },
  AFTER_UNREACHABLE: {
    title: '"after" that names no sibling',
    severity: 'error',
    message: (w) => `the step ${quoted(w['id'])} is not in the same parallel group, so waiting for it never ends`,
    hint: () => 'name a step of the same group, or move the step',
    explanation: '`after` waits for steps of the same parallel group.',
    bad: {
      at: 'steps',
      yaml: `${look}\n- id: both\n  title: Both\n  parallel: true\n  steps:\n    - {id: next, title: Next, manual: Look, after: [look]}`,
    },
    good: {
      at: 'steps',
      yaml: `- id: both\n  title: Both\n  parallel: true\n  steps:\n    ${look}\n    - {id: next, title: Next, manual: Look, after: [look]}`,
    },
  },
  AFTER_CIRCULAR: {
    title: 'Waiting in a circle',
    severity: 'error',
    message: (w) => `${w['kind']} wait for each other: ${w['circle']}`,
    hint: () => 'remove one of them',
    explanation: 'Nothing in the circle could ever start, nor anything that waits for it.',
    bad: {
      at: 'steps',
      yaml: '- id: both\n  title: Both\n  parallel: true\n  steps:\n    - {id: a, title: A, manual: Look, after: [b]}\n    - {id: b, title: B, manual: Look, after: [a]}',
    },
    good: {
      at: 'steps',
      yaml: '- id: both\n  title: Both\n  parallel: true\n  steps:\n    - {id: a, title: A, manual: Look, after: [b]}\n    - {id: b, title: B, manual: Look}',
    },
  },
  CLEANUP_NOT_LATER: {
    title: 'Clean-up after an earlier step',
    severity: 'error',
    message: (w) =>
      `the clean-up of ${quoted(w['id'])} must come after a later step, and ${quoted(w['after'])} ${w['where']}`,
    hint: () => 'name the step after which the effect is no longer needed',
    explanation:
      'A clean-up puts a lasting effect back when it is no longer needed: after a step that comes later and is not inside the step itself.',
    bad: {
      at: 'steps',
      yaml: `${look}\n- {id: on, title: "On", manual: Switch on, cleanup: {after: look, action: check.command, on: target.kind == "node", with: {command: [off]}}}`,
    },
    good: {
      at: 'steps',
      yaml: `- {id: on, title: "On", manual: Switch on, cleanup: {after: look, action: check.command, on: target.kind == "node", with: {command: [off]}}}\n${look}`,
    },
  },
  POINT_OF_NO_RETURN_WITHOUT_GATE: {
    title: 'Point of no return without a gate before it',
    severity: 'error',
    message: (w) => `no gate comes before the point of no return ${quoted(w['id'])}`,
    hint: () => 'add a step with a gate before it',
    explanation:
      'Where there is no way back, people decide whether to go on. A gate that has a condition or stands beside it in a parallel group may not be asked, so it does not count.',
    bad: {
      at: 'top',
      yaml: `phases:\n${phase('- {id: dump, title: Back up, manual: Back up}', 'backup', 'save')}\n${phase(`- {id: burn, title: Burn, ${command}, point_of_no_return: true}`, 'upgrade')}`,
    },
    good: {
      at: 'top',
      yaml: `${roles}phases:\n${phase('- {id: dump, title: Back up, manual: Back up}', 'backup', 'save')}\n${phase(`${gate}\n- {id: burn, title: Burn, ${command}, point_of_no_return: true}`, 'upgrade')}`,
    },
  },
  POINT_OF_NO_RETURN_WITHOUT_BACKUP: {
    title: 'Point of no return without a backup before it',
    severity: 'error',
    message: (w) => `no backup comes before the point of no return ${quoted(w['id'])}`,
    hint: () => 'add a phase of the kind "backup" before it',
    explanation:
      'Where there is no way back, only a backup helps. A step in a phase of the kind `backup` must come before.',
    bad: {
      at: 'top',
      yaml: `${roles}phases:\n${phase(`${gate}\n- {id: burn, title: Burn, ${command}, point_of_no_return: true}`, 'upgrade')}`,
    },
    good: {
      at: 'top',
      yaml: `${roles}phases:\n${phase('- {id: dump, title: Back up, manual: Back up}', 'backup', 'save')}\n${phase(`${gate}\n- {id: burn, title: Burn, ${command}, point_of_no_return: true}`, 'upgrade')}`,
    },
  },
  CHANGE_WITHOUT_BACK_OUT: {
    title: 'Change without a way back',
    severity: 'warning',
    message: (w) => `${w['owner']} changes something and has no ${w['wanted']}`,
    hint: (w) => w['advice'],
    explanation:
      'Everything that changes something says how it is undone: with `back_out` (steps, or `undo` where the action has its own inverse), with `cleanup`, in a rollout with `rollback`; or it is a `point_of_no_return`. After a point of no return nothing is asked for.',
    bad: { at: 'steps', yaml: `- {id: burn, title: Burn, ${command}}` },
    good: {
      at: 'steps',
      yaml: `- {id: burn, title: Burn, ${command}, back_out: [{id: restore, title: Restore, manual: Put it back}]}`,
    },
  },
  UNDO_NOT_POSSIBLE: {
    title: 'Action without an inverse of its own',
    severity: 'error',
    message: (w) => `${w['action']} has no inverse of its own, so "undo" cannot undo it`,
    hint: () => 'write the steps that undo it',
    explanation: '`back_out: undo` calls the inverse of the action. Actions that have none need steps.',
    bad: { at: 'steps', yaml: `- {id: burn, title: Burn, ${command}, back_out: undo}` },
    good: {
      at: 'steps',
      yaml: `- {id: burn, title: Burn, ${command}, back_out: [{id: restore, title: Restore, manual: Put it back}]}`,
    },
  },
  DEADLINE_MISSING: {
    title: 'Change without a deadline',
    severity: 'hint',
    message: (w) => `${w['owner']} changes something and has no deadline`,
    hint: () => 'add "deadline", so that silence becomes a failure',
    explanation:
      'Without a deadline a change that hangs is waited for as long as the longest time that the action itself expects. Only you know when silence is a failure here.',
    bad: {
      at: 'steps',
      yaml: '- {id: burn, title: Burn, action: ssh.run, on: target.kind == "node", back_out: [{id: restore, title: Restore, manual: Put it back}], with: {command: [reboot]}}',
    },
    good: {
      at: 'steps',
      yaml: `- {id: burn, title: Burn, ${command}, back_out: [{id: restore, title: Restore, manual: Put it back}]}`,
    },
  },
  BASELINE_NOT_CAPTURED: {
    title: 'Baseline that is never captured',
    severity: 'warning',
    message: (w) => `the criterion ${quoted(w['id'])} is compared with a baseline that no step captures before`,
    hint: () => 'add a step with "acceptance: baseline" before the change',
    explanation:
      'A criterion with `baseline: true` is compared with what held before the change. A step with `acceptance: baseline` must capture it.',
    bad: {
      at: 'top',
      yaml: `acceptance_criteria:\n  - {id: uplink, title: The uplink works, baseline: true, manual: Look at the light}\nphases:\n${phase('- {id: verify, title: Verify, acceptance: final}', 'acceptance')}`,
    },
    good: {
      at: 'top',
      yaml: `acceptance_criteria:\n  - {id: uplink, title: The uplink works, baseline: true, manual: Look at the light}\nphases:\n${phase('- {id: capture, title: Capture, acceptance: baseline}\n- {id: verify, title: Verify, acceptance: final}', 'acceptance')}`,
    },
  },
  INPUT_UNUSED: {
    title: 'Unused input',
    severity: 'warning',
    message: (w) => `the input ${quoted(w['id'])} is used nowhere`,
    hint: () => 'remove it, or use it',
    explanation: 'Somebody would be asked for a value that changes nothing.',
    bad: { at: 'top', yaml: 'inputs:\n  release: {type: version, required: true}' },
    good: {
      at: 'top',
      yaml: `inputs:\n  release: {type: version, required: true}\nphases:\n${phase('- {id: look, title: Look, manual: "Read about ${{ inputs.release }}"}')}`,
    },
  },
  INPUT_DEFAULT_INVALID: {
    title: 'Default that the input itself refuses',
    severity: 'error',
    message: (w) => `the default of the input ${quoted(w['id'])} ${w['problem']}`,
    hint: didYouMean,
    explanation:
      'A default must be a value that could be given: one of the options, within the limits, of the pattern.',
    bad: {
      at: 'top',
      yaml: 'inputs:\n  colour: {type: enum, options: [red, green], default: blue}\nphases:\n  - id: prepare\n    kind: preparation\n    title: Prepare\n    steps:\n      - {id: look, title: Look, manual: "${{ inputs.colour }}"}',
    },
    good: goodSteps,
  },
  SECRET_EXPOSED: {
    title: 'Secret at a place where it would be seen',
    severity: 'error',
    message: (w) => `the secret ${quoted(w['id'])} would appear in ${w['place']}`,
    hint: () => 'hand secrets only to arguments that take one, such as an environment variable or a header',
    explanation:
      'Arguments of a process, titles, descriptions, instructions and outputs are kept in the journal and in documents. A secret may stand only where an action says that it takes one, as an environment variable, standard input, a header or a body.',
    bad: {
      at: 'top',
      yaml: `inputs:\n  token: {type: secret, from: {env: TOKEN}}\nphases:\n${phase('- {id: look, title: Look, manual: "Type ${{ inputs.token }}"}')}`,
    },
    good: {
      at: 'top',
      yaml: `inputs:\n  token: {type: secret, from: {env: TOKEN}}\nphases:\n${phase('- {id: look, title: Look, action: check.command, on: target.kind == "node", with: {command: [uptime], env: {TOKEN: "${{ inputs.token }}"}}}')}`,
    },
  },
  SUPPRESSION_WITHOUT_REASON: {
    title: 'Silenced without a reason',
    severity: 'warning',
    message: (w) => `${w['code']} is silenced without a reason`,
    hint: () => 'write the reason behind the code',
    explanation:
      'A finding can be silenced with `# rollbook: allow CODE reason` on its line or the line above. The reason is for the next reader, and it must be there.',
    bad: { at: 'top', yaml: 'inputs:\n  # rollbook: allow INPUT_UNUSED\n  release: {type: version, required: true}' },
    good: {
      at: 'top',
      yaml: 'inputs:\n  # rollbook: allow INPUT_UNUSED kept for the next release\n  release: {type: version, required: true}',
    },
  },
  SUPPRESSION_UNUSED: {
    title: 'Silences nothing',
    severity: 'hint',
    message: (w) => `there is no ${w['code']} here to silence`,
    hint: () => 'remove the comment',
    explanation:
      'What was silenced is gone, or the comment stands at the wrong line: it counts for its own line and the line below, and for all of a text that starts there.',
    bad: { at: 'steps', yaml: `# rollbook: allow INPUT_UNUSED not yet\n${look}` },
    good: goodSteps,
  },
  SUPPRESSION_REFUSED: {
    title: 'Cannot be silenced',
    severity: 'warning',
    message: (w) => `${w['code']} ${w['problem']}`,
    hint: didYouMean,
    explanation: 'Only warnings and hints can be silenced. An error means that the runbook cannot do what it says.',
    bad: { at: 'steps', yaml: `# rollbook: allow STEP_UNKNOWN it will be there\n${look}` },
    good: goodSteps,
  },
}
