import type { Diagnostic } from '../base/diagnostic.ts'
import { nearestName } from '../base/nearest.ts'
import type { CatalogFile } from '../catalog/catalog.generated.ts'
import validateCatalog from '../catalog/catalog-validator.generated.js'
import type { Config } from '../runbook/config.generated.ts'
import validateConfig from '../runbook/config-validator.generated.js'
import type { ExecutorManifest } from '../runbook/executor.generated.ts'
import validateExecutor from '../runbook/executor-validator.generated.js'
import { type FileKind, fileKinds, readHeader } from '../runbook/kinds.ts'
import type { Runbook } from '../runbook/runbook.generated.ts'
import validateRunbook from '../runbook/runbook-validator.generated.js'
import type { Scenario } from '../runbook/scenario.generated.ts'
import validateScenario from '../runbook/scenario-validator.generated.js'
import { upcastRunbook } from '../runbook/upcast.ts'
import { type MapNode, parseSource, type SourceDocument, type SyntaxCode } from '../source/index.ts'
import { checkActions } from './action-check.ts'
import { checkCalendar } from './calendar-check.ts'
import { checkCatalog } from './catalog-check.ts'
import { checkDeprecations } from './deprecation-check.ts'
import type { CheckEnvironment } from './environment.ts'
import { checkExpressions } from './expression-check.ts'
import { checkGroupings } from './grouping-check.ts'
import { checkIds } from './id-check.ts'
import { checkInputs } from './input-check.ts'
import { checkOrder } from './order-check.ts'
import { outlineOf } from './outline.ts'
import { checkPlaceholders } from './placeholder-check.ts'
import { makeDiagnostic, makeReporter, type Reporter } from './reporter.ts'
import { checkRollouts } from './rollout-check.ts'
import { checkScenario } from './scenario-check.ts'
import { checkSchema } from './schema-check.ts'
import { applySuppressions } from './suppressions.ts'
import { checkTargets } from './target-check.ts'

/** What is told about one file, and what it says when it has no errors. */
export interface CheckedFile {
  readonly file: string
  /** Sorted by place. */
  readonly diagnostics: readonly Diagnostic[]
  readonly source: SourceDocument
  readonly content?:
    | { readonly kind: 'runbook'; readonly runbook: Runbook }
    | { readonly kind: 'scenario'; readonly scenario: Scenario }
    | { readonly kind: 'catalog'; readonly catalog: CatalogFile }
    | { readonly kind: 'config'; readonly config: Config }
    | { readonly kind: 'executor'; readonly manifest: ExecutorManifest }
    /** Inventories are read with the files beside them; see src/inventory. */
    | { readonly kind: 'inventory' }
}

/**
 * Checks a text as what its key `rollbook` says it is. Any text is fine: whatever is wrong becomes a diagnostic.
 *
 * @param file - name for messages
 */
export function checkFile(text: string, file: string, environment: CheckEnvironment): CheckedFile {
  return checkSource(parseSource(text, file), environment)
}

/** The same as {@link checkFile} for a text that was parsed already: editors parse each version of a text once. */
export function checkSource(source: SourceDocument, environment: CheckEnvironment): CheckedFile {
  const steps = checkInSteps(source, environment)
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value
}

