import Ajv2020 from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { aviatrix } from '../../../src/executors/aviatrix/index.ts'
import { unpublishedActions } from '../../../src/executors/aviatrix/settings.ts'
import { actionNamed } from './aviatrix-lab.ts'

const ajv = new Ajv2020.default({ strict: false })

describe.each(aviatrix.actions.map((action) => [action.name, action] as const))('%s', (_, action) => {
  it('declares exactly what it can do, and can be looked at after a crash', () => {
    const { capabilities } = action
    expect(action.probe !== undefined).toBe(capabilities.probe)
    expect(action.dryRun !== undefined).toBe(capabilities.dry_run)
    expect(action.undo !== undefined).toBe(capabilities.reversible)
    if (capabilities.effect === 'none') expect(capabilities).toMatchObject({ idempotent: true, reversible: false })
    else expect(capabilities.probe || capabilities.idempotent).toBe(true)
  })

  it('words its example', () => {
    expect(action.describe(action.example)).not.toMatch(/undefined|\[object/)
    expect(action.describe({})).not.toMatch(/undefined|\[object/)
  })
})

it('marks every call that the vendor does not publish', () => {
  const schemas = JSON.stringify(aviatrix.actions.map((action) => action.with))
  for (const name of unpublishedActions) {
    expect(schemas).toContain(`settings.unpublished.${name}`)
  }
  expect(schemas.match(/Not published by the vendor/g)?.length).toBeGreaterThanOrEqual(unpublishedActions.length)
})

it('refuses a target that is no release, and takes expressions', () => {
  const { check } = actionNamed('platform_upgrade')
  expect(check!({ to: 'newest' })).toHaveLength(1)
  expect(check!({ to: '${{ hop }}' })).toEqual([])
  expect(check!({ to: 'UserConnect-6.6.123' })).toEqual([])
})

it('wants a reason for what takes both members of a pair, and a case for what has no ActiveMesh', () => {
  const schema = actionNamed('gateway_image_upgrade').with
  expect(ajv.validate(schema, { both_members_at_once: true })).toBe(false)
  expect(ajv.validate(schema, { both_members_at_once: { reason: 'short' } })).toBe(false)
  expect(ajv.validate(schema, { without_active_mesh: {} })).toBe(false)
  expect(ajv.validate(schema, { both_members_at_once: { reason: 'the site is closed' } })).toBe(true)
})
