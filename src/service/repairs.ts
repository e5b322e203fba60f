/**
 * What can be done about each finding of the language: the repairs that are offered, or why there is none. Written so
 * that a new code does not compile before somebody has decided.
 */
import type { DiagnosticCode } from '../language/catalogue/catalogue.ts'
import type { MakeRepair } from './repair.ts'
import {
  alignWithAbove,
  closeAtEndOfLine,
  closeExpression,
  takeDirectiveAway,
  takeSecondAway,
  takeTagAway,
  writeExpression,
} from './repair-text.ts'
import {
  addBackOut,
  addBaseline,
  addDeadline,
  addGateBefore,
  addNote,
  addRoles,
  declare,
  makeManual,
  moveAction,
  renameToFree,
  sayKind,
  swapBounds,
  takeAwayKey,
  takeDeclarationAway,
  takeFormAway,
  takeItemAway,
  takeKeyAway,
  undoByHand,
} from './repair-tree.ts'
import { changeToNearest, followAdvice, putInQuotes, writeInstant, writeName, writeSize } from './repair-value.ts'

export type RepairRow =
  /** In the order in which they are offered; the one that the finding brings along comes first. */
  | { readonly kind: 'repair'; readonly make: readonly MakeRepair[] }
  /** The finding brings its own one along. */
  | { readonly kind: 'own' }
  /** A part of a sentence. */
  | { readonly kind: 'none'; readonly why: string }

function by(...make: readonly MakeRepair[]): RepairRow {
  return { kind: 'repair', make }
}

function none(why: string): RepairRow {
  return { kind: 'none', why }
}

const own: RepairRow = { kind: 'own' }

