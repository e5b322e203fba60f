/**
 * The conformance kit, importable as `rollbook/conformance`. What is exported here keeps its meaning within a version of
 * the executor contract.
 */
export {
  type ConformanceCase,
  type ConformanceDescription,
  type Declared,
  defineConformance,
  type TestWorld,
  type Trouble,
  troubles,
  type WorldStart,
} from './description.ts'
export {
  type ActionReport,
  type CheckId,
  type CheckOutcome,
  type CheckResult,
  type ConformanceReport,
  checks,
  type Finding,
} from './report.ts'
export { type ConformanceOptions, testExecutor } from './test-executor.ts'
