import { catalogue } from '../../src/language/catalogue/catalogue.ts'
import type { CatalogueEntry } from '../../src/language/catalogue/entry.ts'
import { explanationBody } from '../../src/language/explain.ts'

/** The reference page of every finding, from the catalogue. */
export function diagnosticsPage(): string {
  const entries = Object.entries<CatalogueEntry>(catalogue)
  const rows = entries.map(
    ([code, entry]) => `| [${code}](#${code.toLowerCase()}) | ${entry.severity} | ${entry.title} |`,
  )
  const sections = entries.map(([code, entry]) => `## ${code}\n\n**${entry.title}**\n\n${explanationBody(entry)}`)
  return `<!-- Generated from the catalogue of findings by "npm run generate". Do not edit. -->

# Findings

Everything that \`rollbook validate\` and editors can tell about a file. \`rollbook explain CODE\` prints one of these sections.
Errors make a file unusable. Warnings and hints can be silenced on their own line or the line above:

\`\`\`yaml
# rollbook: allow CHANGE_WITHOUT_BACK_OUT the old release cannot be installed again
\`\`\`

| code | severity | what it means |
| --- | --- | --- |
${rows.join('\n')}

${sections.join('\n')}`
}
