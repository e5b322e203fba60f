import ts from 'typescript'
import { type SourceFile, walkSyntax } from '../support/source-files.ts'
import { isEmulator } from './import-rules.ts'

/** Folders whose results depend on their arguments alone: simulated, replayed and previewed by the same code. */
const pureFolders: readonly string[] = [
  'base',
  'calendar',
  'catalog',
  'expression',
  'source',
  'runbook',
  'inventory',
  'plan',
  'rollout',
  'simulation',
  'run',
  'language',
  'service',
  'diff',
  'migrations',
  'book',
]

/** Folders that reach the world through ports only; the same names are forbidden. */
const portedFolders: readonly string[] = ['ports', 'journal', 'interpreter', 'executors']

/** Names of the host that a pure folder does not use at all. */
const globals: ReadonlySet<string> = new Set([
  'process',
  'performance',
  'crypto',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'fetch',
  'require',
  'Buffer',
  '__dirname',
  '__filename',
])

/** `object.member` that reads a clock, makes an id or depends on the machine. */
const members: ReadonlySet<string> = new Set(['Date.now', 'Math.random', 'AbortSignal.timeout', 'Temporal.Now'])

/** Methods whose result depends on the language or the time zone of the machine. */
const localMethods: ReadonlySet<string> = new Set([
  'toLocaleString',
  'toLocaleDateString',
  'toLocaleTimeString',
  'localeCompare',
  'getTimezoneOffset',
  'getFullYear',
  'getMonth',
  'getDate',
  'getDay',
  'getHours',
  'getMinutes',
])

/** Sentences about every use of the clock, of chance, of timers and of the process where only values may come in. */
export function purityProblems(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    const folder = file.path.split('/')[1] ?? ''
    const pure = pureFolders.includes(folder)
    if (!pure && (!portedFolders.includes(folder) || isEmulator(file.path))) return []
    const problems: string[] = []
    walkSyntax(file, (node, line) => {
      const use = impureUse(node, pure)
      if (use !== undefined) problems.push(`${file.path}:${line}: ${folder} may not use ${use}`)
    })
    return problems
  })
}

function impureUse(node: ts.Node, pure: boolean): string | undefined {
  if (ts.isPropertyAccessExpression(node)) {
    const name = `${node.expression.getText()}.${node.name.text}`
    if (members.has(name)) return name
    return localMethods.has(node.name.text) ? `${node.name.text}: it depends on the machine` : undefined
  }
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && node.arguments?.length !== 1)
    return 'new Date()'
  if (ts.isCallExpression(node) && node.expression.getText() === 'Date') return 'Date()'
  if (ts.isStringLiteral(node) && node.text.startsWith('node:') && pure && isModuleName(node)) return node.text
  if (ts.isIdentifier(node) && globals.has(node.text) && isReference(node)) return node.text
  return undefined
}

/** Type imports are no help: they would still tie a pure folder to the host. */
function isModuleName(node: ts.StringLiteral): boolean {
  return ts.isImportDeclaration(node.parent) || ts.isExportDeclaration(node.parent) || ts.isCallExpression(node.parent)
}

/** A value that is read, and neither the name of a member nor of something declared here. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return true
  if (ts.isVariableDeclaration(parent)) return parent.initializer === node
  return ts.isElementAccessExpression(parent) && parent.expression === node
}
