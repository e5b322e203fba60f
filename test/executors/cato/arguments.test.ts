import { expect, it } from 'vitest'
import { actionNamed } from './cato-lab.ts'

it('refuses an instant that is none', () => {
  expect(actionNamed('upgrade_event').check!({ version: '18.4.1', since: 'yesterday' })).toHaveLength(1)
})
