import { errorAreas } from '../../src/app/error-catalogue/catalogue.ts'
import { errorBody } from '../../src/app/error-catalogue/explain-error.ts'

/** The reference page of every code that is no finding of `rollbook validate`, from the catalogue of errors. */
export function errorsPage(): string {
  const tables = errorAreas.map(({ title, entries }) => {
    const rows = Object.entries(entries).map(
      ([code, entry]) => `| [${code}](#${code.toLowerCase()}) | ${entry.title} |`,
    )
    return `## ${title}\n\n| code | what it means |\n| --- | --- |\n${rows.join('\n')}\n`
  })
  const sections = errorAreas.flatMap(({ entries }) =>
    Object.entries(entries).map(([code, entry]) => `### ${code}\n\n**${entry.title}**\n\n${errorBody(entry)}`),
  )
  return `# Errors

<!-- Generated from src/app/error-catalogue by "npm run generate". Do not edit. -->

What commands and runs can answer, by area. The code stands in brackets behind the message, and \`rollbook explain CODE\` prints
its section. What \`rollbook validate\` and editors tell about a runbook stands in [findings](diagnostics.md). In the examples
\`…\` stands for any text.

${tables.join('\n')}
## The codes

${sections.join('\n')}`
}
