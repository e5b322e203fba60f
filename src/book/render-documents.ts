import type { BookView } from './book-view.ts'
import { type DocumentFormat, makeRenderer, type Renderer, type Templates } from './renderer.ts'
import type { ReportView } from './report-view.ts'

const renderers = new WeakMap<Templates, Renderer>()

/** Compiling costs more than laying out: once per set of templates. */
function rendererOf(templates: Templates): Renderer {
  const known = renderers.get(templates) ?? makeRenderer({ templates })
  renderers.set(templates, known)
  return known
}

/**
 * @param templates - all texts by name, see renderer.ts
 * @returns the whole file; equal input gives equal bytes
 * @throws RollbookError as {@link makeRenderer}
 */
export function renderBook(view: BookView, format: DocumentFormat, templates: Templates): string {
  return rendererOf(templates).render('recipe-book', format, view)
}

/** As {@link renderBook}, for the as-executed record. */
export function renderReport(view: ReportView, format: DocumentFormat, templates: Templates): string {
  return rendererOf(templates).render('as-executed', format, view)
}
