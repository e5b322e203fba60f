/**
 * The public API. What is exported here keeps its meaning within a major version; everything else may change at any time.
 */
export type { Diagnostic, QuickFix, RelatedPlace, Severity } from './base/diagnostic.ts'
export { formatDuration, parseDuration } from './base/duration.ts'
export { type Position, type Range, RollbookError, UsageError } from './base/error.ts'
export type { FailureClass } from './base/failure.ts'
export { canonicalJson, type Json, type JsonObject } from './base/json.ts'
export { isTainted, type SecretRef, type SecretText, type Tainted } from './base/secret.ts'
export { version } from './base/version.ts'
export type * from './plan/model.ts'
export { failureOfAbort } from './ports/abort.ts'
export type { Clock } from './ports/clock.ts'
export {
  type Action,
  type ActionContext,
  ActionFailure,
  type ActionResult,
  type Capabilities,
  type DryRunResult,
  type EvidenceRef,
  type Executor,
  executorContract,
  type JsonSchema,
  type ProbeResult,
  type SystemView,
  type TargetView,
} from './ports/executor.ts'
export type { Files } from './ports/files.ts'
export type { Http, HttpRequest, HttpResponse } from './ports/http.ts'
export type { JournalEvent, JournalRecord } from './ports/journal.ts'
export type { Mail } from './ports/mail.ts'
export type { Net } from './ports/net.ts'
export type { Ports } from './ports/ports.ts'
export type { Processes } from './ports/processes.ts'
export type { RemoteCommand, RemoteResult, Ssh, SshAddress, SshSession } from './ports/ssh.ts'
