import type { OffsetRange } from './tree.ts'

/** What can be wrong with a file before anyone asks what it means. */
export type SyntaxCode =
  | 'FILE_TOO_LARGE'
  | 'FILE_TOO_DEEP'
  | 'FILE_EMPTY'
  | 'YAML_SYNTAX'
  | 'YAML_UNQUOTED_COLON'
  | 'YAML_UNQUOTED_EXPRESSION'
  | 'YAML_INDENTATION'
  | 'YAML_TAB'
  | 'YAML_UNCLOSED'
  | 'YAML_RESERVED_CHARACTER'
  | 'YAML_SEVERAL_DOCUMENTS'
  | 'YAML_TAG'
  | 'YAML_DIRECTIVE'
  | 'YAML_KEY'
  | 'YAML_MERGE_KEY'
  | 'YAML_ALIAS_UNKNOWN'
  | 'YAML_ALIAS_CIRCULAR'
  | 'YAML_ALIASES_TOO_MANY'
  | 'YAML_NUMBER'
  | 'KEY_DUPLICATE'

export interface SyntaxFinding {
  readonly code: SyntaxCode
  readonly range: OffsetRange
  /** Words for the message; the catalogue knows which. */
  readonly words: Readonly<Record<string, string>>
  readonly related?: { readonly message: string; readonly range: OffsetRange }
  readonly fix?: { readonly title: string; readonly range: OffsetRange; readonly text: string }
}