export const repairs: Readonly<Record<DiagnosticCode, RepairRow>> = {
  FILE_NOT_TEXT: none('the file has to be saved as text'),
  FILE_TOO_LARGE: none('nobody but the author can say how to divide it'),
  FILE_TOO_DEEP: none('nobody but the author can say what it means'),
  FILE_EMPTY: none('completion offers what a file may be'),
  YAML_SYNTAX: none('what was meant cannot be told'),
  YAML_UNQUOTED_COLON: own,
  YAML_UNQUOTED_EXPRESSION: own,
  YAML_INDENTATION: by(alignWithAbove),
  YAML_TAB: by(alignWithAbove),
  YAML_UNCLOSED: by(closeAtEndOfLine),
  YAML_RESERVED_CHARACTER: own,
  YAML_SEVERAL_DOCUMENTS: none('each of them needs a file of its own'),
  YAML_TAG: by(takeTagAway),
  YAML_DIRECTIVE: by(takeDirectiveAway),
  YAML_KEY: by(writeExpression),
  YAML_MERGE_KEY: none('what is merged has to be written where it counts'),
  YAML_ALIAS_UNKNOWN: none('which anchor was meant cannot be told'),
  YAML_ALIAS_CIRCULAR: none('what was meant cannot be told'),
  YAML_ALIASES_TOO_MANY: none('nobody but the author can say what they stand for'),
  YAML_NUMBER: by(putInQuotes),
  KEY_DUPLICATE: by(takeSecondAway),
  KIND_MISSING: by(sayKind),
  KIND_UNKNOWN: by(changeToNearest),
  KIND_NEWER: none('a newer program is needed'),
  KEY_UNKNOWN: by(changeToNearest, takeKeyAway),
  KEY_DEPRECATED: own,
  KEY_MISPLACED: by(takeKeyAway),
  KEY_MISSING: own,
  FORM_MISSING: by(makeManual),
  FORM_SEVERAL: by(takeFormAway),
  VALUE_TYPE: by(followAdvice),
  VALUE_NOT_ALLOWED: by(changeToNearest),
  VALUE_INVALID: by(followAdvice, changeToNearest, writeName),
  VALUE_OUT_OF_RANGE: none('how much was meant cannot be told'),
  DURATION_INVALID: own,
  SIZE_INVALID: by(writeSize),
  COUNT_INVALID: none('how many were meant cannot be told'),
  VERSION_INVALID: own,
  NAME_INVALID: own,
  LIST_DUPLICATE: by(takeItemAway('Take the second one away', true)),
  GATE_WITHOUT_ROLE: by(addRoles),
  PLACEHOLDER_LEFT: none('only the author knows what belongs there'),
  EXPRESSION_SYNTAX: none('what was meant cannot be told'),
  EXPRESSION_UNCLOSED: by(closeExpression),
  EXPRESSION_TOO_LARGE: none('nobody but the author can say it in fewer words'),
  EXPRESSION_UNKNOWN_NAME: by(changeToNearest),
  EXPRESSION_UNKNOWN_FUNCTION: by(changeToNearest),
  EXPRESSION_UNKNOWN_MEMBER: by(changeToNearest, declare),
  EXPRESSION_TYPE: none('what was meant cannot be told'),
  EXPRESSION_SECRET: none('a secret can only be handed on as it is'),
  EXPRESSION_WRAPPED: own,
  ID_DUPLICATE: by(renameToFree),
  STEP_UNKNOWN: by(changeToNearest),
  COMPONENT_UNKNOWN: by(changeToNearest, declare),
  ROLE_UNKNOWN: by(changeToNearest, declare),
  CRITERION_UNKNOWN: by(changeToNearest, declare),
  REQUIREMENT_UNKNOWN: by(changeToNearest, declare),
  REQUIREMENT_NOT_COVERED: by(addNote),
  TARGET_UNKNOWN: by(changeToNearest),
  TARGETS_NONE: none('which targets were meant cannot be told'),
  ACTION_UNKNOWN: by(changeToNearest),
  ACTION_ELSEWHERE: by(moveAction),
  ARGUMENT_REFUSED: none('which of the arguments is wrong cannot be told'),
  AFTER_NOT_IN_PARALLEL: by(takeAwayKey('after')),
  AFTER_UNREACHABLE: by(takeAwayKey('after')),
  AFTER_CIRCULAR: none('which of them comes first cannot be told'),
  CLEANUP_NOT_LATER: none('behind which step it belongs cannot be told'),
  POINT_OF_NO_RETURN_WITHOUT_GATE: by(addGateBefore),
  POINT_OF_NO_RETURN_WITHOUT_BACKUP: none('what has to be saved cannot be told'),
  CHANGE_WITHOUT_BACK_OUT: by(addBackOut),
  UNDO_NOT_POSSIBLE: by(undoByHand),
  DEADLINE_MISSING: by(addDeadline),
  BASELINE_NOT_CAPTURED: by(addBaseline),
  INPUT_UNUSED: by(takeDeclarationAway('Take the input away')),
  INPUT_DEFAULT_INVALID: by(changeToNearest, takeAwayKey('default')),
  SECRET_EXPOSED: none('where the secret should go cannot be told'),
  SUPPRESSION_WITHOUT_REASON: none('only the author knows the reason'),
  SUPPRESSION_UNUSED: own,
  SUPPRESSION_REFUSED: own,
  WINDOW_UNKNOWN: by(changeToNearest, declare),
  WINDOW_UNUSED: by(takeDeclarationAway('Take the window away')),
  WAVE_ID_RESERVED: by(renameToFree),
  GROUPING_UNKNOWN: by(changeToNearest),
  UNIT_MISSING: none('what makes a unit of these targets cannot be told'),
  DEADLINE_NEEDED: by(addDeadline),
  STAGE_DISRUPTIVE: none('whether it can wait for the window cannot be told'),
  ROLLBACK_MISSING: none('how a target goes back cannot be told'),
  ROLLBACK_MODE: none('whether somebody should be asked cannot be told'),
  FAILURE_ROW_UNREACHABLE: by(takeItemAway('Take the row away', true)),
  SCENARIO_RANGE_REVERSED: by(swapBounds),
  SCENARIO_FAULT_MEMBER: by(takeKeyAway),
  SCENARIO_COMMAND_MEMBER: none('what the command is about cannot be told'),
  SCENARIO_START_INVALID: by(writeInstant),
  SCENARIO_PLACE_UNKNOWN: none('which place was meant cannot be told'),
  RELEASE_VERSION: none('which version was meant cannot be told'),
  RELEASE_DUPLICATE: by(takeItemAway('Take the second one away', false)),
  RELEASE_REQUIRES: none('which release leads there cannot be told'),
  RELEASE_NONE_AVAILABLE: none('which release may be used again cannot be told'),
  RELEASE_UNKNOWN: by(changeToNearest),
}
