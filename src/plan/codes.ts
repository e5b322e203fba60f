/** Every finding of the planner: title and what to do, for `rollbook explain` and the reference page. */
export const planCodes = {
  INPUT_MISSING: {
    title: 'An input has no value',
    explanation: 'A required input without a default needs `--set name=value` or an entry in the values file.',
  },
  INPUT_UNKNOWN: {
    title: 'Unknown input',
    explanation: 'A value was given for an input that the runbook does not declare.',
  },
  INPUT_VALUE: {
    title: 'The value of an input is not accepted',
    explanation: 'It does not fit the declared type or limits.',
  },
  INPUT_SECRET: {
    title: 'A secret was given as text',
    explanation:
      'Secrets are read from where the runbook says (`from`), and are never given on the command line or in a file.',
  },
  PLAN_EXPRESSION: {
    title: 'An expression cannot be evaluated while planning',
    explanation: 'What chooses targets, repeats or limits steps must be known before the run starts.',
  },
  PLAN_TARGET_UNKNOWN: {
    title: 'Unknown target or component',
    explanation:
      'The place names a target that the inventory does not have, or a component that the runbook does not have.',
  },
  PLAN_NO_TARGETS: {
    title: 'No targets',
    explanation: 'Nothing in the inventory is selected, so the step is left out.',
  },
  PLAN_COMPONENT_CYCLE: {
    title: 'Components wait for each other',
    explanation: 'The `after` of components must not form a circle.',
  },
  PLAN_ACTION_UNKNOWN: {
    title: 'Unknown action',
    explanation: 'No executor has an action of that name.',
  },
  PLAN_ACTION_PLACE: {
    title: 'The action cannot run there',
    explanation: 'Some actions run on targets only, some where the engine runs only; `on` must fit.',
  },
  PLAN_ARGUMENTS: {
    title: 'The arguments of an action do not fit',
    explanation: 'With the values of this plan the action refuses its arguments.',
  },
  PLAN_ORDER: {
    title: 'A target has no place in the order',
    explanation: '`order.unmatched: error` demands that every target holds one of the values of `sequence`.',
  },
  PLAN_VALUE: {
    title: 'A value is not what it should be',
    explanation: 'A duration, count or version that an expression gives has the wrong form.',
  },
  PLAN_CLEANUP: {
    title: 'The place of a cleanup is unknown',
    explanation: '`cleanup.after` must name a later step.',
  },
  PLAN_UNDO: {
    title: 'The action has no inverse',
    explanation: '`back_out: undo` needs an action that is reversible; otherwise write the inverse steps.',
  },
  PLAN_TOO_LARGE: {
    title: 'The plan is too large',
    explanation: 'A `for_each` repeats more often than anybody could review.',
  },
} as const

export type PlanCode = keyof typeof planCodes
