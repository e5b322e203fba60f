import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decidingRole, defaultRoleOrder, orderNodes } from '../../../src/executors/stackato/modules/role-order.ts'

const nodes = {
  core: ['base', 'primary', 'controller', 'router'],
  data: ['base', 'mysql', 'redis'],
  dea: ['base', 'dea'],
  plain: ['base'],
  router: ['base', 'router'],
  controller: ['base', 'controller', 'router'],
  mixed: ['base', 'router', 'dea'],
} as const
type Name = keyof typeof nodes

function order(names: readonly Name[], roleOrder?: readonly string[]): readonly string[] {
  const listed = names.map((name) => ({ name, roles: nodes[name] }))
  return (roleOrder === undefined ? orderNodes(listed) : orderNodes(listed, roleOrder)).map((node) => node.name)
}

describe('the order of nodes in Stackato 3.0', () => {
  it.each<
    readonly [demand: string, what: string, given: readonly Name[], roleOrder: string | undefined, order: string]
  >([
    ['STK-41', 'by role', ['core', 'router', 'controller', 'dea'], undefined, 'dea controller router core'],
    ['STK-41', 'a node stands where its first role stands', ['router', 'mixed'], undefined, 'mixed router'],
    [
      'STK-41',
      'a node with nothing but base stands where base stands',
      ['data', 'plain', 'router'],
      undefined,
      'router plain data',
    ],
    [
      'STK-42',
      'a node with data services comes at the end, before the core',
      ['core', 'data', 'plain', 'dea'],
      undefined,
      'dea plain data core',
    ],
    [
      'STK-43',
      'another order',
      ['core', 'dea', 'router', 'controller'],
      'router,controller,dea',
      'router controller dea core',
    ],
    [
      'STK-43',
      'the core stays last though the list names primary first',
      ['core', 'dea', 'router'],
      'primary,router,dea',
      'router dea core',
    ],
    [
      'STK-43',
      'roles that the list leaves out are unmatched',
      ['core', 'dea', 'data', 'router'],
      'router',
      'router dea data core',
    ],
    ['STK-43', 'data services can be named', ['core', 'dea', 'data'], 'mysql,dea', 'data dea core'],
  ])('%s: %s', (_demand, _what, given, roleOrder, expected) => {
    expect(order(given, roleOrder?.split(',')).join(' ')).toBe(expected)
  })

  it('tells which role decides', () => {
    expect(decidingRole({ roles: nodes.core })).toBe('primary')
    expect(decidingRole({ roles: nodes.data })).toBeUndefined()
    expect(decidingRole({ roles: nodes.plain })).toBe('base')
  })

  const role = fc.constantFrom('dea', 'controller', 'router', 'mysql', 'redis')
  const node = fc.uniqueArray(role).map((more) => ({ roles: ['base', ...more] }))
  const list = fc.uniqueArray(fc.constantFrom(...defaultRoleOrder, 'mysql'))

  it('STK-43: whatever the list, every node comes once, the core is last, and nodes in the same place stay as they were', () => {
    fc.assert(
      fc.property(fc.array(node), list, fc.nat(), (others, roleOrder, at) => {
        const core = { roles: ['base', 'primary', 'controller', 'router'] }
        const given = others.toSpliced(at % (others.length + 1), 0, core)
        const ordered = orderNodes(given, roleOrder)
        expect(ordered.at(-1)).toBe(core)
        expect(new Set(ordered)).toEqual(new Set(given))
        expect(ordered).toHaveLength(given.length)
        for (const deciding of new Set(given.map((entry) => decidingRole(entry, roleOrder)))) {
          const same = (entry: { readonly roles: readonly string[] }): boolean =>
            decidingRole(entry, roleOrder) === deciding
          expect(ordered.filter(same)).toEqual(given.filter(same))
        }
      }),
    )
  })
})
