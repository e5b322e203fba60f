import { parseDuration } from '../base/duration.ts'
import { checkExpression } from '../expression/check.ts'
import { type ExpressionScope, targetType } from '../expression/scopes.ts'
import { type MapNode, rangeInScalar } from '../source/index.ts'
import { catalogueEntry, type DiagnosticCode } from './catalogue/catalogue.ts'
import type { CheckEnvironment } from './environment.ts'
import { checkReference } from './id-check.ts'
import { mapIn, mapsIn, type PlacedText, textIn, textsIn } from './outline.ts'
import { type Reporter, replaceFix } from './reporter.ts'

/** What a selection of a scenario sees. */
const selectScope: ExpressionScope = {
  variables: { target: { type: targetType, description: 'The target at hand.' } },
}

/** Checks what the schema of scenarios cannot say: ids, bounds, expressions, names, and what belongs to what. */
export function checkScenario(root: MapNode, environment: CheckEnvironment, reporter: Reporter): void {
  checkStart(root, reporter)
  const faults = mapsIn(root, 'faults')
  checkFaultIds(faults, reporter)
  for (const fault of faults) checkFault(fault, reporter)
  for (const rule of mapsIn(root, 'durations')) {
    checkBounds(mapIn(rule, 'range'), 'min', 'max', reporter)
    checkBounds(mapIn(rule, 'distribution'), 'p50', 'p95', reporter)
  }
  const commands = mapsIn(root, 'operator')
  for (const command of commands) checkCommand(command, reporter)
  const rules = [...mapsIn(root, 'durations'), ...mapsIn(root, 'outputs'), ...faults]
  for (const rule of rules) checkSelect(rule, reporter)
  if (!environment.inventory) return
  const known = new Set(Object.keys(environment.inventory.targets))
  for (const rule of rules) {
    for (const target of textsIn(rule, 'targets')) checkReference('TARGET_UNKNOWN', target, known, reporter)
  }
  for (const command of commands) {
    const target = textIn(command, 'target')
    if (target) checkReference('TARGET_UNKNOWN', target, known, reporter)
  }
}

/** RFC 3339, seconds may be left out. */
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/

function checkStart(root: MapNode, reporter: Reporter): void {
  const start = textIn(root, 'start')
  if (!start || (instant.test(start.text) && !Number.isNaN(Date.parse(start.text)))) return
  reporter.report('SCENARIO_START_INVALID', start.node.range, { text: start.text })
}

function checkFaultIds(faults: readonly MapNode[], reporter: Reporter): void {
  const first = new Map<string, PlacedText>()
  for (const fault of faults) {
    const id = textIn(fault, 'id')
    if (!id) continue
    const before = first.get(id.text)
    if (!before) {
      first.set(id.text, id)
      continue
    }
    const related = [{ message: 'first defined here', range: before.node.range }]
    reporter.report('ID_DUPLICATE', id.node.range, { kind: 'fault', id: id.text }, { related })
  }
}

/** Members that only some kinds of fault have. */
const faultMembers: Readonly<Record<string, readonly string[]>> = {
  class: ['fail', 'disappear'],
  message: ['fail', 'unhealthy', 'disappear'],
  since: ['fail', 'hang', 'unhealthy', 'disappear'],
  until: ['fail', 'hang', 'unhealthy', 'disappear'],
  down_for: ['engine_killed'],
}

function checkFault(fault: MapNode, reporter: Reporter): void {
  checkBounds(fault, 'from', 'until', reporter)
  const kind = textIn(fault, 'kind')?.text
  if (kind === undefined) return
  for (const [key, kinds] of Object.entries(faultMembers)) {
    const entry = fault.byKey.get(key)
    if (!entry || kinds.includes(kind)) continue
    reporter.report('SCENARIO_FAULT_MEMBER', entry.key.range, { kind, key, kinds: kinds.join(', ') })
  }
}

/** What a command has to name besides itself. */
const commandMembers: Readonly<Record<string, readonly string[]>> = {
  skip_target: ['at', 'target'],
  retry_target: ['at', 'target'],
  rollback_target: ['at', 'target'],
  promote: ['at', 'lane'],
  stop_lane: ['at', 'lane'],
  stop_wave: ['at', 'lane', 'wave'],
  change_concurrency: ['at', 'to'],
  break_glass: ['at', 'for'],
  pause: ['at'],
  resume: ['at'],
  pause_rollout: ['at'],
  resume_rollout: ['at'],
  stop_rollout: ['at'],
}

function checkCommand(command: MapNode, reporter: Reporter): void {
  const word = textIn(command, 'do')
  const missing = (commandMembers[word?.text ?? ''] ?? []).find((key) => !command.byKey.has(key))
  if (word && missing !== undefined)
    reporter.report('SCENARIO_COMMAND_MEMBER', word.node.range, { do: word.text, key: missing })
}

function checkBounds(node: MapNode | undefined, low: string, high: string, reporter: Reporter): void {
  const shorter = textIn(node, low)
  const longer = textIn(node, high)
  const from = shorter && parseDuration(shorter.text)
  const to = longer && parseDuration(longer.text)
  if (from === undefined || to === undefined || from <= to) return
  reporter.report('SCENARIO_RANGE_REVERSED', shorter!.node.range, { low, high })
}

function checkSelect(rule: MapNode, reporter: Reporter): void {
  const select = textIn(rule, 'select')
  if (!select) return
  if (select.text.includes('${{')) {
    reporter.report('EXPRESSION_WRAPPED', select.node.range, { key: '"select"' })
    return
  }
  for (const finding of checkExpression(select.text, selectScope, 'bool')) {
    const range = rangeInScalar(reporter.source.text, select.node, finding.range)
    const code: DiagnosticCode = catalogueEntry(finding.code) ? (finding.code as DiagnosticCode) : 'EXPRESSION_TYPE'
    const words = { message: finding.message, ...(finding.hint === undefined ? {} : { hint: finding.hint }) }
    reporter.report(code, range, words, replaceFix(range, finding.nearest))
  }
}
