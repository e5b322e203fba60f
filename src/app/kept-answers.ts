/**
 * Recorded answers are kept with their run, so that whoever resumes it needs no other file: those that it began with
 * among its pinned sources, later ones in `answers.json` beside them. The latest count.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type PinnedSource, type RunDirectory, readSource, type SourceFile } from '../node/run-store.ts'
import { replaceFile } from '../node/whole-file.ts'
import { AnswerBook, parseAnswers } from './answers.ts'
import type { RecordedAnswers } from './run-unattended.ts'

/** Of the pinned source; what it says is masked, as nobody promises that people keep secrets out of it. */
export const answersRole = 'answers'
const laterFile = 'answers.json'

/** As a source that a new run pins. */
export function answersSource({ path, text }: RecordedAnswers): SourceFile {
  return { role: answersRole, path, content: Buffer.from(text) }
}

/**
 * From now on these answers count for the run instead of those that it has.
 *
 * @param mask - hides secrets: a run directory holds none
 */
export function keepAnswers(
  run: RunDirectory,
  { path, text, directory }: RecordedAnswers,
  mask: (text: string) => string,
): void {
  const kept = { path, directory, text: mask(text) }
  replaceFile(join(run.directory, laterFile), `${JSON.stringify(kept, undefined, 2)}\n`)
}

/**
 * The answers that a run goes on with; undefined when it has none.
 *
 * @param directory - where relative paths of evidence start for answers that were pinned
 * @throws RollbookError `ANSWERS_INVALID`, or that a pinned file was changed
 */
export function keptAnswers(run: RunDirectory, directory: string): RecordedAnswers | undefined {
  const later = join(run.directory, laterFile)
  if (existsSync(later)) {
    const kept = JSON.parse(readFileSync(later, 'utf8')) as Omit<RecordedAnswers, 'book'>
    return { ...kept, book: new AnswerBook(parseAnswers(kept.text, kept.path)) }
  }
  const source: PinnedSource | undefined = run.sources.find((pinned) => pinned.role === answersRole)
  if (!source) return undefined
  const text = Buffer.from(readSource(run, source)).toString('utf8')
  return { path: source.path, directory, text, book: new AnswerBook(parseAnswers(text, source.path)) }
}
