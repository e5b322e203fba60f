import Ajv2020 from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { isJsonObject, type Json } from '../../../src/base/json.ts'
import { cato } from '../../../src/executors/cato/index.ts'
import { actionNamed } from './cato-lab.ts'

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

describe.each(cato.actions.map((action) => [action.name, action] as const))('%s', (name, action) => {
  it('describes every argument and output', () => {
    expect(name).toMatch(/^cato\.[a-z_]+$/)
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

it('refuses an instant that is none', () => {
  expect(actionNamed('upgrade_event').check!({ version: '18.4.1', since: 'yesterday' })).toHaveLength(1)
})
