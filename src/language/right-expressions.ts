/**
 * Tells which expressions are right without checking their types again. A runbook of thousands of steps asks the same few
 * questions thousands of times, and an editor asks all of them after each keystroke:
 *
 * 1. A site is right as long as nothing has changed that its variables depend on (`Verdict`).
 * 2. An expression is right when another one was that differs only in the steps it names, if those give the same outputs.
 *
 * 3. So is all of a phase as long as that holds for each of its sites.
 *
 * Only what is right is remembered. What is wrong is checked each time, so that it is worded with the names of today.
 */
import { checkExpression, checkTemplate, type ExpressionFinding } from '../expression/check.ts'
import { splitTemplate } from '../expression/template.ts'
import type { ActionInfo, CheckEnvironment, CleanExpressions } from './environment.ts'
import type { ExpressionSite } from './expression-sites.ts'
import type { PhaseSite } from './outline.ts'
import { namePattern, type ScopeOf } from './scope.ts'

export interface RightExpressions {
  /** Whether the site was right the last time, and must still be. */
  isKnown(site: ExpressionSite): boolean
  check(site: ExpressionSite): readonly ExpressionFinding[]
  /** The inputs that a phase uses, if nothing was wrong with it the last time, and nothing can be. */
  inputsOf(phase: PhaseSite): Iterable<string> | undefined
  /** There was nothing to tell about these, the sites of the phase. */
  remember(phase: PhaseSite, sites: readonly ExpressionSite[], inputs: ReadonlySet<string>): void
}

/** Why a site is right. */
interface Verdict {
  readonly declared: string
  readonly actions: readonly ActionInfo[]
  /** Words that may be steps, with the shapes of those that are. */
  readonly words: readonly string[]
  readonly shapes: readonly (string | undefined)[]
}

const verdicts = new WeakMap<ExpressionSite, Verdict>()
const phaseVerdicts = new WeakMap<PhaseSite, Verdict & { readonly inputs: readonly string[] }>()

export function makeRightExpressions(scopeOf: ScopeOf, environment: CheckEnvironment): RightExpressions {
  const { actions } = environment
  const { declared, shapeOf } = scopeOf
  const clean: CleanExpressions = environment.clean ?? new Set<string>()
  const holds = (verdict: Verdict | undefined): boolean =>
    verdict !== undefined &&
    verdict.actions === actions &&
    verdict.declared === declared &&
    verdict.words.every((word, index) => shapeOf(word) === verdict.shapes[index])
  const verdictOn = (texts: readonly string[]): Verdict => {
    const words = [...new Set(texts.flatMap((text) => (text.includes('steps') ? (text.match(namePattern) ?? []) : [])))]
    return { declared, actions, words, shapes: words.map(shapeOf) }
  }
  return {
    isKnown: (site) => holds(verdicts.get(site)),
    check: (site) => {
      const { text, bare, expected } = site
      const key = likenessOf(site, scopeOf) ?? `${bare} ${expected ?? ''} ${scopeOf.keyOf(site.scope, text)} ${text}`
      if (!clean.has(key)) {
        const scope = scopeOf(site.scope, text)
        const findings = bare ? checkExpression(text, scope, expected) : checkTemplate(text, scope, expected)
        if (findings.length > 0) return findings
        clean.add(key)
      }
      verdicts.set(site, verdictOn([text]))
      return []
    },
    inputsOf: (phase) => {
      const verdict = phaseVerdicts.get(phase)
      return verdict && holds(verdict) ? verdict.inputs : undefined
    },
    remember: (phase, sites, inputs) => {
      phaseVerdicts.set(phase, { ...verdictOn(sites.map(({ text }) => text)), inputs: [...inputs] })
    },
  }
}

const step = /(?<![\w.])steps\.([a-z][a-z0-9_]*)(?!\w)/g
const quotedText = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g

/**
 * The same text for expressions that are right or wrong alike: steps are named by what they give.
 *
 * @returns undefined where steps are spoken of in another way than `steps.id`
 */
function likenessOf({ text, bare, expected, scope }: ExpressionSite, scopeOf: ScopeOf): string | undefined {
  if (scope.calls !== undefined && scope.calls.length > 0) return undefined
  const split = bare ? undefined : splitTemplate(text)
  if (split && split.findings.length > 0) return undefined
  const parts = split?.parts.map((part) => (part.kind === 'expression' ? part.text : '')) ?? [text]
  const names = new Map<string, string>()
  const written: string[] = []
  for (const part of parts) {
    const outside = part.replace(quotedText, '""')
    if (part.includes('steps') && countOf(outside, step) !== countOf(part, /steps/g)) return undefined
    written.push(part.replace(step, (_, id: string) => `steps.${nameOf(id, names, scopeOf)}`))
  }
  const { place, onTargets, bindings, action } = scope
  return JSON.stringify([scopeOf.declared, bare, expected ?? '', place, onTargets, bindings, action ?? '', written])
}

function countOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0
}

/** Equal ids get equal names, and different ones different names. */
function nameOf(id: string, names: Map<string, string>, scopeOf: ScopeOf): string {
  const shape = scopeOf.shapeOf(id)
  // Of what is no step the name itself matters.
  if (shape === undefined) return id
  const known = names.get(id) ?? `#${names.size} ${shape}`
  names.set(id, known)
  return known
}
