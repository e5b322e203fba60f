/** Small runbooks about versions and safety rules, compiled by the real planner with a catalog of releases. */

import { type Catalog, catalogOf } from '../../src/catalog/index.ts'
import { loadInventory } from '../../src/inventory/index.ts'
import { checkFile } from '../../src/language/check-file.ts'
import { type Compiled, compilePlan } from '../../src/plan/compile.ts'
import type { Plan } from '../../src/plan/model.ts'
import type { Action, Capabilities } from '../../src/ports/executor.ts'
import { runbookPlaces } from '../../src/service/runbook-places.ts'
import { parseSource } from '../../src/source/parse-source.ts'

const reads: Capabilities = {
  effect: 'none',
  idempotent: true,
  probe: false,
  dry_run: false,
  reversible: false,
  resumable: false,
}
const changes: Capabilities = { ...reads, effect: 'change', idempotent: true, reversible: true }
const text = (more: object = {}) => ({ type: 'string', title: 'Text', description: 'Text.', ...more })

function action(name: string, capabilities: Capabilities, schemas: Pick<Action, 'with' | 'outputs'>): Action {
  return {
    name,
    title: `Title of ${name}`,
    description: 'For tests of rules.',
    ...schemas,
    capabilities,
    duration: { expected_ms: 60_000, worst_ms: 120_000 },
    runs_on: 'both',
    example: {},
    describe: () => name,
    perform: async () => ({ outputs: {} }),
    undo: async () => ({ outputs: {} }),
  }
}

const none = { type: 'object', properties: {}, additionalProperties: true }
/** `t.platform` says to which version it brings its target, and which one it then has; the others say nothing. */
export const ruleActions: readonly Action[] = [
  action('t.platform', changes, {
    with: { type: 'object', properties: { to: text({ 'x-target-version': 'to' }) }, additionalProperties: false },
    outputs: {
      type: 'object',
      properties: { version: text({ 'x-target-version': 'now' }), was: text({ 'x-target-version': 'previous' }) },
      additionalProperties: false,
    },
  }),
  action('t.read', reads, {
    with: none,
    outputs: {
      type: 'object',
      properties: { version: text({ 'x-target-version': 'now' }) },
      additionalProperties: false,
    },
  }),
  action('t.install', changes, { with: none, outputs: none }),
  action('t.back', changes, { with: none, outputs: none }),
  action('t.look', reads, { with: none, outputs: none }),
  action('t.note', changes, { with: none, outputs: none }),
]

export const catalogText = `rollbook: catalog/v1
name: gateways
products:
  platform:
    scheme: train
    choose: line
    releases:
      - {version: R-6.4.2}
      - {version: R-6.5.7}
      - {version: R-6.6.1}
      - {version: R-6.7.1}
`

export const inventoryText = `rollbook: inventory/v1
defaults: {version: R-6.4.2, attributes: {previous_version: R-6.3.9}}
targets:
  ctl: {kind: controller}
  gw-1: {kind: gateway, unit: pair, member: primary}
  gw-1-hagw: {kind: gateway, unit: pair, member: secondary}
  gw-2: {kind: gateway}
`

/** The rules of a controller with gateways. */
export const gatewayRules = `rules:
  - id: controller-first
    title: The controller is never behind a gateway
    check: target.kind != "gateway" || change.to == "" || !versions.less(controller.version, change.to)
  - id: level
    title: Every gateway runs the controller's version before the controller moves
    check: target.kind != "controller" || gateways.targets.all(g, versions.same(g.version, target.version))
    hint: "Behind or ahead: \${{ gateways.targets.filter(g, !versions.same(g.version, target.version)).map(g, g.name) }}."
  - id: valid-path
    title: No minor and no major is skipped
    check: change.rollback || change.to == "" || versions.hop_allowed(target.version, change.to)
  - id: controller-forward
    title: The controller never goes back
    check: target.kind != "controller" || !change.rollback && (change.to == "" || !versions.less(change.to, target.version))
  - id: gateway-back
    title: A gateway goes back only to the controller's previous version
    check: target.kind != "gateway" || !change.rollback || change.to == controller.targets[0].previous_version
  - id: pairs
    title: Never both members of a pair
    check: unit.members.all(m, m.name == target.name || !m.busy)
  - id: resting
    title: Versions are mixed only while a rollout is under way
    at_close: gateways.level && versions.same(gateways.version, controller.version)
`

const components = `components:
  controller: {select: target.kind == "controller", version: {scheme: train}}
  gateways: {select: target.kind == "gateway", version: {scheme: train}, unit: unit}
`

export interface RuleRunbook {
  readonly steps: string
  readonly rules?: string
  readonly inventory?: string
  readonly catalog?: string
  readonly top?: string
  readonly components?: string
}

/** Checks a runbook as `rollbook validate` does, then compiles it. */
export function compileRules(runbook: RuleRunbook): Compiled {
  const source = `rollbook: runbook/v1
name: gateways
title: Gateways
version: 1.0.0
roles:
  operator: {title: Operator}
  change_manager: {title: Change manager}
${runbook.top ?? ''}${runbook.components ?? components}${runbook.rules ?? gatewayRules}phases:
  - id: upgrade
    kind: upgrade
    title: Upgrade
    steps:
${runbook.steps.trim().replace(/^/gm, '      ')}
`
  const checked = checkFile(source, 'run.yaml', { actions: ruleActions })
  if (checked.content?.kind !== 'runbook')
    throw new Error(
      checked.diagnostics.map(({ code, message, range }) => `${range.start.line} ${code} ${message}`).join('\n'),
    )
  const inventory = loadInventory({ path: 'inventory.yaml', text: runbook.inventory ?? inventoryText })
  return compilePlan({
    runbook: checked.content.runbook,
    places: runbookPlaces(parseSource(source, 'run.yaml')),
    hash: `sha256:${'0'.repeat(64)}`,
    inventory: inventory.inventory!,
    inputs: {},
    actions: ruleActions,
    catalog: sampleCatalog(runbook.catalog ?? catalogText),
  })
}

function sampleCatalog(source: string): Catalog {
  const { content, diagnostics } = checkFile(source, 'catalog.yaml', { actions: [] })
  if (content?.kind !== 'catalog') throw new Error(JSON.stringify(diagnostics))
  return catalogOf(content.catalog)
}

export function rulePlan(runbook: RuleRunbook): Plan {
  const { plan, diagnostics } = compileRules(runbook)
  if (!plan) throw new Error(diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n'))
  return plan
}

/** Upgrades the controller, then every gateway, hop by hop. */
export const allHops = `- id: hop
  title: To \${{ hop }}
  for_each: {hop: "\${{ versions.path(controller.version, '6.6') }}"}
  steps:
    - {id: platform, title: Controller, action: t.platform, on: controller, deadline: 5m, back_out: undo, with: {to: "\${{ hop }}"}}
    - id: gateways
      title: Gateways
      rollout:
        component: gateways
        to: "\${{ hop }}"
        max_concurrency: 2
        deadline: 10m
        each: [{id: install, action: t.install}]
        rollback: {mode: auto, steps: [{id: back, action: t.back}]}
`
