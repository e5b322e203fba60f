import { catalogueEntry } from './catalogue/catalogue.ts'
import type { CatalogueEntry, Example } from './catalogue/entry.ts'

/** The explanation of a code as Markdown; undefined for a code that does not exist. */
export function explainCode(code: string): string | undefined {
  const entry = catalogueEntry(code)
  return entry && `# ${code}: ${entry.title}\n\n${explanationBody(entry)}`
}

/** What stands below the heading of an entry, in the terminal and on the reference page. */
export function explanationBody(entry: CatalogueEntry): string {
  const parts = [`*${severityWords[entry.severity]}*`, entry.explanation]
  if (isShort(entry.bad)) parts.push('Not like this:', fence(entry.bad))
  if (isShort(entry.bad)) parts.push('But like this:', fence(entry.good))
  return `${parts.join('\n\n')}\n`
}

const severityWords = {
  error: 'Error: the file cannot be used.',
  warning: 'Warning: probably not what was meant. It can be silenced with a reason.',
  hint: 'Hint: worth a thought. It can be silenced with a reason.',
} as const

function fence({ yaml }: Example): string {
  return `\`\`\`yaml\n${yaml}\n\`\`\``
}

/** Examples that only a machine would write explain nothing. */
function isShort({ yaml }: Example): boolean {
  return yaml.split('\n').every((line) => line.length <= 160) && !yaml.includes('\uFFFE')
}
