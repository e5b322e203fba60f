import Ajv2020 from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { debian } from '../../../src/executors/debian/index.ts'
import { makeContext } from '../../support/action-context.ts'

const ajv = new Ajv2020.default({ strict: false })

describe.each(debian.actions.map((action) => [action.name, action] as const))('%s', (name, action) => {
  it('has an example that its own schema accepts, and words for it', () => {
    const valid = ajv.compile(action.with)
    expect(valid(action.example), JSON.stringify(valid.errors)).toBe(true)
    expect(action.check?.(action.example) ?? []).toEqual([])
    expect(action.describe(action.example)).not.toMatch(/undefined|\[object/)
  })

  it('declares exactly what it can do, and can always be taken up again', () => {
    const { capabilities } = action
    expect(action.probe !== undefined).toBe(capabilities.probe)
    expect(action.dryRun !== undefined).toBe(capabilities.dry_run)
    expect(action.undo !== undefined).toBe(capabilities.reversible)
    // A crash never leaves the question open: it may be repeated, or something tells how it stands.
    expect(capabilities.probe || capabilities.idempotent).toBe(true)
    if (capabilities.resumable) expect(capabilities.probe).toBe(true)
  })

  it('needs a target, and says so', async () => {
    expect(action.runs_on).toBe('target')
    await expect(action.perform(makeContext(), action.example)).rejects.toMatchObject({
      class: 'process',
      notApplied: true,
      message: `${name} needs a target`,
    })
  })
})

it('refuses options where names are wanted', () => {
  const wrong = [
    ['upgrade', { packages: ['--allow-unauthenticated'] }],
    ['upgrade', { packages: ['a1'], all: 'everything' }],
    ['hold', { packages: ['-y'] }],
    ['service_restart', { service: '--help' }],
    ['backup', { name: '../x' }],
    ['backup', { name: 'x', folder: 'relative' }],
    ['verify_signature', { file: 'relative', keyring: '/k' }],
    ['repository_reachable', { uris: ['file:///etc/shadow'] }],
  ] as const
  for (const [name, args] of wrong) {
    const action = debian.actions.find((each) => each.name === `debian.${name}`)!
    expect(ajv.validate(action.with, args), name).toBe(false)
  }
})
