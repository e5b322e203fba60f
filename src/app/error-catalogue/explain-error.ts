import { errorAreas } from './catalogue.ts'
import type { ErrorEntry, FileExample } from './entry.ts'

/** The explanation of a code as Markdown; undefined for a code that is not in the catalogue. */
export function explainError(code: string): string | undefined {
  for (const { entries } of errorAreas) {
    const entry = Object.hasOwn(entries, code) ? entries[code] : undefined
    if (entry) return `# ${code}: ${entry.title}\n\n${errorBody(entry)}`
  }
  return undefined
}

/** What stands below the heading of an entry, in the terminal and on the reference page. */
export function errorBody({ meaning, why, cure, example }: ErrorEntry): string {
  const shown = example.kind === 'terminal' ? [fence('text', example.text)] : fileParts(example)
  return `${[meaning, `**Why:** ${why}`, `**What to do:** ${cure}`, ...shown].join('\n\n')}\n`
}

function fileParts({ kind, bad, good, beside = {} }: FileExample): readonly string[] {
  const language = kind === 'inventory' && bad.startsWith('[') ? 'ini' : kind === 'expression' ? 'text' : 'yaml'
  const files = Object.entries(beside).flatMap(([name, text]) => [`with \`${name}\`:`, fence('text', text.trimEnd())])
  return ['Not like this:', fence(language, bad), 'But like this:', fence(language, good), ...files]
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``
}
