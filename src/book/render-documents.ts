import type { BookView } from './book-view.ts'
import { type DocumentFormat, makeRenderer, type Templates } from './renderer.ts'
import type { ReportView } from './report-view.ts'

/**
 * @param templates - all texts by name, see renderer.ts
 * @returns the whole file; equal input gives equal bytes
 * @throws RollbookError as {@link makeRenderer}
 */
export function renderBook(view: BookView, format: DocumentFormat, templates: Templates): string {
  return makeRenderer({ templates }).render('recipe-book', format, view)
}

/** As {@link renderBook}, for the as-executed record. */
export function renderReport(view: ReportView, format: DocumentFormat, templates: Templates): string {
  return makeRenderer({ templates }).render('as-executed', format, view)
}
