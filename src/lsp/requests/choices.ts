import type { Workspace } from '../../service/workspace.ts'

/** Answer to `rollbook/choices`: paths in the folder, in order. */
export interface ChoicesAnswer {
  readonly inventories: readonly string[]
  readonly values: readonly string[]
  readonly scenarios: readonly string[]
  readonly runbooks: readonly string[]
}

/** What the files of the folder say that they are; values do not say it, and are told by their name. */
export function choicesAnswer(workspace: Workspace): ChoicesAnswer {
  const all = workspace.paths().map((path) => ({ path, text: workspace.document(path)?.text ?? '' }))
  const ofKind = (kind: RegExp): readonly string[] =>
    all
      .filter(({ text }) => kind.test(text))
      .map(({ path }) => path)
      .sort()
  return {
    inventories: ofKind(/^["']?rollbook["']?[ \t]*:[ \t]*["']?inventory\//m),
    scenarios: ofKind(/^["']?rollbook["']?[ \t]*:[ \t]*["']?scenario\//m),
    runbooks: ofKind(/^["']?rollbook["']?[ \t]*:[ \t]*["']?runbook\//m),
    values: all.flatMap(({ path }) => (/(?:^|[./-])values\.ya?ml$/.test(path) ? [path] : [])).sort(),
  }
}
