/**
 * Writes everything that is made from the schemas and from the catalogues of findings and errors: `npm run generate`.
 * A test holds the committed files equal to what this makes.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { JsonObject } from '../src/base/json.ts'
import { commands } from '../src/cli/commands.ts'
import { executors } from '../src/executors/index.ts'
import { actionsPage } from './generate/actions.ts'
import { commandLinePage } from './generate/command-line.ts'
import { diagnosticsPage } from './generate/diagnostics-page.ts'
import { withEditorWords, withoutEditorWords } from './generate/editor-words.ts'
import { errorsPage } from './generate/errors-page.ts'
import { executorContractPage } from './generate/executor-contract.ts'
import { expressionsPage } from './generate/expressions-page.ts'
import { runbookKeys } from './generate/keys.ts'
import { schemaPage } from './generate/schema-page.ts'
import { typesOf } from './generate/types.ts'
import { validatorDeclaration, validatorOf } from './generate/validator.ts'

/** Each kind of file: its schema, and where its types and its validator go. */
const kinds = [
  { kind: 'runbook', root: 'Runbook', folder: 'src/runbook' },
  { kind: 'inventory', root: 'Inventory', folder: 'src/inventory' },
  { kind: 'scenario', root: 'Scenario', folder: 'src/runbook' },
  { kind: 'catalog', root: 'CatalogFile', folder: 'src/catalog' },
  { kind: 'config', root: 'Config', folder: 'src/runbook' },
  { kind: 'executor', root: 'ExecutorManifest', folder: 'src/runbook' },
] as const

/**
 * @param root - folder of the project
 * @returns contents by path relative to the root
 */
export async function generatedFiles(root: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>()
  for (const { kind, root: rootName, folder } of kinds) {
    const name = `${kind}.v1.schema.json`
    const path = join(root, 'schemas', name)
    if (!existsSync(path)) continue
    const full = withEditorWords(JSON.parse(readFileSync(path, 'utf8')) as JsonObject, `${kind}/v1`)
    const schema = withoutEditorWords(full)
    files.set(`schemas/${name}`, formatted(full, `schemas/${name}`, root))
    files.set(`${folder}/${kind}.generated.ts`, await typesOf(schema, rootName, name))
    files.set(`${folder}/${kind}-validator.generated.js`, await validatorOf(schema, name))
    files.set(`${folder}/${kind}-validator.generated.d.ts`, validatorDeclaration(name))
    files.set(`docs/reference/${kind}.md`, schemaPage(schema, name))
    if (kind === 'runbook') files.set(`${folder}/runbook-keys.generated.ts`, runbookKeys(schema, name))
  }
  files.set('docs/reference/diagnostics.md', diagnosticsPage())
  files.set('docs/reference/errors.md', errorsPage())
  files.set('docs/reference/executor-contract.md', executorContractPage())
  files.set('docs/reference/expressions.md', expressionsPage())
  files.set('docs/reference/command-line.md', commandLinePage(commands))
  files.set('docs/reference/actions.md', actionsPage(executors))
  return files
}

/** As the formatter of the project wants it. */
function formatted(schema: JsonObject, path: string, root: string): string {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome')
  const words = [biome, 'format', `--stdin-file-path=${path}`]
  return execFileSync(process.execPath, words, { cwd: root, input: JSON.stringify(schema, null, 2), encoding: 'utf8' })
}

/** Writes what differs and says so. */
export async function writeGenerated(root: string): Promise<void> {
  for (const [path, content] of await generatedFiles(root)) {
    const file = join(root, path)
    if (existsSync(file) && readFileSync(file, 'utf8') === content) continue
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
    console.log(`wrote ${path}`)
  }
}

if (process.argv[1]?.endsWith('generate.ts')) await writeGenerated(process.cwd())
