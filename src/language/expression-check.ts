import { isJsonObject, type Json } from '../base/json.ts'
import type { ExpressionFinding } from '../expression/check.ts'
import { splitTemplate } from '../expression/template.ts'
import { type OffsetRange, rangeInScalar, type SourcePath } from '../source/index.ts'
import { catalogueEntry, type DiagnosticCode } from './catalogue/catalogue.ts'
import { quoted } from './catalogue/entry.ts'
import type { CheckEnvironment } from './environment.ts'
import { type ExpressionSite, sitesOfSteps, sitesOutsideSteps } from './expression-sites.ts'
import type { Outline, PhaseSite } from './outline.ts'
import { type Reporter, replaceFix } from './reporter.ts'
import { makeRightExpressions } from './right-expressions.ts'
import { declaredInputs, makeScopeOf } from './scope.ts'

/** Checks every expression against the variables of its place, finds exposed secrets, and tells which inputs are used. */
export function* checkExpressions(
  outline: Outline,
  environment: CheckEnvironment,
  reporter: Reporter,
): Generator<void, void> {
  const right = makeRightExpressions(makeScopeOf(outline, environment), environment)
  const secrets = secretsOf(outline)
  const used = new Set<string>()
  const check = function* (sites: readonly ExpressionSite[]): Generator<void, ReadonlySet<string>> {
    const inputs = new Set<string>()
    for (const site of sites) {
      if (site.bare && site.text.includes('${{')) {
        reportWrapped(site, reporter)
      } else if (!right.isKnown(site)) {
        // Types have their price; a caller that shares its time gets it back often enough here.
        yield
        reportFindings(right.check(site), site, reporter)
      }
      for (const use of inputUses(site)) {
        inputs.add(use.name)
        if (!secrets.has(use.name) || !isExposed(site, environment)) continue
        const range = rangeInScalar(reporter.source.text, site.node, use.range)
        reporter.report('SECRET_EXPOSED', range, { id: use.name, place: placeWords(site) })
      }
    }
    return inputs
  }
  for (const name of yield* check(sitesOutsideSteps(outline))) used.add(name)
  for (const phase of outline.phases) {
    const names = right.inputsOf(phase) ?? (yield* checkPhase(phase))
    for (const name of names) used.add(name)
  }
  function* checkPhase(phase: PhaseSite): Generator<void, ReadonlySet<string>> {
    const before = reporter.count
    const sites = sitesOfSteps(phase, outline)
    const inputs = yield* check(sites)
    if (reporter.count === before) right.remember(phase, sites, inputs)
    return inputs
  }
  for (const entry of outline.inputs) {
    if (!used.has(entry.key.text)) reporter.report('INPUT_UNUSED', entry.key.range, { id: entry.key.text })
  }
}

function secretsOf(outline: Outline): ReadonlySet<string> {
  const inputs = declaredInputs(outline)
  return new Set(Object.keys(inputs).filter((name) => inputs[name]?.type === 'secret'))
}

function reportFindings(findings: readonly ExpressionFinding[], site: ExpressionSite, reporter: Reporter): void {
  for (const finding of findings) {
    const range = rangeInScalar(reporter.source.text, site.node, finding.range)
    const code: DiagnosticCode = catalogueEntry(finding.code) ? (finding.code as DiagnosticCode) : 'EXPRESSION_TYPE'
    const words = {
      message: finding.message,
      ...(finding.hint === undefined ? {} : { hint: asHint(finding.hint) }),
    }
    reporter.report(code, range, words, replaceFix(range, finding.nearest))
  }
}

/** Hints of expressions are sentences; here they stand behind a colon. */
function asHint(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, '')
}

function reportWrapped(site: ExpressionSite, reporter: Reporter): void {
  const inside = /^\s*\$\{\{([\s\S]*)\}\}\s*$/.exec(site.text)?.[1]?.trim()
  const simple = inside !== undefined && !inside.includes('${{') && !inside.includes('\n') ? inside : undefined
  const written = reporter.source.text.slice(site.node.range.start, site.node.range.end)
  // Quotes stay as they are, so the fix fits also where the expression itself needs them.
  const text = simple === undefined ? undefined : written.replace(/\$\{\{\s*([\s\S]*?)\s*\}\}/, '$1')
  const fix =
    text === undefined
      ? {}
      : { fix: { title: 'Leave out the braces', safe: true, edits: [{ range: site.node.range, text }] } }
  reporter.report('EXPRESSION_WRAPPED', site.node.range, { key: quoted(site.key) }, fix)
}

interface InputUse {
  readonly name: string
  /** In the text of the site. */
  readonly range: OffsetRange
}

const noUses: readonly InputUse[] = []
const inputPattern = /\binputs\s*(?:\.\s*([A-Za-z_]\w*)|\[\s*(?:"([^"]*)"|'([^']*)')\s*\])/g

const rememberedUses = new WeakMap<ExpressionSite, readonly InputUse[]>()

function inputUses(site: ExpressionSite): readonly InputUse[] {
  const known = rememberedUses.get(site) ?? findInputUses(site)
  rememberedUses.set(site, known)
  return known
}

function findInputUses(site: ExpressionSite): readonly InputUse[] {
  if (!site.text.includes('inputs')) return noUses
  const whole = { text: site.text, offset: 0 }
  const parts = site.bare
    ? [whole]
    : splitTemplate(site.text).parts.flatMap((part) => (part.kind === 'expression' ? [part] : []))
  return parts.flatMap((part) =>
    [...part.text.matchAll(inputPattern)].map((match) => ({
      name: match[1] ?? match[2] ?? match[3] ?? '',
      range: { start: part.offset + match.index, end: part.offset + match.index + match[0].length },
    })),
  )
}

function isExposed(site: ExpressionSite, environment: CheckEnvironment): boolean {
  if (site.argument) {
    const action = environment.actions.find((known) => known.name === site.argument?.action)
    // What an unknown action does with it cannot be told; that it is unknown is told.
    return action !== undefined && !takesSecret(action.with, site.argument.path)
  }
  // Conditions show nothing by themselves; comparing a secret has a finding of its own.
  return !site.bare || site.key === 'outputs'
}

/** Whether the schema marks the place, or one around it, with `x-secret`. */
export function takesSecret(schema: Json | undefined, path: SourcePath): boolean {
  if (!isJsonObject(schema)) return false
  if (schema['x-secret'] === true) return true
  for (const keyword of ['oneOf', 'anyOf', 'allOf']) {
    const branches = schema[keyword]
    if (Array.isArray(branches) && branches.some((branch: Json) => takesSecret(branch, path))) return true
  }
  const [first, ...rest] = path
  if (first === undefined) return false
  const properties = schema['properties']
  if (isJsonObject(properties) && Object.hasOwn(properties, String(first)))
    return takesSecret(properties[String(first)], rest)
  return takesSecret(typeof first === 'number' ? schema['items'] : schema['additionalProperties'], rest)
}

function placeWords(site: ExpressionSite): string {
  if (!site.argument) return quoted(site.key)
  const name = site.argument.path.filter((part) => typeof part === 'string').join('.')
  return `the argument ${quoted(name)} of ${site.argument.action}`
}
