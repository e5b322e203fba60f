import { posix } from 'node:path'
import { type FoundImport, importsOf, type SourceFile } from '../support/source-files.ts'

type Allowed = Readonly<Record<string, 'all' | 'types'>>

/**
 * Which folder of src/ may import which. A folder may always import itself. Written so that every line only names lines
 * above it: that is what keeps it free of cycles, and a test holds it. `types` means that nothing may be left at run time.
 */
export const folders: Readonly<Record<string, Allowed>> = {
  base: {},
  ports: { base: 'all' },
  calendar: { base: 'all' },
  source: { base: 'all' },
  catalog: { base: 'all', source: 'all' },
  expression: { base: 'all', catalog: 'all' },
  runbook: { base: 'all', source: 'all' },
  inventory: { base: 'all', source: 'all', runbook: 'all', expression: 'all' },
  plan: {
    base: 'all',
    calendar: 'all',
    catalog: 'all',
    runbook: 'all',
    inventory: 'all',
    expression: 'all',
    ports: 'types',
  },
  rollout: { base: 'all', calendar: 'all' },
  run: { base: 'all', plan: 'all', calendar: 'all', rollout: 'all', expression: 'all', ports: 'types' },
  simulation: {
    base: 'all',
    calendar: 'all',
    expression: 'all',
    runbook: 'types',
    plan: 'all',
    rollout: 'all',
    run: 'all',
    ports: 'types',
  },
  journal: { base: 'all', ports: 'all' },
  interpreter: { base: 'all', ports: 'all', run: 'all', plan: 'all', journal: 'all' },
  executors: { base: 'all', ports: 'all' },
  language: {
    base: 'all',
    calendar: 'types',
    source: 'all',
    catalog: 'all',
    runbook: 'all',
    inventory: 'all',
    expression: 'all',
    ports: 'all',
  },
  migrations: { base: 'all', source: 'all', runbook: 'all', catalog: 'all', inventory: 'all', language: 'all' },
  service: {
    base: 'all',
    calendar: 'all',
    source: 'all',
    catalog: 'all',
    runbook: 'all',
    inventory: 'all',
    expression: 'all',
    plan: 'all',
    run: 'all',
    simulation: 'all',
    language: 'all',
    ports: 'types',
  },
  diff: { base: 'all', plan: 'all' },
  book: { base: 'all', expression: 'all', plan: 'all', run: 'all', simulation: 'all' },
  node: { base: 'all', ports: 'all', journal: 'all' },
  conformance: { base: 'all', ports: 'all', language: 'all', node: 'all' },
  app: {
    base: 'all',
    ports: 'all',
    calendar: 'all',
    catalog: 'all',
    expression: 'all',
    source: 'all',
    runbook: 'all',
    inventory: 'all',
    plan: 'all',
    rollout: 'all',
    run: 'all',
    simulation: 'all',
    journal: 'all',
    interpreter: 'all',
    executors: 'all',
    language: 'all',
    service: 'all',
    diff: 'all',
    migrations: 'all',
    book: 'all',
    node: 'all',
    conformance: 'all',
  },
  lsp: { base: 'all', calendar: 'all', source: 'all', app: 'all', service: 'all' },
  cli: { base: 'all', diff: 'all', migrations: 'all', app: 'all', lsp: 'all' },
}

/** Folders that may use Node itself, and packages that do. */
const outsideFolders: readonly string[] = ['node', 'conformance', 'app', 'lsp', 'cli']

/** Packages that compute and nothing else; every folder may use them. */
const purePackages: readonly string[] = [
  '@marcbachmann/cel-js',
  'ajv',
  'ajv-formats',
  'csv-parse',
  'handlebars',
  'rrule-temporal',
  'temporal-polyfill',
  'yaml',
]

/** Sentences about every import that the table forbids, and about folders that it does not know. */
export function importProblems(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    const folder = folderOf(file.path)
    if (folder === 'index.ts') return importsOf(file).flatMap((found) => problemOfIndex(file, found))
    const allowed = folders[folder]
    if (allowed === undefined) return [`${file.path}: the table of imports does not know the folder "${folder}"`]
    return importsOf(file).flatMap((found) => {
      const problem = problemOf(file, folder, allowed, found)
      return problem === undefined ? [] : [`${file.path}:${found.line}: ${problem}`]
    })
  })
}

function problemOfIndex(file: SourceFile, found: FoundImport): readonly string[] {
  return found.from.startsWith('./cli/')
    ? [`${file.path}:${found.line}: the library does not contain the command line`]
    : []
}

function problemOf(file: SourceFile, folder: string, allowed: Allowed, found: FoundImport): string | undefined {
  if (!found.from.startsWith('.')) return problemOfPackage(file, folder, found)
  if (!/\.(ts|json|generated\.js)$/.test(found.from)) return `"${found.from}" does not end in .ts`
  const path = posix.join(posix.dirname(file.path), found.from)
  if (!path.startsWith('src/')) {
    return path.startsWith('schemas/') ? undefined : `"${found.from}" is outside of src/`
  }
  const wanted = folderOf(path)
  if (wanted === folder) return undefined
  if (allowed[wanted] === undefined) return `${folder} may not import ${wanted}`
  if (allowed[wanted] === 'types' && !found.typeOnly) return `${folder} may only import types of ${wanted}`
  return undefined
}

function problemOfPackage(file: SourceFile, folder: string, found: FoundImport): string | undefined {
  if (found.typeOnly || outsideFolders.includes(folder) || isEmulator(file.path)) return undefined
  if (found.from.startsWith('node:')) return `${folder} may not import "${found.from}"`
  const name = found.from
    .split('/')
    .slice(0, found.from.startsWith('@') ? 2 : 1)
    .join('/')
  return purePackages.includes(name) ? undefined : `${folder} may not import the package "${found.from}"`
}

/** `src/executors/<name>/emulator/…` and what these share in `src/executors/emulator/`: real servers for demos and tests. */
export function isEmulator(path: string): boolean {
  return /^src\/executors\/(?:[^/]+\/)?emulator\//.test(path)
}

function folderOf(path: string): string {
  return path.split('/')[1] ?? ''
}
