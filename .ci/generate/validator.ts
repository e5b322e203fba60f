import { Ajv2020 } from 'ajv/dist/2020.js'
import standalone from 'ajv/dist/standalone/index.js'
import { build } from 'esbuild'
import type { JsonObject } from '../../src/base/json.ts'

/** Words in our schemas that tell people and editors something and check nothing. */
export const annotations: readonly string[] = [
  'x-kind',
  'x-secret',
  'defaultSnippets',
  'markdownDescription',
  'deprecationMessage',
]

/**
 * Compiles a schema to a module without imports whose default export is the validator, so that no command pays for
 * loading and running the compiler, and no page needs `eval`.
 */
export async function validatorOf(schema: JsonObject, file: string): Promise<string> {
  const ajv = new Ajv2020({
    allErrors: true,
    discriminator: true,
    verbose: true,
    strict: true,
    strictRequired: false,
    strictTypes: false,
    allowUnionTypes: true,
    inlineRefs: false,
    code: { source: true, esm: true, lines: false },
  })
  ajv.addVocabulary([...annotations])
  const code = standalone.default(ajv, ajv.compile(schema))
  const bundled = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname ?? '.', loader: 'js' },
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['main'],
    target: 'es2022',
    write: false,
    minifySyntax: true,
    minifyWhitespace: true,
    minifyIdentifiers: true,
    legalComments: 'none',
    logLevel: 'warning',
  })
  const [output] = bundled.outputFiles
  return `// Generated from schemas/${file} by "npm run generate". Do not edit.\n${output?.text ?? ''}`
}

/** The declarations beside the module of {@link validatorOf}. */
export function validatorDeclaration(file: string): string {
  return `// Generated from schemas/${file} by "npm run generate". Do not edit.
import type { SchemaValidator } from '../source/schema-finding.ts'
declare const validate: SchemaValidator
export default validate
`
}