/** {@link checkSource} in pieces: between two of them the caller may do something else, or give up. */
export function* checkInSteps(source: SourceDocument, environment: CheckEnvironment): Generator<void, CheckedFile> {
  const { file } = source
  const reporter = makeReporter(source)
  reportSyntax(reporter)
  const done = (content?: CheckedFile['content']): CheckedFile => {
    const diagnostics = sortByPlace(applySuppressions(reporter.diagnostics, source))
    const failed = diagnostics.some((diagnostic) => diagnostic.severity === 'error')
    return { file, diagnostics, source, ...(content && !failed ? { content } : {}) }
  }
  const { root } = source
  if (source.broken || !root || source.findings.some((finding) => breaking.has(finding.code))) return done()
  if (root.kind !== 'map') {
    reporter.report('KIND_MISSING', firstLine(source), {})
    return done()
  }
  const header = readHeader(root)
  if (header.state === 'missing') {
    reporter.report('KIND_MISSING', root.byKey.get('rollbook')?.key.range ?? firstLine(source), {})
    return done()
  }
  if (header.state === 'unknown') {
    const newest = newerThan(header.text)
    if (newest !== undefined) {
      reporter.report('KIND_NEWER', header.node.range, { kind: header.text, newest })
      return done()
    }
    const nearest = nearestName(header.text, fileKinds)
    const words = { kind: header.text, kinds: fileKinds.join(', '), ...(nearest === undefined ? {} : { nearest }) }
    reporter.report('KIND_UNKNOWN', header.node.range, words)
    return done()
  }
  const told = (content?: CheckedFile['content']): CheckedFile => {
    checkPlaceholders(root, header.kind === 'runbook/v1', reporter)
    return done(content)
  }
  switch (header.kind) {
    case 'runbook/v1':
      yield* checkRunbook(root, environment, reporter)
      return told(
        reporter.failed ? undefined : { kind: 'runbook', runbook: upcastRunbook(root.value, reporter.source.text) },
      )
    case 'scenario/v1':
      checkSchema(root, validateScenario, reporter)
      checkScenario(root, environment, reporter)
      return told(reporter.failed ? undefined : { kind: 'scenario', scenario: root.value as unknown as Scenario })
    case 'catalog/v1':
      checkSchema(root, validateCatalog, reporter)
      checkCatalog(root, reporter)
      return told(reporter.failed ? undefined : { kind: 'catalog', catalog: root.value as unknown as CatalogFile })
    case 'config/v1':
      checkSchema(root, validateConfig, reporter)
      return told(reporter.failed ? undefined : { kind: 'config', config: root.value as unknown as Config })
    case 'executor/v1':
      checkSchema(root, validateExecutor, reporter)
      return told(
        reporter.failed ? undefined : { kind: 'executor', manifest: root.value as unknown as ExecutorManifest },
      )
    case 'inventory/v1':
      return told({ kind: 'inventory' })
  }
}

/** The newest version that is known of a kind, when the one that is named is newer still. */
function newerThan(kind: string): FileKind | undefined {
  const [name, version] = /^([a-z]+)\/v(\d{1,6})$/.exec(kind)?.slice(1) ?? []
  return fileKinds.find((known) => {
    const [knownName, knownVersion] = known.split('/v')
    return name === knownName && Number(version) > Number(knownVersion)
  })
}

/** Findings of the syntax that leave a hole in the tree; what else would be told may follow from it. */
const breaking: ReadonlySet<SyntaxCode> = new Set([
  'YAML_KEY',
  'YAML_MERGE_KEY',
  'YAML_ALIAS_UNKNOWN',
  'YAML_ALIAS_CIRCULAR',
  'YAML_ALIASES_TOO_MANY',
])

function* checkRunbook(root: MapNode, environment: CheckEnvironment, reporter: Reporter): Generator<void, void> {
  checkSchema(root, validateRunbook, reporter)
  checkDeprecations(root, reporter)
  yield
  const outline = outlineOf(root)
  checkIds(outline, reporter)
  yield
  checkOrder(outline, reporter)
  yield
  checkInputs(outline, reporter)
  checkActions(outline, environment, reporter)
  yield
  yield* checkExpressions(outline, environment, reporter)
  checkRollouts(outline, environment, reporter)
  if (environment.inventory) {
    checkTargets(outline, environment.inventory, reporter)
    checkGroupings(outline, environment.inventory, reporter)
  }
  checkCalendar(outline, environment, reporter)
}

/** The finding about a file whose bytes are no text. */
export function notTextFile(file: string): Diagnostic {
  return makeDiagnostic(parseSource('', file), 'FILE_NOT_TEXT', { start: 0, end: 0 }, {})
}

function reportSyntax(reporter: Reporter): void {
  for (const { code, range, words, related, fix } of reporter.source.findings) {
    reporter.report(code, range, words, {
      ...(related ? { related: [related] } : {}),
      ...(fix ? { fix: { title: fix.title, safe: true, edits: [{ range: fix.range, text: fix.text }] } } : {}),
    })
  }
}

function firstLine(source: SourceDocument): { readonly start: number; readonly end: number } {
  const start = source.root?.range.start ?? 0
  const line = source.lines.position(start).line
  return { start, end: Math.max(start, source.lines.offset({ line, column: Number.MAX_SAFE_INTEGER })) }
}

function sortByPlace(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...diagnostics].sort(
    (a, b) =>
      a.range.start.line - b.range.start.line ||
      a.range.start.column - b.range.start.column ||
      (a.code < b.code ? -1 : a.code > b.code ? 1 : 0),
  )
}
