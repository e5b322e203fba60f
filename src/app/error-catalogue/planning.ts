import type { PlanCode } from '../../plan/codes.ts'
import { type ErrorEntry, type FileExample, terminal } from './entry.ts'
import type { planRolloutErrors } from './plan-rollouts.ts'

const phases = (step: string): string =>
  `phases:\n  - id: work\n    kind: upgrade\n    title: Work\n    steps:\n${step.replace(/^/gm, '      ')}`
const steps = (bad: string, good: string, top = ''): FileExample => ({
  kind: 'runbook',
  bad: top + phases(bad),
  good: top + phases(good),
})
const look = '- {id: look, title: Look, manual: Look at it}'
const uptime = 'action: check.command, with: {command: [uptime]}, on: web-1'
const web = 'components: {web: {select: target.kind == "host"}}\n'
const rollout = (order: string): string =>
  `- id: upgrade\n  title: Upgrade\n  rollout: {component: web, to: "2.0.0", order: ${order}, each: [{id: install, action: ssh.run, with: {command: [install]}}]}`

const release = (to: string, more = ''): string =>
  `- id: upgrade\n  title: Upgrade\n  rollout: {component: web, to: "${to}", each: [{id: install, action: ssh.run, with: {command: [install]}}]${more}}`

/** Findings of the planner; `rollbook validate` finds most of them before, without the values of one plan. */
export const planErrors: Readonly<
  Record<Exclude<Extract<PlanCode, `PLAN_${string}`>, keyof typeof planRolloutErrors>, ErrorEntry>
