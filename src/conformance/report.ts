/** Everything that the kit checks, in the order of the report. What each means is worded here and nowhere else. */
export const checks = {
  introduces_itself:
    'The executor has a name, a title, a description and the right contract, and its actions are its own.',
  explains_itself: 'Each action, argument and output has a title and a description, for hover and reference.',
  schema_usable: 'The schemas use only what the editor can judge, refuse unknown keys, and accept the example.',
  declares_consistently: 'Probe, dry run and undo are there exactly when they are declared, and times make sense.',
  describes_purely: 'The words for a call, its capabilities, times and refusals come out the same every time.',
  is_exercised: 'Each action has a case that performs it, and the case sees its effect.',
  performs: 'The action comes to its end, and gives what its schema of outputs says.',
  changes_only_as_declared: 'An action that declares no effect has none.',
  dry_run_changes_nothing: 'A dry run leaves everything as it is, and asked the far side when it says `checked`.',
  twice_is_once: 'An action that declares to be idempotent does the same when it is called twice.',
  probe_tells_truth: 'After the engine was killed at any point, the probe never takes one state for the other.',
  repeat_reaches_the_end: 'After the engine was killed at any point, what may be repeated comes to the same end.',
  undo_undoes: 'An undo leaves everything as it was before.',
  cancel_obeyed: 'A call that is called off ends within the time that the contract leaves, and says so.',
  deadline_obeyed: 'A call against a far side that never answers ends at its deadline, and says so.',
  refused_told: 'When no connection comes about the failure is `unreachable`.',
  denied_told: 'When the far side says that we may not, the failure is `refused`.',
  dropped_told: 'When the answer is lost the failure is `unreachable` or `unknown`, and claims nothing.',
  malformed_told: 'An answer that nobody can read is a failure of class `process`, never a success.',
  not_applied_is_true: 'A failure that says that nothing was done is right.',
  ends_cleanly: 'Nothing is done any more after the call has ended.',
  secrets_hidden: 'A secret is seen nowhere: words, outputs, log, evidence, messages, arguments of processes.',
  arguments_untouched: 'Arguments, target and outputs that are handed in stay as they are.',
  stands_alone: 'Two worlds side by side know nothing of each other.',
  remembers_nothing: 'Another process can probe, undo and repeat what one has done: nothing is kept in memory.',
  manifest_fresh: 'The manifest says the same as the code.',
} as const

export type CheckId = keyof typeof checks

/** A breach of the contract. */
export interface Finding {
  readonly check: CheckId
  /** Absent: about the executor as a whole. */
  readonly action?: string
  /** Title of the case, where an action has several. */
  readonly case?: string
  /** A sentence in lower case without full stop: what was seen. */
  readonly message: string
}

export type CheckOutcome = 'passed' | 'failed' | 'declared' | 'not_applicable'

export interface CheckResult {
  readonly check: CheckId
  readonly outcome: CheckOutcome
  /** Why it does not apply, or what was declared. */
  readonly note?: string
}

export interface ActionReport {
  readonly action: string
  readonly checks: readonly CheckResult[]
}

/** What `rollbook executor test --json` prints. */
export interface ConformanceReport {
  readonly executor: string
  /** Version of the contract that was checked. */
  readonly contract: number
  /** Name of the system it was exercised on. */
  readonly system: string
  readonly passed: boolean
  readonly findings: readonly Finding[]
  /** Checks of the executor as a whole. */
  readonly checks: readonly CheckResult[]
  readonly actions: readonly ActionReport[]
}
