import { renderConcise } from '../language/render-concise.ts'
import { renderGithub } from '../language/render-github.ts'
import { renderJson } from '../language/render-json.ts'
import { type PrettyOptions, renderPretty, summarize } from '../language/render-pretty.ts'
import { renderSarif } from '../language/render-sarif.ts'
import type { CheckedFiles } from './check-files.ts'

export const findingFormats = ['pretty', 'concise', 'json', 'sarif', 'github'] as const
export type FindingFormat = (typeof findingFormats)[number]

/** Words the findings in one of the formats; `pretty` ends with a line that counts them. */
export function renderFindings(
  checked: CheckedFiles,
  format: FindingFormat,
  look: Pick<PrettyOptions, 'paint' | 'columns'>,
): string {
  switch (format) {
    case 'concise':
      return renderConcise(checked.diagnostics)
    case 'json':
      return renderJson(checked.diagnostics)
    case 'sarif':
      return renderSarif(checked.diagnostics)
    case 'github':
      return renderGithub(checked.diagnostics)
    case 'pretty':
      return `${renderPretty(checked.diagnostics, { ...look, texts: checked.texts })}${summarize(checked.diagnostics, checked.texts.size)}\n`
  }
}
