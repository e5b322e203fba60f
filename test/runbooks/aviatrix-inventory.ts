/** Small inventories and changed runbooks for what the shipped ones cannot show. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { root } from './aviatrix-plans.ts'

/** A controller, two gateways alone and a pair; `level` names those that run what the controller runs. */
export function inventoryFile(versions: {
  readonly controller: string
  readonly gateways: string
  readonly level?: readonly string[]
}): string {
  const target = (name: string, unit: string, member: string): string => {
    const version = versions.level?.includes(name) === true ? versions.controller : versions.gateways
    return `  ${name}: {kind: gateway, site: r1, unit: ${unit}, member: ${member}, version: ${version}, attributes: {active_mesh: "2.0"}}`
  }
  const lines = [
    'rollbook: inventory/v1',
    'systems: {controller: {kind: aviatrix, address: "https://c.example", settings: {username: admin, password: {secret: {env: AVIATRIX_PASSWORD}}}}}',
    'defaults: {system: controller}',
    'targets:',
    `  controller: {kind: controller, version: ${versions.controller}}`,
    target('gw-1', 'gw-1', 'primary'),
    target('gw-2', 'gw-2', 'primary'),
    target('gw-3', 'gw-3', 'primary'),
    target('gw-3-hagw', 'gw-3', 'secondary'),
  ]
  const path = join(temporaryFolder(), 'inventory.yaml')
  writeFileSync(path, `${lines.join('\n')}\n`)
  return path
}

/** A copy of a shipped runbook without one of its outer steps. */
export function runbookWithout(name: string, id: string): string {
  const made = temporaryFolder()
  const text = readFileSync(`${root}/runbooks/${name}.yaml`, 'utf8')
  const content = parse(text) as { phases: { id: string; steps: { id: string }[] }[] }
  for (const phase of content.phases) phase.steps = phase.steps.filter((step) => step.id !== id)
  writeFileSync(join(made, 'aviatrix.catalog.yaml'), readFileSync(`${root}/runbooks/aviatrix.catalog.yaml`))
  const path = join(made, `${name}.yaml`)
  writeFileSync(path, JSON.stringify(content))
  return path
}