> = {
  PLAN_EXPRESSION: {
    title: 'An expression cannot be evaluated while planning',
    meaning:
      'What chooses targets, repeats or limits steps must be known before the run starts, and this expression has no value with the inputs and the inventory of this plan.',
    why: 'It reads something that does not exist, mixes types, or depends on what happens later.',
    cure: 'Correct the expression at the marked place; results of steps belong into `when`.',
    example: steps(
      `- {id: look, title: Look, manual: Look, on: target.rolez == "web"}`,
      '- {id: look, title: Look, manual: Look, on: \'"web" in target.roles\'}',
    ),
  },
  PLAN_TARGET_UNKNOWN: {
    title: 'Unknown target or component',
    meaning:
      'The place names a target that the inventory does not have, or a component that the runbook does not have.',
    why: 'It is misspelt, or the inventory is another one than the author had.',
    cure: 'Correct the name, or select by an expression such as `target.kind == "host"`.',
    example: steps(
      '- {id: look, title: Look, manual: Look, on: [web-9]}',
      '- {id: look, title: Look, manual: Look, on: [web-1]}',
    ),
  },
  PLAN_NO_TARGETS: {
    title: 'No targets',
    meaning: 'A warning: nothing in the inventory is selected, so the step is left out.',
    why: 'The condition fits no target of this inventory.',
    cure: 'Nothing when that is right for this inventory; otherwise correct the condition, or the roles and kinds in the inventory.',
    example: steps(
      '- {id: look, title: Look, manual: Look, on: target.kind == "router"}',
      '- {id: look, title: Look, manual: Look, on: target.kind == "host"}',
    ),
  },
  PLAN_COMPONENT_CYCLE: {
    title: 'Components wait for each other',
    meaning: 'The `after` of components form a circle, so none of them could be first.',
    why: 'Each was written with the other in mind.',
    cure: 'Decide which goes first, and remove one `after`.',
    example: {
      kind: 'runbook',
      bad: `components:\n  web: {select: target.kind == "host", after: [database]}\n  database: {select: target.kind == "host", after: [web]}\n${phases(look)}`,
      good: `components:\n  web: {select: target.kind == "host", after: [database]}\n  database: {select: target.kind == "host"}\n${phases(look)}`,
    },
  },
  PLAN_ACTION_UNKNOWN: {
    title: 'Unknown action',
    meaning: 'No executor has an action of that name.',
    why: 'It is misspelt, or belongs to a newer version of Rollbook.',
    cure: 'Take the name that is proposed; `rollbook explain` lists all actions.',
    example: steps(
      '- {id: look, title: Look, action: check.comand, with: {command: [uptime]}, on: web-1}',
      `- {id: look, title: Look, ${uptime}}`,
    ),
  },
  PLAN_ACTION_PLACE: {
    title: 'The action cannot run there',
    meaning: 'Some actions run on targets only, some only where Rollbook itself runs.',
    why: '`on` is missing, or stands where it has no meaning.',
    cure: 'Say on which targets with `on`, or leave it out.',
    example: steps(
      '- {id: tell, title: Tell, action: ssh.run, with: {command: [wall, soon]}}',
      '- {id: tell, title: Tell, action: ssh.run, with: {command: [wall, soon]}, on: web-1}',
    ),
  },
  PLAN_ARGUMENTS: {
    title: 'The arguments of an action do not fit',
    meaning: 'The arguments have the right form, and with the values of this plan the action refuses them.',
    why: 'Two arguments contradict each other, or an input gave a value that the action does not take.',
    cure: 'Correct the arguments; `rollbook explain ACTION` describes them.',
    example: steps(
      '- {id: restart, title: Restart, action: ssh.run, with: {command: [x], script: y}, on: web-1}',
      '- {id: restart, title: Restart, action: ssh.run, with: {command: [x]}, on: web-1}',
    ),
  },
  PLAN_ORDER: {
    title: 'A target has no place in the order',
    meaning:
      '`order.unmatched: error` demands that every target holds one of the values of `sequence`, and one does not.',
    why: 'The inventory has a role, site or kind that the author did not think of.',
    cure: 'Add its value to `sequence`, or say with `unmatched` whether such targets go first or last.',
    example: steps(
      rollout('{by: target.kind, sequence: [database], unmatched: error}'),
      rollout('{by: target.kind, sequence: [database, host], unmatched: error}'),
      web,
    ),
  },
  PLAN_VALUE: {
    title: 'A value is not what it should be',
    meaning: 'An expression gives a duration, a count, a version or a list that has the wrong form.',
    why: 'The input or the attribute behind it holds something else.',
    cure: 'Correct that value; durations look like `5m`, counts are whole numbers or percentages.',
    example: steps(
      `- {id: look, title: Look, ${uptime}, deadline: "\${{ 5 }}"}`,
      `- {id: look, title: Look, ${uptime}, deadline: "\${{ '5m' }}"}`,
    ),
  },
  PLAN_CLEANUP: {
    title: 'The place of a cleanup is unknown',
    meaning: '`cleanup.after` names the step behind which the cleanup runs, and no later step has that id.',
    why: 'It is misspelt, or names the step itself or an earlier one.',
    cure: 'Name a later step.',
    example: steps(
      `- {id: block, title: Block, ${uptime}, cleanup: {after: block, ${uptime}}}\n${look}`,
      `- {id: block, title: Block, ${uptime}, cleanup: {after: look, ${uptime}}}\n${look}`,
    ),
  },
  PLAN_UNDO: {
    title: 'The action has no inverse',
    meaning: '`back_out: undo` leaves the inverse to the action, and this one has none.',
    why: 'Only actions that are reversible know how to undo themselves.',
    cure: 'Write the steps that undo it under `back_out`.',
    example: steps(
      '- {id: install, title: Install, action: ssh.run, with: {command: [install]}, on: web-1, back_out: undo}',
      '- {id: install, title: Install, action: ssh.run, with: {command: [install]}, on: web-1, back_out: [{id: remove, title: Remove, action: ssh.run, with: {command: [remove]}, on: web-1}]}',
    ),
  },
  PLAN_RULE_BROKEN: {
    title: 'A safety rule would be broken',
    meaning:
      'The plan was gone through in its order with the versions that each step leaves behind, and at the step that the message names a safety rule does not hold. It is a warning where `override_by` names who may let it pass.',
    why: 'The order of the steps is wrong, a release is skipped, or the inventory tells another state than the author had.',
    cure: 'Change the order or the release as the rule says, or bring the inventory up to date.',
    example: steps(
      release('2.0.0'),
      release('1.1.0'),
      `${web}rules: [{id: one-major, title: No major is entered, check: change.to.major <= 1}]\n`,
    ),
  },
  PLAN_RULE_STUCK: {
    title: 'A rollback would leave no way on',
    meaning:
      'A warning: if a target is rolled back in the rollout that the message names, a later step or the end of the rollout breaks a safety rule, so the run could neither go on nor finish.',
    why: 'The rule wants all versions to be level, and a rollback makes them differ.',
    cure: 'Decide before the rollback how to go on: mend the target and bring it forward again, or stop and ask the vendor.',
    example: steps(
      release('2.0.0', ', rollback: {mode: auto, steps: [{id: back, action: ssh.run, with: {command: [back]}}]}'),
      release('2.0.0'),
      `${web}rules: [{id: level, title: All run the same, at_close: web.version == "2.0.0"}]\n`,
    ),
  },
  PLAN_TOO_LARGE: {
    title: 'The plan is too large',
    meaning: 'A `for_each` repeats more than a thousand times, more than anybody could review.',
    why: 'A list comes from an expression that gives more than was thought.',
    cure: 'Repeat over targets with `on` or a rollout, which are made for many.',
    example: terminal(
      '$ rollbook plan upgrade.yaml -i inventory.yaml --values serials.yaml\nupgrade.yaml:18:19 error the list has 1200 items; at most 1000 are allowed [PLAN_TOO_LARGE]',
    ),
  },
}
