/** The auditor's check of a run directory: what is written is what was recorded. */
import { RollbookError } from '../base/error.ts'
import { isJsonObject, type Json } from '../base/json.ts'
import type { EvidenceRef } from '../ports/executor.ts'
import { evidenceStore } from './evidence-store.ts'
import { JournalStore } from './journal-store.ts'
import { type RunDirectory, readPlan, readSource } from './run-store.ts'

export interface RunFinding {
  /** `warning`: explained by a crash, nothing recorded is lost. */
  readonly severity: 'error' | 'warning'
  readonly code:
    | 'JOURNAL_CHAIN_BROKEN'
    | 'JOURNAL_VERSION_UNKNOWN'
    | 'JOURNAL_TORN'
    | 'JOURNAL_EMPTY'
    | 'EVIDENCE_MISSING'
    | 'EVIDENCE_DAMAGED'
    | 'EVIDENCE_UNREFERENCED'
    | 'SOURCE_DAMAGED'
    | 'PLAN_DAMAGED'
    | 'RUN_DAMAGED'
  /** Record that the finding is about. */
  readonly seq?: number
  readonly message: string
}

export interface RunVerified {
  /** Records that are intact. */
  readonly records: number
  /** Hash of the last of them: written down elsewhere, it proves the journal whole. */
  readonly lastHash: string | undefined
  /** Distinct pieces of evidence that the journal refers to. */
  readonly evidence: number
  readonly findings: readonly RunFinding[]
}

interface Referred {
  readonly ref: EvidenceRef
  readonly seq: number
}

export async function verifyRun(run: RunDirectory): Promise<RunVerified> {
  const findings: RunFinding[] = [...pinnedFindings(run)]
  const referred = new Map<string, Referred>()
  let records = 0
  let lastHash: string | undefined
  let readToEnd = true
  try {
    const { tornBytes } = await new JournalStore().read(run.directory, (record) => {
      records = record.seq
      lastHash = record.hash
      for (const ref of evidenceIn(record.data)) {
        const key = `${ref.sha256} ${ref.bytes}`
        if (!referred.has(key)) referred.set(key, { ref, seq: record.seq })
      }
    })
    if (tornBytes > 0) {
      const message = `${tornBytes} bytes of an unfinished write stand behind record ${records}; resuming cuts them`
      findings.push({ severity: 'warning', code: 'JOURNAL_TORN', seq: records, message })
    } else if (records === 0) {
      findings.push({ severity: 'warning', code: 'JOURNAL_EMPTY', message: 'nothing has been recorded' })
    }
  } catch (error) {
    if (!(error instanceof RollbookError)) throw error
    const { code: told } = error
    const code = told === 'JOURNAL_VERSION_UNKNOWN' || told === 'RUN_DAMAGED' ? told : 'JOURNAL_CHAIN_BROKEN'
    findings.push({ severity: 'error', code, seq: records + 1, message: error.message })
    readToEnd = false
  }
  findings.push(...(await damagedEvidence(run, referred)))
  // What records behind a break refer to is not known, so nothing can be said about evidence that seems to belong to none.
  if (readToEnd) findings.push(...unreferencedEvidence(run, referred))
  return { records, lastHash, evidence: new Set([...referred.values()].map(({ ref }) => ref.sha256)).size, findings }
}

/** References to evidence anywhere inside the data of a record. */
export function evidenceIn(data: Json | undefined): readonly EvidenceRef[] {
  if (Array.isArray(data)) return data.flatMap((item: Json) => evidenceIn(item))
  if (!isJsonObject(data)) return []
  const { name, sha256, bytes, media } = data
  const inside = Object.values(data).flatMap((value) => evidenceIn(value))
  if (typeof name !== 'string' || typeof sha256 !== 'string' || typeof bytes !== 'number') return inside
  return typeof media === 'string' ? [{ name, sha256, bytes, media }, ...inside] : inside
}

function pinnedFindings(run: RunDirectory): readonly RunFinding[] {
  const findings: RunFinding[] = []
  const check = (code: 'SOURCE_DAMAGED' | 'PLAN_DAMAGED', read: () => void): void => {
    try {
      read()
    } catch (error) {
      if (!(error instanceof RollbookError)) throw error
      findings.push({ severity: 'error', code, message: error.message })
    }
  }
  for (const source of run.sources) check('SOURCE_DAMAGED', () => readSource(run, source))
  check('PLAN_DAMAGED', () => readPlan(run))
  return findings
}

async function damagedEvidence(run: RunDirectory, referred: ReadonlyMap<string, Referred>): Promise<RunFinding[]> {
  const store = evidenceStore(run.directory)
  const findings: RunFinding[] = []
  for (const { ref, seq } of referred.values()) {
    const state = /^[0-9a-f]{64}$/.test(ref.sha256) ? await store.verify(ref) : 'missing'
    if (state === 'intact') continue
    const code = state === 'missing' ? 'EVIDENCE_MISSING' : 'EVIDENCE_DAMAGED'
    const what = state === 'missing' ? 'is not in the run directory' : 'is not what was kept'
    findings.push({
      severity: 'error',
      code,
      seq,
      message: `evidence "${ref.name}" (${ref.sha256.slice(0, 12)}…) of record ${seq} ${what}`,
    })
  }
  return findings
}

/** What a crash left behind between keeping a piece of evidence and recording it. */
function unreferencedEvidence(run: RunDirectory, referred: ReadonlyMap<string, Referred>): readonly RunFinding[] {
  const known = new Set([...referred.values()].map(({ ref }) => ref.sha256))
  const findings: RunFinding[] = []
  for (const sha256 of evidenceStore(run.directory).list()) {
    if (known.has(sha256)) continue
    const message = `evidence ${sha256.slice(0, 12)}… is referred to by no record: a crash came between keeping and recording it`
    findings.push({ severity: 'warning', code: 'EVIDENCE_UNREFERENCED', message })
  }
  return findings
}
