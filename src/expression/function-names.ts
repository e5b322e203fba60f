import { baseEnvironment } from './environment.ts'
import { replacedFunctions } from './functions.ts'
import { roundMacros } from './syntax-tree.ts'

/** The name that authors write, for text that holds a replaced one. */
export function writtenName(text: string): string {
  let result = text
  for (const [written, replacement] of Object.entries(replacedFunctions))
    result = result.replaceAll(replacement, written)
  return result
}

const hidden = new Set(['bind', 'dyn', 'bytes', 'uint', 'timestamp'])

/** Names of all functions and methods that an author may call. */
export const functionNames: ReadonlySet<string> = new Set([
  ...baseEnvironment.getDefinitions().functions.map((definition) => writtenName(definition.name)),
  ...roundMacros,
  'has',
])

/** Those worth suggesting. */
export const suggestedFunctions: readonly string[] = [...functionNames].filter((name) => !hidden.has(name))
