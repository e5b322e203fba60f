import { errorAreas } from '../../src/app/error-catalogue/catalogue.ts'
import type { ErrorEntry, FileExample, TerminalExample } from '../../src/app/error-catalogue/entry.ts'

/** Codes whose examples need a second machine, a crash, another program or a long list; each has a test of its own. */
const heldElsewhere: ReadonlySet<string> = new Set([
  'NOTHING_TO_CHECK',
  'TEMPLATE_MISSING',
  'CONFIG_FOREIGN',
  'CONFIG_KIND',
  'EXECUTOR_MISSING',
  'EXECUTOR_MANIFEST',
  'EXECUTOR_CONTRACT',
  'EXECUTOR_NAME_TAKEN',
  'EXECUTOR_EXPORT',
  'EXECUTOR_BROKEN',
  'EXECUTOR_STALE',
  'EXECUTOR_GONE',
  'EXECUTOR_UNTESTABLE',
  'EXECUTOR_MODULE',
  'CONFORMANCE_SYSTEM',
  'CONFORMANCE_WORLD',
  'RUN_LOCKED',
  'RUN_LOCKED_ELSEWHERE',
  'RUN_LOCK_LOST',
  'RUN_SILENT',
  'TARGETS_LOCKED',
  'MESSAGE_ID_TAKEN',
  'SECRET_FILE_OPEN',
  'SECRET_COMMAND_FAILED',
  'FAULT_TARGET_UNKNOWN',
  'EMULATOR_NEEDS',
  'EMULATOR_SITES',
  'EMULATOR_ZONE',
  'EMULATOR_VERSION',
  'PLAN_TOO_LARGE',
  'RUN_DAMAGED',
  'TARGET_LOCKS_DAMAGED',
  'SOURCE_DAMAGED',
  'PLAN_DAMAGED',
  'JOURNAL_CHAIN_BROKEN',
  'JOURNAL_VERSION_UNKNOWN',
  'JOURNAL_TORN',
  'JOURNAL_EMPTY',
  'JOURNAL_WRITE_FAILED',
  'EVIDENCE_MISSING',
  'EVIDENCE_DAMAGED',
  'EVIDENCE_UNREFERENCED',
])

export const allErrors: readonly (readonly [string, ErrorEntry])[] = errorAreas.flatMap(({ entries }) =>
  Object.entries(entries),
)

/** Examples that are typed into the program as they stand. */
export const typedExamples: readonly (readonly [string, TerminalExample])[] = allErrors.flatMap(
  ([code, { example }]) => (example.kind === 'terminal' && !heldElsewhere.has(code) ? [[code, example] as const] : []),
)

/** Examples that are files. */
export const fileExamples: readonly (readonly [string, FileExample])[] = allErrors.flatMap(([code, { example }]) =>
  example.kind === 'terminal' ? [] : [[code, example] as const],
)
