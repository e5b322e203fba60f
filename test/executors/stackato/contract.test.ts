import Ajv2020 from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { isJsonObject, type Json } from '../../../src/base/json.ts'
import { stackato } from '../../../src/executors/stackato/index.ts'

const ajv = new Ajv2020.default({ strict: false })

/** Paths of properties that lack a title or a description. */
function bare(schema: Json | undefined, path: string): readonly string[] {
  if (!isJsonObject(schema)) return []
  const properties = isJsonObject(schema['properties']) ? Object.entries(schema['properties']) : []
  return [
    ...properties.flatMap(([name, property]) => [
      ...(isJsonObject(property) && property['title'] && property['description'] ? [] : [`${path}.${name}`]),
      ...bare(property, `${path}.${name}`),
    ]),
    ...bare(schema['items'], `${path}[]`),
  ]
}

describe.each(stackato.actions.map((action) => [action.name, action] as const))('%s', (name, action) => {
  it('describes every argument and output', () => {
    expect(name).toMatch(/^stackato\.[a-z_]+$/)
    expect([...bare(action.with, 'with'), ...bare(action.outputs, 'outputs')]).toEqual([])
    expect(action.description.length).toBeGreaterThan(40)
  })

  it('has an example that its own schema accepts, and words for it', () => {
    const valid = ajv.compile(action.with)
    expect(valid(action.example), JSON.stringify(valid.errors)).toBe(true)
    expect(action.check?.(action.example) ?? []).toEqual([])
    expect(action.describe(action.example)).not.toMatch(/undefined|\[object/)
  })

  it('declares exactly what it can do', () => {
    const { capabilities } = action
    expect(action.probe !== undefined).toBe(capabilities.probe)
    expect(action.dryRun !== undefined).toBe(capabilities.dry_run)
    expect(action.undo !== undefined).toBe(capabilities.reversible)
    if (capabilities.effect === 'none') expect(capabilities).toMatchObject({ idempotent: true, reversible: false })
    else expect(capabilities.probe || capabilities.idempotent).toBe(true)
  })
})

describe('arguments', () => {
  const named = (name: string) => stackato.actions.find((action) => action.name === `stackato.${name}`)!

  it('refuses a download without a cache address, and two phases in one step', () => {
    expect(named('node_upgrade').check!({ download_only: true })).toHaveLength(1)
    expect(named('node_upgrade').check!({ download_only: true, update_kato: true, cache_ip: '10.0.0.1' })).toHaveLength(
      1,
    )
    expect(ajv.validate(named('node_upgrade').with, { force: { reason: 'short' } })).toBe(false)
    expect(ajv.validate(named('node_upgrade').with, { force: true })).toBe(false)
  })

  it('refuses a wait that is no duration', () => {
    expect(named('process_ready').check!({ within: 'soon' })).toHaveLength(1)
  })

  it('words a proxy without showing it', () => {
    expect(named('node_upgrade').describe({ http_proxy: '' })).toBe('kato node upgrade --skip-confirmation')
    expect(named('node_upgrade').describe({ http_proxy: { $secret: 'proxy' } })).toBe(
      'http_proxy=••• kato node upgrade --skip-confirmation',
    )
  })
})
