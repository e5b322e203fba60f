/** Documents as files: the recipe book of a plan, and the record of a run as its journal tells it. */
import { extname, resolve } from 'node:path'
import { RollbookError, UsageError } from '../base/error.ts'
import { asExecuted } from '../book/as-executed.ts'
import { makeInstantFormat } from '../book/instant.ts'
import { initialFacts, noteRecord } from '../book/journal-facts.ts'
import { recipeBook } from '../book/recipe-book.ts'
import { renderBook, renderReport } from '../book/render-documents.ts'
import type { DocumentFormat } from '../book/renderer.ts'
import { makeFiles } from '../node/files.ts'
import { JournalStore } from '../node/journal-store.ts'
import { openRun, readPlan } from '../node/run-store.ts'
import type { Plan } from '../plan/model.ts'
import type { RunEvent } from '../run/events.ts'
import { evolveRun } from '../run/evolve.ts'
import { indexPlan } from '../run/plan-index.ts'
import { initialState, type RunState } from '../run/state.ts'
import { loadTemplates } from './templates.ts'

export interface DocumentOptions {
  /** Path as the user gave it; its extension chooses the format. */
  readonly file: string
  readonly cwd: string
  /** Folder with a team's own templates. */
  readonly templates?: string | undefined
  /** IANA name for the instants that are printed; default UTC. */
  readonly timeZone?: string | undefined
}

const formats: Readonly<Record<string, DocumentFormat>> = {
  '.html': 'html',
  '.htm': 'html',
  '.md': 'md',
  '.markdown': 'md',
}

/** @throws UsageError `DOCUMENT_FORMAT_UNKNOWN` */
export function documentFormat(file: string): DocumentFormat {
  const format = formats[extname(file).toLowerCase()]
  if (format !== undefined) return format
  throw new UsageError('DOCUMENT_FORMAT_UNKNOWN', `"${file}" does not say which format is wanted`, {
    hint: 'Let the name end in .html or .md.',
  })
}

/** Writes the recipe book: the old file stands until the new one is whole. */
export async function writeBook(plan: Plan, options: DocumentOptions): Promise<void> {
  const format = documentFormat(options.file)
  const view = recipeBook(plan, zoneOf(options))
  await writeDocument(renderBook(view, format, await templatesOf(options)), options)
}

export interface WrittenReport {
  readonly run: string
  readonly status: RunState['status']
  readonly records: number
}

/**
 * Writes the as-executed record. The run may still go on: the record then ends where the journal ended when it was read.
 *
 * @param root - folder that holds `.rollbook`
 * @param run - id, a beginning of it, or `last`
 * @throws UsageError `RUN_UNKNOWN`, `RUN_AMBIGUOUS`; RollbookError `RUN_DAMAGED`, `JOURNAL_CHAIN_BROKEN`
 */
export async function writeReport(root: string, run: string, options: DocumentOptions): Promise<WrittenReport> {
  const format = documentFormat(options.file)
  const directory = openRun(root, run)
  const plan = readPlan(directory) as unknown as Plan
  const index = indexPlan(plan)
  let state = initialState(directory.id)
  const facts = initialFacts()
  const { tornBytes } = await new JournalStore().read(directory.directory, (record) => {
    const event = record as unknown as RunEvent
    state = evolveRun(index, state, event, record.seq)
    noteRecord(facts, event, record.seq, record.hash)
  })
  facts.torn_bytes = tornBytes
  const view = asExecuted(plan, state, facts, zoneOf(options))
  await writeDocument(renderReport(view, format, await templatesOf(options)), options)
  return { run: directory.id, status: state.status, records: facts.records }
}

/** @throws RollbookError `TIME_ZONE_UNKNOWN`, also for a document without any instant */
function zoneOf(options: DocumentOptions): { readonly timeZone?: string } {
  makeInstantFormat(options.timeZone)
  return options.timeZone === undefined ? {} : { timeZone: options.timeZone }
}

function templatesOf(options: DocumentOptions): ReturnType<typeof loadTemplates> {
  return loadTemplates(options.templates === undefined ? undefined : resolve(options.cwd, options.templates))
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'access is denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is a file',
  ENOSPC: 'the disk is full',
  EROFS: 'the file system is read-only',
}

/** @throws RollbookError `DOCUMENT_UNWRITABLE` */
export async function writeDocument(text: string, options: Pick<DocumentOptions, 'file' | 'cwd'>): Promise<void> {
  try {
    await makeFiles(options.cwd).write(options.file, new TextEncoder().encode(text))
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    const reason = reasons[code] ?? (cause instanceof Error ? cause.message : 'it cannot be written')
    throw new RollbookError('DOCUMENT_UNWRITABLE', `"${options.file}" cannot be written: ${reason}`, { cause })
  }
}
