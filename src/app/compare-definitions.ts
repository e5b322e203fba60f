/** Reads two files, from the disk or from revisions, and says how they differ in meaning: `rollbook diff`. */
import type { Diagnostic } from '../base/diagnostic.ts'
import { UsageError } from '../base/error.ts'
import type { JsonObject } from '../base/json.ts'
import { type Comparison, compareFiles, comparePlans, sortOut } from '../diff/index.ts'
import { checkFile } from '../language/check-file.ts'
import { readRevision } from '../node/git-file.ts'
import { type FileKind, readHeader } from '../runbook/kinds.ts'
import { calendarFor } from './calendar-in-use.ts'
import { type LoadPlanOptions, loadPlan, type Plan } from './load.ts'
import { actionInfosOf, executorsOf } from './plugins/actions-in-use.ts'
import { readSchema } from './schemas.ts'
import { SourceReader } from './source-reader.ts'

export interface CompareOptions {
  /** Paths relative to `cwd`, or `REVISION:PATH`. */
  readonly from: string
  readonly to: string
  /** What both plans are made with; absent: definitions alone are compared. */
  readonly plans?: Pick<LoadPlanOptions, 'inventory' | 'values' | 'set' | 'catalog' | 'timeline'> | undefined
  readonly cwd: string
}

export interface ComparedFiles extends Comparison {
  readonly kind: FileKind
  /** Errors in files that can be compared all the same. */
  readonly errors: readonly Diagnostic[]
  /** Digests of what the plans do. Absent: no plans were compared. */
  readonly digests?: { readonly from: string; readonly to: string }
}

/** Findings that are in the way of a comparison, of the first file that has any. */
export interface NotCompared {
  readonly diagnostics: readonly Diagnostic[]
}

/** @throws UsageError when a file or a revision cannot be read, or the files are of different kinds */
export async function compareDefinitions(options: CompareOptions): Promise<ComparedFiles | NotCompared> {
  const before = await readDefinition(options.from, options.cwd)
  if (!('value' in before)) return before
  const after = await readDefinition(options.to, options.cwd)
  if (!('value' in after)) return after
  const { kind } = before
  if (kind !== after.kind) {
    throw new UsageError(
      'KINDS_DIFFER',
      `"${options.from}" is of the kind ${kind}, and "${options.to}" of ${after.kind}`,
      {
        hint: 'Compare two files of the same kind.',
      },
    )
  }
  const defined = compareFiles(before.value, after.value, await readSchema(kind))
  const errors = [...before.errors, ...after.errors]
  if (options.plans === undefined || kind !== 'runbook/v1') return { kind, ...defined, errors }
  const from = await planOf(options.from, options)
  if (!('plan' in from)) return from
  const to = await planOf(options.to, options)
  if (!('plan' in to)) return to
  const differences = [...defined.differences, ...comparePlans(from.plan, to.plan)]
  const { differences: sorted } = sortOut(differences)
  return {
    kind,
    differences: sorted,
    words: defined.words,
    errors,
    digests: { from: from.plan.digest, to: to.plan.digest },
  }
}

interface Definition {
  readonly kind: FileKind
  readonly value: JsonObject
  readonly errors: readonly Diagnostic[]
}

/** Whatever can be read as a tree and says what it is. */
async function readDefinition(path: string, cwd: string): Promise<Definition | NotCompared> {
  const text = await new SourceReader(cwd, undefined, (name) => readRevision(name, cwd)).read('file', path)
  const calendar = await calendarFor(text)
  const { source, diagnostics, content } = checkFile(text, path, {
    actions: actionInfosOf(executorsOf(cwd)),
    ...(calendar ? { parseCalendar: calendar.parseCalendar } : {}),
  })
  const root = source.root?.kind === 'map' ? source.root : undefined
  const header = root && readHeader(root)
  const errors = diagnostics.filter(isError)
  if (source.broken || !root || header?.state !== 'known') return { diagnostics: errors }
  const value = content?.kind === 'runbook' ? (content.runbook as unknown as JsonObject) : root.value
  return { kind: header.kind, value, errors }
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error'
}

async function planOf(path: string, { cwd, plans }: CompareOptions): Promise<{ readonly plan: Plan } | NotCompared> {
  // What a revision names beside the runbook is read from the same revision.
  const runbook = path.replace(/^([^/\\:][^\\:]*):(?!\.{0,2}\/)/, '$1:./')
  const isRevision = (await readRevision(path, cwd)) !== undefined
  const loaded = await loadPlan({
    ...plans,
    runbook: isRevision ? runbook : path,
    cwd,
    elsewhere: (name) => readRevision(name, cwd),
  })
  return loaded.plan ? { plan: loaded.plan } : { diagnostics: loaded.diagnostics }
}
