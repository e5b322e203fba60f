import ts from 'typescript'
import { type SourceFile, walkSyntax } from '../support/source-files.ts'

export const codeForm: RegExp = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/

/** Classes of which each error carries a code as its first argument. */
const errorClasses: ReadonlySet<string> = new Set(['RollbookError', 'UsageError', 'ExpressionError'])

/** Text in the form of a code that stands in the source and is none, with the reason. */
const otherNames: Readonly<Record<string, string>> = {
  XDG_STATE_HOME: 'variable of the environment',
  FORCE_COLOR: 'variable of the environment',
  NO_COLOR: 'variable of the environment',
  NODE_EXTRA_CA_CERTS: 'variable of the environment',
  SSL_CERT_FILE: 'variable of the environment',
  SSL_CERT_DIR: 'variable of the environment',
  SSH_AUTH_SOCK: 'variable of the environment',
  LC_ALL: 'variable of the environment',
  ERR_SSL: 'code of Node',
  ERR_TLS: 'code of Node',
  ERR_MODULE_NOT_FOUND: 'code of Node',
  MISSING_CHAR: 'code of the YAML parser',
  BLOCK_FOLDED: 'kind of a text, in the words of the YAML parser',
  BLOCK_LITERAL: 'kind of a text, in the words of the YAML parser',
  EXPRESSION_EMPTY: 'told as EXPRESSION_SYNTAX',
}

/** Where else the form of a code has another meaning: names of products and states of an API. */
const ownNames = /^src\/executors\//

export interface FoundCodes {
  /** Code to the places where it stands, outside of the catalogues. */
  readonly codes: ReadonlyMap<string, readonly string[]>
  /** Sentences about errors whose code cannot be told from the source. */
  readonly problems: readonly string[]
}

/**
 * Every code of the sources: the first argument of each error that is made, and every literal in the form of a code,
 * in unions, tables and calls of functions that make errors or findings.
 */
export function codesIn(files: readonly SourceFile[]): FoundCodes {
  const codes = new Map<string, string[]>()
  const problems: string[] = []
  const found = (code: string, place: string): void => {
    codes.set(code, [...(codes.get(code) ?? []), place])
  }
  for (const file of files) {
    walkSyntax(file, (node, line) => {
      const place = `${file.path}:${line}`
      if (ts.isNewExpression(node) && errorClasses.has(node.expression.getText())) {
        for (const code of eitherOf(node.arguments?.[0])) {
          if (ts.isStringLiteralLike(code)) {
            if (codeForm.test(code.text)) found(code.text, place)
            else problems.push(`${place}: "${code.text}" is not in the form of a code`)
          } else if (!/(^|\.)code$/.test(code.getText())) {
            problems.push(`${place}: the code is neither a literal nor handed on as "code"`)
          } else if (ownNames.test(file.path)) {
            problems.push(`${place}: in an executor the code must be a literal`)
          }
        }
      } else if (ts.isStringLiteralLike(node) && codeForm.test(node.text) && !ownNames.test(file.path)) {
        if (!Object.hasOwn(otherNames, node.text)) found(node.text, place)
      }
    })
  }
  return { codes, problems }
}

/** The values that an argument can have. */
function eitherOf(node: ts.Node | undefined): readonly ts.Node[] {
  if (node === undefined) return []
  return ts.isConditionalExpression(node) ? [...eitherOf(node.whenTrue), ...eitherOf(node.whenFalse)] : [node]
}

/** Words in the form of a code inside the literals of a file: text, patterns and templates, but no comments. */
export function codesInLiterals(file: SourceFile): ReadonlySet<string> {
  const codes = new Set<string>()
  walkSyntax(file, (node) => {
    const isText =
      ts.isStringLiteralLike(node) ||
      node.kind === ts.SyntaxKind.RegularExpressionLiteral ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddle(node) ||
      ts.isTemplateTail(node)
    if (!isText) return
    for (const [code] of node.getText().matchAll(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g)) codes.add(code)
  })
  return codes
}
