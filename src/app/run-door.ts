/** What the doors see of a run: the plan, the state, and the answers to where we are. */

export type {
  Plan,
  PlanAction,
  PlanFormField,
  PlanGate,
  PlanManual,
  PlanPreview,
  PlanStep,
} from '../plan/model.ts'
export { stepMs } from '../plan/timeline.ts'
export type { EvidenceRef } from '../ports/executor.ts'
export { backOutRefusal, stepsToBackOut } from '../run/back-out.ts'
export { type CoverageKind, coverageOf, type RunCoverage } from '../run/coverage.ts'
export type { Choice, RunEvent, RunMode } from '../run/events.ts'
export type { IndexedStep, PlanIndex } from '../run/plan-index.ts'
export { type ActiveStep, type Progress, progressOf, type RunForecast, type StepCounts } from '../run/progress.ts'
export type { OperatorCommand, RolloutMove } from '../run/rollout-moves.ts'
export type {
  AttemptState,
  PromptState,
  RolloutLaneState,
  RolloutState,
  RunState,
  StepState,
  StepTargetState,
} from '../run/state.ts'
