import { describe, expect, it } from 'vitest'
import { upgrade } from '../../src/executors/cato/actions/upgrade.ts'
import { check } from '../../src/executors/check/index.ts'
import type { PlanTarget } from '../../src/plan/model.ts'
import { unitsOf } from '../../src/plan/units.ts'
import { versionKeys } from '../../src/plan/version-keys.ts'

describe('what an action tells of the version of its target', () => {
  it('is marked in its schemas', () => {
    expect(versionKeys(upgrade)).toEqual({ version_keys: { to: 'to', now: 'version', previous: 'previous_version' } })
  })
  it('is nothing when nothing is marked', () => {
    expect(check.actions.map((action) => versionKeys(action))).toEqual(check.actions.map(() => ({})))
  })
})

describe('units', () => {
  const target = (name: string, more: Partial<PlanTarget> = {}): PlanTarget => ({
    name,
    kind: 'k',
    roles: [],
    attributes: {},
    ...more,
  })
  const targets = {
    a: target('a', { site: 'x', unit: 'p' }),
    b: target('b', { site: 'x' }),
    c: target('c', { unit: 'p' }),
    p: target('p'),
    d: target('d', { attributes: { pair: 'q' } }),
    e: target('e', { attributes: { pair: 'q' } }),
  }
  it('are made by the key of a component, else by what targets say, and a target without one stands alone', () => {
    const { list, ofTarget } = unitsOf(targets, [
      { targets: ['a', 'b'], unit: 'site' },
      { targets: ['d', 'e'], unit: 'target.attributes.pair + "!"' },
    ])
    expect(list.map(({ name, members }) => [name, members])).toEqual([
      ['x', ['a', 'b']],
      ['p', ['c']],
      ['p', ['p']],
      ['q!', ['d', 'e']],
    ])
    expect(ofTarget.get('p')?.members).toEqual(['p'])
  })
})
