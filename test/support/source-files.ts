import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

export interface SourceFile {
  /** From the project's root, with slashes. */
  readonly path: string
  readonly text: string
}

/** Every file that git tracks or would track. */
export function listFiles(root: string = process.cwd()): readonly string[] {
  const words = ['ls-files', '--cached', '--others', '--exclude-standard', '-z']
  const names = execFileSync('git', words, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 })
  return [...new Set(names.split('\0'))].filter((name) => name !== '' && existsSync(join(root, name))).sort()
}

export function readFiles(matches: (path: string) => boolean, root: string = process.cwd()): readonly SourceFile[] {
  return listFiles(root)
    .filter(matches)
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}

/** Calls `visit` for every node of the syntax tree, from the top. */
export function walkSyntax(file: SourceFile, visit: (node: ts.Node, line: number) => void): void {
  const tree = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true)
  const step = (node: ts.Node): void => {
    visit(node, tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1)
    ts.forEachChild(node, step)
  }
  step(tree)
}

export interface FoundImport {
  readonly line: number
  /** As written. */
  readonly from: string
  /** Nothing of it is left at run time. */
  readonly typeOnly: boolean
}

/** Every import, re-export, `import()` and `import('…').Type` of a file. */
export function importsOf(file: SourceFile): readonly FoundImport[] {
  const found: FoundImport[] = []
  walkSyntax(file, (node, line) => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      found.push({ line, from: node.moduleSpecifier.text, typeOnly: isTypeOnly(node.importClause) })
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
      found.push({ line, from: node.moduleSpecifier.text, typeOnly: node.isTypeOnly || onlyTypes(node.exportClause) })
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments
      found.push({
        line,
        from: argument && ts.isStringLiteral(argument) ? argument.text : '(computed)',
        typeOnly: false,
      })
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      const { literal } = node.argument
      if (ts.isStringLiteral(literal)) found.push({ line, from: literal.text, typeOnly: true })
    }
  })
  return found
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  return clause.name === undefined && onlyTypes(clause.namedBindings)
}

function onlyTypes(bindings: ts.NamedImportBindings | ts.NamedExportBindings | undefined): boolean {
  if (bindings === undefined || !('elements' in bindings)) return false
  return bindings.elements.length > 0 && bindings.elements.every((element) => element.isTypeOnly)
}
