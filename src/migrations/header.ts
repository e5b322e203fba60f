import { fileKinds } from '../runbook/kinds.ts'
import type { MapEntry, SourceDocument } from '../source/index.ts'
import type { Migration, MigrationEdit } from './migration.ts'

/** `apiVersion: rollbook/v1` with `kind: Runbook`, as other tools say what a file is. */
export const apiVersionHeader: Migration = {
  id: 'api-version-header',
  from: '`apiVersion: rollbook/v1` and `kind: Runbook`',
  describe: 'Kind and version stand together in the key `rollbook`, such as `rollbook: runbook/v1`.',
  find: ({ source }) => {
    const root = source.root?.kind === 'map' ? source.root : undefined
    const api = root?.byKey.get('apiVersion')
    const kind = root?.byKey.get('kind')
    if (!root || !api || !kind || root.flow || root.byKey.has('rollbook')) return []
    const [, version] = /^rollbook(?:\.dev)?\/(v\d+)$/.exec(wordOf(api)) ?? []
    const known = fileKinds.find((each) => each === `${wordOf(kind).toLowerCase()}/${version}`)
    if (known === undefined) return []
    return [
      { range: entryRange(api), text: `rollbook: ${known}`, words: `apiVersion → rollbook: ${known}` },
      { ...lineOf(source, kind), words: 'kind → gone' },
    ]
  },
}

/** `rollbook: runbook`, without a version. */
export const headerWithoutVersion: Migration = {
  id: 'header-without-version',
  from: '`rollbook: runbook`',
  describe: 'The version of the language is written out; a file without one can only be of version 1.',
  find: ({ source }) => {
    const root = source.root?.kind === 'map' ? source.root : undefined
    const entry = root?.byKey.get('rollbook')
    const known = entry && fileKinds.find((kind) => kind === `${wordOf(entry)}/v1`)
    if (!entry || known === undefined) return []
    return [{ range: entry.node.range, text: known, words: `rollbook: ${wordOf(entry)} → ${known}` }]
  },
}

function wordOf({ node }: MapEntry): string {
  return node.kind === 'scalar' ? String(node.value) : ''
}

function entryRange({ key, node }: MapEntry): MigrationEdit['range'] {
  return { start: key.range.start, end: node.range.end }
}

/** The whole line, unless a comment stands in it, which stays. */
function lineOf({ text }: SourceDocument, entry: MapEntry): Pick<MigrationEdit, 'range' | 'text'> {
  const { start, end } = entryRange(entry)
  const lineEnd = text.indexOf('\n', end)
  const rest = text.slice(end, lineEnd < 0 ? text.length : lineEnd)
  if (rest.trim() !== '') return { range: { start, end: end + rest.length }, text: rest.trim() }
  return { range: { start, end: lineEnd < 0 ? text.length : lineEnd + 1 }, text: '' }
}
