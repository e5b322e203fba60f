import { Ajv2020 } from 'ajv/dist/2020.js'
import standalone from 'ajv/dist/standalone/index.js'
import { build } from 'esbuild'
import { isJsonObject, type JsonObject } from '../../src/base/json.ts'
import { withoutEditorWords } from './editor-words.ts'

/** Words in our schemas that tell people and editors something and check nothing. */
export const annotations: readonly string[] = [
  'x-kind',
  'x-secret',
  'x-target-version',
  'defaultSnippets',
  'markdownDescription',
  'markdownEnumDescriptions',
  'deprecationMessage',
]

/**
 * Compiles a schema to a module without imports whose default export is the validator, so that no command pays for
 * loading and running the compiler, and no page needs `eval`. Starting a command costs what it reads, so the code is
 * made small: findings are built by one function, and parts of the schema are looked up instead of written twice.
 */
export async function validatorOf(schema: JsonObject, file: string): Promise<string> {
  const ajv = new Ajv2020({
    allErrors: true,
    discriminator: true,
    verbose: true,
    messages: false,
    strict: true,
    strictRequired: false,
    strictTypes: false,
    allowUnionTypes: true,
    inlineRefs: false,
    code: { source: true, esm: true, lines: true },
  })
  ajv.addVocabulary([...annotations])
  const code = standalone.default(ajv, ajv.compile(withoutEditorWords(schema)))
  const bundled = await build({
    stdin: { contents: shareParts(code), resolveDir: import.meta.dirname ?? '.', loader: 'js' },
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

const findingPattern =
  /\{instancePath:?((?:instancePath)?[^{}]*?),schemaPath:"[^"]*",keyword:"(\w+)",params:(\{.*?\}),schema:.*?,parentSchema:([\w.$[\]"/-]+),data:?([^{};]*)\};$/gm

function shareParts(code: string): string {
  const [, rootName, rootText] = /^const (schema\d+) = (\{"\$schema":.*\});$/m.exec(code) ?? []
  if (rootName === undefined || rootText === undefined) throw new Error('ajv words its output in another way')
  const definitions = (JSON.parse(rootText) as JsonObject)['$defs']
  const names = new Map(
    isJsonObject(definitions) ? Object.entries(definitions).map(([name, part]) => [JSON.stringify(part), name]) : [],
  )
  const shared = code.replace(/^const (schema\d+) = (\{.*\});$/gm, (whole, name: string, text: string) => {
    const definition = names.get(text)
    return name === rootName || definition === undefined ? whole : `const ${name} = ${rootName}.$defs.${definition};`
  })
  const finding =
    'function finding(instancePath, keyword, params, parentSchema, data) { return { instancePath, keyword, params, schema: parentSchema[keyword], parentSchema, data } }\n'
  return (
    finding +
    shared.replace(findingPattern, (_, path: string, keyword: string, params: string, parent: string, data: string) => {
      return `finding(${path || 'instancePath'},"${keyword}",${params},${parent},${data || 'data'});`
    })
  )
}

/** The declarations beside the module of {@link validatorOf}. */
export function validatorDeclaration(file: string): string {
  return `// Generated from schemas/${file} by "npm run generate". Do not edit.
import type { SchemaValidator } from '../source/schema-finding.ts'
declare const validate: SchemaValidator
export default validate
`
}
