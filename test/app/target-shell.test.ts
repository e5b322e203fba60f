import { expect, it } from 'vitest'
import { shellOn } from '../../src/app/target-shell.ts'
import type { Plan } from '../../src/plan/model.ts'

it.each([
  ['an address alone', { address: '192.0.2.1' }, '192.0.2.1'],
  ['a user for SSH, and a system', { system: 'cluster', connection: { user: 'stackato' } }, 'n1'],
  ['an address, and a system that stands for it', { address: '192.0.2.1', system: 'account' }, undefined],
  ['a system and the keys of another way', { system: 'account', connection: { bucket: 'b' } }, undefined],
  ['nothing but its name', {}, undefined],
  ['a connection that cannot be used', { connection: { port: 'many' } }, undefined],
])('a shell is offered only where SSH gets to: %s', (_, more, host) => {
  const target = { name: 'n1', kind: 'node', roles: [], attributes: {}, ...more }
  expect(shellOn({ targets: { n1: target } } as unknown as Plan, 'n1')?.at(-1)).toBe(host)
})
