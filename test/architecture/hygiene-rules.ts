import ts from 'typescript'
import { type SourceFile, walkSyntax } from '../support/source-files.ts'

/** Users whose home folders belong to a product that is upgraded, and to the examples. */
const productUsers: readonly string[] = ['stackato', 'operator', 'deploy', 'user', 'you']

/** Sentences about traces of one machine: hosts that packages came from, and folders that only exist there. */
export function traceProblems(files: readonly SourceFile[], registry: string | undefined): readonly string[] {
  const host = registry === undefined || registry === '' ? undefined : new URL(registry).host
  return files.flatMap((file) => {
    return file.text.split('\n').flatMap((line, index) => {
      const place = `${file.path}:${index + 1}`
      if (/\bregistry\.(?!example\b)[a-z0-9-]+\.[a-z]{2,}\b/i.test(line)) return [`${place}: names a package registry`]
      if (host !== undefined && line.includes(host)) return [`${place}: names the package registry of this machine`]
      const home = /(?<![\w.~-])\/(?:home|Users)\/([\w.-]+)/.exec(line)
      if (home?.[1] !== undefined && !productUsers.includes(home[1]))
        return [`${place}: names the home folder of "${home[1]}"`]
      return /(?<![\w.~/-])\/work\/\w/.test(line) ? [`${place}: names a folder of this machine`] : []
    })
  })
}

const runners: ReadonlySet<string> = new Set(['test', 'it', 'describe'])
const switches: ReadonlySet<string> = new Set(['only', 'skip', 'todo'])

/** Sentences about tests that are switched off or that switch others off. */
export function switchedOffProblems(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    const problems: string[] = []
    walkSyntax(file, (node, line) => {
      if (!ts.isPropertyAccessExpression(node) || !switches.has(node.name.text)) return
      const runner = /^\w+/.exec(node.expression.getText())?.[0] ?? ''
      if (runners.has(runner)) problems.push(`${file.path}:${line}: ${runner}.${node.name.text}`)
    })
    return problems
  })
}
